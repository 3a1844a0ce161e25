"""The description of an overlay on a picture: the mask screen makes the value and the viewer reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from milimo_tui.media.masks.acts import Act, MaskValue, Spot
from milimo_tui.media.masks.drawing import MaskDrawing

OVERLAY_COLOURS: Mapping[str, tuple[int, int, int]] = {
    "rose": (255, 64, 160),
    "amber": (255, 184, 28),
    "lime": (150, 230, 50),
    "cyan": (40, 200, 240),
    "violet": (160, 110, 255),
    "white": (240, 240, 240),
}

Look = Literal["filled", "outlined", "alone"]
LOOKS: tuple[Look, ...] = ("filled", "outlined", "alone")


class MaskOverlay(MaskValue):
    """The overlay on a picture. `hand` is the number of the object that receives the keys.

    `doing` is the action if the current line ended here, `path` is that line; `cross` is the cursor's
    position.
    """

    drawing: MaskDrawing
    frame: int = Field(default=0, ge=0)
    look: Look = "filled"
    hand: int = 0
    doing: Act | None = None
    path: tuple[Spot, ...] = ()
    cross: Spot | None = None
