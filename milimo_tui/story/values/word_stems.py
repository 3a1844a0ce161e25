"""Beginnings of words, so that words with different endings count as the same word."""

from __future__ import annotations

from milimo_tui.story.values.text import fold_accents, split_words

STEM = (
    4  # Letters of a word that are compared. Words with fewer letters are too common to support a statement.
)


def list_word_stems(text: str, shortest: int = STEM) -> set[str]:
    """Return the beginnings of the words of a text that have at least `shortest` letters. Numbers in digits
    are left out.
    """
    words = split_words(fold_accents(text))
    return {word[:STEM] for word in words if len(word) >= shortest and not word.isdigit()}
