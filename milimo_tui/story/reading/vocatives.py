"""Whom a speech calls: by name, by a title and a name, or as mother, sir, boy."""

from __future__ import annotations

import re
from collections.abc import Sequence

from milimo_tui.story.reading.people import WORD, People, key_of
from milimo_tui.story.screenplay.people_words import GENERIC, KIN, TITLES
from milimo_tui.story.values.film import Line

# Words between stops, as one calls somebody: “Sit, Anna.”, “Winston Noel. Who made it?”
_CALLS = re.compile(
    r"(?:^|[,.!?]\s+|--\s*|—\s*)((?:M(?:rs?|s|iss|aster)\. )?[^\W\d_]+(?: [A-Z][^\W\d_]+){0,2})"
    r"(?=\s*(?:[,.!?]|--|—|$))"
)


def called_in(lines: Sequence[Line], others: Sequence[str], people: People) -> str:
    """Whom a speech calls, of those who are there; empty for nobody.

    A title or a word of kin means the only one whom its pronoun fits.
    """
    for line in lines:
        for match in _CALLS.finditer(line.text):
            keys = [key_of(word) for word in WORD.findall(match[1])]
            if who := _named(keys, others, people) if match[1][0].isupper() else "":
                return who
            if len(keys) == 1 and (who := _as_kin(keys[0], others, people)):
                return who
    return ""


def _named(keys: Sequence[str], others: Sequence[str], people: People) -> str:
    """Who has a name, all of it or, without a title before it, its last word."""
    whole = [name for key, name in people.by_word.get(keys[0], ()) if key == tuple(keys)]
    last = [] if keys[0] in TITLES else [n for key, n in people.by_word.get(keys[-1], ()) if len(key) == 1]
    return next((name for name in (*whole, *last) if name in others), "")


def _as_kin(word: str, others: Sequence[str], people: People) -> str:
    gender = KIN.get(word) or TITLES.get(word) or GENERIC.get(word, "")
    known = [name for name in others if word in people.by_name[name].nouns] if gender else []
    fitting = known or [name for name in others if gender and people.fits(name, gender)]
    return fitting[0] if len(fitting) == 1 else ""
