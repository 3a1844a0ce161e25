"""The story line of a cut (V1), shot lengths in frames of the cut, and shots as clips. Pure."""

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
    """Return a length at the shots' rate in frames of the cut, converted through exact seconds."""
    if rate is None or rate == cut.rate:
        return max(1, frames)
    return max(1, seconds_to_frames(frames_to_seconds(frames, rate), cut.rate))


def convert_shot_lengths(cut: Cut, shots: Sequence[ShotLength], rate: Fraction | None) -> list[ShotLength]:
    """Return shots with their lengths in frames of the cut."""
    return [(shot, convert_shot_frames(frames, rate, cut)) for shot, frames in shots]


def create_shot_clip(cut: Cut, track: Track, shot: str, frames: int, order: str, new_id: NewId) -> Clip:
    """Return a clip of an entire shot, at an order key of a magnetic track."""
    source = ClipSource(SourceKind.SHOT, shot)
    return Clip(id=new_id("clip"), cut=cut.id, track=track.id, source=source, frames=frames, order=order)


def list_shown_shots(cut: Cut) -> frozenset[str]:
    """Return the shots that any clip of the cut shows."""
    return frozenset(clip.source.ref for clip in cut.clips if clip.source.kind is SourceKind.SHOT)
