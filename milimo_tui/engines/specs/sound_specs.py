"""Define the specs of jobs that make sound without pictures: spoken lines."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from milimo_tui.engines.specs.spec_values import DescribedPerson, Input, SpecValue

# How a line is spoken.
SpeechStyle = Literal["plain", "whispered", "shouted"]

MAX_SPOKEN_LETTERS = 4000  # The longest text of one line.
REFERENCE_SECONDS = 10  # The part of a recording, from its start, whose voice is imitated.


class OrderedLine(SpecValue):
    """The line of dialogue that a spoken line is made for: its shot, character and words, and how many lines
    with the same character and words are before it in the shot.

    `signature` is a hash of the voice settings that the character had when the line was ordered. It is empty
    if the user chose another engine or voice for this order.
    """

    shot: str
    character: str
    text: str
    occurrence: int = Field(default=0, ge=0)
    place: int = Field(default=0, ge=0)  # The index of the line in its shot.
    signature: str = ""


class MakeSpeech(SpecValue):
    """Speak one line of dialogue: text in a voice, as a sound file.

    A job without `line` is a preview of a voice. Its file is not added to the film.
    """

    kind: Literal["make_speech"] = "make_speech"
    engine: str
    text: str = Field(min_length=1, max_length=MAX_SPOKEN_LETTERS)
    language: str = "en"  # The code of the language, such as `en` or `pt`.
    voice: str = ""  # A voice of the engine; empty: a voice that suits `speaker`.
    pitch: float = Field(default=0.0, ge=-12.0, le=12.0)  # In semitones.
    pace: float = Field(default=1.0, ge=0.5, le=2.0)  # 1 is the engine's own pace.
    style: SpeechStyle = "plain"
    reference: Input | None = None  # A recording whose voice the engine imitates.
    reference_text: str = ""  # The words of the recording up to REFERENCE_SECONDS; empty: unknown.
    speaker: DescribedPerson | None = None
    seed: int = Field(default=0, ge=0, le=2**32 - 1)
    seconds: float = Field(default=60.0, gt=0.0, le=600.0)  # The longest sound that a model may make.
    sample_rate: int = Field(default=48000, ge=8000, le=192000)
    model: str = ""  # The id of the weights; empty: the engine's own choice.
    line: OrderedLine | None = None
