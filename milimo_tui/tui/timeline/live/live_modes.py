"""The modes of the Timeline that edit one thing live, and the choice of the mode that has the keys."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.screens import ScreenName
from milimo_tui.tui.timeline.live import curve_mode, effects_mode
from milimo_tui.tui.timeline.live.curve_mode import CurveMode
from milimo_tui.tui.timeline.live.effects_mode import EffectsMode
from milimo_tui.tui.timeline.live.live_edit import LiveEdit
from milimo_tui.tui.timeline.live.title_mode import TitleMode
from milimo_tui.tui.timeline.widgets.shares import TopView
from milimo_tui.tui.timeline.widgets.viewer import Viewer

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.edit.selection import VisualMode
    from milimo_tui.tui.timeline.inspector.inspector_part import InspectorPart

OWN = frozenset({"title_place", "title", "effects", "curve"})
IN_TURN = frozenset({"enter", "out", "close", "next_pane", "previous_pane", "take_off", "editor", "search"})


class LiveModes:
    """Opens the modes by their keys; the active mode receives the keys."""

    def __init__(self, core: TimelineCore, visual_mode: VisualMode, inspector_part: InspectorPart) -> None:
        self._core, self._visual, self._inspector = core, visual_mode, inspector_part
        self.live_edit = LiveEdit(core)
        self.title_mode = TitleMode(core, self.live_edit)
        self.effects_mode = EffectsMode(core, self.live_edit)
        self.curve_mode = CurveMode(core, self.live_edit)

    @property
    def active_mode(self) -> TitleMode | EffectsMode | CurveMode | None:
        """The active mode, or None."""
        if self.title_mode.edit is not None:
            return self.title_mode
        if self.effects_mode.clip:
            return self.effects_mode
        return self.curve_mode if self.curve_mode.edit is not None else None

    @property
    def contexts(self) -> tuple[str, ...]:
        """The key contexts of the active mode."""
        if self.title_mode.edit is not None:
            return self.title_mode.contexts
        return effects_mode.CONTEXTS if self.effects_mode.clip else curve_mode.CONTEXTS

    @property
    def mode_top_view(self) -> TopView | None:
        """The view above the tracks in the active mode, or None."""
        if self.title_mode.edit is not None:
            return TopView.TITLE
        if self.effects_mode.clip:
            return TopView.TRY
        return TopView.CURVE if self.curve_mode.edit is not None else None

    def update_at_playhead(self) -> None:
        """Update the plain picture of the effects browser at a playhead that the user moved."""
        if self.effects_mode.clip:
            self.effects_mode.request_plain_frame()

    def writes(self, key_command: KeyCommand) -> bool:
        """Return True if keys typed after a key command must wait until that command is done."""
        return self.active_mode is not None and key_command.binding.act in IN_TURN

    # -- the keys that open modes ----------------------------------------------------------------------

    def act_title(self, key_command: KeyCommand) -> None:
        self._leave_visual_mode()
        self.title_mode.act_title(key_command)

    def act_effects(self, key_command: KeyCommand) -> None:
        self._leave_visual_mode()
        self.effects_mode.act_effects(key_command)

    def act_speed(self, key_command: KeyCommand) -> None:
        self._leave_visual_mode()
        self.curve_mode.act_speed(key_command)

    def act_level(self, key_command: KeyCommand) -> None:
        self._leave_visual_mode()
        self.curve_mode.act_level(key_command)

    def act_lane(self, key_command: KeyCommand) -> None:
        """Open the lane of the number under the inspector's cursor."""
        field = self._inspector.selected_field
        if field is None or not (field.can_have_keys or field.key == "speed"):
            self._core.show_message(
                "this does not change over time", hint="opacity, scale, position and volume do"
            )
            return
        self._inspector.leave_inspector()
        self.curve_mode.open_lane(field.key)

    def _leave_visual_mode(self) -> None:
        if self._core.visual is not None:
            self._visual.leave_visual()

    # -- film changes and closing ----------------------------------------------------------------------

    def continues_mode(self, film: FilmSnapshot | None) -> bool:
        """Return True if the active mode continues over a new snapshot."""
        if self.active_mode is None:
            return False
        if self.live_edit.continues_live(film):
            return True
        self._end_all_modes()
        return False

    def _end_all_modes(self) -> None:
        """End every mode, because the film was changed elsewhere."""
        self.title_mode.edit, self.title_mode.placing = None, False
        self.effects_mode.clip = ""
        self.curve_mode.edit = None
        self.title_mode.panel.display = self.effects_mode.panel.display = False
        self._core.query_one("#record", Viewer).show_head(None)
        if self._core.focused is self.title_mode.field:
            self._core.set_focus(None)
        self._core.divide_screen()

    async def cancel_mode(self) -> None:
        """Discard the change in progress (ctrl+c)."""
        if self.active_mode is not None:
            await self.active_mode.discard_live_change()

    def finish_mode(self) -> None:
        """Write the change in progress, because another screen covers this one."""
        if self.active_mode is self.effects_mode:
            # An effect that is only being tried is not applied.
            self._core.run_in_background(self.effects_mode.discard_live_change)
        elif self.active_mode is not None:
            self._core.run_in_background(self.active_mode.write_live_change)

    def write_mode_now(self) -> None:
        """Write the change on this thread, because the screen closes and nothing runs after it."""
        active = self.active_mode
        command = (
            active.get_live_command() if active is not None and active is not self.effects_mode else None
        )
        if command is not None:
            from milimo_tui.studio.registry.registry import run_by_id

            with suppress(MilimoError):  # The screen closes even if the change cannot be written.
                run_by_id(self._core.studio_app.studio, *command, place=ScreenName.TIMELINE)
