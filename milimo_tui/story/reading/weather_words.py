"""Find weather in scene headings and text: `NIGHT - RAIN`, “Rain hammers the roof.”, “It begins to snow.”"""

from __future__ import annotations

import re
from collections.abc import Iterable

from milimo_tui.core.late_patterns import compile_lazily

_WORDS = """rain snow fog mist wind sun sleet hail storm thunder drizzle sunshine blizzard frost downpour haze
smog gale thunderstorm heat"""
WEATHERS = frozenset(_WORDS.split())
_IN_HEADING = compile_lazily(r"\s+[-–—]+\s+|[,()/\[\]]")
_NOUN = r"(rain|snow|fog|mist|sleet|hail|drizzle|thunderstorm|blizzard|downpour|smog|storm|gale)"
_MANNER = r"(?:(?:hard|heavy|light|thin|fine|cold|warm|driving|pouring|steady|thick|wet|soft|dense|icy) )*"
_FALLS = (
    r"(?:is |keeps |goes on |still )?(?:fall|pour|hammer|drum|beat|lash|pelt|pound|stream|patter|sheet|drift"
    r"|roll|swirl|whirl|hang|lie|rage|howl|run|com)(?:e?s|ing)\b"
)
_VERB = {"raining": "rain", "snowing": "snow", "pouring": "rain", "drizzling": "drizzle", "hailing": "hail"}
_HERE = (
    re.compile(
        rf"^(?:(?:The|A|An) )?{_MANNER}{_NOUN}"
        rf"(?: {_FALLS}| (?:on|over|against|outside|at|across|in) |[.,;:!]|$)",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(?:in|through|under|out of) (?:the|a) {_MANNER}{_NOUN}\b(?!['’-])", re.IGNORECASE),
    re.compile(r"\b[Ii]t(?: is|['’]s) (?:still )?(raining|snowing|pouring|drizzling|hailing)\b"),
)
_BEGINS = (
    re.compile(rf"\b{_NOUN} (?:begins|starts)(?: to \w+| \w+ing)?\b", re.IGNORECASE),
    re.compile(
        r"\b[Ii]t (?:begins|starts) (?:to (rain|snow|pour|hail|drizzle)|(raining|snowing|pouring|hailing))\b"
    ),
    re.compile(rf"\b{_NOUN} (?:comes down|rolls in|breaks|closes in)\b", re.IGNORECASE),
)
_ENDS = compile_lazily(
    rf"\b(?:{_NOUN} (?:has )?(?:stops|stopped|ends|lifts|lifted|clears|cleared|is over)"
    r"|it (?:has )?(?:stops|stopped) (?:raining|snowing|pouring))\b",
    re.IGNORECASE,
)
CLEAR = "clear"


def parse_heading_weather(heading: str) -> str:
    """Return the weather that one part of a scene heading names, such as `RAIN` in `EXT. PIER - NIGHT -
    RAIN`. Return an empty string if no part names weather.
    """
    for piece in _IN_HEADING.split(heading)[1:]:
        tokens = piece.casefold().split()
        if tokens and len(tokens) < 4 and tokens[-1] in WEATHERS:
            return " ".join(tokens)
    return ""


def find_opening_weather(texts: Iterable[str]) -> str:
    """Return the weather that the first sentences of a scene describe, or an empty string."""
    for text in texts:
        for pattern in _HERE:
            if found := pattern.search(text):
                return _normalize_weather_word(found)
        if changed := find_weather_change(text):
            return changed
    return ""


def find_weather_change(text: str) -> str:
    """Return the weather that begins in a sentence (“Snow begins to fall.”), or an empty string."""
    if _ENDS.search(text):
        return CLEAR
    return next((_normalize_weather_word(found) for each in _BEGINS if (found := each.search(text))), "")


def _normalize_weather_word(found: re.Match[str]) -> str:
    word = next(group for group in found.groups() if group).casefold()
    return _VERB.get(word, "rain" if word == "pour" else word)
