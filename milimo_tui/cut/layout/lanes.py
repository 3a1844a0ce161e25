"""Room on tracks: when a ripple carries a connected clip onto another clip, it moves to a track with room.

Nothing is lost and nothing is refused by a ripple: the clip that came goes to the nearest track further from
V1 (or further down, for sound) that has room, and a track is added where none has.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from milimo_tui.core.errors import Refused
from milimo_tui.core.order_keys import between
from milimo_tui.cut.layout.layout import Layout
from milimo_tui.cut.layout.rows import Placed
from milimo_tui.cut.values.cut import Clip, NewId, Track, TrackKind

_LETTER = {TrackKind.VIDEO: "V", TrackKind.AUDIO: "A"}


def next_track(tracks: Iterable[Track], cut_id: str, kind: TrackKind, new_id: NewId, name: str = "") -> Track:
    """A new free track beyond all of its kind, with the next free name (V3, A2) unless one is given."""
    tracks = list(tracks)
    names = {track.name for track in tracks}
    alike = [track for track in tracks if track.kind is kind]
    number = len(alike) + 1
    while f"{_LETTER[kind]}{number}" in names:
        number += 1
    return Track(
        id=new_id("track"),
        cut=cut_id,
        name=name or f"{_LETTER[kind]}{number}",
        kind=kind,
        order=between(max((track.order for track in alike), default=None), None),
    )


def has_room(row: Sequence[Placed], start: int, end: int) -> bool:
    """Whether nothing of a row (by starts, without overlaps) lies in frames [start, end)."""
    index = bisect_left(row, end, key=lambda placed: placed.start)
    return index == 0 or row[index - 1].end <= start


def make_room(
    before: Layout, now: Layout, changed: Collection[str], new_id: NewId, *, heed_locks: bool
) -> tuple[tuple[Clip, ...], tuple[Track, ...]]:
    """The clips that have to lie on other tracks, so that none overlap, and the tracks to add for them.

    `changed` are the tracks (ids) whose clips may lie elsewhere now. Clips that did not move stay.
    Raises Refused when one would have to leave a locked track.
    """
    looked_at = [each for each in now.tracks if not each.magnetic and each.id in changed]
    crowded = [track for track in looked_at if _overlaps(now.on(track.id))]
    if not crowded:
        return (), ()
    rows = {track.id: list(now.on(track.id)) for track in now.tracks if not track.magnetic}
    tracks = list(now.tracks)
    moved: dict[str, Clip] = {}
    for track in reversed(crowded):  # the furthest first, so that whatever lies beyond is in order
        stay, leave = _sort_out(rows[track.id], before, track)
        if leave and track.locked and heed_locks:
            raise Refused(
                f"track {track.name} is locked, and this would carry a clip onto another one there",
                "unlock it, or disconnect the clip",
            )
        rows[track.id] = stay
        for placed in leave:
            lane = _lane_for(placed, track, tracks, rows, heed_locks)
            if lane is None:
                lane = next_track(tracks, now.cut.id, track.kind, new_id)
                tracks.append(lane)
                rows[lane.id] = []
            moved[placed.clip.id] = replace(placed.clip, track=lane.id)
            _insert(rows[lane.id], placed)
    return tuple(moved.values()), tuple(tracks[len(now.tracks) :])


def _overlaps(row: Sequence[Placed]) -> bool:
    return any(right.start < left.end for left, right in pairwise(row))


def _insert(row: list[Placed], placed: Placed) -> None:
    row.insert(bisect_left(row, placed.start, key=lambda each: each.start), placed)


def _sort_out(row: list[Placed], before: Layout, track: Track) -> tuple[list[Placed], list[Placed]]:
    """Those of a row that stay and those that leave: who was there already has the right to the place."""
    was = {placed.clip.id: placed.start for placed in before.on(track.id)}
    stay: list[Placed] = []
    leave = []
    for placed in sorted(row, key=lambda each: was.get(each.clip.id) != each.start):
        if has_room(stay, placed.start, placed.end):
            _insert(stay, placed)
        else:
            leave.append(placed)
    return stay, leave


def _lane_for(
    placed: Placed, track: Track, tracks: list[Track], rows: dict[str, list[Placed]], heed_locks: bool
) -> Track | None:
    beyond = [
        each
        for each in sorted(tracks, key=lambda each: (each.order, each.id))
        if each.kind is track.kind
        and (each.order, each.id) > (track.order, track.id)
        and not each.magnetic
        and not (each.locked and heed_locks)
    ]
    return next((each for each in beyond if has_room(rows[each.id], placed.start, placed.end)), None)
