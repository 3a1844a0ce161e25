"""Regular expressions that are compiled at their first use.

The patterns in the tables of words are long and take a second to compile together. Most commands read no
scene and don't need them.
"""

from __future__ import annotations

import re
from typing import Any, cast

PATTERN_METHODS = (
    "search",
    "match",
    "fullmatch",
    "finditer",
    "findall",
    "split",
    "sub",
    "subn",
    "groups",
    "groupindex",
)


class _LazyPattern:
    """A stand-in for a compiled pattern. At the first use it compiles the pattern and takes over its
    methods.
    """

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern, self.flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        if name not in PATTERN_METHODS:
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self.flags)
        self.__dict__.update({act: getattr(compiled, act) for act in PATTERN_METHODS})
        return self.__dict__[name]

    def __repr__(self) -> str:
        return f"late({self.pattern!r}, {self.flags})"


def compile_lazily(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return a pattern that is compiled at its first use. An invalid pattern raises re.error at that time."""
    return cast("re.Pattern[str]", _LazyPattern(pattern, flags))


def join_alternatives(words: str) -> str:
    """Return the words of a text as alternatives of a pattern, the longest first."""
    return "|".join(sorted(map(re.escape, words.split()), key=len, reverse=True))
