"""One edit in the making: the few steps that every change to clips is built from.

`Editing` alone knows how connected clips, markers, transitions and tracks follow what is done to a clip;
the operations (`cut.edit.edits`) only say what is done. It works on a copy and hands out a new cut.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import replace
from operator import attrgetter

from milimo_tui.core.errors import Refused
from milimo_tui.core.order_keys import between, spread
from milimo_tui.cut.edit.linked_clips import cut_off, part_at, settle
from milimo_tui.cut.layout.lanes import make_room
from milimo_tui.cut.layout.layout import Layout, layout, remember
from milimo_tui.cut.layout.rows import Placed
from milimo_tui.cut.layout.transition_spans import fitted
from milimo_tui.cut.values.cut import Clip, Cut, Marker, MediaLength, NewId, Track, Transition, unbounded
from milimo_tui.cut.values.guards import find_track, require_open
from milimo_tui.cut.values.portions import Part, portion, shared_markers, shared_transitions


class Editing:
    """A cut being changed. Every step leaves a cut that can be laid out; `done` gives the result.

    A connected clip hangs on the frame of its anchor that lies under its own first frame, and follows it.
    When that frame goes, the clip keeps its time: it then hangs on whatever is under it at the end, or
    stands free where nothing is. A transition goes when its clips no longer meet, and gets shorter where
    they no longer have the frames or, by `bounds`, the media for it. Linked clips hang as one
    (`cut.edit.linked_clips`); what a split makes behind its frame is a link of its own.
    """

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
        self.shifted: set[str] = set()  # moved in time by `cut.edit.shifts`
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

    def split_at(self, track: Track, frame: int, *, linked: bool = True) -> bool:
        """Split the clip under a frame of a track; False where an edit, or nothing, is there.

        Linked clips are split with it, but for those on locked tracks; what lies behind is a link of its own.
        """
        placed = self.now.at(track.id, frame)
        if placed is None or placed.start == frame:
            return False
        link = placed.clip.link
        chosen = [each for each in self.linked(link) if linked] or [placed.clip]
        for clip in chosen:
            on = self.tracks[clip.track]
            here = self.now.placed(clip.id)
            if here.start < frame < here.end and (on.id == track.id or not on.locked):
                self._split(on, here, frame)
        if link:
            part_at(self, link, frame)
        return True

    def _split(self, track: Track, placed: Placed, frame: int) -> None:
        head = frame - placed.start
        right = self._right_part(track, placed, head)
        placed = placed._replace(clip=self._clips[placed.clip.id])
        left = portion(placed.clip, 0, head, self.cut.rate)
        self.exchange(placed, Part(left, 0), Part(right, head))
        if not track.magnetic:
            self.place(right, frame)

    def clear_range(self, track: Track, start: int, end: int) -> None:
        """Take frames [start, end) out of a track: a magnetic one closes up, on a free one nothing moves."""
        row = self.now.on(track.id)
        first = bisect_right(row, start, key=attrgetter("end"))
        for placed in row[first : bisect_left(row, end, key=attrgetter("start"))]:
            self._clear_clip(track, placed, start, end)

    def keep(self, *, transitions: Iterable[Transition] = (), markers: Iterable[Marker] = ()) -> None:
        """Add transitions and markers of clips that were put."""
        self._transitions += tuple(transitions)
        self._markers += tuple(markers)

    def done(self, *, by_hand: bool = True) -> Cut:
        """The new cut. Clips that were not changed are the very values they were.

        `by_hand` is off for what Milimo does by itself (assembling, following the screenplay): then the
        cut does not count as edited, and locks do not stand in the way.
        """
        settle(self, self._touched_links())
        self._connect_loose_clips()
        settle(self, self._touched_links())
        cut_off(self, self._bonds.early)
        changed = {clip.track for each in self._touched if (clip := self._clips.get(each)) is not None}
        changed |= {self._clips[each].track for each in self._bonds.connected()}
        clips, tracks = make_room(self.before, self.now, changed, self.new_id, heed_locks=by_hand)
        for track in tracks:
            self.add_track(track)
        for clip in clips:
            self.put(clip)
        made = replace(
            self.cut,
            clips=tuple(self._clips.values()),
            markers=self._kept_markers(),
            transitions=self._kept_transitions(),
            hand_edited=self.cut.hand_edited or (by_hand and self._changed_a_magnetic_track()),
        )
        remember(self.now.changed(made, self.now.clips, (), self._bonds))
        return made

    # how things follow

    def _right_part(self, track: Track, placed: Placed, head: int) -> Clip:
        """The part of a clip from a frame of its own on, as a new clip right behind the rest."""
        clip = placed.clip
        right = replace(portion(clip, head, clip.frames, self.cut.rate), id=self.new_id("clip"))
        return replace(right, order=self.key_at(track, placed.end)) if track.magnetic else right

    def _clear_clip(self, track: Track, placed: Placed, start: int, end: int) -> None:
        rate = self.cut.rate
        reaches_in, reaches_out = placed.start < start, placed.end > end
        head = end - placed.start
        parts = []
        if reaches_in and reaches_out:
            parts.append(Part(replace(self._right_part(track, placed, head), link=""), head))
        elif reaches_out:
            parts.append(Part(portion(placed.clip, head, placed.clip.frames, rate), head))
        placed = placed._replace(clip=self._clips[placed.clip.id])
        if reaches_in:
            parts.insert(0, Part(portion(placed.clip, 0, start - placed.start, rate), 0))
        self.exchange(placed, *parts)
        if reaches_out and not track.magnetic:
            self.place(parts[-1].clip, end)

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

    def _connect_loose_clips(self) -> None:
        loose = {clip_id: self._clips[clip_id] for clip_id in self._to_hang if clip_id in self._clips}
        positions = self.now
        for clip_id, clip in loose.items():
            if clip.start is None:
                continue
            under = positions.at(self._to_hang[clip_id], clip.start)
            if under is not None:
                offset = clip.start - under.start
                self.put(replace(clip, start=None, anchor=under.clip.id, offset=offset))

    def _kept_markers(self) -> tuple[Marker, ...]:
        """A marker goes with its clip."""
        if all(marker.clip is None or marker.clip in self._clips for marker in self._markers):
            return self._markers
        return tuple(each for each in self._markers if each.clip is None or each.clip in self._clips)

    def _kept_transitions(self) -> tuple[Transition, ...]:
        """Those that hold; only media of clips that were changed is looked at."""
        changed = {self._clips[clip_id].source for clip_id in self._touched if clip_id in self._clips}
        return fitted(
            self._transitions, self.now, lambda source: self.bounds(source) if source in changed else None
        )

    def _changed_a_magnetic_track(self) -> bool:
        return any(
            self._shape(self._originals.get(clip_id)) != self._shape(self._clips.get(clip_id))
            for clip_id in self._touched
        )

    def _shape(self, clip: Clip | None) -> tuple[object, ...] | None:
        """What of a clip makes the order and lengths of a magnetic track; None if it is on none."""
        if clip is None or not self.tracks[clip.track].magnetic:
            return None
        return clip.track, clip.order, clip.frames, clip.source, clip.source_in, clip.effects.speed

    def _remove(self, clip: Clip) -> None:
        del self._clips[clip.id]
        self._bonds.take(clip)
        self._note(clip.id)

    def _note(self, clip_id: str) -> None:
        self._touched.add(clip_id)
        self._since.add(clip_id)

    def _touched_links(self) -> set[str]:
        return {
            clip.link
            for clip_id in self._touched
            for clip in (self._originals.get(clip_id), self._clips.get(clip_id))
            if clip is not None and clip.link
        }
