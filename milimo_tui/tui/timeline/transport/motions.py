"""The motion keys of the timeline: move the playhead, change the current track, and zoom.

These keys change only the view, never the film.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.timeline.values import grammar, model
from milimo_tui.tui.timeline.values import view as views

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore


class TimelineMotions:
    """The part of the Timeline screen that moves the playhead, changes the current track, and zooms."""

    def __init__(self, core: TimelineCore) -> None:
        self._core = core

    @action
    def act_move(self, key_command: KeyCommand) -> None:
        to = str(key_command.binding.args["to"])
        self._core.halt_playback()
        motion = grammar.MOTIONS[to](self._core.cutting, self._core.view, key_command.times)
        if not motion.found and to in grammar.WHY_NOT:
            self._core.show_message(grammar.WHY_NOT[to])
        self._core.stuck = not motion.found
        self._core.go_to(motion.frame)

    @action
    def act_mark_jump(self, key_command: KeyCommand) -> None:
        motion = model.move_to_named_mark(self._core.cutting, self._core.playhead, key_command.argument)
        if motion.found:
            self._core.halt_playback()
            self._core.go_to(motion.frame)
        else:
            self._core.report_missing_mark(key_command.argument)

    @action
    def act_lane_down(self, key_command: KeyCommand) -> None:
        self._change_lane(key_command.times)

    @action
    def act_lane_up(self, key_command: KeyCommand) -> None:
        self._change_lane(-key_command.times)

    def _change_lane(self, count: int) -> None:
        self._core.view = views.move_current_lane(self._core.view, self._core.cutting, count)
        self._core.redraw()

    @action
    def act_zoom_in(self, key_command: KeyCommand) -> None:
        self._core.zoom_view(views.zoom_in_steps, key_command.times)

    @action
    def act_zoom_out(self, key_command: KeyCommand) -> None:
        self._core.zoom_view(views.zoom_out_steps, key_command.times)

    @action
    def act_zoom_centre(self, key_command: KeyCommand) -> None:
        self._core.view = views.centre_playhead(self._core.view, self._core.cutting)
        self._core.redraw()

    @action
    def act_zoom_fit(self, key_command: KeyCommand) -> None:
        self._core.zoom_view(lambda view, film, _: views.zoom_to_film(view, film), 1)

    @action
    def act_zoom_selection(self, key_command: KeyCommand) -> None:
        span = self._core.span
        picked = (
            self._core.selection or self._core.cutting.marked or ((span.start, span.end) if span else None)
        )
        if picked is None:
            self._core.show_message("nothing is marked or under the playhead", "warn")
            return
        self._core.view = views.fit_view_to_film(
            views.zoom_to_range(self._core.view, self._core.cutting, *picked), self._core.cutting
        )
        self._core.redraw()
