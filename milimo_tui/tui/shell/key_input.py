"""Turn the app's key events into complete key commands, and show hints for an incomplete chord.

`actions` performs a key command. The package `keys` defines the chords.
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

# Maximum time in seconds to wait for a text field to process one key, before the next key is handled.
FIELD_SECONDS = 0.5
QUESTION = ("confirm",)  # The key contexts of a screen while it waits for yes or no.
# Maximum time in seconds that a key waits for a screen that was just opened to be mounted.
SCREEN_SECONDS = 5.0
TURNS = 12  # Number of event loop iterations to wait for an action started by Enter to open its question.
# Maximum time in seconds that a key waits until a screen that was just opened has read its data.
READ_SECONDS = 1.0


class KeymapUser(Protocol):
    """A screen or panel whose keys are defined by the keymap."""

    @property
    def contexts(self) -> tuple[str, ...]: ...
    @property
    def typing(self) -> bool: ...


class KeyInput:
    """The path from a key event of the app to key commands. The app passes in each key event and performs the
    resulting key commands.
    """

    def __init__(self, app: StudioApp) -> None:
        self._app = app
        self._hints_timer: Any = None

    async def key_commands(
        self, event: events.Key, usual: Callable[[events.Key], Awaitable[None]]
    ) -> AsyncIterator[KeyCommand]:
        """Pass a key event to the key parser, and yield each complete key command for the caller to perform.

        If the parser has no use for the key, call `usual`, Textual's own handler. Keys are handled in the
        order in which they were typed.
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
            # Let an asynchronous action run until it first waits, so that it opens its prompt before the next
            # key is handled.
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    async def _wait_for_front_screen_ready(self) -> None:
        """Wait until the screen in front is mounted and has read its data.

        Keys that were typed after a key that opens a screen are meant for that screen.
        """
        began = time.monotonic()
        while self._app.keyboard.opening and time.monotonic() < began + SCREEN_SECONDS:
            await asyncio.sleep(0.005)
        while not self._app.screen.is_mounted and time.monotonic() < began + SCREEN_SECONDS:
            await asyncio.sleep(0.001)
        while not getattr(self._app.screen, "is_known", True) and time.monotonic() < began + READ_SECONDS:
            await asyncio.sleep(0.001)

    async def _wait_for_enter_handlers(self) -> None:
        """Wait until the focused widget and all its parents have handled the Enter key.

        Enter may open another screen. Keys typed after it are then meant for the new screen.
        """
        node, screen = self._app.focused, self._app.screen
        for each in node.ancestors_with_self if node is not None else ():
            event = asyncio.Event()
            if each.call_later(event.set):
                with suppress(TimeoutError):
                    await asyncio.wait_for(event.wait(), FIELD_SECONDS)
            if each is screen:
                break
        for _ in range(TURNS):  # An action that Enter started opens its text field during these iterations.
            await asyncio.sleep(0)

    def _parse_key(self, event: events.Key) -> KeyCommand | Press:
        """Pass a key to the parser and return the result. If the keys typed so far form a chord without a
        binding, show a message and discard these keys.
        """
        if not hasattr(self._app.screen, "contexts"):
            return Press.UNBOUND
        capture, parser = self._app.keyboard.capture, self._app.keyboard.parser
        if capture is not None and capture(key_name(event)):
            return Press.CLEARED
        screen = cast("KeymapUser", self._app.screen)
        was_pending, operator = parser.is_pending, parser.operator
        result = parser.press(key_name(event), screen.contexts, typing=screen.typing)
        if was_pending or parser.is_pending:
            # Update the display of pending keys first, because the action may put a panel over this screen.
            self._show_pending()
        if result is Press.UNBOUND and screen.contexts == QUESTION:
            # Discard a key that does not answer the question, so that it is not typed into the text below.
            return Press.CLEARED
        if result is not Press.UNBOUND or not was_pending:
            return result
        if operator is None:
            self._app.show_message("these keys have no action here", hint="{ui.help} lists the keys")
        else:
            keys = keymaps.format_chord(operator.chord)
            self._app.show_message(
                f"{keys} needs a motion or a text object after it",
                hint=f"for example {keys} w, {keys} i c or {keys} {keys}",
            )
        return Press.CLEARED

    async def type_into_focused(
        self, event: events.Key, usual: Callable[[events.Key], Awaitable[None]]
    ) -> None:
        """Pass a key to the focused widget, and wait until the widget has processed it.

        Textual runs a widget's own key bindings only when the key event has reached the app again, which is
        after later keys were typed into the widget. Without waiting, `ctrl+u` would also delete text typed
        after it, and Enter would submit half a word.
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
        with suppress(TimeoutError):  # If a field is busy for longer, continue; it processes the key later.
            await asyncio.wait_for(taken.wait(), FIELD_SECONDS)

    def type_keys(self, keys: Iterable[str]) -> Iterator[KeyCommand]:
        """Parse keys as if they were typed on the screen or panel in front, and yield each complete key
        command for the caller to perform. An incomplete chord waits for more keys.
        """
        if not hasattr(self._app.screen, "contexts"):
            return
        for key in keys:
            result = self._app.keyboard.parser.press(key, cast("KeymapUser", self._app.screen).contexts)
            if isinstance(result, KeyCommand):
                yield result
        self._show_pending()

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
    """Return the events for Esc and a letter if the event is alt with a letter; otherwise return only the
    event itself.

    If Esc and a letter are typed quickly, the terminal reports them as alt with the letter.
    """
    character = event.character
    if not event.key.startswith("alt+") or not character or not event.is_printable:
        return (event,)
    key = "space" if character == " " else character
    return (events.Key("escape", "\x1b"), events.Key(key, character))


def key_event(name: str) -> events.Key:
    """Return the Textual event for a key that is named as in the keymap."""
    return events.Key(name, " " if name == "space" else name if len(name) == 1 else None)


def key_name(event: events.Key) -> str:
    """Return the name of a key in the keymap: the character that the key types, or else Textual's name."""
    if event.character and event.is_printable and event.key != "space":
        return event.character
    return event.key
