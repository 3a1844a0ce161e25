"""The interface through which keys and the mouse change the panes of a screen, however the screen divides its
space.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

StoredLayout = Mapping[str, int]  # A stored layout: whole numbers by name.


class PaneLayout(Protocol):
    """The pane sizes of one screen, changed as far as there is space.

    A method that cannot do its work at the current size returns False.
    """

    def widen_pane(self, columns: int) -> bool:
        """Make the pane wider by `columns` columns; a negative number makes it narrower."""
        ...

    def heighten_pane(self, rows: int) -> bool:
        """Make the pane taller by `rows` rows; a negative number makes it lower."""
        ...

    def toggle_pane(self) -> bool:
        """Close the pane, or open it again; return True if there is a pane to close."""
        ...

    @property
    def is_closed(self) -> bool:
        """True if the user closed the pane."""
        ...

    def reset_panes(self) -> None:
        """Restore the default layout."""
        ...

    def to_stored_layout(self) -> StoredLayout:
        """Return the layout in its stored form."""
        ...

    def apply_stored_layout(self, kept: StoredLayout) -> None:
        """Apply a stored layout; an empty one restores the default layout."""
        ...
