"""Copying through the terminal (OSC 52), which never confirms that a copy has arrived.

Two failures can be reported beforehand: the text is longer than terminals accept, or tmux does not pass it
on.
"""

from __future__ import annotations

import base64
from collections.abc import Callable

from milimo_tui.studio.machine.tmux import is_passthrough_allowed
from milimo_tui.tui.terminal.reset import wrap_for_tmux

# This is 99,992 bytes of base64; xterm accepts 100,000, and other terminals follow xterm.
MOST_BYTES = 74_994


def encode_clipboard_sequence(text: str) -> str:
    """Return the escape sequence that puts a text into the terminal's clipboard."""
    return f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\a"


def describe_oversized_copy(text: str) -> str:
    """Return a warning for a text that many terminals drop; empty for a shorter text."""
    size = len(text.encode())
    if size <= MOST_BYTES:
        return ""
    return f"{size:,} bytes may not arrive: many terminals take {MOST_BYTES:,} at most"


def find_tmux_copy_sequence(text: str, ask: Callable[..., str]) -> str | None:
    """Return the escape sequence to send in addition, so that tmux passes a copy on; None if tmux will not.

    `ask` returns what `tmux …` prints (`tmux.tmux_words`) and blocks meanwhile. An empty result means that
    tmux passes the copy on by itself, or that its setting is unknown.
    """
    if ask("show-options", "-sv", "set-clipboard") in ("on", ""):
        return ""
    if is_passthrough_allowed(ask):
        return wrap_for_tmux(encode_clipboard_sequence(text))
    return None
