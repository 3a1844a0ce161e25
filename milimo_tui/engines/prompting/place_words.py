"""What a kind of place is made of, how it is lit and what is heard in it, where the script does not say.

The table is `places.toml`. A row is found by words of the place's name, the part of a house before the
house; what is used of it is marked as filled, with the row's name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from milimo_tui.engines.prompting.tables import rows


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """A kind of place. `day` and `night` are its light, `sound` is what its room sounds like."""

    name: str
    words: str
    made_of: str
    day: str
    night: str
    sound: str
    outside: bool = False


_EITHER = ("car", "train", "boat", "plane")  # seen from within wherever they are
INSIDE = PlaceWords(
    "inside", "", "plain walls and worn floors", "soft daylight from one side",
    "a single lamp, the rest in shadow",
    "a quiet room",
)  # fmt: skip
OUTSIDE = PlaceWords(
    "outside",
    "",
    "bare ground and open air",
    "open daylight",
    "moonlight and deep shadows",
    "light wind",
    True,
)


def words_for(part: str, place: str, *, outside: bool) -> PlaceWords:
    """The row of a place: by its part, then by its name, else the plain one of inside or outside."""
    for text in (part, place):
        for pattern, row in _places():
            if text and pattern.search(text) and (row.outside == outside or row.name in _EITHER):
                return row
    return OUTSIDE if outside else INSIDE


@cache
def _places() -> tuple[tuple[re.Pattern[str], PlaceWords], ...]:
    return tuple(
        (re.compile(rf"\b(?:{row['words']})s?\b", re.IGNORECASE), PlaceWords(**row))
        for row in rows("places", "place")
    )
