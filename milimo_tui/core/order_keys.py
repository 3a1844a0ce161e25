"""Create fractional order keys, so that moving an item between two others writes one row.

A key is a text of base-62 digits after the point and never ends with the lowest digit. Plain text comparison
(ASCII) gives the order.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TypeVar

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_DIGIT_VALUES = {digit: value for value, digit in enumerate(DIGITS)}
BASE = len(DIGITS)
K = TypeVar("K", str, int)


def create_key_between(low: str | None, high: str | None) -> str:
    """Return a key strictly between two neighbours. None means that end of the list."""
    below, above = low or "", high or ""
    if high is not None and not below < above:
        raise ValueError(f"no key between {low!r} and {high!r}")
    out: list[str] = []
    position = 0
    bounded = high is not None
    while True:
        floor = _DIGIT_VALUES[below[position]] if position < len(below) else 0
        roof = _DIGIT_VALUES[above[position]] if bounded and position < len(above) else BASE
        if roof - floor > 1:
            # Appending is the most common case. A step of one keeps the keys short there.
            step = 1 if not bounded and position < len(below) else (roof - floor) // 2
            return "".join(out) + DIGITS[floor + step]
        out.append(DIGITS[floor])
        if roof - floor == 1:
            bounded = False
        position += 1


def create_spread_keys(count: int, low: str | None = None, high: str | None = None) -> list[str]:
    """Return `count` ascending keys between two neighbours, all of nearly the same length."""
    if count <= 0:
        return []
    middle = create_key_between(low, high)
    left = (count - 1) // 2
    return [
        *create_spread_keys(left, low, middle),
        middle,
        *create_spread_keys(count - 1 - left, middle, high),
    ]


def make_ascending_keys(keys: Sequence[str | None]) -> list[str]:
    """Return strictly ascending keys that change as few of the given keys as possible. None requests a new
    key.
    """
    kept = find_longest_rising_run(keys)
    out: list[str] = []
    low: str | None = None
    at = 0
    while at < len(keys):
        key = keys[at]
        if at in kept and key is not None:
            out.append(key)
            low, at = key, at + 1
            continue
        end = at
        while end < len(keys) and end not in kept:
            end += 1
        out.extend(create_spread_keys(end - at, low, keys[end] if end < len(keys) else None))
        at = end
    return out


def find_longest_rising_run(keys: Sequence[K | None]) -> set[int]:
    """Return the positions of a longest strictly ascending subsequence of keys, in n log n."""
    tails: list[K] = []  # the lowest key that ends a run of each length
    ends: list[int] = []  # and the position of that key
    previous: dict[int, int | None] = {}
    for at, key in enumerate(keys):
        if key is None:
            continue
        length = bisect_left(tails, key)
        previous[at] = ends[length - 1] if length else None
        tails[length : length + 1] = [key]
        ends[length : length + 1] = [at]
    out: set[int] = set()
    place: int | None = ends[-1] if ends else None
    while place is not None:
        out.add(place)
        place = previous[place]
    return out
