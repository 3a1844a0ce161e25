"""What is typed after `:` — a timecode, `q`, a screen's name or own word, a command with key=value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import parse_frame
from milimo_tui.tui.acting import offered
from milimo_tui.tui.chords import Stroke
from milimo_tui.tui.keymap import Binding
from milimo_tui.tui.lines import command_values, with_lists
from milimo_tui.tui.modes import SCREENS

if TYPE_CHECKING:
    from milimo_tui.tui.app import StudioApp
    from milimo_tui.tui.screen import StudioScreen

LEAVE = ("q", "quit", "leave")
_NO_KEY = Stroke(Binding("global", (), "", ""))  # what is typed comes by no key


class CommandLine:
    """The command line of the screen in front."""

    def __init__(self, app: StudioApp, screen: StudioScreen) -> None:
        self._app, self._screen = app, screen

    async def open(self) -> None:
        """Ask for a line and do what it says."""
        self._app.background(self._suggest, "suggestions")
        typed = await self._screen.ask(":", name="COMMAND")
        if typed:
            await self.run(typed)

    async def _suggest(self) -> None:
        words = (*SCREENS, *(await self._app.registry()))
        if self._screen.prompt.is_open:
            self._screen.prompt.suggest(words)

    async def run(self, typed: str) -> None:
        """Do what a line says. A screen's own word (`:macro a`) is a method `line_<word>` of it or of
        one of its parts, which takes the words behind it.
        """
        typed = typed.strip().lstrip(":")
        words = typed.split()
        if not words:
            return
        head = words[0]
        of_screen = offered(self._screen, f"line_{head}")
        if of_screen is not None:
            await of_screen(words[1:])
        elif head in LEAVE:
            await self._app.leave()
        elif head in SCREENS and len(words) == 1:
            await self._app.go(head)
        elif head[0].isdigit() or head[0] in "+-":
            await self._go_to_timecode(head)
        else:
            await self._run_command(typed)

    async def _run_command(self, typed: str) -> None:
        """A command by id; without values it gets those a key would give it here."""
        try:
            id, values = command_values(typed)
        except BadInput as error:
            self._app.say_error(error)
            return
        entry = (await self._app.registry()).get(id)
        if entry is not None:
            values = with_lists(values, entry.args)
        here = dict(self._screen.args_for(id, _NO_KEY) or {})
        if values:  # of what is under the cursor only the clip is taken for granted
            here = {"clip": here["clip"]} if "clip" in here else {}
        await self._screen.run_typed(id, values, here)

    async def _go_to_timecode(self, words: str) -> None:
        """Put the playhead there, here or on the timeline; with a sign, so far from where it is."""
        cut = self._app.film.cut if self._app.film else None
        if cut is None:
            self._app.say("there is no cut to go through yet", "warn", "a starts a film on the Home screen")
            return
        sign = words[0] if words[0] in "+-" else ""
        try:
            frame = parse_frame(words.lstrip("+-"), cut.rate)
        except BadInput as error:
            self._app.say_error(error)
            return
        playhead = getattr(self._screen, "playhead", cut.playhead)
        frame = playhead + frame if sign == "+" else playhead - frame if sign == "-" else frame
        if not self._screen.go_to_frame(max(0, frame)):
            await self._app.go("timeline")
            if self._app.studio_screen is not None:
                self._app.studio_screen.go_to_frame(max(0, frame))
