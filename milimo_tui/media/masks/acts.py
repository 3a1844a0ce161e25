"""The user's actions on a mask as plain values, without numpy and files. `drawn` applies them in order.

Positions are in pixels of the picture, measured from its upper left corner: the middle of the first pixel is
(0.5, 0.5).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MOST_POINTS = 10_000
FARTHEST = 100_000  # The largest allowed coordinate in pixels, positive or negative.

Number = Annotated[float, Field(ge=-FARTHEST, le=FARTHEST, allow_inf_nan=False)]
Spot = tuple[Number, Number]


class MaskValue(BaseModel):
    """The base class of all values of a mask drawing: immutable, without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FoundMask(MaskValue):
    """An action that adds a stored mask to the mask. `file` is the path of the stored mask, a picture or a
    clip. For a clip, `frame` is the number of the frame to use.
    """

    do: Literal["found"] = "found"
    file: str
    frame: int = Field(default=0, ge=0)


class Stroke(MaskValue):
    """An action that draws a line with a round brush, or erases along the line. `radius` is in pixels."""

    do: Literal["stroke"] = "stroke"
    points: tuple[Spot, ...] = Field(min_length=1, max_length=MOST_POINTS)
    radius: float = Field(gt=0, le=4096)
    erases: bool = False


class ClosedShape(MaskValue):
    """An action that adds the area inside a closed line to the mask, or removes this area if `erases` is
    True.

    If the line crosses itself, areas that it encloses twice count as inside.
    """

    do: Literal["shape"] = "shape"
    points: tuple[Spot, ...] = Field(min_length=3, max_length=MOST_POINTS)
    erases: bool = False


class Grow(MaskValue):
    """An action that widens the mask by a number of pixels. A negative number narrows the mask."""

    do: Literal["grow"] = "grow"
    pixels: int = Field(ge=-512, le=512)


class Feather(MaskValue):
    """An action that softens the edge of the mask over about `pixels` pixels."""

    do: Literal["feather"] = "feather"
    pixels: int = Field(ge=1, le=512)


class Fill(MaskValue):
    """An action that fills the holes of the mask."""

    do: Literal["fill"] = "fill"


class Invert(MaskValue):
    """An action that swaps black and white in the mask."""

    do: Literal["invert"] = "invert"


class CombineMode(StrEnum):
    """A method of combining the masks of two objects: union, difference or intersection. The names are also
    used in `keymap.toml`.
    """

    ADD = "add"
    SUBTRACT = "subtract"
    MEET = "meet"


class Combine(MaskValue):
    """An action that adds another object's mask to this mask, subtracts it, or intersects both.

    `acts` are the other object's actions at the time of the combination. Later changes of the other object
    therefore have no effect here.
    """

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


def count_acts(actions: tuple[Act, ...]) -> int:
    """Return the number of actions, including the actions inside each `Combine`."""
    return sum(1 + (count_acts(act.acts) if isinstance(act, Combine) else 0) for act in actions)


def list_act_files(actions: tuple[Act, ...]) -> set[str]:
    """Return the files that the actions refer to."""
    found = {act.file for act in actions if isinstance(act, FoundMask)}
    return found.union(*(list_act_files(act.acts) for act in actions if isinstance(act, Combine)))
