"""The Review screen: what came in while nobody was attached, as one large picture or on a contact sheet.

Puts the screen together: a core (`review_view`) that draws, and parts that act. What concerns several parts
is answered here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from milimo_tui.tui.review.contact_sheet import ContactSheet
from milimo_tui.tui.review.item_moves import ItemMoves
from milimo_tui.tui.review.other_takes import OtherTakes
from milimo_tui.tui.review.review_view import ReviewView
from milimo_tui.tui.review.take_actions import TakeActions
from milimo_tui.tui.review.take_strip import TakeStrip
from milimo_tui.tui.widgets.cards import Cards

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand


class ReviewScreen(ReviewView):
    """The core and its parts; each is given the core."""

    def __init__(self) -> None:
        super().__init__()
        self.contact_sheet = ContactSheet(self)
        self.item_moves = ItemMoves(self)
        self.other_takes = OtherTakes(self)
        self.take_actions = TakeActions(self)

    @property
    def own_parts(self) -> tuple[object, ...]:
        return self.contact_sheet, self.item_moves, self.other_takes, self.take_actions, self.take_player

    def find_second(self) -> bool:
        return self.other_takes.choose_other()

    def args_for(self, command: str, key_command: KeyCommand) -> Mapping[str, Any] | None:
        return self.take_actions.args_for(command, key_command)

    def go_to_frame(self, frame: int) -> bool:
        return self.take_player.go_to_frame(frame)

    def shown_file(self) -> str:
        return self.take_player.shown_file()

    def played_words(self) -> tuple[str, ...]:
        return self.take_player.played_words()

    def act_out(self, key_command: KeyCommand) -> None:
        """Go one level out: the comparison, the sheet, then what every screen leaves."""
        if self.compared_take:
            self.other_takes.end_comparison()
        elif self.on_sheet:
            self.contact_sheet.act_sheet(key_command)
        else:
            super().act_out(key_command)

    def on_take_strip_clicked(self, event: TakeStrip.Clicked) -> None:
        self.item_moves.go(event.place)

    def on_cards_moved(self, event: Cards.Moved) -> None:
        jobs = [item.job for item in self.review.items] if self.review else []
        if self.on_sheet and event.key in jobs:
            self.item_moves.go(jobs.index(event.key))

    def on_cards_chosen(self, event: Cards.Chosen) -> None:
        self.background(self.take_actions.choose)
