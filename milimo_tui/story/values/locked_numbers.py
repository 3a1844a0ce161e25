"""Compare the locked numbers of scenes and shots, and create new numbers between two existing numbers.

A number consists of letters, a stem, and letters: `A12AA`. For a scene the stem is digits; for a shot it is
the number of its scene. Letters after the stem sort after it: 12, 12A, 12AA, 12B. Letters before the stem
sort before it: A12, B12, 12, and AA12 before A12. There is always another number between two numbers, so
existing numbers never need to change. New letters leave out I and O, which look like digits. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from itertools import count, dropwhile, islice, takewhile

from milimo_tui.core.late_patterns import compile_lazily

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_SCENE = compile_lazily(r"([A-Z]*)(\d(?:.*\d)?)([A-Z]*)")
# Maximum number of characters of a number that is split into its parts. A longer number is not split and
# becomes the stem.
_MAX_NUMBER_LENGTH = 400
_PIECES = compile_lazily(r"\d+|\D+")
_TRIES = len(_LETTERS) ** 2


@dataclass(frozen=True, slots=True)
class LockedNumber:
    """The parts of a scene or shot number, in capitals: letters (`prefix`), stem, letters (`suffix`)."""

    stem: str
    suffix: str = ""
    prefix: str = ""

    def __str__(self) -> str:
        return f"{self.prefix}{self.stem}{self.suffix}"

    @property
    def sort_key(self) -> tuple[tuple[tuple[int, int, str], ...], str, str]:
        """The key by which numbers are sorted. Digits in the stem are compared as integers."""
        pieces = tuple(
            (0, int(piece), "") if piece.isdecimal() else (1, 0, piece)
            for piece in _PIECES.findall(self.stem)
        )
        return pieces, self.suffix, f"{self.prefix[::-1]}~"


def parse_scene_number(text: str) -> LockedNumber:
    """Parse the number of a scene, such as 12A, A1, 110-A.1."""
    capitals = text.upper()
    found = _SCENE.fullmatch(capitals) if len(capitals) <= _MAX_NUMBER_LENGTH else None
    return LockedNumber(found[2], found[3], found[1]) if found else LockedNumber(capitals)


def parse_shot_number(text: str, scene: str) -> LockedNumber | None:
    """Parse the number `text` of a shot in the scene with the number `scene`.

    Return None if the number belongs to another scene, as for a shot that was moved.
    """
    capitals, stem = text.upper(), scene.upper()
    place = 0 if capitals.startswith(stem) else capitals.rfind(stem)
    prefix, suffix = capitals[: max(0, place)], capitals[max(0, place) + len(stem) :]
    is_of_it = place >= 0 and all(
        not part or (part.isascii() and part.isalpha()) for part in (prefix, suffix)
    )
    return LockedNumber(stem, suffix, prefix) if is_of_it else None


def make_scene_number_between(before: str, after: str, taken: Set[str]) -> str:
    """Return a number for a new scene between the scenes with the numbers `before` and `after`. An empty
    `before` or `after` means the beginning or the end of the film.

    `taken` are all numbers that are or were used, in capitals. A new last scene gets the next integer.
    """
    left, right = (parse_scene_number(text) if text else None for text in (before, after))
    if right is None and (left is None or left.stem.isdecimal()):
        first = int(left.stem) + 1 if left else 1
        return next(text for text in map(str, count(first)) if text not in taken)
    return _choose_free_number(left, right, taken, left or right or LockedNumber("1"))


def make_shot_number_between(scene: str, before: str, after: str, taken: Set[str]) -> str:
    """Return a number for a new shot between the shots with the numbers `before` and `after`. `scene` is the
    number of their scene. An empty `before` or `after` means the beginning or the end of the scene.

    `taken` are all numbers that are or were used, in capitals.
    """
    left = parse_shot_number(before, scene) or LockedNumber(scene.upper())
    right = parse_shot_number(after, scene) if after else None
    return _choose_free_number(left, right, taken, left)


def _choose_free_number(
    left: LockedNumber | None, right: LockedNumber | None, taken: Set[str], anyway: LockedNumber
) -> str:
    """Return the first number between `left` and `right` that is not in `taken`.

    If `left` is not before `right`, or no number between them is free, return the first free number after the
    number `anyway`.
    """
    is_in_order = left is None or right is None or left.sort_key < right.sort_key
    if is_in_order:
        for found in _generate_candidates(left, right):
            for number in islice(found, len(taken) + _TRIES):
                if str(number) not in taken:
                    return str(number)
    later_numbers = (replace(anyway, suffix=suffix) for suffix in _next_suffixes(anyway.suffix))
    return next(str(number) for number in later_numbers if str(number) not in taken)


def _generate_candidates(
    left: LockedNumber | None, right: LockedNumber | None
) -> Iterator[Iterator[LockedNumber]]:
    """Yield several series of numbers that sort between `left` and `right`. The first series is preferred.
    The series add the next letter, then an additional letter, then letters before the stem.
    """

    def is_before_range(number: LockedNumber) -> bool:
        return left is not None and number.sort_key <= left.sort_key

    def is_before_end(number: LockedNumber) -> bool:
        return right is None or number.sort_key < right.sort_key

    def limit_to_range(numbers: Iterator[LockedNumber]) -> Iterator[LockedNumber]:
        return takewhile(is_before_end, dropwhile(is_before_range, islice(numbers, _TRIES)))

    if left is not None and left.prefix:
        yield limit_to_range(_with_prefix(left, _next_prefixes(left.prefix)))
    elif left is not None:
        yield limit_to_range(_with_suffix(left, _next_suffixes(left.suffix)))
        yield limit_to_range(_with_suffix(left, (f"{left.suffix}{more}" for more in _next_suffixes(""))))
    if right is not None:
        yield limit_to_range(_with_prefix(right, (f"{more}{right.prefix}" for more in _all_prefixes())))


def _with_suffix(number: LockedNumber, texts: Iterator[str]) -> Iterator[LockedNumber]:
    return (replace(number, suffix=text) for text in texts)


def _with_prefix(number: LockedNumber, texts: Iterator[str]) -> Iterator[LockedNumber]:
    return (replace(number, prefix=text) for text in texts)


def _next_suffixes(suffix: str) -> Iterator[str]:
    """Yield the suffixes that sort after `suffix`, nearest first: B → C, …, Z, ZA, ZB, …"""
    head, last = suffix[:-1], suffix[-1:]
    while True:
        yield from (f"{head}{letter}" for letter in _LETTERS if letter > last)
        head, last = f"{head}Z", ""


def _all_prefixes() -> Iterator[str]:
    """Yield the prefixes of a number in the order in which they sort: A, B, …, Y, AZ, BZ, …, AZZ, …"""
    inner = ""
    while True:
        yield from (f"{letter}{inner}" for letter in _LETTERS[:-1])
        inner = f"Z{inner}"


def _next_prefixes(prefix: str) -> Iterator[str]:
    """Yield the prefixes that sort after `prefix`, nearest first: AA → BA, …, YA, AZA, …"""
    outer, inner = prefix[:1], prefix[1:]
    yield from (f"{letter}{inner}" for letter in _LETTERS[:-1] if letter > outer)
    if outer < "Z":
        yield from (f"{more}Z{inner}" for more in _all_prefixes())
