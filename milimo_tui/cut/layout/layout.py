"""Layout of a cut: the start of every clip on every track, computed in this module only.

The row of a track is built by one sort and one running sum when it is first needed, and is then cached.
Look-ups use bisection. A layout belongs to one cut value and never changes. The layout of an edited cut
reuses the unchanged parts. The last few layouts are cached.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Collection, Mapping
from threading import Lock

from milimo_tui.core.changes import apart
from milimo_tui.core.errors import Damaged, NotFound
from milimo_tui.cut.layout.bonds import Bonds
from milimo_tui.cut.layout.rows import (
    Placed,
    Row,
    exchanged,
    free_row,
    index_of,
    magnetic_row,
    respliced,
)
from milimo_tui.cut.values.cut import Clip, Cut, Marker, Track, TrackKind

MANY = 200
"""From so many changed clips of a track on its row is built anew."""


class Layout:
    """The layout of a cut. Frames are integers at the cut's rate, ends are exclusive.

    `tracks` are in reading order: video from the bottom up, then audio from the top down. `clips` are the
    clips of the cut by id.
    """

    __slots__ = ("_bonds", "_by_id", "_edits", "_on", "_rows", "clips", "cut", "tracks")

    def __init__(self, cut: Cut) -> None:
        self._begin(cut, {clip.id: clip for clip in cut.clips})
        self._bonds: Bonds | None = None
        self._on: dict[str, list[Clip]] = {track.id: [] for track in cut.tracks}
        try:
            for clip in cut.clips:
                self._on[clip.track].append(clip)
        except KeyError:
            raise self._astray(clip) from None

    def _begin(self, cut: Cut, clips: Mapping[str, Clip]) -> None:
        self.cut = cut
        self.clips = clips
        self.tracks = tuple(
            sorted(cut.tracks, key=lambda track: (track.kind is TrackKind.AUDIO, track.order, track.id))
        )
        self._by_id = {track.id: track for track in cut.tracks}
        self._rows: dict[str, Row] = {}
        self._edits: dict[str, tuple[int, ...]] = {}

    def changed(
        self, cut: Cut, clips: Mapping[str, Clip], touched: Collection[str], bonds: Bonds | None = None
    ) -> Layout:
        """Return the layout of a cut that differs from this cut in some clips (ids). Unchanged rows are
        shared.
        """
        new = Layout.__new__(Layout)
        new._begin(cut, clips)
        new._bonds = bonds
        gone: dict[str, list[Clip]] = {}
        come: dict[str, list[Clip]] = {}
        for clip_id in touched:
            was, now = self.clips.get(clip_id), clips.get(clip_id)
            if was is now:
                continue
            if was is not None:
                gone.setdefault(was.track, []).append(was)
            if now is not None:
                if now.track not in new._by_id:
                    raise self._astray(now)
                come.setdefault(now.track, []).append(now)
        new._on = {
            track.id: self._without(track.id, gone.get(track.id, []), come.get(track.id, []))
            for track in cut.tracks
        }
        carried = any(new._by_id[each].magnetic for each in {*gone, *come} if each in new._by_id)
        for track in cut.tracks:
            row = self._rows.get(track.id)
            if row is not None:
                out, into = gone.get(track.id, []), come.get(track.id, [])
                kept = new._row_after(self, row, track, out, into, carried)
                if kept is not None:
                    new._rows[track.id] = kept
        return new

    def following(self, cut: Cut) -> Layout:
        """Return the layout of a later state of the same cut, however it was edited. Unchanged parts are
        shared.
        """
        if [(track.id, track.magnetic) for track in cut.tracks] != [
            (track.id, track.magnetic) for track in self.cut.tracks
        ]:
            return Layout(cut)
        gone, come = apart(self.cut.clips, cut.clips)
        if len(gone) + len(come) > MANY:
            return Layout(cut)
        clips = dict(self.clips)
        bonds = self._bonds.copy() if self._bonds is not None else None
        for clip in gone:
            del clips[clip.id]
            if bonds is not None:
                bonds.take(clip)
        for clip in come:
            clips[clip.id] = clip
            if bonds is not None:
                bonds.add(clip)
        return self.changed(cut, clips, {clip.id for clip in (*gone, *come)}, bonds)

    def _without(self, track_id: str, gone: list[Clip], come: list[Clip]) -> list[Clip]:
        on = self._on.get(track_id, [])
        if not gone and not come:
            return on
        ids = {clip.id for clip in gone}
        return [clip for clip in on if clip.id not in ids] + come

    def _row_after(
        self, old: Layout, row: Row, track: Track, gone: list[Clip], come: list[Clip], carried: bool
    ) -> Row | None:
        """Return the updated row of the previous layout. None if the row must be rebuilt."""
        if len(gone) + len(come) > MANY:
            return None
        if not track.magnetic and carried and any(clip.anchor is not None for clip in self._on[track.id]):
            return None
        if not gone and not come:
            return row
        left = [old.placed(clip.id) for clip in gone]
        if track.magnetic:
            return respliced(row, left, come)
        return exchanged(row, left, [self._placed_free(clip) for clip in come])

    def _astray(self, clip: Clip) -> Damaged:
        return Damaged(f"clip {clip.id} lies on a track that is not in the cut “{self.cut.name}”")

    @property
    def bonds(self) -> Bonds:
        """The connected and linked clips. Callers must not change the index."""
        if self._bonds is None:
            self._bonds = Bonds(self.cut.clips)
        return self._bonds

    @property
    def frames(self) -> int:
        """The length of the cut: the last end of any clip on any track."""
        return max(
            (self._row(track.id).placed[-1].end for track in self.tracks if self.on(track.id)), default=0
        )

    def track(self, track_id: str) -> Track:
        """Return a track by id. Raises NotFound."""
        if track_id not in self._by_id:
            raise NotFound(f"there is no track {track_id} in the cut “{self.cut.name}”")
        return self._by_id[track_id]

    def on(self, track_id: str) -> tuple[Placed, ...]:
        """Return the clips of a track in order of their starts. Raises NotFound."""
        return self._row(self.track(track_id).id).placed

    def at(self, track_id: str, frame: int) -> Placed | None:
        """Return the clip that covers a frame of a track, gaps included. Raises NotFound for an unknown
        track.
        """
        row = self._row(self.track(track_id).id)
        index = bisect_right(row.starts, frame) - 1
        if index < 0 or row.placed[index].end <= frame:
            return None
        return row.placed[index]

    def placed(self, clip_id: str) -> Placed:
        """Return a clip with its position. Raises NotFound."""
        found = self.find(clip_id)
        if found is None:
            raise NotFound(f"there is no clip {clip_id} in the cut “{self.cut.name}”")
        return found

    def find(self, clip_id: str) -> Placed | None:
        """Return a clip with its position. None if there is no such clip."""
        clip = self.clips.get(clip_id)
        if clip is None:
            return None
        row = self._row(clip.track)
        index = index_of(row, clip, None if self._by_id[clip.track].magnetic else self._free_start(clip))
        return None if index is None else row.placed[index]

    def start_of(self, clip_id: str) -> int:
        """Return the frame at which a clip starts. Raises NotFound."""
        return self.placed(clip_id).start

    def end_of(self, clip_id: str) -> int:
        """Return the frame at which a clip ends, exclusive. Raises NotFound."""
        return self.placed(clip_id).end

    def edits(self, track_id: str = "") -> tuple[int, ...]:
        """Return the edit points (starts and ends of clips), sorted, of one track or of all tracks."""
        if track_id not in self._edits:
            rows = [self.on(track_id)] if track_id else [self.on(track.id) for track in self.tracks]
            points = {point for row in rows for placed in row for point in (placed.start, placed.end)}
            self._edits[track_id] = tuple(sorted(points))
        return self._edits[track_id]

    def marked(self, marker: Marker) -> int | None:
        """Return the frame of the cut that a marker is on. None if a trim hides that frame of its clip."""
        if marker.clip is None:
            return marker.frame
        on = self.placed(marker.clip)
        return on.start + marker.frame if 0 <= marker.frame < on.clip.frames else None

    def _row(self, track_id: str) -> Row:
        row = self._rows.get(track_id)
        if row is None:
            on = self._on[track_id]
            magnetic = self._by_id[track_id].magnetic
            row = magnetic_row(on) if magnetic else free_row(self._placed_all(on))
            self._rows[track_id] = row
        return row

    def _placed_all(self, clips: list[Clip]) -> list[Placed]:
        """Return the clips of a free track with their positions."""
        if sum(clip.anchor is not None for clip in clips) < MANY:
            return [self._placed_free(clip) for clip in clips]
        lines = [self.on(track.id) for track in self.tracks if track.magnetic]
        starts = {placed.clip.id: placed.start for line in lines for placed in line}
        out = []
        for clip in clips:
            anchor = starts.get(clip.anchor or "")
            if anchor is None:
                out.append(self._placed_free(clip))
            else:
                start = anchor + (clip.offset or 0)
                out.append(Placed(clip, start, start + clip.frames))
        return out

    def _placed_free(self, clip: Clip) -> Placed:
        start = clip.start
        if start is None or clip.anchor is not None:
            start = self._free_start(clip)
        return Placed(clip, start, start + clip.frames)

    def _free_start(self, clip: Clip) -> int:
        """Return the start of a clip of a free track. Raises Damaged if the clip has no position."""
        if clip.anchor is None:
            if clip.start is None:
                raise Damaged(f"clip {clip.id} of the cut “{self.cut.name}” has no place")
            return clip.start
        anchor = self.clips.get(clip.anchor)
        if anchor is not None and self._by_id[anchor.track].magnetic:
            row = self._row(anchor.track)
            index = index_of(row, anchor, None)
            if index is not None:
                return row.starts[index] + (clip.offset or 0)
        raise Damaged(f"clip {clip.id} of the cut “{self.cut.name}” hangs on a clip that is not there")


_recent: deque[Layout] = deque(maxlen=4)  # least recently used first
_one_at_a_time = Lock()


def layout(cut: Cut) -> Layout:
    """Return the layout of a cut. Raises Damaged if a clip has no track or no position."""
    with _one_at_a_time:
        for index, known in enumerate(_recent):
            if known.cut is cut:
                del _recent[index]
                _recent.append(known)
                return known
    return remember(Layout(cut))


def remember(known: Layout) -> Layout:
    """Cache a layout, so that `layout` returns it for the same cut object while it is among the last few."""
    with _one_at_a_time:
        _recent.append(known)
    return known
