"""Digests of shots that were split, joined or duplicated. They record which text of the script each shot has.

A shot of the script is identified by the digest of its text (`story.values.text.compute_text_digest`). The
halves of a shot `D` have the digests `D/1` and `D/2`, two joined shots have `D+E`, and a copy has `D~1`.
`hand` stands for text that is not in the script. If two halves are joined again, the digest is `D`. Pure
functions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Set
from itertools import count

from milimo_tui.core.late_patterns import compile_lazily

MANUAL_TEXT = "hand"
_SOURCE = compile_lazily(r"[0-9a-f]{32}")
_HALF = compile_lazily(r"(.+)/([12])", re.DOTALL)
_COPY = compile_lazily(r".+~\d+", re.DOTALL)


def make_half_digests(digest: str) -> tuple[str, str]:
    """Return the digests of the two halves of a shot. Both are empty if the shot has no digest."""
    if not digest:
        return "", ""
    whole = f"({digest})" if "+" in digest else digest
    return f"{whole}/1", f"{whole}/2"


def split_joined_digest(digest: str, first_parts: int) -> tuple[str, str]:
    """Return the digests of a joined shot that is split after its first `first_parts` parts."""
    parts = list_joined_parts(digest)
    return "+".join(parts[:first_parts]), "+".join(parts[first_parts:])


def join_digests(first: str, second: str) -> str:
    """Return the digest of two joined neighbours. Two halves of one text get the digest of that text
    again.
    """
    if not first and not second:
        return ""
    left, right = _HALF.fullmatch(first), _HALF.fullmatch(second)
    if left and right and left[1] == right[1] and (left[2], right[2]) == ("1", "2"):
        return left[1][1:-1] if left[1].startswith("(") else left[1]
    return f"{first or MANUAL_TEXT}+{second or MANUAL_TEXT}"


def make_copy_digest(digest: str, taken: Set[str]) -> str:
    """Return a new digest for a copy of a shot. `taken` are the digests already used in the film."""
    whole = f"({digest})" if "+" in digest else digest
    return next(name for name in (f"{whole}~{n}" for n in count(1)) if name not in taken) if digest else ""


def list_sources(digest: str) -> frozenset[str]:
    """Return the digests of the script texts that a shot contains, completely or in part."""
    return frozenset(_SOURCE.findall(digest))


def list_own_sources(digest: str) -> frozenset[str]:
    """Return the digests of the script texts that a shot contains. Texts that the shot has only because it is
    a copy of another shot are left out.
    """
    parts = list_joined_parts(digest)
    if len(parts) > 1:
        return frozenset().union(*map(list_own_sources, parts))
    if _COPY.fullmatch(digest):
        return frozenset()
    half = _HALF.fullmatch(digest)
    inner = half[1] if half else digest
    if inner.startswith("(") and inner.endswith(")"):
        return list_own_sources(inner[1:-1])
    return list_own_sources(inner) if half else list_sources(inner)


def is_piece_digest(digest: str) -> bool:
    """Return True if a shot with this digest was split, joined or duplicated."""
    return any(sign in digest for sign in "/+~")


def list_joined_parts(digest: str) -> tuple[str, ...]:
    """Return the digests of the shots that were joined, in order. For any other shot, return its own
    digest.
    """
    parts, depth, start = [], 0, 0
    for at, char in enumerate(digest):
        depth += (char == "(") - (char == ")")
        if char == "+" and not depth:
            parts.append(digest[start:at])
            start = at + 1
    return (*parts, digest[start:])


def count_complete_texts(digests: Iterable[str]) -> Counter[str]:
    """Count how often each text of the script is completely contained in the shots with these digests. The
    halves of a text count together as one complete text. Copies do not count.
    """
    names: Counter[str] = Counter()
    waiting = list(digests)
    while waiting:
        name = waiting.pop()
        parts = list_joined_parts(name)
        if len(parts) > 1:
            waiting += parts
        elif name.startswith("(") and name.endswith(")"):
            waiting.append(name[1:-1])
        elif not _COPY.fullmatch(name) and name != MANUAL_TEXT:
            names[name] += 1
            half = _HALF.fullmatch(name)
            other = f"{half[1]}/{3 - int(half[2])}" if half else ""
            if half and names[other]:
                names[other] -= 1
                names[name] -= 1
                waiting.append(half[1])
    return Counter({name: times for name, times in names.items() if times and _SOURCE.fullmatch(name)})
