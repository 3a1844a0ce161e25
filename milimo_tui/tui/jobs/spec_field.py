"""A text field for a job's spec, based on Textual's text area. Names and punctuation of the JSON have
different colours.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.text import Text
from textual.reactive import reactive
from textual.widgets import TextArea

from milimo_tui.tui.widgets.terminal_app import get_terminal_app

if TYPE_CHECKING:
    pass

_NAME = re.compile(r'^\s*("(?:[^"\\]|\\.)*"\s*:)')
_BRACES = re.compile(r"[{}\[\],]\s*$|^[{}]")


class SpecText(TextArea):
    """A text area for a job's spec. If `read_only` is True, keys run actions; otherwise they type text. The
    cursor does not blink.
    """

    cursor_blink = reactive(False, init=False)

    DEFAULT_CSS = """
    SpecText, SpecText:focus {
        border: none; padding: 0; width: 1fr; height: 1fr; background: $surface; color: $text;
        scrollbar-size-vertical: 1;
    }
    SpecText .text-area--cursor-line { background: $raised; }
    SpecText .text-area--gutter, SpecText .text-area--cursor-gutter { color: $muted; background: $surface; }
    SpecText .text-area--cursor { background: $accent; color: $background; }
    SpecText.-read-only .text-area--cursor { background: $line; color: $text; }
    SpecText:ansi .text-area--cursor {
        background: ansi_default; color: ansi_default; text-style: reverse;
    }
    SpecText .text-area--selection { background: $line; }
    """

    def __init__(self, text: str, *, id: str | None = None) -> None:
        super().__init__(text, soft_wrap=True, show_line_numbers=True, tab_behavior="focus", id=id)

    @property
    def is_writing(self) -> bool:
        return not self.read_only

    def get_line(self, line_index: int) -> Text:
        ink = get_terminal_app(self).ink
        text = Text(self.document.get_line(line_index), end="", no_wrap=True)
        name = _NAME.match(text.plain)
        if name is not None:
            text.stylize(ink.accent, name.start(1), name.end(1))
        for found in _BRACES.finditer(text.plain):
            text.stylize(ink.muted, found.start(), found.end())
        return text

    def go_to_spec_line(self, number: int) -> None:
        """Move the cursor to the start of line `number`, counted from 1."""
        row = max(0, min(number - 1, self.document.line_count - 1))
        self.move_cursor((row, 0))
