"""The place, time and weather at the beginning of a montage item in the forms of the format: `STREET MARKET -
MORNING - SNOW - The old man`, `THE LANE. Fog.` Pure functions.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.reading.place_words import FIXTURES, PLACES, names_a_place
from milimo_tui.story.reading.weather_words import translate_weather
from milimo_tui.story.screenplay.line_grammar import find_time_of_day
from milimo_tui.story.values.text import fold, split_words

USUAL = "DAY"  # Time of day of a montage item that names none.
_DASHES = compile_lazily(r"\s+(?:--?|[–—])\s+")
_MOST_DASHES = 4
_NAME = r"(?:[^\W\d_a-zà-öø-ÿ][^\W\d_a-zà-öø-ÿ'’]+[ ]?){1,4}"
_IN_PLACE = compile_lazily(
    r"\b(?:in|into|through|on|onto|across|along|down|up|inside|outside|at) (?:the|an?|his|her|their) "
    r"((?:[a-z-]+ )?[a-z-]+)(?=[.,;]|$)"
)
_CAPITALS = compile_lazily(rf"(THE |AN? )?({_NAME})(?:, ({_NAME}))?\.\s+(?:([^\W\d_]+)\.)?")


@dataclass(frozen=True, slots=True)
class ItemPlace:
    """The place, time and weather that a montage item names. `is_room` is True if the place may be a part of
    the scene's place.
    """

    place: str
    time: str = ""
    weather: str = ""
    is_room: bool = False


def parse_item_place(text: str) -> ItemPlace | None:
    """Return the place, time and weather at the beginning of a montage item, or None if it names no place."""
    return _parse_dashed_item(text) or _parse_item_in_capitals(text)


def find_place_in_item(text: str) -> str:
    """Return the only place that a montage item names after a preposition: `corridor` of “Amara swims through
    the corridor.” Otherwise return an empty string.
    """
    named = {
        found[1] for found in _IN_PLACE.finditer(text) if split_words(fold(found[1]))[-1] in PLACES - FIXTURES
    }
    return named.pop() if len(named) == 1 else ""


def _parse_dashed_item(text: str) -> ItemPlace | None:
    pieces = _DASHES.split(text, maxsplit=_MOST_DASHES)
    head = list(takewhile(str.isupper, pieces[:-1]))
    times = [time for piece in head[1:] if (time := find_time_of_day(piece))]
    weathers = [weather for piece in head[1:] if (weather := translate_weather(piece))]
    if not times and not weathers:
        return None
    rest = [piece for piece in head[1:] if names_a_place(split_words(fold(piece)))]
    return ItemPlace(" - ".join([head[0], *rest]), next(iter(times), USUAL), next(iter(weathers), ""))


def _parse_item_in_capitals(text: str) -> ItemPlace | None:
    found = _CAPITALS.match(text)
    if found is None or not found[2].isupper():
        return None
    article, name, town, condition = (each or "" for each in found.groups())
    place = " - ".join(filter(None, (name.strip(), town.strip())))
    is_room = not town and article not in ("A ", "AN ")
    return ItemPlace(place, find_time_of_day(condition), translate_weather(condition), is_room)
