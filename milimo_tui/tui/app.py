"""The studio in the terminal: modes, keys to acts, commands off the event loop, the message log, leaving.

Owns what all screens share: the last snapshot of the film, the queue as last heard, what was said.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from rich.text import Text
from textual import events
from textual.app import App
from textual.screen import Screen

from milimo_tui.core.errors import BadInput, MilimoError
from milimo_tui.core.time import clock, parse_timecode
from milimo_tui.tui import keymap as keymaps
from milimo_tui.tui.chords import Chords, Press, Stroke
from milimo_tui.tui.follow import FilmChanged, FilmTrouble, Follower, Queue, QueueChanged
from milimo_tui.tui.images import kitty, terminal
from milimo_tui.tui.overlay import Overlay, Palette, key_rows, log_rows, text_rows
from milimo_tui.tui.pictures import Pictures
from milimo_tui.tui.screen import StudioScreen
from milimo_tui.tui.theme import ANSI, TOKENS, WORKING, Ink, depth, theme_name, themes
from milimo_tui.tui.threads import Lane
from milimo_tui.tui.widgets.hints import DELAY, Hints
from milimo_tui.tui.widgets.text import line, plural

if TYPE_CHECKING:
    from textual.worker import WorkType

    from milimo_tui.studio.registry import Command, Outcome
    from milimo_tui.studio.studio import Snapshot, Studio

# Mode → module and class; imported when the mode is first entered.
SCREENS: Mapping[str, tuple[str, str]] = {
    "home": ("milimo_tui.tui.screens.home", "HomeScreen"),
    "script": ("milimo_tui.tui.screens.script", "ScriptScreen"),
    "storyboard": ("milimo_tui.tui.screens.storyboard", "StoryboardScreen"),
    "timeline": ("milimo_tui.tui.screens.timeline", "TimelineScreen"),
    "elements": ("milimo_tui.tui.screens.elements", "ElementsScreen"),
    "media": ("milimo_tui.tui.screens.media", "MediaScreen"),
    "jobs": ("milimo_tui.tui.screens.jobs", "JobsScreen"),
    "models": ("milimo_tui.tui.screens.models", "ModelsScreen"),
    "film": ("milimo_tui.tui.screens.film", "FilmScreen"),
}
EDITS = frozenset({"project", "script", "storyboard", "scene", "element", "cut", "bin", "asset"})
# Classes that style sheets use to lay a screen out; `-narrow` and `-short` are too small to work in.
WIDTHS = [(0, "-narrow"), (80, "-w80"), (110, "-w110"), (160, "-w160")]
HEIGHTS = [(0, "-short"), (24, "-h24"), (36, "-h36")]
MOST_SAID = 500
TWICE_SECONDS = 2.0  # a second ctrl+c within this time offers to leave


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the message log. `kind` is info, good, warn or error."""

    text: str
    kind: str = "info"
    hint: str = ""
    at: float = 0.0

    @property
    def clock(self) -> str:
        return time.strftime("%H:%M:%S", time.localtime(self.at))


class Opening(StudioScreen):
    """The first frame: the frame of every screen, and nothing of the project yet."""

    TITLE = ""


def _screen(mode: str) -> Callable[[], Screen[Any]]:
    def make() -> Screen[Any]:
        module, name = SCREENS[mode]
        screen: Screen[Any] = getattr(import_module(module), name)()
        return screen

    return make


