"""What a hand does to a mask, one act after another: values, neither numpy nor files.

Places are in pixels of the picture, from the upper left corner of its first pixel: that pixel's middle is
0.5, 0.5. What acts make of a mask is in `drawn`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MOST_POINTS = 10_000
FARTHEST = 100_000  # pixels beyond which no place lies

Number = Annotated[float, Field(ge=-FARTHEST, le=FARTHEST, allow_inf_nan=False)]
Spot = tuple[Number, Number]


class ActValue(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Found(ActValue):
    """Add the mask of a file: a picture, or the frame of a clip."""

    do: Literal["found"] = "found"
    file: str
    frame: int = Field(default=0, ge=0)


class Stroke(ActValue):
    """Draw a line with a round brush of that radius, or rub it out."""

    do: Literal["stroke"] = "stroke"
    points: tuple[Spot, ...] = Field(min_length=1, max_length=MOST_POINTS)
    radius: float = Field(gt=0, le=4096)
    erases: bool = False


class Shape(ActValue):
    """Add what a closed line runs around (what it runs around twice, too), or take it away."""

    do: Literal["shape"] = "shape"
    points: tuple[Spot, ...] = Field(min_length=3, max_length=MOST_POINTS)
    erases: bool = False


class Grow(ActValue):
    """Widen the mask by so many pixels; negative: narrow it."""

    do: Literal["grow"] = "grow"
    pixels: int = Field(ge=-512, le=512)


class Feather(ActValue):
    """Soften its edge over about so many pixels."""

    do: Literal["feather"] = "feather"
    pixels: int = Field(ge=1, le=512)


class Fill(ActValue):
    """Fill its holes."""

    do: Literal["fill"] = "fill"


class Invert(ActValue):
    """White becomes black, and black white."""

    do: Literal["invert"] = "invert"


class Combine(ActValue):
    """Add another object's mask as it was then, take it away, or keep what both have."""

    do: Literal["combine"] = "combine"
    how: Literal["add", "subtract", "meet"]
    acts: tuple[Act, ...]


Act = Annotated[Found | Stroke | Shape | Grow | Feather | Fill | Invert | Combine, Field(discriminator="do")]
Combine.model_rebuild()


def box(x0: float, y0: float, x1: float, y1: float, *, erases: bool = False) -> Shape:
    """A box between two corners, in any order."""
    left, right = sorted((x0, x1))
    top, bottom = sorted((y0, y1))
    return Shape(points=((left, top), (right, top), (right, bottom), (left, bottom)), erases=erases)


def count(acts: tuple[Act, ...]) -> int:
    """How many acts there are, with those of objects that were combined."""
    return sum(1 + (count(act.acts) if isinstance(act, Combine) else 0) for act in acts)


def files_of(acts: tuple[Act, ...]) -> set[str]:
    """The files that acts name."""
    found = {act.file for act in acts if isinstance(act, Found)}
    return found.union(*(files_of(act.acts) for act in acts if isinstance(act, Combine)))
