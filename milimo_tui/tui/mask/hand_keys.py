"""The cross and the drawing tools: box, brush, eraser, lasso, by keys and by the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.core.errors import BadInput
from milimo_tui.media.masks.acts import Act
from milimo_tui.media.masks.drawing import done
from milimo_tui.tui.mask.desk import Desk
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

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand

STEPS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
FAR = 8  # Number of cells in a large step.


class HandKeys:
    """Keys that move the cross, and tools that draw with it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def step(self) -> tuple[float, float]:
        """The pixels of the picture in one cell, across and down."""
        _, _, width, height = self._desk.seen
        columns, rows = self._desk.cells
        return width / max(1, columns), height / max(1, rows)

    def act_cross(self, key_command: KeyCommand) -> None:
        """h j k l: move the cross by a cell; by eight with shift."""
        state = self._desk.state
        if state is None:
            return
        given = key_command.binding.args
        across, down = STEPS[str(given["to"])]
        times = key_command.times * (FAR if given.get("big") else 1)
        wide, high = self.step
        state.move(_pixels(across * times * wide), _pixels(down * times * high))
        self._desk.show()

    def act_tool(self, key_command: KeyCommand) -> None:
        """Start a tool; the same key again sets a corner of a lasso, or finishes any other tool."""
        state, tool = self._desk.state, str(key_command.binding.args["tool"])
        if state is None:
            return
        if state.tool == tool and tool in (LASSO, CUT):
            state.corner()
        elif state.tool == tool:
            self.end()
        else:
            state.take(tool)
        self._desk.show()

    def end(self) -> bool:
        """Apply what the current tool has drawn, and put the tool away; return True if there was a tool."""
        state = self._desk.state
        if state is None or not state.tool:
            return False
        tool, act, corners = state.tool, state.doing, state.corners
        state.let_go()
        if tool == ASKED_BOX and corners is not None:
            self._desk.ask_box(corners)
        elif act is not None:
            self._do(act)
        else:
            self._desk.say("a lasso has three corners or more", hint="{ui.tool lasso} sets one")
        self._desk.show()
        return True

    def _do(self, act: Act) -> None:
        state = self._desk.state
        if state is None:
            return
        try:
            self._desk.change(done(state.with_object(), state.number, state.frame, act))
        except BadInput as error:
            self._desk.say(error.message, "warn", error.hint)

    def drop(self) -> bool:
        """Put the tool away and discard what it drew; return True if there was a tool."""
        state = self._desk.state
        if state is None or not state.tool:
            return False
        state.let_go()
        self._desk.show()
        return True

    def act_brush(self, key_command: KeyCommand) -> None:
        """Make the brush thicker or thinner, by a quarter."""
        state = self._desk.state
        if state is not None:
            by = 1.25 if key_command.binding.args["to"] == "thicker" else 0.8
            radius = round(state.radius * by**key_command.times * 2) / 2
            if radius == state.radius:
                radius += 0.5 if by > 1 else -0.5
            state.radius = min(THICK, max(THIN, radius))
            self._desk.show()

    # -- the mouse ---------------------------------------------------------------------------------------

    def pointed(self, event: MaskPicture.Pointed) -> None:
        """Draw with the current tool. Without a tool, click: the left button adds a place to the object, the
        right excludes it.
        """
        state = self._desk.state
        if state is None:
            return
        if event.x >= 0:
            left, top, width, height = self._desk.seen
            state.move_to(left + int(event.x * width), top + int(event.y * height))
        if not state.tool:
            if event.how == "press":
                self._desk.click(belongs=event.button == 1)
            return
        if event.how == "press":
            state.take(state.tool)
        elif event.how == "draw" and state.tool in (BRUSH, ERASER, LASSO, CUT):
            state.corner()
        elif event.how == "release":
            tool = state.tool
            if tool in (BRUSH, ERASER) or len(state.line) > 2 or tool not in (LASSO, CUT):
                self.end()
                return
        self._desk.show()


def _pixels(by: float) -> int:
    """Round a step to whole pixels, but at least one pixel unless the step is zero."""
    return 0 if by == 0 else (1 if by > 0 else -1) * max(1, round(abs(by)))
