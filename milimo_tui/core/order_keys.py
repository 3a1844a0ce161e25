"""Create fractional order keys: texts by which items are sorted. If an item is moved between two others, only
this item needs a new key.

A key stands for a fraction between 0 and 1. It consists of the digits after the point, in base 62, and never
ends with the lowest digit. Comparing keys as ASCII text gives the order of the items.
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
    """Return a key between two keys. `low` is None to get a key before all others, and `high` is None to get
    a key after all others.

    Raises ValueError if `low` is not less than `high`.
    """
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
            # Items are mostly appended at the end. Increasing the digit by only one keeps the keys short
            # then.
            step = 1 if not bounded and position < len(below) else (roof - floor) // 2
            return "".join(out) + DIGITS[floor + step]
        out.append(DIGITS[floor])
        if roof - floor == 1:
            bounded = False
        position += 1


def create_spread_keys(count: int, low: str | None = None, high: str | None = None) -> list[str]:
    """Return `count` ascending keys between the keys `low` and `high`, all of nearly the same length. None
    means no limit on that side.
    """
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
    """Return strictly ascending keys for a list of items, changing as few of the given keys as possible. None
    marks an item that needs a new key.
    """
    run = find_longest_rising_run(keys)
    out: list[str] = []
    low: str | None = None
    at = 0
    while at < len(keys):
        key = keys[at]
        if at in run and key is not None:
            out.append(key)
            low, at = key, at + 1
            continue
        end = at
        while end < len(keys) and end not in run:
            end += 1
        out.extend(create_spread_keys(end - at, low, keys[end] if end < len(keys) else None))
        at = end
    return out


def find_longest_rising_run(keys: Sequence[K | None]) -> set[int]:
    """Return the indexes of a longest strictly ascending subsequence of keys, computed in n log n steps. None
    values are skipped.
    """
    tails: list[K] = []  # For each length, the lowest key with which a subsequence of that length ends.
    ends: list[int] = []  # The indexes of the keys in `tails`.
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
