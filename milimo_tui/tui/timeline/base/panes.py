"""Manual changes to the layout of the Timeline: taller or lower tracks; a wider, narrower or closed
inspector.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from milimo_tui.tui.timeline.widgets.inspector_panel import Inspector
from milimo_tui.tui.timeline.widgets.shares import AS_SHARED, Panes, inspector_share

if TYPE_CHECKING:
    from milimo_tui.tui.panes.pane_layout import Kept
    from milimo_tui.tui.timeline.base.core import TimelineCore


class TimelinePanes:
    """The pane layout of the Timeline: columns belong to the inspector, rows to the tracks."""

    def __init__(self, core: TimelineCore) -> None:
        self._core = core

    def widen(self, columns: int) -> bool:
        """Make the inspector wider than it is now; beyond its share it takes the columns that no picture
        needs.
        """
        panes, inspector = self._core.panes, self._core.query_one(Inspector)
        share = inspector_share(self._core.size.width) + panes.columns
        now = max(share, inspector.region.width) if columns > 0 and inspector.display else share
        self._use(replace(panes, columns=panes.columns + now - share + columns, closed=False))
        return True

    def heighten(self, rows: int) -> bool:
        panes = self._core.panes
        self._use(replace(panes, rows=panes.rows - rows))
        return True

    def toggle(self) -> bool:
        self._use(replace(self._core.panes, closed=not self._core.panes.closed))
        return True

    @property
    def is_closed(self) -> bool:
        return self._core.panes.closed

    def reset(self) -> None:
        self._use(AS_SHARED)

    def kept(self) -> Kept:
        return {name: int(value) for name, value in asdict(self._core.panes).items()}

    def take(self, kept: Kept) -> None:
        self._use(Panes(kept.get("rows", 0), kept.get("columns", 0), bool(kept.get("closed", 0))))

    def _use(self, panes: Panes) -> None:
        """Apply the sizes as far as there is space."""
        self._core.panes = panes
        self._core.panes = self._core.share_rows() or panes
