"""The keys of TRIM on the timeline: motions that move the trimmed edge or clip.

During TRIM these keys are searched before those of the other parts; `trim` enters and leaves TRIM.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from milimo_tui.core.time import nominal
from milimo_tui.cut.layout import snapping
from milimo_tui.tui.timeline.values import grammar, model, trims

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.edit.trim_session import TrimSession

SECONDS = {"second_back": -1, "second_on": 1}
FRAMES = {"frame_back": -1, "frame_on": 1}
THINGS = {"next_edit": 1, "previous_edit": -1}  # To the next snapping point on any track.
PLACES = frozenset({"next_marker", "previous_marker", "start", "end"})


class TrimKeys:
    """The motions in TRIM."""

    def __init__(self, core: TimelineCore, trim_session: TrimSession) -> None:
        self._core, self._session = core, trim_session

    def act_undo(self, key_command: KeyCommand) -> None:
        """Move the edge back to where it was (`u`)."""
        self._session.move_to(0)

    def act_lane_down(self, key_command: KeyCommand) -> None:
        self._stay()

    def act_lane_up(self, key_command: KeyCommand) -> None:
        self._stay()

    def _stay(self) -> None:
        """Show the message that the track cannot be changed during a trim."""
        placed = self._session.held()
        if placed is not None:
            words = f"{self._core.name_of(placed.clip)} is in hand"
            self._core.say(words, hint="Enter lets it go, then {ui.lane_down} {ui.lane_up}")

    def act_move(self, key_command: KeyCommand) -> None:
        core, trim, to = self._core, self._session.trim, str(key_command.binding.args["to"])
        if trim is None:
            return
        if to in FRAMES:
            self._session.move_to(trim.by + FRAMES[to] * key_command.times)
        elif to in SECONDS:
            self._snap_to(trim.by + SECONDS[to] * nominal(core.cutting.rate) * key_command.times)
        elif to in THINGS:
            self._to_thing(THINGS[to] * key_command.times)
        elif to in PLACES:
            self._bring_to(grammar.MOTIONS[to](core.cutting, core.view, key_command.times).frame)
        else:
            core.say(
                "TRIM moves by frames, seconds, to marks and what is there", hint="{ui.help} lists the keys"
            )

    def act_mark_jump(self, key_command: KeyCommand) -> None:
        mark = model.named_mark(self._core.cutting, self._core.playhead, key_command.argument)
        if mark.found:
            self._bring_to(mark.frame)
        else:
            self._core.no_mark(key_command.argument)

    def _bring_to(self, frame: int) -> None:
        """Move the edge to a frame."""
        placed, trim = self._session.held(), self._session.trim
        if placed is not None and trim is not None:
            self._session.move_to(frame - trims.frame_of(placed, trim))

    def _to_thing(self, count: int) -> None:
        """Move the edge by `count` snapping points, on any track."""
        placed, trim, points = self._session.held(), self._session.trim, self._session.points
        if placed is None or trim is None or points is None:
            return
        point = points.beyond(trims.frame_of(placed, trim) + trim.by, count)
        if point is None:
            self._core.say("there is nothing more to snap to on that side")
        else:
            self._bring_to(point.frame)

    def _snap_to(self, by: int) -> None:
        """Move by some frames, or onto a snapping point within a cell of the target."""
        placed, trim, points = self._session.held(), self._session.trim, self._session.points
        if placed is None or trim is None or points is None:
            return
        reach = self._core.view.zoom if self._core.view.zoom > 1 else 0
        found = snapping.snap(points, trims.snapping_edges(placed, replace(trim, by=by)), reach)
        self._session.move_to(by + (found.by if found is not None else 0))
