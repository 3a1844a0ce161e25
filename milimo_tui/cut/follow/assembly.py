"""Assemble a cut from the storyboard, and make a cut follow changes of the shots.

A cut begins with the shots in order and follows them until the user edits it. After that it belongs to the
editor (`cut.follow.reconcile`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.errors import Refused
from milimo_tui.core.order_keys import ascending, spread
from milimo_tui.cut.follow.reconcile import Follow, reconcile
from milimo_tui.cut.follow.story_line import ShotLength, conformed, in_frames_of, shot_clip, story_line
from milimo_tui.cut.layout.rows import Placed
from milimo_tui.cut.values.cut import Clip, Cut, NewId, SourceKind, Track
from milimo_tui.cut.values.guards import find_track
from milimo_tui.cut.values.portions import Part, fit_fades
from milimo_tui.cut.working.editing import Editing


def assemble(cut: Cut, shots: Sequence[ShotLength], new_id: NewId, *, rate: Fraction | None = None) -> Cut:
    """Put shots one after the other on an empty V1. `rate` is the rate of the shots' frames, by default the
    cut's.

    Raises Refused if V1 has clips already or is locked.
    """
    line = story_line(cut)
    if line is None:
        raise Refused(f"the cut “{cut.name}” has no magnetic video track", "make a new cut")
    track = find_track(cut, line.id)
    edit = Editing(cut, new_id)
    if edit.now.on(track.id):
        raise Refused(f"{track.name} of “{cut.name}” has clips already", "make a new cut for a new assembly")
    for (shot, frames), order in zip(shots, spread(len(shots)), strict=True):
        edit.put(shot_clip(cut, track, shot, conformed(frames, rate, cut), order, new_id))
    return edit.done(by_hand=False)


def follow(
    cut: Cut,
    shots: Sequence[ShotLength],
    new_id: NewId,
    *,
    rate: Fraction | None = None,
    was: Sequence[ShotLength] | None = None,
) -> Follow:
    """Update a cut to the shots of the film, given in film order without parked shots.

    A cut that the user has not edited takes over their order and lengths: new shots are put after their
    neighbour, and clips of removed shots are removed from V1. An edited or locked cut belongs to the editor:
    see `cut.follow.reconcile`. A frozen cut never changes. `was` are the shots before the change, and `rate`
    is the rate of both lists.
    """
    if cut.frozen:
        return Follow(cut)
    track = story_line(cut)
    wanted = in_frames_of(cut, shots, rate)
    if track is None or track.locked or cut.hand_edited:
        return reconcile(cut, track, wanted, None if was is None else in_frames_of(cut, was, rate), new_id)
    return Follow(_conform_track(cut, track, wanted, new_id))


def _conform_track(cut: Cut, track: Track, shots: Sequence[ShotLength], new_id: NewId) -> Cut:
    """Give V1, and linked sounds of its shots, the order and lengths of the shots. Only differences are
    written.
    """
    edit = Editing(cut, new_id)
    wanted = dict(shots)
    clip_of: dict[str, Clip] = {}
    for placed in edit.before.on(track.id):
        clip, shot = placed.clip, placed.clip.source.ref
        if clip.source.kind is not SourceKind.SHOT or shot in clip_of:
            continue
        sounds = [mate for mate in edit.linked_clips(clip) if mate.source == clip.source]
        if shot not in wanted:
            for sound in sounds:
                edit.exchange(edit.now.placed(sound.id))
            edit.exchange(placed)
            continue
        clip_of[shot] = clip
        if clip.frames != wanted[shot]:
            clip_of[shot] = _as_long(edit, placed, wanted[shot])
            for sound in sounds:
                if (sound.offset, sound.frames) == (0, clip.frames):
                    _as_long(edit, edit.now.placed(sound.id), wanted[shot])
    orders = ascending([clip_of[shot].order if shot in clip_of else None for shot, _ in shots])
    for (shot, _), order in zip(shots, orders, strict=True):
        if shot not in clip_of:
            edit.put(shot_clip(cut, track, shot, wanted[shot], order, new_id))
        elif clip_of[shot].order != order:
            edit.put(replace(clip_of[shot], order=order))
    return edit.done(by_hand=False)


def _as_long(edit: Editing, placed: Placed, frames: int) -> Clip:
    changed = fit_fades(replace(placed.clip, frames=frames))
    edit.exchange(placed, Part(changed, 0))
    return changed
