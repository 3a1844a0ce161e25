"""Playing on the timeline: shuttle, play around the edit, loop, scrub sound, and handing over to mpv.

The clock is the sound device where there is one; the picture shows what it can and drops the rest.
"""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError, Unavailable
from milimo_tui.core.time import nominal, sample_at
from milimo_tui.tui.play.mpv import edit_list, to_player
from milimo_tui.tui.play.playback import Player, Shuttle, Stretch
from milimo_tui.tui.play.sound import FoundSound, SoundOut, find_sound
from milimo_tui.tui.timeline.values import view as views

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.edit.trim_session import TrimSession

AROUND_SECONDS = 2  # before and after the edit
REMOTE_REST = 1 / 12  # over SSH: about twelve pictures a second
SCRUB_SECONDS = 0.08  # of sound at each step of the playhead


class Transport:
    """Plays the film: what plays, how fast, and the device that is heard."""

    def __init__(self, core: TimelineCore, trim_session: TrimSession) -> None:
        self._core, self._session = core, trim_session
        self.player: Player | None = None
        self.shuttle = Shuttle()
        self._playing = 0  # which of all playings is the one that counts
        self.loop = False
        self._sound: FoundSound | None = None
        self._looking = asyncio.Lock()
        self._no_sound_reported = False
        self._scrub: asyncio.Task[None] | None = None

    def sign(self) -> str:
        sign = self.shuttle.sign
        return f"{sign} loop" if self.loop else sign

    # -- playing ---------------------------------------------------------------------------------------

    @property
    def playing(self) -> bool:
        return self.player is not None and self.player.playing

    def halt(self) -> None:
        self._stop()
        self.shuttle = self.shuttle.stop()

    def _stop(self) -> None:
        """Stop what plays, or is about to, from moving the playhead."""
        self._playing += 1
        if self.player is not None:
            self.player.stop()

    def act_play(self, key_command: KeyCommand) -> None:
        """Play from here, or stop (space); in TRIM around the edge."""
        if self.shuttle.speed:
            self.halt()
            self._core.redraw()
        elif self._session.trim is not None:
            self.act_play_around(key_command)
        else:
            self._start(Shuttle().forward(), self._stretch())

    def act_shuttle_on(self, key_command: KeyCommand) -> None:
        """Play on, twice as fast with each press (`L`); `4L` at 4×."""
        faster = self.shuttle.forward() if key_command.count is None else self.shuttle.at(key_command.count)
        self._start(faster, self._stretch())

    def act_shuttle_back(self, key_command: KeyCommand) -> None:
        faster = (
            self.shuttle.backward() if key_command.count is None else self.shuttle.back_at(key_command.count)
        )
        self._start(faster, self._stretch())

    def act_shuttle_stop(self, key_command: KeyCommand) -> None:
        """Stop (`K`); where it stands already, switch to slow.

        A terminal can't tell that K is held with J or L.
        """
        if not self.shuttle.speed:
            self.shuttle = self.shuttle.other_pace()
            pace = f"playing begins at {'a quarter' if self.shuttle.slow else 'normal speed'}"
            self._core.say(
                pace, hint="{ui.shuttle_stop} again changes it; {ui.move frame_back} {ui.move frame_on} step"
            )
        self.halt()
        self._core.redraw()

    def act_play_around(self, key_command: KeyCommand) -> None:
        """Play from two seconds before the nearest edit to two behind it, then go back."""
        edge = self._session.around()
        around = AROUND_SECONDS * nominal(self._core.cutting.rate)
        at = self._core.playhead if edge is None else edge
        stretch = Stretch(max(0, at - around), min(self._core.cutting.frames, at + around))
        self._start(Shuttle().forward(), stretch, start=stretch.start, back_to=self._core.playhead)

    def act_loop(self, key_command: KeyCommand) -> None:
        """Play the marked range again and again, or no more."""
        self.loop = not self.loop
        what = "the marked range" if self._core.cutting.marked else "the whole film"
        self._core.say(f"loops {what}" if self.loop else "plays once", hint="space plays")
        self._core.redraw()

    def _stretch(self) -> Stretch:
        start, end = (self._core.cutting.marked if self.loop else None) or (0, self._core.cutting.frames)
        return Stretch(start, end, self.loop)

    def _start(
        self, shuttle: Shuttle, stretch: Stretch, *, start: int | None = None, back_to: int | None = None
    ) -> None:
        if self._core.plan is None or not self._core.cutting.frames:
            self._core.say("there is nothing to play yet", "warn")
            return
        at = self._core.playhead if start is None else start
        if shuttle.speed > 0 and at >= stretch.end - 1:
            at = stretch.start  # at the end, play begins again
        self._stop()
        self.shuttle = shuttle
        self._core.background(partial(self._play, self._playing, shuttle, stretch, at, back_to), "play")

    async def _play(
        self, turn: int, shuttle: Shuttle, stretch: Stretch, start: int, back_to: int | None
    ) -> None:
        plan = self._core.plan
        out = await self.device()
        if plan is None or turn != self._playing:  # another key came while the device was looked for
            return
        rest = REMOTE_REST if self._core.studio_app.terminal.remote else 0.0
        player = self.player = Player(
            self._core.cutting.rate, plan.sample_rate, self._show_playing, time.monotonic, rest=rest
        )

        async def fetch(first: int, count: int) -> bytes:
            return await self._core.monitor.sound(self._core.plan or plan, first, count)

        try:
            ended = await player.play(stretch, start, shuttle.speed, out=out, fetch=fetch)
        except MilimoError as error:
            self._core.studio_app.say_error(error)
            ended = self._core.playhead
        if turn == self._playing:
            self.shuttle = self.shuttle.stop()
            if self._core.is_attached:
                self._core.go_to(ended if back_to is None else back_to)

    async def _show_playing(self, frame: int) -> None:
        """Draw one frame of playback, and wait until it is on the screen."""
        if not self._core.is_current:
            self.halt()
            return
        self._core.view = views.seek(self._core.view, self._core.cutting, frame)
        await self._core.show_playing(frame)
        self._core.redraw()
        await self._core.painted()

    async def device(self) -> SoundOut | None:
        """Return the sound device; None, after saying why once, where there is none."""
        await self._look_for_sound()
        if self._sound is not None and self._sound.out is None and not self._no_sound_reported:
            self._no_sound_reported = True
            self._core.say(self._sound.reason)
        return self._sound.out if self._sound is not None else None

    async def _look_for_sound(self) -> None:
        """Find the sound device, once."""
        async with self._looking:
            if self._sound is None and self._core.plan is not None:
                rate = self._core.plan.sample_rate
                self._sound = await self._core.in_thread(lambda: find_sound(rate))

    # -- scrubbing -------------------------------------------------------------------------------------

    def scrub(self) -> None:
        """Play a short piece of the mix where the playhead was moved by hand, once the device is known."""
        core = self._core
        if self._sound is None:
            core.background(self._look_for_sound, "sound")
            return
        out = self._sound.out
        if out is not None and not self.playing and core.plan is not None:
            if self._scrub is not None:
                self._scrub.cancel()
            self._scrub = asyncio.create_task(self._sound_here(out))

    def close(self) -> None:
        """Stop, and close the sound device."""
        self.halt()
        if self._sound is not None and self._sound.out is not None:
            self._sound.out.close()

    async def _sound_here(self, out: SoundOut) -> None:
        """Play a short piece of the mix at the playhead."""
        plan = self._core.plan
        if plan is None:
            return
        first = sample_at(self._core.playhead, plan.rate, plan.sample_rate)
        try:
            pcm = await self._core.monitor.sound(plan, first, int(SCRUB_SECONDS * plan.sample_rate))
        except MilimoError:
            return  # a step without its sound is still a step; playing says what is wrong
        out.cut()
        out.feed(pcm)

    # -- mpv -------------------------------------------------------------------------------------------

    async def act_player(self, key_command: KeyCommand) -> None:
        """Play the cut in mpv (`H`), as an edit list where that shows it truly, else as a render."""
        self.halt()
        plan = await self._core.whole_plan()
        if plan is None:
            self._core.say("there is nothing to play yet", "warn")
            return
        start = float(self._core.playhead / plan.rate)
        try:
            target = edit_list(plan)
        except Unavailable as error:
            target = await self._rendered(error.message)
            if not target:
                return
        await to_player(self._core, target, start=start, on_time=self._follow_player)

    def _follow_player(self, seconds: float) -> None:
        self._core.view = views.seek(
            self._core.view, self._core.cutting, int(seconds * float(self._core.cutting.rate) + 0.5)
        )
        self._core.redraw()

    async def _rendered(self, why: str) -> str:
        """Return the film of this very plan; without one, queue a render and say so."""
        outcome = await self._core.studio_app.command("film.render", {"detach": True}, quiet=True)
        if outcome is None:
            return ""
        if outcome.data.get("job") is None:
            return str(outcome.data["film"])
        self._core.say(f"{why}: rendering it first", hint="H again plays it when g j shows it done")
        return ""
