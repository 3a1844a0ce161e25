"""A closed screen still handles messages that were sent to it before, its mounting included; and its deferred
callbacks are called by the screen that is in front by then.

The widgets are gone by then, so a key that closed a panel while it opened ended the studio, and so did a key
that closed a page while it was measured. Remove when the tests for this behaviour of Textual fail.
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
    """Return True if the message handler is on a screen that is open."""
    app = pump.app
    if not isinstance(pump, DOMNode) or pump is app:
        return True
    try:
        screen = pump.screen
    except NoScreen:
        return False
    return not app._exit and any(screen in stack for stack in app._screen_stacks.values())


async def _dispatch_if_open(screen: Screen[object], message: Message) -> None:
    """Handle a message; ignore that a closed screen no longer finds its widgets. Raises NoMatches."""
    try:
        await MessagePump._dispatch_message(screen, message)
    except NoMatches:
        if _is_on_open_screen(screen):
            raise


async def _call_deferred_callbacks(screen: Screen[object]) -> None:
    """Call the callbacks that waited for a refresh. Raises NoMatches if the callback's screen is still
    open.
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
    """Install message handling that ignores missing widgets of a closed screen."""
    Screen._dispatch_message = _dispatch_if_open  # type: ignore[method-assign,assignment]
    Screen._invoke_and_clear_callbacks = _call_deferred_callbacks  # type: ignore[method-assign,assignment]


PATCH = Patch("a closed screen is told of what came before", install_closed_screen_dispatch)
