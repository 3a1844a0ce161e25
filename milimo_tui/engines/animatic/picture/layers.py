"""The layers of a drawing, each a picture of an area of the frame at its own depth, and functions that crop
them.
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageFilter

from milimo_tui.engines.animatic.draw.ink import FrameBox
from milimo_tui.engines.animatic.figures.people import REST, ActorState

FAR_DEPTH = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelLayer:
    """A picture of the area `box` of the frame before the camera moves. Without a `mask` the picture is
    opaque.

    Depths are in metres. `mask_depth` differs from the depth if a far picture is seen through holes in a
    nearer layer. `actor` is the index of the person in the picture, and `variant` the state of that person.
    """

    name: str
    picture: Image.Image
    mask: Image.Image | None
    box: FrameBox
    depth: float
    mask_depth: float | None = None
    actor: int | None = None
    variant: ActorState = REST


def crop_even(found: tuple[int, int, int, int], size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the crop `found` with a margin of 2 to 4 pixels on each side, so that all its edges are even
    numbers. Crops are (left, top, right, bottom). The result is inside a picture of the even `size`.
    """
    left, top = max(0, (found[0] - 2) // 2 * 2), max(0, (found[1] - 2) // 2 * 2)
    return (left, top, min(size[0], (found[2] + 4) // 2 * 2), min(size[1], (found[3] + 4) // 2 * 2))


def find_crop_box(box: FrameBox, crop: tuple[int, int, int, int], scale: float) -> FrameBox:
    """Return the part of `box` that a crop in pixels covers, in frame units. `scale` is in pixels per frame
    height.
    """
    return FrameBox(
        box.left + crop[0] / scale,
        box.top + crop[1] / scale,
        box.left + crop[2] / scale,
        box.top + crop[3] / scale,
    )


def blur_picture(picture: Image.Image, blur: float, scale: float) -> Image.Image:
    """Return a blurred picture. `blur` is the blur radius as a share of the frame's height, and `scale` is
    the frame's height in pixels.
    """
    return picture.filter(ImageFilter.GaussianBlur(blur * scale)) if blur * scale > 0.3 else picture
