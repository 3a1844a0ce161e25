"""Words of scene headings in other languages than English: INNEN, NUIT, AMANECER, TRE GIORNI DOPO.

Times are translated to English, because prompts, light and the order of scenes use the English words. “A
SECOND LATER” and its kind get a common form. The words are in `format_words.toml`.
"""

from __future__ import annotations

import re
from functools import cache

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.screenplay.format_words import (
    fold_word,
    list_format_keys,
    list_format_words,
    list_written_words,
    make_word_pattern,
)
from milimo_tui.story.values.shot_words import Setting

# Words for inside and outside, which must be in capitals. “EST” is Italian, and also ESTABLISHING.
PREFIX_WORDS = "|".join(
    re.escape(word) for key in ("both", "inside", "outside") for word in list_written_words("settings", key)
)

_BEFORE_TIME = compile_lazily(r"^\([^()]*\)\s?")  # An addition before a time: (RÜCKBLENDE) TAG.
_TIME_END = compile_lazily(r"\s?[,./(]|\s(?=\d)")  # The end of a time before an addition.
_SEGMENT = compile_lazily(r"[^\s,./()\d][^,./()\d]*(?<!\s)")  # A text between marks and numbers.
_ROOMS = frozenset({"suite"})  # Words for times that are also rooms: SUITE 204 is a place.


@cache
def _map_times_to_english() -> dict[str, str]:
    return {word: time for time in list_format_keys("times") for word in list_format_words("times", time)}


@cache
def _compile_durations() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of “A SECOND LATER” (QUELQUES MINUTES PLUS TARD), of “AFTER SOME HOURS”, and of
    “THREE DAYS LATER” (ZWEI WOCHEN SPÄTER). The last needs a number or another word.
    """
    later, after = (make_word_pattern("durations", key) for key in ("later", "after"))
    short = "|".join(
        rf"(?P<{unit}>{make_word_pattern('units', unit)})" for unit in ("MOMENTS", "MINUTES", "HOURS")
    )
    long = make_word_pattern("units", "long")
    return (
        re.compile(rf"(?:\w+ ){{0,2}}(?:{short}) (?:{later})"),
        re.compile(rf"(?:{after}) (?:\w+ ){{1,2}}(?:{short})"),
        re.compile(rf"(?:\w+ ){{1,2}}(?:{long}) (?:{later})|(?:{after}) (?:\w+ ){{1,2}}(?:{long})"),
    )


def translate_time(text: str) -> str:
    """Return the time of a heading in English. A text that is no time stays as it is."""
    folded = _fold_time(text)
    if time := _map_times_to_english().get(folded):
        return time
    soon, after_some, _ = _compile_durations()
    found = soon.fullmatch(folded) or after_some.fullmatch(folded)
    return f"{found.lastgroup} LATER" if found else text


def translate_time_with_addition(text: str) -> str:
    """Return a part of a heading that begins with a time in English, with the times of its additions: NACHT
    (SPÄTER), JOUR (FLASHBACK), NOCHE, LLUVIA. A text that begins with no time stays as it is.
    """
    translated = translate_time(text)
    start = _TIME_END.split(_BEFORE_TIME.sub("", text), maxsplit=1)[0]
    if translated != text or _fold_time(start) in _ROOMS or translate_time(start) == start:
        return translated
    return _SEGMENT.sub(lambda found: translate_time(found[0]), text)


def remove_era(text: str) -> str:
    """Return a part of a heading without a flashback or dream in brackets at its end: HOUSE (DREAM). An era
    alone becomes an empty text.
    """
    place, bracket, addition = text.rpartition("(")
    if bracket and text.endswith(")") and _names_era(addition[:-1]):
        return place.rstrip()
    return "" if _names_era(text) else text


def _names_era(text: str) -> bool:
    return _compile_era_names().fullmatch(_fold_time(text)) is not None


@cache
def _compile_era_names() -> re.Pattern[str]:
    words = "|".join(make_word_pattern("eras", key) for key in list_format_keys("eras") if key != "end")
    return re.compile(
        rf"(?:flash[- ]?back|flash[- ]?forward|dream|memory|nightmare|fantasy|hallucination|{words})"
        r"(?: sequence)?"
    )


def is_memory(text: str) -> bool:
    """Return True if a part of a heading is a word for a flashback that may also be an ordinary word, such as
    ERINNERUNG or SOUVENIR.
    """
    return _fold_time(text) in list_format_words("eras", "memory")


def is_much_later(text: str) -> bool:
    """Return True if a part of a heading says that days or years have passed, so that the time of day is not
    that of the scene before.
    """
    return _compile_durations()[2].fullmatch(_fold_time(text)) is not None


def _fold_time(text: str) -> str:
    return fold_word(text.strip(" ."))


def get_prefix_setting(word: str) -> Setting:
    """Return the setting that a word of `PREFIX_WORDS` means."""
    lower = word.casefold()
    if "/" in lower:
        return Setting.BOTH
    is_inside = fold_word(lower) in list_format_words("settings", "inside")
    return Setting.INTERIOR if is_inside else Setting.EXTERIOR
