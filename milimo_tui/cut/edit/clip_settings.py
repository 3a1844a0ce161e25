"""Operations that change no position and no length: settings of clips, another source for a clip, markers,
tracks and the name of the cut.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.errors import NotFound, Refused
from milimo_tui.cut.layout.lanes import create_next_track
from milimo_tui.cut.values.cut import (
    Clip,
    ClipSource,
    Cut,
    Marker,
    MediaLength,
    NewId,
    SourceKind,
    TrackKind,
    return_no_media_limit,
)
from milimo_tui.cut.values.effects import GAIN_RANGE_DB
from milimo_tui.cut.values.guards import find_editable_track, find_existing_clip, require_unfrozen
from milimo_tui.cut.values.sound_choice import require_sound_choice
from milimo_tui.cut.working.editing import CutEditor
from milimo_tui.cut.working.fresh_clips import require_source_media, require_source_start


def set_clip(
    cut: Cut,
    clip_id: str,
    *,
    gain_db: float | None = None,
    opacity: float | None = None,
    fade_in: int | None = None,
    fade_out: int | None = None,
    muted: bool | None = None,
    label: str | None = None,
    stream: int | None = None,
    channels: tuple[int, ...] | None = None,
) -> Cut:
    """Change settings of a clip: gain in decibels, opacity (0 to 1), fades in frames, mute, label, and the
    sound stream of its file with the channels that are heard. Arguments of None change nothing.
    """
    clip = _find_unlocked_clip(cut, clip_id)
    changed = replace(
        clip,
        gain_db=clip.gain_db if gain_db is None else gain_db,
        opacity=clip.opacity if opacity is None else opacity,
        fade_in=clip.fade_in if fade_in is None else fade_in,
        fade_out=clip.fade_out if fade_out is None else fade_out,
        muted=clip.muted if muted is None else muted,
        label=clip.label if label is None else label,
        stream=clip.stream if stream is None else stream,
        channels=clip.channels if channels is None else channels,
    )
    require_sound_choice(changed.stream, changed.channels)
    require_valid_gain(changed.gain_db)
    if not 0 <= changed.opacity <= 1:
        raise Refused("opacity must be between 0 and 1")
    if min(changed.fade_in, changed.fade_out) < 0 or changed.fade_in + changed.fade_out > clip.frames:
        raise Refused(
            "the fades are longer than the clip, or one is below 0",
            "make one of them shorter",
        )
    if changed == clip:
        return cut
    return replace(cut, clips=tuple(changed if each is clip else each for each in cut.clips))


def replace_clip_source(
    cut: Cut,
    clip_id: str,
    source: ClipSource,
    *,
    new_id: NewId,
    bounds: MediaLength = return_no_media_limit,
    source_in: Fraction | None = None,
    linked: bool = True,
) -> Cut:
    """Show another source in a clip. Position, length, trims, settings, effects, transitions and markers of
    the clip stay.

    `source_in` is the first second of the new source to show, by default the same second as before. Linked
    clips that showed the old source change, too, unless `linked` is False. A transition that needs more media
    than the new source has is shortened. Raises Refused if the new source has too little media for the clip.
    """
    edit = CutEditor(cut, new_id, bounds)
    clip = edit.get_editable_clip(clip_id).clip
    if source.kind is SourceKind.GAP:
        raise Refused("a clip's source can't be a gap", "lift the clip to leave a gap")
    others = (
        [edit.get_editable_clip(other.id).clip for other in edit.get_linked_clips(clip)] if linked else []
    )
    for each in [clip, *(other for other in others if other.source == clip.source)]:
        begins = each.source_in
        if source_in is not None:
            begins += source_in - clip.source_in
        changed = replace(each, source=source, source_in=begins)
        if source != each.source:  # Another file has other streams.
            changed = replace(changed, stream=1, channels=())
        require_source_start(changed)
        require_source_media(source, changed, cut, bounds)
        edit.put(changed)
    return edit.finish_edit()


def add_marker(
    cut: Cut,
    frame: int,
    *,
    new_id: NewId,
    clip: str | None = None,
    text: str = "",
    colour: str = "",
    name: str = "",
) -> Cut:
    """Add a marker at a frame of the cut, or of the clip with id `clip`, counted from the clip's start.
    Frozen cuts accept markers, too.

    `name` is the letter of a named mark: any ASCII letter except `m`. If a mark with this name exists
    already, it is moved.
    """
    if frame < 0:
        raise Refused("nothing can be placed before the first frame", "give a frame of 0 or more")
    if clip is not None and frame >= find_existing_clip(cut, clip).frames:
        raise Refused("that frame is after the clip's last frame", "mark a frame inside it")
    if name and not (len(name) == 1 and name.isascii() and name.isalpha() and name != "m"):
        raise Refused("the name of a mark is one letter, but not m", "for example a")
    old = next((marker for marker in cut.markers if name and marker.name == name), None)
    marker = Marker(
        id=old.id if old else new_id("marker"),
        cut=cut.id,
        frame=frame,
        clip=clip,
        text=text,
        colour=colour,
        name=name,
    )
    others = tuple(each for each in cut.markers if each.id != marker.id)
    return replace(cut, markers=(*others, marker))


def remove_marker(cut: Cut, marker_id: str) -> Cut:
    """Remove a marker or note together with its replies. Raises NotFound."""
    if all(each.id != marker_id for each in cut.markers):
        raise NotFound(
            f"there is no marker {marker_id} in the cut “{cut.name}”",
            "milimo cut show --json lists the ids of markers",
        )
    return replace(
        cut, markers=tuple(each for each in cut.markers if marker_id not in (each.id, each.parent))
    )


def add_track(cut: Cut, kind: TrackKind, *, new_id: NewId, name: str = "") -> Cut:
    """Add a free track after the other tracks of its kind. Its name is the next unused one (V3, A3 …) unless
    `name` is given.
    """
    require_unfrozen(cut)
    if name:
        _require_track_name(cut, name)
    return replace(cut, tracks=(*cut.tracks, create_next_track(cut.tracks, cut.id, kind, new_id, name)))


def remove_track(cut: Cut, track_id: str) -> Cut:
    """Remove a track that has no clips."""
    require_unfrozen(cut)
    track = find_editable_track(cut, track_id)
    if any(clip.track == track.id for clip in cut.clips):
        raise Refused(f"{track.name} has clips on it", "delete or move them first")
    if track.magnetic:
        raise Refused(f"{track.name} is a magnetic track and can't be deleted", "delete its clips instead")
    return replace(cut, tracks=tuple(each for each in cut.tracks if each is not track))


def set_track(
    cut: Cut,
    track_id: str,
    *,
    name: str | None = None,
    muted: bool | None = None,
    solo: bool | None = None,
    locked: bool | None = None,
    hidden: bool | None = None,
    height: int | None = None,
    sync_lock: bool | None = None,
    gain_db: float | None = None,
) -> Cut:
    """Change settings of a track, even of a locked one. Arguments of None change nothing.

    `height` is 1 to 12 rows on the timeline. `sync_lock` makes the clips of a free track move with ripples on
    other tracks. `gain_db` applies to all sound on the track, in addition to the gain of each clip.
    """
    require_unfrozen(cut)
    track = next((each for each in cut.tracks if each.id == track_id), None)
    if track is None:
        raise Refused(f"there is no track {track_id} in the cut “{cut.name}”")
    if name is not None and name != track.name:
        _require_track_name(cut, name)
    if height is not None and not 1 <= height <= 12:
        raise Refused("a track is 1 to 12 rows high")
    if sync_lock and track.magnetic:
        raise Refused(
            f"{track.name} is a magnetic track and needs no sync lock", "set the sync lock of another track"
        )
    if gain_db is not None:
        require_valid_gain(gain_db)
    changed = replace(
        track,
        name=track.name if name is None else name,
        muted=track.muted if muted is None else muted,
        solo=track.solo if solo is None else solo,
        locked=track.locked if locked is None else locked,
        hidden=track.hidden if hidden is None else hidden,
        height=track.height if height is None else height,
        sync_lock=track.sync_lock if sync_lock is None else sync_lock,
        gain_db=track.gain_db if gain_db is None else gain_db,
    )
    if changed == track:
        return cut
    return replace(cut, tracks=tuple(changed if each is track else each for each in cut.tracks))


def require_valid_gain(gain_db: float) -> None:
    """Raise Refused if a gain in decibels is outside the allowed range."""
    low, high = GAIN_RANGE_DB
    if not low <= gain_db <= high:  # A gain that is not a number is refused here, too.
        raise Refused(f"a gain must be between {low:g} and {high:g} dB", "for silence, mute the sound")


def rename_cut(cut: Cut, name: str) -> Cut:
    """Change the name of a cut. Frozen cuts can be renamed, too."""
    if not name.strip():
        raise Refused("a cut needs a name", "give it one in letters or digits")
    return replace(cut, name=name.strip())


def _require_track_name(cut: Cut, name: str) -> None:
    if not name.strip():
        raise Refused("a track needs a name", "give it one in letters or digits")
    if any(track.name == name for track in cut.tracks):
        raise Refused(f"there is a track {name} already", "choose another name")


def _find_unlocked_clip(cut: Cut, clip_id: str) -> Clip:
    """Return a clip by id. Raises Refused if the cut is frozen or the clip's track is locked."""
    require_unfrozen(cut)
    clip = find_existing_clip(cut, clip_id)
    find_editable_track(cut, clip.track)
    return clip
