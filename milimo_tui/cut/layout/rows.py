"""Rows of a layout: the clips of one track with their positions, built completely or from the row before an
edit.

If a few clips of a row differ, the other clips are reused. On a magnetic track the clips after a change of
length get new positions.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from milimo_tui.cut.values.cut import Clip


class Placed(NamedTuple):
    """A clip and the frames [start, end) that it covers in the cut."""

    clip: Clip
    start: int
    end: int


class Row(NamedTuple):
    """The clips of one track in order, and their start frames for searching."""

    placed: tuple[Placed, ...]
    starts: list[int]


def magnetic_row(clips: Iterable[Clip]) -> Row:
    """Return the row of a magnetic track."""
    # Two terminals may create the same key at once. The id then decides, so that all see the same order.
    ordered = sorted(clips, key=_key)
    edges = list(accumulate((clip.frames for clip in ordered), initial=0))
    return Row(tuple(map(Placed._make, zip(ordered, edges, edges[1:], strict=False))), edges[:-1])


def free_row(placed: Iterable[Placed]) -> Row:
    """Return the row of a free track."""
    ordered = sorted(placed, key=_free_key)
    return Row(tuple(ordered), [each.start for each in ordered])


def index_of(row: Row, clip: Clip, start: int | None) -> int | None:
    """Return the index of a clip in a row. None if the clip is not in the row.

    The clip is found by its start on a free track, and by its order key (`start` is None) on a magnetic
    track.
    """
    if start is None:
        index = bisect_left(row.placed, _key(clip), key=_placed_key)
    else:
        index = bisect_left(row.placed, (start, clip.id), key=_free_key)
    if index < len(row.placed) and row.placed[index].clip.id == clip.id:
        return index
    return None


def respliced(row: Row, gone: Sequence[Placed], come: Sequence[Clip]) -> Row:
    """Return a magnetic row with some clips removed and others added."""
    if not gone and not come:
        return row
    placed, starts = list(row.placed), list(row.starts)
    low = behind = len(placed)  # the first index that changes, and the number of clips after the last change
    for each in gone:
        index = bisect_left(placed, _key(each.clip), key=_placed_key)
        del placed[index], starts[index]
        low, behind = min(low, index), min(behind, len(placed) - index)
    for clip in come:
        index = bisect_left(placed, _key(clip), key=_placed_key)
        low, behind = min(low, index), min(behind, len(placed) - index)
        placed.insert(index, Placed(clip, 0, 0))
        starts.insert(index, 0)
    end = placed[low - 1].end if low else 0
    last = len(placed) - behind
    for index in range(low, last):
        clip = placed[index].clip
        placed[index], starts[index] = Placed(clip, end, end + clip.frames), end
        end += clip.frames
    if behind and placed[last].start != end:
        rest = [each.clip for each in placed[last:]]
        edges = list(accumulate((clip.frames for clip in rest), initial=end))
        placed[last:] = map(Placed._make, zip(rest, edges, edges[1:], strict=False))
        starts[last:] = edges[:-1]
    return Row(tuple(placed), starts)


def exchanged(row: Row, gone: Sequence[Placed], come: Sequence[Placed]) -> Row:
    """Return a free row with some clips removed and others added."""
    placed, starts = list(row.placed), list(row.starts)
    for each in gone:
        index = bisect_left(placed, (each.start, each.clip.id), key=_free_key)
        del placed[index], starts[index]
    for each in come:
        index = bisect_left(placed, (each.start, each.clip.id), key=_free_key)
        placed.insert(index, each)
        starts.insert(index, each.start)
    return Row(tuple(placed), starts)


def _key(clip: Clip) -> tuple[str, str]:
    return clip.order or "", clip.id


def _placed_key(placed: Placed) -> tuple[str, str]:
    return _key(placed.clip)


def _free_key(placed: Placed) -> tuple[int, str]:
    return placed.start, placed.clip.id
