"""Write the name of a place as prose: “the noodle bar”, “the ward of the hospital”. A proper name such as
Pryce House stays unchanged.

A model takes a name in capitals for a sign and draws the sign. Names that consist only of ordinary words are
therefore written in lower case with an article.
"""

from __future__ import annotations

import re
from functools import cache

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.engines.prompting.tables import list_prompt_rows
from milimo_tui.story.screenplay.line_grammar import RELATIVE_TIME
from milimo_tui.story.values.vocabulary import PLACE_STATES

_ORDINARY = """
a all and at back beneath big black blue bottom by central city control corner country dark deep dim dining
dirt door driver driver's driveway dusty east edge electricity empty end engine entry exit far fire first
floor for front gas goods great green grey gray ground half hospital hotel hot in inside interior large last
living little local long low lower main master meeting middle moving near narrow new next night north of off
office old on open other outer outside over parking passenger petrol police post power public railway red
room rooms roof row rural school seat seats second section service side small south spare staff station
stone street sub subway swimming table the third top town train under upper upstairs downstairs waiting wall
rim edge mouth foot watch bell map chart private cruiser lodge cabin water west white wide window winding
with wood wooden works yard noodle rain market car wash canal mud
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

_CLOCK = compile_lazily(r"\d{1,2}(?:[:.]\d\d)?\b(?!\d)")


def phrase_place_name(name: str) -> str:
    """Return the name of a place as it appears within a sentence. An empty name stays empty."""
    words = _WORD.findall(name)
    if not words:
        return name
    if not all(_is_ordinary_word(word) for word in words):
        return name
    small = name.lower()
    return small if re.match(r"(?:the|an?)\b", small) or name[-1:].isdigit() else f"the {small}"


def phrase_place_and_part(place: str, part: str, *, outside: bool) -> str:
    """Return a place together with its part that is visible: `the ward of the hospital`, `the jetty at the
    lake`.
    """
    part = " - ".join(each for each in part.split(" - ") if each.lower() not in PLACE_STATES)
    if not part and ", " in place:
        place, part = place.split(", ", 1)
    if not place or not part:
        return phrase_place_name(place or part)
    if part.lower() in place.lower():
        return phrase_place_name(place)
    return f"{phrase_place_name(part)} {'at' if outside else 'of'} {phrase_place_name(place)}"


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


def _is_ordinary_word(word: str) -> bool:
    low = word.lower().replace("’", "'")
    known = _list_ordinary_words()
    return low in known or low.removesuffix("s") in known or low.removesuffix("es") in known


@cache
def _list_ordinary_words() -> frozenset[str]:
    named = (word for row in list_prompt_rows("places", "place") for word in re.split(r"[|\s]", row["words"]))
    return frozenset(_ORDINARY.split()) | frozenset(map(str.lower, named))
