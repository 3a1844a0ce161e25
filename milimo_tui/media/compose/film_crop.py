"""The part of a picture that is visible in the film, as a value for screens, pages and the viewer.

Imports neither numpy nor av, because the studio's process imports the module too.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class FilmCrop:
    """The crop of a picture on a raster of `width` × `height`, in the numbers of a clip.

    The picture is `scale` times as large as if fitted, and moved by `x` and `y`, shares of the raster. If
    `of_row` is set, the picture is a row of pictures of that raster side by side, such as a preview of a
    clip; the crop shows the middle one.
    """

    width: int
    height: int
    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0
    of_row: bool = False

    def on(self, width: int, height: int) -> FilmCrop:
        """Return the crop for a picture of a size: for a row of pictures, enlarged so that one of them is
        visible.
        """
        if not self.of_row:
            return self
        count = max(1, round(Fraction(width * self.height, height * self.width)))
        return FilmCrop(self.width, self.height, float(count), 0.0 if count % 2 else 0.5)

    def visible_size(self, width: Fraction | int, height: Fraction | int) -> tuple[Fraction, Fraction]:
        """Return the width and height of the full raster in pixels of a picture of the given size."""
        fitted = max(Fraction(width) / self.width, Fraction(height) / self.height)
        pixels = fitted / Fraction(self.scale).limit_denominator(1000)
        return self.width * pixels, self.height * pixels
