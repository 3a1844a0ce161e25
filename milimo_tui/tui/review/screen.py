"""The Review screen: takes made while the studio was closed or the user was away, as one large picture or on
a contact sheet.

The screen consists of a core (`review_view`) that draws, and parts that have the key actions. This module
handles events that concern several parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.review.contact_sheet import ContactSheet
from milimo_tui.tui.review.grid_keys import GridKeys
from milimo_tui.tui.review.item_moves import ItemMoves
from milimo_tui.tui.review.other_takes import OtherTakes
from milimo_tui.tui.review.review_lines import make_item_search_text
from milimo_tui.tui.review.review_view import ReviewView
from milimo_tui.tui.review.take_actions import TakeActions
from milimo_tui.tui.review.take_cleaning import TakeCleaning
from milimo_tui.tui.review.take_grid import GridCell
from milimo_tui.tui.review.take_notes import TakeNotes
from milimo_tui.tui.review.take_rating import TakeRating
from milimo_tui.tui.review.take_strip import TakeStrip
from milimo_tui.tui.widgets.cards import Cards

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand


class ReviewScreen(ReviewView):
    """The Review screen: the core, and the parts with the key actions, which all receive the core."""

    def __init__(self) -> None:
        super().__init__()
        self.contact_sheet = ContactSheet(self)
        self.grid_keys = GridKeys(self)
        self.item_moves = ItemMoves(self)
        self.other_takes = OtherTakes(self)
        self.take_actions = TakeActions(self)
        self.take_notes = TakeNotes(self)
        self.take_rating = TakeRating(self, self.take_actions, self.item_moves)
        self.take_cleaning = TakeCleaning(self)
        shown = (self.grid_keys, self.other_takes, self.contact_sheet)
        self.modes = self.stack_modes(self.viewing_keys.hand, self.take_rating, *shown)

    @property
    def own_parts(self) -> tuple[object, ...]:
        judged = (self.take_actions, self.take_notes, self.take_rating, self.take_cleaning)
        alone = (self.other_takes, self.take_player)
        # The grid and the single take use the same keys. The view that is visible comes first and gets them.
        seen: tuple[object, ...] = (*alone, self.grid_keys)
        if self.grid_player.is_on:
            seen = (self.grid_keys, self.grid_player, *alone)
        return (self.contact_sheet, self.item_moves, *judged, *seen)

    def find_compared_frame(self) -> bool:
        return self.other_takes.choose_compared_take()

    def get_command_args(self, command: str, key_command: KeyCommand) -> Mapping[str, Any] | None:
        return self.take_actions.get_take_command_args(command, key_command)

    def go_to_frame(self, frame: int) -> bool:
        return self.player.go_to_frame(frame)

    def get_selected_file(self) -> str:
        return self.take_player.get_take_file()

    def get_play_arguments(self) -> tuple[str, ...]:
        return self.take_player.get_take_play_arguments()

    @action
    async def act_enter(self, key_command: KeyCommand) -> None:
        """Pick the shown take. In rating mode, go to the next item afterwards."""
        if not await self.modes.accept_work():
            await self.take_actions.pick_or_open_log()

    def search_pane(self, words: str, step: int) -> None:
        """Go to the next item that contains the words in its number, tags, notes or error. `step` is -1 to
        search backwards.
        """
        items, low = self.review.items if self.review else (), words.casefold()
        for distance in range(1, len(items) + 1):
            place = (self.place + step * distance) % len(items)
            if low in make_item_search_text(items[place]).casefold():
                self.item_moves.go_to_item(place)
                return
        self.show_message(f"“{words}” is not here", "warn", "{ui.search} looks for something else")

    def on_grid_cell_clicked(self, event: GridCell.Clicked) -> None:
        self.grid_keys.select_cell(event.place)

    def on_take_strip_clicked(self, event: TakeStrip.Clicked) -> None:
        self.item_moves.go_to_item(event.place)

    def on_cards_moved(self, event: Cards.Moved) -> None:
        jobs = [item.job for item in self.review.items] if self.review else []
        if self.on_sheet and event.key in jobs:
            self.item_moves.go_to_item(jobs.index(event.key))

    def on_cards_chosen(self, event: Cards.Chosen) -> None:
        self.run_in_background(self.take_actions.pick_or_open_log)
