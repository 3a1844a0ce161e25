"""Specs for text: a language model writes, or a length is estimated from words."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from milimo_tui.engines.specs.spec_values import Input, SpecValue


class ShotBrief(SpecValue):
    """The brief of one shot for a language model that rewrites the prompts of a scene.

    `rules` are the prompt rules of the authors of the model `family`, `text` is the present prompt, and
    `facts` must be preserved. `meant` records what the script and the users say about the shot, to detect
    later changes.
    """

    shot: str
    number: str
    text: str
    facts: str = ""
    rules: str
    family: str
    still: bool = False
    seed: int = 10
    meant: str = ""


class TellLength(SpecValue):
    """Estimate the length of the events that a prompt describes, with the duration head of a video model."""

    kind: Literal["tell_length"] = "tell_length"
    engine: str
    prompt: str = Field(min_length=1)
    model: str = ""


class Write(SpecValue):
    """Have a language model write text: enhance a prompt, break a screenplay down into shots, turn a story
    into a scenario, or answer.

    `briefs` are the shots of a `rewrite`; `meant` and `family` belong to a single shot (`ShotBrief`).
    `seconds` is the length of the clip that a prompt is for: longer clips get longer prompts. `parts` is the
    number of chunks that a `continue` writes for. `background` is what the film already knows (its elements).
    `reading` is how a script is read (`story.screenplay.screenplay.Mode`). An `ask` is `about` an element
    (its id; empty: the film), answered in the element's voice if `voiced`; `left_out` lists facts that did
    not fit into the prompt.
    """

    kind: Literal["write"] = "write"
    engine: str = "gemma"
    task: Literal[
        "enhance", "enhance_picture", "breakdown", "continue", "answer", "rewrite", "ask", "check", "scenario"
    ] = "answer"  # fmt: skip
    text: str
    system: str = ""  # empty: the task's own
    image: Input | None = None
    seconds: float = Field(default=0.0, ge=0.0)
    tokens: int = Field(default=1024, ge=1, le=32768)
    temperature: float = Field(default=0.7, ge=0.0, le=2.0)
    seed: int = 10
    model: str = ""
    parts: int = Field(default=1, ge=1, le=64)
    background: str = ""
    reading: Literal["auto", "screenplay", "freeform", "numbered"] = "auto"
    briefs: tuple[ShotBrief, ...] = Field(default=(), max_length=500)
    about: str = ""
    voiced: bool = False
    left_out: tuple[str, ...] = ()
    meant: str = ""
    family: str = ""
