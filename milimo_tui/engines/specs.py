"""Specs: what an engine is asked to do, one pydantic union shared by queue, CLI, provenance and remake.

Pure values. Paths in specs are absolute; an input may instead name `{job, output}`, resolved
when the job starts.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from milimo_tui.cut.plan import Ratio


class SpecValue(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class JobOutput(SpecValue):
    """A late-bound input: the file with that role which another job made."""

    job: str
    output: str = "take"


Input = str | JobOutput


class Person(SpecValue):
    """A character as a panel or a prompt needs them."""

    name: str
    description: str = ""


class SpokenLine(SpecValue):
    character: str
    text: str
    extension: str = ""


class ShotFacts(SpecValue):
    """What a shot is about, for engines that draw from facts rather than from the prompt."""

    number: str = ""
    scene_number: str = ""
    heading: str = ""
    setting: str = ""
    location: str = ""
    time_of_day: str = ""
    action: str = ""
    size: str = "MS"
    angle: str = "eye"
    movement: str = "static"
    function: str = "single"
    rig: str = "tripod"
    characters: tuple[Person, ...] = ()
    lines: tuple[SpokenLine, ...] = ()
    title: str = ""  # the film's name


class Conditioning(SpecValue):
    """A picture or clip the take must follow at a frame, with a strength of 0 to 1."""

    input: Input
    frame: int = 0
    strength: float = 1.0
    source: Literal["hand", "board", "continuity"] = "hand"


class MakeVideo(SpecValue):
    """A take: `frames` at `rate`, with sound."""

    kind: Literal["make_video"] = "make_video"
    engine: str = "animatic"
    prompt: str = ""
    negative: str = ""
    frames: int = Field(ge=1)
    rate: Ratio
    width: int = Field(ge=16, le=8192)
    height: int = Field(ge=16, le=8192)
    sample_rate: int = 48000
    seed: int = 0
    steps: int | None = None
    guidance: float | None = None
    pipeline: str = "auto"
    loras: tuple[str, ...] = ()  # of the elements in it, in order
    conditioning: tuple[Conditioning, ...] = ()
    facts: ShotFacts = ShotFacts()
    stands_for: str = ""  # the signature of what the shot says, where a sweep departs from it on purpose


class MakePicture(SpecValue):
    """A still: a board when `facts` are given, else a picture from the prompt."""

    kind: Literal["make_picture"] = "make_picture"
    engine: str = "animatic"
    prompt: str = ""
    negative: str = ""
    width: int = Field(ge=16, le=8192)
    height: int = Field(ge=16, le=8192)
    seed: int = 0
    steps: int | None = None
    guidance: float | None = None
    loras: tuple[str, ...] = ()
    facts: ShotFacts = ShotFacts()


class RenderFilm(SpecValue):
    """A film from a frozen plan file, so that edits during the render can't touch it."""

    kind: Literal["render_film"] = "render_film"
    engine: str = "film"
    plan: str  # absolute path of the plan's JSON
    output: str  # absolute path of the film
    preset: str = "h264"
    quality: int | None = Field(default=None, ge=0, le=51)  # crf; None: the preset's
    frames: int = Field(default=0, ge=0)  # of the plan, as are the sides; 0: not told
    width: int = Field(default=0, ge=0)
    height: int = Field(default=0, ge=0)


class Probe(SpecValue):
    """Facts and hash of a media file."""

    kind: Literal["probe"] = "probe"
    engine: str = "quick"
    input: Input


class MakeThumbnails(SpecValue):
    """Small pictures of a file at given source seconds, into the project's cache."""

    kind: Literal["make_thumbnails"] = "make_thumbnails"
    engine: str = "quick"
    input: Input
    width: int = Field(default=320, ge=16, le=4096)
    height: int = Field(default=180, ge=16, le=4096)
    cache: str = ""  # absolute folder of the project's cache; empty: the job's workspace


class MakePeaks(SpecValue):
    """Sound peaks for waveforms: min and max per 1/100 s."""

    kind: Literal["make_peaks"] = "make_peaks"
    engine: str = "quick"
    input: Input
    cache: str = ""  # as in MakeThumbnails


Spec = Annotated[
    MakeVideo | MakePicture | RenderFilm | Probe | MakeThumbnails | MakePeaks,
    Field(discriminator="kind"),
]
SPEC: TypeAdapter[Spec] = TypeAdapter(Spec)
