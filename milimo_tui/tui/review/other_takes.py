"""Keys that show other takes of the current shot, one after the other or two compared at the same frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.story.values import picked_takes
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell.modes import Mode

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Take
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.review.review_view import ReviewView


class OtherTakes(Mode):
    """The mode in which two takes of a shot are compared. It also has the keys that step through the takes of
    the shot, in the order in which they were made.
    """

    def __init__(self, core: ReviewView) -> None:
        self._core = core

    @action
    def act_take_next(self, key_command: KeyCommand) -> None:
        self._step_to_take(key_command.times)

    @action
    def act_take_previous(self, key_command: KeyCommand) -> None:
        self._step_to_take(-key_command.times)

    def _list_shot_takes(self) -> list[Take]:
        story, item = self._core.story, self._core.item
        return (
            [take for take in story.takes if take.shot == item.shot] if story and item and item.shot else []
        )

    def _step_to_take(self, step: int) -> None:
        """Show another take of the shot, `step` takes later or earlier. If the list has an item for that
        take, the cursor moves to the item.
        """
        ids = [take.id for take in self._list_shot_takes()]
        here = self._core.take.id if self._core.take else ""
        if (len(ids) < 2 and here in ids) or not ids:
            self._core.show_message(
                "the shot has no other take",
                "warn",
                "{ui.edit} opens the shot; {shot:shot.make} there makes a take",
            )
            return
        take_id = ids[(ids.index(here) + step) % len(ids)] if here in ids else ids[0]
        self._core.show_shot_take(take_id)

    @action
    def act_compare(self, key_command: KeyCommand) -> None:
        """Compare two takes at the same frame (`A`), side by side if there is space, otherwise
        alternately.
        """
        is_new = not self._core.compared_take
        if is_new and self._show_newest_for_rejected():
            return
        if not self.choose_compared_take():
            return
        take = self._core.take
        if take is None or (is_new and self._core.is_wide):
            self._core.draw_current_item()
            self._core.load_take()
            return
        self._core.compared_take, take_id = take.id, self._core.compared_take
        self._core.show_shot_take(take_id)

    def _show_newest_for_rejected(self) -> bool:
        """If a rejected take is shown, show instead the newest take that is not rejected, to compare it with
        the picked take.

        Return False if the shown take is not rejected, or if all takes are rejected.
        """
        here, able = self._core.take, [take for take in self._list_shot_takes() if not take.rejected]
        if here is None or not here.rejected or not able:
            return False
        picked = self._get_picked_take(here.shot)
        newest = able[-1]
        if picked is None or picked.id == newest.id:
            self._core.show_shot_take(newest.id)
            what = (
                "showing the newest take, which is picked"
                if picked is not None
                else "showing the newest take; no take is picked"
            )
            self._core.show_message(what, hint="{ui.compare} compares it with the previous take")
            return True
        self._core.compared_take = picked.id
        self._core.show_shot_take(newest.id)
        self._core.show_message("comparing the newest take with the picked one")
        return True

    def _get_picked_take(self, shot_id: str) -> Take | None:
        """Return the picked take of the shot with this id; None if the shot has no take or does not exist."""
        shots = self._core.story.shots if self._core.story else ()
        shot = next((shot for shot in shots if shot.id == shot_id), None)
        return picked_takes.pick_from_takes(shot, self._list_shot_takes()) if shot else None

    def choose_compared_take(self) -> bool:
        """Choose the take to compare with, if none is chosen yet: the picked take, or else the previous take.

        Return False, after a message, if the shot has no other take.
        """
        here = self._core.take
        ids = [take.id for take in self._list_shot_takes()]
        if here is None or len(ids) < 2:
            self._core.show_message(
                "there is no other take to compare with",
                "warn",
                "{ui.edit} opens the shot; {shot:shot.make} there makes one",
            )
            return False
        if not self._core.compared_take:
            picked = self._get_picked_take(here.shot)
            other = ids[ids.index(here.id) - 1]
            self._core.compared_take = picked.id if picked is not None and picked.id != here.id else other
        return True

    @property
    def is_on(self) -> bool:
        return bool(self._core.compared_take)

    def leave_by_escape(self, key_command: KeyCommand) -> bool:
        self.end_comparison()
        return True

    def end_comparison(self) -> None:
        """End the comparison, and show only the current take."""
        self._core.viewing_keys.end_view_comparison()
        self._core.compared_take = ""
        self._core.draw_current_item()
        self._core.load_take()
