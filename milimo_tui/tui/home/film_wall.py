"""The wall of films on Home: a card for each film. The cards are as large as possible with all of them
visible; if that is impossible, the rows scroll.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.message import Message

from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.widgets.card_grid import CardGrid, lay_out_largest_cards
from milimo_tui.tui.widgets.cards import Cards
from milimo_tui.tui.widgets.rows import Rows
from milimo_tui.tui.widgets.terminal_app import get_terminal_app

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand

RATIO = 16 / 9
# The smallest width of a poster depends on the pane's width. Each pair has the pane's width from which it
# applies and the smallest width of a poster, both in cells.
WIDTHS = ((110, 26), (0, 22))


class Left(Message):
    """Posted when the cursor would leave its pane, because the user moved down from the last row of the cards
    of films, or up from the first row of the list of actions.
    """


class FilmWall(Cards):
    """The cards of the films. Posts `Left` when the user moves down from the last row."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, ratio=RATIO)

    def compute_wall_grid(self, width: int, height: int) -> CardGrid:
        """Return the layout of the cards for a pane of `width` by `height` cells."""
        room = max(0, width - 2)
        least = next(cells for start, cells in WIDTHS if room >= start)
        ratio = self.ratio if get_terminal_app(self).terminal.pictures != "off" else 0.0
        return lay_out_largest_cards(self.sections, room, height, ratio, least)

    def make_grid(self, room: int) -> CardGrid:
        return self.compute_wall_grid(room + 2, self.size.height)

    def request_visible_pictures(self) -> None:
        if self.picture_cells[1]:
            super().request_visible_pictures()

    def _request_pictures(self, keys: Iterable[str]) -> None:
        """Request the pictures with the given keys from the screen, beginning with the poster of the film
        under the cursor.
        """
        wanted, chosen = list(keys), self.card.picture if self.card is not None else ""
        super()._request_pictures(sorted(wanted, key=lambda key: key != chosen))

    @action
    def act_down(self, key_command: KeyCommand) -> None:
        before = self.key
        super().act_down(key_command)
        if self.key == before:
            self.post_message(Left())


class ActList(Rows):
    """The list of actions that need no film. Posts `Left` when the user moves up from the first row."""

    @action
    def act_up(self, key_command: KeyCommand) -> None:
        before = self.cursor
        super().act_up(key_command)
        if self.cursor == before:
            self.post_message(Left())
