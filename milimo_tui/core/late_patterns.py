"""Patterns that are compiled when they are first asked.

Those of the tables of words are long, and together take a second to compile; most commands read no scene.
"""

from __future__ import annotations

import re
from typing import Any, cast

ACTS = ("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn", "groups", "groupindex")


class _Late:
    """Stands for a pattern; after the first question the pattern's own acts are its own."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern, self.flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        if name not in ACTS:
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self.flags)
        self.__dict__.update({act: getattr(compiled, act) for act in ACTS})
        return self.__dict__[name]

    def __repr__(self) -> str:
        return f"late({self.pattern!r}, {self.flags})"


def late(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return a pattern that costs nothing until it is asked; re.error comes then, too."""
    return cast("re.Pattern[str]", _Late(pattern, flags))


def any_of(words: str) -> str:
    """Return words as choices of a pattern, the longest first."""
    return "|".join(sorted(map(re.escape, words.split()), key=len, reverse=True))
