"""The usage of words in a script: words that it writes in lower case are ordinary words and no proper names,
and a name with an article is a description, as in “the Driver”. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.values.text import fold

_LOWER_WORD = compile_lazily(r"(?<![^\W\d_])(?<!['’])[a-zß-ÿ]{2,}(?![^\W\d_])")
_ARTICLE = (
    r"(?:the|an?|another)\s+"
    r"(?:(?!(?:and|or|of|to|in|on|at|with|for|from|by|as|is|are|when|while)\s)(?-i:[a-zß-ÿ0-9][\w'’-]*),?\s+){0,3}"
)


@lru_cache(maxsize=4)
def list_ordinary_words(texts: Sequence[str]) -> frozenset[str]:
    """Return the folded words that occur in lower case in the texts of a script."""
    return frozenset(fold(word) for text in texts for word in set(_LOWER_WORD.findall(text)))


@lru_cache(maxsize=512)
def is_used_with_article(name: str, texts: Sequence[str]) -> bool:
    """Return True if the script writes a name with an article, and never without one as the subject of a
    clause: “the DRIVER nods”.
    """
    words = r"\s+".join(map(re.escape, name.split()))
    if not words:
        return False
    with_article = re.compile(rf"\b{_ARTICLE}{words}\b", re.IGNORECASE)
    bare = re.compile(rf"(?<![\w'’-]){words}(?=['’]s\b|\s+(?-i:[a-zß-ÿ]))", re.IGNORECASE)
    found = False
    for text in texts:
        ends = {match.end() for match in with_article.finditer(text)}
        found = found or bool(ends)
        if any(match.end() not in ends for match in bare.finditer(text)):
            return False
    return found
