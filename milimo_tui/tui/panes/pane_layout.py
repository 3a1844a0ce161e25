"""What can be done to the panes of a screen, whichever way it is shared out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

Kept = Mapping[str, int]  # a layout as it is stored: whole numbers by name


class PaneLayout(Protocol):
    """Shares a screen out anew, as far as there is room. What it can't do now it answers with False."""

    def widen(self, columns: int) -> bool:
        """Give the pane so many columns more, less where it is negative."""
        ...

    def heighten(self, rows: int) -> bool:
        """Give the pane so many rows more, fewer where it is negative."""
        ...

    def toggle(self) -> bool:
        """Close the pane, or open it again; return whether there is one to close."""
        ...

    @property
    def is_closed(self) -> bool:
        """Return whether the pane is closed by hand."""
        ...

    def reset(self) -> None:
        """Share everything out as it came."""
        ...

    def kept(self) -> Kept:
        """Return the layout as it is stored."""
        ...

    def take(self, kept: Kept) -> None:
        """Lay out as it was stored; empty: as it came."""
        ...
