"""Lay the recordings of spoken lines on dialogue tracks, at their times in the clips of their shots."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from milimo_tui.core.time import round_half_up
from milimo_tui.cut.layout.dialogue_tracks import DIALOGUE_TRACK, is_dialogue_track, is_line_of_clip
from milimo_tui.cut.layout.lanes import create_next_track, create_overflow_track, is_range_empty
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, NewId, SourceKind, Track, TrackKind
from milimo_tui.cut.values.guards import require_unfrozen
from milimo_tui.cut.values.mixer import MixRole
from milimo_tui.cut.values.sound_presets import find_sound_preset
from milimo_tui.cut.working.editing import CutEditor


@dataclass(frozen=True, slots=True)
class SpokenClip:
    """The recording of a line in its shot. `name` is the name of the line, `start` its second in the shot,
    `seconds` the length that is heard, and `speed` the factor by which it is spoken faster. `preset` is the
    preset of sound effects of the voice, such as `telephone`, or empty.
    """

    name: str
    asset: str
    start: Fraction
    seconds: Fraction
    speed: Fraction
    preset: str = ""


@dataclass(frozen=True, slots=True)
class LineSounds:
    """The spoken lines that a cut should have.

    `shots` maps the id of each shot to its lines. A shot that is in `shots` but has no lines loses the lines
    that were laid before. `names` maps the asset of every take of a line to the name of the line. The clips
    of the shots in `silenced` are muted, because their own sound has speech.
    """

    shots: Mapping[str, tuple[SpokenClip, ...]]
    names: Mapping[str, str]
    silenced: Collection[str]

    def list_wanted_names(self) -> set[str]:
        """Return the names of the lines that the cut should have."""
        return {line.name for shot in self.shots.values() for line in shot}


def lay_spoken_lines(cut: Cut, lines: LineSounds, *, new_id: NewId) -> Cut:
    """Put the recordings of lines on dialogue tracks, each connected to the clip of its shot.

    A recording that is there already stays as it is, with the changes of the user. The recording of another
    take of the same line replaces its source and length. A recording of a line that the shot no longer has
    is removed. A shot that loses all lines is heard again. Raises Refused for a frozen cut.
    """
    require_unfrozen(cut)
    edit = CutEditor(cut, new_id)
    kinds = {track.id: track.kind for track in cut.tracks}
    laid = {clip.id: clip for clip in cut.clips if _is_line(clip, lines) and _is_dialogue(cut, clip)}
    for clip in cut.clips:
        shot = clip.source.ref
        if clip.source.kind is not SourceKind.SHOT:
            continue
        # The sound of a shot may be on an audio track too, for example after it was detached.
        if shot in lines.silenced and not clip.muted:
            edit.put(replace(clip, muted=True))
        if shot not in lines.shots or kinds.get(clip.track) is not TrackKind.VIDEO:
            continue
        placed = edit.current_layout
        here = placed.get_placed(clip.id)
        own = [each for each in laid.values() if is_line_of_clip(placed.get_placed(each.id), here)]
        own_count = len(own)
        for each in own:
            del laid[each.id]
        _lay_clip_lines(edit, clip, own, lines.shots[shot], lines.names)
        if own_count and not lines.shots[shot] and clip.muted:
            edit.put(replace(edit.get_current_clip(clip.id), muted=False))
    return edit.finish_edit()


@dataclass(frozen=True, slots=True)
class LineChanges:
    """The numbers of lines that were laid, that were there already, and that were removed."""

    laid: int
    present: int
    removed: int


def count_line_changes(before: Cut, after: Cut, lines: LineSounds) -> LineChanges:
    """Compare a cut before and after its lines were laid. A line with another recording counts as laid."""
    old = {clip.id: clip for clip in before.clips if _is_line(clip, lines)}
    new = {clip.id: clip for clip in after.clips if _is_line(clip, lines)}
    laid = {id for id, clip in new.items() if id not in old or _is_other_sound(old[id], clip)}
    wanted = lines.list_wanted_names()
    present = [id for id in new.keys() - laid if lines.names[new[id].source.ref] in wanted]
    return LineChanges(len(laid), len(present), len(old.keys() - new.keys()))


def _is_other_sound(before: Clip, after: Clip) -> bool:
    return (before.source, before.frames, before.effects.speed) != (
        after.source,
        after.frames,
        after.effects.speed,
    )


def _is_line(clip: Clip, lines: LineSounds) -> bool:
    return clip.source.kind is SourceKind.ASSET and clip.source.ref in lines.names


def _is_dialogue(cut: Cut, clip: Clip) -> bool:
    track = next((track for track in cut.tracks if track.id == clip.track), None)
    return track is not None and is_dialogue_track(track)


def _lay_clip_lines(
    edit: CutEditor, clip: Clip, own: list[Clip], wanted: tuple[SpokenClip, ...], names: Mapping[str, str]
) -> None:
    rate, speed = edit.cut.rate, clip.effects.speed
    for line in wanted:
        # The same file may be the recording of two lines, so the asset is compared first.
        before = next((each for each in own if each.source.ref == line.asset), None) or next(
            (each for each in own if names.get(each.source.ref) == line.name), None
        )
        if before is not None:
            own.remove(before)
            if before.source.ref != line.asset or before.effects.speed != line.speed:
                edit.put(_put_line_source(before, line, rate))
            continue
        offset = round_half_up((line.start - clip.source_in) / speed * rate) if speed > 0 else -1
        if 0 <= offset < clip.frames:
            _add_line(edit, clip, line, offset)
    for each in own:
        edit.replace_with_portions(edit.current_layout.get_placed(each.id))


def _put_line_source(clip: Clip, line: SpokenClip, rate: Fraction) -> Clip:
    frames = max(1, math.ceil(line.seconds * rate))
    fades = min(clip.fade_in, frames), min(clip.fade_out, frames)
    return replace(
        clip,
        source=ClipSource(SourceKind.ASSET, line.asset),
        source_in=Fraction(0),
        frames=frames,
        fade_in=fades[0],
        fade_out=min(fades[1], frames - fades[0]),
        label=line.name,
        effects=replace(clip.effects, speed=line.speed, keeps_pitch=line.speed != 1),
    )


def _add_line(edit: CutEditor, clip: Clip, line: SpokenClip, offset: int) -> None:
    rate = edit.cut.rate
    frames = max(1, math.ceil(line.seconds * rate))
    start = edit.current_layout.get_placed(clip.id).start + offset
    track = _find_dialogue_track(edit, start, start + frames)
    connected = edit.tracks[clip.track].magnetic
    fresh = Clip(
        id=edit.new_id("clip"),
        cut=clip.cut,
        track=track.id,
        source=ClipSource(SourceKind.ASSET, line.asset),
        frames=frames,
        anchor=clip.id if connected else None,
        offset=offset if connected else None,
        start=None if connected else start,
    )
    chain = find_sound_preset(line.preset).chain if line.preset else ()
    fresh = replace(fresh, effects=replace(fresh.effects, chain=chain))
    edit.put(_put_line_source(fresh, line, rate))


def _find_dialogue_track(edit: CutEditor, start: int, end: int) -> Track:
    """Return the first dialogue track that is empty at these frames. A new track is made if there is none."""
    tracks = list(_iterate_dialogue_tracks(edit))
    for track in tracks:
        if not track.locked and is_range_empty(edit.current_layout.get_row(track.id), start, end):
            return track
    if tracks:
        return edit.add_track(create_overflow_track(edit.cut.tracks, tracks[0], edit.new_id))
    made = create_next_track(edit.cut.tracks, edit.cut.id, TrackKind.AUDIO, edit.new_id, DIALOGUE_TRACK)
    return edit.add_track(replace(made, role=MixRole.DIALOGUE))


def _iterate_dialogue_tracks(edit: CutEditor) -> Iterator[Track]:
    yield from sorted(
        filter(is_dialogue_track, edit.tracks.values()), key=lambda track: (track.order, track.id)
    )
