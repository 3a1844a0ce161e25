"""What the EDL adapter leaves to be said of a list: where its record time begins, files of dissolves' second
clips, markers by record time, clips that run backwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import opentimelineio as otio

HOUR = 3600
_TO_FILE = "TO FILE:"


def mended(timeline: Any, others: Mapping[str, Any]) -> Any:
    """The adapter's timeline, put right, with the tracks of lists beside it by their names. They begin at the
    film's begin: the full hour before the first event, where that is at one o'clock or later.
    """
    for name, other in others.items():
        for track in list(other.tracks):
            other.tracks.remove(track)
            track.name = name
            timeline.tracks.append(track)
    tracks = [track for track in timeline.tracks if len(track)]
    starts = [_record_start(track) for track in tracks]
    first = min((start.to_seconds() for start in starts), default=0.0)
    base = first - first % HOUR if first >= HOUR else 0.0
    for track, start in zip(tracks, starts, strict=True):
        record = start - otio.opentime.RationalTime(base, 1).rescaled_to(start.rate)
        track.source_range = None
        track.name = "V1" if track.name == "V" else track.name
        at = record
        for item in track:
            if isinstance(item, otio.schema.Clip):
                _mend(item, at + (start - record))
            if isinstance(item, otio.core.Item):
                at += item.source_range.duration
        if record.value > 0:
            gap = otio.opentime.TimeRange(otio.opentime.RationalTime(0, record.rate), record)
            track.insert(0, otio.schema.Gap(source_range=gap))
    return timeline


def _record_start(track: Any) -> Any:
    if track.source_range is None:
        return otio.opentime.RationalTime(0, track[0].source_range.duration.rate)
    return -track.source_range.start_time


def _mend(clip: Any, record: Any) -> None:
    comments = clip.metadata.get("cmx_3600", {}).get("comments", [])
    for comment in comments:
        if comment.startswith(_TO_FILE):
            clip.media_reference = otio.schema.ExternalReference(comment.removeprefix(_TO_FILE).strip())
    begin = clip.source_range.start_time
    for effect in clip.effects:
        if isinstance(effect, otio.schema.LinearTimeWarp) and effect.time_scalar < 0:
            speed = float(Fraction(effect.time_scalar).limit_denominator(1000))
            frames = max(0.0, clip.source_range.duration.value * -speed + speed)
            begin = begin + otio.opentime.RationalTime(frames, begin.rate)
            effect.time_scalar = speed
        elif isinstance(effect, otio.schema.LinearTimeWarp):
            effect.time_scalar = float(Fraction(effect.time_scalar).limit_denominator(1000))
    for marker in clip.markers:
        at = begin + marker.marked_range.start_time - record
        marker.marked_range = otio.opentime.TimeRange(at, marker.marked_range.duration)
    clip.source_range = otio.opentime.TimeRange(begin, clip.source_range.duration)
