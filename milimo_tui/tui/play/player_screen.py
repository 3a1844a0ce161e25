"""The film alone: one picture as large as the terminal, or two in step, with a thin bar at the bottom.

`PlayerScreen` is given what loads its source, so that it stands at once and can load anew when the film has
changed. The bar hides after two seconds of playing without a key.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.timer import Timer

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.time import nominal
from milimo_tui.tui.play.meters import Meters
from milimo_tui.tui.play.monitor import Monitor
from milimo_tui.tui.play.play_source import PlaySource, bar_text
from milimo_tui.tui.play.playback import Shuttle, Stretch
from milimo_tui.tui.play.screen_player import ScreenPlayer
from milimo_tui.tui.shell.messages import message_line
from milimo_tui.tui.shell.screen import StudioScreen
from milimo_tui.tui.widgets.empty import TooSmall
from milimo_tui.tui.widgets.hints import Hints
from milimo_tui.tui.widgets.lines import Line, StatusLine, WrappedMessage
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from rich.text import Text

    from milimo_tui.studio.session.studio import Snapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.play.pace import Pace
    from milimo_tui.tui.sound.sound_finder import SoundFinder

BAR_SECONDS = 2.0
PICTURES = ("picture", "other")

LoadSource = Callable[[], Awaitable[PlaySource]]  # raises MilimoError: why there is nothing to play
Marked = Callable[[int | None, int | None], Awaitable[None]]


@dataclass(frozen=True)
class Opening:
    """How the player begins, and what the screen below it hears.

    `left` is told the frame on which it was left, `marked` new marks of in and out, which the source then
    has; `sound` is the device of the screen below.
    """

    frame: int = 0
    shuttle: Shuttle = field(default_factory=Shuttle)
    left: Callable[[int], None] = lambda frame: None
    marked: Marked | None = None
    sound: SoundFinder | None = None


class PlayerScreen(StudioScreen):
    """Plays one source; Esc or F goes back to where one was."""

    MODE = "player"
    TITLE = "Player"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("player", "global")
    CSS_PATH = "player_screen.tcss"

    def __init__(self, load: LoadSource, opening: Opening) -> None:
        super().__init__()
        self._load, self._opening = load, opening
        self.source: PlaySource | None = None
        self.frame = opening.frame
        self.shuttle = Shuttle()
        self.loop = False
        self.bar_seconds, self.is_bar_hidden = BAR_SECONDS, False
        self.screen_player = ScreenPlayer(self, opening.sound)
        self._monitors: tuple[Monitor, ...] = ()
        self._lock = asyncio.Lock()
        self._requested: object = None
        self._drawn: object = None
        self._hiding: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Horizontal(*[Picture(id=id) for id in PICTURES], id="body")
        yield Horizontal(Line(id="bar"), Meters(id="meters"), id="foot")
        yield Prompt(id="prompt")
        yield StatusLine(id="status")
        yield Hints()
        yield WrappedMessage()
        yield TooSmall()

    def on_mount(self) -> None:
        pictures = self.studio_app.pictures
        self._monitors = tuple(Monitor(pictures, f"player-{id}") for id in PICTURES)
        self.query_one("#other").display = False

    def on_unmount(self) -> None:
        self.screen_player.close()

    # -- what is played ------------------------------------------------------------------------------

    def show_film(self, film: Snapshot | None) -> None:
        """Load the source, again where the film has changed: what plays goes on."""
        self.background(self._load_source, "load", exclusive=True)

    async def _load_source(self) -> None:
        first = self.source is None
        try:
            self.source = await self._load()
        except MilimoError as error:
            self.source = None
            self.halt()
            self.query_one("#picture", Picture).show(None, error.message)
            self._draw_bar()
            return
        self.query_one("#other").display = len(self.source.plans) > 1
        self.frame = max(0, min(self.frame, self.source.frames - 1))
        self._drawn = None
        self.ask_frame()
        if first and self._opening.shuttle.speed:
            self._start(self._opening.shuttle)
        self.wake()

    @property
    def pace(self) -> Pace:
        return self.screen_player.pace

    @property
    def playing(self) -> bool:
        return self.screen_player.playing

    # -- the picture ---------------------------------------------------------------------------------

    def on_picture_resized(self, event: Picture.Resized) -> None:
        self._drawn = None
        self.ask_frame()

    def ask_frame(self) -> None:
        """Ask for the frame under the playhead; only the newest request is answered."""
        if self.source is None:
            return
        self._requested = self._request(self.frame)
        if self._requested != self._drawn:
            self.background(self._show_newest, "frames")
        self._draw_bar()

    def _request(self, frame: int) -> tuple[object, ...]:
        sizes = [self.query_one(f"#{id}", Picture).wanted_pixels for id in PICTURES]
        return self.source, frame, tuple(sizes)

    async def _show_newest(self) -> None:
        if self._lock.locked():
            return
        async with self._lock:
            while self._requested is not None and self._requested != self._drawn:
                request = self._requested
                await self._show(self.frame)
                self._drawn = request

    async def _show(self, frame: int) -> None:
        """Fetch the frame of each plan and draw it: both are here before either is shown."""
        source = self.source
        if source is None or not self.is_attached:
            return
        pictures = [self.query_one(f"#{id}", Picture) for id in PICTURES[: len(source.plans)]]
        monitors = self._monitors[: len(source.plans)]
        drawings = await asyncio.gather(
            *[
                monitor.frame(plan, min(frame, plan.frames - 1), *picture.wanted_pixels)
                for monitor, plan, picture in zip(monitors, source.plans, pictures, strict=True)
            ]
        )
        for monitor, picture, drawing in zip(monitors, pictures, drawings, strict=True):
            if picture.is_attached:
                picture.show(drawing, monitor.trouble or "no picture here")

    # -- playing -------------------------------------------------------------------------------------

    def halt(self) -> None:
        """Stop playing at the current frame."""
        self.screen_player.stop()
        self.shuttle = self.shuttle.stop()

    def _start(self, shuttle: Shuttle) -> None:
        source = self.source
        if source is None:
            self.say("there is nothing to play here", "warn", "Esc goes back")
            return
        stretch = Stretch(*(source.range if self.loop else (0, source.frames)), self.loop)
        start = self.frame
        if shuttle.speed > 0 and start >= stretch.end - 1:
            start = stretch.start
        self.screen_player.stop()
        self.shuttle = shuttle
        self.background(partial(self._play, source, shuttle, stretch, start), "play")
        self.wake()

    async def _play(self, source: PlaySource, shuttle: Shuttle, stretch: Stretch, start: int) -> None:
        player = self.screen_player
        turn = player.turn
        out = await player.device(source.plan.sample_rate) if source.plan.sounds else None
        if player.turn != turn:
            return
        try:
            await player.play(
                lambda: (self.source or source).plan,
                self._monitors[: len(source.plans)],
                self._show_playing,
                stretch,
                start,
                shuttle.speed,
                out=out,
            )
        except MilimoError as error:
            self.studio_app.say_error(error)
        if player.turn == turn and self.is_attached:
            self.shuttle = self.shuttle.stop()
            self.ask_frame()
            self.wake()

    async def _show_playing(self, frame: int) -> None:
        """Draw one frame of playback, and wait until it is on the screen."""
        if not self.is_current or self.source is None:
            self.halt()
            return
        self.frame = frame
        async with self._lock:
            self._requested = request = self._request(frame)
            await self._show(frame)
            self._drawn = request
        self._draw_bar()
        drawn = asyncio.Event()
        self.call_after_refresh(drawn.set)
        await drawn.wait()

    def on_screen_suspend(self) -> None:
        self.halt()

    # -- the bar -------------------------------------------------------------------------------------

    def wake(self) -> None:
        """Show the bar; while it plays, for two seconds from now."""
        if self._hiding is not None:
            self._hiding.stop()
            self._hiding = None
        if not self.is_attached:
            return
        self.is_bar_hidden = False
        self._draw_bar()
        if self.shuttle.speed:
            self._hiding = self.set_timer(self.bar_seconds, self._hide_bar)

    def _hide_bar(self) -> None:
        self._hiding = None
        if self.shuttle.speed and not self.is_asking:
            self.is_bar_hidden = True
            self._draw_bar()

    def on_key(self, event: events.Key) -> None:
        self.wake()

    def _draw_bar(self) -> None:
        bar, ink, shown = self.query_one("#bar", Line), self.ink, self.studio_app.shown_message
        if self.is_bar_hidden:
            bar.show("")
            return
        width = bar.content_size.width
        if self.question.is_open:
            bar.show(self.question.text(ink))
        elif shown is not None:
            bar.show(message_line(shown, self.place_text(), ink, width)[0])
        elif self.source is None:
            bar.show("")
        else:
            sign = f"{self.shuttle.sign} loop" if self.loop else self.shuttle.sign
            left, right = bar_text(self.source, self.frame, sign, self._pace_words(), width, ink)
            bar.show(left, right)

    def _pace_words(self) -> str:
        rate = self.source.plan.rate if self.source is not None else 0
        fps = self.pace.fps if self.playing else float(rate)
        return f"{fps:.0f} fps  {self.pace.dropped} dropped" if self.size.width >= 60 else f"{fps:.0f} fps"

    def refresh_lines(self) -> None:
        """Draw the bar; a message, or half a chord, brings it back."""
        if not self.is_attached or not self.query("#bar"):
            return
        if self.studio_app.shown_message is not None or self.studio_app.keyboard.parser.is_pending:
            self.wake()
        self._draw_bar()

    def refresh_message(self) -> None:
        self.refresh_lines()

    def place_text(self) -> Text:
        from rich.text import Text

        return Text()

    # -- acts ----------------------------------------------------------------------------------------

    def act_play(self, key_command: KeyCommand) -> None:
        """Play from here, at the end from the start; or stop (space)."""
        if self.shuttle.speed:
            self._stand()
        else:
            self._start(self.shuttle.forward())

    def act_shuttle_on(self, key_command: KeyCommand) -> None:
        count = key_command.count
        self._start(self.shuttle.forward() if count is None else self.shuttle.at(count))

    def act_shuttle_back(self, key_command: KeyCommand) -> None:
        count = key_command.count
        self._start(self.shuttle.backward() if count is None else self.shuttle.back_at(count))

    def act_shuttle_stop(self, key_command: KeyCommand) -> None:
        """Stop (`K`); where it stands already, switch to slow."""
        if not self.shuttle.speed:
            self.shuttle = self.shuttle.other_pace()
        self._stand()

    def _stand(self) -> None:
        self.halt()
        self.ask_frame()
        self.wake()

    def act_loop(self, key_command: KeyCommand) -> None:
        """Play the marked range again and again, or no more."""
        self.loop = not self.loop
        if self.shuttle.speed:
            self._start(self.shuttle)
        self.wake()

    def act_move(self, key_command: KeyCommand) -> None:
        if self.source is None:
            return
        to, times, frame = str(key_command.binding.args["to"]), key_command.times, self.frame
        second, edits = nominal(self.source.plan.rate), self.source.edits()
        places = {
            "frame_back": frame - times,
            "frame_on": frame + times,
            "second_back": frame - second * times,
            "second_on": frame + second * times,
            "previous_edit": edits[max(0, bisect_left(edits, frame) - times)],
            "next_edit": edits[min(len(edits), bisect_right(edits, frame) + times) - 1],
            "start": 0,
            "end": self.source.frames - 1,
        }
        self.go_to_frame(places[to])

    def go_to_frame(self, frame: int) -> bool:
        """Put the playhead on a frame, and stop there."""
        if self.source is None:
            return False
        self.frame = max(0, min(frame, self.source.frames - 1))
        self._stand()
        return True

    async def act_mark_in(self, key_command: KeyCommand) -> None:
        """Mark in here; an out that would lie before it goes."""
        if self.source is not None:
            out = self.source.mark_out
            await self._mark(self.frame, out if out is not None and out > self.frame else None)

    async def act_mark_out(self, key_command: KeyCommand) -> None:
        """Mark out: the range ends with the frame that is seen."""
        if self.source is not None:
            mark_in = self.source.mark_in
            await self._mark(
                mark_in if mark_in is not None and mark_in <= self.frame else None, self.frame + 1
            )

    async def act_clear_marks(self, key_command: KeyCommand) -> None:
        await self._mark(None, None)

    async def _mark(self, mark_in: int | None, mark_out: int | None) -> None:
        if self.source is None:
            return
        self.source = replace(self.source, mark_in=mark_in, mark_out=mark_out)
        self.wake()
        if self._opening.marked is not None:
            await self._opening.marked(mark_in, mark_out)

    def act_to_in(self, key_command: KeyCommand) -> None:
        if self.source is not None:
            self.go_to_frame(self.source.range[0])

    def act_to_out(self, key_command: KeyCommand) -> None:
        if self.source is not None:
            self.go_to_frame(self.source.range[1] - 1)

    # -- leaving -------------------------------------------------------------------------------------

    def act_full_screen(self, key_command: KeyCommand) -> None:
        """Go back to where one was, the playhead where it is here."""
        self.halt()
        if self.is_current:
            self.dismiss()
            if self.source is not None:
                self._opening.left(self.frame)

    act_out = act_close = act_full_screen
