"""The layout of a cut: the start of every clip on every track. Starts are computed only in this module.

The row of a track is made by one sort and one running sum when it is first needed. Clips in it are found by
bisection. A layout belongs to one cut value and never changes. After an edit, the new layout shares the rows
that did not change. The last few layouts are cached.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Collection, Mapping
from threading import Lock

from milimo_tui.core.changes import find_unshared_values
from milimo_tui.core.errors import Damaged, NotFound
from milimo_tui.cut.layout.bonds import ClipConnections
from milimo_tui.cut.layout.rows import (
    LayoutRow,
    PlacedClip,
    build_free_row,
    build_magnetic_row,
    find_clip_index,
    update_free_row,
    update_magnetic_row,
)
from milimo_tui.cut.values.cut import Clip, Cut, Marker, Track, TrackKind

MANY = 200
"""The number of changed clips of a track from which its row is rebuilt instead of updated."""


class Layout:
    """The positions of all clips of a cut. Frames are integers at the cut's rate, and ends are exclusive.

    `tracks` are the video tracks from the bottom up, then the audio tracks from the top down. `clips` maps
    ids to the clips of the cut.
    """

    __slots__ = ("_bonds", "_by_id", "_edits", "_on", "_rows", "clips", "cut", "tracks")

    def __init__(self, cut: Cut) -> None:
        self._initialize_cut(cut, {clip.id: clip for clip in cut.clips})
        self._bonds: ClipConnections | None = None
        self._on: dict[str, list[Clip]] = {track.id: [] for track in cut.tracks}
        try:
            for clip in cut.clips:
                self._on[clip.track].append(clip)
        except KeyError:
            raise self._create_stray_clip_error(clip) from None

    def _initialize_cut(self, cut: Cut, clips: Mapping[str, Clip]) -> None:
        self.cut = cut
        self.clips = clips
        self.tracks = tuple(
            sorted(cut.tracks, key=lambda track: (track.kind is TrackKind.AUDIO, track.order, track.id))
        )
        self._by_id = {track.id: track for track in cut.tracks}
        self._rows: dict[str, LayoutRow] = {}
        self._edits: dict[str, tuple[int, ...]] = {}

    def update_clips(
        self,
        cut: Cut,
        clips: Mapping[str, Clip],
        touched: Collection[str],
        bonds: ClipConnections | None = None,
    ) -> Layout:
        """Return the layout of `cut`, which differs from this layout's cut only in the clips with ids
        `touched`. Unchanged rows are shared.

        `clips` maps ids to all clips of the new cut. `bonds` is its index of connections, if known.
        """
        new = Layout.__new__(Layout)
        new._initialize_cut(cut, clips)
        new._bonds = bonds
        removed: dict[str, list[Clip]] = {}
        added: dict[str, list[Clip]] = {}
        for clip_id in touched:
            was, now = self.clips.get(clip_id), clips.get(clip_id)
            if was is now:
                continue
            if was is not None:
                removed.setdefault(was.track, []).append(was)
            if now is not None:
                if now.track not in new._by_id:
                    raise self._create_stray_clip_error(now)
                added.setdefault(now.track, []).append(now)
        new._on = {
            track.id: self._replace_track_clips(track.id, removed.get(track.id, []), added.get(track.id, []))
            for track in cut.tracks
        }
        carried = any(new._by_id[each].magnetic for each in {*removed, *added} if each in new._by_id)
        for track in cut.tracks:
            row = self._rows.get(track.id)
            if row is not None:
                out, into = removed.get(track.id, []), added.get(track.id, [])
                kept = new._update_row(self, row, track, out, into, carried)
                if kept is not None:
                    new._rows[track.id] = kept
        return new

    def update_cut(self, cut: Cut) -> Layout:
        """Return the layout of a later state of the same cut after any edit. Unchanged rows are shared."""
        if [(track.id, track.magnetic) for track in cut.tracks] != [
            (track.id, track.magnetic) for track in self.cut.tracks
        ]:
            return Layout(cut)
        removed, added = find_unshared_values(self.cut.clips, cut.clips)
        if len(removed) + len(added) > MANY:
            return Layout(cut)
        clips = dict(self.clips)
        bonds = self._bonds.copy() if self._bonds is not None else None
        for clip in removed:
            del clips[clip.id]
            if bonds is not None:
                bonds.remove_clip(clip)
        for clip in added:
            clips[clip.id] = clip
            if bonds is not None:
                bonds.add_clip(clip)
        return self.update_clips(cut, clips, {clip.id for clip in (*removed, *added)}, bonds)

    def _replace_track_clips(self, track_id: str, removed: list[Clip], added: list[Clip]) -> list[Clip]:
        on = self._on.get(track_id, [])
        if not removed and not added:
            return on
        ids = {clip.id for clip in removed}
        return [clip for clip in on if clip.id not in ids] + added

    def _update_row(
        self, old: Layout, row: LayoutRow, track: Track, removed: list[Clip], added: list[Clip], carried: bool
    ) -> LayoutRow | None:
        """Return `row`, a row of the layout `old`, updated after an edit of its track. `removed` are the
        removed clips and `added` the added clips. None if the row must be made from scratch.

        `carried` is True if the edit changed clips of a magnetic track, because the clips connected to these
        clips then move.
        """
        if len(removed) + len(added) > MANY:
            return None
        if not track.magnetic and carried and any(clip.anchor is not None for clip in self._on[track.id]):
            return None
        if not removed and not added:
            return row
        left = [old.get_placed(clip.id) for clip in removed]
        if track.magnetic:
            return update_magnetic_row(row, left, added)
        return update_free_row(row, left, [self._place_free_clip(clip) for clip in added])

    def _create_stray_clip_error(self, clip: Clip) -> Damaged:
        return Damaged(f"clip {clip.id} is on a track that is not in the cut “{self.cut.name}”")

    @property
    def connections(self) -> ClipConnections:
        """The index of connected and linked clips. Callers must not change it."""
        if self._bonds is None:
            self._bonds = ClipConnections(self.cut.clips)
        return self._bonds

    @property
    def frames(self) -> int:
        """The length of the cut in frames: the end of its last clip on any track."""
        return max(
            (self._get_layout_row(track.id).clips[-1].end for track in self.tracks if self.get_row(track.id)),
            default=0,
        )

    def get_track(self, track_id: str) -> Track:
        """Return a track by id. Raises NotFound."""
        if track_id not in self._by_id:
            raise NotFound(f"there is no track {track_id} in the cut “{self.cut.name}”")
        return self._by_id[track_id]

    def get_row(self, track_id: str) -> tuple[PlacedClip, ...]:
        """Return the clips of a track in order of their starts. Raises NotFound."""
        return self._get_layout_row(self.get_track(track_id).id).clips

    def find_clip_at(self, track_id: str, frame: int) -> PlacedClip | None:
        """Return the clip or gap clip at a frame of a track. None if the frame is empty. Raises NotFound for
        an unknown track.
        """
        row = self._get_layout_row(self.get_track(track_id).id)
        index = bisect_right(row.starts, frame) - 1
        if index < 0 or row.clips[index].end <= frame:
            return None
        return row.clips[index]

    def get_placed(self, clip_id: str) -> PlacedClip:
        """Return a clip with its position by the clip's id. Raises NotFound."""
        found = self.find_placed(clip_id)
        if found is None:
            raise NotFound(f"there is no clip {clip_id} in the cut “{self.cut.name}”")
        return found

    def find_placed(self, clip_id: str) -> PlacedClip | None:
        """Return a clip with its position by the clip's id. None if there is no such clip."""
        clip = self.clips.get(clip_id)
        if clip is None:
            return None
        row = self._get_layout_row(clip.track)
        index = find_clip_index(
            row, clip, None if self._by_id[clip.track].magnetic else self._get_free_start(clip)
        )
        return None if index is None else row.clips[index]

    def get_start(self, clip_id: str) -> int:
        """Return the frame at which a clip starts. Raises NotFound."""
        return self.get_placed(clip_id).start

    def get_end(self, clip_id: str) -> int:
        """Return the frame at which a clip ends, exclusive. Raises NotFound."""
        return self.get_placed(clip_id).end

    def get_edit_points(self, track_id: str = "") -> tuple[int, ...]:
        """Return the frames of all edits, which are starts and ends of clips, sorted. Without a `track_id`,
        all tracks are included.
        """
        if track_id not in self._edits:
            rows = [self.get_row(track_id)] if track_id else [self.get_row(track.id) for track in self.tracks]
            points = {point for row in rows for placed in row for point in (placed.start, placed.end)}
            self._edits[track_id] = tuple(sorted(points))
        return self._edits[track_id]

    def get_marker_frame(self, marker: Marker) -> int | None:
        """Return the frame of the cut at which a marker is. None if the marker is on a part of a clip that
        has been trimmed off.
        """
        if marker.clip is None:
            return marker.frame
        on = self.get_placed(marker.clip)
        return on.start + marker.frame if 0 <= marker.frame < on.clip.frames else None

    def _get_layout_row(self, track_id: str) -> LayoutRow:
        row = self._rows.get(track_id)
        if row is None:
            on = self._on[track_id]
            magnetic = self._by_id[track_id].magnetic
            row = build_magnetic_row(on) if magnetic else build_free_row(self._place_free_clips(on))
            self._rows[track_id] = row
        return row

    def _place_free_clips(self, clips: list[Clip]) -> list[PlacedClip]:
        """Return the clips of a free track with their positions."""
        if sum(clip.anchor is not None for clip in clips) < MANY:
            return [self._place_free_clip(clip) for clip in clips]
        lines = [self.get_row(track.id) for track in self.tracks if track.magnetic]
        starts = {placed.clip.id: placed.start for line in lines for placed in line}
        out = []
        for clip in clips:
            anchor = starts.get(clip.anchor or "")
            if anchor is None:
                out.append(self._place_free_clip(clip))
            else:
                start = anchor + (clip.offset or 0)
                out.append(PlacedClip(clip, start, start + clip.frames))
        return out

    def _place_free_clip(self, clip: Clip) -> PlacedClip:
        start = clip.start
        if start is None or clip.anchor is not None:
            start = self._get_free_start(clip)
        return PlacedClip(clip, start, start + clip.frames)

    def _get_free_start(self, clip: Clip) -> int:
        """Return the start frame of a clip on a free track. Raises Damaged if the clip has no position or is
        connected to a missing clip.
        """
        if clip.anchor is None:
            if clip.start is None:
                raise Damaged(f"clip {clip.id} of the cut “{self.cut.name}” has no place")
            return clip.start
        anchor = self.clips.get(clip.anchor)
        if anchor is not None and self._by_id[anchor.track].magnetic:
            row = self._get_layout_row(anchor.track)
            index = find_clip_index(row, anchor, None)
            if index is not None:
                return row.starts[index] + (clip.offset or 0)
        raise Damaged(f"clip {clip.id} of the cut “{self.cut.name}” is connected to a missing clip")


_recent: deque[Layout] = deque(maxlen=4)  # The last layouts that were used, with the most recent at the end.
_one_at_a_time = Lock()


def layout(cut: Cut) -> Layout:
    """Return the layout of a cut, from the cache if possible. Raises Damaged if a clip has no track or no
    position.
    """
    with _one_at_a_time:
        for index, known in enumerate(_recent):
            if known.cut is cut:
                del _recent[index]
                _recent.append(known)
                return known
    return cache_layout(Layout(cut))


def cache_layout(known: Layout) -> Layout:
    """Put a layout into the cache and return it. `layout` returns this layout for the same cut object while
    it is among the last few that were used.
    """
    with _one_at_a_time:
        _recent.append(known)
    return known
