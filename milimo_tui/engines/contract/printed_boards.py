"""The printed form of a film: a panel for each shot or take, and a floor plan at the head of each scene."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from milimo_tui.engines.specs.spec_values import ShotFacts
from milimo_tui.media.compose.film_crop import FilmCrop

Layout = Literal[1, 3, 6, 9]
LAYOUTS: dict[str, Layout] = {"1": 1, "3": 3, "6": 6, "9": 9}
GRIDS: dict[int, tuple[int, int]] = {1: (1, 1), 3: (3, 1), 6: (3, 2), 9: (3, 3)}  # columns, rows of a page


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Speech(_Value):
    """Dialogue of a shot; `heard` is empty if the speaker is in the frame."""

    who: str
    heard: str
    words: str


class PrintedCamera(_Value):
    """The position of a shot's camera in a unit square, y up, and the point that the camera looks at."""

    number: str
    at: tuple[float, float]
    to: tuple[float, float]


class Floor(_Value):
    """A floor plan: a scene seen from above."""

    people: tuple[tuple[str, float, float], ...] = ()
    cameras: tuple[PrintedCamera, ...] = ()


class PrintedPanel(_Value):
    """A shot, or a take of a shot, on paper. `picture` is a media file, shown at `seconds`; without a file
    the panel is drawn. `crop` is the part that the film shows, if that is not the complete picture.

    `scene` is the scene's heading if the panel is the first of its scene. An `omitted` panel has no picture.
    """

    number: str
    scene: str = ""
    framing: str = ""
    length: str = ""
    timecode: str = ""
    action: str = ""
    speeches: tuple[Speech, ...] = ()
    note: str = ""
    picture: str = ""
    seconds: float = 0.0
    crop: FilmCrop | None = None
    facts: ShotFacts = ShotFacts()
    seed: int = 0
    floor: Floor | None = None
    omitted: bool = False


class Boards(_Value):
    """A complete print job. `aspect` is width divided by height of the film's pictures."""

    film: str
    aspect: float
    layout: Layout
    panels: tuple[PrintedPanel, ...]
