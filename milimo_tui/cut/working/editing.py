"""The basic operations from which every edit of clips is built.

`CutEditor` is a `WorkingCut` that can return the new cut. It is the only class that knows how connected
clips, markers, captions, transitions and tracks follow the change of a clip. The edits in `cut.edit.edits`
only specify the change.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from operator import attrgetter

from milimo_tui.cut.layout.lanes import move_overlapping_clips
from milimo_tui.cut.layout.layout import cache_layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.layout.transition_spans import fit_transitions
from milimo_tui.cut.values.cut import Clip, Cut, Marker, Track, Transition
from milimo_tui.cut.values.portions import ClipPortion, extract_clip_portion
from milimo_tui.cut.working.caption_moves import follow_captions
from milimo_tui.cut.working.linked_clips import reconnect_links, split_link_at, trim_before_cut_start
from milimo_tui.cut.working.working_cut import WorkingCut


class CutEditor(WorkingCut):
    """A cut that is being edited. After every method call the cut has a valid layout. `finish_edit` returns
    the new cut.

    A connected clip is attached to a frame of the clip below it, which is called its anchor, and follows that
    frame. If the frame is removed, the connected clip keeps its time. After the edit it is connected to the
    clip that is then below it, or becomes free.

    A transition is removed if its clips no longer meet. It is shortened if the clips lack the frames or, by
    `bounds`, the media.

    Linked clips are connected as a unit (`cut.working.linked_clips`). A split gives the clips after its frame
    a new link.
    """

    def split_track_at(self, track: Track, frame: int, *, linked: bool = True) -> bool:
        """Split the clip at a frame of a track. Return False if the frame is already the edge of a clip or
        has no clip.

        Linked clips are split, too, except on locked tracks. The clips after the frame get a new link.
        """
        placed = self.current_layout.find_clip_at(track.id, frame)
        if placed is None or placed.start == frame:
            return False
        link = placed.clip.link
        chosen = [each for each in self.get_clips_of_link(link) if linked] or [placed.clip]
        for clip in chosen:
            on = self.tracks[clip.track]
            here = self.current_layout.get_placed(clip.id)
            if here.start < frame < here.end and (on.id == track.id or not on.locked):
                self._split_clip(on, here, frame)
        if link:
            split_link_at(self, link, frame)
        return True

    def split_linked_pairs(self, frames: Iterable[int], tracks: Sequence[Track]) -> None:
        """Split links before an edit overwrites or clears frames. `tracks` are the tracks that the edit
        changes, and `frames` are the bounds of its ranges.

        At each frame, the clips of a link are split if all of them that are at this frame are on `tracks`.
        The clips after the frame get a new link.
        """
        ids = {track.id for track in tracks}
        for frame in frames:
            for track in tracks:
                clip = self.current_layout.find_clip_at(track.id, frame)
                if clip is None or not clip.clip.link:
                    continue
                others = [
                    self.current_layout.get_placed(other.id) for other in self.get_linked_clips(clip.clip)
                ]
                if all(each.clip.track in ids for each in others if each.start < frame < each.end):
                    self.split_track_at(track, frame)

    def clear_range(self, track: Track, start: int, end: int) -> None:
        """Remove frames [start, end) from a track. A magnetic track closes the gap. A free track keeps the
        gap.
        """
        row = self.current_layout.get_row(track.id)
        first = bisect_right(row, start, key=attrgetter("end"))
        for placed in row[first : bisect_left(row, end, key=attrgetter("start"))]:
            self._clear_clip(track, placed, start, end)

    def finish_edit(self, *, by_hand: bool = True) -> Cut:
        """Return the new cut. Unchanged clips are the same objects as before.

        `by_hand` is False for edits that Milimo makes automatically, such as assembling the cut or following
        the screenplay. Such an edit does not mark the cut as edited by the user, and ignores locks.
        """
        reconnect_links(self, self._touched_links())
        self.connect_loose_clips()
        reconnect_links(self, self._touched_links())
        trim_before_cut_start(self, self._bonds.early)
        changed = {clip.track for each in self._touched if (clip := self._clips.get(each)) is not None}
        changed |= {self._clips[each].track for each in self._bonds.list_all_connected()}
        clips, tracks = move_overlapping_clips(
            self.before, self.current_layout, changed, self.new_id, heed_locks=by_hand
        )
        for track in tracks:
            self.add_track(track)
        for clip in clips:
            self.put(clip)
        cut = replace(
            self.cut,
            clips=tuple(self._clips.values()),
            markers=self._list_remaining_markers(),
            transitions=self._list_valid_transitions(),
            captions=follow_captions(self.before, self.current_layout, self.cut.captions, self.new_id),
            hand_edited=self.cut.hand_edited or (by_hand and self._changed_a_magnetic_track()),
        )
        cache_layout(self.current_layout.update_clips(cut, self.current_layout.clips, (), self._bonds))
        return cut

    # Methods that let connected clips, markers and transitions follow a change of clips.

    def _create_right_portion(self, track: Track, placed: PlacedClip, head: int) -> Clip:
        """Return the right part of a clip that is being split, as a new clip that follows directly after the
        left part. It begins at frame `head` of the clip.
        """
        clip = placed.clip
        right = replace(extract_clip_portion(clip, head, clip.frames, self.cut.rate), id=self.new_id("clip"))
        return replace(right, order=self.key_at(track, placed.end)) if track.magnetic else right

    def _split_clip(self, track: Track, clip: PlacedClip, frame: int) -> None:
        head = frame - clip.start
        right = self._create_right_portion(track, clip, head)
        clip = clip._replace(clip=self._clips[clip.clip.id])
        left = extract_clip_portion(clip.clip, 0, head, self.cut.rate)
        self.replace_with_portions(clip, ClipPortion(left, 0), ClipPortion(right, head))
        if not track.magnetic:
            self.place_free_clip(right, frame)

    def _clear_clip(self, track: Track, clip: PlacedClip, start: int, end: int) -> None:
        rate = self.cut.rate
        reaches_in, reaches_out = clip.start < start, clip.end > end
        head = end - clip.start
        parts = []
        if reaches_in and reaches_out:
            parts.append(ClipPortion(replace(self._create_right_portion(track, clip, head), link=""), head))
        elif reaches_out:
            parts.append(ClipPortion(extract_clip_portion(clip.clip, head, clip.clip.frames, rate), head))
        clip = clip._replace(clip=self._clips[clip.clip.id])
        if reaches_in:
            parts.insert(0, ClipPortion(extract_clip_portion(clip.clip, 0, start - clip.start, rate), 0))
        self.replace_with_portions(clip, *parts)
        if reaches_out and not track.magnetic:
            self.place_free_clip(parts[-1].clip, end)

    def _list_remaining_markers(self) -> tuple[Marker, ...]:
        """Return the markers whose clip still exists."""
        if all(marker.clip is None or marker.clip in self._clips for marker in self._markers):
            return self._markers
        return tuple(each for each in self._markers if each.clip is None or each.clip in self._clips)

    def _list_valid_transitions(self) -> tuple[Transition, ...]:
        """Return the transitions that are still valid. Only the media of changed clips is checked."""
        changed = {self._clips[clip_id].source for clip_id in self._touched if clip_id in self._clips}
        return fit_transitions(
            self._transitions,
            self.current_layout,
            lambda source: self.bounds(source) if source in changed else None,
        )

    def _changed_a_magnetic_track(self) -> bool:
        return any(
            self._get_magnetic_state(self._originals.get(clip_id))
            != self._get_magnetic_state(self._clips.get(clip_id))
            for clip_id in self._touched
        )

    def _get_magnetic_state(self, clip: Clip | None) -> tuple[object, ...] | None:
        """Return the properties of a clip on a magnetic track that determine the order, lengths and pictures
        of the track. None for a clip on a free track. Comparing them before and after an edit shows whether
        the cut now counts as edited by the user.
        """
        if clip is None or not self.tracks[clip.track].magnetic:
            return None
        return clip.track, clip.order, clip.frames, clip.source, clip.source_in, clip.effects.speed

    def _touched_links(self) -> set[str]:
        return {
            clip.link
            for clip_id in self._touched
            for clip in (self._originals.get(clip_id), self._clips.get(clip_id))
            if clip is not None and clip.link
        }
