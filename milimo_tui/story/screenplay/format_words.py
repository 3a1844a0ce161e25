"""Words of the screenplay format in six languages, from `format_words.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from milimo_tui.story.values.text import fold_accents

LANGUAGES: Mapping[str, str] = {
    "en": "English", "fr": "French", "de": "German", "es": "Spanish", "it": "Italian", "pt": "Portuguese",
}  # fmt: skip

_RELATIVE_TIMES = ("CONTINUOUS", "LATER", "SAME")


@cache
def _load_format_words() -> Mapping[str, Mapping[str, Mapping[str, list[str]]]]:
    return tomllib.loads(files(__package__).joinpath("format_words.toml").read_text("utf-8"))


@cache
def list_format_words(kind: str, key: str, language: str = "") -> tuple[str, ...]:
    """Return the words of a table (`times`, `NIGHT`) in one language, or in all languages. The words are in
    small letters without accents; longer words come first.
    """
    by_language = _load_format_words()[kind][key]
    languages = [language] if language else list(by_language)
    words = dict.fromkeys(fold_word(word) for each in languages for word in by_language.get(each, ()))
    return tuple(sorted(words, key=len, reverse=True))


@cache
def list_written_words(kind: str, key: str, language: str = "") -> tuple[str, ...]:
    """Return the words of a table as they are written there, in one language or in all, longer words
    first.
    """
    by_language = _load_format_words()[kind][key]
    languages = [language] if language else list(by_language)
    words = (word for each in languages for word in by_language.get(each, ()))
    return tuple(sorted(dict.fromkeys(words), key=len, reverse=True))


def list_format_keys(kind: str) -> tuple[str, ...]:
    """Return the names of the tables of one kind, such as the English times of day."""
    return tuple(_load_format_words()[kind])


def find_english_word(text: str, kind: str, language: str) -> str:
    """Return the key of a table (`times`, `weather`) whose word in a language other than English is in a
    text: “am Abend” is EVENING, “dichter Nebel” is fog. Return an empty text if no word is in it.

    A time of day wins over a relative time, and the first word over later ones.
    """
    if language in ("", "en"):
        return ""
    folded = fold_word(text)
    found = [
        (key in _RELATIVE_TIMES, match.start(), -len(match[0]), key)
        for key in list_format_keys(kind)
        for word in list_format_words(kind, key, language)
        if (match := re.search(rf"(?<!\w){re.escape(word)}(?!\w)", folded))
    ]
    return min(found)[-1] if found else ""


@cache
def make_word_pattern(kind: str, key: str) -> str:
    """Return a regular expression for the words of a table in all languages, for a folded text."""
    return "|".join(map(re.escape, list_format_words(kind, key)))


def fold_word(text: str) -> str:
    """Return a text in small letters without accents and with plain apostrophes."""
    return fold_accents(text.strip()).replace("’", "'")
