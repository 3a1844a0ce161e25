"""What is heard of an action, where the script does not say: the table is `effects.toml`."""

from __future__ import annotations

import re
from functools import cache

from milimo_tui.engines.prompting.tables import rows

MOST = 3


def effects_of(action: str, heard: str = "", *, peopled: bool = True) -> tuple[str, ...]:
    """The sounds of what happens, in the order it happens, without those that are heard of the place."""
    found = (
        (match.start(), sound)
        for pattern, sound, of_people in _effects()
        if (peopled or not of_people) and (match := pattern.search(action))
    )
    known = _words(heard)
    return tuple(dict.fromkeys(sound for _, sound in sorted(found) if not _words(sound) & known))[:MOST]


def _words(text: str) -> set[str]:
    return {word.removesuffix("s") for word in re.findall(r"[^\W\d_]{4,}", text.lower())} - {"sound", "with"}


@cache
def _effects() -> tuple[tuple[re.Pattern[str], str, bool], ...]:
    return tuple(
        (re.compile(rf"\b(?:{row['words']})\b", re.IGNORECASE), row["sound"], row.get("of_people", False))
        for row in rows("effects", "effect")
    )
