"""A cut while it is edited: its current clips, tracks and links, and the functions that place a clip.

Connected clips, markers and transitions follow their clip. `editing` builds complete edits on this class.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import replace
from operator import attrgetter

from milimo_tui.core.errors import Refused
from milimo_tui.core.order_keys import between, spread
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.layout.rows import Placed
from milimo_tui.cut.values.cut import Clip, Cut, Marker, MediaLength, NewId, Track, Transition, unbounded
from milimo_tui.cut.values.guards import find_track, require_open
from milimo_tui.cut.values.portions import Part, shared_markers, shared_transitions


class WorkingCut:
    """A copy of a cut that is being edited. After every change the cut has a valid layout."""

    def __init__(self, cut: Cut, new_id: NewId, bounds: MediaLength = unbounded) -> None:
        require_open(cut)
        self.cut = cut
        self.new_id = new_id
        self.bounds = bounds
        self.before = layout(cut)
        self._originals = self.before.clips
        self._clips = dict(self._originals)
        self._last = self.before
        self._since: set[str] = set()  # ids of clips changed since the last layout
        self._markers = cut.markers
        self._transitions = cut.transitions
        self.tracks = {track.id: track for track in cut.tracks}
        self._touched: set[str] = set()
        # ids of connected clips that lost their anchor → the track of the anchor
        self._to_hang: dict[str, str] = {}
        self.shifted: set[str] = set()  # ids of clips moved in time by `cut.working.shifts`
        self._bonds = self.before.bonds.copy()

    # reading

    @property
    def now(self) -> Layout:
        """The layout of the cut in its current state."""
        if self._since or self._last.cut.tracks is not self.cut.tracks:
            cut = replace(self.cut, clips=tuple(self._clips.values()))
            self._last = self._last.changed(cut, self._clips.copy(), self._since)
            self._since = set()
        return self._last

    def placed(self, clip_id: str) -> Placed:
        """Return a clip that may be changed. Raises Refused if the clip is unknown or its track is locked."""
        if clip_id not in self._clips:
            raise Refused(f"there is no clip {clip_id} in the cut “{self.cut.name}”")
        find_track(self.cut, self._clips[clip_id].track)
        return self.now.placed(clip_id)

    def track(self, track_id: str) -> Track:
        """Return a track that may be changed. Raises Refused if the track is unknown or locked."""
        return find_track(self.cut, track_id)

    def clip(self, clip_id: str) -> Clip:
        """Return a clip in its current state."""
        return self._clips[clip_id]

    def find(self, clip_id: str) -> Clip | None:
        """Return a clip in its current state. None if the clip was removed."""
        return self._clips.get(clip_id)

    def linked(self, link: str) -> list[Clip]:
        """Return the clips of a link in their current state, sorted by id. Empty for the empty link."""
        return [self._clips[each] for each in sorted(self._bonds.linked(link))]

    def end_of(self, track: Track) -> int:
        """Return the current end of the last clip of a track; 0 if the track is empty."""
        row = self.now.on(track.id)
        return row[-1].end if row else 0

    def linked_clips(self, clip: Clip) -> list[Clip]:
        """Return the other clips of a clip's link."""
        return [each for each in self.linked(clip.link) if each.id != clip.id]

    def lead(self, link: str) -> Clip:
        """Return the clip of a link that the others follow: the clip on a magnetic track, or else the oldest
        clip.
        """
        return min(self.linked(link), key=lambda clip: (not self.tracks[clip.track].magnetic, clip.id))

    def is_time_held(self, clip: Clip) -> bool:
        """Return True if a clip's time is fixed by a linked clip on a magnetic track."""
        return clip.anchor is not None and self._clips[clip.anchor].link == clip.link != ""

    def key_at(self, track: Track, frame: int) -> str:
        """Return an order key for a clip that is to begin at an edit point of a magnetic track, or at its
        end.
        """
        row = self.now.on(track.id)
        index = bisect_left(row, frame, key=attrgetter("start"))
        beside = row[max(0, index - 1) : index + 1]
        return self.key_before(track, [placed.clip for placed in beside], min(index, 1))

    def key_before(self, track: Track, clips: list[Clip], index: int) -> str:
        """Return an order key before the clip at `index` of some consecutive clips of a magnetic track."""
        low = clips[index - 1].order if index > 0 else None
        high = clips[index].order if index < len(clips) else None
        if low is not None and high is not None and low >= high:
            # Two terminals created the same key at once. New keys for all clips make space between the two.
            row = [placed.clip for placed in self.now.on(track.id)]
            fresh = dict(zip((clip.id for clip in row), spread(len(row)), strict=True))
            for clip in row:
                self.put(replace(self._clips[clip.id], order=fresh[clip.id]))
            low, high = fresh[clips[index - 1].id], fresh[clips[index].id]
        return between(low, high)

    # changing

    def put(self, clip: Clip) -> None:
        """Add a clip, or change a clip without moving its content inside the clip."""
        original = self._originals.get(clip.id)
        if original == clip:
            clip = original
        old = self._clips.get(clip.id)
        if old is not None:
            self._bonds.take(old)
        self._bonds.add(clip)
        self._clips[clip.id] = clip
        self._note(clip.id)

    def add_track(self, track: Track) -> Track:
        """Add a track without clips."""
        self.cut = replace(self.cut, tracks=(*self.cut.tracks, track))
        self.tracks[track.id] = track
        return track

    def hanging(self, clip_id: str) -> list[Clip]:
        """Return the clips connected to a clip, sorted by id."""
        return [self._clips[each] for each in sorted(self._bonds.hanging(clip_id))]

    def remark(self, clip_id: str, frame_of: Callable[[int], int]) -> None:
        """Move each marker of a clip to the frame that `frame_of` returns for its old frame."""
        self._markers = tuple(
            replace(each, frame=frame_of(each.frame)) if each.clip == clip_id else each
            for each in self._markers
        )

    def place(self, clip: Clip, frame: int) -> None:
        """Put a clip of a free track at a frame. A connected clip is connected to the clip that is there
        after the edit.
        """
        if clip.anchor is not None and self.is_time_held(clip):
            self.put(replace(clip, offset=frame - self.now.start_of(clip.anchor)))
        elif clip.anchor is not None:
            self.connect_at(clip, frame, self._clips[clip.anchor].track)
        else:
            self.put(replace(clip, start=frame))

    def connect_at(self, clip: Clip, frame: int, magnetic: str) -> None:
        """Put a clip of a free track at a frame and connect it to the clip that a magnetic track has
        there.
        """
        self._to_hang[clip.id] = magnetic
        self.put(replace(clip, order=None, start=frame, anchor=None, offset=None))

    def exchange(self, placed: Placed, *parts: Part) -> None:
        """Replace a clip by portions of it, or remove it if there are none. Everything that belongs to the
        clip follows.

        A removed clip may be put in another position before `finish_edit`: until then its markers still
        belong to it.
        """
        old = placed.clip
        if all(part.clip.id != old.id for part in parts):
            self._remove(old)
        for part in parts:
            self.put(part.clip)
        self._connect_over(placed, parts)
        self._markers = shared_markers(self._markers, old, parts)
        self._transitions = shared_transitions(self._transitions, old, parts)

    def hang_loose_clips(self) -> None:
        """Connect the clips put by `connect_at` to the clips now below them. Others become free clips."""
        loose = {clip_id: self._clips[clip_id] for clip_id in self._to_hang if clip_id in self._clips}
        positions = self.now
        for clip_id, clip in loose.items():
            if clip.start is None:
                continue
            under = positions.at(self._to_hang[clip_id], clip.start)
            if under is not None:
                offset = clip.start - under.start
                self.put(replace(clip, start=None, anchor=under.clip.id, offset=offset))

    def keep(self, *, transitions: Iterable[Transition] = (), markers: Iterable[Marker] = ()) -> None:
        """Add transitions and markers of clips that were put."""
        self._transitions += tuple(transitions)
        self._markers += tuple(markers)

    # how connected clips, markers and transitions follow

    def _connect_over(self, anchor: Placed, parts: tuple[Part, ...]) -> None:
        """Connect the clips of an anchor to the portion with the frame below them. Without such a portion
        they stay in time.

        Linked clips follow their lead. Clips of a link that the anchor itself leads stay connected to it,
        even outside of its frames.
        """
        hanging = self.hanging(anchor.clip.id)
        part_of: dict[str, Part | None] = {}
        for clip in hanging:
            if clip.link and clip.link == anchor.clip.link:
                behind = [part for part in parts if part.head <= (clip.offset or 0)]
                part_of[clip.id] = behind[-1] if behind else next(iter(parts), None)
                continue
            over = (self.lead(clip.link) if clip.link else clip).offset or 0
            inside = (part for part in parts if part.head <= over < part.head + part.clip.frames)
            part_of[clip.id] = next(inside, None)
        for clip in hanging:
            offset, part = clip.offset or 0, part_of[clip.id]
            if part is None:
                self.connect_at(clip, anchor.start + offset, anchor.clip.track)
            else:
                self.put(replace(clip, anchor=part.clip.id, offset=offset - part.head))

    def _remove(self, clip: Clip) -> None:
        del self._clips[clip.id]
        self._bonds.take(clip)
        self._note(clip.id)

    def _note(self, clip_id: str) -> None:
        self._touched.add(clip_id)
        self._since.add(clip_id)
