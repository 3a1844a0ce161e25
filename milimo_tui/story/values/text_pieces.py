"""Which text of the script a shot stands for once somebody split, joined or duplicated shots.

A shot of the script is known by the digest of its text (`story.values.text.digest`). The halves of `D` are
`D/1` and `D/2`, two shots joined are `D+E`, a copy is `D~1`; `hand` stands for text that the script has not.
Halves that meet again are the whole. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Set
from itertools import count

from milimo_tui.core.late_patterns import late

HAND = "hand"
_SOURCE = late(r"[0-9a-f]{32}")
_HALF = late(r"(.+)/([12])", re.DOTALL)
_COPY = late(r".+~\d+", re.DOTALL)


def halves(digest: str) -> tuple[str, str]:
    """The digests of a shot's two halves; none has one where the shot has none."""
    if not digest:
        return "", ""
    whole = f"({digest})" if "+" in digest else digest
    return f"{whole}/1", f"{whole}/2"


def seam(digest: str, first_parts: int) -> tuple[str, str]:
    """The digests of a joined shot that is taken apart behind its first so many parts."""
    parts = joined_parts(digest)
    return "+".join(parts[:first_parts]), "+".join(parts[first_parts:])


def joined(first: str, second: str) -> str:
    """The digest of two neighbours that become one; halves of one whole are that whole."""
    if not first and not second:
        return ""
    left, right = _HALF.fullmatch(first), _HALF.fullmatch(second)
    if left and right and left[1] == right[1] and (left[2], right[2]) == ("1", "2"):
        return left[1][1:-1] if left[1].startswith("(") else left[1]
    return f"{first or HAND}+{second or HAND}"


def copied(digest: str, taken: Set[str]) -> str:
    """The digest of a copy of a shot; `taken` are those of the film."""
    whole = f"({digest})" if "+" in digest else digest
    return next(name for name in (f"{whole}~{n}" for n in count(1)) if name not in taken) if digest else ""


def sources(digest: str) -> frozenset[str]:
    """The digests of the script's own shots that a shot has text of."""
    return frozenset(_SOURCE.findall(digest))


def own_sources(digest: str) -> frozenset[str]:
    """Of a shot's sources those of which it has the text itself, not as a copy."""
    parts = joined_parts(digest)
    if len(parts) > 1:
        return frozenset().union(*map(own_sources, parts))
    if _COPY.fullmatch(digest):
        return frozenset()
    half = _HALF.fullmatch(digest)
    inner = half[1] if half else digest
    if inner.startswith("(") and inner.endswith(")"):
        return own_sources(inner[1:-1])
    return own_sources(inner) if half else sources(inner)


def is_piece(digest: str) -> bool:
    """Whether somebody split, joined or duplicated what a shot was in the script."""
    return any(sign in digest for sign in "/+~")


def joined_parts(digest: str) -> tuple[str, ...]:
    """The parts of a joined shot, in order; another one is its only part."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(digest):
        depth += (char == "(") - (char == ")")
        if char == "+" and not depth:
            parts.append(digest[start:at])
            start = at + 1
    return (*parts, digest[start:])


def whole_texts(digests: Iterable[str]) -> Counter[str]:
    """How often shots with these digests have, all together, the whole text of each shot of the script."""
    names: Counter[str] = Counter()
    waiting = list(digests)
    while waiting:
        name = waiting.pop()
        parts = joined_parts(name)
        if len(parts) > 1:
            waiting += parts
        elif name.startswith("(") and name.endswith(")"):
            waiting.append(name[1:-1])
        elif not _COPY.fullmatch(name) and name != HAND:
            names[name] += 1
            half = _HALF.fullmatch(name)
            other = f"{half[1]}/{3 - int(half[2])}" if half else ""
            if half and names[other]:
                names[other] -= 1
                names[name] -= 1
                waiting.append(half[1])
    return Counter({name: times for name, times in names.items() if times and _SOURCE.fullmatch(name)})
