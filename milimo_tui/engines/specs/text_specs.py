"""Define the specs for language models: write text, or estimate a length from words."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from milimo_tui.engines.specs.spec_values import Input, SpecValue


class ShotBrief(SpecValue):
    """The request to reword the prompt of one shot. A rewrite of a scene contains several such requests.

    `text` is the current prompt. `rules` are the prompt rules by the authors of the model `family`. `facts`
    must be preserved in the new prompt. `meant` is a text with everything that the screenplay and the users
    specify about the shot. It is compared with the same text later, to find out if the shot has changed
    meanwhile.
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
    """Estimate how long the events in a prompt take, with a part of a video model that was trained to predict
    durations.
    """

    kind: Literal["tell_length"] = "tell_length"
    engine: str
    prompt: str = Field(min_length=1)
    model: str = ""


class Write(SpecValue):
    """Let a language model write text. `task` says what: improve a prompt, read a screenplay, turn a
    story into a scenario, or answer a question, for example.

    - `briefs` are the shots for the task `rewrite`. For a task about a single shot, `meant` and `family` are
      used as in `ShotBrief`.
    - `seconds` is the length of the clip that a prompt is for. Longer clips get longer prompts.
    - `parts` is the number of parts of a long take. The task `continue` writes a prompt for each.
    - `background` describes the elements that the film already has.
    - `reading` is the mode in which a screenplay is read (`story.screenplay.screenplay.Mode`).
    - `about` is the id of the element that the question of the task `ask` is about; empty: the film. With
      `voiced`, the answer is worded as if that element spoke.
    - `scenes` are the numbers of the scenes for the task `read`; empty: all. `known_answers` are the stored
      answers of earlier readings, by key.
    - `left_out` lists facts that did not fit into the prompt.
    """

    kind: Literal["write"] = "write"
    engine: str = "local"
    task: Literal[
        "enhance", "enhance_picture", "continue", "answer", "rewrite", "ask", "check", "scenario", "read",
    ] = "answer"  # fmt: skip
    text: str
    system: str = ""  # The system prompt; empty: the default for the task.
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
    scenes: tuple[str, ...] = ()
    known_answers: tuple[tuple[str, str], ...] = ()
    meant: str = ""
    family: str = ""
