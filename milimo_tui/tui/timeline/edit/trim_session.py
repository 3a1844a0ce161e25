"""The state of the trim in progress: the cut before the trim, the cut with the trim applied, and its display
on the screen.

The keys are in `trim` and `trim_keys`. Each move changes the `Trim` value here, from which the cut is
computed again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError, Refused
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.layout.snapping import SnapPoint, SnapPoints
from milimo_tui.cut.values.cut import Cut, MediaLength
from milimo_tui.tui.timeline.values import model, trims
from milimo_tui.tui.timeline.values.edit_sides import EditSide, list_edit_sides
from milimo_tui.tui.timeline.values.film import make_timeline_film
from milimo_tui.tui.timeline.values.trims import Edge, Trim
from milimo_tui.tui.timeline.widgets.timeline_content import TrimEdge

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.timeline.base.core import TimelineCore

KEYS = (
    "{ui.move frame_back} {ui.move frame_on} frame, {ui.move next_edit} {ui.move previous_edit} point, "
    "+12 types, {ui.trim_kind} %s, Enter applies, Esc discards"
)


class TrimSession:
    """The state of a trim in progress. `trim` names the edge or clip that is being moved and the number of
    frames; it is None outside TRIM.
    """

    def __init__(self, core: TimelineCore) -> None:
        self._core = core
        self.trim: Trim | None = None
        self.base: Layout | None = None  # The layout of the cut before the trim.
        self.points: SnapPoints | None = None  # The points to which the edge or clip snaps.
        # The frames on both sides of the trimmed edit, which are shown above the tracks.
        self.sides: tuple[EditSide, ...] = ()
        # The snapping point at which the trimmed edge is at present. None if the edge is at no such point.
        self._met: SnapPoint | None = None

    def start_trim(self, trim: Trim) -> None:
        """Begin to trim an edge or a clip. The cut on the screen is still unchanged."""
        self.trim, self._met = trim, None
        self.move_trim(0)
        self._core.divide_screen()

    def leave_trim(self) -> None:
        self.clear_trim()
        self._core.redraw()

    def clear_trim(self) -> None:
        """Reset all values of the trim, and give the picture and the tracks their normal sizes on the screen
        again.
        """
        self.trim, self.base, self.points, self._met = None, None, None, None
        self.sides = ()
        self._core.divide_screen()

    def find_trimmed_clip(self) -> PlacedClip | None:
        """Return the clip being trimmed, with its position before the trim. Return None outside TRIM."""
        return (
            self.base.get_placed(self.trim.clip) if self.base is not None and self.trim is not None else None
        )

    def find_nearest_edge(self) -> tuple[PlacedClip, Edge] | None:
        """Return the clip and its edge that are nearest to the playhead on the current track. Return None if
        the track has no clips.
        """
        lane = self._core.cutting.get_lane(self._core.view.lane)
        frame = model.find_nearest_edit(self._core.cutting, self._core.view.lane, self._core.playhead)
        if lane is None or frame is None:
            return None
        before, after = lane.clip_at_or_end(frame - 1) if frame else None, lane.clip_at(frame)
        if after is not None and after.start == frame and (before is None or self._core.playhead >= frame):
            return after, "head"
        return (before, "tail") if before is not None else None

    def find_adjoining_clip(self, span: PlacedClip, edge: Edge) -> PlacedClip | None:
        """Return the clip on the current track that touches `span` at the given edge. Return None if no clip
        does.
        """
        lane = self._core.cutting.get_lane(self._core.view.lane)
        at = span.end if edge == "tail" else span.start - 1
        return lane.clip_at(at) if lane is not None and at >= 0 else None

    def move_trim(self, by: int) -> None:
        """Move the edge or clip to `by` frames from its original position and show the result. If media or
        neighbouring clips do not allow this, move it as far as they allow.
        """
        trim, base, film = self.trim, self.base, self._core.snapshot
        if trim is None or base is None or film is None:
            return
        try:
            after = self._apply_to_cut(base.cut, replace(trim, by=by), film) if by else base.cut
        except Refused as error:
            self._core.studio_app.show_error(error)
            return
        except MilimoError as error:
            self._core.studio_app.show_error(error)
            self.leave_trim()
            return
        after_layout, placed = layout(after), base.get_placed(trim.clip)
        done = trims.count_frames_moved(
            placed, after_layout.get_placed(trim.clip), trim, self._core.cutting.rate
        )
        trim = self.trim = replace(trim, by=done)
        edges = trims.list_snapping_edges(placed, trim)
        self._met = (
            next((found for edge in edges if (found := self._find_snap_point(edge))), None) if done else None
        )
        self._core.cutting = make_timeline_film(after_layout, film.story)
        bounds = self._get_media_lengths(film)
        self.sides = list_edit_sides(
            after_layout, trim, self._core.get_clip_name, bounds, self._core.cutting.rate
        )
        now = after_layout.get_placed(trim.clip)
        if trim.kind.is_of_edge:
            self._core.go_to(now.start if trim.edge == "head" else now.end - 1)
        else:
            self._core.go_to(min(max(self._core.playhead, now.start), now.end - 1))
        self._core.request_plan(film, after)
        self._report_trim(stopped=done != by)

    def _apply_to_cut(self, cut: Cut, trim: Trim, film: FilmSnapshot) -> Cut:
        return trims.apply_trim(cut, trim, self._get_media_lengths(film))

    def _get_media_lengths(self, film: FilmSnapshot) -> MediaLength:
        from milimo_tui.studio.commands.cut.current_cut import make_media_length_lookup

        return make_media_length_lookup(film.story, film.cuts)

    def _find_snap_point(self, frame: int) -> SnapPoint | None:
        return self.points.find_at(frame) if self.points is not None else None

    def _report_trim(self, *, stopped: bool = False) -> None:
        trim, base = self.trim, self.base
        if trim is None or base is None:
            return
        words = trims.describe_trim(base, trim, self._core.get_clip_name)
        if self._met is not None:
            words += f", at {self._met.describe_point(self._core.get_clip_name)}"
        if stopped:
            self._core.show_message(f"{words}: the limit is reached", "warn")
            return
        kinds = trims.list_trim_kinds(base.get_track(base.get_placed(trim.clip).clip.track))
        following = kinds[(kinds.index(trim.kind) + 1) % len(kinds)]
        # Messages name the keys of TRIM only while the edge or clip is at its original position.
        self._core.show_message(words, hint="" if trim.by else KEYS % following.word)

    def find_play_edge(self) -> int | None:
        """Return the frame around which playback plays: the edge being trimmed, else the edit nearest to the
        playhead. Return None if there is neither.
        """
        edge = self.find_trim_edge()
        if edge is not None:
            return edge.frame
        return model.find_nearest_edit(self._core.cutting, self._core.view.lane, self._core.playhead)

    def find_trim_edge(self) -> TrimEdge | None:
        """Return the edge being trimmed in the form that the timeline widget draws; None outside TRIM. The
        glyph of the edge contains `┃` while the edge is on a snapping point.
        """
        trim, lane = self.trim, self._core.cutting.get_lane(self._core.view.lane)
        for span in lane.spans if lane and trim else ():
            if trim is not None and span.clip.id == trim.clip:
                frame = span.end - 1 if trim.kind.is_of_edge and trim.edge == "tail" else span.start
                return TrimEdge(self._core.view.lane, frame, f"{trim.sign}┃" if self._met else trim.sign)
        return None

    def continues_over(self, film: FilmSnapshot | None) -> bool:
        """Return True if the trim can continue with a new snapshot of the film. If another program or screen
        changed the cut, end TRIM with a message and return False.
        """
        if self.trim is None or self.base is None or film is None or film.cut is None:
            return False
        if _is_same_cut(film.cut, self.base.cut):
            self._core.snapshot = film
            return True
        self.clear_trim()
        self._core.show_message("the cut was changed elsewhere; TRIM ended", "warn")
        return False


def _is_same_cut(one: Cut, other: Cut) -> bool:
    """Return True if two cuts are equal except for playhead and in and out marks, which do not affect a
    trim.
    """
    return replace(one, playhead=0, mark_in=None, mark_out=None) == replace(
        other, playhead=0, mark_in=None, mark_out=None
    )
