"""The description of an overlay on a picture: the mask screen makes the value and the viewer reads it."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from milimo_tui.media.masks.acts import Act, MaskValue, Spot
from milimo_tui.media.masks.drawing import MaskDrawing


class MaskLook(StrEnum):
    """The look of masked objects over the picture, in the order in which a key changes it."""

    FILLED = "filled"
    OUTLINED = "outlined"
    ALONE = "alone"


class MaskOverlay(MaskValue):
    """The overlay on a picture. `hand` is the number of the object that receives the keys.

    `doing` is the action if the current line ended here, `path` is that line; `cross` is the cursor's
    position.
    """

    drawing: MaskDrawing
    frame: int = Field(default=0, ge=0)
    look: MaskLook = MaskLook.FILLED
    hand: int = 0
    doing: Act | None = None
    path: tuple[Spot, ...] = ()
    cross: Spot | None = None
