"""Write the name of a place as prose: “the noodle bar”, “the ward of the hospital”. A proper name such as
Pryce House stays unchanged. Decide from the words of a name if the place is inside or outside; the words are
in `place_sides.toml`.

A model takes a name in capitals for a sign and draws the sign. Names that consist only of ordinary words are
therefore written in lower case with an article. Acronyms stay in capitals.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting.script_marks import is_acronym, restore_acronyms
from milimo_tui.story.reading.place_words import PLACES
from milimo_tui.story.screenplay.line_grammar import RELATIVE_TIME
from milimo_tui.story.values.shot_words import Setting
from milimo_tui.story.values.text import fold
from milimo_tui.story.values.vocabulary import PLACE_STATES

_ORDINARY = """
a all and at back beneath big black blue bottom by central city control corner country dark deep dim
dining dirt door driver driver's driveway dusty east edge electricity empty end engine entry exit far fire
first floor for front gas goods great green grey gray ground half hospital hotel hot in inside interior
large last living little local long low lower main master meeting middle moving near narrow new next night
north of off office old on open other outer outside over parking passenger petrol police post power public
railway red room rooms roof row rural school seat seats second section service side small south spare
staff station stone street sub subway swimming table the third top town train under upper upstairs
downstairs waiting wall rim edge mouth foot watch bell map chart private cruiser lodge cabin water west
white wide window winding with wood wooden works yard noodle rain market car wash canal mud lost luggage
briefing video bus shelter county farmyard boatyard slipway drawing counter steps eternal examination
interview treatment operating changing storage control server laundry board courtroom gate catwalk steel
iron coal fish flower book sky space
"""
_WORD = compile_lazily(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_TIMES = (
    (r"\bmidnight\b", "at midnight"),
    (r"\b(?:pre-?dawn|dawn|sunrise|daybreak|first light)\b", "at dawn"),
    (r"\bnoon|midday\b", "at noon"),
    (r"\bafternoon\b", "in the afternoon"),
    (r"\bmorning\b", "in the morning"),
    (r"\b(?:dusk|twilight|magic hour|golden hour|sunset|sundown)\b", "at dusk"),
    (r"\bevening\b", "in the evening"),
    (r"\bnight\b", "at night"),
    (r"\bday\b", "by day"),
)

_WEATHER_WORDS = """rain snow fog mist wind sun sleet hail storm thunder drizzle sunshine blizzard frost
downpour haze smog gale thunderstorm heat rainfall snowfall cloud clouds skies sky"""
_WEATHERS = frozenset(_WEATHER_WORDS.split())
_SIDE = compile_lazily(r"\b(inside|indoors|outside|outdoors|in front of|behind)\b", re.IGNORECASE)
_PREPOSITION = compile_lazily(
    r"\s+(?:of|at|in|by|near|with|above|below|under|over|on|opposite)\s+", re.IGNORECASE
)
# A name that is a phrase and no noun, such as “by the river”.
_AT_PLACE = compile_lazily(
    r"(?:(?:just|right|high|deep|far) )?"
    r"(?:on|at|in|by|near|behind|under|over|above|inside|outside|along|among|around|opposite|across|between|beside"
    r"|beneath|below)\s",
    re.IGNORECASE,
)
_OWNER = compile_lazily(r"[^\W\d_][\w-]*['’]s?")
_CLOCK = compile_lazily(r"\d{1,2}(?:[:.]\d\d)?\b(?!\d)")


@dataclass(frozen=True, slots=True)
class PlaceUsage:
    """The usage of words in the script, which decides if the name of a place is a proper name."""

    ordinary_words: frozenset[str] = frozenset()  # words that the script writes in lower case
    described_names: frozenset[str] = frozenset()  # names that the script uses with an article


def phrase_place_name(name: str, usage: PlaceUsage = PlaceUsage()) -> str:
    """Return the name of a place as it appears within a sentence. An empty name stays empty."""
    words = _WORD.findall(name)
    if not words:
        return name
    is_described = name in usage.described_names
    name = restore_acronyms(name).rstrip(".")
    if _AT_PLACE.match(name):
        return f"{name[:1].lower()}{name[1:]}"
    owner, blank, rest = name.partition(" ")
    is_owned = blank and _OWNER.fullmatch(owner) and not _is_ordinary_word(owner, usage)
    if is_owned and _is_ordinary_name(rest, usage):
        return f"{owner} {_lower_words(rest)}"
    is_plain = name.islower() and words[-1] in PLACES
    if not is_plain and not _is_ordinary_name(name, usage):
        return f"the {name}" if is_described else name
    small = _lower_words(name)
    return small if re.match(r"(?:the|an?)\b", small) or name[-1:].isdigit() else f"the {small}"


def phrase_place_and_part(place: str, part: str, *, outside: bool, usage: PlaceUsage = PlaceUsage()) -> str:
    """Return a place together with its part that is visible: `the ward of the hospital`, `the jetty at the
    lake`.
    """
    part = " - ".join(each for each in part.split(" - ") if each.lower() not in PLACE_STATES)
    if place.casefold().startswith("no "):
        place = ""  # “No place to be seen”.
    if not part:
        return ", ".join(phrase_place_name(each, usage) for each in place.split(", "))
    if not place or part.lower() in place.lower():
        return phrase_place_name(place or part, usage)
    whole, spot = phrase_place_name(place, usage), phrase_place_name(part, usage)
    if _AT_PLACE.match(part) or _AT_PLACE.match(place):
        return f"{whole}, {spot}"
    return f"{spot} {'at' if outside else 'of'} {whole}"


def _is_ordinary_name(name: str, usage: PlaceUsage) -> bool:
    return all(_is_ordinary_word(word, usage) or is_acronym(word.upper()) for word in _WORD.findall(name))


def _lower_words(name: str) -> str:
    return _WORD.sub(lambda found: found[0] if is_acronym(found[0]) else found[0].lower(), name)


def phrase_time_of_day(time_of_day: str) -> str:
    """Return a time of day as a phrase, such as `at night`. Empty if the scene heading gives only a time
    relative to the scene before, such as LATER.
    """
    for time, words in _TIMES:
        if re.search(time, time_of_day, re.IGNORECASE):
            return words
    if not time_of_day or RELATIVE_TIME.match(time_of_day):
        return ""
    return f"at {'' if _CLOCK.match(time_of_day) else 'the time of '}{time_of_day.lower()}"


def phrase_weather(weather: str) -> str:
    """Return the weather as a noun phrase, such as `light rain` or `foggy weather`. Empty for no weather."""
    words = weather.split()
    if not words or words[-1] in _WEATHERS or words[-1] == "weather":
        return weather
    return f"{weather} weather" if len(words) < 4 else weather


def _is_ordinary_word(word: str, usage: PlaceUsage) -> bool:
    low = word.lower().replace("’", "'")
    known = _list_ordinary_words()
    if fold(word) in usage.ordinary_words:
        return True
    return low in known or low.removesuffix("s") in known or low.removesuffix("es") in known


@cache
def _list_ordinary_words() -> frozenset[str]:
    named = (word for words in _read_setting_words().values() for word in re.split(r"[|\s]", words))
    return frozenset(_ORDINARY.split()) | frozenset(named) | PLACES


def is_outside(meaning: ShotMeaning) -> bool:
    """Return True if a shot is outdoors, by its heading or, if this does not specify it, by its place."""
    if meaning.setting:
        return meaning.setting.startswith("EXT")
    return Setting.EXTERIOR in (find_place_setting(meaning.part), find_place_setting(meaning.place))


def find_place_setting(name: str) -> Setting:
    """Return whether a place is inside or outside, from the words of its name. The last words decide, as in
    “tower roof”, and words after a preposition do not count, as in “roof of the house”. Return `Setting.NONE`
    if no word decides, or if the place is a vehicle.
    """
    last = name.rpartition(" - ")[2] or name
    if found := _SIDE.search(last):
        return Setting.INTERIOR if found[1].lower() in ("inside", "indoors") else Setting.EXTERIOR
    head = _PREPOSITION.split(last.strip(), maxsplit=1)[0].rstrip()
    matches = [
        (found.end(), len(found[0]), side)
        for side, pattern in _compile_sides().items()
        for found in pattern.finditer(head)
    ]
    side = max(matches, default=(0, 0, "either"))[2]
    return {"inside": Setting.INTERIOR, "outside": Setting.EXTERIOR}.get(side, Setting.NONE)


@cache
def _compile_sides() -> dict[str, re.Pattern[str]]:
    return {
        side: re.compile(rf"\b(?:{words})s?\b", re.IGNORECASE)
        for side, words in _read_setting_words().items()
    }


@cache
def _read_setting_words() -> dict[str, str]:
    """Return the alternatives of words for each side: inside, outside and either."""
    table = tomllib.loads(files(__package__).joinpath("place_sides.toml").read_text("utf-8"))
    return {side: "|".join(words.strip().splitlines()) for side, words in table.items()}
