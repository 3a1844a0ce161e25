"""The description of a mask overlay: the mask screen creates this value, and the viewer draws it over a
picture.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from milimo_tui.media.masks.acts import Act, MaskValue, Spot
from milimo_tui.media.masks.drawing import MaskDrawing


class MaskLook(StrEnum):
    """A style in which masked objects are shown, in the order in which a key cycles through the styles.

    `ALONE` shows the combined mask in black and white without the picture.
    """

    FILLED = "filled"
    OUTLINED = "outlined"
    ALONE = "alone"


class MaskOverlay(MaskValue):
    """The mask overlay on a picture, sent from the mask screen to the viewer.

    - `drawing` has the masked objects, `frame` is the frame to show, and `look` the style.
    - `hand` is the number of the object that the user edits.
    - `path` is the line that the user is drawing.
    - `doing` is the mask action that would result if the user ended that line now.
    - `cross` is the position of the cursor.
    """

    drawing: MaskDrawing
    frame: int = Field(default=0, ge=0)
    look: MaskLook = MaskLook.FILLED
    hand: int = 0
    doing: Act | None = None
    path: tuple[Spot, ...] = ()
    cross: Spot | None = None
