"""The full-screen player: one picture as large as the terminal, or two in step, with a thin bar at the
bottom.

`PlayerScreen` takes a function that loads its source. So the screen opens at once, and loads the source again
after the film has changed. The bar hides after two seconds of playback without a key, except while it shows
the viewing mode or the connection statistics.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.timer import Timer

from milimo_tui.core.errors import MilimoError
from milimo_tui.tui.keys.actions import action_with_names
from milimo_tui.tui.play.meters import Meters
from milimo_tui.tui.play.play_source import PlaySource, format_figures_bar, format_player_bar
from milimo_tui.tui.play.playback import Shuttle
from milimo_tui.tui.play.source_player import SourcePlayer
from milimo_tui.tui.play.viewed_screen import ViewedScreen
from milimo_tui.tui.play.viewing_keys import ViewingKeys
from milimo_tui.tui.shell.messages import format_message_line
from milimo_tui.tui.shell.screen import StudioScreen
from milimo_tui.tui.widgets.empty import TooSmall
from milimo_tui.tui.widgets.hints import Hints
from milimo_tui.tui.widgets.lines import Line, StatusLine, WrappedMessage
from milimo_tui.tui.widgets.picture import Picture

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.play.monitor import PlanFrame
    from milimo_tui.tui.sound.sound_finder import SoundFinder

BAR_SECONDS = 2.0
PICTURES = ("picture", "other")

# Loads the source. Raises MilimoError with the reason if there is nothing to play.
LoadSource = Callable[[], Awaitable[PlaySource]]
Marked = Callable[[int | None, int | None], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class PlayerOpening:
    """The initial state of the full-screen player, and the functions with which it reports to the screen that
    opened it.

    `left` is called with the current frame when the player closes. `marked` is called when the in or out mark
    changes; the opener then stores the marks in the source, so a reloaded source contains them. `sound` finds
    the sound device of the screen that opened the player.
    """

    frame: int = 0
    shuttle: Shuttle = field(default_factory=Shuttle)
    left: Callable[[int], object] = lambda frame: None
    marked: Marked | None = None
    sound: SoundFinder | None = None
    loop: bool = False


class PlayerScreen(ViewedScreen):
    """The full-screen player, which plays one source. Esc or F goes back to the previous screen."""

    MODE = "player"
    TITLE = "Player"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("player", "viewing", "global")
    CSS_PATH = "player_screen.tcss"
    PROMPT_INSTEAD_OF = "#foot"

    def __init__(self, load: LoadSource, opening: PlayerOpening) -> None:
        super().__init__()
        self._load, self._opening = load, opening
        self.viewing_keys: ViewingKeys[PlanFrame] = ViewingKeys(self, self)
        self.modes = self.stack_modes(self.viewing_keys.hand)
        self.source_player = SourcePlayer(
            self,
            PICTURES,
            self.viewing_keys,
            on_moved=self._show_playhead_move,
            on_marked=self._pass_marks_on,
            sound=opening.sound,
            hint="Esc goes back",
        )
        self.source_player.frame, self.source_player.loop = opening.frame, opening.loop
        self.bar_seconds, self.is_bar_hidden = BAR_SECONDS, False
        self._hiding: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Horizontal(*[Picture(id=id) for id in PICTURES], id="body")
        yield Horizontal(Line(id="bar"), Meters(id="meters"), id="foot")
        yield self.prompt
        yield StatusLine(id="status")
        yield Hints()
        yield WrappedMessage()
        yield TooSmall()

    def on_mount(self) -> None:
        self.source_player.start()
        self.query_one("#other").display = False

    def on_unmount(self) -> None:
        self.source_player.close()

    @property
    def own_parts(self) -> tuple[object, ...]:
        return (self.source_player,)

    def show_film(self, film: FilmSnapshot | None) -> None:
        """Load the source, and load it again after the film has changed. Playback continues."""
        self.run_in_background(self._load_source, "load", exclusive=True)

    async def _load_source(self) -> None:
        try:
            source = await self._load()
        except MilimoError as error:
            self.source_player.clear_source()
            self.query_one("#picture", Picture).show_own_drawing(None, error.message)
            self._draw_player_bar()
            return
        before = self.source_player.source
        # Copy the marks to the reloaded source: without a `marked` callback, the screen that loads it does
        # not know them.
        if before is not None and self._opening.marked is None:
            source = replace(source, mark_in=before.mark_in, mark_out=before.mark_out)
        self.source_player.set_source(source)
        self._arrange_pictures()
        if before is None and self._opening.shuttle.speed:
            self.source_player.play(self._opening.shuttle)
        self.show_bar()

    def _arrange_pictures(self) -> None:
        """Give the second picture half of the screen. Hide it if both pictures are compared inside the
        first.
        """
        source = self.source_player.source
        two = source is not None and len(source.plans) > 1 and not self.viewing_keys.viewing.compare
        self.query_one("#other").display = two

    def on_picture_resized(self, event: Picture.Resized) -> None:
        self.source_player.refresh_frame()

    def on_screen_suspend(self) -> None:
        self.source_player.halt_playback()

    def get_selected_file(self) -> str:
        below = self._screen_below
        return below.get_selected_file() if below is not None else ""

    def get_play_arguments(self) -> tuple[str, ...]:
        """Return the arguments of `milimo play` for the source. They come from the screen that opened the
        player, where the source was selected.
        """
        below = self._screen_below
        return below.get_play_arguments() if below is not None else ()

    @property
    def _screen_below(self) -> StudioScreen | None:
        stack = self.app.screen_stack
        at = stack.index(self) if self in stack else 0
        below = stack[at - 1] if at else None
        return below if isinstance(below, StudioScreen) else None

    def go_to_frame(self, frame: int) -> bool:
        return self.source_player.go_to_frame(frame)

    def _pass_marks_on(self, mark_in: int | None, mark_out: int | None) -> None:
        if self._opening.marked is not None:
            self.run_in_background(partial(self._opening.marked, mark_in, mark_out))

    def get_viewed_raster(self) -> tuple[int, int] | None:
        return self.source_player.raster

    def get_viewed_frame(self) -> PlanFrame | None:
        return self.source_player.get_plan_frame()

    def get_compared_frame(self) -> PlanFrame | None:
        return self.source_player.get_plan_frame(1)

    def find_compared_frame(self) -> bool:
        """Show a message that explains how to get a second picture to compare with. Return False, because the
        player itself cannot choose one.
        """
        self.show_message("there is nothing to compare with", "warn", "{ui.grab} grabs this frame")
        return False

    def redraw_viewed_picture(self) -> None:
        self._arrange_pictures()
        self.source_player.request_frame()
        self.show_bar()

    def _show_playhead_move(self) -> None:
        """Draw the new position of the playhead, and restart or stop the timer that hides the bar."""
        if self.source_player.shuttle.speed and (self._hiding is not None or self.is_bar_hidden):
            self._draw_player_bar()
        else:
            self.show_bar()

    def show_bar(self) -> None:
        """Show the bar. During playback it hides again after two seconds."""
        if self._hiding is not None:
            self._hiding.stop()
            self._hiding = None
        if not self.is_attached:
            return
        self.is_bar_hidden = False
        self._draw_player_bar()
        if self.source_player.shuttle.speed:
            self._hiding = self.set_timer(self.bar_seconds, self._hide_bar_if_idle)

    def _hide_bar_if_idle(self) -> None:
        self._hiding = None
        stays = self.is_asking or self._describe_viewing_mode() or self.studio_app.line_figures
        if self.source_player.shuttle.speed and not stays:
            self.is_bar_hidden = True
            self._draw_player_bar()

    def on_key(self, event: events.Key) -> None:
        self.show_bar()

    def _describe_viewing_mode(self) -> str:
        """Describe the inspection tool in use, and the scopes, guides, zoom and comparison. Return an empty
        string for the plain picture.
        """
        in_hand = self.viewing_keys.in_hand.upper()
        return "  ".join(each for each in (in_hand, self.viewing_keys.describe_view()) if each)

    def _draw_player_bar(self) -> None:
        bar, ink, shown = self.query_one("#bar", Line), self.ink, self.studio_app.shown_message
        if self.is_bar_hidden:
            bar.show_line("")
            return
        width, player = bar.content_size.width, self.source_player
        if self.question.is_open:
            bar.show_line(self.question.format_question(ink, self.with_keys))
        elif shown is not None:
            bar.show_line(format_message_line(shown, Text(), ink, width)[0])
        elif player.source is None:
            bar.show_line("")
        elif figures := self.studio_app.line_figures:
            bar.show_line(*format_figures_bar(figures, player.source, player.frame, player.sign, width, ink))
        else:
            seen = self._describe_viewing_mode()
            left, right = format_player_bar(
                player.source, player.frame, player.sign, self._format_pace(), width, ink, seen=seen
            )
            bar.show_line(left, right)

    def _format_pace(self) -> str:
        player = self.source_player
        pace = player.screen_player.pace
        fps = pace.fps if player.playing else float(player.source.plan.rate if player.source else 0)
        return f"{fps:.0f} fps  {pace.dropped} dropped" if self.size.width >= 60 else f"{fps:.0f} fps"

    def refresh_lines(self) -> None:
        """Draw the bar. A message, an incomplete chord or the connection statistics make a hidden bar
        visible.
        """
        if not self.is_attached or not self.query("#bar"):
            return
        app, figures = self.studio_app, self.studio_app.line_figures
        if (
            app.shown_message is not None
            or app.keyboard.parser.is_pending
            or (figures and self.is_bar_hidden)
        ):
            self.show_bar()
        self._draw_player_bar()

    def refresh_message(self) -> None:
        self.refresh_lines()

    @action_with_names("out", "close")
    def act_full_screen(self, key_command: KeyCommand) -> None:
        """Go back to the previous screen, which continues at the frame shown here."""
        self.source_player.halt_playback()
        if self.is_current:
            self.dismiss()
            if self.source_player.source is not None:
                self._opening.left(self.source_player.frame)
