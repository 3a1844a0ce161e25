"""What is asked to be laid over a picture: a value that the mask screen makes and the viewer reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from milimo_tui.media.masks.acts import Act, ActValue, Spot
from milimo_tui.media.masks.drawing import Drawing

INKS: Mapping[str, tuple[int, int, int]] = {
    "rose": (255, 64, 160),
    "amber": (255, 184, 28),
    "lime": (150, 230, 50),
    "cyan": (40, 200, 240),
    "violet": (160, 110, 255),
    "white": (240, 240, 240),
}

Look = Literal["filled", "outlined", "alone"]
LOOKS: tuple[Look, ...] = ("filled", "outlined", "alone")


class Overlay(ActValue):
    """What is laid over a picture. `hand` is the object that has the keys, `doing` what would be done to it
    if the line ended here, `path` that line; `cross` is where the hand is.
    """

    drawing: Drawing
    frame: int = Field(default=0, ge=0)
    look: Look = "filled"
    hand: int = 0
    doing: Act | None = None
    path: tuple[Spot, ...] = ()
    cross: Spot | None = None
