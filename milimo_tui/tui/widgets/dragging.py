"""Change a number by dragging it with the mouse: converts cells moved into steps. The widget reports presses
and moves.
"""

from __future__ import annotations

CELLS_PER_STEP = 2  # Distance that the mouse moves for one step.


class Dragging:
    """A drag of the mouse on a number: `start_drag` begins it, `count_steps` returns the steps since the last
    call, `end_drag` ends it.
    """

    def __init__(self) -> None:
        self.key = ""  # Key of the item that is dragged; empty while nothing is dragged.
        self._from = 0
        self.has_moved = False

    def start_drag(self, key: str, x: int) -> None:
        """Begin a drag of the item `key` at column `x`."""
        self.key, self._from, self.has_moved = key, x, False

    def count_steps(self, x: int) -> int:
        """Return the steps since the last call; 0 while nothing is dragged."""
        steps = int((x - self._from) / CELLS_PER_STEP) if self.key else 0
        self._from += steps * CELLS_PER_STEP
        self.has_moved = self.has_moved or bool(steps)
        return steps

    def end_drag(self) -> None:
        """End the drag."""
        self.key = ""

    def was_drag(self) -> bool:
        """Return True if the press that ended was a drag, and so is not a click. Resets the answer."""
        moved, self.has_moved = self.has_moved, False
        return moved
