"""The source pictures of a control map: frames of a clip or one repeated picture, scaled to the size of the
map.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from PIL import Image

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.specs.control_specs import MakeControl
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.read.footage import Footage

MOST_SIDE = 1920  # Longest side of a map in pixels. A larger map would contain no more information.
LEAST_SIDE = 16
HELD = 121  # Number of frames for which a picture is repeated by default; `RATE` is its default frame rate.
RATE = Fraction(24)


@dataclass(frozen=True, slots=True)
class MapView:
    """The frames from which a control map is made, and the size of the map.

    The map has `count` frames, starting with frame `first` of the source, at `rate`. Its `width` and `height`
    are even pixel counts. `scale` is the map's size divided by the source's size.
    """

    footage: Footage
    first: int
    count: int
    rate: Fraction
    width: int
    height: int
    scale: float

    @property
    def looks(self) -> int:
        """Number of different source pictures: the frame count of a clip, 1 for a picture."""
        return self.count if self.footage.is_clip else 1

    def picture(self, number: int) -> Rgb:
        """Return the source picture for frame `number` of the map, as a uint8 array (height, width, 3) in the
        map's size.
        """
        rgb = self.footage.frame(self.first + number if self.footage.is_clip else 0)
        if self.scale < 1:
            size = self.width, self.height
            return np.array(Image.fromarray(rgb).resize(size, Image.Resampling.LANCZOS), dtype=np.uint8)
        return np.ascontiguousarray(rgb[: self.height, : self.width])


def make_map_view(spec: MakeControl, footage: Footage) -> MapView:
    """Return the frames and the size that the spec asks for. Raises BadInput for a frame that does not exist
    and for a file that is too small.
    """
    name = footage.path.name
    if min(footage.width, footage.height) < LEAST_SIDE:
        raise BadInput(
            f"{name} is {footage.width}×{footage.height}: too small for a map",
            f"sides of {LEAST_SIDE} pixels are enough",
        )
    scale = min(1.0, MOST_SIDE / max(footage.width, footage.height))
    width, height = (max(2, int(side * scale) // 2 * 2) for side in (footage.width, footage.height))
    if not footage.is_clip:
        return MapView(footage, 0, spec.frames or HELD, spec.rate or RATE, width, height, scale)
    footage.check_frame_number(spec.start)
    there = footage.frames - spec.start
    assert footage.rate is not None, "a clip has a rate"
    # The spec gives the people itself and needs no pictures, so the map may be longer than the clip.
    if spec.people:
        frames, rate = spec.frames or there, spec.rate or footage.rate
        return MapView(footage, spec.start, frames, rate, width, height, scale)
    return MapView(footage, spec.start, min(spec.frames or there, there), footage.rate, width, height, scale)
