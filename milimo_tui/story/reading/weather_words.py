"""Weather in scene headings (`NIGHT - RAIN`), and as a sentence of its own: “Rain.”, “Thick fog.”"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.screenplay.format_words import fold_word, list_format_keys, list_format_words
from milimo_tui.story.screenplay.line_grammar import find_time_of_day
from milimo_tui.story.values.text import split_words

_IN_HEADING = compile_lazily(r"\s+[-–—]+\s+|[,()/\[\]]")
_MOST_WORDS = 3  # A text with more words is not taken for weather alone.


@cache
def _map_weathers_to_english() -> dict[str, str]:
    """Return the English word for each word for weather. English words stay as they are."""
    words = {
        word: weather
        for weather in list_format_keys("weather")
        for word in list_format_words("weather", weather)
    }
    english = (
        word
        for weather in list_format_keys("weather")
        for word in list_format_words("weather", weather, "en")
    )
    return words | {word: word for word in english}


def names_weather(word: str) -> bool:
    """Return True if a word means weather."""
    return fold_word(word) in _map_weathers_to_english()


def translate_weather(text: str) -> str:
    """Return the weather that a short text consists of, in English: “Thick fog” stays, NEBEL is fog. Return
    an empty text for any other text.
    """
    words = split_words(text.strip(" ."))
    weathers = _map_weathers_to_english()
    if not 0 < len(words) <= _MOST_WORDS or not weathers.get(fold_word(words[-1])):
        return weathers.get(fold_word(words[0]), "") if len(words) == 1 else ""
    last = weathers[fold_word(words[-1])]
    return " ".join((*words[:-1], last)).casefold() if fold_word(words[-1]) == last else last


def parse_heading_weather(heading: str) -> str:
    """Return the weather that one part of a scene heading names, such as `RAIN` in `EXT. PIER - NIGHT -
    RAIN`. Return an empty text if no part names weather.
    """
    parts = (part for part in _IN_HEADING.split(heading)[1:] if not find_time_of_day(part))  # PUESTA DE SOL
    return next(filter(None, map(translate_weather, parts)), "")


def find_opening_weather(sentences: Iterable[str]) -> str:
    """Return the weather of the first sentence that consists only of it, or an empty text."""
    return next(filter(None, map(translate_weather, sentences)), "")
