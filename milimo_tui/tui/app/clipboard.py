"""Copy text through the terminal (the OSC 52 sequence). A terminal never confirms that a copy has arrived.

Two failures can be detected beforehand: the text is longer than terminals accept, or tmux does not pass the
sequence on.
"""

from __future__ import annotations

import base64
from collections.abc import Callable

from milimo_tui.studio.machine.tmux import is_passthrough_allowed
from milimo_tui.tui.terminal.reset import wrap_for_tmux

# Longest text in bytes. In base64 this is 99,992 bytes; xterm accepts 100,000, and other terminals use
# xterm's limit.
MOST_BYTES = 74_994


def encode_clipboard_sequence(text: str) -> str:
    """Return the escape sequence that puts a text into the terminal's clipboard."""
    return f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\a"


def describe_oversized_copy(text: str) -> str:
    """Return a warning if a text is too long for many terminals; an empty text otherwise."""
    size = len(text.encode())
    if size <= MOST_BYTES:
        return ""
    return f"{size:,} bytes may not arrive: many terminals take {MOST_BYTES:,} at most"


def find_tmux_copy_sequence(text: str, ask: Callable[..., str]) -> str | None:
    """Return the extra escape sequence that makes tmux pass a copied text on to its terminal. Return None if
    tmux refuses to pass it on. An empty text means that no extra sequence is needed: tmux passes the copy on
    by itself, or its setting is unknown.

    `ask` runs tmux with the given arguments and returns the output (`tmux.run_tmux`); it blocks meanwhile.
    """
    if ask("show-options", "-sv", "set-clipboard") in ("on", ""):
        return ""
    if is_passthrough_allowed(ask):
        return wrap_for_tmux(encode_clipboard_sequence(text))
    return None
