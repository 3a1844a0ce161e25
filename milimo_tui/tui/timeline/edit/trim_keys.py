"""The motion keys in TRIM, which move the trimmed edge or clip instead of the playhead.

During TRIM, keys are looked up here before the other parts of the screen. The module `trim` enters and leaves
TRIM.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from milimo_tui.core.time import get_timecode_base
from milimo_tui.cut.layout import snapping
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.timeline.values import grammar, model, trims

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.edit.trim_session import TrimSession

SECONDS = {"second_back": -1, "second_on": 1}
FRAMES = {"frame_back": -1, "frame_on": 1}
# In TRIM, the motions to the next or previous edit move the edge to the next or previous snapping point, on
# any track.
SNAP_STEPS = {"next_edit": 1, "previous_edit": -1}
PLACES = frozenset({"next_marker", "previous_marker", "start", "end"})


class TrimKeys:
    """The motion keys of the Timeline screen during TRIM, which move the trimmed edge or clip."""

    def __init__(self, core: TimelineCore, trim_session: TrimSession) -> None:
        self._core, self._session = core, trim_session

    @action
    def act_undo(self, key_command: KeyCommand) -> None:
        """Move the edge or clip back to its position before the trim (`u`)."""
        self._session.move_trim(0)

    @action
    def act_lane_down(self, key_command: KeyCommand) -> None:
        self._refuse_lane_change()

    @action
    def act_lane_up(self, key_command: KeyCommand) -> None:
        self._refuse_lane_change()

    def _refuse_lane_change(self) -> None:
        """Show the message that the track cannot be changed during a trim."""
        clip = self._session.find_trimmed_clip()
        if clip is not None:
            words = f"{self._core.get_clip_name(clip.clip)} is being trimmed"
            self._core.show_message(words, hint="Enter applies the trim, then {ui.lane_down} {ui.lane_up}")

    @action
    def act_move(self, key_command: KeyCommand) -> None:
        core, trim, to = self._core, self._session.trim, str(key_command.binding.args["to"])
        if trim is None:
            return
        if to in FRAMES:
            self._session.move_trim(trim.by + FRAMES[to] * key_command.times)
        elif to in SECONDS:
            self._move_and_snap(
                trim.by + SECONDS[to] * get_timecode_base(core.cutting.rate) * key_command.times
            )
        elif to in SNAP_STEPS:
            self._move_to_snap_point(SNAP_STEPS[to] * key_command.times)
        elif to in PLACES:
            self._move_edge_to(grammar.MOTIONS[to](core.cutting, core.view, key_command.times).frame)
        else:
            core.show_message(
                "TRIM can only move by frames and seconds, and to marks and edits",
                hint="{ui.help} lists the keys",
            )

    @action
    def act_mark_jump(self, key_command: KeyCommand) -> None:
        mark = model.move_to_named_mark(self._core.cutting, self._core.playhead, key_command.argument)
        if mark.found:
            self._move_edge_to(mark.frame)
        else:
            self._core.report_missing_mark(key_command.argument)

    def _move_edge_to(self, frame: int) -> None:
        """Move the trimmed edge or clip to a frame of the film."""
        clip, trim = self._session.find_trimmed_clip(), self._session.trim
        if clip is not None and trim is not None:
            self._session.move_trim(frame - trims.find_trim_frame(clip, trim))

    def _move_to_snap_point(self, count: int) -> None:
        """Move the edge forward to the `count`-th following snapping point, which may be on any track. A
        negative count moves the edge back.
        """
        clip, trim, points = self._session.find_trimmed_clip(), self._session.trim, self._session.points
        if clip is None or trim is None or points is None:
            return
        point = points.find_beyond(trims.find_trim_frame(clip, trim) + trim.by, count)
        if point is None:
            self._core.show_message("there is nothing more to snap to on that side")
        else:
            self._move_edge_to(point.frame)

    def _move_and_snap(self, by: int) -> None:
        """Trim by `by` frames, counted from the original position. If the edge or clip is then less than one
        cell away from a snapping point, move it to that point.
        """
        clip, trim, points = self._session.find_trimmed_clip(), self._session.trim, self._session.points
        if clip is None or trim is None or points is None:
            return
        reach = self._core.view.zoom if self._core.view.zoom > 1 else 0
        found = snapping.find_best_snap(points, trims.list_snapping_edges(clip, replace(trim, by=by)), reach)
        self._session.move_trim(by + (found.by if found is not None else 0))
