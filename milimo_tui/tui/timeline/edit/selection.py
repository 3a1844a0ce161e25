"""Visual mode on the timeline: select a range by frames or by clips, on one track or several.

This module changes only the selection. The operators in `operators` act on the selection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell.modes import Mode
from milimo_tui.tui.timeline.base.timeline_view import TimelineView
from milimo_tui.tui.timeline.values import grammar
from milimo_tui.tui.timeline.values.grammar import VisualSelection

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore


class VisualMode(Mode):
    """The mode VISUAL, in which motions select frames. `j` and `k` add tracks to the selection, and `o` moves
    the playhead to its other end.
    """

    CONTEXTS = ("visual", *TimelineView.CONTEXTS)
    HIDES_KEYS = True
    NAME_STAYS = IS_QUIET = True

    def __init__(self, core: TimelineCore) -> None:
        self._core = core

    @property
    def is_on(self) -> bool:
        return self._core.visual is not None

    @property
    def mode_name(self) -> str:
        """The mode and the size of the selection: `VISUAL 48 f on 2 tracks`."""
        visual, reach = self._core.visual, self._core.selected_range
        if visual is None or reach is None:
            return ""
        tracks = f" on {len(reach.lanes)} tracks" if len(reach.lanes) > 1 else ""
        return f"VISUAL{' CLIP' if visual.clips else ''} {reach.end - reach.start} f{tracks}"

    def leave_by_escape(self, key_command: KeyCommand) -> bool:
        if self._core.is_inspecting:
            # If the inspector has the keyboard focus, Esc first returns the focus to the tracks. The
            # selection stays.
            return False
        self.leave_visual()
        self._core.show_message("nothing is selected")
        return True

    async def cancel_work(self) -> bool:
        self.leave_visual()
        return True

    @action
    def act_visual(self, key_command: KeyCommand) -> None:
        self._enter_visual(clips=False)

    @action
    def act_visual_clip(self, key_command: KeyCommand) -> None:
        self._enter_visual(clips=True)

    def _enter_visual(self, *, clips: bool) -> None:
        now = self._core.visual
        if now is not None and now.clips == clips:
            self.leave_visual()
            return
        if now is None:
            self._core.halt_playback()
            now = VisualSelection(self._core.playhead, self._core.view.lane)
        self._set_selection(VisualSelection(now.anchor, now.lane, clips))

    def _set_selection(self, visual: VisualSelection) -> None:
        self._core.visual = visual
        self._core.redraw()
        self._core.show_message(
            "motions now extend the selection",
            hint="{ui.extract} {ui.lift} {ui.yank} {ui.remake} act on it, Esc ends it",
        )

    def leave_visual(self) -> None:
        self._core.visual = None
        self._core.redraw()

    @action
    def act_object(self, key_command: KeyCommand) -> None:
        """Select an object under the playhead. The key binding's argument `of` says which: the clip, scene,
        track, marked range or gap.
        """
        reach = grammar.find_range_by_object(
            self._core.cutting, self._core.view, str(key_command.binding.args["of"]), key_command.times
        )
        if reach is None:
            self._core.show_message(f"there is nothing here: {key_command.binding.note}", "warn")
            return
        self._core.visual = VisualSelection(reach.start, reach.lanes[0] if reach.lanes else None)
        self._core.go_to(reach.end - 1)
        self._set_selection(self._core.visual)

    @action
    def act_other_end(self, key_command: KeyCommand) -> None:
        """Move the playhead to the other end of the selection, so that motions change that end."""
        visual = self._core.visual
        if visual is None:
            return
        self._core.visual = VisualSelection(self._core.playhead, visual.lane, visual.clips)
        self._core.go_to(visual.anchor)
