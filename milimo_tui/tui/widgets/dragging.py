"""Change a number by dragging it with the mouse. This module converts the distance that the mouse moved to
steps; a widget passes mouse events to it.
"""

from __future__ import annotations

CELLS_PER_STEP = 2  # Number of cells that the mouse must move for one step of the number.


class Dragging:
    """A drag of the mouse on a number. `start_drag` begins the drag, `count_steps` returns the steps since
    the previous call, and `end_drag` ends the drag.
    """

    def __init__(self) -> None:
        self.key = ""  # The key of the item that is being dragged; empty while there is no drag.
        self._from = 0
        self.has_moved = False

    def start_drag(self, key: str, x: int) -> None:
        """Begin a drag of the item `key`, with the mouse in column `x`."""
        self.key, self._from, self.has_moved = key, x, False

    def count_steps(self, x: int) -> int:
        """Return by how many steps the number changes for the mouse movement since the previous call. `x` is
        the present column of the mouse. A movement to the left gives a negative number. Return 0 if there is
        no drag.
        """
        steps = int((x - self._from) / CELLS_PER_STEP) if self.key else 0
        self._from += steps * CELLS_PER_STEP
        self.has_moved = self.has_moved or bool(steps)
        return steps

    def end_drag(self) -> None:
        """End the drag."""
        self.key = ""

    def was_drag(self) -> bool:
        """Return True if the mouse moved while its button was pressed, so that the release of the button is
        not a click. The value is then reset.
        """
        moved, self.has_moved = self.has_moved, False
        return moved
