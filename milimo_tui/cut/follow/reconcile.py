"""Update a cut that the user has edited after the film's shots changed, without undoing the user's edits.

- A new shot is put between its neighbours if nobody has edited there. Otherwise it waits until the user
  places it.
- Clips of a removed shot stay and are reported.
- If a shot gets longer or shorter, its clip keeps its length and gets a marker.
- Clips are never reordered.

Pure functions.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby, zip_longest

from milimo_tui.core.order_keys import create_spread_keys
from milimo_tui.core.time import seconds_to_frames
from milimo_tui.cut.follow.story_line import ShotLength, create_shot_clip, list_shown_shots
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Clip, Cut, Marker, NewId, SourceKind, Track
from milimo_tui.cut.values.timing import get_source_span
from milimo_tui.cut.working.editing import CutEditor

GREW = "grew"
SHRANK = "shrank"
LENGTHS = frozenset({GREW, SHRANK})
"""The kinds of markers on clips that are longer or shorter than their shot."""


@dataclass(frozen=True, slots=True)
class FollowResult:
    """A cut that was updated after its shots changed, and the ids of the shots and clips concerned.

    - `to_place` are the shots that wait until the user places them, in film order.
    - `came` are those shots of `to_place` that did not wait before.
    - `gone` are the clips whose shot was removed from the film, in the order of the timeline.
    - `marked` are the clips that got a marker, because their shot became longer or shorter.
    """

    cut: Cut
    to_place: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()
    came: tuple[str, ...] = ()


def reconcile_edited_cut(
    cut: Cut,
    track: Track | None,
    shots: Sequence[ShotLength],
    was: Sequence[ShotLength] | None,
    new_id: NewId,
) -> FollowResult:
    """Update an edited or locked cut after the film's shots changed. All lengths are in frames of the cut.

    `shots` are the present shots of the film, and `was` the shots before the change. If `was` is None, every
    shot that the cut does not show counts as new, and no shot counts as changed in length. `track` is V1, or
    None if the cut has no V1.
    """
    before = dict(shots if was is None else was)
    shown = list_shown_shots(cut)
    missing = [shot for shot, _ in shots if shot not in shown and (was is None or shot not in before)]
    if track is not None and not track.locked:
        cut = _place_new_shots(cut, track, shots, missing, before, new_id)
    cut, touched = _mark_changed_lengths(cut, dict(shots), before, new_id)
    shown = list_shown_shots(cut)
    waits = {*cut.waiting, *missing} - shown
    to_place = tuple(shot for shot, _ in shots if shot in waits)
    newly_waiting = tuple(shot for shot in to_place if shot not in cut.waiting)
    if to_place != cut.waiting:
        cut = replace(cut, waiting=to_place)
    return FollowResult(
        cut, to_place, list_clips_without_shot(cut, {shot for shot, _ in shots}), touched, newly_waiting
    )


def list_waiting_shots(cut: Cut) -> tuple[str, ...]:
    """Return the shots that wait to be placed, in film order. Shots that the cut shows by now are left
    out.
    """
    shots = list_shown_shots(cut)
    return tuple(shot for shot in cut.waiting if shot not in shots)


def list_marked_clips(cut: Cut) -> tuple[str, ...]:
    """Return the ids of the clips with an open marker that reports that their shot became longer or shorter.
    The ids are sorted by the start of the clip.
    """
    positions = layout(cut)
    ids = {each.clip for each in cut.markers if each.kind in LENGTHS and each.clip and not each.done}
    return tuple(sorted(ids, key=lambda clip_id: (positions.get_start(clip_id), clip_id)))


def list_clips_without_shot(cut: Cut, live: Collection[str]) -> tuple[str, ...]:
    """Return the ids of the clips whose shot is no longer in the film, sorted by the start of the clip.
    `live` are the ids of the film's shots.
    """
    positions = layout(cut)
    found = [
        (placed.start, placed.clip.id)
        for each in positions.tracks
        for placed in positions.get_row(each.id)
        if placed.clip.source.kind is SourceKind.SHOT and placed.clip.source.ref not in live
    ]
    return tuple(clip_id for _, clip_id in sorted(found))


# ------------------------------------------------------------------ new shots


def _place_new_shots(
    cut: Cut,
    track: Track,
    shots: Sequence[ShotLength],
    new_shots: Sequence[str],
    before: Mapping[str, int],
    new_id: NewId,
) -> Cut:
    """Return the cut with new shots put on V1. A new shot is added only if its two neighbours of the film
    still follow each other on V1 as they were assembled. The other new shots wait until the user places them.

    `new_shots` are the ids of the new shots, and `before` maps shots to their lengths before the change.
    """
    fresh, lengths = set(new_shots), dict(shots)
    row = layout(cut).get_row(track.id)
    places: dict[str, list[int]] = {}
    for index, placed in enumerate(row):
        if placed.clip.source.kind is SourceKind.SHOT and placed.clip.effects.speed == 1:
            places.setdefault(placed.clip.source.ref, []).append(index)
    edit: CutEditor | None = None
    left: str | None = None
    runs = [list(run) for _, run in groupby((shot for shot, _ in shots), key=fresh.__contains__)]
    for names, following in zip_longest(runs, runs[1:]):
        if names[0] not in fresh:
            left = names[-1]
            continue
        right = following[0] if following else None
        at = _find_unedited_position(cut, row, places, (left, before.get(left or "", 0)), right)
        if at is None:
            continue
        low = row[at - 1].clip.order if at else None
        high = row[at].clip.order if at < len(row) else None
        if low is not None and high is not None and low >= high:
            # Two terminals created the same order key at once, so there is no key between the neighbours. The
            # user must place the shot.
            continue
        edit = edit or CutEditor(cut, new_id)
        for name, order in zip(names, create_spread_keys(len(names), low, high), strict=True):
            edit.put(create_shot_clip(cut, track, name, lengths[name], order, new_id))
    return cut if edit is None else edit.finish_edit(by_hand=False)


def _find_unedited_position(
    cut: Cut,
    row: Sequence[PlacedClip],
    places: Mapping[str, Sequence[int]],
    left: tuple[str | None, int],
    right: str | None,
) -> int | None:
    """Return the index on V1 at which new shots can be put, between the shots that precede and follow them in
    the film. None if the user has edited the cut at that point.

    `left` is the id of the preceding shot, with its length. The cut is unedited there if the clip of this
    shot shows the shot up to its end. `right` is the id of the following shot, whose clip must begin at the
    start of the shot. An id of None means the beginning or the end of the film.
    """
    shot, length = left
    ends = [
        index
        for index in places.get(shot or "", ())
        if seconds_to_frames(get_source_span(row[index].clip, cut.rate)[1], cut.rate) == length
    ]
    begins = [index for index in places.get(right or "", ()) if not row[index].clip.source_in]
    at = (ends[0] + 1 if len(ends) == 1 else None) if shot else 0
    meets = (begins[0] if len(begins) == 1 else None) if right else len(row)
    if at is None or at != meets:
        return None
    is_joined = 0 < at < len(row) and _has_transition_between(cut, row[at - 1].clip, row[at].clip)
    return None if is_joined else at


def _has_transition_between(cut: Cut, left: Clip, right: Clip) -> bool:
    return any((each.left, each.right) == (left.id, right.id) for each in cut.transitions)


# ------------------------------------------------------------------ lengths


def _mark_changed_lengths(
    cut: Cut, now: Mapping[str, int], before: Mapping[str, int], new_id: NewId
) -> tuple[Cut, tuple[str, ...]]:
    """Add a marker to the last clip of each shot whose length changed. Return the cut and the ids of the
    marked clips.
    """
    changed = {shot for shot, frames in now.items() if before.get(shot, frames) != frames}
    if not changed:
        return cut, ()
    last: dict[str, Clip] = {}
    for clip in cut.clips:
        shot = clip.source.ref
        if clip.source.kind is SourceKind.SHOT and shot in changed and clip.effects.speed > 0:
            latest = last.get(shot)
            if latest is None or (get_source_span(clip, cut.rate)[1], clip.id) > (
                get_source_span(latest, cut.rate)[1],
                latest.id,
            ):
                last[shot] = clip
    marks = {
        clip.id: mark
        for clip in last.values()
        if (mark := _create_length_mark(cut, clip, before[clip.source.ref], now[clip.source.ref], new_id))
        is not None
    }
    touched = {clip.id for clip in last.values()}
    markers = tuple(each for each in cut.markers if each.clip not in touched or each.kind not in LENGTHS)
    return replace(cut, markers=(*markers, *marks.values())), tuple(marks)


def _create_length_mark(cut: Cut, clip: Clip, was: int, now: int, new_id: NewId) -> Marker | None:
    """Return a marker for a clip that does not show all of a shot that became longer, or that shows more than
    a shot that became shorter. None for other clips.

    `was` and `now` are the old and the new length of the shot in frames.
    """
    by = count_frames_to_shot_end(clip, now, cut.rate)
    if by <= 0 if now > was else by >= 0:
        return None
    return Marker(
        id=new_id("marker"),
        cut=cut.id,
        clip=clip.id,
        frame=clip.frames - 1,
        text=f"the shot {'grew' if by > 0 else 'shrank'}: {by:+d} f to its end, it has {now} f now",
        colour="yellow",
        kind=GREW if by > 0 else SHRANK,
    )


def count_frames_to_shot_end(clip: Clip, frames: int, rate: Fraction) -> int:
    """Return the number of frames from a clip's tail to the end of its shot. Negative if the clip extends
    beyond the shot.

    `frames` is the length of the shot in frames of the cut.
    """
    left = Fraction(frames) / rate - get_source_span(clip, rate)[1]
    return seconds_to_frames(left / abs(clip.effects.speed), rate) if clip.effects.speed else 0