class StudioApp(App[int]):
    """The application. `farewell` holds the lines to print in the shell once it has ended."""

    CSS_PATH = "app.tcss"
    TITLE = "Milimo"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[Any]] = []
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        "opening": Opening,
        **{mode: _screen(mode) for mode in SCREENS},
    }
    DEFAULT_MODE = "opening"
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    def __init__(self, studio: Studio, *, mode: str = "") -> None:
        self.colours = depth(os.environ)
        super().__init__(ansi_color=True if self.colours in ("16", "none") else None)
        self.studio = studio
        self.first_mode = mode
        self.keymap = keymaps.load(studio.settings.keymap, user_keymap())
        self.chords = Chords(self.keymap)
        self.film: Snapshot | None = None
        self.film_known = False
        self.queue = Queue()
        self.shot = ""  # the shot that was looked at last: screens open on it
        self.said: list[Said] = []
        self.farewell: list[str] = []
        self.editing, self.working, self.reading = Lane("edits"), Lane("work"), Lane("reads")
        self.follower = Follower(studio, self.post_message)
        self.terminal = terminal.from_environment(os.environ, studio.settings.images)
        self.pictures = Pictures(self.terminal, self.to_terminal)
        self._trail: list[str] = []
        self._interrupted = 0.0
        self._hints_timer: Any = None
        for theme in themes():
            self.register_theme(theme)
        self.theme = theme_name(studio.settings.theme, self.colours)

    @property
    def ink(self) -> Ink:
        return _ink(self.theme, self.colours == "none")

    # -- starting ----------------------------------------------------------------------------------

    def on_mount(self) -> None:
        # The first frame is painted before anything of the project is looked at.
        self.call_after_refresh(self._after_first_frame)

    async def _after_first_frame(self) -> None:
        self.follower.start()
        if self.terminal.inside == "tmux":
            self.background(self._ask_tmux, "tmux")

    async def _ask_tmux(self) -> None:
        wanted = self.studio.settings.images
        found = await self.reading.run(lambda: terminal.ask_tmux(self.terminal, wanted))
        if found != self.terminal:
            self.terminal = self.pictures.terminal = found
            self.pictures.forget()
            self._catch_up()

    async def on_unmount(self) -> None:
        await self.pictures.close()

    async def on_film_changed(self, event: FilmChanged) -> None:
        first = not self.film_known
        self.film, self.film_known = event.film, True
        if first:
            await self.switch_mode(self.first_mode or await self._last_mode())
        self._catch_up()

    async def _last_mode(self) -> str:
        """The screen that was open last in this project, Home when there is none."""
        if self.film is None:
            return "home"
        file = self.studio.project()
        mode = await self.reading.run(lambda: file.get_ui("mode"))
        return mode if isinstance(mode, str) and mode in SCREENS else "storyboard"

    async def on_film_trouble(self, event: FilmTrouble) -> None:
        self.say_error(event.error)
        if not self.film_known:
            self.film_known = True
            await self.switch_mode("home")

    def on_queue_changed(self, event: QueueChanged) -> None:
        self.queue = event.queue
        self._catch_up()

    def _catch_up(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, StudioScreen) and screen.is_mounted:
                screen.catch_up()

    # -- keys --------------------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Keys go to the chord machine first; what it does not know goes the usual way."""
        if isinstance(event, events.Key) and not event.is_forwarded and self._press(event):
            # Let an act that is a coroutine take its first step (open its prompt) before the next key.
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            return
        await super().on_event(event)

    def _press(self, event: events.Key) -> bool:
        screen = self.screen
        if not isinstance(screen, StudioScreen | Overlay):
            return False
        was_pending = self.chords.is_pending
        result = self.chords.press(key_name(event), screen.contexts, typing=screen.typing)
        if isinstance(result, Stroke):
            self.perform(result)
        elif result is Press.UNBOUND and was_pending:
            self.say("no such keys here", hint="? lists the keys")
        self._show_pending()
        return result is not Press.UNBOUND or was_pending

    def _show_pending(self) -> None:
        screen = self.screen
        if self._hints_timer is not None:
            self._hints_timer.stop()
            self._hints_timer = None
        if not isinstance(screen, StudioScreen) or not screen.is_mounted:
            return
        screen.refresh_lines()
        screen.query_one(Hints).display = False
        if self.chords.is_pending:
            self._hints_timer = self.set_timer(DELAY, self._show_hints)

    def _show_hints(self) -> None:
        screen = self.screen
        if isinstance(screen, StudioScreen) and self.chords.is_pending:
            rows = self.chords.continuations(screen.contexts)
            screen.query_one(Hints).show(self.chords.pending, rows, self.ink, screen.size.width)

    def perform(self, stroke: Stroke) -> None:
        """Do what a stroke says: an act of a widget, screen or this app, or a command of the registry."""
        binding = stroke.binding
        if not binding.is_ui:
            self._perform_command(stroke)
            return
        act = self.find_act(binding.act)
        if act is None:
            self.say(f"nothing to {binding.note} here", hint="? lists the keys")
            return
        if inspect.iscoroutinefunction(act):
            self.background(partial(act, stroke), "acts")
        else:
            act(stroke)

    def find_act(self, name: str) -> Callable[[Stroke], Any] | None:
        """`act_<name>` of the focused widget, its parents, the screen or the app, the nearest first."""
        node: Any = self.screen.focused or self.screen
        while node is not None:
            act = getattr(node, f"act_{name}", None)
            if callable(act):
                found: Callable[[Stroke], Any] = act
                return found
            node = node.parent
        return None

    def _perform_command(self, stroke: Stroke) -> None:
        screen, id = self.screen, stroke.binding.run
        if not isinstance(screen, StudioScreen):
            return
        args = screen.args_for(id, stroke)
        if args is None:
            self.say(f"nothing is selected to {stroke.binding.note}", "warn")
        else:
            self.run_command(id, {**stroke.binding.args, **args})

    def foot(self, contexts: tuple[str, ...]) -> list[tuple[str, str]]:
        """(keys, note) for the status line: what the keymap marks for it, nearest context first."""
        found = [
            (keymaps.show(binding.chord), binding.note)
            for binding in self.keymap.lookup(contexts)
            if binding.foot and not binding.alias
        ]
        return [*found, ("?", "keys")] if "global" in contexts else found

    # -- commands ----------------------------------------------------------------------------------

    def run_command(
        self,
        id: str,
        values: Mapping[str, Any] | None = None,
        *,
        then: Callable[[Outcome], None] | None = None,
        quiet: bool = False,
    ) -> None:
        """Run a command off the event loop, in the order given; see `StudioScreen.run_command`."""

        async def wait() -> None:
            outcome = await self.command(id, values or {}, quiet=quiet)
            if outcome is not None and then is not None:
                then(outcome)

        self.background(wait, "commands")

    async def command(self, id: str, values: Mapping[str, Any], *, quiet: bool = False) -> Outcome | None:
        """Run a command and wait for it; None when it was refused or failed, which is said."""

        def work() -> Outcome:
            from milimo_tui.studio.registry import run

            try:
                return run(self.studio, id, values)
            finally:
                self.follower.read()

        lane = self.editing if id.partition(".")[0] in EDITS else self.working
        try:
            outcome = await lane.run(work)
        except MilimoError as error:
            self.say_error(error)
            return None
        if outcome.message and not quiet:
            self.say(outcome.message, "good" if outcome.exit_code == 0 else "warn")
        return outcome

    def background(self, work: Callable[[], Coroutine[Any, Any, None]], group: str) -> None:
        """Run a coroutine beside the event loop's other work."""
        self.run_worker(cast("WorkType[None]", work), group=group)

    # -- saying ------------------------------------------------------------------------------------

    @property
    def last_said(self) -> Said | None:
        return self.said[-1] if self.said else None

    def say(self, text: str, kind: str = "info", hint: str = "") -> None:
        """One line to the person, kept in the log (`g l`)."""
        self.said.append(Said(" ".join(text.split()), kind, hint, time.time()))
        del self.said[:-MOST_SAID]
        for screen in self.screen_stack:
            if isinstance(screen, StudioScreen):
                screen.refresh_lines()

    def say_error(self, error: MilimoError) -> None:
        self.say(error.message, "error", error.hint)

    def box_text(self) -> Text:
        """The box at the right of the status line: what works, what waits, how long."""
        ink, queue = self.ink, self.queue
        active, waiting = queue.active, queue.waiting
        if not active and not waiting:
            return line(("queue empty" if queue.running else "", ink.muted))
        lanes = "+".join(dict.fromkeys(str(job.get("worker") or job["lane"]) for job in active))
        out = line(
            (f"{WORKING} {lanes} {len(active)}" if active else f"… {len(waiting)} waiting", ink.working)
        )
        if active and waiting:
            out.append(f"  {len(waiting)} queued", ink.muted)
        known = [job["eta"] for job in active if job.get("eta") is not None]
        if known:
            out.append(f"  {clock(max(known))}", ink.muted)
        return out

    # -- pictures ----------------------------------------------------------------------------------

    def to_terminal(self, words: str) -> None:
        """Write control words through Textual's own driver, so that they keep their order with its frames."""
        if words and self._driver is not None and not self._driver.is_headless:
            self._driver.write(words)

    def forget_picture(self, id: int) -> None:
        """Free a picture in the terminal's memory."""
        self.to_terminal(kitty.forget(id, wrap=self.terminal.wrap))

    # -- acts everywhere ---------------------------------------------------------------------------

    async def act_mode(self, stroke: Stroke) -> None:
        await self.go(str(stroke.binding.args["mode"]))

    async def go(self, mode: str) -> None:
        """Go to a screen; `back` finds the way home. Panels and inspectors over it are closed first."""
        if mode not in SCREENS:
            raise BadInput(f"there is no screen “{mode}”", f"screens: {', '.join(SCREENS)}")
        here = self.current_mode
        while len(self.screen_stack) > 1 and here == mode:
            await self.pop_screen()
        if mode == here:
            return
        self._trail.append(here)
        await self._switch(mode)

    async def _switch(self, mode: str) -> None:
        self.chords.reset()
        await self.switch_mode(mode)
        if self.film is not None:
            file = self.studio.project()
            self.editing.run(lambda: file.set_ui("mode", mode))

    async def act_back(self, stroke: Stroke) -> None:
        if len(self.screen_stack) > 1:
            await self.pop_screen()
        elif self._trail:
            await self._switch(self._trail.pop())
        else:
            self.say("this is where you came in")

    def act_help(self, stroke: Stroke) -> None:
        screen = self.screen
        if not isinstance(screen, StudioScreen):
            return
        rows = key_rows(self.keymap, screen.contexts, self.ink)
        self.push_screen(Overlay(f"Keys · {screen.TITLE}", rows))

    async def registry(self) -> dict[str, Command]:
        """Every command by id; the groups are imported in a thread the first time."""

        def read() -> dict[str, Command]:
            from milimo_tui.studio.registry import commands

            return commands()

        return await self.reading.run(read)

    async def act_palette(self, stroke: Stroke) -> None:
        screen = self.screen
        contexts = screen.contexts if isinstance(screen, StudioScreen) else ("global",)
        registry = await self.registry()

        def entries() -> list[tuple[Command, str, str]]:
            return [
                (command, command.enabled(self.studio), self.keymap.chord_of(command.id, contexts))
                for command in registry.values()
                if not command.hidden
            ]

        chosen = await self.push_screen_wait(Palette(await self.reading.run(entries)))
        if chosen:
            await self.run_line(chosen)

    async def act_command_line(self, stroke: Stroke) -> None:
        screen = self.screen
        if isinstance(screen, StudioScreen):
            self.background(partial(self._suggest_commands, screen), "suggestions")
            typed = await screen.ask(":", name="COMMAND")
            if typed:
                await self.run_line(typed)

    async def _suggest_commands(self, screen: StudioScreen) -> None:
        words = (*SCREENS, *(await self.registry()))
        if screen.prompt.is_open:
            screen.prompt.suggest(words)

    async def run_line(self, typed: str) -> None:
        """What was typed after `:` — a timecode, `q`, a screen's name or a command with key=value."""
        words = typed.strip().lstrip(":").split()
        if not words:
            return
        head = words[0]
        if head in ("q", "quit", "leave"):
            await self.leave()
        elif head in SCREENS and len(words) == 1:
            await self.go(head)
        elif head[0].isdigit() or head[0] in "+-":
            await self._go_to_timecode(head)
        else:
            try:
                values = command_values(typed.strip().lstrip(":"))
            except BadInput as error:
                self.say_error(error)
                return
            screen = self.screen
            missing = {}
            if isinstance(screen, StudioScreen) and not values[1]:
                missing = dict(screen.args_for(values[0], Stroke(_NO_BINDING)) or {})
            await self.command(values[0], {**missing, **values[1]})

    async def _go_to_timecode(self, words: str) -> None:
        cut = self.film.cut if self.film else None
        if cut is None:
            self.say("there is no cut to go through yet", "warn", "a starts a film on the Home screen")
            return
        sign = words[0] if words[0] in "+-" else ""
        try:
            frame = parse_timecode(words.lstrip("+-"), cut.rate)
        except BadInput as error:
            self.say_error(error)
            return
        screen = self.screen
        playhead = getattr(screen, "playhead", cut.playhead)
        frame = playhead + frame if sign == "+" else playhead - frame if sign == "-" else frame
        if isinstance(screen, StudioScreen) and screen.go_to_frame(max(0, frame)):
            return
        await self.go("timeline")
        screen = self.screen
        if isinstance(screen, StudioScreen):
            screen.go_to_frame(max(0, frame))

    async def go_to_script_line(self, number: int) -> None:
        """The screenplay with the cursor on a line, from 1."""
        from milimo_tui.tui.screens.script import ScriptScreen

        await self.go("script")
        if isinstance(self.screen, ScriptScreen):
            self.screen.go_to_line(max(1, number))

    async def go_to_shot(self, shot: str) -> None:
        """The storyboard with the cursor on a shot."""
        from milimo_tui.tui.screens.storyboard import StoryboardScreen

        self.shot = shot
        await self.go("storyboard")
        if isinstance(self.screen, StoryboardScreen):
            self.screen.go_to_shot(shot)

    def act_copy_line(self, stroke: Stroke) -> None:
        """Copy the line that plays or fetches what is selected on the person's own machine."""
        screen = self.screen
        path = screen.shown_file() if isinstance(screen, StudioScreen) else ""
        if not path:
            self.say(
                "there is no file to fetch here", "warn", "the storyboard, media and film screens have some"
            )
            return
        words = fetch_line(path, os.environ)
        self.copy_to_clipboard(words)
        self.say(f"copied: {words}")

    def act_editor(self, stroke: Stroke) -> None:
        self.say("nothing here goes to an editor", "warn", "the script does: g s")

    def act_log(self, stroke: Stroke) -> None:
        overlay = Overlay("Messages", log_rows(self.said, self.ink), plural(len(self.said), "message"))
        self.push_screen(overlay)
        self.call_after_refresh(overlay.to_end)

    def show_text(self, heading: str, text: str) -> None:
        """Longer text in a panel."""
        self.push_screen(Overlay(heading, text_rows(text, self.ink)))

    async def act_undo(self, stroke: Stroke) -> None:
        await self._step("cut.undo", stroke)

    async def act_redo(self, stroke: Stroke) -> None:
        await self._step("cut.redo", stroke)

    async def _step(self, command: str, stroke: Stroke) -> None:
        """Undo or redo: of the cut on the timeline, of the project elsewhere."""
        screen = self.screen
        of_cut = isinstance(screen, StudioScreen) and screen.UNDOES == "cut"
        for _ in range(stroke.times):
            if await self.command(command, {"whole_project": not of_cut}) is None:
                return

    def act_redraw(self, stroke: Stroke) -> None:
        self.refresh(layout=True, repaint=True)

    def act_shell(self, stroke: Stroke) -> None:
        self.action_suspend_process()

    async def act_cancel(self, stroke: Stroke) -> None:
        """ctrl+c: twice within two seconds offers to leave."""
        now = time.monotonic()
        if now - self._interrupted < TWICE_SECONDS:
            self._interrupted = 0.0
            screen = self.screen
            if isinstance(screen, StudioScreen) and await screen.confirm("Leave the studio?"):
                await self.leave()
            return
        self._interrupted = now
        self.say("nothing to cancel", hint="ctrl+c again offers to leave")

    async def act_leave(self, stroke: Stroke) -> None:
        await self.leave()

    # -- leaving -----------------------------------------------------------------------------------

    def goes_on(self) -> str:
        """What works on after this terminal is closed, as a sentence; empty when nothing does."""
        count = len(self.queue.active) + len(self.queue.waiting)
        if not count:
            return ""
        return f"{plural(count, 'job')} {'goes' if count == 1 else 'go'} on without you"

    def how_to_leave(self) -> str:
        going = self.goes_on()
        return f":q or ctrl+q leaves{f'; {going}' if going else ''}; milimo brings you back here"

    async def leave(self) -> None:
        """End the studio after asking about unsaved words; say what goes on and how to come back."""
        for stack in self._screen_stacks.values():
            for screen in stack:
                if isinstance(screen, StudioScreen) and screen.unsaved():
                    here = self.screen
                    sentence = f"{screen.unsaved()} Leave without saving?"
                    if isinstance(here, StudioScreen) and not await here.confirm(sentence):
                        return
        going = self.goes_on()
        if going:
            self.farewell.append(f"{going}: milimo job list shows them.")
        self.farewell.append("milimo brings you back to where you were.")
        self.follower.stop()
        self.exit(0)


