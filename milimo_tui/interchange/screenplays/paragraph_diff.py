"""Which paragraphs of two texts differ, in time that grows with their count: those that both have once hold
the texts together, and only what lies between two such is compared one with another.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_MOST_COMPARED = 40_000  # pairs of one stretch; a larger one counts as changed


@dataclass(frozen=True, slots=True)
class Stretch:
    """Paragraphs `first` to `last` that stand as `begin` to `end` now; one of both may be none."""

    first: int
    last: int
    begin: int
    end: int


def changed(was: Sequence[int], now: Sequence[int]) -> list[Stretch]:
    """Say which stretches of two texts differ, in order; between two of them is at least one that is equal.
    A paragraph is a number, equal where it says the same.
    """
    out: list[Stretch] = []
    for each in _stretches(was, now):
        if out and (out[-1].last, out[-1].end) == (each.first, each.begin):
            out[-1] = Stretch(out[-1].first, each.last, out[-1].begin, each.end)
        else:
            out.append(each)
    return out


def _stretches(was: Sequence[int], now: Sequence[int]) -> Iterator[Stretch]:
    whole = _trimmed(was, now, Stretch(0, len(was), 0, len(now)))
    first, begin = whole.first, whole.begin
    for at, place in (*_anchors(was, now, whole), (whole.last, whole.end)):
        yield from _compared(was, now, _trimmed(was, now, Stretch(first, at, begin, place)))
        first, begin = at + 1, place + 1


def _trimmed(was: Sequence[int], now: Sequence[int], each: Stretch) -> Stretch:
    """A stretch without what is equal at its beginning and end."""
    first, last, begin, end = each.first, each.last, each.begin, each.end
    while first < last and begin < end and was[first] == now[begin]:
        first, begin = first + 1, begin + 1
    while first < last and begin < end and was[last - 1] == now[end - 1]:
        last, end = last - 1, end - 1
    return Stretch(first, last, begin, end)


def _anchors(was: Sequence[int], now: Sequence[int], each: Stretch) -> list[tuple[int, int]]:
    """Places of what stands once in both, the most of them that stand in one order."""
    here, there = Counter(was[each.first : each.last]), Counter(now[each.begin : each.end])
    places = {now[at]: at for at in range(each.begin, each.end)}
    once = [
        (at, places[was[at]])
        for at in range(each.first, each.last)
        if here[was[at]] == 1 == there.get(was[at], 0)
    ]
    ends: list[int] = []  # by length: the least place at which so long a row ends
    before: list[int] = []  # of each of `once`: the one before it in its row
    tips: list[int] = []
    for number, (_, place) in enumerate(once):
        long = bisect_left(ends, place)
        ends[long : long + 1] = [place]
        tips[long : long + 1] = [number]
        before.append(tips[long - 1] if long else -1)
    out: list[tuple[int, int]] = []
    at = tips[-1] if tips else -1
    while at >= 0:
        out.append(once[at])
        at = before[at]
    return out[::-1]


def _compared(was: Sequence[int], now: Sequence[int], each: Stretch) -> Iterator[Stretch]:
    if (each.last - each.first) * (each.end - each.begin) > _MOST_COMPARED:
        yield each
        return
    before, after = was[each.first : each.last], now[each.begin : each.end]
    for tag, first, last, begin, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Stretch(each.first + first, each.first + last, each.begin + begin, each.begin + end)
