"""Ids: opaque, sortable by the time they were made; slugs for folder names.

Nothing reads meaning out of an id but its prefix, which is for people.
"""

from __future__ import annotations

import os
import re
import time
import unicodedata

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32, lower case


def _base32(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, rest = divmod(number, 32)
        digits.append(_ALPHABET[rest])
    return "".join(reversed(digits))


def new_id(prefix: str) -> str:
    """`prefix_` and 18 characters: 48 bits of milliseconds, then 40 random bits."""
    now = time.time_ns() // 1_000_000
    return f"{prefix}_{_base32(now, 10)}{_base32(int.from_bytes(os.urandom(5), 'big'), 8)}"


def slug(name: str, fallback: str = "film") -> str:
    """A folder name: ASCII letters, digits and dashes, at most 48 characters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:48].strip("-") or fallback
