"""A number dragged with the mouse: so many cells, so many steps. Told of presses and moves."""

from __future__ import annotations

CELLS = 2  # that the mouse goes for one step


class Dragging:
    """`press` where a number stands; `move` says how many steps it has gone since; `release` ends it."""

    def __init__(self) -> None:
        self.key = ""  # of what is dragged; empty while nothing is
        self._from = 0
        self.has_moved = False

    def press(self, key: str, x: int) -> None:
        self.key, self._from, self.has_moved = key, x, False

    def move(self, x: int) -> int:
        """Return the steps since the last that were told; 0 while nothing is dragged."""
        steps = int((x - self._from) / CELLS) if self.key else 0
        self._from += steps * CELLS
        self.has_moved = self.has_moved or bool(steps)
        return steps

    def release(self) -> None:
        self.key = ""

    def was_drag(self) -> bool:
        """Return whether the press that ended was a drag, and so no click."""
        moved, self.has_moved = self.has_moved, False
        return moved
