"""The rectangle of a picture that is visible when the user zooms in, and the crop that enlarges its
pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from milimo_tui.media.files.stills import image_to_array
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.scopes.viewing import ViewPoint


@dataclass(frozen=True, slots=True)
class ViewWindow:
    """The visible rectangle of a raster.

    `whole` is the size of the raster, and `shown` the size in which the rectangle is displayed, both as width
    and height in pixels.
    """

    left: int
    top: int
    width: int
    height: int
    whole: tuple[int, int]
    shown: tuple[int, int]

    def across(self, x: float) -> int:
        """Convert a horizontal position on the raster to a displayed column. The position may be outside the
        window.
        """
        return int((x - self.left) * self.shown[0] / self.width)

    def down(self, y: float) -> int:
        """Convert a vertical position on the raster to a displayed row. The position may be outside the
        window.
        """
        return int((y - self.top) * self.shown[1] / self.height)


def make_view_window(
    whole: tuple[int, int], shown: tuple[int, int], zoom: int, centre: ViewPoint
) -> ViewWindow:
    """Return the visible rectangle of a raster for the magnification `zoom` around the point `centre`.
    `whole` is the size of the raster and `shown` the displayed size. The rectangle is moved if it would
    extend beyond the raster.
    """
    width, height = (max(1, round(side / zoom)) for side in whole)
    left = min(max(0, round(centre[0] * whole[0] - width / 2)), whole[0] - width)
    top = min(max(0, round(centre[1] * whole[1] - height / 2)), whole[1] - height)
    return ViewWindow(left, top, width, height, whole, shown)


def crop_to_window(picture: Rgb, window: ViewWindow) -> Rgb:
    """Crop a picture of the full raster to a window, scale it to the size in which the window is displayed,
    and return it.

    Enlarged pixels have sharp edges. A reduced picture is resampled.
    """
    part = picture[window.top : window.top + window.height, window.left : window.left + window.width]
    wide, high = window.shown
    if wide >= window.width and high >= window.height:
        rows = np.arange(high) * window.height // high
        columns = np.arange(wide) * window.width // wide
        return part[rows[:, None], columns[None, :]]
    image = Image.fromarray(np.ascontiguousarray(part))
    return image_to_array(image.resize((wide, high), Image.Resampling.LANCZOS))


def find_pixel(whole: tuple[int, int], place: ViewPoint) -> tuple[int, int]:
    """Return the pixel (x, y) of a raster at the point `place`, whose coordinates are shares of the raster's
    width and height.
    """
    return min(whole[0] - 1, int(place[0] * whole[0])), min(whole[1] - 1, int(place[1] * whole[1]))
