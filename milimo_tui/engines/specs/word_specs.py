"""Define the specs of jobs that listen to sound: transcripts and speakers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from milimo_tui.engines.specs.spec_values import Input, SpecValue


class Transcribe(SpecValue):
    """Write down the words that are spoken in a sound stream of a file, with their times.

    `asset` is the id of the film's asset that gets the transcript. `language` is a code such as `en`; if it
    is empty, the model recognises the language.
    """

    kind: Literal["transcribe"] = "transcribe"
    engine: str = "transcription"
    input: Input
    asset: str = ""
    stream: int = Field(default=1, ge=1, le=1000)
    language: str = Field(default="", pattern="^([a-z]{2,3})?$")
    model: str = ""  # The id of the weights; empty: the selected weights.


class FindSpeakers(SpecValue):
    """Find out who speaks when in a sound stream of a file. `asset` is the id of the film's asset whose
    transcript gets the speakers.
    """

    kind: Literal["find_speakers"] = "find_speakers"
    engine: str = "diarization"
    input: Input
    asset: str = ""
    stream: int = Field(default=1, ge=1, le=1000)
    model: str = ""  # The id of the weights; empty: the selected weights.
