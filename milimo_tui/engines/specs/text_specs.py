"""What has a model write, or tell of words."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from milimo_tui.engines.specs.spec_values import Input, SpecValue


class ShotBrief(SpecValue):
    """One shot of a scene whose prompts are rewritten: what a language model is told of it.

    `rules` are how the makers of its `family` want it worded, `text` is the prompt as it is now, `facts` what
    has to stay. `meant` is what the script and people say of the shot, to see later whether it still does.
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
    """How long what a prompt says takes, told by the duration head of a model of clips."""

    kind: Literal["tell_length"] = "tell_length"
    engine: str
    prompt: str = Field(min_length=1)
    model: str = ""


class Write(SpecValue):
    """Text by a language model: a prompt enhanced, a screenplay broken down to shots, a story as a scenario,
    or an answer.

    `briefs` are the shots of a `rewrite`; `meant` and `family` are those of a single shot (`ShotBrief`).
    `seconds` is the length of the clip that a prompt is for: longer clips get longer prompts. `parts` are
    the chunks that a `continue` writes for; `background` is what the film knows already (its elements);
    `reading` is how a script is read (`story.screenplay.screenplay.Mode`). An `ask` is `about` an element
    (its id; empty: the film), in its voice where it is `voiced`; `left_out` is what there was no room for.
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
