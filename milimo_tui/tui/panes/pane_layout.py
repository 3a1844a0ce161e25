"""The interface through which keys and the mouse change a screen's panes, independent of how the screen
arranges them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

StoredLayout = Mapping[str, int]  # The form in which a layout is stored: whole numbers by name.


class PaneLayout(Protocol):
    """The changeable pane sizes of one screen. Changes are limited to the available space.

    A method that returns a Boolean returns False if it can do nothing at the current size.
    """

    def widen_pane(self, columns: int) -> bool:
        """Make the pane wider by `columns` columns; a negative number makes it narrower."""
        ...

    def heighten_pane(self, rows: int) -> bool:
        """Make the pane taller by `rows` rows; a negative number makes it less tall."""
        ...

    def toggle_pane(self) -> bool:
        """Close the pane, or open it again. Return False if the screen has no pane that can be closed."""
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

    def apply_stored_layout(self, layout: StoredLayout) -> None:
        """Apply the stored layout `layout`. An empty mapping restores the default layout."""
        ...
