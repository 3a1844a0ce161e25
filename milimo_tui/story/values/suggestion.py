"""Suggestions: words that a language model wrote for a shot. They are stored separately until the user
accepts them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# The task of a suggestion that is the prompt of a shot for the models of one engine.
PARAGRAPH = "paragraph"
# The task of a suggestion with the prompts for the parts of a long shot.
CONTINUE = "continue"


class SuggestionState(StrEnum):
    """The state of a suggestion."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Words that a language model wrote for a shot. The shot's own words stay until the user accepts the
    suggestion.

    - `task` is `paragraph`, `continue`, or `length`; in films of earlier versions also `enhance` and
      `enhance_picture`. The text of a `length` suggestion is a number of seconds.
    - An accepted `paragraph` is the prompt of the shot for the models of `family`, as long as `meant` is the
      meaning of the shot and the user has written no prompt.
    - `parts` are the prompts of the chunks, for the task `continue`.
    - `original` is the prompt that was sent to the model.
    - `meant` describes the shot at that time, from the script and the user's settings. It is empty in older
      suggestions.
    - `picture` is the id of the asset that was shown to the model, or empty.
    - `family` is the picture or video engine for which the prompt was written. The model got the prompt guide
      of that engine.

    A job makes one suggestion for a shot.
    """

    id: str
    shot: str
    job: str
    task: str = PARAGRAPH
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
