"""The look, light and sound of a kind of place, where the script does not describe them. The table is
`places.toml`.

A row is found by words of the place's name; the part of a building takes precedence over the building. Text
from the table is marked as filled, with the row's name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from milimo_tui.engines.prompting.tables import list_prompt_rows


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """A kind of place.

    `day` and `night` are its light, `behind` is its background, `moves` is a motion that is always there,
    `sound` is its room tone.
    """

    name: str
    words: str
    made_of: str
    day: str
    night: str
    behind: str
    moves: str
    sound: str
    outside: bool = False


_ANY = frozenset({"room", "house", "home"})  # these words say less than the name of the complete place
_EITHER = ("car", "bus", "train", "boat", "plane")  # vehicles: one row serves inside and outside shots
INSIDE = PlaceWords(
    name="inside",
    words="",
    made_of="plain walls and worn floors",
    day="soft daylight from one side",
    night="a single lamp, the rest in shadow",
    behind="a plain wall and a closed door",
    moves="dust drifts in the light",
    sound="a quiet room tone",
)
OUTSIDE = PlaceWords(
    name="outside",
    words="",
    made_of="bare ground under an open sky",
    day="open daylight",
    night="moonlight and deep shadows",
    behind="a low horizon",
    moves="dust stirs in a light wind",
    sound="light wind",
    outside=True,
)


def find_place_words(part: str, place: str, *, outside: bool) -> PlaceWords:
    """Return the row of a place: by its part, then by its name, otherwise the general row for inside or
    outside.
    """
    found = [
        (row, said[0])
        for text in (part, place)
        if (hit := _match_place_row(text, outside=outside)) is not None
        for row, said in (hit,)
    ]
    told = [row for row, word in found if word.lower().removesuffix("s") not in _ANY] or [
        row for row, _ in found
    ]
    return told[0] if told else OUTSIDE if outside else INSIDE


def _match_place_row(text: str, *, outside: bool) -> tuple[PlaceWords, re.Match[str]] | None:
    for pattern, row in _read_places_table():
        if text and (said := pattern.search(text)) and (row.outside == outside or row.name in _EITHER):
            return row, said
    return None


@cache
def _read_places_table() -> tuple[tuple[re.Pattern[str], PlaceWords], ...]:
    return tuple(
        (re.compile(rf"\b(?:{row['words']})s?\b", re.IGNORECASE), PlaceWords(**row))
        for row in list_prompt_rows("places", "place")
    )
