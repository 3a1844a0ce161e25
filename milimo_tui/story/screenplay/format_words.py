"""Words of the screenplay format in six languages, from `format_words.toml`, and the language of a script."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from milimo_tui.story.values.text import fold_accents

LANGUAGES: Mapping[str, str] = {
    "en": "English", "fr": "French", "de": "German", "es": "Spanish", "it": "Italian", "pt": "Portuguese",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_FEWEST_WORDS = 12  # A script with fewer words is not enough to recognize its language.
_SMALLEST_SHARE = 0.1  # Smallest share of frequent words in a text of a known language.
_LATIN_SHARE = 0.5  # Smallest share of Latin letters in a text of a known language.


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


def list_written_words(kind: str, key: str) -> tuple[str, ...]:
    """Return the words of a table as they are written there, longer words first."""
    words = (word for by_language in _load_format_words()[kind][key].values() for word in by_language)
    return tuple(sorted(dict.fromkeys(words), key=len, reverse=True))


def list_format_keys(kind: str) -> tuple[str, ...]:
    """Return the names of the tables of one kind, such as the English times of day."""
    return tuple(_load_format_words()[kind])


@cache
def make_word_pattern(kind: str, key: str) -> str:
    """Return a regular expression for the words of a table in all languages, for a folded text."""
    return "|".join(map(re.escape, list_format_words(kind, key)))


def fold_word(text: str) -> str:
    """Return a text in small letters without accents and with plain apostrophes."""
    return fold_accents(text.strip()).replace("’", "'")


def recognize_language(texts: Iterable[str]) -> str | None:
    """Return the language of texts (`en`, `fr` …), an empty text if it is another language, or None if there
    are too few words to decide.
    """
    whole = "\n".join(texts)
    letters = [char for char in whole if char.isalpha()]
    latin = sum(unicodedata.name(char, "").startswith("LATIN") for char in letters)
    words = [fold_word(word) for word in _WORD.findall(whole)]
    if letters and latin < _LATIN_SHARE * len(letters):
        return ""
    if len(words) < _FEWEST_WORDS:
        return None
    counts = {
        language: sum(map(frozenset(list_format_words("language", "common", language)).__contains__, words))
        for language in LANGUAGES
    }
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] >= _SMALLEST_SHARE * len(words) else ""
