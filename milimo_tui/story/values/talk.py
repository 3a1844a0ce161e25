"""What a language model answered about a film, or in a character's voice: a fact beside the film."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One question and its answer. `task` is `ask` or `check` (`notes` of it are marks as JSON).

    `about` is the element that it is about, `voiced` whether the answer is in its voice. `told` counts the
    tokens that the model was told, `answered` those it said: measured where the service says so, else by
    length. `left_out` is what the question had no room for; `price` is what it cost, empty where no price is
    known.
    """

    id: str
    job: str
    question: str
    task: str = "ask"
    text: str = ""
    about: str = ""
    voiced: bool = False
    engine: str = ""
    model: str = ""
    seed: int = 0
    told: int = 0
    answered: int = 0
    price: str = ""
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    created: float = 0.0
