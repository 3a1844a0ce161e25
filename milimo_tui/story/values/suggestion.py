"""Words that a language model wrote for a shot, beside its own until a person takes them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SuggestionState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Words that a model wrote for a shot: they stand beside the original until a person takes them.

    `task` is `enhance`, `enhance_picture` or `continue`, or `length`, whose text are seconds; `parts` are the
    prompts of the chunks of a `continue`. `original` is the prompt that was sent to be worked on, `meant`
    what the script and people said of the shot then (empty for one of before it was kept); `picture` is the
    asset that was shown, empty for none. `family` is the engine whose makers' guide it is worded by. A job
    makes one for a shot.
    """

    id: str
    shot: str
    job: str
    task: str = "enhance"
    text: str = ""
    parts: tuple[str, ...] = ()
    original: str = ""
    meant: str = ""
    family: str = ""
    engine: str = ""
    model: str = ""
    seed: int = 0
    picture: str = ""
    note: str = ""
    state: SuggestionState = SuggestionState.OPEN
    created: float = 0.0
