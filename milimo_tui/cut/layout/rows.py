"""Rows of a layout: the clips of one track with their positions. A row is made from scratch, or from the row
before an edit.

If only a few clips differ, the other entries of the row are reused. On a magnetic track, all clips after a
change of length get new positions.
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
    """The clips of one track in order of their starts, and the list of these starts for bisection."""

    clips: tuple[PlacedClip, ...]
    starts: list[int]


def build_magnetic_row(clips: Iterable[Clip]) -> LayoutRow:
    """Return the row of a magnetic track: the clips in order of their keys, one directly after the other."""
    # Two terminals may create the same order key at once. Sorting by id then gives the same order on every
    # machine.
    ordered = sorted(clips, key=_get_order_key)
    edges = list(accumulate((clip.frames for clip in ordered), initial=0))
    return LayoutRow(tuple(map(PlacedClip._make, zip(ordered, edges, edges[1:], strict=False))), edges[:-1])


def build_free_row(clips: Iterable[PlacedClip]) -> LayoutRow:
    """Return the row of a free track: the clips sorted by their starts."""
    ordered = sorted(clips, key=_get_start_key)
    return LayoutRow(tuple(ordered), [each.start for each in ordered])


def find_clip_index(row: LayoutRow, clip: Clip, start: int | None) -> int | None:
    """Return the index of a clip in a row. None if the row does not contain the clip.

    `start` is the clip's start on a free track. On a magnetic track it is None, and the clip is found by its
    order key.
    """
    if start is None:
        index = bisect_left(row.clips, _get_order_key(clip), key=_get_placed_order_key)
    else:
        index = bisect_left(row.clips, (start, clip.id), key=_get_start_key)
    if index < len(row.clips) and row.clips[index].clip.id == clip.id:
        return index
    return None


def update_magnetic_row(row: LayoutRow, removed: Sequence[PlacedClip], added: Sequence[Clip]) -> LayoutRow:
    """Return the row of a magnetic track after an edit that removed the clips `removed` and added the clips
    `added`.
    """
    if not removed and not added:
        return row
    placed, starts = list(row.clips), list(row.starts)
    # The index of the first entry that changes, and the number of entries after the last change.
    low = unchanged_after = len(placed)
    for each in removed:
        index = bisect_left(placed, _get_order_key(each.clip), key=_get_placed_order_key)
        del placed[index], starts[index]
        low, unchanged_after = min(low, index), min(unchanged_after, len(placed) - index)
    for clip in added:
        index = bisect_left(placed, _get_order_key(clip), key=_get_placed_order_key)
        low, unchanged_after = min(low, index), min(unchanged_after, len(placed) - index)
        placed.insert(index, PlacedClip(clip, 0, 0))
        starts.insert(index, 0)
    end = placed[low - 1].end if low else 0
    last = len(placed) - unchanged_after
    for index in range(low, last):
        clip = placed[index].clip
        placed[index], starts[index] = PlacedClip(clip, end, end + clip.frames), end
        end += clip.frames
    if unchanged_after and placed[last].start != end:
        rest = [each.clip for each in placed[last:]]
        edges = list(accumulate((clip.frames for clip in rest), initial=end))
        placed[last:] = map(PlacedClip._make, zip(rest, edges, edges[1:], strict=False))
        starts[last:] = edges[:-1]
    return LayoutRow(tuple(placed), starts)


def update_free_row(row: LayoutRow, removed: Sequence[PlacedClip], added: Sequence[PlacedClip]) -> LayoutRow:
    """Return the row of a free track after an edit that removed the clips `removed` and added the clips
    `added`.
    """
    placed, starts = list(row.clips), list(row.starts)
    for each in removed:
        index = bisect_left(placed, (each.start, each.clip.id), key=_get_start_key)
        del placed[index], starts[index]
    for each in added:
        index = bisect_left(placed, (each.start, each.clip.id), key=_get_start_key)
        placed.insert(index, each)
        starts.insert(index, each.start)
    return LayoutRow(tuple(placed), starts)


def _get_order_key(clip: Clip) -> tuple[str, str]:
    return clip.order or "", clip.id


def _get_placed_order_key(clip: PlacedClip) -> tuple[str, str]:
    return _get_order_key(clip.clip)


def _get_start_key(clip: PlacedClip) -> tuple[int, str]:
    return clip.start, clip.clip.id
