"""Words of scene headings in other languages than English: INNEN, NUIT, AMANECER, TRE GIORNI DOPO.

Times are translated to English, because prompts, light and the order of scenes use the English words. “A
SECOND LATER” and its kind get a common form. The words are in `format_words.toml`.
"""

from __future__ import annotations

import re
from functools import cache

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
