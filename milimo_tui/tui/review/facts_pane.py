"""The facts beside the picture of Review, made wider or closed by hand: the picture has the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from milimo_tui.tui.review.review_layout import AIR, FACTS

if TYPE_CHECKING:
    from milimo_tui.tui.panes.pane_layout import Kept

LEAST_PICTURE = 24  # columns


class FactsPane:
    """Columns that a person gives the facts more than their share; `lay_out` shares the screen out anew."""

    def __init__(self, width: Callable[[], int], is_below: Callable[[], bool], lay_out: Callable[[], None]):
        """`width` is the terminal's, `is_below` whether the facts stand below the picture now."""
        self._width, self._is_below, self._lay_out = width, is_below, lay_out
        self._more = 0
        self.is_closed = False

    @property
    def columns(self) -> int:
        """Return the columns that the picture leaves to the facts."""
        return 0 if self.is_closed else FACTS + self._more

    def widen(self, columns: int) -> bool:
        if self._is_below():
            return False
        most = max(FACTS, self._width() - LEAST_PICTURE - AIR)
        self.is_closed = False
        self._more = max(0, min(most - FACTS, self._more + columns))
        self._lay_out()
        return True

    def heighten(self, rows: int) -> bool:
        return False

    def toggle(self) -> bool:
        if self._is_below():
            return False
        self.is_closed = not self.is_closed
        self._lay_out()
        return True

    def reset(self) -> None:
        self.take({})

    def kept(self) -> Kept:
        return {"columns": self._more, "closed": int(self.is_closed)}

    def take(self, kept: Kept) -> None:
        self._more, self.is_closed = max(0, kept.get("columns", 0)), bool(kept.get("closed", 0))
        self._lay_out()
