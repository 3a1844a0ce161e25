"""A player of one plan in one picture of a screen: loads it, holds playhead and speed, draws and plays.

The plan is worked out in a thread; frames and sound come from the viewer process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError
from milimo_tui.tui.play.monitor import Monitor
from milimo_tui.tui.play.playback import Shuttle, Stretch
from milimo_tui.tui.play.screen_player import ScreenPlayer
from milimo_tui.tui.widgets.picture import Picture

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import Plan
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.shell.screen import StudioScreen

MakePlan = Callable[[], "Plan"]


class PlanPlayer:
    """Plays what `choose` names; it is loaded by the first key that moves in it."""

    def __init__(
        self,
        screen: StudioScreen,
        picture: str,
        *,
        on_moved: Callable[[], None],
        choose: Callable[[], tuple[str, MakePlan] | None],
    ) -> None:
        """Draw into the picture of that id. `on_moved` is called when the playhead or the speed has changed.

        `choose` gives a key of what is to be played and the work that plans it, done in a thread; None where
        there is nothing.
        """
        self._screen, self._picture_id = screen, picture
        self._on_moved, self._choose = on_moved, choose
        self.key = ""  # of what is loaded
        self.plan: Plan | None = None
        self.frame = 0
        self.shuttle = Shuttle()
        self.screen_player = ScreenPlayer(screen)
        self._lock, self._loading = asyncio.Lock(), asyncio.Lock()
        self._drawn: tuple[str, int, tuple[int, int]] | None = None

    def start(self) -> None:
        """Begin, once the screen has its widgets."""
        self._monitor = Monitor(self._screen.studio_app.pictures, f"{self._screen.MODE}-player")

    def close(self) -> None:
        """Stop, and close the sound device."""
        self.halt()
        self.screen_player.close()

    @property
    def playing(self) -> bool:
        return self.screen_player.playing

    @property
    def _picture(self) -> Picture:
        return self._screen.query_one(f"#{self._picture_id}", Picture)

    # -- what is played --------------------------------------------------------------------------------

    def forget(self) -> None:
        """Unload the plan: something else is to be played."""
        self.halt()
        self.key, self.plan, self.frame, self._drawn = "", None, 0, None

    async def load(self) -> bool:
        """Load what is chosen now, unless it is loaded already; return False where it can't be played."""
        async with self._loading:
            chosen = self._choose()
            if chosen is None:
                return False
            key, make = chosen
            if key == self.key and self.plan is not None:
                return True
            self.forget()
            try:
                self.plan = await self._screen.in_thread(make)
            except MilimoError as error:
                self._screen.studio_app.say_error(error)
                return False
            self.key = key
            return True

    # -- the picture -----------------------------------------------------------------------------------

    def ask_anew(self) -> None:
        """Draw the frame anew at the next call, also where it was drawn: it is wanted in another way."""
        self._drawn = None

    async def draw(self) -> None:
        """Draw the frame under the playhead, where it is not drawn."""
        async with self._lock:
            await self._draw()

    async def _draw(self) -> None:
        plan, picture = self.plan, self._picture
        wanted = (self.key, self.frame, picture.wanted_pixels)
        if plan is None or wanted == self._drawn:
            return
        drawing = await self._monitor.frame(plan, min(self.frame, plan.frames - 1), *wanted[2])
        if picture.is_attached and self.plan is plan:
            picture.show(drawing, self._monitor.trouble or "no picture here")
            self._drawn = wanted

    def _redraw(self) -> None:
        self._on_moved()
        self._screen.background(self.draw, "player-frame")

    # -- playing ---------------------------------------------------------------------------------------

    def halt(self) -> None:
        """Stop playing at the current frame."""
        self.screen_player.stop()
        self.shuttle = Shuttle()

    async def go_to_frame(self, frame: int) -> bool:
        """Put the playhead on a frame, from 0; return False where nothing can be shown."""
        if not await self.load() or self.plan is None:
            return False
        self.halt()
        self.frame = max(0, min(frame, self.plan.frames - 1))
        self._redraw()
        return True

    async def act_play(self, key_command: KeyCommand) -> None:
        """space: play from here, at the end from the start; or stop."""
        if self.playing:
            self.act_shuttle_stop(key_command)
        else:
            await self._start(Shuttle().forward())

    async def act_shuttle_on(self, key_command: KeyCommand) -> None:
        await self._start(self.shuttle.forward())

    async def act_shuttle_back(self, key_command: KeyCommand) -> None:
        await self._start(self.shuttle.backward())

    def act_shuttle_stop(self, key_command: KeyCommand) -> None:
        self.halt()
        self._on_moved()

    async def act_right(self, key_command: KeyCommand) -> None:
        await self.go_to_frame(self.frame + key_command.times)

    async def act_left(self, key_command: KeyCommand) -> None:
        await self.go_to_frame(self.frame - key_command.times)

    async def _start(self, shuttle: Shuttle) -> None:
        if not await self.load() or self.plan is None:
            return
        if shuttle.speed > 0 and self.frame >= self.plan.frames - 1:
            self.frame = 0
        self.screen_player.stop()
        self.shuttle = shuttle
        self._on_moved()
        self._screen.background(partial(self._play, self.plan, shuttle), "play")

    async def _play(self, plan: Plan, shuttle: Shuttle) -> None:
        player = self.screen_player
        turn = player.turn
        out = await player.device(plan.sample_rate) if plan.sounds else None
        if player.turn != turn:
            return
        stretch = Stretch(0, plan.frames)
        try:
            await player.play(
                lambda: plan, [self._monitor], self._show_playing, stretch, self.frame, shuttle.speed, out=out
            )
        except MilimoError as error:
            self._screen.studio_app.say_error(error)
        if player.turn == turn:
            self.shuttle = Shuttle()
            if self._screen.is_attached and self.plan is plan:
                self._redraw()

    async def _show_playing(self, frame: int) -> None:
        """Draw one frame of playback, and wait until it is on the screen."""
        if not self._screen.is_current or not self.playing:
            self.halt()
            return
        self.frame = frame
        await self.draw()
        self._on_moved()
        painted = asyncio.Event()
        self._screen.call_after_refresh(painted.set)
        await painted.wait()
