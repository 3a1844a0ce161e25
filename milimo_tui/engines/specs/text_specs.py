"""Define the specs for language models: write text, or estimate a length from words."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from milimo_tui.engines.specs.spec_values import Input, SpecValue


class PersonFacts(SpecValue):
    """A person in the picture, and the person's look as separate facts, such as `a yellow apron`."""

    name: str
    look: tuple[str, ...] = ()


class PromptFacts(SpecValue):
    """The facts of a shot with which its written prompt must agree (`engines.prompting.paragraph_check`).

    - `size` is the name of the shot's size in captions, such as `medium close-up`.
    - `angle` and `movement` are values of the shot. An empty movement is left to a LoRA.
    - `people` are in the picture; `heard` are names of speakers who are not. `absent` are the names of
      everybody else in the film.
    - `lines` are the spoken lines; empty for a model that makes no sound.
    - `place`, `time_of_day`, `action` and `caption` are words of the shot.
    - `other_actions` are the actions of the other shots of the scene.
    - `user_words` are texts that the user set; they are repeated in the prompt.
    - `known_text` is all text that the model was given, for the numbers and unnamed people in its answer.
    - `is_still` is True for a picture. `most` is the largest number of words.
    - `is_english` is True if the script is in English, so that its words can be found in the prompt.
    """

    size: str
    angle: str = "eye"
    movement: str = ""
    people: tuple[PersonFacts, ...] = ()
    heard: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    place: str = ""
    time_of_day: str = ""
    action: str = ""
    caption: str = ""
    other_actions: tuple[str, ...] = ()
    user_words: tuple[str, ...] = ()
    known_text: str = ""
    is_still: bool = False
    most: int = 220
    is_english: bool = True


class ShotBrief(SpecValue):
    """The request to write the prompt of one shot for the models of an engine (`family`).

    `shot` is the id of the shot; empty for a shot that a reading proposes. `text` is the composed prompt of
    the shot, which questions about its neighbours contain. `facts` lists the facts of the shot in words, and
    `checked` has those with which the answer is compared. `rules` are the prompt rules by the authors of the
    model family.

    `scene` is the number of the scene, and `lines` are the first and last line of the shot in it. `meant` is
    a text with everything that the screenplay and the users specify about the shot. The written prompt is
    used only as long as this text is the same.
    """

    shot: str = ""
    number: str
    scene: str = ""
    lines: tuple[int, int] = (0, 0)
    text: str = ""
    facts: str = ""
    checked: PromptFacts
    rules: str
    family: str
    still: bool = False
    seed: int = 10
    meant: str = ""


class PromptOrder(SpecValue):
    """The shots whose prompts a model writes, the text of each scene by its number, and the stored answers of
    earlier jobs by key.
    """

    briefs: tuple[ShotBrief, ...] = Field(default=(), max_length=20_000)
    scenes: tuple[tuple[str, str], ...] = ()
    known_answers: tuple[tuple[str, str], ...] = ()


class TellLength(SpecValue):
    """Estimate how long the events in a prompt take, with a part of a video model that was trained to predict
    durations.
    """

    kind: Literal["tell_length"] = "tell_length"
    engine: str
    prompt: str = Field(min_length=1)
    model: str = ""


class Write(SpecValue):
    """Let a language model write text. `task` says what: write prompts, read a screenplay, turn a story into
    a scenario, or answer a question, for example.

    - `order` has the shots for the task `prompts`. `order_file` is a file with such an order as JSON, which
      another job makes; `reading_job` is the job of the reading that it belongs to.
    - For the task `continue`, `meant` is used as in `ShotBrief`.
    - `seconds` is the length of the clip that a prompt is for. Longer clips get longer prompts.
    - `parts` is the number of parts of a long take. The task `continue` writes a prompt for each.
    - `background` describes the elements that the film already has. For the task `translate`, it is the
      language, and `text` is a JSON list of the texts.
    - `reading` is the mode in which a screenplay is read (`story.screenplay.screenplay.Mode`).
    - With `accepts`, the prompts for the task `prompts` that agree with the facts are accepted when the job
      is done, because the user has asked for that.
    - `about` is the id of the element that the question of the task `ask` is about; empty: the film. With
      `voiced`, the answer is worded as if that element spoke.
    - `scenes` are the numbers of the scenes for the task `read`; empty: all. `known_answers` are the stored
      answers of earlier readings, by key.
    - `left_out` lists facts that did not fit into the prompt.
    """

    kind: Literal["write"] = "write"
    engine: str = "local"
    task: Literal[
        "continue", "answer", "prompts", "ask", "check", "scenario", "read", "translate",
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
    order: PromptOrder = PromptOrder()
    order_file: Input | None = None
    reading_job: str = ""
    accepts: bool = False
    about: str = ""
    voiced: bool = False
    left_out: tuple[str, ...] = ()
    scenes: tuple[str, ...] = ()
    known_answers: tuple[tuple[str, str], ...] = ()
    meant: str = ""
