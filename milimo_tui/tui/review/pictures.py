"""The pictures of the Review screen: one take, or two at the same playhead, shown and played.

Plans and facts are worked out in a thread; frames and sound come from the viewer process.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError
from milimo_tui.tui.play.monitor import Monitor
from milimo_tui.tui.play.mpv import to_player
from milimo_tui.tui.play.playback import Player, Shuttle, Stretch
from milimo_tui.tui.play.sound import FoundSound, SoundOut, find_sound
from milimo_tui.tui.widgets.picture import Picture

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import Plan
    from milimo_tui.story.values.film import Story, Take
    from milimo_tui.studio.project.inbox import Check
    from milimo_tui.tui.keys.key_parser import Stroke
    from milimo_tui.tui.shell.screen import StudioScreen

REMOTE_REST = 1 / 12  # over SSH: about twelve pictures a second
PICTURES = ("picture", "other")  # the take at hand, and the one it is compared with

Wanted = tuple[tuple[str, str], int, tuple[int, int], tuple[int, int]]  # plans, frame, sizes in pixels


@dataclass(frozen=True)
class Looked:
    """A take as a plan to be played, and what can be told of it without looking."""

    take: str
    path: str
    plan: Plan
    key: str
    checks: tuple[Check, ...]


class ReviewPicture:
    """What is played, where the playhead is, and how it moves."""

    def __init__(self, screen: StudioScreen, *, moved: Callable[[], None], known: Callable[[], None]) -> None:
        """`moved`: the playhead or the speed is another one. `known`: the take at hand was looked at, its
        checks and its plan are here.
        """
        self._screen, self._moved, self._known = screen, moved, known
        self._monitors: dict[str, Monitor] = {}
        self.looked: Looked | None = None
        self.beside: Looked | None = None
        self.frame = 0
        self.player: Player | None = None
        self.shuttle = Shuttle()
        self._lock = asyncio.Lock()
        self._wanted: Wanted | None = None
        self._drawn: Wanted | None = None
        self._sound: FoundSound | None = None
        self._told = False

    def start(self) -> None:
        """The screen has its widgets."""
        pictures = self._screen.studio_app.pictures
        self._monitors = {id: Monitor(pictures, f"review-{id}") for id in PICTURES}

    def close(self) -> None:
        """The screen goes."""
        self.halt()
        if self._sound is not None and self._sound.out is not None:
            self._sound.out.close()

    # -- which take ----------------------------------------------------------------------------------

    async def look_at(self, story: Story, take: Take | None, beside: Take | None = None) -> None:
        """Get a take ready to be played, and one to compare it with; None for none.

        The playhead stays where it is, and what plays goes on where it is the same take.
        """
        if self.looked is None or take is None or self.looked.take != take.id:
            self.halt()
        before = self._keys
        paths = self._screen.studio_app.studio.project().paths

        def look(take: Take | None) -> Looked | None:
            from milimo_tui.studio.project.inbox import checks
            from milimo_tui.studio.render.render_plan import plan_of_take

            if take is None:
                return None
            plan = plan_of_take(story, paths, take)
            media = plan.stretches[0].pictures()[0].media
            there = media.kind != "offline"
            return Looked(take.id, media.path, plan, plan.signature(), checks(story, take, there=there))

        try:
            self.looked, self.beside = await self._screen.in_thread(lambda: (look(take), look(beside)))
        except MilimoError as error:
            self.looked = self.beside = None
            self._screen.studio_app.say_error(error)
        self._known()
        if self._keys != before:
            self.frame = min(self.frame, max(0, self.frames - 1))
            self._drawn = None
            self.ask_frame()

    @property
    def _keys(self) -> tuple[str, str]:
        """What is to be drawn, by the signatures of the plans."""
        return self.looked.key if self.looked else "", self.beside.key if self.beside else ""

    @property
    def frames(self) -> int:
        """How many frames the take at hand has."""
        return self.looked.plan.frames if self.looked else 0

    # -- the picture ---------------------------------------------------------------------------------

    def ask_anew(self) -> None:
        """A picture has another size."""
        self._drawn = None
        self.ask_frame()

    def ask_frame(self) -> None:
        """Ask for the frame under the playhead; only the newest ask is answered."""
        if self.looked is None:
            return
        self._wanted = self._wish(self.frame)
        if self._wanted != self._drawn:
            self._screen.background(self._show_newest, "frames")
        self._moved()

    def _wish(self, frame: int) -> Wanted:
        one, other = (self._screen.query_one(f"#{id}", Picture).wanted_pixels for id in PICTURES)
        return self._keys, frame, one, other

    async def _show_newest(self) -> None:
        """One request at a time: when it is back the newest wish is next, those between are dropped."""
        if self._lock.locked():
            return
        async with self._lock:
            while self._wanted is not None and self._wanted != self._drawn:
                wanted = self._wanted
                await self._show(wanted)
                self._drawn = wanted

    async def _show(self, wanted: Wanted) -> None:
        """Fetch a frame of each take and draw it; words where there is none."""
        keys, frame, *sizes = wanted
        for id, looked, key, (wide, high) in zip(
            PICTURES, (self.looked, self.beside), keys, sizes, strict=True
        ):
            if looked is None or looked.key != key or not self._screen.is_attached:
                continue
            monitor = self._monitors[id]
            pixels = await monitor.frame(looked.plan, min(frame, looked.plan.frames - 1), wide, high)
            picture = self._screen.query_one(f"#{id}", Picture)
            if picture.is_attached:
                picture.show(pixels, monitor.trouble or "no picture here")

    # -- playing -------------------------------------------------------------------------------------

    @property
    def playing(self) -> bool:
        return self.player is not None and self.player.playing

    def halt(self) -> None:
        """Stop what plays, where it is."""
        if self.player is not None:
            self.player.stop()
        self.shuttle = Shuttle()

    def forget(self) -> None:
        """Another take is at hand: nothing of it is known yet, and its first frame is meant."""
        self.halt()
        self.looked = self.beside = None
        self.frame = 0

    def go_to_frame(self, frame: int) -> bool:
        """Put the playhead on a frame of the take, from 0."""
        if self.looked is None:
            return False
        self.halt()
        self.frame = max(0, min(frame, self.frames - 1))
        self.ask_frame()
        return True

    def act_play(self, stroke: Stroke) -> None:
        """space: play from here, at the end from the start; or stop."""
        if self.playing:
            self.halt()
            self._moved()
        else:
            self._start(Shuttle().forward())

    def act_shuttle_on(self, stroke: Stroke) -> None:
        self._start(self.shuttle.forward())

    def act_shuttle_back(self, stroke: Stroke) -> None:
        self._start(self.shuttle.backward())

    def act_shuttle_stop(self, stroke: Stroke) -> None:
        self.halt()
        self._moved()

    def act_right(self, stroke: Stroke) -> None:
        self.go_to_frame(self.frame + stroke.times)

    def act_left(self, stroke: Stroke) -> None:
        self.go_to_frame(self.frame - stroke.times)

    def _start(self, shuttle: Shuttle) -> None:
        if self.looked is None:
            self._screen.say("there is nothing to play here", "warn", "; goes to the next one")
            return
        if shuttle.speed > 0 and self.frame >= self.frames - 1:
            self.frame = 0
        if self.player is not None:
            self.player.stop()
        self.shuttle = shuttle
        self._screen.background(partial(self._play, self.looked, shuttle), "play")

    async def _play(self, looked: Looked, shuttle: Shuttle) -> None:
        plan = looked.plan
        out = await self._device(plan.sample_rate) if plan.sounds else None
        rest = REMOTE_REST if self._screen.studio_app.terminal.remote else 0.0
        player = self.player = Player(
            plan.rate, plan.sample_rate, self._show_playing, time.monotonic, rest=rest
        )

        async def fetch(first: int, count: int) -> bytes:
            return await self._monitors["picture"].sound(plan, first, count)

        try:
            await player.play(Stretch(0, plan.frames), self.frame, shuttle.speed, out=out, fetch=fetch)
        except MilimoError as error:
            self._screen.studio_app.say_error(error)
        if self.player is player:
            self.shuttle = Shuttle()
            if self._screen.is_attached:
                self.ask_frame()

    async def _show_playing(self, frame: int) -> None:
        """Draw one frame of playback, and wait until it is on the screen."""
        if not self._screen.is_current or not self.playing:
            self.halt()
            return
        self.frame = frame
        async with self._lock:
            wanted = self._wanted = self._wish(frame)
            await self._show(wanted)
            self._drawn = wanted
        self._moved()
        drawn = asyncio.Event()
        self._screen.call_after_refresh(drawn.set)
        await drawn.wait()

    async def _device(self, sample_rate: int) -> SoundOut | None:
        """The sound device; the reason where there is none is said once."""
        if self._sound is None:
            self._sound = await self._screen.in_thread(lambda: find_sound(sample_rate))
        if self._sound.out is None and not self._told:
            self._told = True
            self._screen.say(self._sound.reason)
        return self._sound.out

    # -- elsewhere -----------------------------------------------------------------------------------

    async def act_player(self, stroke: Stroke) -> None:
        """H: the take in mpv, from the playhead."""
        self.halt()
        if self.looked is None or not self.looked.path:
            self._screen.say("there is nothing to play here", "warn", "; goes to the next one")
            return
        rate = self.looked.plan.rate
        await to_player(
            self._screen, self.looked.path, start=float(self.frame / rate), on_time=self._follow_player
        )

    def _follow_player(self, seconds: float) -> None:
        if self.looked is not None:
            at = int(seconds * float(self.looked.plan.rate) + 0.5)
            self.frame = max(0, min(at, self.frames - 1))
            self._moved()

    def shown_file(self) -> str:
        """The path of the take at hand; empty for none."""
        return self.looked.path if self.looked else ""
