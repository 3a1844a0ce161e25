"""The mode that edits the automation of the mixer (`Z A`), drawn as a curve over the film in a lane under the
current track.

Tab goes from the volume and pan of the track to those of the bus to which it goes, and to the master.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.timeline.fields.automation_edit import (
    VOLUME,
    AutomationEdit,
    begin_automation_edit,
    list_automation,
    make_automation_lane,
)
from milimo_tui.tui.timeline.fields.keyed_number import CurveLane
from milimo_tui.tui.timeline.live.curve_keys import CurveKeysMode

if TYPE_CHECKING:
    from milimo_tui.cut.values.cut import Cut
    from milimo_tui.tui.keys.key_parser import KeyCommand


class AutomationMode(CurveKeysMode[AutomationEdit]):
    """The mode that edits the volume or pan of a track, a bus or the master over the film. It is called like
    that number, such as A1 VOLUME.
    """

    CONTEXTS = ("automation", "viewing", "global")

    @action
    def act_automation(self, key_command: KeyCommand) -> None:
        """Edit the volume of the current track over the film."""
        lane = self._core.cutting.get_lane(self._core.view.lane)
        if lane is None:
            self._core.show_message("there is no track here", "warn", "{ui.add} adds media to a track")
            return
        self._open_number((lane.track.id, VOLUME))

    def _open_number(self, number: tuple[str, str]) -> None:
        cut = self._core.cut
        if cut is not None:
            self._begin_edit(begin_automation_edit(cut, self._core.cutting.frames, *number))

    def _list_numbers(self, edit: AutomationEdit) -> tuple[list[tuple[str, str]], tuple[str, str]]:
        lane, cut = self._core.cutting.get_lane(self._core.view.lane), self._core.cut
        numbers = [] if lane is None or cut is None else list_automation(cut, lane.track.id)
        return numbers, (edit.strip.id, edit.name)

    @property
    def original_frame(self) -> int:
        return self._core.playhead

    def make_curve_lane(self) -> CurveLane | None:
        return None if self.edit is None else make_automation_lane(self.edit, self._core.view.lane)

    def _make_changed_cut(self, edit: AutomationEdit, cut: Cut) -> Cut:
        return edit.apply_to_cut(cut)

    def _draw_changed_cut(self, after: Cut, at: int) -> None:
        self._live.show_changed_cut(after, at)
