"""The part of a picture that is visible in the film, as a value that screens, pages and the viewer process
use.

The module imports neither numpy nor av, because the studio's process imports it too and must start fast.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class FilmCrop:
    """A crop of a picture for a raster of `width` × `height` pixels. The values mean the same as those of a
    clip's effects.

    `scale` is relative to the picture fitted into the raster. `x` and `y` move the picture, as shares of the
    raster's width and height. If `of_row` is set, the picture is a row of several frames side by side, such
    as the preview of a clip. The crop then shows the middle frame.
    """

    width: int
    height: int
    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0
    of_row: bool = False

    def on(self, width: int, height: int) -> FilmCrop:
        """Return the crop to use for a picture of `width` × `height` pixels. For a row of frames (`of_row`),
        return a crop with a scale at which only the middle frame is visible. Any other picture uses this crop
        unchanged.
        """
        if not self.of_row:
            return self
        count = max(1, round(Fraction(width * self.height, height * self.width)))
        return FilmCrop(self.width, self.height, float(count), 0.0 if count % 2 else 0.5)

    def visible_size(self, width: Fraction | int, height: Fraction | int) -> tuple[Fraction, Fraction]:
        """Return the width and height of the area that is visible in the film, in pixels of a picture that
        has `width` × `height` pixels. The area has the shape of the raster and may be larger than the
        picture.
        """
        fitted = max(Fraction(width) / self.width, Fraction(height) / self.height)
        pixels = fitted / Fraction(self.scale).limit_denominator(1000)
        return self.width * pixels, self.height * pixels
