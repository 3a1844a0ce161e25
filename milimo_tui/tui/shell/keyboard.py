"""The keys of the app: from terminal input to complete key commands, and hints for an incomplete chord.

`actions` performs a key command; `keys` defines the chords.
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
from milimo_tui.core.host import get_config_folder
from milimo_tui.tui.keys import keymap as keymaps
from milimo_tui.tui.keys import keymap_file
from milimo_tui.tui.keys.key_parser import KeyCommand, KeyParser, Press
from milimo_tui.tui.keys.keymap import Binding, Keymap
from milimo_tui.tui.shell.actions import perform_key_command
from milimo_tui.tui.widgets.hints import DELAY
from milimo_tui.tui.widgets.lines import StatusKey

if TYPE_CHECKING:
    from milimo_tui.tui.shell.ports import ShellApp

MOST_KEYS = 5  # On the status line, next to the key that lists all keys.
FIELD_SECONDS = 0.5  # The longest wait for a field to process one key before the next key is handled.
QUESTION = ("confirm",)  # The contexts of a screen that waits for yes or no.
SCREEN_SECONDS = 5.0  # The longest time that a key waits for a screen that was just opened.
TURNS = 12  # Turns of the event loop until an act started by Enter has opened its question.
READ_SECONDS = 1.0  # The longest time that a key waits for the data of that screen.


class KeymapUser(Protocol):
    """A screen or panel that the keymap serves."""

    @property
    def contexts(self) -> tuple[str, ...]: ...
    @property
    def typing(self) -> bool: ...


class Keyboard:
    """The key parser with the user's keys, fed by the app's events."""

    def __init__(self, app: ShellApp) -> None:
        self._app = app
        self._parser: KeyParser | None = None
        self._hints_timer: Any = None
        self.hints_after = DELAY
        # Receives each key before anything else does; a key for which it returns True goes no further.
        self.capture: Callable[[str], bool] | None = None
        self._opened = 0  # Number of panels that are being prepared.

    # The keymap

    @property
    def parser(self) -> KeyParser:
        """The key parser. A keymap file that cannot be read is reported, and the preset is used."""
        if self._parser is None:
            self._parser = KeyParser(self._read_keymap())
        return self._parser

    @property
    def keymap(self) -> Keymap:
        return self.parser.keymap

    def use_keymap(self, keymap: Keymap) -> None:
        """Use another keymap from now on; an incomplete chord is discarded."""
        self.parser.reset()
        self.parser.keymap = keymap

    def _read_keymap(self) -> Keymap:
        own, made, preset = get_user_keymap_path(), get_studio_keymap_path(), self._app.studio.settings.keymap
        try:
            keymap = keymap_file.load_keymap(preset, own, made)
        except BadInput as error:
            self._app.show_error(error)
            return keymap_file.load_keymap(preset if preset in keymap_file.PRESETS else "default")
        # Conflicts of keys that were defined in the studio were shown when they were defined.
        met = keymap_file.load_keymap(preset, own).describe_conflicts() if own.exists() else ()
        if met:
            more = f", and {len(met) - 1} more" if len(met) > 1 else ""
            self._app.show_message(
                f"{own.name}: {met[0]}{more}", "warn", "{ui.help} lists the keys of a screen"
            )
        return keymap

    # Typing

    async def key_commands(
        self, event: events.Key, usual: Callable[[events.Key], Awaitable[None]]
    ) -> AsyncIterator[KeyCommand]:
        """Give a key to the key parser, and yield each complete key command, to be performed.

        A key that the parser does not know is handled by `usual`, in its turn.
        """
        await self._wait_for_front_screen_ready()
        screen = self._app.screen
        edits_text = getattr(screen, "typing", False) and event.key in screen.active_bindings
        for key in (event,) if edits_text else split_alt_key(event):
            await self._wait_for_front_screen_ready()
            in_front = self._app.studio_screen
            queue = in_front.key_queue if in_front is not None else None
            if queue is not None and queue.hold_key_event(key, key_name(key), self.keymap):
                continue
            pressed = self._parse_key(key)
            if pressed is Press.UNBOUND:
                await self.type_into_focused(key, usual)
                continue
            if isinstance(pressed, KeyCommand):
                yield pressed
                if pressed.binding.run == "ui.enter":
                    await self._wait_for_enter_handlers()
            # An act that is a coroutine must take its first step (open its prompt) before the next key.
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    @contextmanager
    def hold_keys_while_opening(self) -> Iterator[None]:
        """Make keys wait while a panel is prepared: keys typed after the one that opens the panel belong to
        it.
        """
        self._opened += 1
        try:
            yield
        finally:
            self._opened -= 1

    async def _wait_for_front_screen_ready(self) -> None:
        """Wait until the screen in front is mounted and has read its data.

        Keys typed after the one that opens a screen belong to that screen.
        """
        begun = time.monotonic()
        while self._opened and time.monotonic() < begun + SCREEN_SECONDS:
            await asyncio.sleep(0.005)
        while not self._app.screen.is_mounted and time.monotonic() < begun + SCREEN_SECONDS:
            await asyncio.sleep(0.001)
        while not getattr(self._app.screen, "is_known", True) and time.monotonic() < begun + READ_SECONDS:
            await asyncio.sleep(0.001)

    async def _wait_for_enter_handlers(self) -> None:
        """Wait until the focused widget and all its parents have processed what Enter chose.

        Enter may open another screen: an incomplete chord typed after it must not stay with this one.
        """
        node, screen = self._app.focused, self._app.screen
        for each in node.ancestors_with_self if node is not None else ():
            heard = asyncio.Event()
            if each.call_later(heard.set):
                with suppress(TimeoutError):
                    await asyncio.wait_for(heard.wait(), FIELD_SECONDS)
            if each is screen:
                break
        for _ in range(TURNS):  # An act that Enter started opens its field in these turns.
            await asyncio.sleep(0)

    def _parse_key(self, event: events.Key) -> KeyCommand | Press:
        """Give a key to the parser. If a chord ends without a binding, show a message and clear the chord."""
        if not hasattr(self._app.screen, "contexts"):
            return Press.UNBOUND
        if self.capture is not None and self.capture(key_name(event)):
            return Press.CLEARED
        screen = cast("KeymapUser", self._app.screen)
        was_pending, operator = self.parser.is_pending, self.parser.operator
        result = self.parser.press(key_name(event), screen.contexts, typing=screen.typing)
        if was_pending or self.parser.is_pending:
            # Update the pending keys first, because the act may put a panel over this screen.
            self._show_pending()
        if result is Press.UNBOUND and screen.contexts == QUESTION:
            # A key that does not answer the question must not be typed into the text below.
            return Press.CLEARED
        if result is not Press.UNBOUND or not was_pending:
            return result
        if operator is None:
            self._app.show_message("these keys do nothing here", hint="{ui.help} lists the keys")
        else:
            keys = keymaps.format_chord(operator.chord)
            self._app.show_message(
                f"{keys} waits for a motion or an object", hint=f"{keys} w, {keys} i c, {keys} {keys}"
            )
        return Press.CLEARED

    async def type_into_focused(
        self, event: events.Key, usual: Callable[[events.Key], Awaitable[None]]
    ) -> None:
        """Hand a key to the focused widget and wait until the widget has processed it.

        Textual runs a widget's own bindings when the key has bubbled back up to the app, later than keys
        typed after it: `ctrl+u` would then delete what was typed after it, and Enter would submit half a
        word.
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
        with suppress(TimeoutError):  # A field that is busy for longer processes its keys later.
            await asyncio.wait_for(taken.wait(), FIELD_SECONDS)

    def type_keys(self, keys: Iterable[str]) -> None:
        """Type keys on the screen or panel in front; an incomplete chord waits for the remaining keys."""
        if not hasattr(self._app.screen, "contexts"):
            return
        for key in keys:
            result = self.parser.press(key, cast("KeymapUser", self._app.screen).contexts)
            if isinstance(result, KeyCommand):
                perform_key_command(self._app, result)
        self._show_pending()

    # Hints for an incomplete chord

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
            rows = self.parser.list_continuations(screen.contexts)
            screen.hints.show_hints(self.parser.pending, rows, self._app.ink, screen.size.width)

    def list_status_keys(
        self,
        contexts: tuple[str, ...],
        *,
        typing: bool = False,
        first: Sequence[Binding] = (),
        idle: Collection[str] = (),
    ) -> list[StatusKey]:
        """List the keys for the status line: at most five, and the key that lists all others.

        `first` are bindings that the present state needs; bindings that the nearest context marks for the
        status line follow. Acts and commands in `idle` can do nothing now: their keys come last.
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
        found = [StatusKey(keymaps.format_chord(each.chord), each.note, each.chord) for each in chosen]
        if "global" in contexts:
            chord = ("f1",) if typing else ("?",)
            found.append(StatusKey(keymaps.format_chord(chord), "keys", chord))
        return found


def get_user_keymap_path() -> Path:
    """Return the path of the keymap that the user wrote in a text editor; it overrides the preset."""
    return get_config_folder() / "keymap.toml"


def get_studio_keymap_path() -> Path:
    """Return the path of the keys that the user defined in the studio; they override the preset and the user
    keymap.
    """
    return get_config_folder() / "own_keys.toml"


def split_alt_key(event: events.Key) -> tuple[events.Key, ...]:
    """Split alt with a letter into Esc and that letter.

    Esc and a letter typed quickly reach a program as one key.
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
    """Return a key's name in the keymap: the character it types, else Textual's name."""
    if event.character and event.is_printable and event.key != "space":
        return event.character
    return event.key
