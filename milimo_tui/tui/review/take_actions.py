"""Actions on the take that is shown: pick, reject, rate, finish; on a failure: retry, open its shot.

Every action is a command of the registry.
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

ASKED_FROM = 60  # Seconds of work above which the user is asked first.


class TakeActions:
    """The actions on the take that is shown."""

    def __init__(self, core: ReviewView) -> None:
        self._core = core

    def get_take_command_args(self, command: str, key_command: KeyCommand) -> Mapping[str, Any] | None:
        """Return the arguments of a command bound to a key; None if there is nothing to act on."""
        take = self._core.take
        if command == "shot.rate":
            if take is None:
                return None
            if not key_command.argument.isdigit() or not 0 <= int(key_command.argument) <= 5:
                self._core.show_message("a take has 1 to 5 stars, 0 removes them", "warn")
                return None
            return {"id": take.shot, "take": take.id, "rating": int(key_command.argument)}
        if command == "review.comment":
            return {"take": take.id} if take else None
        if command == "review.seen":
            return {"ids": (self._core.item.item_id,)} if self._core.item else None
        return {"id": self._core.item.shot} if self._core.item and self._core.item.shot else {}

    async def pick_or_open_log(self) -> None:
        """Pick the take that is shown; for a failure, open its log."""
        if self._core.take is not None:
            await self.pick_shown_take()
        elif self._core.item is not None:
            await self._core.studio_app.go_to_job(self._core.item.job)

    async def pick_shown_take(self) -> bool:
        """Pick the take that is shown; return True if it is picked."""
        take = self._core.take
        return take is not None and bool(
            await self._core.run_and_wait("shot.pick", id=take.shot, take=take.id)
        )

    @action
    async def act_delete(self, key_command: KeyCommand) -> None:
        """x: reject the take that is shown, or undo its rejection."""
        take = self._core.take
        if take is None:
            self._core.show_message("only a take can be rejected", "warn", "{ui.next_item} skips this item")
            return
        judged = {"accept": True} if take.rejected else {"reject": True}
        await self._core.run_and_wait("shot.rate", id=take.shot, take=take.id, **judged)

    @action
    async def act_finish(self, key_command: KeyCommand) -> None:
        """c c: make the take that is shown again at full quality; over a minute of work asks first."""
        take = self._core.take
        if take is None:
            self._core.show_message(
                "only a take can be finished",
                "warn",
                "{ui.edit} opens the shot; {shot:shot.make} there makes one",
            )
            return
        app = self._core.studio_app
        asked = {"id": take.shot, "take": take.id}
        planned = await app.run_and_wait("shot.finish", {**asked, "dry_run": True}, quiet=True)
        if planned is None:
            return
        seconds = planned.data["estimate"]["seconds"]
        if (seconds is None or seconds > ASKED_FROM) and not await self._core.confirm(
            f"{planned.message}. Make it?"
        ):
            return
        await self._core.run_and_wait("shot.finish", **asked, detach=True)

    @action
    async def act_retake(self, key_command: KeyCommand) -> None:
        """c r: make a part of the shown take again, or the take at twice the size; the shown take is
        preserved.
        """
        take, item = self._core.take, self._core.item
        if take is None or item is None:
            self._core.show_message("only a take can be changed", "warn", "{ui.edit} opens the shot")
            return
        await ask_retake(self._core, f"{item.number}  a take changed", take.shot, take.id)

    @action
    async def act_take_sound(self, key_command: KeyCommand) -> None:
        """c s: make new sound for the take that is shown, extend it, or change its words."""
        take, film = self._core.take, self._core.film
        if take is None or film is None:
            self._core.show_message("only a take can get a sound", "warn", "{ui.next_item} skips this item")
            return
        await ask_take_sound(self._core, film.story, take.shot, take)

    @action
    def act_mask(self, key_command: KeyCommand) -> None:
        """Z k: open masks on the take that is shown, at this frame."""
        take, film = self._core.take, self._core.film
        player = self._core.take_player
        player.halt_playback()
        seconds = player.frame / film.story.project.rate if film is not None else 0
        open_mask_screen(self._core, take.id if take is not None else "", seconds)

    @action
    async def act_unsee(self, key_command: KeyCommand) -> None:
        """w: mark the item as not reviewed, so that it is listed again."""
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
        """r: retry a failed job, unchanged."""
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
        """e: open the shot, to change its request."""
        from milimo_tui.tui.shot.shot import ShotScreen

        if self._core.item is None or not self._core.item.shot:
            self._core.show_message("this item has no shot", "warn")
            return
        self._core.take_player.halt_playback()
        self._core.app.push_screen(ShotScreen(self._core.item.shot))
