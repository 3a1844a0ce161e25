"""Functions for V1, the main track of a cut: find it, convert shot lengths to frames of the cut, and make
clips of shots. Pure functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from milimo_tui.core.time import frames_to_seconds, seconds_to_frames
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, NewId, SourceKind, Track, TrackKind

ShotLength = tuple[str, int]
"""A shot's id and its length in frames."""


def find_story_line(cut: Cut) -> Track | None:
    """Return V1: the lowest magnetic video track, or None."""
    lines = [track for track in cut.tracks if track.magnetic and track.kind is TrackKind.VIDEO]
    return min(lines, key=lambda track: (track.order, track.id), default=None)


def convert_shot_frames(frames: int, rate: Fraction | None, cut: Cut) -> int:
    """Return a number of frames converted from the frame rate `rate` of the shots to frames of the cut.
    Without `rate`, the number stays the same.
    """
    if rate is None or rate == cut.rate:
        return max(1, frames)
    return max(1, seconds_to_frames(frames_to_seconds(frames, rate), cut.rate))


def convert_shot_lengths(cut: Cut, shots: Sequence[ShotLength], rate: Fraction | None) -> list[ShotLength]:
    """Return pairs of shot id and length, with the lengths converted from `rate` to frames of the cut."""
    return [(shot, convert_shot_frames(frames, rate, cut)) for shot, frames in shots]


def create_shot_clip(cut: Cut, track: Track, shot: str, frames: int, order: str, new_id: NewId) -> Clip:
    """Return a clip that shows a shot completely. `track` is a magnetic track and `order` the order key of
    the clip on it.
    """
    source = ClipSource(SourceKind.SHOT, shot)
    return Clip(id=new_id("clip"), cut=cut.id, track=track.id, source=source, frames=frames, order=order)


def list_shown_shots(cut: Cut) -> frozenset[str]:
    """Return the ids of all shots that the cut shows."""
    return frozenset(clip.source.ref for clip in cut.clips if clip.source.kind is SourceKind.SHOT)
