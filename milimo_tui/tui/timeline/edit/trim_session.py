"""The state of one active trim: the cut before it, the cut as each move changes it, and how that is shown.

The keys are in `trim` and `trim_keys`; here a trim is a value, and the cut is recomputed for each move.
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
    """The edge or clip that is being trimmed; `trim` is None outside TRIM."""

    def __init__(self, core: TimelineCore) -> None:
        self._core = core
        self.trim: Trim | None = None
        self.base: Layout | None = None  # The cut when TRIM began.
        self.points: SnapPoints | None = None  # The snapping points.
        self.sides: tuple[EditSide, ...] = ()  # The frames at the trimmed edit.
        self._met: SnapPoint | None = None  # The snapping point that an edge is on now.

    def start_trim(self, trim: Trim) -> None:
        """Begin to trim something, from its state when TRIM began."""
        self.trim, self._met = trim, None
        self.move_trim(0)
        self._core.divide_screen()

    def leave_trim(self) -> None:
        self.clear_trim()
        self._core.redraw()

    def clear_trim(self) -> None:
        """End the trim; the picture returns to its own place."""
        self.trim, self.base, self.points, self._met = None, None, None, None
        self.sides = ()
        self._core.divide_screen()

    def find_trimmed_clip(self) -> PlacedClip | None:
        """Return the clip being trimmed, as it was when TRIM began."""
        return (
            self.base.get_placed(self.trim.clip) if self.base is not None and self.trim is not None else None
        )

    def find_nearest_edge(self) -> tuple[PlacedClip, Edge] | None:
        """Return the clip and edge nearest to the playhead on the current track, or None."""
        lane = self._core.cutting.get_lane(self._core.view.lane)
        frame = model.find_nearest_edit(self._core.cutting, self._core.view.lane, self._core.playhead)
        if lane is None or frame is None:
            return None
        before, behind = lane.clip_at_or_end(frame - 1) if frame else None, lane.clip_at(frame)
        if behind is not None and behind.start == frame and (before is None or self._core.playhead >= frame):
            return behind, "head"
        return (before, "tail") if before is not None else None

    def find_adjoining_clip(self, span: PlacedClip, edge: Edge) -> PlacedClip | None:
        """Return the clip that meets another clip at the given edge, or None."""
        lane = self._core.cutting.get_lane(self._core.view.lane)
        at = span.end if edge == "tail" else span.start - 1
        return lane.clip_at(at) if lane is not None and at >= 0 else None

    def move_trim(self, by: int) -> None:
        """Show the cut with the trim at `by` frames, or as far as the trim can go."""
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
        laid, placed = layout(after), base.get_placed(trim.clip)
        done = trims.count_frames_moved(placed, laid.get_placed(trim.clip), trim, self._core.cutting.rate)
        trim = self.trim = replace(trim, by=done)
        edges = trims.list_snapping_edges(placed, trim)
        self._met = (
            next((found for edge in edges if (found := self._find_snap_point(edge))), None) if done else None
        )
        self._core.cutting = make_timeline_film(laid, film.story)
        bounds = self._get_media_lengths(film)
        self.sides = list_edit_sides(laid, trim, self._core.get_clip_name, bounds, self._core.cutting.rate)
        now = laid.get_placed(trim.clip)
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
        # The keys are shown only at the start.
        self._core.show_message(words, hint="" if trim.by else KEYS % following.word)

    def find_play_edge(self) -> int | None:
        """Return the frame to play around: the edge being trimmed, else the nearest edit."""
        edge = self.find_trim_edge()
        if edge is not None:
            return edge.frame
        return model.find_nearest_edit(self._core.cutting, self._core.view.lane, self._core.playhead)

    # -- display -----------------------------------------------------------------------------------------

    def find_trim_edge(self) -> TrimEdge | None:
        """Return the edge being trimmed; its sign shows whether the edge is on a snapping point."""
        trim, lane = self.trim, self._core.cutting.get_lane(self._core.view.lane)
        for span in lane.spans if lane and trim else ():
            if trim is not None and span.clip.id == trim.clip:
                frame = span.end - 1 if trim.kind.is_of_edge and trim.edge == "tail" else span.start
                return TrimEdge(self._core.view.lane, frame, f"{trim.sign}┃" if self._met else trim.sign)
        return None

    def continues_over(self, film: FilmSnapshot | None) -> bool:
        """Return True if the trim continues over a new snapshot; a change from elsewhere ends the trim."""
        if self.trim is None or self.base is None or film is None or film.cut is None:
            return False
        if _is_same_cut(film.cut, self.base.cut):
            self._core.snapshot = film
            return True
        self.clear_trim()
        self._core.show_message("the cut was changed elsewhere; TRIM ended", "warn")
        return False


def _is_same_cut(one: Cut, other: Cut) -> bool:
    """Return True if two cuts are equal except for playhead and marks, so that a trim fits both."""
    return replace(one, playhead=0, mark_in=None, mark_out=None) == replace(
        other, playhead=0, mark_in=None, mark_out=None
    )
