"""The keys and the mouse for the cross (the cursor on the picture) and the drawing tools of the mask screen:
box, brush, eraser, lasso.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.core.errors import BadInput
from milimo_tui.media.masks.acts import Act
from milimo_tui.media.masks.drawing import add_mask_action
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.mask.mask_core import MaskCore
from milimo_tui.tui.mask.mask_picture import MaskPicture
from milimo_tui.tui.mask.mask_state import (
    ASKED_BOX,
    BRUSH,
    CUT,
    ERASER,
    LASSO,
    THICK,
    THIN,
)
from milimo_tui.tui.mask.model_keys import MaskModelKeys
from milimo_tui.tui.shell.modes import Mode

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand

FAR = 8  # Number of cells that the cross moves with shift.


class DrawingToolKeys(Mode):
    """The part of the mask screen that moves the cross and draws with tools. While a tool is active, it is
    also the screen's mode.
    """

    NAME_STAYS = True

    def __init__(self, core: MaskCore, model: MaskModelKeys) -> None:
        self._core, self._model = core, model

    @property
    def is_on(self) -> bool:
        return bool(self.mode_name)

    @property
    def mode_name(self) -> str:
        return self._core.state.tool.upper() if self._core.state is not None else ""

    def leave_by_escape(self, key_command: KeyCommand) -> bool:
        """Leave the active tool and discard its drawing."""
        if self._core.state is not None:
            self._core.state.drop_tool()
            self._core.redraw_mask()
        return True

    async def accept_work(self) -> bool:
        self._finish_tool()
        return True

    @property
    def cell_pixels(self) -> tuple[float, float]:
        """The width and height of a cell, in pixels of the source picture."""
        _, _, width, height = self._core.visible_part
        columns, rows = self._core.cells
        return width / max(1, columns), height / max(1, rows)

    @action
    def act_cross(self, key_command: KeyCommand) -> None:
        """Move the cross by a cell (h j k l), or by eight cells with shift."""
        state = self._core.state
        if state is None:
            return
        across, down = key_command.direction
        times = key_command.times * (FAR if key_command.binding.args.get("big") else 1)
        wide, high = self.cell_pixels
        state.move_cross(_round_pixel_step(across * times * wide), _round_pixel_step(down * times * high))
        self._core.redraw_mask()

    @action
    def act_tool(self, key_command: KeyCommand) -> None:
        """Start a drawing tool. If it is already active, add a corner to a lasso, or finish any other
        tool.
        """
        state, tool = self._core.state, str(key_command.binding.args["tool"])
        if state is None:
            return
        if state.tool == tool and tool in (LASSO, CUT):
            state.add_line_point()
        elif state.tool == tool:
            self._finish_tool()
        else:
            state.start_tool(tool)
        self._core.redraw_mask()

    def _finish_tool(self) -> None:
        """Apply the drawing of the active tool to the mask, and leave the tool."""
        state = self._core.state
        if state is None:
            return
        tool, act, corners = state.tool, state.pending_act, state.corners
        state.drop_tool()
        if tool == ASKED_BOX and corners is not None:
            self._model.find_in_box(corners)
        elif act is not None:
            self._apply_tool_act(act)
        else:
            self._core.show_message("a lasso needs at least three corners", hint="{ui.tool lasso} sets one")
        self._core.redraw_mask()

    def _apply_tool_act(self, mask_action: Act) -> None:
        state = self._core.state
        if state is None:
            return
        try:
            self._core.apply_drawing(
                add_mask_action(state.ensure_object(), state.number, state.frame, mask_action)
            )
        except BadInput as error:
            self._core.show_message(error.message, "warn", error.hint)

    @action
    def act_brush(self, key_command: KeyCommand) -> None:
        """Make the brush thicker or thinner, by a quarter for each step."""
        state = self._core.state
        if state is not None:
            by = 1.25 if key_command.binding.args["to"] == "thicker" else 0.8
            radius = round(state.radius * by**key_command.times * 2) / 2
            if radius == state.radius:
                radius += 0.5 if by > 1 else -0.5
            state.radius = min(THICK, max(THIN, radius))
            self._core.redraw_mask()

    def handle_mouse(self, event: MaskPicture.Pointed) -> None:
        """Draw with the active tool. If no tool is active, a click with the left button adds the clicked
        pixel to the current object, and a click with the right button excludes it.
        """
        state = self._core.state
        if state is None:
            return
        if event.x >= 0:
            left, top, width, height = self._core.visible_part
            state.move_cross_to(left + int(event.x * width), top + int(event.y * height))
        if not state.tool:
            if event.how == "press":
                self._model.click_at_cross(belongs=event.button == 1)
            return
        if event.how == "press":
            state.start_tool(state.tool)
        elif event.how == "draw" and state.tool in (BRUSH, ERASER, LASSO, CUT):
            state.add_line_point()
        elif event.how == "release":
            tool = state.tool
            if tool in (BRUSH, ERASER) or len(state.line) > 2 or tool not in (LASSO, CUT):
                self._finish_tool()
                return
        self._core.redraw_mask()


def _round_pixel_step(by: float) -> int:
    """Round a movement, given in pixels, to whole pixels. Unless the movement is zero, the result is at least
    one pixel in its direction.
    """
    return 0 if by == 0 else (1 if by > 0 else -1) * max(1, round(abs(by)))
