"""Operations on the relations between clips: link, unlink, group, ungroup, and move a clip's sound to an
audio track.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from milimo_tui.core.errors import Refused
from milimo_tui.cut.layout.lanes import create_next_track, is_range_empty
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.curves import get_sound_effects
from milimo_tui.cut.values.cut import Cut, NewId, SourceKind, Track, TrackKind
from milimo_tui.cut.values.timing import ENDLESS
from milimo_tui.cut.working.editing import CutEditor
from milimo_tui.cut.working.linked_clips import change_clip_link, remove_from_link


def link_clips(cut: Cut, clip_ids: Sequence[str], *, new_id: NewId) -> Cut:
    """Link clips, so that they stay in sync: they are moved, trimmed, split and removed together.

    The clips keep their positions. A clip that was linked before leaves its old link.
    """
    edit = CutEditor(cut, new_id)
    chosen = _require_several_clips(edit, clip_ids, "link")
    if len([each for each in chosen if each.clip.order is not None]) > 1:
        raise Refused(
            "two clips of a magnetic track can't be linked",
            "group them to select them together",
        )
    if any(each.clip.source.kind is SourceKind.GAP for each in chosen):
        raise Refused("a gap can't be linked", "lift or delete it")
    if chosen[0].clip.link and {each.clip.id for each in chosen} == {
        clip.id for clip in edit.get_clips_of_link(chosen[0].clip.link)
    }:
        raise Refused("these clips are linked already", "unlink separates them")
    for each in chosen:
        remove_from_link(edit, edit.get_current_clip(each.clip.id))
    name = new_id("link")
    for each in chosen:
        change_clip_link(edit, edit.get_current_clip(each.clip.id), name)
    return edit.finish_edit()


def unlink_clips(cut: Cut, clip_id: str, *, new_id: NewId) -> Cut:
    """Dissolve the link of a clip, for all clips in it. No clip moves, and connected clips stay connected."""
    edit = CutEditor(cut, new_id)
    clip = edit.get_editable_clip(clip_id).clip
    if not clip.link:
        raise Refused("the clip is not linked to another clip", "milimo cut show lists the links")
    for other in edit.get_clips_of_link(clip.link):
        edit.get_editable_clip(other.id)
        change_clip_link(edit, other, "")
    return edit.finish_edit()


def group_clips(cut: Cut, clip_ids: Sequence[str], *, new_id: NewId) -> Cut:
    """Group clips, so that selecting one of them selects all. A clip that was in a group before leaves it."""
    edit = CutEditor(cut, new_id)
    chosen = _require_several_clips(edit, clip_ids, "group")
    ids = {each.clip.id for each in chosen}
    old = chosen[0].clip.group
    if old and ids == {clip.id for clip in cut.clips if clip.group == old}:
        raise Refused("these clips are a group already", "ungroup separates them")
    name = new_id("group")
    left = {each.clip.group for each in chosen} - {""}
    for each in chosen:
        edit.put(replace(each.clip, group=name))
    for one in left:
        rest = [clip for clip in cut.clips if clip.group == one and clip.id not in ids]
        if len(rest) == 1:
            edit.put(replace(rest[0], group=""))
    return edit.finish_edit()


def ungroup_clips(cut: Cut, clip_id: str, *, new_id: NewId) -> Cut:
    """Dissolve the group of a clip, for all clips in it."""
    edit = CutEditor(cut, new_id)
    name = edit.get_editable_clip(clip_id).clip.group
    if not name:
        raise Refused("the clip is in no group", "milimo cut show lists the groups")
    for clip in cut.clips:
        if clip.group == name:
            edit.put(replace(edit.get_editable_clip(clip.id).clip, group=""))
    return edit.finish_edit()


def detach_sound(cut: Cut, clip_id: str, *, new_id: NewId, track: str | None = None) -> Cut:
    """Put a clip's sound on an audio track as a clip of its own. It is linked to the picture, whose own sound
    is muted.

    Without a `track`, the sound goes to the first unlocked audio track that has space, or to a new track.
    """
    edit = CutEditor(cut, new_id)
    placed = edit.get_editable_clip(clip_id)
    clip = placed.clip
    on = edit.tracks[clip.track]
    if on.kind is TrackKind.AUDIO:
        raise Refused(f"the clip is already a sound on {on.name}", "name the clip with its picture")
    if clip.source.kind in ENDLESS:
        raise Refused("a gap or a title has no sound", "name a clip of a shot or a file")
    if clip.muted:
        raise Refused("the clip is silent, or its sound is on a track of its own already", "unmute it first")
    target = _find_sound_track(edit, placed, track)
    name = clip.link or new_id("link")
    edit.put(replace(clip, muted=True, link=name))
    sound = replace(
        clip,
        id=new_id("clip"),
        track=target.id,
        order=None,
        start=placed.start,
        anchor=None,
        offset=None,
        opacity=1.0,
        effects=replace(get_sound_effects(clip.effects), speed=clip.effects.speed),
        link=name,
    )
    edit.put(sound)
    return edit.finish_edit()


def _require_several_clips(edit: CutEditor, clip_ids: Sequence[str], verb: str) -> list[PlacedClip]:
    chosen = [edit.get_editable_clip(each) for each in dict.fromkeys(clip_ids)]
    if len(chosen) < 2:
        raise Refused(f"a {verb} takes two clips or more", "name them all")
    return chosen


def _find_sound_track(edit: CutEditor, clip: PlacedClip, wanted: str | None) -> Track:
    """Return the track for a clip's sound: the track with id `wanted`, or a track with space. Raises Refused
    if the requested track is not an audio track or has no space.
    """
    if wanted is not None:
        track = edit.get_editable_track(wanted)
        if track.kind is not TrackKind.AUDIO or track.magnetic:
            raise Refused(f"{track.name} is not an audio track", "name an audio track")
        if not is_range_empty(edit.current_layout.get_row(track.id), clip.start, clip.end):
            raise Refused(
                f"{track.name} has no room there", "name another audio track, or leave the track out"
            )
        return track
    for track in edit.current_layout.tracks:
        takes_it = track.kind is TrackKind.AUDIO and not track.locked and not track.magnetic
        if takes_it and is_range_empty(edit.current_layout.get_row(track.id), clip.start, clip.end):
            return track
    return edit.add_track(create_next_track(edit.cut.tracks, edit.cut.id, TrackKind.AUDIO, edit.new_id))
