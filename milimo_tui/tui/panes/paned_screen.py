"""The base class of a screen with panes that keys and the mouse resize; sizes are saved for each terminal
size.

A subclass lists `panes` in its `CONTEXTS` and in `under` of its table in keymap.toml. A screen with a `Split`
needs nothing more; a screen that divides its space in another manner overrides `pane_layout`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.panes.divider import Divider
from milimo_tui.tui.panes.pane_layout import PaneLayout
from milimo_tui.tui.panes.pane_sizes import PaneSizes
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.shell.screen import StudioScreen

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand


class PanedScreen(StudioScreen):
    """The base class of a screen with panes that the user can resize. A subclass lists `panes` in its
    `CONTEXTS`. If it does not divide its space with a `Split`, it overrides `pane_layout`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.pane_sizes = PaneSizes(self)

    @property
    def pane_layout(self) -> PaneLayout:
        """The layout that the pane keys change; by default the screen's `Split`."""
        return self.query_one(Split)

    def redraw_resized_panes(self) -> None:
        """Redraw texts that are wrapped at the width of a pane. Called when the panes have their new
        sizes.
        """
        self.mark_for_redraw()
        self.catch_up()

    @action
    def act_pane(self, key_command: KeyCommand) -> None:
        self.pane_sizes.handle_pane_key(key_command)

    def catch_up(self) -> None:
        super().catch_up()
        self.pane_sizes.load_layout_for_size()

    def on_resize(self) -> None:
        for split in self.query(Split):
            split.arrange_for_size(self.size)
        self.pane_sizes.load_layout_for_size()

    def on_rows_resized(self) -> None:
        """Redraw after a list has changed its width, because its rows were made for the old width."""
        self.call_after_refresh(self.redraw_resized_panes)

    def on_divider_moved(self, event: Divider.Moved) -> None:
        self.pane_sizes.follow_divider(event)

    def on_divider_clicked(self) -> None:
        self.pane_sizes.toggle_and_save()

    def on_divider_dropped(self) -> None:
        self.pane_sizes.save_layout()
