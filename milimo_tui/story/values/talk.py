"""Questions to a language model about a film, with its answers. The model may answer in the voice of a
character.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A question to a language model and its answer.

    - `task` is `ask` for a question, and `check` for a check of the screenplay. After a check, `notes` has
      the marks (possible contradictions) that the model found, as JSON.
    - `about` is the id of the element that the question is about. `voiced` is True if the model answers in
      the voice of this character.
    - `told` and `answered` are the numbers of tokens in the question and in the answer. They are reported by
      the service, or estimated from the length of the texts.
    - `left_out` lists the parts of the film that did not fit into the question.
    - `price` is the cost, or empty if no price is known.
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
