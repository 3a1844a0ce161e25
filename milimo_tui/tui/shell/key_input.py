"""The keys of the app: from terminal input to complete key commands, and hints for an incomplete chord.

`actions` performs a key command; `keys` defines the chords.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol, cast

from textual import events

from milimo_tui.tui.keys import keymap as keymaps
from milimo_tui.tui.keys.key_parser import KeyCommand, Press

if TYPE_CHECKING:
    from milimo_tui.tui.shell.ports import StudioApp

FIELD_SECONDS = 0.5  # The longest wait for a field to process one key before the next key is handled.
QUESTION = ("confirm",)  # The contexts of a screen that waits for yes or no.
SCREEN_SECONDS = 5.0  # The longest time that a key waits for a screen that was just opened.
TURNS = 12  # Number of event loop iterations after which an action started by Enter has opened its question.
READ_SECONDS = 1.0  # The longest time that a key waits for the data of that screen.


class KeymapUser(Protocol):
    """A screen or panel that the keymap serves."""

    @property
    def contexts(self) -> tuple[str, ...]: ...
    @property
    def typing(self) -> bool: ...


class KeyInput:
    """The reader of the app's key events."""

    def __init__(self, app: StudioApp) -> None:
        self._app = app
        self._hints_timer: Any = None

    async def key_commands(
        self, event: events.Key, usual: Callable[[events.Key], Awaitable[None]]
    ) -> AsyncIterator[KeyCommand]:
        """Give a key to the key parser, and yield each complete key command, to be performed.

        A key that the parser does not know is passed to `usual`, in the order of typing.
        """
        await self._wait_for_front_screen_ready()
        screen = self._app.screen
        edits_text = getattr(screen, "typing", False) and event.key in screen.active_bindings
        for key in (event,) if edits_text else split_alt_key(event):
            await self._wait_for_front_screen_ready()
            in_front = self._app.studio_screen
            queue = in_front.key_queue if in_front is not None else None
            if queue is not None and queue.hold_key_event(key, key_name(key), self._app.keyboard.keymap):
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

    async def _wait_for_front_screen_ready(self) -> None:
        """Wait until the screen in front is mounted and has read its data.

        Keys typed after the one that opens a screen belong to that screen.
        """
        begun = time.monotonic()
        while self._app.keyboard.opening and time.monotonic() < begun + SCREEN_SECONDS:
            await asyncio.sleep(0.005)
        while not self._app.screen.is_mounted and time.monotonic() < begun + SCREEN_SECONDS:
            await asyncio.sleep(0.001)
        while not getattr(self._app.screen, "is_known", True) and time.monotonic() < begun + READ_SECONDS:
            await asyncio.sleep(0.001)

    async def _wait_for_enter_handlers(self) -> None:
        """Wait until the focused widget and all its parents have processed what Enter chose.

        Enter may open another screen. The keys after it then belong to the new screen.
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
        capture, parser = self._app.keyboard.capture, self._app.keyboard.parser
        if capture is not None and capture(key_name(event)):
            return Press.CLEARED
        screen = cast("KeymapUser", self._app.screen)
        was_pending, operator = parser.is_pending, parser.operator
        result = parser.press(key_name(event), screen.contexts, typing=screen.typing)
        if was_pending or parser.is_pending:
            # Update the pending keys first, because the act may put a panel over this screen.
            self._show_pending()
        if result is Press.UNBOUND and screen.contexts == QUESTION:
            # A key that does not answer the question must not be typed into the text below.
            return Press.CLEARED
        if result is not Press.UNBOUND or not was_pending:
            return result
        if operator is None:
            self._app.show_message("these keys have no action here", hint="{ui.help} lists the keys")
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

    def type_keys(self, keys: Iterable[str]) -> Iterator[KeyCommand]:
        """Type keys on the screen or panel in front, and yield each complete key command, to be performed. An
        incomplete chord waits for the remaining keys.
        """
        if not hasattr(self._app.screen, "contexts"):
            return
        for key in keys:
            result = self._app.keyboard.parser.press(key, cast("KeymapUser", self._app.screen).contexts)
            if isinstance(result, KeyCommand):
                yield result
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
        if self._app.keyboard.parser.is_pending:
            self._hints_timer = self._app.set_timer(self._app.keyboard.hints_after, self._show_hints)

    def _show_hints(self) -> None:
        screen = self._app.studio_screen
        if screen is not None and self._app.keyboard.parser.is_pending:
            rows = self._app.keyboard.parser.list_continuations(screen.contexts)
            screen.hints.show_hints(self._app.keyboard.parser.pending, rows, self._app.ink, screen.size.width)


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
