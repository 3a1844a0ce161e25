"""Specs that make a picture, or repaint one."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from milimo_tui.engines.specs.spec_values import Cache, Input, Loras, ShotFacts, SpecValue


class MakePicture(SpecValue):
    """Make a still: a board if `facts` are given, else a picture from the prompt. `cache` skips steps;
    `measured`: the picture is also made without the cache, and their difference is stored with it.
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
    references: tuple[Input, ...] = ()  # in order: the first sets the size if none is given
    count: int = Field(default=1, ge=1, le=64)  # number of pictures, with seeds counted up from `seed`
    deterministic: bool = False
    recipe: str = ""
    cache: Cache = "off"
    measured: bool = False
    element: str = ""  # id of the element whose reference picture it becomes
    face: str = ""  # of a place: the face of it that the picture shows


class Inpaint(SpecValue):
    """Repaint a picture where the mask is white; outside the mask the picture stays identical, bit by bit.

    `grow` and `feather` are pixels: the mask is widened (negative: narrowed), then its edge is softened. If
    the input is a clip, the picture at `frame` is used.
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
    """Repaint frames `first` to `last` of a clip where the mask is white, frame by frame, each with its
    neighbouring frames as references. Outside the mask every pixel value of the file stays.

    A still mask applies to all frames. `grow` and `feather` are pixels; the edge is softened inwards.
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
    """Enlarge a picture by `factor` and regenerate its detail with `strength`."""

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
