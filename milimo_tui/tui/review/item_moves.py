"""Moves through the items that came in: the cursor, and which items are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import Stroke
    from milimo_tui.tui.review.review_view import ReviewView


class ItemMoves:
    """Moves the cursor; `;` passes an item over."""

    def __init__(self, core: ReviewView) -> None:
        self._core = core

    def go(self, place: int) -> None:
        """Go to an item by its place, the first or the last for one beyond them."""
        items = self._core.review.items if self._core.review else ()
        place = max(0, min(place, len(items) - 1))
        if place != self._core.place or self._core.shown_take:
            self._core.take_player.forget()
            self._core.place, self._core.shown_take, self._core.compared_take = place, "", ""
            self._core.draw_place()
            self._core.load_take()

    def act_down(self, stroke: Stroke) -> None:
        self.go(self._core.place + stroke.times)

    def act_up(self, stroke: Stroke) -> None:
        self.go(self._core.place - stroke.times)

    def act_page_down(self, stroke: Stroke) -> None:
        self.go(self._core.place + 10 * stroke.times)

    def act_page_up(self, stroke: Stroke) -> None:
        self.go(self._core.place - 10 * stroke.times)

    def act_first(self, stroke: Stroke) -> None:
        self.go((stroke.count or 1) - 1)

    def act_last(self, stroke: Stroke) -> None:
        self.go(10**9 if stroke.count is None else stroke.count - 1)

    async def act_next_item(self, stroke: Stroke) -> None:
        """Pass this one over: it counts as looked at, picked or not."""
        items = self._core.review.items if self._core.review else ()
        passed = items[self._core.place : self._core.place + stroke.times]
        last = self._core.place + stroke.times >= len(items)
        self.go(self._core.place + stroke.times)
        new = tuple(item.id for item in passed if not item.seen)
        if new and await self._core.studio_app.command("review.seen", {"ids": new}, quiet=True) is None:
            return
        if last and passed:
            left = sum(not item.seen for item in items) - len(new)
            message = (
                f"that was the last; {left} not looked at" if left else "that was the last: all are looked at"
            )
            self._core.say(message, hint="g t plays the film")

    def act_previous_item(self, stroke: Stroke) -> None:
        self.go(self._core.place - stroke.times)

    def act_filter(self, stroke: Stroke) -> None:
        """f: list every take of the film, or the new ones."""
        everything = self._core.everything = not self._core.everything
        self._core.say("every take of the film" if everything else "what came in", hint="f goes back")
        self._core.read_anew()
