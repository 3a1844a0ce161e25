"""Actions on the shown take: pick, reject, rate, or make it again at full quality. For a failed job: retry it
or open its shot.

Every action runs a command of the registry.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.mask.opening import open_mask_screen
from milimo_tui.tui.shot.retake_form import ask_retake
from milimo_tui.tui.shot.take_sounds import ask_take_sound

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.review.review_view import ReviewView

ASKED_FROM = 60  # Seconds of work above which the user is asked before the work starts.


class TakeActions:
    """The part of the Review screen with the keys that act on the shown take."""

    def __init__(self, core: ReviewView) -> None:
        self._core = core

    def get_take_command_args(self, command: str, key_command: KeyCommand) -> Mapping[str, Any] | None:
        """Return the arguments of a command bound to a key; None if no take or item is shown that the command
        could act on.
        """
        take = self._core.take
        if command == "shot.rate":
            if take is None:
                return None
            if not key_command.argument.isdigit() or not 0 <= int(key_command.argument) <= 5:
                self._core.show_message("a take can have 1 to 5 stars; 0 removes them", "warn")
                return None
            return {"id": take.shot, "take": take.id, "rating": int(key_command.argument)}
        if command == "review.comment":
            return {"take": take.id} if take else None
        if command == "review.seen":
            return {"ids": (self._core.item.item_id,)} if self._core.item else None
        return {"id": self._core.item.shot} if self._core.item and self._core.item.shot else {}

    async def pick_or_open_log(self) -> None:
        """Pick the shown take. If the item is a failed job, open the job's log."""
        if self._core.take is not None:
            await self.pick_shown_take()
        elif self._core.item is not None:
            await self._core.studio_app.go_to_job(self._core.item.job)

    async def pick_shown_take(self) -> bool:
        """Pick the shown take. Return True if it is the picked take afterwards."""
        take = self._core.take
        return take is not None and bool(
            await self._core.run_and_wait("shot.pick", id=take.shot, take=take.id)
        )

    @action
    async def act_delete(self, key_command: KeyCommand) -> None:
        """Reject the shown take, or undo its rejection (`x`)."""
        take = self._core.take
        if take is None:
            self._core.show_message("only a take can be rejected", "warn", "{ui.next_item} skips this item")
            return
        judged = {"accept": True} if take.rejected else {"reject": True}
        await self._core.run_and_wait("shot.rate", id=take.shot, take=take.id, **judged)

    @action
    async def act_finish(self, key_command: KeyCommand) -> None:
        """Make the shown take again at full quality (`c c`). Ask first if this takes more than a minute."""
        take = self._core.take
        if take is None:
            self._core.show_message(
                "only a take can be finished",
                "warn",
                "{ui.edit} opens the shot; {shot:shot.make} there makes one",
            )
            return
        app = self._core.studio_app
        take_args = {"id": take.shot, "take": take.id}
        planned = await app.run_and_wait("shot.finish", {**take_args, "dry_run": True}, quiet=True)
        if planned is None:
            return
        seconds = planned.data["estimate"]["seconds"]
        if (seconds is None or seconds > ASKED_FROM) and not await self._core.confirm(
            f"{planned.message}. Make it?"
        ):
            return
        await self._core.run_and_wait("shot.finish", **take_args, detach=True)

    @action
    async def act_retake(self, key_command: KeyCommand) -> None:
        """Make a new take in which part of the shown take is generated again, or which is twice its size (`c
        r`). The shown take does not change.
        """
        take, item = self._core.take, self._core.item
        if take is None or item is None:
            self._core.show_message("only a take can be changed", "warn", "{ui.edit} opens the shot")
            return
        await ask_retake(self._core, f"{item.number}  retake", take.shot, take.id)

    @action
    async def act_take_sound(self, key_command: KeyCommand) -> None:
        """Make new sound for the shown take, extend the take, or change its spoken words (`c s`)."""
        take, film = self._core.take, self._core.film
        if take is None or film is None:
            self._core.show_message("only a take can get a sound", "warn", "{ui.next_item} skips this item")
            return
        await ask_take_sound(self._core, film.story, take.shot, take)

    @action
    def act_mask(self, key_command: KeyCommand) -> None:
        """Open the mask screen on the shown take, at the current frame (`Z k`)."""
        take, film = self._core.take, self._core.film
        player = self._core.take_player
        player.halt_playback()
        seconds = player.frame / film.story.project.rate if film is not None else 0
        open_mask_screen(self._core, take.id if take is not None else "", seconds)

    @action
    async def act_unsee(self, key_command: KeyCommand) -> None:
        """Mark the item as not reviewed (`w`), so that it is listed as new again."""
        item = self._core.item
        if item is not None:
            number = item.number
            done = await self._core.studio_app.run_and_wait(
                "review.seen", {"ids": (item.item_id,), "again": True}, quiet=True
            )
            if done is not None:
                self._core.show_message(f"{number} counts as new again", "good")

    @action
    async def act_retry(self, key_command: KeyCommand) -> None:
        """Run a failed job again, unchanged (`r`)."""
        item = self._core.item
        if item is None or item.take or item.state.value == "again":
            self._core.show_message(
                "only a failed job can be tried again",
                "warn",
                "{ui.edit} opens the shot; {shot:shot.make} there makes another take",
            )
            return
        await self._core.run_and_wait("job.retry", ids=[item.job])

    @action
    def act_edit(self, key_command: KeyCommand) -> None:
        """Open the item's shot, to change what is requested for its takes (`e`)."""
        from milimo_tui.tui.shot.shot import ShotScreen

        if self._core.item is None or not self._core.item.shot:
            self._core.show_message("this item has no shot", "warn")
            return
        self._core.take_player.halt_playback()
        self._core.app.push_screen(ShotScreen(self._core.item.shot))
