"""Other takes of the shown take's shot: one after the other, or two compared at one playhead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.story.values import picked_takes

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Take
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.review.review_view import ReviewView


class OtherTakes:
    """Goes through the takes of a shot in the order in which they were made."""

    def __init__(self, core: ReviewView) -> None:
        self._core = core

    def act_take_next(self, key_command: KeyCommand) -> None:
        self._other(key_command.times)

    def act_take_previous(self, key_command: KeyCommand) -> None:
        self._other(-key_command.times)

    def _takes(self) -> list[Take]:
        story, item = self._core.story, self._core.item
        return (
            [take for take in story.takes if take.shot == item.shot] if story and item and item.shot else []
        )

    def _other(self, step: int) -> None:
        """Go to another take of the shot: with the cursor where it is an item, else only shown."""
        ids = [take.id for take in self._takes()]
        here = self._core.take.id if self._core.take else ""
        if (len(ids) < 2 and here in ids) or not ids:
            self._core.say("the shot has no other take", "warn", "e opens it; c c there makes one")
            return
        take_id = ids[(ids.index(here) + step) % len(ids)] if here in ids else ids[0]
        self._see(take_id)

    def _see(self, take: str) -> None:
        """Show a take of the shot, the playhead where it is."""
        items = self._core.review.items if self._core.review else ()
        place = next((place for place, item in enumerate(items) if item.take == take), None)
        if place is None:
            self._core.shown_take = take
        else:
            self._core.place, self._core.shown_take = place, ""
        self._core.draw_place()
        self._core.load_take()

    def act_compare(self, key_command: KeyCommand) -> None:
        """A: compare two takes at one playhead, beside each other where there is room, else in turn."""
        is_new = not self._core.compared_take
        if not self.choose_other():
            return
        here = self._core.take
        if here is None or (is_new and self._core.is_wide):
            self._core.draw_place()
            self._core.load_take()
            return
        self._core.compared_take, take_id = here.id, self._core.compared_take
        self._see(take_id)

    def choose_other(self) -> bool:
        """Choose the take to compare with, unless one is chosen: the picked one, else the one before.

        Returns False where the shot has no other, after saying so.
        """
        here = self._core.take
        ids = [take.id for take in self._takes()]
        if here is None or len(ids) < 2:
            self._core.say(
                "there is no other take to compare with", "warn", "e opens the shot; c c there makes one"
            )
            return False
        if not self._core.compared_take:
            shots = self._core.story.shots if self._core.story else ()
            shot = next((shot for shot in shots if shot.id == here.shot), None)
            picked = picked_takes.picked_of(shot, self._takes()) if shot else None
            other = ids[ids.index(here.id) - 1]
            self._core.compared_take = picked.id if picked is not None and picked.id != here.id else other
        return True

    def end_comparison(self) -> None:
        """Show the take at hand alone."""
        self._core.viewing_keys.end_compare()
        self._core.compared_take = ""
        self._core.draw_place()
        self._core.load_take()
