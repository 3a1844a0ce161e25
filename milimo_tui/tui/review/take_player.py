"""The pictures of the Review screen: one take, or two at the same playhead, shown and played.

Plans and facts are worked out in a thread; frames and sound come from the viewer process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError, Unavailable
from milimo_tui.media.scopes.viewing import Viewing
from milimo_tui.tui.play.monitor import Monitor, PlanFrame
from milimo_tui.tui.play.mpv import to_player
from milimo_tui.tui.play.play_source import PlaySource
from milimo_tui.tui.play.playback import Shuttle, Stretch
from milimo_tui.tui.play.player_screen import Opening, PlayerScreen
from milimo_tui.tui.play.screen_player import ScreenPlayer
from milimo_tui.tui.shell.player_listener import PlayerListener
from milimo_tui.tui.widgets.picture import Picture

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import Plan
    from milimo_tui.story.values.film import Story, Take
    from milimo_tui.studio.project.inbox import Check
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.play.viewing_keys import ViewingKeys
    from milimo_tui.tui.shell.screen import StudioScreen

PICTURES = ("picture", "other")  # the take at hand, and the one it is compared with

# plans, frame, sizes in pixels, and how they are viewed
FrameRequest = tuple[tuple[str, str], int, tuple[int, int], tuple[int, int], Viewing, PlanFrame | None]


@dataclass(frozen=True)
class LoadedTake:
    """A take as a plan to be played, with the checks that its record gives."""

    take: str
    path: str
    plan: Plan
    key: str
    checks: tuple[Check, ...]


class TakePlayer:
    """Holds the loaded takes, the playhead and its speed; draws and plays."""

    def __init__(
        self,
        screen: StudioScreen,
        viewing_keys: ViewingKeys[PlanFrame],
        *,
        on_moved: Callable[[], None],
        on_loaded: Callable[[], None],
    ) -> None:
        """Play on `screen`, seen as `viewing_keys` have it.

        `on_moved` is called when the playhead or the speed has changed, `on_loaded` when a take is loaded:
        its plan and its checks are known then.
        """
        self._screen, self._on_moved, self._on_loaded = screen, on_moved, on_loaded
        self._viewing_keys = viewing_keys
        self._monitors: dict[str, Monitor] = {}
        self.loaded: LoadedTake | None = None
        self.loaded_beside: LoadedTake | None = None
        self.frame = 0
        self.screen_player = ScreenPlayer(screen)
        self.shuttle = Shuttle()
        self._lock = asyncio.Lock()
        self._requested: FrameRequest | None = None
        self._drawn: FrameRequest | None = None

    def start(self) -> None:
        """Begin, once the screen has its widgets."""
        pictures = self._screen.studio_app.pictures
        self._monitors = {id: Monitor(pictures, f"review-{id}") for id in PICTURES}

    def close(self) -> None:
        """Stop, and close the sound device."""
        self.halt()
        self.screen_player.close()

    # -- which take ----------------------------------------------------------------------------------

    async def load(self, story: Story, take: Take | None, beside: Take | None = None) -> None:
        """Load a take for playing, and one to compare it with; None for none.

        The playhead stays where it is; the same take goes on playing.
        """
        if self.loaded is None or take is None or self.loaded.take != take.id:
            self.halt()
        before = self._keys
        paths = self._screen.studio_app.studio.project().paths

        def load_one(take: Take | None) -> LoadedTake | None:
            from milimo_tui.studio.project.inbox import checks
            from milimo_tui.studio.render.render_plan import plan_of_take

            if take is None:
                return None
            plan = plan_of_take(story, paths, take)
            media = plan.stretches[0].pictures()[0].media
            there = media.kind != "offline"
            return LoadedTake(take.id, media.path, plan, plan.signature(), checks(story, take, there=there))

        try:
            self.loaded, self.loaded_beside = await self._screen.in_thread(
                lambda: (load_one(take), load_one(beside))
            )
        except MilimoError as error:
            self.loaded = self.loaded_beside = None
            self._screen.studio_app.say_error(error)
        self._on_loaded()
        if self._keys != before:
            self.frame = min(self.frame, max(0, self.frames - 1))
            self._drawn = None
            self.ask_frame()

    @property
    def _keys(self) -> tuple[str, str]:
        """The signatures of the plans to be drawn."""
        return self.loaded.key if self.loaded else "", self.loaded_beside.key if self.loaded_beside else ""

    @property
    def frames(self) -> int:
        """The number of frames of the shown take; 0 for none."""
        return self.loaded.plan.frames if self.loaded else 0

    # -- the picture ---------------------------------------------------------------------------------

    def ask_anew(self) -> None:
        """Ask for the frame again, at another size."""
        self._drawn = None
        self.ask_frame()

    def ask_frame(self) -> None:
        """Ask for the frame under the playhead; only the newest request is answered."""
        if self.loaded is None:
            return
        self._requested = self._request(self.frame)
        if self._requested != self._drawn:
            self._screen.background(self._show_newest, "frames")
        self._on_moved()

    def _request(self, frame: int) -> FrameRequest:
        one, other = (self._screen.query_one(f"#{id}", Picture).wanted_pixels for id in PICTURES)
        return self._keys, frame, one, other, self._viewing_keys.viewing, self._viewing_keys.beside

    async def _show_newest(self) -> None:
        """Show requests one at a time: after each the newest is next, those between are dropped."""
        if self._lock.locked():
            return
        async with self._lock:
            while self._requested is not None and self._requested != self._drawn:
                request = self._requested
                await self._show(request)
                self._drawn = request

    async def _show(self, request: FrameRequest) -> None:
        """Fetch a frame of each take and draw it; words where there is none."""
        keys, frame, one, other, viewing, beside = request
        for id, loaded, key, (wide, high) in zip(
            PICTURES, (self.loaded, self.loaded_beside), keys, (one, other), strict=True
        ):
            if loaded is None or loaded.key != key or not self._screen.is_attached:
                continue
            if viewing.compare and id != PICTURES[0]:
                continue  # both are in the first
            monitor = self._monitors[id]
            at = min(frame, loaded.plan.frames - 1)
            drawing = await monitor.frame(loaded.plan, at, wide, high, viewing=viewing, beside=beside)
            picture = self._screen.query_one(f"#{id}", Picture)
            if picture.is_attached:
                if id == PICTURES[0]:
                    self._viewing_keys.show_facts(monitor.facts)
                picture.show(drawing, monitor.trouble or "no picture here")

    def frame_of(self, loaded: LoadedTake | None) -> PlanFrame | None:
        """Return the frame of a loaded take at the playhead, its last where it is shorter."""
        if loaded is None:
            return None
        return PlanFrame(loaded.plan, loaded.key, min(self.frame, loaded.plan.frames - 1))

    # -- playing -------------------------------------------------------------------------------------

    @property
    def playing(self) -> bool:
        return self.screen_player.playing

    def halt(self) -> None:
        """Stop playing at the current frame."""
        self.screen_player.stop()
        self.shuttle = Shuttle()

    def forget(self) -> None:
        """Unload the takes and go to the first frame."""
        self.halt()
        self.loaded = self.loaded_beside = None
        self.frame = 0

    def go_to_frame(self, frame: int) -> bool:
        """Put the playhead on a frame of the take, from 0."""
        if self.loaded is None:
            return False
        self.halt()
        self.frame = max(0, min(frame, self.frames - 1))
        self.ask_frame()
        return True

    def act_play(self, key_command: KeyCommand) -> None:
        """space: play from here, at the end from the start; or stop."""
        if self.playing:
            self.halt()
            self._on_moved()
        else:
            self._start(Shuttle().forward())

    def act_shuttle_on(self, key_command: KeyCommand) -> None:
        self._start(self.shuttle.forward())

    def act_shuttle_back(self, key_command: KeyCommand) -> None:
        self._start(self.shuttle.backward())

    def act_shuttle_stop(self, key_command: KeyCommand) -> None:
        self.halt()
        self._on_moved()

    def act_right(self, key_command: KeyCommand) -> None:
        self.go_to_frame(self.frame + key_command.times)

    def act_left(self, key_command: KeyCommand) -> None:
        self.go_to_frame(self.frame - key_command.times)

    def _start(self, shuttle: Shuttle) -> None:
        if self.loaded is None:
            self._screen.say("there is nothing to play here", "warn", "; goes to the next one")
            return
        if shuttle.speed > 0 and self.frame >= self.frames - 1:
            self.frame = 0
        self.screen_player.stop()
        self.shuttle = shuttle
        self._screen.background(partial(self._play, self.loaded, shuttle), "play")

    async def _play(self, loaded: LoadedTake, shuttle: Shuttle) -> None:
        plan = loaded.plan
        player = self.screen_player
        turn = player.turn
        out = await player.device(plan.sample_rate) if plan.sounds else None
        if player.turn != turn:
            return
        monitors = [self._monitors[id] for id in PICTURES[: 2 if self.loaded_beside else 1]]
        try:
            await player.play(
                lambda: plan,
                monitors,
                self._show_playing,
                Stretch(0, plan.frames),
                self.frame,
                shuttle.speed,
                out=out,
            )
        except MilimoError as error:
            self._screen.studio_app.say_error(error)
        if player.turn == turn:
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
            request = self._requested = self._request(frame)
            await self._show(request)
            self._drawn = request
        self._on_moved()
        drawn = asyncio.Event()
        self._screen.call_after_refresh(drawn.set)
        await drawn.wait()

    def act_full_screen(self, key_command: KeyCommand) -> None:
        """F: show the take alone, or the two that are compared, in step."""
        opening = Opening(self.frame, self.shuttle, self._go_back, sound=self.screen_player.sound)
        self.halt()
        self._screen.app.push_screen(PlayerScreen(self._source, opening))

    def _go_back(self, frame: int) -> None:
        self.go_to_frame(frame)

    async def _source(self) -> PlaySource:
        if self.loaded is None:
            raise Unavailable("there is nothing to play here", "; goes to the next one")
        shown = (self.loaded, self.loaded_beside) if self.loaded_beside else (self.loaded,)
        return PlaySource(tuple(one.plan for one in shown), self.loaded.plan.name)

    # -- elsewhere -----------------------------------------------------------------------------------

    async def act_player(self, key_command: KeyCommand) -> None:
        """H: open the take in mpv, from the playhead."""
        self.halt()
        if self.loaded is None or not self.loaded.path:
            self._screen.say("there is nothing to play here", "warn", "; goes to the next one")
            return
        rate = self.loaded.plan.rate
        await to_player(
            self._screen.studio_app,
            self.loaded.path,
            start=float(self.frame / rate),
            listener=PlayerListener(on_time=self._follow_player),
        )

    def _follow_player(self, seconds: float) -> None:
        if self.loaded is not None:
            at = int(seconds * float(self.loaded.plan.rate) + 0.5)
            self.frame = max(0, min(at, self.frames - 1))
            self._on_moved()

    def played_words(self) -> tuple[str, ...]:
        """Return what `milimo play` is told to play the shown take; empty for none."""
        return (self.loaded.take,) if self.loaded else ()

    def shown_file(self) -> str:
        """Return the path of the shown take; empty for none."""
        return self.loaded.path if self.loaded else ""
