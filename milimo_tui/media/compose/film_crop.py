"""The part of a picture that the film shows of it, as a value that screens, pages and the viewer hand on.

Imports neither numpy nor av: the studio's process has it too.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class FilmCrop:
    """A picture on a raster of `width` × `height`: `scale` times as large as it fits there, moved by shares
    of it; these are a clip's own numbers.
    """

    width: int
    height: int
    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def seen(self, width: Fraction | int, height: Fraction | int) -> tuple[Fraction, Fraction]:
        """The pixels (across, down) that the whole raster has of a picture of that size."""
        fitted = max(Fraction(width) / self.width, Fraction(height) / self.height)
        pixels = fitted / Fraction(self.scale).limit_denominator(1000)
        return self.width * pixels, self.height * pixels
