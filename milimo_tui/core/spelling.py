"""Suggest the word that a mistyped word was meant to be, for the hint of an error. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection

MOST_SUGGESTIONS = 4  # names that are suggested
SIMILARITY = 0.6  # 1 means that the words are equal


def find_closest_names(word: str, names: Collection[str]) -> str:
    """Return the names that are closest to a word as text, `trim-in, trim-out`. Empty if no name is close."""
    # Imported here because the import takes 2 ms and most commands don't need it.
    from difflib import get_close_matches

    parts = [name for name in names if word and word in (name, *re.split(r"[-_. ]", name))]
    found = dict.fromkeys([*parts, *get_close_matches(word, names, MOST_SUGGESTIONS, SIMILARITY)])
    return ", ".join(list(found)[:MOST_SUGGESTIONS])
