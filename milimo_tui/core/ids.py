"""Create ids and slugs. Ids are opaque and sort by creation time; slugs are names of folders.

Only an id's prefix has a meaning, and only for people.
"""

from __future__ import annotations

import os
import re
import threading
import time
import unicodedata

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32, lower case


def _encode_base32(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, rest = divmod(number, 32)
        digits.append(_ALPHABET[rest])
    return "".join(reversed(digits))


class _IdSource:
    """A thread-safe source of increasing 88-bit numbers: milliseconds, then random bits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next_number(self) -> int:
        """Return the next number, which is greater than all before it."""
        chance = int.from_bytes(os.urandom(5), "big")
        with self._lock:
            fresh = (time.time_ns() // 1_000_000) << 40 | chance
            # In the same millisecond, or after the clock was set back, add a random step to the last number.
            self._last = fresh if fresh > self._last else self._last + 1 + (chance >> 20)
            return self._last


_id_source = _IdSource()


def new_id(prefix: str) -> str:
    """Return a new id: `prefix_` and 18 characters (48 bits of milliseconds, then 40 random bits).

    Ids that one process creates are in the order of their creation.
    """
    return f"{prefix}_{_encode_base32(_id_source.next_number(), 18)}"


def make_slug(name: str, fallback: str = "film") -> str:
    """Return a folder name for a title: ASCII letters, digits and dashes, at most 48 characters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:48].strip("-") or fallback
