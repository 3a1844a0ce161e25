"""A cut while it is edited: its current clips, tracks and links, and the functions that place a clip.

Connected clips, markers and transitions follow their clip. `editing` builds complete edits on this class.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import replace
from operator import attrgetter

from milimo_tui.core.errors import Refused
from milimo_tui.core.order_keys import create_key_between, create_spread_keys
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import (
    Clip,
    Cut,
    Marker,
    MediaLength,
    NewId,
    Track,
    Transition,
    return_no_media_limit,
)
from milimo_tui.cut.values.guards import find_editable_track, require_unfrozen
from milimo_tui.cut.values.portions import ClipPortion, move_markers_to_portions, move_transitions_to_portions


class WorkingCut:
    """A copy of a cut that is being edited. After every change the cut has a valid layout."""

    def __init__(self, cut: Cut, new_id: NewId, bounds: MediaLength = return_no_media_limit) -> None:
        require_unfrozen(cut)
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
        self._bonds = self.before.connections.copy()

    # reading

    @property
    def current_layout(self) -> Layout:
        """The layout of the cut in its current state."""
        if self._since or self._last.cut.tracks is not self.cut.tracks:
            cut = replace(self.cut, clips=tuple(self._clips.values()))
            self._last = self._last.update_clips(cut, self._clips.copy(), self._since)
            self._since = set()
        return self._last

    def get_editable_clip(self, clip_id: str) -> PlacedClip:
        """Return a clip that may be changed. Raises Refused if the clip is unknown or its track is locked."""
        if clip_id not in self._clips:
            raise Refused(f"there is no clip {clip_id} in the cut “{self.cut.name}”")
        find_editable_track(self.cut, self._clips[clip_id].track)
        return self.current_layout.get_placed(clip_id)

    def get_editable_track(self, track_id: str) -> Track:
        """Return a track that may be changed. Raises Refused if the track is unknown or locked."""
        return find_editable_track(self.cut, track_id)

    def get_current_clip(self, clip_id: str) -> Clip:
        """Return a clip in its current state."""
        return self._clips[clip_id]

    def find_current_clip(self, clip_id: str) -> Clip | None:
        """Return a clip in its current state. None if the clip was removed."""
        return self._clips.get(clip_id)

    def get_clips_of_link(self, link: str) -> list[Clip]:
        """Return the clips of a link in their current state, sorted by id. Empty for the empty link."""
        return [self._clips[each] for each in sorted(self._bonds.get_linked(link))]

    def get_track_end(self, track: Track) -> int:
        """Return the current end of the last clip of a track; 0 if the track is empty."""
        row = self.current_layout.get_row(track.id)
        return row[-1].end if row else 0

    def get_linked_clips(self, clip: Clip) -> list[Clip]:
        """Return the other clips of a clip's link."""
        return [each for each in self.get_clips_of_link(clip.link) if each.id != clip.id]

    def get_lead_clip(self, link: str) -> Clip:
        """Return the clip of a link that the others follow: the clip on a magnetic track, or else the oldest
        clip.
        """
        return min(
            self.get_clips_of_link(link), key=lambda clip: (not self.tracks[clip.track].magnetic, clip.id)
        )

    def is_held_by_link(self, clip: Clip) -> bool:
        """Return True if a clip's time is fixed by a linked clip on a magnetic track."""
        return clip.anchor is not None and self._clips[clip.anchor].link == clip.link != ""

    def key_at(self, track: Track, frame: int) -> str:
        """Return an order key for a clip that is to begin at an edit point of a magnetic track, or at its
        end.
        """
        row = self.current_layout.get_row(track.id)
        index = bisect_left(row, frame, key=attrgetter("start"))
        beside = row[max(0, index - 1) : index + 1]
        return self.key_before(track, [placed.clip for placed in beside], min(index, 1))

    def key_before(self, track: Track, clips: list[Clip], index: int) -> str:
        """Return an order key before the clip at `index` of some consecutive clips of a magnetic track."""
        low = clips[index - 1].order if index > 0 else None
        high = clips[index].order if index < len(clips) else None
        if low is not None and high is not None and low >= high:
            # Two terminals created the same key at once. New keys for all clips make space between the two.
            row = [placed.clip for placed in self.current_layout.get_row(track.id)]
            fresh = dict(zip((clip.id for clip in row), create_spread_keys(len(row)), strict=True))
            for clip in row:
                self.put(replace(self._clips[clip.id], order=fresh[clip.id]))
            low, high = fresh[clips[index - 1].id], fresh[clips[index].id]
        return create_key_between(low, high)

    # changing

    def put(self, clip: Clip) -> None:
        """Add a clip, or change a clip without moving its content inside the clip."""
        original = self._originals.get(clip.id)
        if original == clip:
            clip = original
        old = self._clips.get(clip.id)
        if old is not None:
            self._bonds.remove_clip(old)
        self._bonds.add_clip(clip)
        self._clips[clip.id] = clip
        self._mark_changed(clip.id)

    def add_track(self, track: Track) -> Track:
        """Add a track without clips."""
        self.cut = replace(self.cut, tracks=(*self.cut.tracks, track))
        self.tracks[track.id] = track
        return track

    def get_connected_clips(self, clip_id: str) -> list[Clip]:
        """Return the clips connected to a clip, sorted by id."""
        return [self._clips[each] for each in sorted(self._bonds.get_connected(clip_id))]

    def move_clip_markers(self, clip_id: str, frame_of: Callable[[int], int]) -> None:
        """Move each marker of a clip to the frame that `frame_of` returns for its old frame."""
        self._markers = tuple(
            replace(each, frame=frame_of(each.frame)) if each.clip == clip_id else each
            for each in self._markers
        )

    def place_free_clip(self, clip: Clip, frame: int) -> None:
        """Put a clip of a free track at a frame. A connected clip is connected to the clip that is there
        after the edit.
        """
        if clip.anchor is not None and self.is_held_by_link(clip):
            self.put(replace(clip, offset=frame - self.current_layout.get_start(clip.anchor)))
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

    def replace_with_portions(self, placed: PlacedClip, *parts: ClipPortion) -> None:
        """Replace a clip by portions of it, or remove it if there are none. Everything that belongs to the
        clip follows.

        A removed clip may be put in another position before `finish_edit`: until then its markers still
        belong to it.
        """
        old = placed.clip
        if all(part.clip.id != old.id for part in parts):
            self._remove_clip(old)
        for part in parts:
            self.put(part.clip)
        self._reconnect_to_portions(placed, parts)
        self._markers = move_markers_to_portions(self._markers, old, parts)
        self._transitions = move_transitions_to_portions(self._transitions, old, parts)

    def connect_loose_clips(self) -> None:
        """Connect the clips put by `connect_at` to the clips now below them. Others become free clips."""
        loose = {clip_id: self._clips[clip_id] for clip_id in self._to_hang if clip_id in self._clips}
        positions = self.current_layout
        for clip_id, clip in loose.items():
            if clip.start is None:
                continue
            under = positions.find_clip_at(self._to_hang[clip_id], clip.start)
            if under is not None:
                offset = clip.start - under.start
                self.put(replace(clip, start=None, anchor=under.clip.id, offset=offset))

    def add_transitions_and_markers(
        self, *, transitions: Iterable[Transition] = (), markers: Iterable[Marker] = ()
    ) -> None:
        """Add transitions and markers of clips that were put."""
        self._transitions += tuple(transitions)
        self._markers += tuple(markers)

    # how connected clips, markers and transitions follow

    def _reconnect_to_portions(self, anchor: PlacedClip, parts: tuple[ClipPortion, ...]) -> None:
        """Connect the clips of an anchor to the portion with the frame below them. Without such a portion
        they stay in time.

        Linked clips follow their lead. Clips of a link that the anchor itself leads stay connected to it,
        even outside of its frames.
        """
        hanging = self.get_connected_clips(anchor.clip.id)
        part_of: dict[str, ClipPortion | None] = {}
        for clip in hanging:
            if clip.link and clip.link == anchor.clip.link:
                behind = [part for part in parts if part.head <= (clip.offset or 0)]
                part_of[clip.id] = behind[-1] if behind else next(iter(parts), None)
                continue
            over = (self.get_lead_clip(clip.link) if clip.link else clip).offset or 0
            inside = (part for part in parts if part.head <= over < part.head + part.clip.frames)
            part_of[clip.id] = next(inside, None)
        for clip in hanging:
            offset, part = clip.offset or 0, part_of[clip.id]
            if part is None:
                self.connect_at(clip, anchor.start + offset, anchor.clip.track)
            else:
                self.put(replace(clip, anchor=part.clip.id, offset=offset - part.head))

    def _remove_clip(self, clip: Clip) -> None:
        del self._clips[clip.id]
        self._bonds.remove_clip(clip)
        self._mark_changed(clip.id)

    def _mark_changed(self, clip_id: str) -> None:
        self._touched.add(clip_id)
        self._since.add(clip_id)
