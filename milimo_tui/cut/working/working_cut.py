"""A cut during an edit: its current clips, tracks and links, and the methods that change and place clips.

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
    """A copy of a cut that is being edited. After every method call the cut has a valid layout."""

    def __init__(self, cut: Cut, new_id: NewId, bounds: MediaLength = return_no_media_limit) -> None:
        require_unfrozen(cut)
        self.cut = cut
        self.new_id = new_id
        self.bounds = bounds
        self.before = layout(cut)
        self._originals = self.before.clips
        self._clips = dict(self._originals)
        self._last = self.before
        self._since: set[str] = set()  # ids of the clips that have changed since the layout was last computed
        self._markers = cut.markers
        self._transitions = cut.transitions
        self.tracks = {track.id: track for track in cut.tracks}
        self._touched: set[str] = set()
        # Maps the id of each connected clip that lost its anchor to the id of the anchor's track.
        self._to_hang: dict[str, str] = {}
        self.shifted: set[str] = set()  # ids of the clips that `cut.working.shifts` has moved
        self._bonds = self.before.connections.copy()

    # Methods that read the cut.

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
        """Return the clip with the given id, with all changes of this edit so far."""
        return self._clips[clip_id]

    def find_current_clip(self, clip_id: str) -> Clip | None:
        """Return the clip with the given id, with all changes of this edit so far. None if the edit has
        removed the clip.
        """
        return self._clips.get(clip_id)

    def get_clips_of_link(self, link: str) -> list[Clip]:
        """Return the current clips of a link, sorted by id. An empty `link` gives an empty list."""
        return [self._clips[each] for each in sorted(self._bonds.get_linked(link))]

    def get_track_end(self, track: Track) -> int:
        """Return the frame after the last clip of a track. 0 if the track is empty."""
        row = self.current_layout.get_row(track.id)
        return row[-1].end if row else 0

    def get_linked_clips(self, clip: Clip) -> list[Clip]:
        """Return the clips that are linked to a clip, without the clip itself."""
        return [each for each in self.get_clips_of_link(clip.link) if each.id != clip.id]

    def get_lead_clip(self, link: str) -> Clip:
        """Return the lead of a link, which the other clips follow: its clip on a magnetic track, or else its
        oldest clip.
        """
        return min(
            self.get_clips_of_link(link), key=lambda clip: (not self.tracks[clip.track].magnetic, clip.id)
        )

    def is_held_by_link(self, clip: Clip) -> bool:
        """Return True if a clip can't move because it is linked to a clip on a magnetic track."""
        return clip.anchor is not None and self._clips[clip.anchor].link == clip.link != ""

    def key_at(self, track: Track, frame: int) -> str:
        """Return an order key for a new clip at frame `frame` of a magnetic track. An order key is a text by
        which the clips of a track are sorted.

        The frame must be the edge of a clip or the end of the track.
        """
        row = self.current_layout.get_row(track.id)
        index = bisect_left(row, frame, key=attrgetter("start"))
        adjacent = row[max(0, index - 1) : index + 1]
        return self.key_before(track, [placed.clip for placed in adjacent], min(index, 1))

    def key_before(self, track: Track, clips: list[Clip], index: int) -> str:
        """Return an order key that sorts a new clip before `clips[index]`. An order key is a text by which
        the clips of a track are sorted.

        `clips` are consecutive clips of a magnetic track. An `index` after the last clip gives a key after
        that clip.
        """
        low = clips[index - 1].order if index > 0 else None
        high = clips[index].order if index < len(clips) else None
        if low is not None and high is not None and low >= high:
            # Two clips have the same key, because two terminals inserted clips at the same time. New keys for
            # all clips make space between them.
            row = [placed.clip for placed in self.current_layout.get_row(track.id)]
            fresh = dict(zip((clip.id for clip in row), create_spread_keys(len(row)), strict=True))
            for clip in row:
                self.put(replace(self._clips[clip.id], order=fresh[clip.id]))
            low, high = fresh[clips[index - 1].id], fresh[clips[index].id]
        return create_key_between(low, high)

    # Methods that change the cut.

    def put(self, clip: Clip) -> None:
        """Add a clip, or replace the clip that has the same id.

        Use this only for changes after which each frame of the clip still shows the same picture. The clip's
        markers and connected clips are not adjusted.
        """
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
        """Move each marker of a clip. `frame_of` returns the new frame for the marker's old frame."""
        self._markers = tuple(
            replace(each, frame=frame_of(each.frame)) if each.clip == clip_id else each
            for each in self._markers
        )

    def place_free_clip(self, clip: Clip, frame: int) -> None:
        """Put a clip of a free track at a frame.

        If the clip was connected, it is connected again, to the clip that is below it at the end of the edit.
        """
        if clip.anchor is not None and self.is_held_by_link(clip):
            self.put(replace(clip, offset=frame - self.current_layout.get_start(clip.anchor)))
        elif clip.anchor is not None:
            self.connect_at(clip, frame, self._clips[clip.anchor].track)
        else:
            self.put(replace(clip, start=frame))

    def connect_at(self, clip: Clip, frame: int, magnetic: str) -> None:
        """Put a clip of a free track at a frame. At the end of the edit, it is connected to the clip that is
        then at that frame of the magnetic track with id `magnetic`.
        """
        self._to_hang[clip.id] = magnetic
        self.put(replace(clip, order=None, start=frame, anchor=None, offset=None))

    def replace_with_portions(self, clip: PlacedClip, *parts: ClipPortion) -> None:
        """Replace a clip by portions of it, or remove the clip if `parts` is empty.

        Markers, transitions and connected clips follow the portions. The caller may put a removed clip
        elsewhere before `finish_edit`. The markers of the clip belong to it until then.
        """
        old = clip.clip
        if all(part.clip.id != old.id for part in parts):
            self._remove_clip(old)
        for part in parts:
            self.put(part.clip)
        self._reconnect_to_portions(clip, parts)
        self._markers = move_markers_to_portions(self._markers, old, parts)
        self._transitions = move_transitions_to_portions(self._transitions, old, parts)

    def connect_loose_clips(self) -> None:
        """Connect the clips that lost their anchor to the clips now below them. Clips without a clip below
        become free.
        """
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
        """Add the transitions and markers of clips that this edit has added. Call this after adding the
        clips.
        """
        self._transitions += tuple(transitions)
        self._markers += tuple(markers)

    # Methods that let connected clips, markers and transitions follow a change of clips.

    def _reconnect_to_portions(self, anchor: PlacedClip, parts: tuple[ClipPortion, ...]) -> None:
        """Connect the clips of a replaced anchor to portions of it. A clip is connected to the portion that
        contains the frame where the clip begins.

        A clip without such a portion keeps its time. Linked clips follow the lead of their link. If the
        anchor itself is the lead, its linked clips stay connected to one of its portions, even outside its
        frames.
        """
        hanging = self.get_connected_clips(anchor.clip.id)
        part_of: dict[str, ClipPortion | None] = {}
        for clip in hanging:
            if clip.link and clip.link == anchor.clip.link:
                earlier_parts = [part for part in parts if part.head <= (clip.offset or 0)]
                part_of[clip.id] = earlier_parts[-1] if earlier_parts else next(iter(parts), None)
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
