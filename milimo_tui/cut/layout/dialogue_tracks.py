"""Find the tracks on which spoken lines are laid, and the recordings that are heard there."""

from __future__ import annotations

from milimo_tui.cut.layout.layout import Layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import SourceKind, Track, TrackKind

DIALOGUE_TRACK = "Dialogue"  # The name of the first track with spoken lines; others add a number.


def is_dialogue_track(track: Track) -> bool:
    """Return True if spoken lines are laid on this track."""
    name, _, number = track.name.partition(" ")
    return track.kind is TrackKind.AUDIO and name == DIALOGUE_TRACK and (not number or number.isdecimal())


def list_heard_lines(placed: Layout) -> list[PlacedClip]:
    """Return the recordings on dialogue tracks that are heard, in order of time."""
    heard = (
        each
        for track in placed.tracks
        if is_dialogue_track(track) and not track.muted
        for each in placed.get_row(track.id)
        if each.clip.source.kind is not SourceKind.GAP and not each.clip.muted
    )
    return sorted(heard, key=lambda each: (each.start, each.end))


def is_line_of_clip(line: PlacedClip, clip: PlacedClip) -> bool:
    """Return True if a laid line is connected to the clip of a shot, or begins during it on a free track."""
    if line.clip.anchor is not None:
        return line.clip.anchor == clip.clip.id
    return clip.start <= line.start < clip.end
