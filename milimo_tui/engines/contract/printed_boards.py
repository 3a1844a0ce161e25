"""Values that describe a printed storyboard: a panel for each shot or take, and a floor plan at the start of
each scene.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from milimo_tui.engines.specs.spec_values import ShotFacts
from milimo_tui.media.compose.film_crop import FilmCrop

Layout = Literal[1, 3, 6, 9]
LAYOUTS: dict[str, Layout] = {"1": 1, "3": 3, "6": 6, "9": 9}
# Columns and rows of a page, by the number of panels on it.
GRIDS: dict[int, tuple[int, int]] = {1: (1, 1), 3: (3, 1), 6: (3, 2), 9: (3, 3)}


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Speech(_Value):
    """A line of dialogue in a shot. `heard` says how an unseen speaker is heard; it is empty if the speaker
    is in the frame.
    """

    who: str
    heard: str
    words: str


class PrintedCamera(_Value):
    """A camera on a floor plan. `at` is its position and `to` the point that it looks at, both in a unit
    square with y upwards. `number` is its shot's number.
    """

    number: str
    at: tuple[float, float]
    to: tuple[float, float]


class Floor(_Value):
    """A floor plan: the people (name, x, y) and cameras of a scene, seen from above."""

    people: tuple[tuple[str, float, float], ...] = ()
    cameras: tuple[PrintedCamera, ...] = ()


class PrintedPanel(_Value):
    """A panel of a printed storyboard: a shot, or one take of a shot. `picture` is a media file, and
    `seconds` is the time in it that is printed. Without a file the panel is drawn from `facts`. `crop` is the
    region of the picture that the film shows, or None if the film shows all of it.

    `scene` is the scene's heading if this panel is the first of its scene. An `omitted` panel has no picture.
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
    """A complete print job: the layout of the pages and the panels in order. `aspect` is the width of the
    film's pictures divided by their height.
    """

    film: str
    aspect: float
    layout: Layout
    panels: tuple[PrintedPanel, ...]
