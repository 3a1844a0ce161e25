"""Describe the look, light and sound of a kind of place, for shots whose script does not describe them. The
table is `places.toml`.

A row is found by words in the name of the place. If both a part of a building and the building have a row,
the row of the part is used: the kitchen and not the hospital. A prompt part that contains text from the table
is marked as filled in, with the name of the row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting.tables import list_prompt_rows
from milimo_tui.story.reading.place_words import BUILDINGS, ROOMS, is_inside
from milimo_tui.story.values.shot_words import Setting


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """A row of `places.toml`, which describes a kind of place.

    - `day` and `night` are descriptions of its light at these times.
    - `behind` describes its background.
    - `moves` is a motion that is always visible there.
    - `sound` is its room tone.
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


# A row found by one of these general words is used only if no other word in the name of the place finds a
# row.
_ANY = frozenset({"room", "house", "home"})
# Vehicles. Their rows serve both inside and outside shots.
_EITHER = ("car", "bus", "train", "boat", "plane")
_SIDE = compile_lazily(r"\b(inside|indoors|outside|outdoors|in front of|behind)\b", re.IGNORECASE)
_PREPOSITION = compile_lazily(
    r"\s+(?:of|at|in|by|near|with|above|below|under|over|on|opposite)\s+", re.IGNORECASE
)
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
# For a shot whose script does not specify inside or outside, at an unknown kind of place.
UNKNOWN = PlaceWords(
    name="unknown place",
    words="",
    made_of="",
    day="soft, even light",
    night="low light, the rest in shadow",
    behind="the same place, out of focus",
    moves="the air is still",
    sound="a quiet background",
)


def find_shot_place(meaning: ShotMeaning) -> PlaceWords:
    """Return the table row for the place of a shot. If the script does not specify whether the shot is inside
    or outside, the words of the place decide. No walls or sky are invented if these words are not known.
    """
    row = find_place_words(meaning.part, meaning.place, outside=is_outside(meaning))
    return UNKNOWN if not meaning.setting and row in (INSIDE, OUTSIDE) else row


def is_outside(meaning: ShotMeaning) -> bool:
    """Return True if a shot is outdoors, by its heading or, if this does not specify it, by its place."""
    if meaning.setting:
        return meaning.setting.startswith("EXT")
    return is_inside(re.findall(r"[^\W\d_]+", f"{meaning.place} {meaning.part}".casefold())) is False


def find_place_words(part: str, place: str, *, outside: bool) -> PlaceWords:
    """Return the table row for a place. The row is found by the name of its part, or else by the name of the
    place. If neither finds a row, the general row for inside or outside is returned.
    """
    found = [
        (row, match[0])
        for text in (part, place)
        if (hit := _match_place_row(text, outside=outside)) is not None
        for row, match in (hit,)
    ]
    rows = [row for row, word in found if word.lower().removesuffix("s") not in _ANY] or [
        row for row, _ in found
    ]
    return rows[0] if rows else OUTSIDE if outside else INSIDE


def find_place_setting(name: str) -> Setting:
    """Return whether a place is inside or outside, from the words of its name. The last words decide, as in
    “tower roof”, and words after a preposition do not count, as in “roof of the house”. Return `Setting.NONE`
    if no word decides, or if the place is a vehicle.
    """
    last = name.rpartition(" - ")[2] or name
    if found := _SIDE.search(last):
        return Setting.INTERIOR if found[1].lower() in ("inside", "indoors") else Setting.EXTERIOR
    head = _PREPOSITION.split(last.strip(), maxsplit=1)[0].rstrip()
    rows = [
        (match.end(), len(match[0]), row)
        for pattern, row in _read_places_table()
        for match in pattern.finditer(head)
    ]
    end, _, row = max(rows, key=lambda found_row: found_row[:2], default=(0, 0, None))
    if end < len(head) and head.lower().rpartition(" ")[2].removesuffix("s") in ROOMS | BUILDINGS:
        return Setting.INTERIOR
    if row is None or row.name in _EITHER:
        return Setting.NONE
    return Setting.EXTERIOR if row.outside else Setting.INTERIOR


def _match_place_row(text: str, *, outside: bool) -> tuple[PlaceWords, re.Match[str]] | None:
    for pattern, row in _read_places_table():
        if text and (match := pattern.search(text)) and (row.outside == outside or row.name in _EITHER):
            return row, match
    return None


@cache
def _read_places_table() -> tuple[tuple[re.Pattern[str], PlaceWords], ...]:
    return tuple(
        (re.compile(rf"\b(?:{row['words']})s?\b", re.IGNORECASE), PlaceWords(**row))
        for row in list_prompt_rows("places", "place")
    )
