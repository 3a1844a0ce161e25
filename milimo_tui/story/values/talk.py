"""Answers of a language model about a film, or in a character's voice, stored next to the film."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A question and its answer. `task` is `ask` or `check` (whose `notes` are marks as JSON).

    `about` is the element that the question is about; `voiced` is True if the answer is in that character's
    voice. `told` is the number of tokens in the question, `answered` of those in the answer: as the service
    reports them, or estimated by length. `left_out` is context that did not fit into the question. `price` is
    the cost, or empty if no price is known.
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
