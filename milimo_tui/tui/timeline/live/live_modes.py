"""All modes that edit one property of the cut and show each change at once, and the key that opens the curve
of a number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.timeline.fields.keyed_number import CurveLane
from milimo_tui.tui.timeline.live.automation_mode import AutomationMode
from milimo_tui.tui.timeline.live.curve_mode import CurveMode
from milimo_tui.tui.timeline.live.effects_mode import EffectsMode
from milimo_tui.tui.timeline.live.live_edit import LiveEdit
from milimo_tui.tui.timeline.live.live_mode import LiveMode
from milimo_tui.tui.timeline.live.sound_mode import SoundMode
from milimo_tui.tui.timeline.live.title_mode import TitleMode
from milimo_tui.tui.timeline.widgets.shares import TopView

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.edit.selection import VisualMode
    from milimo_tui.tui.timeline.inspector.inspector_part import InspectorPart
    from milimo_tui.tui.timeline.transport.shuttle import Transport


class LiveModes:
    """The live modes of the Timeline screen (title, effects, curve, automation, sound effects), and the key
    that opens a number as a curve.
    """

    def __init__(
        self,
        core: TimelineCore,
        visual_mode: VisualMode,
        inspector_part: InspectorPart,
        transport: Transport,
    ) -> None:
        self._core, self._visual, self._inspector = core, visual_mode, inspector_part
        self.live_edit = LiveEdit(core)
        self.title_mode = TitleMode(core, self.live_edit)
        self.effects_mode = EffectsMode(core, self.live_edit)
        self.curve_mode = CurveMode(core, self.live_edit)
        self.automation_mode = AutomationMode(core, self.live_edit)
        self.sound_mode = SoundMode(core, self.live_edit, transport)

    @property
    def stack(self) -> tuple[LiveMode, ...]:
        """All live modes. At most one of them is active."""
        return self.title_mode, self.effects_mode, self.curve_mode, self.automation_mode, self.sound_mode

    @property
    def mode_top_view(self) -> TopView | None:
        """The kind of view that the active mode shows above the tracks, or None if no live mode is active."""
        return next((mode.TOP_VIEW for mode in self.stack if mode.is_on), None)

    def make_curve_lane(self) -> CurveLane | None:
        """Return the curve that is being edited, as the timeline draws it; None if no curve is edited."""
        return self.curve_mode.make_curve_lane() or self.automation_mode.make_curve_lane()

    @action
    def act_title(self, key_command: KeyCommand) -> None:
        self._leave_visual_mode()
        self.title_mode.act_title(key_command)

    @action
    def act_effects(self, key_command: KeyCommand) -> None:
        self._leave_visual_mode()
        self.effects_mode.act_effects(key_command)

    @action
    def act_sound_effects(self, key_command: KeyCommand) -> None:
        self._leave_visual_mode()
        self.sound_mode.act_sound_effects(key_command)

    @action
    def act_speed(self, key_command: KeyCommand) -> None:
        self._leave_visual_mode()
        self.curve_mode.act_speed(key_command)

    @action
    def act_level(self, key_command: KeyCommand) -> None:
        self._leave_visual_mode()
        self.curve_mode.act_level(key_command)

    @action
    def act_automation(self, key_command: KeyCommand) -> None:
        self._leave_visual_mode()
        self.automation_mode.act_automation(key_command)

    @action
    def act_lane(self, key_command: KeyCommand) -> None:
        """Edit the number under the inspector's cursor as a curve in a lane under its clip."""
        field = self._inspector.selected_field
        if field is None or not (field.can_have_keys or field.key == "speed"):
            self._core.show_message(
                "this setting can't change over time", hint="choose opacity, scale, position or volume"
            )
            return
        self._inspector.leave_inspector()
        self.curve_mode.open_lane(field.key)

    def _leave_visual_mode(self) -> None:
        if self._core.visual is not None:
            self._visual.leave_visual()
