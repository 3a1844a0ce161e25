"""Resolve overlaps on free tracks. If a ripple moves a connected clip onto another clip, the connected clip
goes to another track.

So a ripple never overwrites clips. The moved clip goes to the nearest track with space beyond its own:
further up for pictures, further down for sound. The track has the same role, so that a line of dialogue never
goes to a track of music. If no track has space, a track with the same settings of the mixer is added.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import count, pairwise

from milimo_tui.core.errors import Refused
from milimo_tui.core.order_keys import create_key_between
from milimo_tui.cut.layout.layout import Layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Clip, NewId, Track, TrackKind

_LETTER = {TrackKind.VIDEO: "V", TrackKind.AUDIO: "A"}


def create_next_track(
    tracks: Iterable[Track], cut_id: str, kind: TrackKind, new_id: NewId, name: str = ""
) -> Track:
    """Return a new free track after all tracks of its kind. Without a `name`, it gets the next unused one,
    such as V3 or A2.
    """
    tracks = list(tracks)
    names = {track.name for track in tracks}
    same_kind = [track for track in tracks if track.kind is kind]
    number = len(same_kind) + 1
    while f"{_LETTER[kind]}{number}" in names:
        number += 1
    return Track(
        id=new_id("track"),
        cut=cut_id,
        name=name or f"{_LETTER[kind]}{number}",
        kind=kind,
        order=create_key_between(max((track.order for track in same_kind), default=None), None),
    )


def create_overflow_track(tracks: Iterable[Track], track: Track, new_id: NewId) -> Track:
    """Return a new track for clips that have no space on `track`. Its settings of the mixer are the same.

    It gets the next unused name, such as A3 for A2, or “Dialogue 2” for “Dialogue”.
    """
    tracks = list(tracks)
    names = {each.name for each in tracks}
    name = ""
    if not (track.name[:1] == _LETTER[track.kind] and track.name[1:].isdecimal()):
        base, _, number = track.name.rpartition(" ")
        base = base if base and number.isdecimal() else track.name
        name = next(each for number in count(2) if (each := f"{base} {number}") not in names)
    return replace(
        create_next_track(tracks, track.cut, track.kind, new_id, name),
        muted=track.muted,
        solo=track.solo,
        gain_db=track.gain_db,
        role=track.role,
        bus=track.bus,
        pan=track.pan,
        sends=track.sends,
        chain=track.chain,
        automation=track.automation,
    )


def is_range_empty(row: Sequence[PlacedClip], start: int, end: int) -> bool:
    """Return True if no clip of a row overlaps frames [start, end). The row must be sorted and without
    overlaps.
    """
    index = bisect_left(row, end, key=lambda placed: placed.start)
    return index == 0 or row[index - 1].end <= start


def move_overlapping_clips(
    before: Layout, now: Layout, changed: Collection[str], new_id: NewId, *, heed_locks: bool
) -> tuple[tuple[Clip, ...], tuple[Track, ...]]:
    """Return the clips that must move to other tracks so that no clips overlap, and the tracks that must be
    added for them.

    `before` and `now` are the layouts before and after an edit. `changed` are the ids of the tracks whose
    clips may have moved. Clips that did not move stay on their tracks. With `heed_locks`, raises Refused if a
    clip would have to leave a locked track.
    """
    looked_at = [each for each in now.tracks if not each.magnetic and each.id in changed]
    crowded = [track for track in looked_at if _has_overlap(now.get_row(track.id))]
    if not crowded:
        return (), ()
    rows = {track.id: list(now.get_row(track.id)) for track in now.tracks if not track.magnetic}
    tracks = list(now.tracks)
    moved: dict[str, Clip] = {}
    # A clip that leaves a track goes to a track further out. So the outermost track is done first: its clips
    # have left when others arrive.
    for track in reversed(crowded):
        stay, leave = _separate_overlapping(rows[track.id], before, track)
        if leave and track.locked and heed_locks:
            raise Refused(
                f"the edit would overlap clips on the locked track {track.name}",
                "unlock it, or disconnect the clip",
            )
        rows[track.id] = stay
        for placed in leave:
            lane = _find_free_track(placed, track, tracks, rows, heed_locks)
            if lane is None:
                lane = create_overflow_track(tracks, track, new_id)
                tracks.append(lane)
                rows[lane.id] = []
            moved[placed.clip.id] = replace(placed.clip, track=lane.id)
            _insert_placed(rows[lane.id], placed)
    return tuple(moved.values()), tuple(tracks[len(now.tracks) :])


def _has_overlap(row: Sequence[PlacedClip]) -> bool:
    return any(right.start < left.end for left, right in pairwise(row))


def _insert_placed(row: list[PlacedClip], clip: PlacedClip) -> None:
    row.insert(bisect_left(row, clip.start, key=lambda each: each.start), clip)


def _separate_overlapping(
    row: list[PlacedClip], before: Layout, track: Track
) -> tuple[list[PlacedClip], list[PlacedClip]]:
    """Divide the clips of a track into clips that stay and clips that must leave. Of two overlapping clips,
    the clip that did not move stays.
    """
    was = {placed.clip.id: placed.start for placed in before.get_row(track.id)}
    stay: list[PlacedClip] = []
    leave = []
    for placed in sorted(row, key=lambda each: was.get(each.clip.id) != each.start):
        if is_range_empty(stay, placed.start, placed.end):
            _insert_placed(stay, placed)
        else:
            leave.append(placed)
    return stay, leave


def _find_free_track(
    clip: PlacedClip, track: Track, tracks: list[Track], rows: dict[str, list[PlacedClip]], heed_locks: bool
) -> Track | None:
    beyond = [
        each
        for each in sorted(tracks, key=lambda each: (each.order, each.id))
        if (each.kind, each.role) == (track.kind, track.role)
        and (each.order, each.id) > (track.order, track.id)
        and not each.magnetic
        and not (each.locked and heed_locks)
    ]
    return next((each for each in beyond if is_range_empty(rows[each.id], clip.start, clip.end)), None)
