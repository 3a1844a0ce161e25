"""The marks on a page of paper: text, pictures and shapes, in points from the upper left corner.

PDF and PNG pages are painted from the same marks.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

WIDTH, HEIGHT = 841.9, 595.3  # size of A4 landscape in points (ISO 216)


class MarkColour(Enum):
    """The colour of a mark: RGB, each 0 to 255."""

    STRONG = (0, 0, 0)
    TEXT = (40, 40, 40)
    FAINT = (120, 120, 120)
    LINE = (190, 190, 190)


@dataclass(frozen=True, slots=True)
class TextMark:
    """A line of text. `y` is its baseline. With `right`, the line ends at `x`; otherwise it begins there."""

    x: float
    y: float
    text: str
    size: float
    ink: MarkColour = MarkColour.TEXT
    right: bool = False


@dataclass(frozen=True, slots=True)
class PictureMark:
    """The position of a panel's picture; `panel` is the panel's index among all panels."""

    x: float
    y: float
    width: float
    height: float
    panel: int


@dataclass(frozen=True, slots=True)
class ShapeMark:
    """A polygon or a line through points. With `filled`, it is closed and filled."""

    points: tuple[tuple[float, float], ...]
    ink: MarkColour = MarkColour.LINE
    filled: bool = False


Mark = TextMark | PictureMark | ShapeMark
Page = tuple[Mark, ...]
