"""Describe a track as a list of events, as older formats do: each event has record and source times, and
there are transitions between events.

EDL, Final Cut's XML formats and MLT share this arithmetic. Frames are at the cut's rate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction

from milimo_tui.core.safe_text import replace_forbidden_characters
from milimo_tui.core.time import round_half_up
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values import timing
from milimo_tui.cut.values.cut import Clip, Cut, Marker, SourceKind, Track, TrackKind, Transition
from milimo_tui.interchange.values.bundle import CutBundle, Medium


@dataclass(frozen=True, slots=True)
class TrackEvent:
    """A clip on a track, which may be a gap clip. Its position in the cut is `start` to `end` (exclusive),
    and its source range is `into` to `out` (exclusive). All are in frames. The source range includes the
    media's timecode.

    `before` and `after` are the transitions at its edges, or None.
    """

    clip: Clip
    medium: Medium
    name: str
    start: int
    end: int
    into: int
    out: int
    before: Transition | None = None
    after: Transition | None = None

    @property
    def is_gap(self) -> bool:
        """True if the event is a gap clip."""
        return self.clip.source.kind is SourceKind.GAP

    @property
    def frames(self) -> int:
        """The length of the event in frames."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class TrackEventList:
    """The events of a track in order of time. Empty space between clips has no event."""

    track: Track
    events: tuple[TrackEvent, ...]


def list_track_events(bundle: CutBundle, cut: Cut) -> tuple[TrackEventList, ...]:
    """Return the events of every track of a cut: video tracks from the bottom up, then audio tracks."""
    laid_out = layout(cut)
    return tuple(
        TrackEventList(track, _make_track_events(bundle, laid_out, track)) for track in laid_out.tracks
    )


def split_by_track_kind(
    rows: tuple[TrackEventList, ...],
) -> tuple[list[TrackEventList], list[TrackEventList]]:
    """Split the tracks by kind. Return the picture tracks, then the sound tracks."""
    pictures = [row for row in rows if row.track.kind is TrackKind.VIDEO]
    return pictures, [row for row in rows if row.track.kind is TrackKind.AUDIO]


def list_cut_markers(cut: Cut) -> list[Marker]:
    """Return the markers that belong to the cut and not to a clip, in order of time."""
    return sorted((each for each in cut.markers if each.clip is None), key=lambda each: each.frame)


def list_clip_markers(cut: Cut, clip: Clip) -> list[Marker]:
    """Return the markers of a clip inside the range that the clip shows, in order of time."""
    markers = (each for each in cut.markers if each.clip == clip.id and 0 <= each.frame < clip.frames)
    return sorted(markers, key=lambda each: each.frame)


def has_audible_source(event: TrackEvent) -> bool:
    """Return True if a clip on a picture track has sound that is heard."""
    clip = event.clip
    has_channels = event.medium.kind in ("video", "cut") and event.medium.channels > 0
    return has_channels and not clip.muted and clip.effects.speed != 0


def compute_retimed_in_frame(rate: Fraction, event: TrackEvent) -> int:
    """Return the first frame of an event's source, counted in frames of the media as it plays at the clip's
    speed. For example, frame 100 of the media is frame 50 at double speed. `rate` is the frame rate of the
    cut.
    """
    clip, speed = event.clip, event.clip.effects.speed
    if speed < 0 and event.medium.seconds is not None:
        high = clip.source_in - speed / rate
        return max(0, round_half_up((event.medium.seconds - high) / -speed * rate))
    return round_half_up(clip.source_in / (abs(speed) or 1) * rate)


def clean_to_one_line(text: str, fallback: str = "clip") -> str:
    """Return a name on one line, without characters that XML and EDL cannot represent, or `fallback` if
    nothing remains.
    """
    return " ".join(replace_forbidden_characters(text).split()) or fallback


def _make_track_events(bundle: CutBundle, laid_out: Layout, track: Track) -> tuple[TrackEvent, ...]:
    joins = laid_out.cut.transitions
    before = {each.right: each for each in joins}
    after = {each.left: each for each in joins}
    return tuple(
        _make_track_event(
            bundle, placed, laid_out.cut.rate, before.get(placed.clip.id), after.get(placed.clip.id)
        )
        for placed in laid_out.get_row(track.id)
    )


def _make_track_event(
    bundle: CutBundle, placed: PlacedClip, rate: Fraction, before: Transition | None, after: Transition | None
) -> TrackEvent:
    clip, medium = placed.clip, bundle.get_medium(placed.clip)
    into, out = compute_source_range(clip, medium, rate)
    name = clean_to_one_line(bundle.get_exported_name(clip))
    return TrackEvent(clip, medium, name, placed.start, placed.end, into, out, before, after)


def compute_source_range(
    clip: Clip,
    medium: Medium,
    rate: Fraction,
    head: int = 0,
    tail: int = 0,
    *,
    source_rate: Fraction | None = None,
) -> tuple[int, int]:
    """Return the source range of a clip in frames, as its start and its exclusive end. The range is extended
    by `head` frames at its start and `tail` frames at its end. `rate` is the rate of the cut.

    The result counts frames at `source_rate` (None: the rate of the cut). At another rate than that of the
    cut, the start is the frame that the clip shows first: the last frame that begins at or before its time.

    At normal speed, forwards or backwards, the range is as long as the clip, even if the source starts
    between two frames.
    """
    source_rate = source_rate or rate
    longer = replace(
        clip, source_in=timing.get_source_second(clip, -head, rate), frames=max(1, clip.frames + head + tail)
    )
    low, high = timing.get_source_span(longer, rate)
    begin = (medium.starts + low) * source_rate
    into = max(0, round_half_up(begin) if source_rate == rate else math.floor(begin))
    if abs(clip.effects.speed) == 1:
        return into, into + max(1, round_half_up(longer.frames / rate * source_rate))
    return into, max(into + 1, round_half_up((medium.starts + high) * source_rate))
