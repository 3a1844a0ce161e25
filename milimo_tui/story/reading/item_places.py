"""The place, time and weather at the beginning of a montage item. Pure functions.

An item names its place first: “Erie, a bowling alley, league night.” or `STREET MARKET - MORNING - SNOW - The
old man`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.reading.place_words import PLACES, names_a_place
from milimo_tui.story.reading.resolved_headings import CLOCK, convert_hour_to_time_of_day
from milimo_tui.story.reading.weather_words import WEATHERS
from milimo_tui.story.values.text import fold, split_words

ARTICLE = compile_lazily(
    r"^(?:(?:(?:in(?:side)?|at|on|outside|by) )?(?:the|an?|his|her|their)\s+(?:same\s+)?|same\s+)",
    re.IGNORECASE,
)
_DASHES = compile_lazily(r"\s+(?:--?|[–—])\s+")
_TIME_WORDS = """dawn sunrise daybreak morning day daytime noon midday afternoon dusk sunset twilight
nightfall evening night midnight"""
TIMES = frozenset(_TIME_WORDS.split())
_SEASON_WORDS = """january february march april may june july august september october november december
spring summer autumn winter fall harvest midsummer midwinter christmas easter
monday tuesday wednesday thursday friday saturday sunday
later again stars moonlight"""
SEASONS = frozenset(_SEASON_WORDS.split())
USUAL = "DAY"  # Time of day of a montage item that names none.
_MOST_DASHES = 4
MOST_WORDS = 10  # A phrase with more words than this is not taken for the place of a montage item.


@dataclass(frozen=True, slots=True)
class ItemPlace:
    """The place, time and weather that a montage item names."""

    place: str
    time: str = ""
    weather: str = ""


def parse_item_phrase(phrase: str, after: str) -> ItemPlace | None:
    """Return the place, time and weather in the first phrase of a montage item, or None if it names no place.
    `after` is the single word that follows the phrase, such as a time or weather, or an empty string.
    """
    if len(phrase.split()) > MOST_WORDS:
        return None
    places: list[str] = []
    time, weather = "", ""
    for piece in re.split(r",| - ", phrase):
        tokens = split_words(fold(piece))
        if not tokens:
            continue
        if clock := CLOCK.search(piece):
            time = convert_hour_to_time_of_day(int(clock[1]), clock[2].casefold())
            tokens = split_words(fold(CLOCK.sub("", piece)))
            piece = CLOCK.sub("", piece)
        if (
            len(tokens) > 2
            and tokens[-1] in TIMES
            and tokens[-2] in ("at", "by")
            and names_a_place(tokens[:-2])
        ):
            # The phrase ends in a time: “A beach at dawn.”
            time, piece = tokens[-1], " ".join(piece.split()[:-2])
            places.append(ARTICLE.sub("", piece.strip(), count=1))
        elif tokens and tokens[-1] in TIMES:
            time = tokens[-1]
        elif tokens and tokens[-1] in WEATHERS:
            weather = tokens[-1]
        elif tokens and tokens[-1] not in SEASONS:
            places.append(ARTICLE.sub("", piece.strip(), count=1))
    proper = bool(places) and all(word[:1].isupper() for word in places[0].split())
    is_timed = len(places) < len(re.split(r",| - ", phrase)) and not re.match(r"an?\b", phrase, re.IGNORECASE)
    has_place = is_timed or any(names_a_place(split_words(fold(each))) for each in places[:2])
    if not places or (not has_place and not (proper and len(places[0].split()) < 3 and after)):
        return None
    if not has_place and after not in WEATHERS | TIMES | SEASONS:
        return None
    # A phrase in capitals may also name the town: “A FROZEN PITCH, RIO GALLEGOS”.
    in_capitals = phrase.isupper()
    keep = [
        each
        for at, each in enumerate(places)
        if at == 0 or in_capitals or names_a_place(split_words(fold(each)))
    ]
    if any(_narrates_act(each) for each in keep):
        return None
    time = time or (after if after in TIMES else "")
    return ItemPlace(
        " - ".join(each for each in keep[:3]), time, weather or (after if after in WEATHERS else "")
    )


def parse_dashed_item(text: str) -> ItemPlace | None:
    """Return the place, time and weather at the beginning of a montage item that separates them with dashes,
    or None: `STREET MARKET - MORNING - SNOW - The old man`.
    """
    pieces = _DASHES.split(text, maxsplit=_MOST_DASHES)
    head = list(takewhile(str.isupper, pieces[:-1]))
    words = [split_words(fold(piece)) for piece in head[1:]]
    times = [tokens[-1] for tokens in words if tokens and tokens[-1] in TIMES]
    weathers = [tokens[-1] for tokens in words if tokens and tokens[-1] in WEATHERS | {"sun", "sunshine"}]
    rest = [piece for piece, tokens in zip(head[1:], words, strict=True) if names_a_place(tokens)]
    if not (times or weathers or any(tokens and tokens[-1] in SEASONS for tokens in words)):
        return None
    weather = weathers[0] if weathers else ""
    return ItemPlace(" - ".join([head[0], *rest]), times[0] if times else USUAL.casefold(), weather)


def _narrates_act(piece: str) -> bool:
    """Return True if words narrate an act instead of naming a place."""
    tokens = split_words(piece)
    if any(
        fold(word) in ("he", "she", "they", "it", "we", "his", "her", "their", "is", "are") for word in tokens
    ):
        return True
    lower = [fold(word) for word in tokens[1:] if word.islower()]
    return any(
        word.endswith(("s", "ing"))
        and not word.endswith("ss")
        and word.removesuffix("s") not in PLACES
        and word not in PLACES
        for word in lower
    )
