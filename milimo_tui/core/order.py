"""Fractional order keys: a text key between any two others, so that a move writes one row.

Keys are base-62 digits after the point, never ending in the lowest digit; plain text comparison
(ASCII) is their order.
"""

from __future__ import annotations

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_VALUE = {digit: value for value, digit in enumerate(DIGITS)}
BASE = len(DIGITS)


def between(low: str | None, high: str | None) -> str:
    """A key strictly between two neighbours; None stands for either end of the list."""
    below, above = low or "", high or ""
    if high is not None and not below < above:
        raise ValueError(f"no key between {low!r} and {high!r}")
    out: list[str] = []
    position = 0
    bounded = high is not None
    while True:
        floor = _VALUE[below[position]] if position < len(below) else 0
        roof = _VALUE[above[position]] if bounded and position < len(above) else BASE
        if roof - floor > 1:
            # Appending is the common case: step by one there, so that keys stay short.
            step = 1 if not bounded and position < len(below) else (roof - floor) // 2
            return "".join(out) + DIGITS[floor + step]
        out.append(DIGITS[floor])
        if roof - floor == 1:
            bounded = False
        position += 1


def spread(count: int, low: str | None = None, high: str | None = None) -> list[str]:
    """`count` ascending keys between two neighbours, all of nearly one length."""
    if count <= 0:
        return []
    middle = between(low, high)
    left = (count - 1) // 2
    return [*spread(left, low, middle), middle, *spread(count - 1 - left, middle, high)]
