"""Find the position of a note from one cut in another: the same moment of the same shot. Pure.

A frozen cut shows moments of sources at each frame. The live cut shows the same moments at other frames, or
no more. Nested cuts are searched, so that a note on a scene that was nested later is found there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.layout.rows import Placed
from milimo_tui.cut.values.cut import Clip, Cut, Marker, Source, SourceKind, TrackKind
from milimo_tui.cut.values.timing import frame_of, source_at, span

Cuts = Mapping[str, Cut]


@dataclass(frozen=True, slots=True)
class Moment:
    """A second of a source, with the track and the frame at which it was shown."""

    source: Source
    second: Fraction
    track: str
    frame: int


@dataclass(frozen=True, slots=True)
class Place:
    """A frame of a clip (id), counted from the clip's start."""

    clip: str
    frame: int


def moments(placed: Layout, cuts: Cuts, frame: int) -> Iterator[Moment]:
    """Yield the moments that a cut shows and plays at a frame: the topmost picture first, then lower
    pictures, then sound.
    """
    video = [track for track in placed.tracks if track.kind is TrackKind.VIDEO]
    audio = [track for track in placed.tracks if track.kind is TrackKind.AUDIO]
    for track in (*reversed(video), *audio):
        here = placed.at(track.id, frame)
        if here is not None and not track.hidden:
            yield from _of_clip(here, placed.cut.rate, cuts, frame, track.name, frozenset({placed.cut.id}))


def _of_clip(
    here: Placed, rate: Fraction, cuts: Cuts, frame: int, track: str, inside: frozenset[str]
) -> Iterator[Moment]:
    clip = here.clip
    if clip.source.kind in (SourceKind.SHOT, SourceKind.ASSET):
        yield Moment(clip.source, source_at(clip, frame - here.start, rate), track, frame)
    inner = cuts.get(clip.source.ref) if clip.source.kind is SourceKind.CUT else None
    if inner is not None and inner.id not in inside:
        second = source_at(clip, frame - here.start, rate)
        laid = layout(inner)
        at = floor(second * inner.rate)
        for each in laid.tracks:
            there = laid.at(each.id, at)
            if there is not None and not each.hidden:
                yield from _of_clip(there, inner.rate, cuts, at, track, inside | {inner.id})


def moment_of(placed: Layout, cuts: Cuts, marker: Marker) -> tuple[Moment, ...]:
    """Return the moments that a marker is about: of its own clip, or of everything shown below it."""
    frame = placed.marked(marker)
    if frame is None:
        return ()
    if marker.clip is not None:
        here = placed.placed(marker.clip)
        track = placed.track(here.clip.track).name
        found = tuple(_of_clip(here, placed.cut.rate, cuts, frame, track, frozenset({placed.cut.id})))
        if found:
            return found
    return tuple(moments(placed, cuts, frame))


class Finder:
    """A search for moments in one cut. The sources that each clip shows are collected once."""

    def __init__(self, placed: Layout, cuts: Cuts) -> None:
        self.placed = placed
        self._clips: dict[Source, list[tuple[Placed, str]]] = {}
        for track in placed.tracks:
            for each in placed.on(track.id):
                for source in _shown(each.clip, cuts, frozenset({placed.cut.id})):
                    self._clips.setdefault(source, []).append((each, track.name))
        self._cuts = cuts

    def place(self, wanted: Moment) -> Place | None:
        """Return the clip frame at which the cut shows a moment, or None.

        The track of the original is preferred, then the nearest time.
        """
        found = []
        for each, track in self._clips.get(wanted.source, ()):
            at = self._frame_in(each.clip, self.placed.cut.rate, wanted, frozenset({self.placed.cut.id}))
            if at is not None:
                nearness = (track != wanted.track, abs(each.start + at - wanted.frame), each.start)
                found.append((nearness, Place(each.clip.id, at)))
        return min(found, key=lambda each: each[0])[1] if found else None

    def shows(self, source: Source) -> bool:
        """Return True if any part of a source is in the cut."""
        return source in self._clips

    def _frame_in(self, clip: Clip, rate: Fraction, wanted: Moment, inside: frozenset[str]) -> int | None:
        """Return the frame of a clip at which it shows a moment, directly or through a nested cut."""
        if clip.source == wanted.source:
            return frame_at(clip, rate, wanted.second)
        inner = self._cuts.get(clip.source.ref)
        if inner is None or inner.id in inside:
            return None
        laid = layout(inner)
        for track in laid.tracks:
            for each in laid.on(track.id):
                if wanted.source in _shown(each.clip, self._cuts, inside | {inner.id}):
                    at = self._frame_in(each.clip, inner.rate, wanted, inside | {inner.id})
                    if at is not None:
                        return frame_at(clip, rate, Fraction(each.start + at) / inner.rate)
        return None


def frame_at(clip: Clip, rate: Fraction, second: Fraction) -> int | None:
    """Return the frame of a clip that shows a source second. None if no frame of the clip shows it."""
    low, high = span(clip, rate)
    speed = clip.effects.speed
    if not speed:
        return 0 if clip.source_in == second else None
    if not low <= second < high:
        return None
    passed = frame_of(clip, second, rate)
    return min(clip.frames - 1, max(0, floor(passed) if speed > 0 else -floor(-passed)))


def _shown(clip: Clip, cuts: Cuts, inside: frozenset[str]) -> frozenset[Source]:
    """Return the sources that a clip shows, including those in nested cuts."""
    if clip.source.kind in (SourceKind.SHOT, SourceKind.ASSET):
        return frozenset({clip.source})
    inner = cuts.get(clip.source.ref) if clip.source.kind is SourceKind.CUT else None
    if inner is None or inner.id in inside:
        return frozenset()
    found: frozenset[Source] = frozenset()
    for each in inner.clips:
        found |= _shown(each, cuts, inside | {inner.id})
    return found
