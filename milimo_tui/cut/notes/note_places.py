"""Find the position in one cut that corresponds to a note in another cut: the frame that shows the same
second of the same shot. Pure functions.

Each frame of a frozen cut shows certain seconds of sources. The current cut may show them at other frames, or
not at all. Nested cuts are searched, too, so that a note on a scene that was nested later is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, Marker, SourceKind, TrackKind
from milimo_tui.cut.values.timing import find_clip_frame, get_source_second, get_source_span

Cuts = Mapping[str, Cut]


@dataclass(frozen=True, slots=True)
class SourceMoment:
    """A second of a source (a shot or file) that a cut shows or plays. `track` and `frame` say where in the
    cut. It is used to find the same picture or sound in another cut.
    """

    source: ClipSource
    second: Fraction
    track: str
    frame: int


@dataclass(frozen=True, slots=True)
class ClipFrame:
    """A frame of a clip, counted from the start of the clip. `clip` is the clip's id."""

    clip: str
    frame: int


def list_moments(cut_layout: Layout, cuts: Cuts, frame: int) -> Iterator[SourceMoment]:
    """Yield the source seconds that a cut shows or plays at a frame. The seconds of pictures come first, from
    the topmost picture down, then the seconds of sounds. `cuts` are all cuts of the film, for looking into
    compound clips.
    """
    video = [track for track in cut_layout.tracks if track.kind is TrackKind.VIDEO]
    audio = [track for track in cut_layout.tracks if track.kind is TrackKind.AUDIO]
    for track in (*reversed(video), *audio):
        clip = cut_layout.find_clip_at(track.id, frame)
        if clip is not None and not track.hidden:
            yield from _list_clip_moments(
                clip, cut_layout.cut.rate, cuts, frame, track.name, frozenset({cut_layout.cut.id})
            )


def _list_clip_moments(
    here: PlacedClip, rate: Fraction, cuts: Cuts, frame: int, track: str, inside: frozenset[str]
) -> Iterator[SourceMoment]:
    clip = here.clip
    if clip.source.kind in (SourceKind.SHOT, SourceKind.ASSET):
        yield SourceMoment(clip.source, get_source_second(clip, frame - here.start, rate), track, frame)
    inner = cuts.get(clip.source.ref) if clip.source.kind is SourceKind.CUT else None
    if inner is not None and inner.id not in inside:
        second = get_source_second(clip, frame - here.start, rate)
        inner_layout = layout(inner)
        at = floor(second * inner.rate)
        for each in inner_layout.tracks:
            there = inner_layout.find_clip_at(each.id, at)
            if there is not None and not each.hidden:
                yield from _list_clip_moments(there, inner.rate, cuts, at, track, inside | {inner.id})


def list_marker_moments(cut_layout: Layout, cuts: Cuts, marker: Marker) -> tuple[SourceMoment, ...]:
    """Return the source seconds that a marker refers to. For a marker on a clip, these are the seconds that
    the clip shows. Otherwise they are all seconds that are shown at the marker's frame.
    """
    frame = cut_layout.get_marker_frame(marker)
    if frame is None:
        return ()
    if marker.clip is not None:
        here = cut_layout.get_placed(marker.clip)
        track = cut_layout.get_track(here.clip.track).name
        found = tuple(
            _list_clip_moments(here, cut_layout.cut.rate, cuts, frame, track, frozenset({cut_layout.cut.id}))
        )
        if found:
            return found
    return tuple(list_moments(cut_layout, cuts, frame))


class MomentFinder:
    """A search for source seconds in one cut. The sources of all clips are collected once, so that many notes
    can be looked up quickly.
    """

    def __init__(self, cut_layout: Layout, cuts: Cuts) -> None:
        self.layout = cut_layout
        self._clips: dict[ClipSource, list[tuple[PlacedClip, str]]] = {}
        for track in cut_layout.tracks:
            for each in cut_layout.get_row(track.id):
                for source in _find_clip_sources(each.clip, cuts, frozenset({cut_layout.cut.id})):
                    self._clips.setdefault(source, []).append((each, track.name))
        self._cuts = cuts

    def find_moment(self, wanted: SourceMoment) -> ClipFrame | None:
        """Return the clip frame at which this cut shows the source second `wanted`, or None.

        A clip on the same track as in the other cut is preferred, then the clip that is nearest in time.
        """
        found = []
        for each, track in self._clips.get(wanted.source, ()):
            at = self._find_frame_in_clip(
                each.clip, self.layout.cut.rate, wanted, frozenset({self.layout.cut.id})
            )
            if at is not None:
                nearness = (track != wanted.track, abs(each.start + at - wanted.frame), each.start)
                found.append((nearness, ClipFrame(each.clip.id, at)))
        return min(found, key=lambda each: each[0])[1] if found else None

    def has_source(self, source: ClipSource) -> bool:
        """Return True if the cut shows any part of a source."""
        return source in self._clips

    def _find_frame_in_clip(
        self, clip: Clip, rate: Fraction, wanted: SourceMoment, inside: frozenset[str]
    ) -> int | None:
        """Return the frame of a clip at which the clip, or a nested cut that it shows, shows the source
        second `wanted`. None if it does not.

        `inside` are the ids of the cuts that are being searched, which prevents endless recursion.
        """
        if clip.source == wanted.source:
            return find_frame_at_second(clip, rate, wanted.second)
        inner = self._cuts.get(clip.source.ref)
        if inner is None or inner.id in inside:
            return None
        inner_layout = layout(inner)
        for track in inner_layout.tracks:
            for each in inner_layout.get_row(track.id):
                if wanted.source in _find_clip_sources(each.clip, self._cuts, inside | {inner.id}):
                    at = self._find_frame_in_clip(each.clip, inner.rate, wanted, inside | {inner.id})
                    if at is not None:
                        return find_frame_at_second(clip, rate, Fraction(each.start + at) / inner.rate)
        return None


def find_frame_at_second(clip: Clip, rate: Fraction, second: Fraction) -> int | None:
    """Return the frame of a clip, counted from its start, that shows a second of its source. None if the clip
    does not show that second.
    """
    low, high = get_source_span(clip, rate)
    speed = clip.effects.speed
    if not speed:
        return 0 if clip.source_in == second else None
    if not low <= second < high:
        return None
    passed = find_clip_frame(clip, second, rate)
    return min(clip.frames - 1, max(0, floor(passed) if speed > 0 else -floor(-passed)))


def _find_clip_sources(clip: Clip, cuts: Cuts, inside: frozenset[str]) -> frozenset[ClipSource]:
    """Return the sources that a clip shows, including the sources in nested cuts. `inside` are the ids of the
    cuts that are being searched.
    """
    if clip.source.kind in (SourceKind.SHOT, SourceKind.ASSET):
        return frozenset({clip.source})
    inner = cuts.get(clip.source.ref) if clip.source.kind is SourceKind.CUT else None
    if inner is None or inner.id in inside:
        return frozenset()
    found: frozenset[ClipSource] = frozenset()
    for each in inner.clips:
        found |= _find_clip_sources(each, cuts, inside | {inner.id})
    return found
