"""Film formats for common purposes. Each has a size and a frame rate. All functions are pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from milimo_tui.core.errors import BadInput
from milimo_tui.core.spelling import find_closest_names
from milimo_tui.core.time import parse_rate
from milimo_tui.engines.contract.fitting import ASPECTS, RASTERS

# The aspect ratio (width to height) from which on a film counts as cinema format.
CINEMA_RATIO = Fraction(9, 5)


@dataclass(frozen=True, slots=True)
class FilmFormat:
    """A film format for one purpose.

    `words` is its description in forms, `size` the name of a raster (frame size), and `use` the purpose.
    """

    name: str
    words: str
    size: str
    rate: str
    use: str

    @property
    def sides(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return RASTERS.get(self.size) or ASPECTS[self.size]

    @property
    def raster_text(self) -> str:
        """The size as text: `1024 × 576`."""
        return "{} × {}".format(*self.sides)


# The first format is that of a film for which the user names none.
FORMATS = (
    FilmFormat("wide", "wide 16:9", "wide", "25", "television"),
    FilmFormat("landscape", "landscape 3:2", "landscape", "25", "quickest"),
    FilmFormat("cinema", "cinema 1.85:1", "cinema", "24", "cinema"),
    FilmFormat("scope", "scope 2.39:1", "2.39:1", "24", "wide cinema"),
    FilmFormat("classic", "classic 4:3", "4:3", "24", "old films"),
    FilmFormat("square", "square 1:1", "1:1", "30", "posts"),
    FilmFormat("portrait", "portrait 2:3", "portrait", "30", "portraits"),
    FilmFormat("upright", "upright 9:16", "9:16", "30", "telephones"),
)
NAMES = tuple(each.name for each in FORMATS)


def find_film_format(name: str) -> FilmFormat:
    """Return a format by its name. Raises BadInput with the valid names."""
    wanted = name.strip().lower()
    for each in FORMATS:
        if wanted in (each.name, each.words):
            return each
    near = find_closest_names(name, NAMES)
    raise BadInput(
        f"“{name}” is not a format", f"similar names: {near}" if near else f"formats: {', '.join(NAMES)}"
    )


def choose_raster_and_rate(format: str, size: str, rate: str) -> tuple[int, int, Fraction]:
    """Return the width, height and frame rate of a new film. `size` and `rate` are texts from the user; if
    one is empty, the value of the format is used. Raises BadInput.
    """
    chosen = find_film_format(format or FORMATS[0].name)
    width, height = parse_raster(size) if size else chosen.sides
    return width, height, parse_rate(rate or chosen.rate)


def classify_shape(width: int, height: int) -> str:
    """Return the shape of a raster by its sides: landscape, portrait, square or cinema."""
    if width == height:
        return "square"
    if height > width:
        return "portrait"
    return "cinema" if Fraction(width, height) >= CINEMA_RATIO else "landscape"


def parse_raster(text: str) -> tuple[int, int]:
    """Parse a frame size. Return width and height in pixels, both even. Raises BadInput."""
    if found := RASTERS.get(text) or ASPECTS.get(text):
        return found
    width, cross, height = text.lower().partition("x")
    if not cross or not (width + height).isdecimal() or not width or not height:
        raise BadInput(f"“{text}” is not a size", f"write 1024x576, or {', '.join((*RASTERS, *ASPECTS))}")
    sides = int(width), int(height)
    if any(side % 2 or not 64 <= side <= 8192 for side in sides):
        raise BadInput(
            f"a film can't have the size {text}", "give two even numbers of pixels, from 64 to 8192"
        )
    return sides
