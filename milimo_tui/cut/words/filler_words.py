"""Find the filler words of a transcript, such as “um”. The lists by language are in `filler_words.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from milimo_tui.cut.words.transcripts import WITHOUT_SPACES, SpokenWord
from milimo_tui.cut.words.word_search import simplify_word

_LONGEST_PHRASE = 8  # The largest number of words of a phrase.
_QUESTIONS = ("?", "？")


@cache
def _load_filler_words() -> Mapping[str, Mapping[str, object]]:
    return tomllib.loads(files(__package__).joinpath("filler_words.toml").read_text("utf-8"))


def list_filler_languages() -> tuple[str, ...]:
    """Return the codes of the languages that have a list of filler words."""
    return tuple(_load_filler_words())


@cache
def list_filler_words(language: str) -> tuple[str, ...]:
    """Return the filler words of a language; empty for a language without a list."""
    found = _load_filler_words().get(language, {}).get("words", ())
    return tuple(map(str, found)) if isinstance(found, list) else ()


def parse_own_fillers(text: str) -> tuple[str, ...]:
    """Return the words and phrases of a text that are separated by commas: `like, you know`."""
    return tuple(part for part in (" ".join(each.split()) for each in text.split(",")) if simplify_word(part))


def find_filler_runs(
    words: Sequence[SpokenWord], language: str, own: Iterable[str] = ()
) -> tuple[range, ...]:
    """Return the places of filler words as ranges of indexes of `words`, without overlap. `own` are words and
    phrases that the user has added. A word with a question mark, such as “eh?”, is not a filler word.

    In languages without spaces a transcript may divide a filler word into several pieces.
    """
    separator = "" if language in WITHOUT_SPACES else " "
    phrases = {_simplify_phrase(each, separator) for each in (*list_filler_words(language), *own)}
    found: list[range] = []
    start = 0
    while start < len(words):
        end = _find_phrase_end(words, start, phrases, separator)
        if end > start:
            found.append(range(start, end))
        start = max(end, start + 1)
    return tuple(found)


def _find_phrase_end(
    words: Sequence[SpokenWord], start: int, phrases: Collection[str], separator: str
) -> int:
    """Return the index after the longest phrase that begins at a word; `start` if none begins there."""
    best = start
    for end in range(start + 1, min(start + _LONGEST_PHRASE, len(words)) + 1):
        said = separator.join(word.text for word in words[start:end])
        if _simplify_phrase(said, separator) in phrases and not said.endswith(_QUESTIONS):
            best = end
    return best


def _simplify_phrase(text: str, separator: str) -> str:
    return separator.join(filter(None, (_shorten_end(simplify_word(each)) for each in text.split())))


def _shorten_end(word: str) -> str:
    """Return a word whose last letter occurs at most twice at the end: “hmmmm” becomes “hmm”."""
    while len(word) > 2 and word[-1] == word[-2] == word[-3]:
        word = word[:-1]
    return word
