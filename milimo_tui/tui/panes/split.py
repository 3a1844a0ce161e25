"""Two panes with a divider between them, side by side if the terminal is large enough, otherwise the second
below the first.

The second pane is the one that is resized or closed; the first pane takes the remaining space. The style
sheet sets the default size of the second pane: with the class `.-beside` for panes side by side, without this
class for one pane below the other. A pane without a default size in one of the two arrangements is hidden
there (`display: none`) and cannot be resized.
"""

from __future__ import annotations

from textual.containers import Container
from textual.geometry import Size
from textual.widget import Widget

from milimo_tui.tui.panes.divider import Divider
from milimo_tui.tui.panes.pane_layout import StoredLayout

LEAST_COLUMNS, LEAST_ROWS = 16, 3  # Minimum size of the second pane, in cells.
REST_COLUMNS, REST_ROWS = 24, 4  # Minimum size of the first pane, in cells.
NEVER = 10_000


class Split(Container):
    """A container with a first widget, a divider and a resizable second widget (the pane).

    `cells` is the width or height in cells that the user gave the pane; 0 means the default size from the
    style sheet.
    """

    DEFAULT_CSS = """
    Split { width: 1fr; height: 1fr; layout: vertical; }
    Split.-beside { layout: horizontal; }
    """

    def __init__(
        self, first: Widget, pane: Widget, *, id: str, wide: int = 0, high: int = 0, lies: bool = True
    ) -> None:
        """Create a container that shows both widgets side by side if the terminal has at least `wide` columns
        and `high` rows.

        In smaller terminals the pane is below the first widget. If `lies` is True, the pane can be resized
        there too; otherwise its height is fixed.
        """
        self.divider = Divider(id=f"{id}-divider", ruled=True)
        super().__init__(first, self.divider, pane, id=id)
        self.first, self.pane = first, pane
        self._from = Size(wide, high)
        self.cells = 0
        self.is_closed = False
        self._is_offered = True
        self._lies = lies

    @property
    def is_beside(self) -> bool:
        return self.has_class("-beside")

    @property
    def _is_resizable(self) -> bool:
        return self.is_beside or self._lies

    @property
    def _can_resize(self) -> bool:
        return (
            self.display and self._is_resizable and self._is_offered and (self.pane.display or self.is_closed)
        )

    def on_mount(self) -> None:
        self.arrange_for_size(self.app.size)

    def arrange_for_size(self, size: Size) -> None:
        """Arrange the two widgets side by side or one below the other, for a terminal of `size`."""
        is_beside = size.width >= self._from.width and size.height >= self._from.height
        self.set_class(is_beside, "-beside")
        self.divider.set_upright(is_beside)
        self._apply_pane_sizes()

    def on_resize(self) -> None:
        self.call_after_refresh(self.update_divider)

    def update_divider(self) -> None:
        """Show the divider if it can be used: if there is a pane to resize, or a closed pane to open.
        Otherwise hide it.
        """
        is_closed = self.is_closed and self._is_offered
        self.divider.display = self._is_resizable and (self.pane.display or is_closed)

    def set_pane_offered(self, has_pane: bool) -> None:
        """Set whether the second pane has content. Without content it is hidden and the first widget takes
        all the space.
        """
        if has_pane != self._is_offered:
            self._is_offered = has_pane
            self._apply_pane_sizes()

    def widen_pane(self, columns: int) -> bool:
        return self.is_beside and self._resize_pane(columns)

    def heighten_pane(self, rows: int) -> bool:
        return not self.is_beside and self._resize_pane(rows)

    def _resize_pane(self, more: int) -> bool:
        if not self._can_resize:
            return False
        # A closed pane has an empty region, so that dragging the divider opens it starting from size 0.
        region = self.pane.region
        now = 0 if self.is_closed else self.cells or (region.width if self.is_beside else region.height)
        self.is_closed = False
        self.cells = self._clamp_pane_size(now + more)
        self._apply_pane_sizes()
        return True

    def _clamp_pane_size(self, cells: int) -> int:
        """Return the size nearest to `cells` for the second pane that leaves both panes at least their
        smallest size.
        """
        least, rest = (LEAST_COLUMNS, REST_COLUMNS) if self.is_beside else (LEAST_ROWS, REST_ROWS)
        room = self.size.width if self.is_beside else self.size.height
        margin = self.pane.styles.margin
        return max(least, min(cells, room - rest - (margin.width if self.is_beside else margin.height) - 1))

    def toggle_pane(self) -> bool:
        if not self._can_resize:
            return False
        self.is_closed = not self.is_closed
        self._apply_pane_sizes()
        return True

    def reset_panes(self) -> None:
        self.apply_stored_layout({})

    def to_stored_layout(self) -> StoredLayout:
        return {"cells": self.cells, "closed": int(self.is_closed)}

    def apply_stored_layout(self, layout: StoredLayout) -> None:
        self.cells, self.is_closed = layout.get("cells", 0), bool(layout.get("closed", 0))
        self._apply_pane_sizes()

    def _apply_pane_sizes(self) -> None:
        for each in (self.pane, self.first):
            each.styles.clear_rule("width" if self.is_beside else "height")
        is_closed = self.is_closed and self._is_resizable
        if is_closed or not self._is_offered:
            self.pane.display = False
            self._move_focus_out()
        else:
            self.pane.styles.clear_rule("display")
        if self.cells and self.is_beside:
            self.pane.styles.width, self.first.styles.width = self.cells, "1fr"
        elif self.cells and self._lies:
            self.pane.styles.height, self.first.styles.height = self.cells, "1fr"
        if is_closed:
            self.first.styles.width, self.first.styles.height = "1fr", "1fr"
        self.update_divider()
        # Textual lays out the screen again only on request when a style rule is removed.
        self.pane.refresh(layout=True)

    def _move_focus_out(self) -> None:
        """Move the keyboard focus to the first widget, if the focus is in the pane that is being hidden."""
        focused = self.screen.focused
        if focused is not None and self.pane in focused.ancestors_with_self:
            stays = [each for each in (self.first, *self.first.query("*")) if each.focusable]
            self.screen.set_focus(stays[0] if stays else None)
