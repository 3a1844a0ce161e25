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


class PlacedClip(NamedTuple):
    """A clip and the frames [start, end) that it covers in the cut."""

    clip: Clip
    start: int
    end: int


class LayoutRow(NamedTuple):
    """The clips of one track in order, and their start frames for searching."""

    placed: tuple[PlacedClip, ...]
    starts: list[int]


def build_magnetic_row(clips: Iterable[Clip]) -> LayoutRow:
    """Return the row of a magnetic track."""
    # Two terminals may create the same key at once. The id then decides, so that all see the same order.
    ordered = sorted(clips, key=_get_order_key)
    edges = list(accumulate((clip.frames for clip in ordered), initial=0))
    return LayoutRow(tuple(map(PlacedClip._make, zip(ordered, edges, edges[1:], strict=False))), edges[:-1])


def build_free_row(placed: Iterable[PlacedClip]) -> LayoutRow:
    """Return the row of a free track."""
    ordered = sorted(placed, key=_get_start_key)
    return LayoutRow(tuple(ordered), [each.start for each in ordered])


def find_clip_index(row: LayoutRow, clip: Clip, start: int | None) -> int | None:
    """Return the index of a clip in a row. None if the clip is not in the row.

    The clip is found by its start on a free track, and by its order key (`start` is None) on a magnetic
    track.
    """
    if start is None:
        index = bisect_left(row.placed, _get_order_key(clip), key=_get_placed_order_key)
    else:
        index = bisect_left(row.placed, (start, clip.id), key=_get_start_key)
    if index < len(row.placed) and row.placed[index].clip.id == clip.id:
        return index
    return None


def update_magnetic_row(row: LayoutRow, gone: Sequence[PlacedClip], come: Sequence[Clip]) -> LayoutRow:
    """Return a magnetic row with some clips removed and others added."""
    if not gone and not come:
        return row
    placed, starts = list(row.placed), list(row.starts)
    low = behind = len(placed)  # the first index that changes, and the number of clips after the last change
    for each in gone:
        index = bisect_left(placed, _get_order_key(each.clip), key=_get_placed_order_key)
        del placed[index], starts[index]
        low, behind = min(low, index), min(behind, len(placed) - index)
    for clip in come:
        index = bisect_left(placed, _get_order_key(clip), key=_get_placed_order_key)
        low, behind = min(low, index), min(behind, len(placed) - index)
        placed.insert(index, PlacedClip(clip, 0, 0))
        starts.insert(index, 0)
    end = placed[low - 1].end if low else 0
    last = len(placed) - behind
    for index in range(low, last):
        clip = placed[index].clip
        placed[index], starts[index] = PlacedClip(clip, end, end + clip.frames), end
        end += clip.frames
    if behind and placed[last].start != end:
        rest = [each.clip for each in placed[last:]]
        edges = list(accumulate((clip.frames for clip in rest), initial=end))
        placed[last:] = map(PlacedClip._make, zip(rest, edges, edges[1:], strict=False))
        starts[last:] = edges[:-1]
    return LayoutRow(tuple(placed), starts)


def update_free_row(row: LayoutRow, gone: Sequence[PlacedClip], come: Sequence[PlacedClip]) -> LayoutRow:
    """Return a free row with some clips removed and others added."""
    placed, starts = list(row.placed), list(row.starts)
    for each in gone:
        index = bisect_left(placed, (each.start, each.clip.id), key=_get_start_key)
        del placed[index], starts[index]
    for each in come:
        index = bisect_left(placed, (each.start, each.clip.id), key=_get_start_key)
        placed.insert(index, each)
        starts.insert(index, each.start)
    return LayoutRow(tuple(placed), starts)


def _get_order_key(clip: Clip) -> tuple[str, str]:
    return clip.order or "", clip.id


def _get_placed_order_key(placed: PlacedClip) -> tuple[str, str]:
    return _get_order_key(placed.clip)


def _get_start_key(placed: PlacedClip) -> tuple[int, str]:
    return placed.start, placed.clip.id
