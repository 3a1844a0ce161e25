"""Suggest corrections of a mistyped word, for the hint of an error. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Collection

MOST_SUGGESTIONS = 4  # Maximum number of suggested names.
SIMILARITY = 0.6  # Minimum similarity of a suggested name, from 0 to 1. Equal words have similarity 1.


def find_closest_names(word: str, names: Collection[str]) -> str:
    """Return the names most similar to a word, joined by commas: `trim-in, trim-out`. Empty if no name is
    similar.
    """
    # Imported here because the import takes 2 ms and most commands don't need it.
    from difflib import get_close_matches

    parts = [name for name in names if word and word in (name, *re.split(r"[-_. ]", name))]
    found = dict.fromkeys([*parts, *get_close_matches(word, names, MOST_SUGGESTIONS, SIMILARITY)])
    return ", ".join(list(found)[:MOST_SUGGESTIONS])
