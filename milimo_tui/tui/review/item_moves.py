"""The keys of the Review screen that move the cursor through the items (takes and failed jobs), and choose
which items are listed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.tui.keys.actions import action

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.review.review_view import ReviewView


class ItemMoves:
    """The part of the Review screen that moves the cursor through the items. The key `;` skips an item."""

    def __init__(self, core: ReviewView) -> None:
        self._core = core

    def go_to_item(self, place: int) -> None:
        """Go to the item with index `place`. An index out of range means the first or the last item."""
        items = self._core.review.items if self._core.review else ()
        place = max(0, min(place, len(items) - 1))
        if place != self._core.place or self._core.shown_take:
            self._core.take_player.clear_source()
            self._core.place, self._core.shown_take, self._core.compared_take = place, "", ""
            self._core.draw_current_item()
            self._core.load_take()

    @action
    def act_down(self, key_command: KeyCommand) -> None:
        self.go_to_item(self._core.place + key_command.times)

    @action
    def act_up(self, key_command: KeyCommand) -> None:
        self.go_to_item(self._core.place - key_command.times)

    @action
    def act_page_down(self, key_command: KeyCommand) -> None:
        self.go_to_item(self._core.place + 10 * key_command.times)

    @action
    def act_page_up(self, key_command: KeyCommand) -> None:
        self.go_to_item(self._core.place - 10 * key_command.times)

    @action
    def act_first(self, key_command: KeyCommand) -> None:
        self.go_to_item((key_command.count or 1) - 1)

    @action
    def act_last(self, key_command: KeyCommand) -> None:
        self.go_to_item(10**9 if key_command.count is None else key_command.count - 1)

    @action
    async def act_next_item(self, key_command: KeyCommand) -> None:
        await self.skip_items(key_command.times)

    async def skip_items(self, count: int) -> None:
        """Move the cursor `count` items further. Mark the items from the old position up to the new one as
        reviewed, even if none of their takes was picked.
        """
        items = self._core.review.items if self._core.review else ()
        passed = items[self._core.place : self._core.place + count]
        last = self._core.place + count >= len(items)
        self.go_to_item(self._core.place + count)
        new = tuple(item.item_id for item in passed if not item.seen)
        if new and await self._core.studio_app.run_and_wait("review.seen", {"ids": new}, quiet=True) is None:
            return
        if last and passed:
            left = sum(not item.seen for item in items) - len(new)
            message = (
                f"that was the last; {left} not looked at" if left else "that was the last: all are looked at"
            )
            self._core.show_message(message, hint="{ui.mode timeline} plays the film")

    @action
    def act_next_new(self, key_command: KeyCommand) -> None:
        """Go to the next item that is not reviewed. After the last item, continue with the first."""
        items = self._core.review.items if self._core.review else ()
        places = [place for place, item in enumerate(items) if not item.seen]
        if places:
            self.go_to_item(next((place for place in places if place > self._core.place), places[0]))

    @action
    def act_previous_item(self, key_command: KeyCommand) -> None:
        self.go_to_item(self._core.place - key_command.times)

    @action
    def act_sort(self, key_command: KeyCommand) -> None:
        """Switch the order of the list (`o`) between the film's order and an order by likeness. By likeness,
        the takes that resemble the pictures of their elements least come first.
        """
        first = self._core.unlike_first = not self._core.unlike_first
        review = self._core.review
        if first and review is not None and not any(item.likeness for item in review.items):
            self._core.show_message(
                "no take has been compared yet", "warn", "{review.likeness} compares them"
            )
        else:
            self._core.show_message(
                "sorted by likeness, least first" if first else "sorted by the film's order",
                hint="{ui.sort} sorts in the other order",
            )
        self._core.reread_inbox()

    @action
    def act_filter(self, key_command: KeyCommand) -> None:
        """Switch between listing every take of the film and listing the new takes (`f`)."""
        everything = self._core.everything = not self._core.everything
        self._core.show_message(
            "showing every take of the film" if everything else "showing new takes",
            hint="{ui.filter} shows the other list",
        )
        self._core.reread_inbox()
