"""The user's actions on a mask, in order: values, without numpy and files.

Positions are in pixels of the picture, from the upper left corner of its first pixel: the middle of that
pixel is 0.5, 0.5. `drawn` applies the actions to a mask.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MOST_POINTS = 10_000
FARTHEST = 100_000  # largest coordinate in pixels

Number = Annotated[float, Field(ge=-FARTHEST, le=FARTHEST, allow_inf_nan=False)]
Spot = tuple[Number, Number]


class MaskValue(BaseModel):
    """Base class of all values of a mask drawing."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FoundMask(MaskValue):
    """Add the mask from a file: a picture, or the frame of a clip."""

    do: Literal["found"] = "found"
    file: str
    frame: int = Field(default=0, ge=0)


class Stroke(MaskValue):
    """Draw a line with a round brush of a radius, or erase along it."""

    do: Literal["stroke"] = "stroke"
    points: tuple[Spot, ...] = Field(min_length=1, max_length=MOST_POINTS)
    radius: float = Field(gt=0, le=4096)
    erases: bool = False


class ClosedShape(MaskValue):
    """Add the area inside a closed line (areas that the line encloses twice as well), or remove it."""

    do: Literal["shape"] = "shape"
    points: tuple[Spot, ...] = Field(min_length=3, max_length=MOST_POINTS)
    erases: bool = False


class Grow(MaskValue):
    """Widen the mask by a number of pixels; a negative number narrows it."""

    do: Literal["grow"] = "grow"
    pixels: int = Field(ge=-512, le=512)


class Feather(MaskValue):
    """Soften the edge of the mask over about `pixels` pixels."""

    do: Literal["feather"] = "feather"
    pixels: int = Field(ge=1, le=512)


class Fill(MaskValue):
    """Fill the holes of the mask."""

    do: Literal["fill"] = "fill"


class Invert(MaskValue):
    """Swap black and white in the mask."""

    do: Literal["invert"] = "invert"


class CombineMode(StrEnum):
    """A method of combining the masks of two objects, as actions and `keymap.toml` name it."""

    ADD = "add"
    SUBTRACT = "subtract"
    MEET = "meet"


class Combine(MaskValue):
    """Add another object's mask as it was at the time, subtract it, or preserve the intersection."""

    do: Literal["combine"] = "combine"
    how: CombineMode
    acts: tuple[Act, ...]


Act = Annotated[
    FoundMask | Stroke | ClosedShape | Grow | Feather | Fill | Invert | Combine, Field(discriminator="do")
]
Combine.model_rebuild()


def make_box_shape(x0: float, y0: float, x1: float, y1: float, *, erases: bool = False) -> ClosedShape:
    """Return a box between two corners, in any order."""
    left, right = sorted((x0, x1))
    top, bottom = sorted((y0, y1))
    return ClosedShape(points=((left, top), (right, top), (right, bottom), (left, bottom)), erases=erases)


def count_acts(acts: tuple[Act, ...]) -> int:
    """Return the number of actions, including those of combined objects."""
    return sum(1 + (count_acts(act.acts) if isinstance(act, Combine) else 0) for act in acts)


def list_act_files(acts: tuple[Act, ...]) -> set[str]:
    """Return the files that the actions refer to."""
    found = {act.file for act in acts if isinstance(act, FoundMask)}
    return found.union(*(list_act_files(act.acts) for act in acts if isinstance(act, Combine)))
