"""A screen with panes: their sizes by keys and by the mouse, kept for each size of the terminal.

`panes` stands in its `CONTEXTS` and in `under` of its table in keymap.toml. Where it has a `Split` that is
all; one that is shared out in another way gives its own `pane_layout`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.tui.panes.divider import Divider
from milimo_tui.tui.panes.pane_layout import PaneLayout
from milimo_tui.tui.panes.pane_sizes import PaneSizes
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.shell.screen import StudioScreen

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand


class PanedScreen(StudioScreen):
    """Has panes; see the module's text."""

    def __init__(self) -> None:
        super().__init__()
        self.pane_sizes = PaneSizes(self)

    @property
    def pane_layout(self) -> PaneLayout:
        """Return how this screen is shared out."""
        return self.query_one(Split)

    def panes_changed(self) -> None:
        """Draw what is wrapped at the width of a pane; called once they have their new sizes."""
        self.forget_drawn()
        self.catch_up()

    def act_pane(self, key_command: KeyCommand) -> None:
        self.pane_sizes.act(key_command)

    def catch_up(self) -> None:
        super().catch_up()
        self.pane_sizes.resized()

    def on_resize(self) -> None:
        for split in self.query(Split):
            split.turn(self.size)
        self.pane_sizes.resized()

    def on_rows_resized(self) -> None:
        """Draw again where a list has another width than what is in it was made for."""
        self.call_after_refresh(self.panes_changed)

    def on_divider_moved(self, event: Divider.Moved) -> None:
        self.pane_sizes.dragged(event)

    def on_divider_clicked(self) -> None:
        self.pane_sizes.toggle()

    def on_divider_dropped(self) -> None:
        self.pane_sizes.keep()
