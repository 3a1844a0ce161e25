"""The width of the pane with facts about the shown take, next to the picture on the Review screen. The
picture gets the remaining width.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.tui.review.review_layout import AIR, FACTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen

    from milimo_tui.tui.panes.pane_layout import StoredLayout

LEAST_PICTURE = 24  # Minimum width of the picture, in columns.


class FactsPane:
    """The layout of the pane with facts about the shown take. `given` is the width in columns that the user
    set; 0 means the default width.
    """

    def __init__(self, screen: Screen[None], lay_out: Callable[[], None]) -> None:
        """Create the layout. `lay_out` is called after each change, to arrange the screen again."""
        self._screen, self._lay_out = screen, lay_out
        self.given = 0
        self.is_closed = False

    @property
    def columns(self) -> int:
        """The number of columns that the picture leaves free for the facts; 0 if the pane is closed."""
        return 0 if self.is_closed else self.given or FACTS

    @property
    def _is_beside(self) -> bool:
        return not self._screen.query_one("#top").has_class("-stacked")

    def widen_pane(self, columns: int) -> bool:
        if not self._is_beside:
            return False
        now = self.given or self._screen.query_one("#facts").region.width
        most = max(FACTS, self._screen.size.width - LEAST_PICTURE - AIR)
        self.given, self.is_closed = max(FACTS, min(now + columns, most)), False
        self._lay_out()
        return True

    def heighten_pane(self, rows: int) -> bool:
        return False

    def toggle_pane(self) -> bool:
        if not self._is_beside:
            return False
        self.is_closed = not self.is_closed
        self._lay_out()
        return True

    def reset_panes(self) -> None:
        self.apply_stored_layout({})

    def to_stored_layout(self) -> StoredLayout:
        return {"columns": self.given, "closed": int(self.is_closed)}

    def apply_stored_layout(self, layout: StoredLayout) -> None:
        self.given, self.is_closed = max(0, layout.get("columns", 0)), bool(layout.get("closed", 0))
        self._lay_out()
