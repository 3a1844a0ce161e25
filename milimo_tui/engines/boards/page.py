"""Pages as marks on paper, in points from the upper left: what a PDF and a picture are painted from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

WIDTH, HEIGHT = 841.9, 595.3  # A4 on its side (ISO 216)


class Ink(Enum):
    """How dark a mark is: RGB, each 0 to 255."""

    STRONG = (0, 0, 0)
    TEXT = (40, 40, 40)
    FAINT = (120, 120, 120)
    LINE = (190, 190, 190)


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text; `y` is its baseline. `right`: it ends at `x`."""

    x: float
    y: float
    text: str
    size: float
    ink: Ink = Ink.TEXT
    right: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """Where a panel's picture goes; `panel` is its place among all."""

    x: float
    y: float
    width: float
    height: float
    panel: int


@dataclass(frozen=True, slots=True)
class Shape:
    """Points joined by lines; closed and filled, or not."""

    points: tuple[tuple[float, float], ...]
    ink: Ink = Ink.LINE
    filled: bool = False


Mark = Words | Picture | Shape
Page = tuple[Mark, ...]
