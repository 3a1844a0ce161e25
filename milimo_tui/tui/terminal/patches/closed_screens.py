"""Fault of Textual: a closed screen still handles messages that were sent to it earlier. The screen now in
front also calls deferred callbacks of the closed screen.

The widgets of the closed screen no longer exist then, so the error NoMatches ended the studio. This happened
if a key closed a panel while the panel was opening, or a page while its layout was being measured. The patch
ignores the error. Remove it when the tests for this behaviour of Textual fail.
"""

from __future__ import annotations

from textual._callback import invoke
from textual.css.query import NoMatches
from textual.dom import DOMNode, NoScreen
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen

from milimo_tui.tui.terminal.patches.patch import Patch


def _is_on_open_screen(pump: MessagePump) -> bool:
    """Return True if a message handler (widget, screen or app) belongs to an open screen. The app itself
    counts as open.
    """
    app = pump.app
    if not isinstance(pump, DOMNode) or pump is app:
        return True
    try:
        screen = pump.screen
    except NoScreen:
        return False
    return not app._exit and any(screen in stack for stack in app._screen_stacks.values())


async def _dispatch_if_open(screen: Screen[object], message: Message) -> None:
    """Let a screen handle a message. If a widget was not found (NoMatches), raise this error only if the
    screen is open.
    """
    try:
        await MessagePump._dispatch_message(screen, message)
    except NoMatches:
        if _is_on_open_screen(screen):
            raise


async def _call_deferred_callbacks(screen: Screen[object]) -> None:
    """Call the callbacks that waited for the next refresh. If a widget was not found (NoMatches), raise this
    error only if the callback's screen is open.
    """
    waiting = screen._callbacks[:]
    screen._callbacks.clear()
    for callback, pump in waiting:
        with pump._context():
            try:
                await invoke(callback)
            except NoMatches:
                if _is_on_open_screen(pump):
                    raise


def install_closed_screen_dispatch() -> None:
    """Replace Textual's methods by those that ignore missing widgets of a closed screen."""
    Screen._dispatch_message = _dispatch_if_open  # type: ignore[method-assign,assignment]
    Screen._invoke_and_clear_callbacks = _call_deferred_callbacks  # type: ignore[method-assign,assignment]


PATCH = Patch("a closed screen is told of what came before", install_closed_screen_dispatch)
