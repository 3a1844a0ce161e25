"""Find shot sizes and other words in a prompt, with or without its quoted speech. Pure functions."""

from __future__ import annotations

import re

from milimo_tui.story.values.text import QUOTED

SIZES = r"(?:extreme |medium )?(?:wide[- ](?:shot|view|angle)|close[- ]?up)|medium shot"
OTHER_SIZES = r"(?:medium |extreme )?(?:long|full) shot"


def find_all_words(words: str, text: str) -> list[str]:
    """Return every occurrence in `text` of the words that the regular expression `words` matches."""
    return re.findall(rf"\b(?:{words})\b", text, re.IGNORECASE)


def strip_speech(text: str) -> str:
    """Return a prompt without its spoken lines."""
    return QUOTED.sub(" ", text)
