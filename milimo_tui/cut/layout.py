"""Where everything in a cut lies: starts of clips on every track, worked out in one place.

A track's row is built when it is first asked for, by one sort and one running sum, and kept; look-ups
are bisections. A layout belongs to one cut value and never changes.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from milimo_tui.core.errors import Damaged, NotFound
from milimo_tui.cut.values import Clip, Cut, Marker, Track, TrackKind


class Placed(NamedTuple):
    """A clip and the frames [start, end) it covers in the cut."""

    clip: Clip
    start: int
    end: int


class _Row(NamedTuple):
    placed: tuple[Placed, ...]
    starts: list[int]


class Layout:
    """A cut, laid out. Frames are integers at the cut's rate, ends are exclusive.

    `tracks` are in reading order: video from the bottom up, then audio from the top down.
    """

    __slots__ = ("_by_id", "_clips_on", "_edits", "_index", "_rows", "cut", "tracks")

    def __init__(self, cut: Cut) -> None:
        self.cut = cut
        self.tracks = tuple(
            sorted(cut.tracks, key=lambda track: (track.kind is TrackKind.AUDIO, track.order, track.id))
        )
        self._by_id = {track.id: track for track in cut.tracks}
        self._clips_on: dict[str, list[Clip]] = {track.id: [] for track in cut.tracks}
        for clip in cut.clips:
            if clip.track not in self._clips_on:
                raise Damaged(f"clip {clip.id} lies on a track that is not in the cut “{cut.name}”")
            self._clips_on[clip.track].append(clip)
        self._rows: dict[str, _Row] = {}
        self._index: dict[str, dict[str, int]] = {}
        self._edits: dict[str, tuple[int, ...]] = {}

    @property
    def frames(self) -> int:
        """The cut's length: the last end of any clip on any track."""
        return max(
            (self._row(track.id).placed[-1].end for track in self.tracks if self.on(track.id)), default=0
        )

    def track(self, track_id: str) -> Track:
        """Raises NotFound."""
        if track_id not in self._by_id:
            raise NotFound(f"there is no track {track_id} in the cut “{self.cut.name}”")
        return self._by_id[track_id]

    def on(self, track_id: str) -> tuple[Placed, ...]:
        """The clips of a track by their starts. Raises NotFound."""
        return self._row(self.track(track_id).id).placed

    def at(self, track_id: str, frame: int) -> Placed | None:
        """The clip that covers a frame of a track, gaps included. Raises NotFound."""
        row = self._row(self.track(track_id).id)
        index = bisect_right(row.starts, frame) - 1
        if index < 0 or row.placed[index].end <= frame:
            return None
        return row.placed[index]

    def placed(self, clip_id: str) -> Placed:
        """Raises NotFound."""
        found = self.find(clip_id)
        if found is None:
            raise NotFound(f"there is no clip {clip_id} in the cut “{self.cut.name}”")
        return found

    def find(self, clip_id: str) -> Placed | None:
        """A clip's place; None where there is no such clip."""
        for track in self.tracks:
            index = self._index_on(track.id).get(clip_id)
            if index is not None:
                return self._row(track.id).placed[index]
        return None

    def start_of(self, clip_id: str) -> int:
        """Raises NotFound."""
        return self.placed(clip_id).start

    def end_of(self, clip_id: str) -> int:
        """Raises NotFound."""
        return self.placed(clip_id).end

    def edits(self, track_id: str = "") -> tuple[int, ...]:
        """The edit points (starts and ends of clips), sorted, of one track or of all."""
        if track_id not in self._edits:
            rows = [self.on(track_id)] if track_id else [self.on(track.id) for track in self.tracks]
            points = {point for row in rows for placed in row for point in (placed.start, placed.end)}
            self._edits[track_id] = tuple(sorted(points))
        return self._edits[track_id]

    def marked(self, marker: Marker) -> int | None:
        """The frame of the cut that a marker is on; None while a trim hides that frame of its clip."""
        if marker.clip is None:
            return marker.frame
        on = self.placed(marker.clip)
        return on.start + marker.frame if 0 <= marker.frame < on.clip.frames else None

    def _row(self, track_id: str) -> _Row:
        if track_id not in self._rows:
            placed = self._magnetic(track_id) if self._by_id[track_id].magnetic else self._free(track_id)
            self._rows[track_id] = _Row(placed, [each.start for each in placed])
        return self._rows[track_id]

    def _index_on(self, track_id: str) -> dict[str, int]:
        """Clip id to its place in the track's row."""
        if track_id not in self._index:
            row = self._row(track_id).placed
            self._index[track_id] = {placed.clip.id: index for index, placed in enumerate(row)}
        return self._index[track_id]

    def _magnetic(self, track_id: str) -> tuple[Placed, ...]:
        out = []
        start = 0
        # Two terminals may have made the same key at once: the id decides, so that all see one order.
        for clip in sorted(self._clips_on[track_id], key=lambda clip: (clip.order or "", clip.id)):
            out.append(Placed(clip, start, start + clip.frames))
            start += clip.frames
        return tuple(out)

    def _free(self, track_id: str) -> tuple[Placed, ...]:
        out = []
        for clip in self._clips_on[track_id]:
            start = clip.start if clip.anchor is None else self._connected_start(clip)
            if start is None:
                raise Damaged(f"clip {clip.id} of the cut “{self.cut.name}” has no place")
            out.append(Placed(clip, start, start + clip.frames))
        out.sort(key=lambda placed: (placed.start, placed.clip.id))
        return tuple(out)

    def _connected_start(self, clip: Clip) -> int:
        for track in self.tracks:
            index = self._index_on(track.id).get(clip.anchor or "") if track.magnetic else None
            if index is not None:
                return self._row(track.id).starts[index] + (clip.offset or 0)
        raise Damaged(f"clip {clip.id} of the cut “{self.cut.name}” hangs on a clip that is not there")


def layout(cut: Cut) -> Layout:
    """Lay out a cut. Raises Damaged when a clip has no track or no place."""
    return Layout(cut)
