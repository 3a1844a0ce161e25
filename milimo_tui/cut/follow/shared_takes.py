"""Update clips of shots that use the take of another shot.

Such a shot either shows a crop of the other shot's take, which is set as the scale and position of its clip.
Or it has a picture of its own and plays the sound of the other take, on a linked clip of an audio track.
Changes that the user made to these clips stay. Pure functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from milimo_tui.cut.layout.lanes import create_next_track, is_range_empty
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, NewId, SourceKind, Track, TrackKind
from milimo_tui.cut.values.effects import PARAMS, Effects
from milimo_tui.cut.values.keyframes import Curve, Keyframe
from milimo_tui.cut.values.portions import shorten_fades_to_fit
from milimo_tui.cut.working.editing import CutEditor

_CROPPED = ("scale", "x", "y")


@dataclass(frozen=True, slots=True)
class SharedTake:
    """The settings with which a shot uses the take of another shot.

    For a crop, `scale` enlarges the picture, and `x` and `y` move it, as in the effects of a clip. For shared
    sound, `sound` is the id of the other shot, and `sound_in` is the second of its take at which the sound
    begins.
    """

    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0
    sound: str = ""
    sound_in: Fraction = Fraction(0)

    def get_effect_curves(self) -> dict[str, Curve]:
        """Return the effect curves that crop the picture. Values that equal their defaults are left out."""
        values = {name: getattr(self, name) for name in _CROPPED}
        return {
            name: (Keyframe(0, value),) for name, value in values.items() if value != PARAMS[name].default
        }


Shared = Mapping[str, SharedTake]
"""The ids of shots that use another shot's take, each with the way it uses that take."""

ALONE = SharedTake()


def update_shared_takes(before: Cut | None, cut: Cut, now: Shared, was: Shared, new_id: NewId) -> Cut:
    """Return the cut with its clips updated after shots began, stopped or changed using the take of another
    shot. `was` and `now` map the ids of such shots to their settings, before and after the change.

    Clips that the user has changed stay as they are. `before` is the cut before its shots changed, or None. A
    clip that is not in `before` counts as new.
    """
    if cut.frozen or not (now or was):
        return cut
    known = {clip.id: clip for clip in before.clips} if before is not None else {}
    edit = CutEditor(cut, new_id)
    for clip in (
        *cut.clips,
        *(known[removed_id] for removed_id in known.keys() - {clip.id for clip in cut.clips}),
    ):
        shot, track = clip.source.ref, edit.tracks.get(clip.track)
        if clip.source.kind is not SourceKind.SHOT or track is None or track.kind is not TrackKind.VIDEO:
            continue
        old_settings = was.get(shot, ALONE) if clip.id in known else ALONE
        if edit.find_current_clip(clip.id) is None:
            _remove_shared_sound(edit, clip, old_settings)
        elif not track.locked:
            _update_shared_clip(edit, clip, old_settings, now.get(shot, ALONE), known.get(clip.id, clip))
    return edit.finish_edit(by_hand=False)


def _update_shared_clip(
    edit: CutEditor, clip: Clip, old_settings: SharedTake, new_settings: SharedTake, before: Clip
) -> None:
    if (
        old_settings.get_effect_curves() != new_settings.get_effect_curves()
        and _get_cropping_curves(clip.effects) == old_settings.get_effect_curves()
    ):
        edit.put(
            replace(edit.get_current_clip(clip.id), effects=_replace_cropping(clip.effects, new_settings))
        )
    sound = _find_shared_sound(edit, clip, old_settings)
    if sound is None:
        if new_settings.sound and not old_settings.sound and not clip.muted:
            _add_shared_sound(edit, edit.get_current_clip(clip.id), new_settings)
    elif not new_settings.sound:
        _remove_shared_sound(edit, clip, old_settings)
        edit.put(replace(edit.get_current_clip(clip.id), muted=False))
    else:
        frames = clip.frames if sound.frames == before.frames else sound.frames
        source = ClipSource(SourceKind.SHOT, new_settings.sound)
        changed = shorten_fades_to_fit(
            replace(sound, source=source, source_in=new_settings.sound_in, frames=frames)
        )
        if changed != sound:
            edit.put(changed)


def _get_cropping_curves(effects: Effects) -> dict[str, Curve]:
    return {name: curve for name in _CROPPED if (curve := effects.get_curve(name))}


def _replace_cropping(effects: Effects, new_settings: SharedTake) -> Effects:
    rest = {name: curve for name, curve in effects.curves if name not in _CROPPED}
    return replace(effects, curves=tuple(sorted({**rest, **new_settings.get_effect_curves()}.items())))


def _find_shared_sound(edit: CutEditor, clip: Clip, old_settings: SharedTake) -> Clip | None:
    """Return the clip that plays the shared sound of a clip. None if there is none, or if the user has given
    it another source or start.

    `old_settings` are the settings with which the sound clip was made.
    """
    if not old_settings.sound or not clip.link:
        return None
    for other in edit.get_clips_of_link(clip.link):
        if (
            other.source == ClipSource(SourceKind.SHOT, old_settings.sound)
            and other.source_in == old_settings.sound_in
        ):
            return other
    return None


def _add_shared_sound(edit: CutEditor, clip: Clip, new_settings: SharedTake) -> None:
    placed = edit.current_layout.get_placed(clip.id)
    link = clip.link or edit.new_id("link")
    edit.put(replace(clip, muted=True, link=link))
    sound = Clip(
        id=edit.new_id("clip"),
        cut=clip.cut,
        track=_find_audio_track(edit, placed.start, placed.end).id,
        source=ClipSource(SourceKind.SHOT, new_settings.sound),
        frames=clip.frames,
        start=placed.start,
        source_in=new_settings.sound_in,
        link=link,
    )
    edit.put(sound)


def _remove_shared_sound(edit: CutEditor, clip: Clip, old_settings: SharedTake) -> None:
    """Remove the clip that plays the shared sound of a clip. The clip itself may have been removed before."""
    source = ClipSource(SourceKind.SHOT, old_settings.sound)
    for other in edit.get_clips_of_link(clip.link) if clip.link and old_settings.sound else ():
        if other.id != clip.id and other.source == source and other.source_in == old_settings.sound_in:
            edit.replace_with_portions(edit.current_layout.get_placed(other.id))


def _find_audio_track(edit: CutEditor, start: int, end: int) -> Track:
    """Return the first unlocked audio track that is empty in frames [start, end), or a new track."""
    for track in edit.current_layout.tracks:
        able = track.kind is TrackKind.AUDIO and not track.locked and not track.magnetic
        if able and is_range_empty(edit.current_layout.get_row(track.id), start, end):
            return track
    return edit.add_track(create_next_track(edit.cut.tracks, edit.cut.id, TrackKind.AUDIO, edit.new_id))
