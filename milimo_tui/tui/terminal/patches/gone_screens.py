"""A screen that was closed goes on to handle what was sent to it before, its mounting first of all; and what
it put off is called by the screen that is in front then.

Its widgets are gone by then, so that a key that closes a panel as it opens ended the studio, and so did one
that closed a page as it was measured. Goes when the tests fail that hold Textual to it.
"""

from __future__ import annotations

from textual._callback import invoke
from textual.css.query import NoMatches
from textual.dom import DOMNode, NoScreen
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen

from milimo_tui.tui.terminal.patches.patch import Patch


def _is_there(pump: MessagePump) -> bool:
    """Tell whether who handles something is on a screen that is open."""
    app = pump.app
    if not isinstance(pump, DOMNode) or pump is app:
        return True
    try:
        screen = pump.screen
    except NoScreen:
        return False
    return not app._exit and any(screen in stack for stack in app._screen_stacks.values())


async def _dispatch(screen: Screen[object], message: Message) -> None:
    """Handle a message; what a closed screen misses of its widgets is nobody's loss. Raises NoMatches."""
    try:
        await MessagePump._dispatch_message(screen, message)
    except NoMatches:
        if _is_there(screen):
            raise


async def _call_what_was_put_off(screen: Screen[object]) -> None:
    """Call what waited for a refresh, whoever put it off. Raises NoMatches where that one is still open."""
    waiting = screen._callbacks[:]
    screen._callbacks.clear()
    for callback, pump in waiting:
        with pump._context():
            try:
                await invoke(callback)
            except NoMatches:
                if _is_there(pump):
                    raise


def put_in() -> None:
    """Have a closed screen miss its widgets in silence."""
    Screen._dispatch_message = _dispatch  # type: ignore[method-assign,assignment]
    Screen._invoke_and_clear_callbacks = _call_what_was_put_off  # type: ignore[method-assign,assignment]


PATCH = Patch("a closed screen is told of what came before", put_in)
