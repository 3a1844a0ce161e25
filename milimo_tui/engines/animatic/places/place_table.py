"""The table of places, read from `places.toml`: the drawings of each place, its light and its sound."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from milimo_tui.engines.animatic.draw.colour import Colour, parse_colour

_OPEN_AIR = 9.0  # depth in metres that is available for a crowd outdoors


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """A kind of place. `around`, `far` and `front` name drawings. `places.toml` describes every field."""

    around: str
    far: str = ""
    front: str = ""
    mood: Colour | None = None
    reach: float = 30.0
    haze: float = 0.012
    tone: str = "interior"
    seated: bool = False
    wild: bool = False
    deep: float = 2.0


def _parse_place(fields: dict[str, Any]) -> PlaceEntry:
    place = PlaceEntry(**fields)
    return replace(place, mood=parse_colour(fields["mood"])) if "mood" in fields else place


_TABLE = tomllib.loads(Path(__file__).with_name("places.toml").read_text(encoding="utf-8"))
INSIDE, OUTSIDE = (
    {kind: _parse_place(fields) for kind, fields in _TABLE[setting].items()}
    for setting in ("inside", "outside")
)


def find_place(kind: str, *, inside: bool) -> PlaceEntry:
    """Return the place of a kind. For an unknown kind, return a neutral room if `inside`, else a neutral
    landscape.
    """
    if inside:
        return INSIDE.get(kind, INSIDE["room"])
    return replace(OUTSIDE.get(kind, OUTSIDE["open"]), deep=_OPEN_AIR)
