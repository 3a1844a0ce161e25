"""What makes a picture, or a picture anew."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from milimo_tui.engines.specs.spec_values import Cache, Input, Loras, ShotFacts, SpecValue


class MakePicture(SpecValue):
    """A still: a board when `facts` are given, else a picture from the prompt. `cache` spares steps;
    `measured`: it is made without it too, and how far the two are apart is kept with it.
    """

    kind: Literal["make_picture"] = "make_picture"
    engine: str = "animatic"
    prompt: str = ""
    negative: str = ""
    width: int = Field(ge=16, le=8192)
    height: int = Field(ge=16, le=8192)
    seed: int = 0
    steps: int | None = None
    guidance: float | None = None
    loras: Loras = ()
    facts: ShotFacts = ShotFacts()
    model: str = ""
    references: tuple[Input, ...] = ()  # in order: the first sets the size where none is asked for
    count: int = Field(default=1, ge=1, le=64)  # pictures, seeds counted up from `seed`
    deterministic: bool = False
    recipe: str = ""
    cache: Cache = "off"
    measured: bool = False
    element: str = ""  # the id of the element whose reference picture it becomes
    face: str = ""  # of a place: which of its faces it becomes instead


class Inpaint(SpecValue):
    """Paint anew where the mask is white; outside of it the picture stays as it was, bit by bit.

    `grow` and `feather` are pixels: the mask is widened (negative: narrowed), then its edge softened. Of a
    clip it is the picture at `frame`.
    """

    kind: Literal["inpaint"] = "inpaint"
    engine: str = "flux2"
    input: Input
    frame: int = Field(default=0, ge=0)
    mask: Input
    prompt: str
    negative: str = ""
    strength: float = Field(default=0.8, gt=0.0, le=1.0)
    references: tuple[Input, ...] = ()
    grow: int = Field(default=0, ge=-512, le=512)
    feather: int = Field(default=0, ge=0, le=512)
    seed: int = 0
    steps: int | None = None
    guidance: float | None = None
    loras: Loras = ()
    model: str = ""
    deterministic: bool = False
    recipe: str = ""


class InpaintClip(SpecValue):
    """Paint frames `first` to `last` of a clip anew where the mask is white, frame by frame, each with its
    neighbours in sight; outside of the mask every level of the file stays.

    A still mask counts for all of them. `grow` and `feather` are pixels; the edge is softened inwards.
    """

    kind: Literal["inpaint_clip"] = "inpaint_clip"
    engine: str = "flux2"
    input: Input
    first: int = Field(ge=0)
    last: int = Field(ge=0)
    mask: Input
    prompt: str
    negative: str = ""
    strength: float = Field(default=0.8, gt=0.0, le=1.0)
    references: tuple[Input, ...] = ()
    grow: int = Field(default=0, ge=-512, le=512)
    feather: int = Field(default=0, ge=0, le=512)
    seed: int = 0
    steps: int | None = None
    guidance: float | None = None
    loras: Loras = ()
    model: str = ""
    deterministic: bool = False
    recipe: str = ""


class Upscale(SpecValue):
    """A picture, larger by `factor`, its detail made anew with that strength."""

    kind: Literal["upscale"] = "upscale"
    engine: str = "flux2"
    input: Input
    factor: Literal[2, 4] = 2
    prompt: str = ""
    strength: float = Field(default=0.3, ge=0.0, le=1.0)
    seed: int = 0
    steps: int | None = None
    loras: Loras = ()
    model: str = ""
    deterministic: bool = False
    recipe: str = ""
