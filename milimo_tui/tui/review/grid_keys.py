"""The keys that switch the grid of takes on and off, and move its cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.tui.keys.actions import action, action_with_names
from milimo_tui.tui.review.take_grid import LEAST
from milimo_tui.tui.shell.modes import Mode

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.review.review_view import ReviewView


class GridKeys(Mode):
    """The mode in which several takes of a shot are shown in a grid. Its keys switch the grid on and off and
    move the grid's cursor.
    """

    def __init__(self, core: ReviewView) -> None:
        self._core = core

    @property
    def is_on(self) -> bool:
        return self._core.grid_player.is_on

    def leave_by_escape(self, key_command: KeyCommand) -> bool:
        self.leave_grid()
        return True

    @action
    def act_grid(self, key_command: KeyCommand) -> None:
        """Switch between a grid with the takes of this shot and the shown take alone (`v`)."""
        player = self._core.grid_player
        if player.is_on:
            self.leave_grid()
        elif self._core.item is None:
            self._core.show_message("no take is under the cursor yet", hint="{ui.filter} lists every take")
        elif len(self._core.shot_takes) < LEAST:
            self._core.show_message(
                "the shot has no other take",
                "warn",
                "{ui.edit} opens the shot; {shot:shot.make} there makes a take",
            )
        else:
            frame = self._core.take_player.frame
            self._core.take_player.halt_playback()
            player.is_on, player.frame = True, frame
            self._core.compared_take = ""
            self._core.draw_current_item()
            self._core.load_take()

    def leave_grid(self) -> None:
        """Leave the grid, and show the take under the grid's cursor alone, at the same frame."""
        frame = self._core.grid_player.frame
        self._core.grid_player.end_grid()
        self._core.draw_current_item()
        self._core.take_player.frame = frame
        self._core.load_take()

    @action
    def act_take_next(self, key_command: KeyCommand) -> None:
        self._step_grid_cursor(key_command.times)

    @action
    def act_take_previous(self, key_command: KeyCommand) -> None:
        self._step_grid_cursor(-key_command.times)

    def _step_grid_cursor(self, by: int) -> None:
        takes, here = self._core.shot_takes, self._core.take
        place = next((at for at, take in enumerate(takes) if here and take.id == here.id), 0)
        self._core.show_shot_take(takes[(place + by) % len(takes)].id)

    def select_cell(self, place: int) -> None:
        """Put the cursor on a take of the grid page. `place` is the index of the take on the page, from 0."""
        page = self._core.list_grid_page()
        if place < len(page):
            self._core.show_shot_take(page[place].id)

    @action_with_names("player")
    def act_full_screen(self, key_command: KeyCommand) -> None:
        self._core.show_message(
            "the grid can't be shown in full screen",
            "warn",
            "Esc shows this take alone, {ui.full_screen} then enlarges it",
        )
