"""Ids: opaque, sortable by the time they were made; slugs for folder names.

Nothing reads meaning out of an id but its prefix, which is for people.
"""

from __future__ import annotations

import os
import re
import threading
import time
import unicodedata

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32, lower case


def _base32(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, rest = divmod(number, 32)
        digits.append(_ALPHABET[rest])
    return "".join(reversed(digits))


class _IdSource:
    """Numbers of 88 bits, milliseconds before chance; each above the one before it, whoever asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> int:
        chance = int.from_bytes(os.urandom(5), "big")
        with self._lock:
            fresh = (time.time_ns() // 1_000_000) << 40 | chance
            # Within one millisecond, or where the clock was set back: on from the last by chance.
            self._last = fresh if fresh > self._last else self._last + 1 + (chance >> 20)
            return self._last


_mint = _IdSource()


def new_id(prefix: str) -> str:
    """`prefix_` and 18 characters: 48 bits of milliseconds, then 40 random bits. Those that one process
    makes are in the order in which it made them.
    """
    return f"{prefix}_{_base32(_mint.next(), 18)}"


def slug(name: str, fallback: str = "film") -> str:
    """A folder name: ASCII letters, digits and dashes, at most 48 characters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:48].strip("-") or fallback
