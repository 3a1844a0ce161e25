"""All pictures at once: the contact sheet instead of the one large picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.tui.widgets.cards import Cards

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import Stroke
    from milimo_tui.tui.review.inbox import ReviewInbox


class ContactSheet:
    """Which of the two views is shown; playing needs the large picture."""

    def __init__(self, core: ReviewInbox) -> None:
        self._core = core

    def act_sheet(self, stroke: Stroke) -> None:
        """s: all pictures at once, or the one large."""
        cards = self._core.query_one(Cards)
        if self._core.item is None:
            return
        self._core.pictures.halt()
        cards.display = not cards.display
        self._core.query_one("#review").display = not cards.display
        if cards.display:
            self._core.draw_sheet()
            cards.focus()
        else:
            self._core.set_focus(None)
            self._core.draw_place()
            self._core.pictures.ask_frame()
        self._core.refresh_lines()

    def act_play(self, stroke: Stroke) -> None:
        if self._core.on_sheet:
            self.act_sheet(stroke)
        self._core.pictures.act_play(stroke)
