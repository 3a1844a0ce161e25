"""The contact sheet of the Review screen, which shows all pictures at once instead of one large picture. The
module also prints the takes of a sweep (one take for each combination of settings) on pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell.modes import Mode
from milimo_tui.tui.shot.printing import print_contact_sheet
from milimo_tui.tui.widgets.cards import Cards

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.review.review_view import ReviewView


class ContactSheet(Mode):
    """The mode in which all pictures are shown at once. Keys for playback first return to the large
    picture.
    """

    def __init__(self, core: ReviewView) -> None:
        self._core = core

    @property
    def is_on(self) -> bool:
        return self._core.on_sheet

    def leave_by_escape(self, key_command: KeyCommand) -> bool:
        self.act_sheet(key_command)
        return True

    @action
    def act_sheet(self, key_command: KeyCommand) -> None:
        """Switch between all pictures at once and the large picture (`s`)."""
        cards = self._core.query_one(Cards)
        if self._core.item is None:
            return
        self._core.player.halt_playback()
        self._core.grid_player.end_grid()
        cards.display = not cards.display
        self._core.query_one("#review").display = not cards.display
        if cards.display:
            self._core.draw_contact_sheet()
            cards.focus()
        else:
            self._core.set_focus(None)
            self._core.draw_current_item()
            self._core.take_player.request_frame()
        self._core.refresh_lines()

    @action
    async def act_print(self, key_command: KeyCommand) -> None:
        """Print on pages the sweep to which the shown take belongs (`c p`). A sweep is a batch of takes with
        every combination of some settings.
        """
        item, take = self._core.item, self._core.take
        if item is None or take is None:
            self._core.show_message(
                "only takes can be printed, and this item is not a take",
                "warn",
                "{ui.next_item} skips this item",
            )
            return
        await print_contact_sheet(self._core, take.shot, item.number, take.id)

    @action
    def act_play(self, key_command: KeyCommand) -> None:
        if self._core.on_sheet:
            self.act_sheet(key_command)
        self._core.player.act_play(key_command)
