"""Mouse drags on the timeline. A dragged edge is trimmed as in the mode TRIM, and a dragged clip is moved.
Releasing the button writes one edit.

The timeline shows the result during the drag, and Esc cancels it. The keys `t`, `<` and `>` make the same
edits.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import format_timecode
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout import snapping
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.layout.snapping import SnapPoints
from milimo_tui.cut.values.cut import Cut
from milimo_tui.tui.shell.modes import Mode
from milimo_tui.tui.timeline.values.film import make_timeline_film

if TYPE_CHECKING:
    from milimo_tui.cut.layout.rows import PlacedClip
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.edit.trim import TrimMode
    from milimo_tui.tui.timeline.edit.trim_session import TrimSession
    from milimo_tui.tui.timeline.widgets.timeline import Grip, Timeline

SNAP_CELLS = 1  # Distance in cells within which a dragged edge snaps to a point.


@dataclass(slots=True)
class DraggedClip:
    """A clip that is being dragged with the mouse. `base` is the cut before the drag. `at` is the frame and
    `track` the track where the clip would be dropped.

    `at` is None if the clip can't be placed at the mouse. `track` is None for the clip's own track.
    """

    clip: str
    base: Layout
    points: SnapPoints
    at: int | None = None
    track: str | None = None


class MouseDrag(Mode):
    """The mode of the Timeline while the user drags a clip with the mouse. The move is written as one edit
    when the mouse button is released.
    """

    def __init__(self, core: TimelineCore, trim_session: TrimSession, trim_mode: TrimMode) -> None:
        self._core, self._session, self._trim_mode = core, trim_session, trim_mode
        self._carried: DraggedClip | None = None
        self._given_up = False  # True from the cancellation of a drag until the mouse button is released.
        # Number of frames by which the edge was trimmed already when this drag began. The distance of the
        # mouse is added to it. None unless an edge is being dragged.
        self._held: int | None = None

    @property
    def is_on(self) -> bool:
        """True while a clip is being moved by the mouse. A dragged edge uses the mode TRIM instead."""
        return self._carried is not None

    def continues_over(self, film: FilmSnapshot | None) -> bool:
        return True

    def show_drag(self, event: Timeline.Dragged) -> None:
        """Show the result that the drag would have if the button were released now."""
        if self._given_up or self._core.is_asking:
            return
        if event.grip.edge:
            self._drag_edge(event.grip, event.by)
        else:
            self._drag_clip(event.grip, event.by, event.lane)

    def finish_drag(self) -> None:
        """Write the result of the drag as one edit, unless the drag was cancelled."""
        carried, self._carried = self._carried, None
        given_up, self._given_up, self._held = self._given_up, False, None
        if self._session.trim is not None and not given_up:
            self._core.run_in_background(self._trim_mode.end_trim)
        elif carried is not None:
            self._core.run_in_background(partial(self._write_move, carried))

    def leave_by_escape(self, key_command: KeyCommand) -> bool:
        """Handle Esc: cancel the drag and show the clip at its old position. Always returns True."""
        self._carried, self._given_up = None, True
        if self._core.snapshot is not None:
            self._core.draw_film(self._core.snapshot)
        self._core.show_message("the clip was not moved")
        return True

    def _drag_edge(self, grip: Grip, by: int) -> None:
        trim = self._session.trim
        if trim is not None and (trim.clip, trim.edge) != (grip.clip, grip.edge):
            self._given_up = True
            self._core.show_message("a trim is in progress", "warn", "Enter applies it, Esc discards it")
            return
        if trim is None and self._held is not None:
            # The user has ended the trim with Esc while still holding the mouse button.
            self._given_up = True
            return
        if trim is None:
            span = self._find_clip_span(grip.clip)
            if span is None or not grip.edge or not self._trim_mode.begin_trim(span, grip.edge):
                self._given_up = True
                return
            self._held = 0
        elif self._held is None:
            # If TRIM was active before the drag, the drag continues from the edge's present position.
            self._held = trim.by
        by += self._held or 0
        points, base, trim = self._session.points, self._session.base, self._session.trim
        if points is None or base is None or trim is None:
            return
        placed = base.get_placed(grip.clip)
        at = placed.start if grip.edge == "head" else placed.end
        snapped = _find_nearest_point(points, at + by, self._core.view.zoom * SNAP_CELLS)
        by = by if snapped is None else snapped - at
        if trim.by != by:
            self._session.move_trim(by)

    def _drag_clip(self, grip: Grip, by: int, lane: int | None) -> None:
        carried = self._carried or self._start_clip_drag(grip)
        film = self._core.snapshot
        if carried is None or film is None:
            return
        placed = carried.base.get_placed(carried.clip)
        at, track = max(0, placed.start + by), self._find_target_track(lane, placed.clip.track)
        home = carried.base.get_track(placed.clip.track)
        if not home.magnetic:
            at = self._snap_clip(carried.points, at, placed.clip.frames)
        if (at, track) == (carried.at, carried.track):
            return
        carried.at, carried.track = at, track
        try:
            after = edits.move_clip(carried.base.cut, carried.clip, new_id=new_id, at=at, track=track)
        except MilimoError as error:
            carried.at = None
            self._core.studio_app.show_error(error)
            self._show_moved_cut(carried.base.cut)
            return
        moved_layout = self._show_moved_cut(after)
        lands = moved_layout.get_placed(carried.clip)
        name = self._core.get_clip_name(placed.clip)
        where = (
            f"{moved_layout.get_track(lands.clip.track).name}  "
            f"{format_timecode(lands.start, self._core.cutting.rate)}"
        )
        self._core.show_message(f"{name} to {where}", hint="Esc puts it back")

    def _start_clip_drag(self, grip: Grip) -> DraggedClip | None:
        """Begin to drag a clip, and return the drag. Return None if the clip's track is locked or a trim is
        active.
        """
        cut, span = self._core.cut, self._find_clip_span(grip.clip)
        lane = self._core.cutting.get_lane(grip.lane)
        self._given_up = True
        if cut is None or span is None or lane is None or self._session.trim is not None:
            return None
        if lane.track.locked:
            self._core.show_message(
                f"track {lane.track.name} is locked", "error", "{ui.track_flag locked} unlocks it"
            )
            return None
        self._given_up = False
        base = layout(cut)
        points = snapping.collect_snap_points(base, playhead=None, without={grip.clip})
        self._carried = DraggedClip(grip.clip, base, points)
        return self._carried

    def _find_target_track(self, lane: int | None, home: str) -> str | None:
        """Return the id of the track to which a dragged clip would move. `lane` is the index of the lane
        under the mouse, and `home` the clip's own track. Return None if the clip must stay on its own track:
        the mouse is over no other track, or over a track for another kind of clip.
        """
        found = self._core.cutting.get_lane(lane) if lane is not None else None
        own = next((each.track for each in self._core.cutting.lanes if each.track.id == home), None)
        if found is None or own is None or found.track.id == home or found.track.kind is not own.kind:
            return None
        return found.track.id

    def _snap_clip(self, points: SnapPoints, at: int, frames: int) -> int:
        """Return the start frame for a dragged clip of `frames` frames that would begin at frame `at`. If one
        of its edges is near a snapping point, the start is adjusted to put that edge on the point.
        """
        reach = self._core.view.zoom * SNAP_CELLS
        for edge in (0, frames):
            near = _find_nearest_point(points, at + edge, reach)
            if near is not None:
                return max(0, near - edge)
        return at

    def _show_moved_cut(self, cut: Cut) -> Layout:
        moved_layout, film = layout(cut), self._core.snapshot
        if film is not None:
            self._core.cutting = make_timeline_film(moved_layout, film.story)
            self._core.redraw()
        return moved_layout

    async def _write_move(self, carried: DraggedClip) -> None:
        before = carried.base.get_placed(carried.clip)
        given: dict[str, Any] = {"clip": carried.clip, "at": str(carried.at)}
        if carried.track is not None:
            given["track"] = carried.track
        done = None
        if carried.at is not None and (carried.at != before.start or carried.track is not None):
            done = await self._core.run_and_wait("cut.move", **given)
        if done is None and self._core.snapshot is not None:
            self._core.draw_film(self._core.snapshot)
        elif (span := self._find_clip_span(carried.clip)) is not None:
            self._core.go_to(span.start)

    def _find_clip_span(self, clip: str) -> PlacedClip | None:
        spans = (span for lane in self._core.cutting.lanes for span in lane.spans)
        return next((span for span in spans if span.clip.id == clip), None)


def _find_nearest_point(points: SnapPoints, frame: int, reach: int) -> int | None:
    """Return the snapping point nearest to `frame`; None if it is more than `reach` frames away."""
    near = min(points.frames, key=lambda each: abs(each - frame), default=None)
    return near if near is not None and abs(near - frame) <= reach else None
