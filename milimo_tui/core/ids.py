"""Create ids for rows and slugs for folder names. Ids sort by the time of their creation.

Programs must not interpret an id. Its prefix only helps people to recognise what it identifies.
"""

from __future__ import annotations

import os
import re
import threading
import time
import unicodedata

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # The digits of Crockford's base 32 in lower case.


def _encode_base32(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, rest = divmod(number, 32)
        digits.append(_ALPHABET[rest])
    return "".join(reversed(digits))


class _IdSource:
    """A thread-safe source of increasing 88-bit numbers. Each consists of the time in milliseconds and random
    bits.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next_number(self) -> int:
        """Return the next number, which is greater than all numbers returned before."""
        chance = int.from_bytes(os.urandom(5), "big")
        with self._lock:
            fresh = (time.time_ns() // 1_000_000) << 40 | chance
            # Two numbers in the same millisecond, or a clock that was set back, would break the order. Then a
            # random amount is added to the last number.
            self._last = fresh if fresh > self._last else self._last + 1 + (chance >> 20)
            return self._last


_id_source = _IdSource()


def new_id(prefix: str) -> str:
    """Return a new id: the prefix, `_`, and 18 characters that encode 48 bits of milliseconds and 40 random
    bits.

    Ids from one process sort in the order of their creation.
    """
    return f"{prefix}_{_encode_base32(_id_source.next_number(), 18)}"


def make_slug(name: str, fallback: str = "film") -> str:
    """Return a folder name made from a title: lower-case ASCII letters, digits and dashes, at most 48
    characters. If the title contains no such letters or digits, return `fallback`.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:48].strip("-") or fallback
