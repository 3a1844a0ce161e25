"""The part of a picture that the film shows of it, as a value that screens, pages and the viewer hand on.

Imports neither numpy nor av: the studio's process has it too.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class FilmCrop:
    """A picture on a raster of `width` × `height`: `scale` times as large as it fits there, moved by shares
    of it; these are a clip's own numbers. `of_row`: of pictures of that raster side by side, as previews of
    clips are, the middle one.
    """

    width: int
    height: int
    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0
    of_row: bool = False

    def on(self, width: int, height: int) -> FilmCrop:
        """Return the crop of a picture of that size: of a row as large as to show one of it."""
        if not self.of_row:
            return self
        count = max(1, round(Fraction(width * self.height, height * self.width)))
        return FilmCrop(self.width, self.height, float(count), 0.0 if count % 2 else 0.5)

    def seen(self, width: Fraction | int, height: Fraction | int) -> tuple[Fraction, Fraction]:
        """The pixels (across, down) that the whole raster has of a picture of that size."""
        fitted = max(Fraction(width) / self.width, Fraction(height) / self.height)
        pixels = fitted / Fraction(self.scale).limit_denominator(1000)
        return self.width * pixels, self.height * pixels
