"""Moving over the timeline: motions, lanes, zoom, the mouse, and keeping the place where we were.

Changes the view alone; the film stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from textual.timer import Timer

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.time import timecode
from milimo_tui.tui.screens.timeline_base import VIEW_KEY
from milimo_tui.tui.screens.timeline_picture import TimelinePicture
from milimo_tui.tui.timeline import grammar, model
from milimo_tui.tui.timeline import view as views
from milimo_tui.tui.timeline.model import Film
from milimo_tui.tui.timeline.view import View
from milimo_tui.tui.widgets.timeline import Timeline

if TYPE_CHECKING:
    from milimo_tui.tui.chords import Stroke

KEEP_SECONDS = 1.5  # a playhead that rests this long is kept in the project


class TimelineMoves(TimelinePicture):
    """Motions and zoom over what is seen."""

    def __init__(self) -> None:
        super().__init__()
        self._keep_timer: Timer | None = None
        self.stuck = False  # the last stroke found nothing to do: a macro ends there

    # -- motions -----------------------------------------------------------------------------------

    def go_to(self, frame: int) -> None:
        """Put the playhead on a frame: picture, inspector and lines follow."""
        self.view = views.seek(self.view, self.cutting, frame)
        self.redraw()
        self.ask_frame()
        self._keep_soon()

    def go_to_frame(self, frame: int) -> bool:
        if self.cut is None:
            return False
        self.halt()
        self.go_to(frame)
        if self.playhead < frame:
            self.say(f"the film ends at {timecode(self.playhead, self.cutting.rate)}")
        return True

    def act_move(self, stroke: Stroke) -> None:
        to = str(stroke.binding.args["to"])
        self.halt()
        motion = grammar.MOTIONS[to](self.cutting, self.view, stroke.times)
        if not motion.found and to in grammar.WHY_NOT:
            self.say(grammar.WHY_NOT[to])
        self.stuck = not motion.found
        self.go_to(motion.frame)

    def act_mark_jump(self, stroke: Stroke) -> None:
        motion = model.named_mark(self.cutting, self.playhead, stroke.argument)
        if motion.found:
            self.halt()
            self.go_to(motion.frame)
        else:
            self.say(f"there is no mark {stroke.argument}", "warn", f"m {stroke.argument} sets it here")

    def act_lane_down(self, stroke: Stroke) -> None:
        self._move_lane(stroke.times)

    def act_lane_up(self, stroke: Stroke) -> None:
        self._move_lane(-stroke.times)

    def _move_lane(self, count: int) -> None:
        self.view = views.move_lane(self.view, self.cutting, count)
        self.redraw()

    def on_timeline_sought(self, event: Timeline.Sought) -> None:
        self.halt()
        if event.lane is not None:
            self.view = replace(self.view, lane=event.lane)
        self.go_to(event.frame)

    def on_timeline_scrolled(self, event: Timeline.Scrolled) -> None:
        if event.zoom:
            self._zoom(views.zoom_in if event.zoom > 0 else views.zoom_out, 1)
        else:
            origin = max(0, self.view.origin + event.cells * self.view.zoom)
            self.view = replace(self.view, origin=min(origin, max(0, self.cutting.frames - self.view.zoom)))
            self.redraw()

    # -- zoom --------------------------------------------------------------------------------------

    def _zoom(self, how: Callable[[View, Film, int], View], count: int) -> None:
        self._zoomed = True
        self.view = how(self.view, self.cutting, count)
        self.redraw()

    def act_zoom_in(self, stroke: Stroke) -> None:
        self._zoom(views.zoom_in, stroke.times)

    def act_zoom_out(self, stroke: Stroke) -> None:
        self._zoom(views.zoom_out, stroke.times)

    def act_zoom_centre(self, stroke: Stroke) -> None:
        self.view = views.centre(self.view, self.cutting)
        self.redraw()

    def act_zoom_fit(self, stroke: Stroke) -> None:
        self._zoomed = True
        self.view = views.zoom_fit(self.view, self.cutting)
        self.redraw()

    def act_zoom_selection(self, stroke: Stroke) -> None:
        span = self.span
        picked = self.selection or self.cutting.marked or ((span.start, span.end) if span else None)
        if picked is None:
            self.say("nothing is marked or under the playhead", "warn")
            return
        self.view = views.follow(views.zoom_range(self.view, self.cutting, *picked), self.cutting)
        self.redraw()

    # -- keeping -----------------------------------------------------------------------------------

    def _keep_soon(self) -> None:
        if self._keep_timer is not None:
            self._keep_timer.stop()
        self._keep_timer = self.set_timer(KEEP_SECONDS, self.keep_place)

    def keep_place(self) -> None:
        """Keep playhead and view with the project, so that they survive a restart."""
        if self.cut is not None:
            self.background(partial(self._keep, self._place()), "keep")

    async def place_kept(self) -> None:
        """Keep it now, and wait until it is: commands take the film's own playhead."""
        if self.cut is not None:
            await self._keep(self._place())

    async def _keep(self, write: Callable[[], None]) -> None:
        try:
            await self.studio_app.editing.run(write)
        except MilimoError as error:
            self.studio_app.say_error(error)

    def _place(self) -> Callable[[], None]:
        """The write that keeps where we are now; it does nothing once another film is open."""
        studio, view, cut_id, folder = self.studio_app.studio, self.view, self._cut_id, self._folder
        playhead = view.playhead if view.playhead != self._kept_playhead else None
        self._kept_playhead = view.playhead
        kept = {"cut": cut_id, "zoom": view.zoom, "origin": view.origin, "lane": view.lane}

        def write() -> None:
            project = studio.project_or_none()
            if project is None or project.paths.root != folder or project.read_only:
                return
            if cut_id in {cut.id for cut in studio.snapshot().cuts}:
                project.ui.set(VIEW_KEY, kept)
                if playhead is not None:
                    project.facts.set_cut_state(cut_id, playhead=playhead)

        return write

    def on_screen_suspend(self) -> None:
        self.halt()
        self.keep_place()

    def on_unmount(self) -> None:
        """Leaving: nothing runs after this, so the place is kept at once."""
        if self.cut is not None:
            with suppress(MilimoError):  # a place that can't be kept is no reason to stay
                self._place()()
