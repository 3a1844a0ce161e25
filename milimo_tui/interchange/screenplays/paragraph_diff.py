"""Compare two texts by paragraphs, in time that is about proportional to their number.

Paragraphs that occur exactly once in both texts are anchors. Only the ranges between two anchors are compared
in detail.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# If a range has more pairs of old and new paragraphs than this, it is not compared in detail and counts as
# changed completely.
_MOST_COMPARED = 40_000


@dataclass(frozen=True, slots=True)
class ChangedRange:
    """A changed range of a text. The paragraphs from `first` to `last` (exclusive) of the old text were
    replaced by the paragraphs from `begin` to `end` (exclusive) of the new text. One of the two ranges may be
    empty.
    """

    first: int
    last: int
    begin: int
    end: int


def find_changed_ranges(was: Sequence[int], now: Sequence[int]) -> list[ChangedRange]:
    """Return the ranges in which two texts differ, in order. At least one equal paragraph is between two
    ranges.

    `was` and `now` are the old and the new text as numbers, one for each paragraph. Equal paragraphs have
    equal numbers.
    """
    out: list[ChangedRange] = []
    for each in _iterate_changed_ranges(was, now):
        if out and (out[-1].last, out[-1].end) == (each.first, each.begin):
            out[-1] = ChangedRange(out[-1].first, each.last, out[-1].begin, each.end)
        else:
            out.append(each)
    return out


def _iterate_changed_ranges(was: Sequence[int], now: Sequence[int]) -> Iterator[ChangedRange]:
    whole = _trim_equal_ends(was, now, ChangedRange(0, len(was), 0, len(now)))
    first, begin = whole.first, whole.begin
    for at, place in (*_find_anchors(was, now, whole), (whole.last, whole.end)):
        yield from _compare_range(was, now, _trim_equal_ends(was, now, ChangedRange(first, at, begin, place)))
        first, begin = at + 1, place + 1


def _trim_equal_ends(was: Sequence[int], now: Sequence[int], each: ChangedRange) -> ChangedRange:
    """Return a changed range without the equal paragraphs at its start and end."""
    first, last, begin, end = each.first, each.last, each.begin, each.end
    while first < last and begin < end and was[first] == now[begin]:
        first, begin = first + 1, begin + 1
    while first < last and begin < end and was[last - 1] == now[end - 1]:
        last, end = last - 1, end - 1
    return ChangedRange(first, last, begin, end)


def _find_anchors(was: Sequence[int], now: Sequence[int], each: ChangedRange) -> list[tuple[int, int]]:
    """Return pairs of old and new positions of the anchors inside a range.

    An anchor is a paragraph that occurs exactly once in both texts. If anchors changed their order, the
    longest series in the same order is returned.
    """
    here, there = Counter(was[each.first : each.last]), Counter(now[each.begin : each.end])
    places = {now[at]: at for at in range(each.begin, each.end)}
    once = [
        (at, places[was[at]])
        for at in range(each.first, each.last)
        if here[was[at]] == 1 == there.get(was[at], 0)
    ]
    # The entry at index n is the smallest new position at which a series of n + 1 anchors in the same order
    # can end.
    ends: list[int] = []
    # For each pair in `once`, the index of the pair before it in its series; -1 if it is the first.
    before: list[int] = []
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


def _compare_range(was: Sequence[int], now: Sequence[int], each: ChangedRange) -> Iterator[ChangedRange]:
    if (each.last - each.first) * (each.end - each.begin) > _MOST_COMPARED:
        yield each
        return
    before, after = was[each.first : each.last], now[each.begin : each.end]
    for tag, first, last, begin, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            yield ChangedRange(each.first + first, each.first + last, each.begin + begin, each.begin + end)