_NO_BINDING = keymaps.Binding("global", (), "", "")


def user_keymap() -> Path:
    """The person's own keys, laid over the preset."""
    import platformdirs

    return Path(platformdirs.user_config_dir("milimo")) / "keymap.toml"


_INKS: dict[tuple[str, bool], Ink] = {}


def _ink(theme: str, plain: bool) -> Ink:
    """One `Ink` a theme, so that its styles are made once."""
    if (theme, plain) not in _INKS:
        _INKS[theme, plain] = Ink(TOKENS.get(theme, ANSI), plain)
    return _INKS[theme, plain]


def fetch_line(path: str, environ: Mapping[str, str]) -> str:
    """A shell line for the person's own machine that fetches a file from here and plays it."""
    import getpass
    import shlex
    import socket

    name = shlex.quote(Path(path).name)
    if "SSH_CONNECTION" not in environ:
        return f"mpv {shlex.quote(path)}"
    host = (
        environ["SSH_CONNECTION"].split()[2]
        if len(environ["SSH_CONNECTION"].split()) > 2
        else socket.gethostname()
    )
    return f"scp {getpass.getuser()}@{host}:{shlex.quote(path)} . && mpv {name}"


def key_name(event: events.Key) -> str:
    """A key as the keymap names it: the character it types, else Textual's name."""
    if event.character and event.is_printable and event.key != "space":
        return event.character
    return event.key


def command_values(typed: str) -> tuple[str, dict[str, Any]]:
    """`cut.split at=120 ids=a,b` as an id and values. Raises BadInput."""
    import shlex

    try:
        head, *rest = shlex.split(typed)
    except ValueError as error:
        raise BadInput(f"{typed}: {error}", 'quote words with spaces: name="two words"') from None
    values: dict[str, Any] = {}
    for word in rest:
        key, mark, value = word.partition("=")
        if not mark:
            raise BadInput(f"“{word}” is not key=value", f"milimo help {head}")
        values[key.replace("-", "_")] = value
    return head, values


def run(studio: Studio, *, mode: str = "") -> int:
    """Run the studio until the person leaves; prints the farewell. Returns the exit code."""
    app = StudioApp(studio, mode=mode)
    code = app.run()
    for words in app.farewell:
        sys.stdout.write(words + "\n")
    return app.return_code or code or 0


__all__ = ["SCREENS", "Said", "StudioApp", "run"]
