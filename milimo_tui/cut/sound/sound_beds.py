"""Lay a sound under a range of the film, and find the gaps of a track in which room tone is missing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit.clip_settings import add_track
from milimo_tui.cut.edit.placements import overwrite_clip
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import (
    ClipSource,
    Cut,
    NewId,
    SourceKind,
    Track,
    TrackKind,
    create_trackless_clip,
)
from milimo_tui.cut.values.guards import find_editable_track
from milimo_tui.cut.values.mixer import MixRole

# Frames of the fades between two repeats of a sound that was not made as a loop.
REPEAT_FADE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundBed:
    """A sound to lay under frames [start, end) of a cut. If the source is shorter (`source_frames`), it
    repeats; `loops` says that its end continues with its beginning. `fade` is the length of the fades at the
    start and end of the range, in frames.
    """

    source: ClipSource
    start: int
    end: int
    source_frames: int
    loops: bool = False
    gain_db: float = 0.0
    fade: int = 0
    label: str = ""


def find_sound_track(cut: Cut, name: str) -> Track | None:
    """Return the audio track with a name, in any case. None if there is none."""
    wanted = name.casefold()
    tracks = (track for track in cut.tracks if track.kind is TrackKind.AUDIO)
    return next((track for track in tracks if track.name.casefold() == wanted), None)


def lay_sound_bed(
    cut: Cut, track_name: str, bed: SoundBed, role: MixRole = MixRole.NONE, *, new_id: NewId
) -> Cut:
    """Lay a sound under a range of frames on an audio track, and replace the clips that are there.

    The track is added with the role `role` if there is none of this name. A sound that is too short repeats.
    If the same sound lies there already, nothing changes.
    """
    if bed.source_frames < 1 or bed.end <= bed.start:
        raise Refused("a sound needs at least one frame, and so does the range under which it is laid")
    track = find_sound_track(cut, track_name)
    if track is None:
        cut = add_track(cut, TrackKind.AUDIO, new_id=new_id, name=track_name)
        added = replace(cut.tracks[-1], role=role)
        cut = replace(cut, tracks=(*cut.tracks[:-1], added))
        track = added
    pieces = tuple(_split_bed(bed))
    if _lies_already(cut, track, pieces, bed):
        return cut
    find_editable_track(cut, track.id)
    for start, frames in pieces:
        first, last = start == bed.start, start + frames == bed.end
        between = 0 if bed.loops else REPEAT_FADE
        clip = replace(
            create_trackless_clip(bed.source, frames, label=bed.label),
            gain_db=bed.gain_db,
            fade_in=min(bed.fade if first else between, frames // 2),
            fade_out=min(bed.fade if last else between, frames // 2),
        )
        cut = overwrite_clip(cut, track.id, start, clip, new_id=new_id)
    return cut


def _split_bed(bed: SoundBed) -> list[tuple[int, int]]:
    """Return the start and the length of each repeat of the sound."""
    starts = range(bed.start, bed.end, bed.source_frames)
    return [(start, min(bed.source_frames, bed.end - start)) for start in starts]


def _lies_already(cut: Cut, track: Track, pieces: tuple[tuple[int, int], ...], bed: SoundBed) -> bool:
    here = [each for each in layout(cut).get_row(track.id) if each.start < bed.end and each.end > bed.start]
    if len(here) != len(pieces):
        return False
    return all(
        (each.start, each.clip.frames, each.clip.source, each.clip.source_in)
        == (start, frames, bed.source, Fraction(0))
        for each, (start, frames) in zip(here, pieces, strict=True)
    )


def list_sound_gaps(cut: Cut, track_id: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Return the ranges of frames [start, end) in which a track has no sound: between, before and after its
    clips. Muted clips and gaps count as no sound.
    """
    gaps: list[tuple[int, int]] = []
    at = start
    for each in layout(cut).get_row(track_id):
        if each.clip.muted or each.clip.source.kind is SourceKind.GAP:
            continue
        if each.start > at and each.start > start:
            gaps.append((at, min(each.start, end)))
        at = max(at, each.end)
        if at >= end:
            break
    if at < end:
        gaps.append((at, end))
    return tuple((first, last) for first, last in gaps if last > first)
