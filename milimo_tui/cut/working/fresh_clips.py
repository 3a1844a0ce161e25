"""Create a clip for a track from a template clip, check that the source has enough media, and insert the
clip.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.errors import Refused
from milimo_tui.core.time import format_rate, format_ratio
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, MediaLength, SourceKind, Track, TrackKind
from milimo_tui.cut.values.portions import shorten_fades_to_fit
from milimo_tui.cut.values.timing import ENDLESS, get_source_span, has_media, limit_source_start
from milimo_tui.cut.working.editing import CutEditor


def create_track_clip(edit: CutEditor, track: Track, clip: Clip, bounds: MediaLength) -> Clip:
    """Return a clip for a track, made from the template `clip`, with a new id and without a position.

    Raises Refused if the track can't hold the clip or the source has too little media.
    """
    if clip.frames < 1:
        raise Refused("a clip has at least one frame")
    require_source_start(clip)
    if clip.source.kind is SourceKind.GAP and not track.magnetic:
        raise Refused(f"{track.name} needs no gaps: it can be empty")
    if clip.source.kind is SourceKind.TITLE and track.kind is TrackKind.AUDIO:
        raise Refused(f"{track.name} is an audio track and can't show a title", "put it on a video track")
    require_source_media(clip.source, clip, edit.cut, bounds)
    return replace(
        shorten_fades_to_fit(clip),
        id=edit.new_id("clip"),
        cut=edit.cut.id,
        track=track.id,
        order=None,
        start=None,
        anchor=None,
        offset=None,
        link="",
        group="",
    )


def put_clip_at(edit: CutEditor, track: Track, at: int, clip: Clip, *, connected: bool = False) -> None:
    """Insert a new clip at frame `at` of a track. The caller must have removed other clips from the frames
    that the new clip will cover.

    With `connected`, a clip on a free track is connected to the clip of the magnetic track at that frame.
    """
    if track.magnetic:
        edit.put(replace(clip, order=edit.key_at(track, at)))
        return
    anchor = find_magnetic_clip_at(edit, at) if connected else None
    if anchor is None:
        edit.put(replace(clip, start=at))
    else:
        edit.connect_at(clip, at, anchor.clip.track)


def find_magnetic_clip_at(edit: CutEditor, frame: int) -> PlacedClip | None:
    """Return the clip of the magnetic track at a frame, or None."""
    for track in edit.current_layout.tracks:
        clip = edit.current_layout.find_clip_at(track.id, frame) if track.magnetic else None
        if clip is not None:
            return clip
    return None


def require_source_start(clip: Clip) -> None:
    """Raise Refused for a clip that would begin before the start of its source."""
    if limit_source_start(clip.source, clip.source_in) != clip.source_in:
        raise Refused("a clip can't begin before its media does", "begin at 0 s of the media or later")


def require_source_media(source: ClipSource, clip: Clip, cut: Cut, bounds: MediaLength) -> None:
    """Raise Refused if a source has less media than the clip's range needs, at the clip's speed."""
    media = None if source.kind in ENDLESS else bounds(source)
    if media is None or has_media(clip, cut.rate, media):
        return
    low, high = get_source_span(clip, cut.rate)
    if low < media.start:
        raise Refused(
            f"the clip needs its media from {format_rate(low)} s, but the media begin at "
            f"{format_rate(media.start)} s",
            "shorten the clip, or take a later part of the media",
        )
    close = high - media.end < Fraction(1, 1000)
    needs, has = (format_ratio(each) if close else format_rate(each) for each in (high, media.end))
    raise Refused(
        f"the clip needs {needs} s of its media, which have only {has} s",
        "shorten the clip, or take an earlier part of the media",
    )
