"""A cut while it is being changed: its clips, tracks and links as they stand, and what puts one there.

What hangs on a clip follows it, its markers and transitions go along. `editing` makes whole edits of it.
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
    """A copy of a cut that is worked on. Every change leaves a cut that can be laid out."""

    def __init__(self, cut: Cut, new_id: NewId, bounds: MediaLength = unbounded) -> None:
        require_open(cut)
        self.cut = cut
        self.new_id = new_id
        self.bounds = bounds
        self.before = layout(cut)
        self._originals = self.before.clips
        self._clips = dict(self._originals)
        self._last = self.before
        self._since: set[str] = set()  # changed since the last layout
        self._markers = cut.markers
        self._transitions = cut.transitions
        self.tracks = {track.id: track for track in cut.tracks}
        self._touched: set[str] = set()
        self._to_hang: dict[str, str] = {}  # connected clips that lost their place → their anchor's track
        self.shifted: set[str] = set()  # moved in time by `cut.working.shifts`
        self._bonds = self.before.bonds.copy()

    # reading

    @property
    def now(self) -> Layout:
        """The layout of the cut as it stands."""
        if self._since or self._last.cut.tracks is not self.cut.tracks:
            cut = replace(self.cut, clips=tuple(self._clips.values()))
            self._last = self._last.changed(cut, self._clips.copy(), self._since)
            self._since = set()
        return self._last

    def placed(self, clip_id: str) -> Placed:
        """A clip that may be changed. Raises Refused when it is unknown or its track is locked."""
        if clip_id not in self._clips:
            raise Refused(f"there is no clip {clip_id} in the cut “{self.cut.name}”")
        find_track(self.cut, self._clips[clip_id].track)
        return self.now.placed(clip_id)

    def track(self, track_id: str) -> Track:
        """A track that may be changed. Raises Refused when it is unknown or locked."""
        return find_track(self.cut, track_id)

    def clip(self, clip_id: str) -> Clip:
        """A clip as it stands."""
        return self._clips[clip_id]

    def find(self, clip_id: str) -> Clip | None:
        """A clip as it stands; None where it was taken away."""
        return self._clips.get(clip_id)

    def linked(self, link: str) -> list[Clip]:
        """The clips of a link as they stand, by their ids; none of the empty one."""
        return [self._clips[each] for each in sorted(self._bonds.linked(link))]

    def end_of(self, track: Track) -> int:
        """Where the last clip of a track ends now; 0 where it has none."""
        row = self.now.on(track.id)
        return row[-1].end if row else 0

    def linked_clips(self, clip: Clip) -> list[Clip]:
        """The other clips of a clip's link."""
        return [each for each in self.linked(clip.link) if each.id != clip.id]

    def lead(self, link: str) -> Clip:
        """The clip of a link that the others follow: one that a magnetic track holds, else the oldest."""
        return min(self.linked(link), key=lambda clip: (not self.tracks[clip.track].magnetic, clip.id))

    def is_time_held(self, clip: Clip) -> bool:
        """Whether a clip's time is that of a clip of its link that a magnetic track holds in place."""
        return clip.anchor is not None and self._clips[clip.anchor].link == clip.link != ""

    def key_at(self, track: Track, frame: int) -> str:
        """An order key for a clip that is to begin at an edit point of a magnetic track, or at its end."""
        row = self.now.on(track.id)
        index = bisect_left(row, frame, key=attrgetter("start"))
        beside = row[max(0, index - 1) : index + 1]
        return self.key_before(track, [placed.clip for placed in beside], min(index, 1))

    def key_before(self, track: Track, clips: list[Clip], index: int) -> str:
        """An order key before the clip at `index` of some clips of a magnetic track, in their order."""
        low = clips[index - 1].order if index > 0 else None
        high = clips[index].order if index < len(clips) else None
        if low is not None and high is not None and low >= high:
            # Two terminals made one key at once; there is room only after new keys for all.
            row = [placed.clip for placed in self.now.on(track.id)]
            fresh = dict(zip((clip.id for clip in row), spread(len(row)), strict=True))
            for clip in row:
                self.put(replace(self._clips[clip.id], order=fresh[clip.id]))
            low, high = fresh[clips[index - 1].id], fresh[clips[index].id]
        return between(low, high)

    # changing

    def put(self, clip: Clip) -> None:
        """Add a clip, or change one in a way that leaves its content where it was in the clip."""
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
        """Add a track of no clips."""
        self.cut = replace(self.cut, tracks=(*self.cut.tracks, track))
        self.tracks[track.id] = track
        return track

    def hanging(self, clip_id: str) -> list[Clip]:
        """What hangs on a clip, by their ids."""
        return [self._clips[each] for each in sorted(self._bonds.hanging(clip_id))]

    def remark(self, clip_id: str, frame_of: Callable[[int], int]) -> None:
        """Move the markers of a clip: each to the frame that is made of its own."""
        self._markers = tuple(
            replace(each, frame=frame_of(each.frame)) if each.clip == clip_id else each
            for each in self._markers
        )

    def place(self, clip: Clip, frame: int) -> None:
        """Put a clip of a free track at a frame; one that is connected hangs on what is there at the end."""
        if clip.anchor is not None and self.is_time_held(clip):
            self.put(replace(clip, offset=frame - self.now.start_of(clip.anchor)))
        elif clip.anchor is not None:
            self.connect_at(clip, frame, self._clips[clip.anchor].track)
        else:
            self.put(replace(clip, start=frame))

    def connect_at(self, clip: Clip, frame: int, magnetic: str) -> None:
        """Put a clip of a free track at a frame and connect it to what a magnetic track has there."""
        self._to_hang[clip.id] = magnetic
        self.put(replace(clip, order=None, start=frame, anchor=None, offset=None))

    def exchange(self, placed: Placed, *parts: Part) -> None:
        """Put parts of a clip in its place, none to take it away; whatever belongs to it goes along.

        A clip taken away may be put elsewhere before `done`: its markers are still its own then.
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
        """Hang clips that were put by `connect_at` on what is under them now; others stand free."""
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

    # how things follow

    def _connect_over(self, anchor: Placed, parts: tuple[Part, ...]) -> None:
        """Hang what hung on a clip on the part that has the frame it hung over; else it keeps its time.

        A link goes with its lead, and one that this very clip leads stays with it outside of its frames.
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
