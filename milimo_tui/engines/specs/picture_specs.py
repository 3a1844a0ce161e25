"""Define the specs that make, repaint or enlarge a picture."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from milimo_tui.engines.specs.spec_values import Cache, Input, Loras, ShotFacts, SpecValue


class MakePicture(SpecValue):
    """Make still pictures. If `facts` are given, this is a storyboard picture of a shot; otherwise the
    picture follows the prompt.

    `cache` is the step cache to use. With `measured`, the picture is also made without the step cache, and
    the difference between both pictures is stored with the result.
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
    # Reference pictures in order. If the user gave no size and there is no film, the size of the new picture
    # comes from the first of them.
    references: tuple[Input, ...] = ()
    # Number of pictures. The first picture uses `seed`; each further picture uses the next higher seed.
    count: int = Field(default=1, ge=1, le=64)
    deterministic: bool = False
    recipe: str = ""
    cache: Cache = "off"
    measured: bool = False
    element: str = ""  # The id of the element that gets the result as a reference picture.
    face: str = ""  # The face (direction of view) of a place that the picture shows.


class Inpaint(SpecValue):
    """Repaint the part of a picture where the mask is white. Outside the mask the picture stays identical,
    bit by bit.

    The mask is widened by `grow` pixels (narrowed if negative), then its edge is softened over `feather`
    pixels. If the input is a clip, its frame `frame` is repainted.
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
    """Repaint frames `first` to `last` of a clip where the mask is white. The frames before and after a frame
    serve as its references, so that neighbouring frames match.

    Outside the mask no pixel value of the file changes. A still mask applies to all frames. `grow` and
    `feather` are in pixels; the edge is softened inwards only.
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
    """Enlarge a picture by `factor` and generate new detail. `strength` (0 to 1) is the amount of noise that
    the detail is generated from.
    """

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
