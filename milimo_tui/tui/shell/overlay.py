"""Panels that are shown over a screen, such as the message log or a plain text. Esc or `q` closes a panel;
`/` filters its lines.

The lists of keys (`key_sheet`) and of commands (`app.palette`) have panels of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell.messages import wrap_message
from milimo_tui.tui.shell.ports import get_studio_app
from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.widgets.empty import TooSmall
from milimo_tui.tui.widgets.lines import Line, WrappedMessage
from milimo_tui.tui.widgets.prompt import SteadyInput
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import (
    add_link_style,
    find_link_targets,
    join_line,
    link_targets_in_row,
    wrap_words,
)

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.shell.messages import LogMessage
    from milimo_tui.tui.shell.ports import StudioApp


def get_panel_text_width(width: int) -> int:
    """Return the width in cells of the text in a panel, on a screen of `width` cells (see overlay.tcss)."""
    return max(20, min(110, width * 92 // 100) - 8)


class Overlay(ModalScreen[str]):
    """A panel with a heading and a list. Its result is the key of the row that the user chose; empty if the
    user closed the panel.
    """

    CONTEXTS: ClassVar[tuple[str, ...]] = ("overlay",)
    CSS_PATH = "overlay.tcss"
    # Focus the list when the panel opens. Textual would focus the filter field, because it comes first, and a
    # key typed at once would go into the field.
    AUTO_FOCUS = "Rows"

    def __init__(
        self, heading: str, rows: Sequence[Row], note: str = "", *, at_end: bool = False, foot: str = ""
    ) -> None:
        """Create a panel. With `at_end`, the cursor starts on the last row. `note` is a line of help, and
        `foot` the path of a manual page that is shown below the rows.
        """
        super().__init__()
        self.heading, self.first_rows, self.note, self.at_end = heading, tuple(rows), note, at_end
        self.foot = foot

    @property
    def contexts(self) -> tuple[str, ...]:
        return ("prompt",) if self.typing else self.CONTEXTS

    def _fill_panel_keys(self, words: str) -> str:
        """Replace ids of actions and shell commands in a text by the keys that do the same in the panel."""
        app = self.studio_app
        return app.replace_commands_with_keys(app.keyboard.keymap.with_keys(words, self.contexts))

    @property
    def typing(self) -> bool:
        return isinstance(self.focused, Input)

    @property
    def studio_app(self) -> StudioApp:
        return get_studio_app(self)

    @property
    def ink(self) -> TextStyles:
        return self.studio_app.ink

    @property
    def rows(self) -> Rows:
        return self.query_one(Rows)

    def make_rows_widget(self) -> Rows:
        """Return the widget that shows the rows."""
        return Rows(id="panel-rows")

    def compose(self) -> ComposeResult:
        with Vertical(id="panel"):
            yield Line(id="panel-head")
            yield SteadyInput(placeholder="filter lines by…", compact=True, id="panel-field")
            yield self.make_rows_widget()
            if self.foot:
                yield Line(id="panel-foot")
        yield WrappedMessage()
        yield TooSmall()

    def on_mount(self) -> None:
        self.query_one("#panel-head", Line).show_line(
            join_line((self.heading, self.ink.strong)),
            join_line(
                (self._fill_panel_keys(self.note or "{ui.out} closes   {ui.search} filters"), self.ink.muted)
            ),
        )
        if self.foot:
            path = (f"docs/{self.foot.rpartition('/')[2]}", add_link_style(self.ink.text, self.foot))
            self.query_one("#panel-foot", Line).show_line(join_line(("more: ", self.ink.muted), path))
        self._prepare_panel()

    def _prepare_panel(self) -> None:
        """Show the rows and focus them. Subclasses override this method instead of `on_mount`, because
        Textual runs the `on_mount` of every base class too.
        """
        self.query_one(Input).display = False
        self.rows.show_rows(self.first_rows)
        self.rows.focus()
        if self.at_end:
            self.call_after_refresh(self._scroll_to_end)

    def refresh_message(self) -> None:
        """Show the current message above the panel, wrapped so that all of it is visible."""
        shown, message = self.studio_app.shown_message, self.query_one_optional(WrappedMessage)
        if message is not None:
            message.show_message_rows(
                wrap_message(shown, self.ink, self.size.width - 2) if shown is not None else ()
            )

    def dismiss(self, result: str | None = None) -> AwaitComplete:
        """Close the panel, unless it is closed already. A second call does nothing; otherwise it would close
        the screen that came to the front after the panel.
        """
        return super().dismiss(result) if self.is_active else AwaitComplete()

    @action
    def act_search(self, key_command: KeyCommand) -> None:
        """Open the filter (`/`), which shows only lines that contain the typed words."""
        field = self.query_one(Input)
        field.display = True
        field.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        self._filter_rows(event.value)

    def _filter_rows(self, words: str) -> None:
        """Show only the lines that contain the words."""
        self.rows.show_rows(filter_panel_rows(self.first_rows, words))

    @action
    def act_accept(self, key_command: KeyCommand) -> None:
        """Move from the filter to the remaining lines (Enter)."""
        self.rows.focus()

    @action
    def act_down(self, key_command: KeyCommand) -> None:
        self.rows.act_down(key_command)

    @action
    def act_up(self, key_command: KeyCommand) -> None:
        self.rows.act_up(key_command)

    # While the filter has the focus, Tab moves to the next line.
    act_complete, act_complete_back = act_down, act_up

    @action
    def act_page_down(self, key_command: KeyCommand) -> None:
        self.rows.act_page_down(key_command)

    @action
    def act_page_up(self, key_command: KeyCommand) -> None:
        self.rows.act_page_up(key_command)

    def _scroll_to_end(self) -> None:
        if self.is_active:  # The panel may have been closed before it was painted for the first time.
            self.rows.move_to(len(self.rows.rows) - 1, -1)

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        self.dismiss(event.key)

    @action
    def act_out(self, key_command: KeyCommand) -> None:
        """Close the filter if it is open; otherwise close the panel."""
        if self.typing:
            self.query_one(Input).value = ""
            self.query_one(Input).display = False
            self.rows.focus()
        else:
            self.dismiss("")


def filter_panel_rows(rows: Sequence[Row], words: str) -> list[Row]:
    """Return the rows that contain every word. Headings (rows that cannot be chosen) stay if a row below them
    matches.
    """
    wanted, out = words.casefold().split(), []
    heading: Row | None = None
    for row in rows:
        text = f"{row.left.plain} {row.right.plain}".casefold()
        if not row.key:
            heading = row if text.strip() else heading
        elif all(word in text for word in wanted):
            out += [heading, row] if heading is not None and wanted else [row]
            heading = None
    return out if wanted else list(rows)


def make_text_rows(text: str, ink: TextStyles, width: int) -> list[Row]:
    """Return rows for a plain text, wrapped to `width` cells. The indentation is preserved, and the user can
    move the cursor through the rows.

    Web addresses and file paths in the text are links.
    """
    lines: list[tuple[str, str]] = []
    for words in text.splitlines():
        indent = " " * (len(words) - len(words.lstrip()))
        pieces = wrap_words(words, width, indent=indent) or [""]
        lines += [(piece, words if len(pieces) > 1 else "") for piece in pieces]
    linkable = find_link_targets(text)
    return [
        Row(str(index), link_targets_in_row(words, ink.text, linkable), whole=whole)
        for index, (words, whole) in enumerate(lines)
    ]


def make_log_rows(messages: Sequence[LogMessage], ink: TextStyles, width: int) -> list[Row]:
    """Return rows for the message log, oldest first, with time, sentence and hint, wrapped to `width`
    cells.
    """
    styles = {"info": ink.text, "good": ink.text, "warn": ink.stale, "error": ink.failed}
    glyphs = {"warn": "! ", "error": "✕ "}
    rows: list[Row] = []
    for index, entry in enumerate(messages):
        room_for = max(20, width - len(entry.clock) - 2)
        words = wrap_words(glyphs.get(entry.kind, "") + entry.text, room_for) or [""]
        fits_in_line = cell_len(words[-1]) + 2 + cell_len(entry.hint) <= room_for
        hints = [] if fits_in_line else wrap_words(entry.hint, room_for)
        parts = [(part, styles[entry.kind]) for part in words] + [(part, ink.muted) for part in hints]
        whole = f"{entry.clock}  {glyphs.get(entry.kind, '')}{entry.text}  {entry.hint}".rstrip()
        for place, (part, style) in enumerate(parts):
            clock = entry.clock if place == 0 else " " * len(entry.clock)
            right = join_line((entry.hint, ink.muted)) if fits_in_line and place == len(parts) - 1 else Text()
            words_here = join_line((clock, ink.muted), "  ", (part, style))
            rows.append(Row(f"{index}.{place}", words_here, right, whole=whole))
    return rows
