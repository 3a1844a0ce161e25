"""Changes the sizes of the Timeline's panes at the user's request: the height of the tracks and the width of
the inspector. The inspector can also be closed.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from milimo_tui.tui.timeline.widgets.inspector_panel import Inspector
from milimo_tui.tui.timeline.widgets.shares import DEFAULT_PANE_SIZES, ManualPaneSizes, find_inspector_width

if TYPE_CHECKING:
    from milimo_tui.tui.panes.pane_layout import StoredLayout
    from milimo_tui.tui.timeline.base.core import TimelineCore


class TimelinePanes:
    """The actions that change the sizes of the Timeline's panes: the columns of the inspector and the rows of
    the tracks.
    """

    def __init__(self, core: TimelineCore) -> None:
        self._core = core

    def widen_pane(self, columns: int) -> bool:
        """Widen the inspector by `columns` cells, or narrow it for a negative number. If the inspector is
        wider than its own size at present, because the pictures left columns free, it is widened from its
        present width. Always returns True.
        """
        panes, inspector = self._core.panes, self._core.query_one(Inspector)
        share = find_inspector_width(self._core.size.width) + panes.columns
        now = max(share, inspector.region.width) if columns > 0 and inspector.display else share
        self._apply_panes(replace(panes, columns=panes.columns + now - share + columns, closed=False))
        return True

    def heighten_pane(self, rows: int) -> bool:
        panes = self._core.panes
        self._apply_panes(replace(panes, rows=panes.rows - rows))
        return True

    def toggle_pane(self) -> bool:
        self._apply_panes(replace(self._core.panes, closed=not self._core.panes.closed))
        return True

    @property
    def is_closed(self) -> bool:
        return self._core.panes.closed

    def reset_panes(self) -> None:
        self._apply_panes(DEFAULT_PANE_SIZES)

    def to_stored_layout(self) -> StoredLayout:
        return {name: int(value) for name, value in asdict(self._core.panes).items()}

    def apply_stored_layout(self, layout: StoredLayout) -> None:
        self._apply_panes(
            ManualPaneSizes(layout.get("rows", 0), layout.get("columns", 0), bool(layout.get("closed", 0)))
        )

    def _apply_panes(self, panes: ManualPaneSizes) -> None:
        """Use the pane sizes as far as the screen has space for them."""
        self._core.panes = panes
        self._core.panes = self._core.divide_screen() or panes
