"""The keys of the app: from what the terminal sends to whole key commands, and hints for half a chord.

What a key command does is `actions`'; what the chords are, `keys` knows.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from textual import events

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import config_folder
from milimo_tui.tui.keys import keymap as keymaps
from milimo_tui.tui.keys import keymap_file
from milimo_tui.tui.keys.key_parser import KeyCommand, KeyParser, Press
from milimo_tui.tui.keys.keymap import Binding, Keymap
from milimo_tui.tui.shell.actions import perform
from milimo_tui.tui.widgets.hints import DELAY
from milimo_tui.tui.widgets.lines import FootKey

if TYPE_CHECKING:
    from milimo_tui.tui.shell.ports import ShellApp

MOST_KEYS = 5  # on the status line, beside the way to all of them
FIELD_SECONDS = 0.5  # the longest a typed key is waited for before the next one is looked at
QUESTION = ("confirm",)  # the contexts of a screen that waits for yes or no
SCREEN_SECONDS = 5.0  # the longest a key waits for the screen that was just opened
TURNS = 12  # of the loop, until an act that Enter began has asked what it asks
READ_SECONDS = 1.0  # the longest for what that screen is about


class Keyed(Protocol):
    """A screen or panel that the keymap serves."""

    @property
    def contexts(self) -> tuple[str, ...]: ...
    @property
    def typing(self) -> bool: ...


class Keyboard:
    """The key parser with the person's keys, fed by the app's events."""

    def __init__(self, app: ShellApp) -> None:
        self._app = app
        self._parser: KeyParser | None = None
        self._hints_timer: Any = None
        self.hints_after = DELAY
        # Takes the keys as they are typed, before anything else knows of them, while it returns True.
        self.capture: Callable[[str], bool] | None = None
        self._opened = 0  # panels that are being made ready

    # What the keys are

    @property
    def parser(self) -> KeyParser:
        """Return the key parser; a keymap file that can't be read is reported, and the preset used."""
        if self._parser is None:
            self._parser = KeyParser(self._read_keymap())
        return self._parser

    @property
    def keymap(self) -> Keymap:
        return self.parser.keymap

    def reload(self, keymap: Keymap) -> None:
        """Take other keys from now on; what is half typed is forgotten."""
        self.parser.reset()
        self.parser.keymap = keymap

    def _read_keymap(self) -> Keymap:
        own, made, preset = user_keymap(), made_keymap(), self._app.studio.settings.keymap
        try:
            keymap = keymap_file.load(preset, own, made)
        except BadInput as error:
            self._app.say_error(error)
            return keymap_file.load(preset if preset in keymap_file.PRESETS else "default")
        # What keys made in the studio meet was shown when they were made.
        met = keymap_file.load(preset, own).conflicts() if own.exists() else ()
        if met:
            more = f", and {len(met) - 1} more" if len(met) > 1 else ""
            self._app.say(f"{own.name}: {met[0]}{more}", "warn", "{ui.help} lists the keys of a screen")
        return keymap

    # Typing

    async def key_commands(
        self, event: events.Key, usual: Callable[[events.Key], Awaitable[None]]
    ) -> AsyncIterator[KeyCommand]:
        """Give a key to the key parser, and yield each whole key command, to be done.

        A key that the parser does not know goes the `usual` way, in its turn.
        """
        await self._in_front()
        screen = self._app.screen
        edits_text = getattr(screen, "typing", False) and event.key in screen.active_bindings
        for key in (event,) if edits_text else one_by_one(event):
            await self._in_front()
            in_front = self._app.studio_screen
            queue = in_front.key_queue if in_front is not None else None
            if queue is not None and queue.hold(key, key_name(key)):
                continue
            pressed = self._press(key)
            if pressed is Press.UNBOUND:
                await self.type_in(key, usual)
                continue
            if isinstance(pressed, KeyCommand):
                yield pressed
                if pressed.binding.run == "ui.enter":
                    await self._chosen()
            # Let an act that is a coroutine take its first step (open its prompt) before the next key.
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    @contextmanager
    def opening(self) -> Iterator[None]:
        """Have keys wait while a panel is made ready: those typed behind the one that opens it are its."""
        self._opened += 1
        try:
            yield
        finally:
            self._opened -= 1

    async def _in_front(self) -> None:
        """Wait until the screen in front has its widgets and knows what it is about.

        Keys typed behind the one that opens it are its.
        """
        begun = time.monotonic()
        while self._opened and time.monotonic() < begun + SCREEN_SECONDS:
            await asyncio.sleep(0.005)
        while not self._app.screen.is_mounted and time.monotonic() < begun + SCREEN_SECONDS:
            await asyncio.sleep(0.001)
        while not getattr(self._app.screen, "is_known", True) and time.monotonic() < begun + READ_SECONDS:
            await asyncio.sleep(0.001)

    async def _chosen(self) -> None:
        """Wait until all have heard what Enter chose, from the list in hand to its screen.

        It may open another: half a chord that is typed behind it must not stay with this one.
        """
        node, screen = self._app.focused, self._app.screen
        for each in node.ancestors_with_self if node is not None else ():
            heard = asyncio.Event()
            if each.call_later(heard.set):
                with suppress(TimeoutError):
                    await asyncio.wait_for(heard.wait(), FIELD_SECONDS)
            if each is screen:
                break
        for _ in range(TURNS):  # what was begun for it opens its field
            await asyncio.sleep(0)

    def _press(self, event: events.Key) -> KeyCommand | Press:
        """Give a key to the parser; a key that ends a chord in nothing is reported, and the chord cleared."""
        if not hasattr(self._app.screen, "contexts"):
            return Press.UNBOUND
        if self.capture is not None and self.capture(key_name(event)):
            return Press.CLEARED
        screen = cast("Keyed", self._app.screen)
        was_pending, operator = self.parser.is_pending, self.parser.operator
        result = self.parser.press(key_name(event), screen.contexts, typing=screen.typing)
        if was_pending or self.parser.is_pending:
            self._show_pending()  # first: what is done may put a panel over this screen
        if result is Press.UNBOUND and screen.contexts == QUESTION:
            return Press.CLEARED  # what answers no question is not typed into the text below
        if result is not Press.UNBOUND or not was_pending:
            return result
        if operator is None:
            self._app.say("these keys do nothing here", hint="{ui.help} lists the keys")
        else:
            keys = keymaps.show(operator.chord)
            self._app.say(
                f"{keys} waits for a motion or an object", hint=f"{keys} w, {keys} i c, {keys} {keys}"
            )
        return Press.CLEARED

    async def type_in(self, event: events.Key, usual: Callable[[events.Key], Awaitable[None]]) -> None:
        """Hand a key to the focused widget and wait until it has taken it.

        Textual runs a widget's own bindings when the key has bubbled back up to the app, later than keys
        typed behind it: `ctrl+u` would then delete what was typed after it, and Enter take half a word.
        """
        focused, screen = self._app.focused, self._app.screen
        if focused is None or not getattr(screen, "typing", False):
            await usual(event)
            return
        found = None if event.is_printable else screen.active_bindings.get(event.key)
        if found is not None:
            if found.enabled:
                await self._app.run_action(found.binding.action, found.node)
            return
        await usual(event)
        taken = asyncio.Event()
        focused.call_later(taken.set)
        with suppress(TimeoutError):  # a field that is busy for that long gets its keys in its own time
            await asyncio.wait_for(taken.wait(), FIELD_SECONDS)

    def type_keys(self, keys: Iterable[str]) -> None:
        """Type keys on the screen or panel in front; half a chord waits for the rest."""
        if not hasattr(self._app.screen, "contexts"):
            return
        for key in keys:
            result = self.parser.press(key, cast("Keyed", self._app.screen).contexts)
            if isinstance(result, KeyCommand):
                perform(self._app, result)
        self._show_pending()

    # What can follow

    def _show_pending(self) -> None:
        screen = self._app.studio_screen
        if self._hints_timer is not None:
            self._hints_timer.stop()
            self._hints_timer = None
        if screen is None or not screen.is_mounted:
            return
        screen.refresh_lines()
        screen.hints.display = False
        if self.parser.is_pending:
            self._hints_timer = self._app.set_timer(self.hints_after, self._show_hints)

    def _show_hints(self) -> None:
        screen = self._app.studio_screen
        if screen is not None and self.parser.is_pending:
            rows = self.parser.continuations(screen.contexts)
            screen.hints.show(self.parser.pending, rows, self._app.ink, screen.size.width)

    def foot(
        self,
        contexts: tuple[str, ...],
        *,
        typing: bool = False,
        first: Sequence[Binding] = (),
        idle: Collection[str] = (),
    ) -> list[FootKey]:
        """List the keys for the status line, five at most and the way to all others.

        `first` are those that this state needs; then come those that the nearest context has marked for it.
        What is `idle` (acts and commands) can do nothing now: it comes last.
        """
        marked: list[Binding] = []
        for context in contexts:
            there = self.keymap.by_context.get(context, {}).values()
            marked = [binding for binding in there if binding.foot and not binding.alias]
            if marked:
                break
        able = [binding for binding in marked if binding.run not in idle]
        rest = [binding for binding in marked if binding.run in idle]
        needed = [binding for binding in first if binding.run not in idle]
        chosen = list({binding.chord: binding for binding in (*needed, *able, *rest)}.values())[:MOST_KEYS]
        found = [FootKey(keymaps.show(each.chord), each.note, each.chord) for each in chosen]
        if "global" in contexts:
            chord = ("f1",) if typing else ("?",)
            found.append(FootKey(keymaps.show(chord), "keys", chord))
        return found


def user_keymap() -> Path:
    """Return the path of the keys that the person wrote by hand, laid over the preset."""
    return config_folder() / "keymap.toml"


def made_keymap() -> Path:
    """Return the path of the keys that the person made in the studio, laid over those."""
    return config_folder() / "own_keys.toml"


def one_by_one(event: events.Key) -> tuple[events.Key, ...]:
    """Split alt with a letter into Esc and that letter.

    Typed in one breath they reach a program as one key.
    """
    character = event.character
    if not event.key.startswith("alt+") or not character or not event.is_printable:
        return (event,)
    key = "space" if character == " " else character
    return (events.Key("escape", "\x1b"), events.Key(key, character))


def key_event(name: str) -> events.Key:
    """Return the event of a key by its name in the keymap."""
    return events.Key(name, " " if name == "space" else name if len(name) == 1 else None)


def key_name(event: events.Key) -> str:
    """Name a key as the keymap does: the character it types, else Textual's name."""
    if event.character and event.is_printable and event.key != "space":
        return event.character
    return event.key
