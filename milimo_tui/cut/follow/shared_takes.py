"""Show shots that share the take of another shot.

Such a shot is shown closer, by the scale and position of its clip, or the other shot's sound continues below
its picture, on a linked clip of an audio track. Changes that the user made in the cut stay. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from milimo_tui.cut.layout.lanes import has_room, next_track
from milimo_tui.cut.values.cut import Clip, Cut, NewId, Source, SourceKind, Track, TrackKind
from milimo_tui.cut.values.effects import PARAMS, Curve, Effects, Key
from milimo_tui.cut.values.portions import fit_fades
from milimo_tui.cut.working.editing import Editing

_CROPPED = ("scale", "x", "y")


@dataclass(frozen=True, slots=True)
class Sharing:
    """The presentation of a shot that shares another shot's take.

    The picture is enlarged by `scale` and moved by `x` and `y`, or the sound of shot `sound` (an id) plays
    below it, from its second `sound_in` on.
    """

    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0
    sound: str = ""
    sound_in: Fraction = Fraction(0)

    def curves(self) -> dict[str, Curve]:
        """Return the effect curves of a clip that shows the shot, without values that equal their
        defaults.
        """
        values = {name: getattr(self, name) for name in _CROPPED}
        return {name: (Key(0, value),) for name, value in values.items() if value != PARAMS[name].default}


Shared = Mapping[str, Sharing]
"""By the ids of shots that share another's take."""

ALONE = Sharing()


def with_shared(before: Cut | None, cut: Cut, now: Shared, was: Shared, new_id: NewId) -> Cut:
    """Return a cut whose clips follow a change of shared takes from `was` to `now`.

    Clips that the user changed stay unchanged. `before` is the cut before its shots changed. Clips that are
    missing there count as new, and all clips do if it is None.
    """
    if cut.frozen or not (now or was):
        return cut
    known = {clip.id: clip for clip in before.clips} if before is not None else {}
    edit = Editing(cut, new_id)
    for clip in (*cut.clips, *(known[gone] for gone in known.keys() - {clip.id for clip in cut.clips})):
        shot, track = clip.source.ref, edit.tracks.get(clip.track)
        if clip.source.kind is not SourceKind.SHOT or track is None or track.kind is not TrackKind.VIDEO:
            continue
        had = was.get(shot, ALONE) if clip.id in known else ALONE
        if edit.find(clip.id) is None:
            _end_sound(edit, clip, had)
        elif not track.locked:
            _follow(edit, clip, had, now.get(shot, ALONE), known.get(clip.id, clip))
    return edit.done(by_hand=False)


def _follow(edit: Editing, clip: Clip, had: Sharing, wants: Sharing, before: Clip) -> None:
    if had.curves() != wants.curves() and _cropping(clip.effects) == had.curves():
        edit.put(replace(edit.clip(clip.id), effects=_cropped(clip.effects, wants)))
    sound = _sound(edit, clip, had)
    if sound is None:
        if wants.sound and not had.sound and not clip.muted:
            _begin_sound(edit, edit.clip(clip.id), wants)
    elif not wants.sound:
        _end_sound(edit, clip, had)
        edit.put(replace(edit.clip(clip.id), muted=False))
    else:
        frames = clip.frames if sound.frames == before.frames else sound.frames
        source = Source(SourceKind.SHOT, wants.sound)
        changed = fit_fades(replace(sound, source=source, source_in=wants.sound_in, frames=frames))
        if changed != sound:
            edit.put(changed)


def _cropping(effects: Effects) -> dict[str, Curve]:
    return {name: curve for name in _CROPPED if (curve := effects.curve(name))}


def _cropped(effects: Effects, wants: Sharing) -> Effects:
    rest = {name: curve for name, curve in effects.curves if name not in _CROPPED}
    return replace(effects, curves=tuple(sorted({**rest, **wants.curves()}.items())))


def _sound(edit: Editing, clip: Clip, had: Sharing) -> Clip | None:
    """Return the sound clip below a clip, if it was not changed since it was put there."""
    if not had.sound or not clip.link:
        return None
    for other in edit.linked(clip.link):
        if other.source == Source(SourceKind.SHOT, had.sound) and other.source_in == had.sound_in:
            return other
    return None


def _begin_sound(edit: Editing, clip: Clip, wants: Sharing) -> None:
    placed = edit.now.placed(clip.id)
    link = clip.link or edit.new_id("link")
    edit.put(replace(clip, muted=True, link=link))
    sound = Clip(
        id=edit.new_id("clip"),
        cut=clip.cut,
        track=_track(edit, placed.start, placed.end).id,
        source=Source(SourceKind.SHOT, wants.sound),
        frames=clip.frames,
        start=placed.start,
        source_in=wants.sound_in,
        link=link,
    )
    edit.put(sound)


def _end_sound(edit: Editing, clip: Clip, had: Sharing) -> None:
    """Remove the sound below a clip. The clip itself may be removed already."""
    gone = Source(SourceKind.SHOT, had.sound)
    for other in edit.linked(clip.link) if clip.link and had.sound else ():
        if other.id != clip.id and other.source == gone and other.source_in == had.sound_in:
            edit.exchange(edit.now.placed(other.id))


def _track(edit: Editing, start: int, end: int) -> Track:
    """Return the first unlocked audio track with space, or a new track."""
    for track in edit.now.tracks:
        able = track.kind is TrackKind.AUDIO and not track.locked and not track.magnetic
        if able and has_room(edit.now.on(track.id), start, end):
            return track
    return edit.add_track(next_track(edit.cut.tracks, edit.cut.id, TrackKind.AUDIO, edit.new_id))
