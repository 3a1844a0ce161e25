"""What becomes of a copy that goes through the terminal (OSC 52): nobody answers whether it has arrived.

What is known beforehand can be told: that it is longer than terminals take, that tmux keeps it to itself.
"""

from __future__ import annotations

import base64
from collections.abc import Callable

from milimo_tui.studio.machine.tmux import lets_through
from milimo_tui.tui.terminal.reset import through_tmux

MOST_BYTES = 74_994  # 99,992 of base64: xterm takes 100,000, others take it for their measure


def copy_words(text: str) -> str:
    """Return the words that put a text into the clipboard of the terminal."""
    return f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\a"


def too_long(text: str) -> str:
    """Return what to say of a text that many terminals drop; empty for a shorter one."""
    size = len(text.encode())
    if size <= MOST_BYTES:
        return ""
    return f"{size:,} bytes may not arrive: many terminals take {MOST_BYTES:,} at most"


def way_through_tmux(text: str, ask: Callable[..., str]) -> str | None:
    """Return the words to send besides, so that tmux hands a copy on; None where it will not.

    `ask` gives what `tmux …` prints (`tmux.tmux_words`), and blocks meanwhile. Empty words: it
    does so by itself, or nobody knows.
    """
    if ask("show-options", "-sv", "set-clipboard") in ("on", ""):
        return ""
    if lets_through(ask):
        return through_tmux(copy_words(text))
    return None
