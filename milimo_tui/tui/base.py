"""The app's engine room: state that all screens share, keys to acts, commands off the event loop, messages.

Knows no screen by name; `app` adds the modes, the acts that every screen has, and leaving. Imports only what
the first frame needs.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from rich.text import Text
from textual import events
from textual.app import App

from milimo_tui.core.errors import BadInput, MilimoError
from milimo_tui.core.time import clock
from milimo_tui.tui import keymap as keymaps
from milimo_tui.tui.asking import AtScreen
from milimo_tui.tui.chords import Chords, Press, Stroke
from milimo_tui.tui.follow import Follower, Queue, QueueChanged, QueueTrouble
from milimo_tui.tui.images import kitty, terminal
from milimo_tui.tui.keymap import Keymap
from milimo_tui.tui.pictures import Pictures
from milimo_tui.tui.plain_signs import PlainSigns, wants_ascii
from milimo_tui.tui.telling import Teller, Told, trouble
from milimo_tui.tui.theme import ANSI, TOKENS, WAITING, WORKING, Ink, depth, theme_name, themes
from milimo_tui.tui.threads import Lane
from milimo_tui.tui.widgets.hints import DELAY, Hints
from milimo_tui.tui.widgets.text import line

if TYPE_CHECKING:
    from textual.worker import WorkType

    from milimo_tui.studio.registry import Command, Outcome
    from milimo_tui.studio.studio import Snapshot, Studio
    from milimo_tui.tui.screen import StudioScreen

# Groups whose commands change the film: they run one after the other, in the order they were given.
EDITS = frozenset({"project", "script", "storyboard", "scene", "element", "cut", "bin", "asset"})
MOST_SAID = 500
FIELD_SECONDS = 0.5  # the longest a typed key is waited for before the next one is looked at


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


class Keyed(Protocol):
    """A screen or panel that the keymap serves."""

    @property
    def contexts(self) -> tuple[str, ...]: ...
    @property
    def typing(self) -> bool: ...


class BaseApp(App[int]):
    """What every screen shares: film, queue, keys, messages, lanes, pictures."""

    def __init__(self, studio: Studio) -> None:
        self.colours = depth(os.environ)
        self._variables: dict[str, dict[str, str]] | None = None
        super().__init__(ansi_color=True if self.colours in ("16", "none") else None)
        self.studio = studio
        studio.asks = AtScreen(self)
        self.film: Snapshot | None = None
        self.film_known = False
        self.queue = Queue()
        self._began = time.time()  # jobs from before are not news
        self.shot = ""  # the shot that was looked at last: screens open on it
        self.said: list[Said] = []
        self.editing, self.working, self.reading = Lane("edits"), Lane("work"), Lane("reads", drops=True)
        self.follower = Follower(studio, self.post_message)
        self.telling, self._teller = Lane("telling"), Teller(studio.settings)
        is_ascii = wants_ascii(studio.settings.signs, os.environ)
        images = "off" if is_ascii and studio.settings.images == "auto" else studio.settings.images
        self.terminal = terminal.from_environment(os.environ, images)
        self.pictures = Pictures(self.terminal, self.to_terminal)
        if is_ascii:
            self._filters.append(PlainSigns())
        self._chords: Chords | None = None
        self._hints_timer: Any = None
        self._use_theme(theme_name(studio.settings.theme, self.colours))

    def _use_theme(self, name: str) -> None:
        """Begin with a theme; set so that the style sheets are not read a second time for it."""
        for theme in themes():
            self.register_theme(theme)
        self.set_reactive(App.theme, name)
        self._variables = {}
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_class(self.current_theme.dark, "-dark-mode", update=False)
        self.set_class(not self.current_theme.dark, "-light-mode", update=False)

    def get_css_variables(self) -> dict[str, str]:
        """The theme's variables, worked out once a theme; none before it is chosen (it costs a frame)."""
        if self._variables is None:
            return {}
        if self.theme not in self._variables:
            self._variables[self.theme] = super().get_css_variables()
        self.theme_variables = self._variables[self.theme]
        return dict(self.theme_variables)

    @property
    def ink(self) -> Ink:
        return _ink(self.theme, self.colours == "none")

    # -- screens -----------------------------------------------------------------------------------

    @property
    def studio_screen(self) -> StudioScreen | None:
        """The screen in front when it is one of the studio's, None for a panel."""
        screen = self.screen
        return cast("StudioScreen", screen) if getattr(screen, "is_studio", False) else None

    def studio_screens(self) -> list[StudioScreen]:
        """The studio's screens of the present mode, the base first."""
        return [
            cast("StudioScreen", screen)
            for screen in self.screen_stack
            if getattr(screen, "is_studio", False) and screen.is_mounted
        ]

    def catch_up(self) -> None:
        """Let the screens of this mode show what has changed."""
        for screen in self.studio_screens():
            screen.catch_up()

    def on_queue_changed(self, event: QueueChanged) -> None:
        done, failed = event.queue.ended_since(self.queue, self._began)
        self.queue = event.queue
        for job in failed:
            self.say(f"{job['label']}: {job.get('error') or job['state']}", "error", "g j shows its log")
        if done:
            labels = ", ".join(str(job["label"]) for job in done[:3])
            more = f" and {len(done) - 3} more" if len(done) > 3 else ""
            self.say(f"made {labels}{more}", "good")
        self.catch_up()

    def on_queue_trouble(self, event: QueueTrouble) -> None:
        self.say_error(event.error)

    def on_told(self, event: Told) -> None:
        """Something came to its end, and the person may look elsewhere."""
        if not self._teller.is_news(event.notice):
            return
        if undelivered := trouble(event.notice):
            self.say(undelivered, "error", "milimo doctor looks at the settings")
            return

        async def tell() -> None:
            self.to_terminal(await self.telling.run(lambda: self._teller.words(event.notice)))

        self.background(tell, group="telling")

    # -- keys --------------------------------------------------------------------------------------

    @property
    def chords(self) -> Chords:
        """The chord machine with the person's keys; a file that can't be read is said, the preset holds."""
        if self._chords is None:
            self._chords = Chords(self._read_keymap())
        return self._chords

    @property
    def keymap(self) -> Keymap:
        return self.chords.keymap

    def _read_keymap(self) -> Keymap:
        own = user_keymap()
        try:
            keymap = keymaps.load(self.studio.settings.keymap, own)
        except BadInput as error:
            self.say_error(error)
            return keymaps.load()
        met = keymap.conflicts() if own.exists() else ()
        if met:
            more = f", and {len(met) - 1} more" if len(met) > 1 else ""
            self.say(f"{own.name}: {met[0]}{more}", "warn", "milimo help keys tells all")
        return keymap

    async def on_event(self, event: events.Event) -> None:
        """Keys go to the chord machine first; what it does not know goes the usual way, in its turn."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        edits_text = getattr(self.screen, "typing", False) and event.key in self.screen.active_bindings
        for key in (event,) if edits_text else one_by_one(event):
            if self._waits(key):
                continue
            if self._press(key):
                # Let an act that is a coroutine take its first step (open its prompt) before the next key.
                await asyncio.sleep(0)
                await asyncio.sleep(0)
            else:
                await self._type(key)

    def _waits(self, event: events.Key) -> bool:
        """Whether the screen keeps a key until what it writes now is done."""
        holds = getattr(self.screen, "holds", None)
        return callable(holds) and bool(holds(event, key_name(event)))

    async def _type(self, event: events.Key) -> None:
        """Hand a key to the focused widget and wait until it has taken it.

        Textual runs a widget's own bindings when the key has bubbled back up to the app, later than keys
        typed behind it: `ctrl+u` would then delete what was typed after it, and Enter take half a word.
        """
        focused = self.focused
        if focused is None or not getattr(self.screen, "typing", False):
            await super().on_event(event)
            return
        found = None if event.is_printable else self.screen.active_bindings.get(event.key)
        if found is not None:
            if found.enabled:
                await self.run_action(found.binding.action, found.node)
            return
        await super().on_event(event)
        taken = asyncio.Event()
        focused.call_later(taken.set)
        with suppress(TimeoutError):  # a field that is busy for that long gets its keys in its own time
            await asyncio.wait_for(taken.wait(), FIELD_SECONDS)

    def _press(self, event: events.Key) -> bool:
        if not hasattr(self.screen, "contexts"):
            return False
        screen = cast("Keyed", self.screen)
        was_pending = self.chords.is_pending
        result = self.chords.press(key_name(event), screen.contexts, typing=screen.typing)
        if isinstance(result, Stroke):
            self.perform(result)
        elif result is Press.UNBOUND and was_pending:
            self.say("no such keys here", hint="? lists the keys")
        if was_pending or self.chords.is_pending:
            self._show_pending()
        return result is not Press.UNBOUND or was_pending

    def type_keys(self, keys: Iterable[str]) -> None:
        """Keys as if they were typed on the screen in front; half a chord waits for the rest."""
        screen = self.studio_screen
        for key in keys if screen is not None else ():
            result = self.chords.press(key, cast("Keyed", screen).contexts)
            if isinstance(result, Stroke):
                self.perform(result)
        self._show_pending()

    def _show_pending(self) -> None:
        screen = self.studio_screen
        if self._hints_timer is not None:
            self._hints_timer.stop()
            self._hints_timer = None
        if screen is None or not screen.is_mounted:
            return
        screen.refresh_lines()
        screen.query_one(Hints).display = False
        if self.chords.is_pending:
            self._hints_timer = self.set_timer(DELAY, self._show_hints)

    def _show_hints(self) -> None:
        screen = self.studio_screen
        if screen is not None and self.chords.is_pending:
            rows = self.chords.continuations(screen.contexts)
            screen.query_one(Hints).show(self.chords.pending, rows, self.ink, screen.size.width)

    def perform(self, stroke: Stroke) -> None:
        """Do what a stroke says: an act of a widget, screen or this app, or a command of the registry."""
        binding = stroke.binding
        screen = self.studio_screen
        if screen is not None and screen.lacks_film and binding.context == screen.CONTEXTS[0]:
            self.say("no film is open", hint="g h goes home, where a film is started")
            return
        if screen is not None and screen.takes(stroke):
            return
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
        screen, id = self.studio_screen, stroke.binding.run
        if screen is None:
            return
        args = screen.args_for(id, stroke)
        if args is None:
            self.say(f"nothing is selected to {stroke.binding.note}", "warn")
        else:
            self.run_command(id, {**stroke.binding.args, **args})

    def foot(self, contexts: tuple[str, ...], *, typing: bool = False) -> list[tuple[str, str]]:
        """(keys, note) for the status line: what the nearest context that marks any has marked for it."""
        found: list[tuple[str, str]] = []
        for context in contexts:
            found = [
                (keymaps.show(binding.chord), binding.note)
                for binding in self.keymap.by_context.get(context, {}).values()
                if binding.foot and not binding.alias
            ]
            if found:
                break
        if "global" in contexts:
            found.append(("F1" if typing else "?", "keys"))
        return found

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

        group = id.partition(".")[0]

        def work() -> Outcome:
            from milimo_tui.studio.registry import run

            try:
                if group in EDITS and group != "project":
                    self.follower.require_folder()
                return run(self.studio, id, values)
            finally:
                self.follower.read()

        lane = self.editing if group in EDITS else self.working
        try:
            outcome = await lane.run(work)
        except MilimoError as error:
            self.say_error(error)
            return None
        if outcome.message and not quiet:
            self.say(outcome.message, "good" if outcome.exit_code == 0 else "warn")
        return outcome

    async def registry(self) -> dict[str, Command]:
        """Every command by id; the groups are imported in a thread the first time."""

        def read() -> dict[str, Command]:
            from milimo_tui.studio.registry import commands

            return commands()

        return await self.reading.run(read)

    def remember(self, key: str, value: Any) -> None:
        """Keep something about the screens with the film, off the event loop; a read-only one keeps none."""

        def write() -> None:
            with suppress(MilimoError):
                file = self.studio.project_or_none()
                if file is not None and not file.read_only:
                    file.set_ui(key, value)

        self.editing.run(write)

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
        for screen in self.studio_screens():
            screen.refresh_lines()

    def say_error(self, error: MilimoError) -> None:
        self.say(error.message, "error", error.hint)

    def box_text(self) -> Text:
        """The box at the right of the status line: what works, what waits, how long."""
        ink, queue = self.ink, self.queue
        active, waiting = queue.active, queue.waiting
        if not active and not waiting:
            return line(("queue empty" if queue.running else "", ink.muted))
        at_work = [str(job["worker"]) for job in active if job.get("worker")]
        lanes = "+".join(dict.fromkeys(at_work or [str(active[0]["lane"])])) if active else ""
        out = line(
            (f"{WORKING} {lanes} {len(active)}", ink.working)
            if active
            else (f"{WAITING} {len(waiting)} waiting", ink.stale)
        )
        if active and waiting:
            out.append(f"  {len(waiting)} queued", ink.muted)
        known = [job["eta"] for job in active if job.get("eta") is not None]
        left = queue.left(time.time())
        if left is not None or known:
            out.append(f"  {clock(max(known) if left is None else left)}", ink.muted)
        return out

    # -- pictures ----------------------------------------------------------------------------------

    def to_terminal(self, words: str) -> None:
        """Write control words through Textual's own driver, so that they keep their order with its frames."""
        if words and self._driver is not None and not self._driver.is_headless:
            self._driver.write(words)

    def forget_picture(self, id: int) -> None:
        """Free a picture in the terminal's memory."""
        self.to_terminal(kitty.forget(id, wrap=self.terminal.wrap))


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


def one_by_one(event: events.Key) -> tuple[events.Key, ...]:
    """Esc and a letter typed in one breath reach a program as alt with that letter: two keys again."""
    character = event.character
    if not event.key.startswith("alt+") or not character or not event.is_printable:
        return (event,)
    key = "space" if character == " " else character
    return (events.Key("escape", "\x1b"), events.Key(key, character))


def key_name(event: events.Key) -> str:
    """A key as the keymap names it: the character it types, else Textual's name."""
    if event.character and event.is_printable and event.key != "space":
        return event.character
    return event.key
