"""Numbers of scenes and shots that are locked: how they read, which comes first, and what lies between two.

A number is letters, a stem, letters: `A12AA`. The stem is what is counted: digits for a scene, the scene's
number for its shots. Letters behind it come after it (12, 12A, 12AA, 12B), letters before it come before it
(A12, B12, 12; AA12 is before A12), so that there is always a number between two, and none ever changes.
New letters leave out I and O, which read as digits. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from itertools import count, dropwhile, islice, takewhile

from milimo_tui.core.late_patterns import late

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_SCENE = late(r"([A-Z]*)(\d(?:.*\d)?)([A-Z]*)")
_LONGEST = 400  # characters of a number that are taken apart; a longer one is a stem as it is
_PIECES = late(r"\d+|\D+")
_TRIES = len(_LETTERS) ** 2


@dataclass(frozen=True, slots=True)
class LockedNumber:
    """A number in its parts, in capitals."""

    stem: str
    suffix: str = ""
    prefix: str = ""

    def __str__(self) -> str:
        return f"{self.prefix}{self.stem}{self.suffix}"

    @property
    def order(self) -> tuple[tuple[tuple[int, int, str], ...], str, str]:
        """What numbers are compared by; digits of the stem count as numbers."""
        pieces = tuple(
            (0, int(piece), "") if piece.isdecimal() else (1, 0, piece)
            for piece in _PIECES.findall(self.stem)
        )
        return pieces, self.suffix, f"{self.prefix[::-1]}~"


def scene_number(text: str) -> LockedNumber:
    """Take a scene's number apart: 12A, A1, 110-A.1."""
    capitals = text.upper()
    found = _SCENE.fullmatch(capitals) if len(capitals) <= _LONGEST else None
    return LockedNumber(found[2], found[3], found[1]) if found else LockedNumber(capitals)


def shot_number(text: str, scene: str) -> LockedNumber | None:
    """Take a shot's number apart by that of its scene; None for one of another scene, as of a shot moved."""
    capitals, stem = text.upper(), scene.upper()
    place = 0 if capitals.startswith(stem) else capitals.rfind(stem)
    prefix, suffix = capitals[: max(0, place)], capitals[max(0, place) + len(stem) :]
    is_of_it = place >= 0 and all(
        not part or (part.isascii() and part.isalpha()) for part in (prefix, suffix)
    )
    return LockedNumber(stem, suffix, prefix) if is_of_it else None


def scene_between(before: str, after: str, taken: Set[str]) -> str:
    """A number for a scene between two others; an empty one is an end of the film.

    `taken` are all numbers that are or were somebody's, in capitals. Behind the last scene it counts on.
    """
    left, right = (scene_number(text) if text else None for text in (before, after))
    if right is None and (left is None or left.stem.isdecimal()):
        first = int(left.stem) + 1 if left else 1
        return next(text for text in map(str, count(first)) if text not in taken)
    return _between(left, right, taken, left or right or LockedNumber("1"))


def shot_between(scene: str, before: str, after: str, taken: Set[str]) -> str:
    """A number for a shot of a scene between two others of it; an empty one is an end of the scene."""
    left = shot_number(before, scene) or LockedNumber(scene.upper())
    right = shot_number(after, scene) if after else None
    return _between(left, right, taken, left)


def _between(
    left: LockedNumber | None, right: LockedNumber | None, taken: Set[str], anyway: LockedNumber
) -> str:
    """The first free number strictly between two; where there is no order to keep, one behind the left."""
    is_in_order = left is None or right is None or left.order < right.order
    if is_in_order:
        for found in _candidates(left, right):
            for number in islice(found, len(taken) + _TRIES):
                if str(number) not in taken:
                    return str(number)
    behind = (replace(anyway, suffix=suffix) for suffix in _behind(anyway.suffix))
    return next(str(number) for number in behind if str(number) not in taken)


def _candidates(left: LockedNumber | None, right: LockedNumber | None) -> Iterator[Iterator[LockedNumber]]:
    """Ways to a number between two, the usual ones first: the next letter, a further one, one in front."""

    def is_early(number: LockedNumber) -> bool:
        return left is not None and number.order <= left.order

    def is_in_time(number: LockedNumber) -> bool:
        return right is None or number.order < right.order

    def inside(numbers: Iterator[LockedNumber]) -> Iterator[LockedNumber]:
        return takewhile(is_in_time, dropwhile(is_early, islice(numbers, _TRIES)))

    if left is not None and left.prefix:
        yield inside(_with_prefix(left, _in_front_behind(left.prefix)))
    elif left is not None:
        yield inside(_with_suffix(left, _behind(left.suffix)))
        yield inside(_with_suffix(left, (f"{left.suffix}{more}" for more in _behind(""))))
    if right is not None:
        yield inside(_with_prefix(right, (f"{more}{right.prefix}" for more in _in_front())))


def _with_suffix(number: LockedNumber, texts: Iterator[str]) -> Iterator[LockedNumber]:
    return (replace(number, suffix=text) for text in texts)


def _with_prefix(number: LockedNumber, texts: Iterator[str]) -> Iterator[LockedNumber]:
    return (replace(number, prefix=text) for text in texts)


def _behind(suffix: str) -> Iterator[str]:
    """The letters that come behind some, next first: B → C, …, Z, ZA, ZB, …"""
    head, last = suffix[:-1], suffix[-1:]
    while True:
        yield from (f"{head}{letter}" for letter in _LETTERS if letter > last)
        head, last = f"{head}Z", ""


def _in_front() -> Iterator[str]:
    """Letters that stand in front of a number, first to last: A, B, …, Y, AZ, BZ, …, AZZ, …"""
    inner = ""
    while True:
        yield from (f"{letter}{inner}" for letter in _LETTERS[:-1])
        inner = f"Z{inner}"


def _in_front_behind(prefix: str) -> Iterator[str]:
    """The letters in front of the same number that come behind these, next first: AA → BA, …, YA, AZA, …"""
    outer, inner = prefix[:1], prefix[1:]
    yield from (f"{letter}{inner}" for letter in _LETTERS[:-1] if letter > outer)
    if outer < "Z":
        yield from (f"{more}Z{inner}" for more in _in_front())
