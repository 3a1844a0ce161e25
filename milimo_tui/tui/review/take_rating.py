"""The mode RATING (key `S`): one key press rates, rejects or picks the shown take and goes to the next
item.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell.modes import Mode

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.review.item_moves import ItemMoves
    from milimo_tui.tui.review.review_view import ReviewView
    from milimo_tui.tui.review.take_actions import TakeActions


class TakeRating(Mode):
    """The mode RATING of the Review screen. Each of its keys acts on the shown take and then goes to the next
    item.
    """

    NAME = "RATING"
    CONTEXTS = ("rating",)
    NAME_STAYS = True

    def __init__(self, core: ReviewView, take_actions: TakeActions, item_moves: ItemMoves) -> None:
        self._core, self._take_actions, self._item_moves = core, take_actions, item_moves
        self._is_rating = False

    @property
    def is_on(self) -> bool:
        return self._is_rating

    def leave_by_escape(self, key_command: KeyCommand) -> bool:
        self._end_rating()
        return True

    async def accept_work(self) -> bool:
        """Pick the shown take and go to the next item. If the item is a failed job, open its log."""
        if self._core.take is None:
            await self._take_actions.pick_or_open_log()
        elif await self._take_actions.pick_shown_take():
            await self._show_next_item()
        return True

    @action
    def act_rating(self, key_command: KeyCommand) -> None:
        """Begin or end the rating mode (`S`)."""
        if self.is_on:
            self._end_rating()
        elif self._core.item is not None:
            self._is_rating = True
            self._core.show_message(
                "1 to 5 rate and go to the next take, 0 removes the stars",
                hint="{ui.reject_on} rejects, Esc ends it",
            )

    def _end_rating(self) -> None:
        """End the rating mode, so that digits are counts again."""
        self._is_rating = False
        self._core.refresh_lines()

    @action
    async def act_rate_on(self, key_command: KeyCommand) -> None:
        take = self._core.take
        if take is None:
            await self._show_next_item()  # A failed job has no take to rate, so skip it.
            return
        stars = int(key_command.binding.args["stars"])
        if await self._core.run_and_wait("shot.rate", id=take.shot, take=take.id, rating=stars) is not None:
            await self._show_next_item()

    @action
    async def act_reject_on(self, key_command: KeyCommand) -> None:
        take = self._core.take
        if take is None or await self._core.run_and_wait(
            "shot.rate", id=take.shot, take=take.id, reject=True
        ):
            await self._show_next_item()

    async def _show_next_item(self) -> None:
        """Go to the next item. The takes of a shot are neighbouring items."""
        await self._item_moves.skip_items(1)
