"""How the Timeline is shared out by hand: tracks taller or lower, the inspector wider, narrower or closed."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from milimo_tui.tui.timeline.widgets.inspector_panel import Inspector
from milimo_tui.tui.timeline.widgets.shares import AS_SHARED, Panes, inspector_share

if TYPE_CHECKING:
    from milimo_tui.tui.panes.pane_layout import Kept
    from milimo_tui.tui.timeline.base.core import TimelineCore


class TimelinePanes:
    """Changes the shares: columns are the inspector's, rows the tracks'."""

    def __init__(self, core: TimelineCore) -> None:
        self._core = core

    def widen(self, columns: int) -> bool:
        """Give the inspector more than it has now: beyond its share it has what no picture needs."""
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
        """Share out so, as far as there is room."""
        self._core.panes = panes
        self._core.panes = self._core.share_rows() or panes
