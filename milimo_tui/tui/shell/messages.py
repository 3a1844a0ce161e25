"""Messages of the studio: the entries of the message log, and how they are formatted for the message line.
Pure.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from rich.style import Style
from rich.text import Text

from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.widgets.text import join_line, wrap_words


@dataclass(frozen=True, slots=True)
class LogMessage:
    """An entry of the message log. `kind` is info, good, warn or error; `at` is in seconds since 1970."""

    text: str
    kind: str = "info"
    hint: str = ""
    at: float = 0.0

    @property
    def clock(self) -> str:
        """The local time of the message, as `HH:MM:SS`."""
        return time.strftime("%H:%M:%S", time.localtime(self.at))


def format_message(message: LogMessage, ink: TextStyles) -> Text:
    """Format a message as one line: the glyph for its kind, the message's text, and its hint."""
    glyph, style = _get_message_style(message.kind, ink)
    return join_line((glyph + message.text, style), (f"  {message.hint}" if message.hint else "", ink.muted))


def wrap_message(message: LogMessage, ink: TextStyles, width: int) -> list[Text]:
    """Wrap a message to `width` cells. The hint is on its own rows after the message's text. Both are
    indented by the width of the glyph.
    """
    glyph, style = _get_message_style(message.kind, ink)
    inside = width - len(glyph)
    rows = [(words, style) for words in wrap_words(message.text, inside)]
    rows += [(words, ink.muted) for words in wrap_words(message.hint, inside)]
    signs = [glyph] + [" " * len(glyph)] * len(rows)
    return [join_line((sign, style), row) for sign, row in zip(signs, rows, strict=False)]


def format_message_line(message: LogMessage, place: Text, ink: TextStyles, width: int) -> tuple[Text, Text]:
    """Return the left and the right text of the message line: the message and `place`, which says where the
    user is on the screen. If both do not fit into `width` cells, the right text is empty.
    """
    text = format_message(message, ink)
    return text, place if text.cell_len + 2 + place.cell_len <= width else Text()


def _get_message_style(kind: str, ink: TextStyles) -> tuple[str, Style]:
    """Return the glyph for a kind of message, and the style of the message's text."""
    return {"warn": ("! ", ink.stale), "error": ("✕ ", ink.failed)}.get(kind, ("", ink.text))
