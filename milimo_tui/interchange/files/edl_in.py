"""Correct the timeline that OpenTimelineIO's EDL adapter reads from a list.

The corrections concern the start of record time, the file of the second clip of each dissolve, markers given
by record time, and clips that run backwards.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import opentimelineio as otio

from milimo_tui.core.time import get_timecode_base, is_drop_frame

_TO_FILE = "TO FILE:"
_TIMED = re.compile(r"\d+\s|M2\s|\*\s*LOC:")
_CODE = re.compile(r"\b(\d\d:\d\d:\d\d):(\d\d)\b")


def mark_drop_frame_timecode(text: str, rate: Fraction) -> str:
    """Return the list with `;` before the frames of its timecodes where an FCM line says that they are
    drop-frame. The adapter recognises drop-frame timecode only by `;`.
    """
    drop = False
    lines = []
    for line in text.split("\n"):
        if line.startswith("FCM:"):
            drop = is_drop_frame(rate) and "NON" not in line.upper()
        lines.append(_CODE.sub(r"\1;\2", line) if drop and _TIMED.match(line) else line)
    return "\n".join(lines)


def count_frames_per_hour(text: str, rate: Fraction) -> int:
    """Return the number of frames from 00:00:00:00 to 01:00:00:00 in the timecode of a list. At 23.976 these
    are not the frames of 3600 seconds.
    """
    whole = 3600 * get_timecode_base(rate)
    drops = is_drop_frame(rate) and re.search(r"\d\d:\d\d:\d\d;\d\d", text)
    return whole - whole * 108 // 108000 if drops else whole


def repair_edl_timeline(timeline: Any, others: Mapping[str, Any], hour: int) -> Any:
    """Return the corrected timeline. The tracks of the companion lists `others` are added to the adapter's
    timeline, named by their keys.

    `hour` is the number of frames in an hour of timecode. A list often starts at 01:00:00:00. The last full
    hour before the first event is therefore used as the start of the cut.
    """
    for name, other in others.items():
        for track in list(other.tracks):
            other.tracks.remove(track)
            track.name = name
            timeline.tracks.append(track)
    tracks = [track for track in timeline.tracks if len(track)]
    starts = [_get_record_start(track) for track in tracks]
    first = min((start.value for start in starts), default=0.0)
    base = first // hour * hour
    for track, start in zip(tracks, starts, strict=True):
        record = start - otio.opentime.RationalTime(base, start.rate)
        track.source_range = None
        track.name = "V1" if track.name == "V" else track.name
        at = record
        for item in track:
            if isinstance(item, otio.schema.Clip):
                _repair_edl_clip(item, at + (start - record))
            if isinstance(item, otio.core.Item):
                at += item.source_range.duration
        if record.value > 0:
            gap = otio.opentime.TimeRange(otio.opentime.RationalTime(0, record.rate), record)
            track.insert(0, otio.schema.Gap(source_range=gap))
    return timeline


def _get_record_start(track: Any) -> Any:
    if track.source_range is None:
        return otio.opentime.RationalTime(0, track[0].source_range.duration.rate)
    return -track.source_range.start_time


def _repair_edl_clip(clip: Any, record: Any) -> None:
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
