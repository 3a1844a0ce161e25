"""Playback on a screen of the studio, with the sound device, the meters and the frame count. Frames are drawn
no faster than the connection to the terminal can send them.

Each screen that plays has one `ScreenPlayer`. The screen itself decides what is played and how a frame is
drawn.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from milimo_tui.core.time import frame_to_sample
from milimo_tui.tui.play.meters import Meters
from milimo_tui.tui.play.playback import Player, PlayRange, ShowFrame
from milimo_tui.tui.shell.pace import Pace
from milimo_tui.tui.sound.levels import LevelTrack
from milimo_tui.tui.sound.sound_finder import SoundFinder

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import RenderPlan
    from milimo_tui.tui.play.clock import Speed
    from milimo_tui.tui.play.monitor import Monitor
    from milimo_tui.tui.shell.screen import StudioScreen
    from milimo_tui.tui.sound.sound import SoundOut

PAINTED_SECONDS = 0.5  # Maximum time in seconds to wait until a frame is painted.


class ScreenPlayer:
    """The player of a screen, which plays one source at a time. A new playback ends the previous one.

    `turn` is the number of times that playback was stopped. Code that waits reads `turn` before and after the
    wait; a different number shows that playback was stopped meanwhile.
    """

    def __init__(self, screen: StudioScreen, sound: SoundFinder | None = None) -> None:
        """Create a player for `screen`. If the screen directly under `screen` in the stack of screens plays
        too, `sound` is its sound finder. Both screens then share one sound device, because few machines have
        two.
        """
        self._screen = screen
        self.player: Player | None = None
        self.turn = 0
        self.sound, self._owns_sound = sound or SoundFinder(), sound is None
        self._levels = LevelTrack()

    @property
    def playing(self) -> bool:
        return self.player is not None and self.player.playing

    @property
    def pace(self) -> Pace:
        """The statistics of the present playback, or of the last one: pictures per second, and the numbers of
        shown and dropped frames.
        """
        return self.player.pace if self.player is not None else Pace()

    def stop_playback(self) -> None:
        """End the current playback, also if it has not begun yet."""
        self.turn += 1
        if self.player is not None:
            self.player.stop_playback()

    def close(self) -> None:
        """Stop playback, and close the sound device if this screen opened it."""
        self.stop_playback()
        if self._owns_sound:
            self.sound.close()

    async def find_device(self, sample_rate: int) -> SoundOut | None:
        """Return the sound device. If there is none, return None and show the reason, but only the first
        time.
        """
        out = await self.sound.find_sound_device(sample_rate)
        if out is None and self.sound.reason:
            self._show_message_once(self._screen.with_keys(self.sound.reason))
        return out

    def _show_message_once(self, words: str) -> None:
        if words not in self.sound.said:
            self.sound.said.add(words)
            self._screen.show_message(words)

    def _report_device_fault(self, why: str) -> None:
        """Show a message that the device does not keep time, but only the first time. `why` is the fault."""
        self._show_message_once(f"{why}: the film plays by the machine's clock")

    async def play(
        self,
        plan: Callable[[], RenderPlan],
        monitors: Sequence[Monitor],
        show: ShowFrame,
        stretch: PlayRange,
        start: int,
        speed: Speed,
        *,
        out: SoundOut | None,
    ) -> int:
        """Play the range `stretch` of a plan from frame `start`, and return the last frame shown.

        `plan` is called for each piece of sound, because the plan may change during playback. `show` draws a
        frame through `monitors`; the sound comes from the first monitor. Raises the error if sound cannot be
        read.
        """
        first = plan()
        player = Player(
            first.rate, first.sample_rate, self._make_show_frame(monitors, show), time.monotonic,
            on_left=self._report_device_fault, way_there=self._picture_delay,
        )  # fmt: skip
        if self.player is not None:
            self.player.stop_playback()
        self.player, self._levels = player, LevelTrack()

        async def fetch_sound(sample: int, count: int) -> bytes:
            piece = await monitors[0].read_mix_sound(plan(), sample, count, levels=True)
            self._levels.add_levels(sample, first.sample_rate, piece.levels)
            return piece.pcm

        def read_pace() -> Pace:
            return player.pace

        app = self._screen.studio_app
        app.read_pace = read_pace
        try:
            return await player.play(stretch, start, speed, out=out, fetch=fetch_sound)
        finally:
            if app.read_pace is read_pace:
                app.read_pace = None
            for monitor in monitors:
                monitor.ahead = 0
            if self.player is player:
                self._rest_meters()

    @property
    def _picture_delay(self) -> float:
        """The time in seconds that a picture needs to reach the terminal: half the measured round trip, 0 if
        not measured. Used if the sound is played at the terminal too.
        """
        return (self._screen.studio_app.line.measured.round_trip or 0.0) / 2

    def _make_show_frame(self, monitors: Sequence[Monitor], show: ShowFrame) -> ShowFrame:
        async def show_and_wait(frame: int) -> None:
            player = self.player
            if player is None:
                return
            for monitor in monitors:
                monitor.ahead = player.ahead
            self._move_meters(frame_to_sample(frame, player.rate, player.sample_rate))
            await show(frame)
            await self._wait_until_painted()
            await self._screen.studio_app.wait_until_sent()

        return show_and_wait

    async def _wait_until_painted(self) -> None:
        """Wait until the drawn frame is on the screen. Return at once if this screen is not in front, because
        it is not painted then.
        """
        if self._screen.is_current:
            painted = asyncio.Event()
            self._screen.call_after_refresh(painted.set)
            with suppress(TimeoutError):  # If the screen was closed meanwhile, the frame is never painted.
                await asyncio.wait_for(painted.wait(), PAINTED_SECONDS)

    def _move_meters(self, sample: int) -> None:
        level = self._levels.take_loudest(sample)
        if level is not None and self._screen.is_attached:
            for meters in self._screen.query(Meters):
                meters.show_level(level)

    def _rest_meters(self) -> None:
        if self._screen.is_attached:
            for meters in self._screen.query(Meters):
                meters.start_falling()
