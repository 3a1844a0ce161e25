"""Find shot sizes and other words in a prompt, with or without its quoted speech. Pure functions."""

from __future__ import annotations

import re

from milimo_tui.story.breakdown.quotes import list_numbers
from milimo_tui.story.values.text import QUOTED, split_words
from milimo_tui.story.values.word_stems import STEM, list_word_stems

# A wide-angle lens is no size.
SIZES = (
    r"(?:extreme[- ]|medium[- ])?(?:wide[- ](?:shot|view|angle)(?! lens)|close[- ]?up)"
    r"|(?:medium|mid)[- ]?shot"
)
OTHER_SIZES = r"(?:medium[- ]|extreme[- ])?(?:long|full)[- ](?:length )?shot"
# Words of a description that say too little to be searched for.
_WEAK = frozenset(
    ("with", "wearing", "woman", "person", "years", "their", "they", "from", "that", "this", "have", "into",
     "over", "under", "looks", "look", "about", "around", "some", "still", "only", "very")
)  # fmt: skip


def find_all_words(words: str, text: str) -> list[str]:
    """Return every occurrence in `text` of the words that the regular expression `words` matches."""
    return re.findall(rf"\b(?:{words})\b", text, re.IGNORECASE)


def strip_speech(text: str) -> str:
    """Return a prompt without its spoken lines."""
    return QUOTED.sub(" ", text)


def list_content_stems(text: str, shortest: int = STEM) -> set[str]:
    """Return the beginnings of the longer words of a text, without numbers and words that say little."""
    words = (word for word in split_words(text) if word.casefold() not in _WEAK and not list_numbers(word))
    return list_word_stems(" ".join(words), shortest)


def shares_half_of_words(phrase: str, text: str, shortest: int = STEM) -> bool:
    """Return True if a text has the numbers of a phrase and at least half of its longer words."""
    wanted = list_content_stems(phrase, shortest)
    return list_numbers(phrase) <= list_numbers(text) and (
        2 * len(wanted & list_content_stems(text, shortest)) >= len(wanted)
    )
