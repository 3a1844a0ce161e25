"""Regular expressions that are compiled at their first use.

Some patterns list many words and take a second to compile together. Most commands don't parse a scene and
never need them.
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
    """A replacement for a compiled pattern. When one of its methods is first used, it compiles the pattern
    and copies all methods of the compiled pattern.
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
    """Return a regular expression that matches any of the words in a text, with longer words tried first."""
    return "|".join(sorted(map(re.escape, words.split()), key=len, reverse=True))
