"""Assemble a cut from the storyboard, and update the cut when shots change.

An assembled cut shows the shots in order and follows all their changes until the user edits the cut. From
then on, `cut.follow.reconcile` updates it without undoing the user's edits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.errors import Refused
from milimo_tui.core.order_keys import create_spread_keys, make_ascending_keys
from milimo_tui.cut.follow.reconcile import FollowResult, reconcile_edited_cut
from milimo_tui.cut.follow.story_line import (
    ShotLength,
    convert_shot_frames,
    convert_shot_lengths,
    create_shot_clip,
    find_story_line,
)
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Clip, Cut, NewId, SourceKind, Track
from milimo_tui.cut.values.guards import find_editable_track
from milimo_tui.cut.values.portions import ClipPortion, shorten_fades_to_fit
from milimo_tui.cut.working.editing import CutEditor


def assemble_shots(
    cut: Cut, shots: Sequence[ShotLength], new_id: NewId, *, rate: Fraction | None = None
) -> Cut:
    """Put shots one after the other on V1, which must be empty. `shots` are pairs of shot id and length in
    frames.

    `rate` is the frame rate of these lengths, by default that of the cut. Raises Refused if V1 has clips
    already or is locked.
    """
    line = find_story_line(cut)
    if line is None:
        raise Refused(f"the cut “{cut.name}” has no magnetic video track", "make a new cut")
    track = find_editable_track(cut, line.id)
    edit = CutEditor(cut, new_id)
    if edit.current_layout.get_row(track.id):
        raise Refused(f"{track.name} of “{cut.name}” has clips already", "make a new cut for a new assembly")
    for (shot, frames), order in zip(shots, create_spread_keys(len(shots)), strict=True):
        edit.put(create_shot_clip(cut, track, shot, convert_shot_frames(frames, rate, cut), order, new_id))
    return edit.finish_edit(by_hand=False)


def follow_shots(
    cut: Cut,
    shots: Sequence[ShotLength],
    new_id: NewId,
    *,
    rate: Fraction | None = None,
    was: Sequence[ShotLength] | None = None,
) -> FollowResult:
    """Update a cut after the shots of the film changed. `shots` are the shots in film order, without parked
    shots, as pairs of id and length in frames.

    A cut that the user has not edited gets the order and lengths of the shots. New shots are added and clips
    of removed shots are removed from V1. An edited or locked cut is updated by `cut.follow.reconcile`. A
    frozen cut never changes. `was` are the shots before the change. `rate` is the frame rate of the lengths
    in both lists, by default that of the cut.
    """
    if cut.frozen:
        return FollowResult(cut)
    track = find_story_line(cut)
    wanted = convert_shot_lengths(cut, shots, rate)
    if track is None or track.locked or cut.hand_edited:
        return reconcile_edited_cut(
            cut, track, wanted, None if was is None else convert_shot_lengths(cut, was, rate), new_id
        )
    return FollowResult(_update_story_line(cut, track, wanted, new_id))


def _update_story_line(cut: Cut, track: Track, shots: Sequence[ShotLength], new_id: NewId) -> Cut:
    """Give the clips of V1, and the sounds linked to them, the order and lengths of the shots. Clips that
    need no change stay the same objects.
    """
    edit = CutEditor(cut, new_id)
    wanted = dict(shots)
    clip_of: dict[str, Clip] = {}
    for placed in edit.before.get_row(track.id):
        clip, shot = placed.clip, placed.clip.source.ref
        if clip.source.kind is not SourceKind.SHOT or shot in clip_of:
            continue
        sounds = [mate for mate in edit.get_linked_clips(clip) if mate.source == clip.source]
        if shot not in wanted:
            for sound in sounds:
                edit.replace_with_portions(edit.current_layout.get_placed(sound.id))
            edit.replace_with_portions(placed)
            continue
        clip_of[shot] = clip
        if clip.frames != wanted[shot]:
            clip_of[shot] = _set_clip_length(edit, placed, wanted[shot])
            for sound in sounds:
                if (sound.offset, sound.frames) == (0, clip.frames):
                    _set_clip_length(edit, edit.current_layout.get_placed(sound.id), wanted[shot])
    orders = make_ascending_keys([clip_of[shot].order if shot in clip_of else None for shot, _ in shots])
    for (shot, _), order in zip(shots, orders, strict=True):
        if shot not in clip_of:
            edit.put(create_shot_clip(cut, track, shot, wanted[shot], order, new_id))
        elif clip_of[shot].order != order:
            edit.put(replace(clip_of[shot], order=order))
    return edit.finish_edit(by_hand=False)


def _set_clip_length(edit: CutEditor, clip: PlacedClip, frames: int) -> Clip:
    changed = shorten_fades_to_fit(replace(clip.clip, frames=frames))
    edit.replace_with_portions(clip, ClipPortion(changed, 0))
    return changed
