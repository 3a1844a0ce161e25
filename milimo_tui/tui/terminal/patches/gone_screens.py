"""A screen that was closed goes on to handle what was sent to it before, its mounting first of all.

Its widgets are gone by then, so that a key that closes a panel as it opens ended the studio.
Goes when `test_textual_still_mounts_a_closed_screen` fails.
"""

from __future__ import annotations

from textual.css.query import NoMatches
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen

from milimo_tui.tui.terminal.patches.patch import Patch


async def _dispatch(screen: Screen[object], message: Message) -> None:
    """Handle a message; what a closed screen misses of its widgets is nobody's loss. Raises NoMatches."""
    try:
        await MessagePump._dispatch_message(screen, message)
    except NoMatches:
        app = screen.app
        if not app._exit and any(screen in stack for stack in app._screen_stacks.values()):
            raise


def put_in() -> None:
    """Have a closed screen miss its widgets in silence."""
    Screen._dispatch_message = _dispatch  # type: ignore[method-assign,assignment]


PATCH = Patch("a closed screen is told of what came before", put_in)
