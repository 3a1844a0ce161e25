"""The command palette: every command and every action of the visible screen, found by any word for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from milimo_tui.tui.app.command_list import describe_list_entry, format_no_match
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.keys.ranking import CommandEntry, list_matching_entries
from milimo_tui.tui.shell.overlay import Overlay, get_panel_text_width
from milimo_tui.tui.widgets.empty import TooSmall
from milimo_tui.tui.widgets.lines import Line, WrappedMessage
from milimo_tui.tui.widgets.prompt import SteadyInput
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import fit_to_cells, join_line

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand

TITLE = 22  # Width of a command's title, in cells.
WIDE = 90  # From this width in cells, the heading names all keys.


class Palette(Overlay):
    """A panel of commands and actions, found by any word for them, the best match first.

    A command that can't run here shows the reason. Dismisses with the command's id; with `EVERY` before the
    id if the user wants to be asked for all arguments; with `FINDER` and the typed text if the user goes to
    the finder.
    """

    CONTEXTS: ClassVar[tuple[str, ...]] = ("palette", "prompt")
    CSS_PATH = "../shell/overlay.tcss"
    AUTO_FOCUS = "Input"
    EVERY: ClassVar[str] = "+"
    FINDER: ClassVar[str] = "?"

    def __init__(
        self,
        entries: Sequence[CommandEntry],
        used: Sequence[str] = (),
        words: str = "",
        lately: Sequence[str] = (),
    ) -> None:
        """Create the palette.

        `entries` are tuples of command, reason why it is disabled (or empty), and keys. `used` holds ids that
        come before equally good matches; those in `lately` are marked as recently used. `words` are in the
        field at first.
        """
        super().__init__("Commands", ())
        self.entries, self.used = tuple(entries), tuple(used)
        self._begun, self._lately = words, frozenset(lately)
        self._shown = ""  # The typed words that the current rows match.

    @property
    def contexts(self) -> tuple[str, ...]:
        return self.CONTEXTS

    def compose(self) -> ComposeResult:
        with Vertical(id="panel"):
            yield Line(id="panel-head")
            yield SteadyInput(self._begun, placeholder="what to do…", compact=True, id="panel-field")
            yield Rows(id="panel-rows", always_active=True)
        yield WrappedMessage()
        yield TooSmall()

    def _prepare_panel(self) -> None:
        field, ink, foot = (
            self.query_one(Input),
            self.ink,
            self.studio_app.keyboard.list_status_keys(self.CONTEXTS),
        )
        tab = next((each.keys for each in foot if each.note == "open finder"), "")
        keys = [(each.keys, each.note) for each in foot if each.note != "open finder"]
        if get_panel_text_width(self.size.width) < WIDE:
            keys = [keys[0], keys[-1]]  # The key that asks for all arguments is in the key sheet (F1).
        shown = [part for key, note in keys for part in ((f"   {key}", ink.key), (f" {note}", ink.muted))]
        self.query_one("#panel-head", Line).show_line(
            join_line(
                ("Commands", ink.strong), "   ", (tab, ink.key), (" open finder" if tab else "", ink.muted)
            ),
            join_line(*shown),
        )
        self.rows.can_focus = False
        field.display = True
        field.focus()
        field.cursor_position = len(field.value)
        self._filter_rows(field.value)

    def _filter_rows(self, words: str) -> None:
        """Show the entries that match; each typed letter puts the cursor on the best match."""
        ink = self.ink
        rows = []
        for command, reason, keys in list_matching_entries(self.entries, words, self.used):
            style = ink.muted if reason else ink.text
            left = join_line(
                (fit_to_cells(command.title, TITLE), style),
                "  ",
                (describe_list_entry(command, reason, words), ink.muted),
            )
            mark = "used lately  " if command.id in self._lately else ""
            right = join_line((mark, ink.muted), (keys, ink.accent))
            rows.append(Row(command.id, left, right))
        self._shown = words
        if not rows:
            rows = [Row("", format_no_match(self.entries, words, ink))]
        self.rows.show_rows(rows, rows[0].key)

    def _filter_by_typed_words(self) -> None:
        """Filter by the text typed so far: Enter that arrives together with the words applies to them."""
        if (typed := self.query_one(Input).value) != self._shown:
            self._filter_rows(typed)

    @action
    def act_complete(self, key_command: KeyCommand) -> None:
        """Complete the title or id of the command under the cursor (Tab), otherwise go to the next row."""
        field, key = self.query_one(Input), self.rows.key
        command = next((entry[0] for entry in self.entries if entry[0].id == key), None)
        names = (command.title, command.cli, command.id) if command else ()
        typed = field.value.casefold()
        name = next(
            (each for each in names if each.casefold().startswith(typed) and len(each) > len(typed)), ""
        )
        if typed and name:
            field.value = field.value + name[len(typed) :]
            field.cursor_position = len(field.value)
        else:
            self.rows.act_down(key_command)

    @action
    def act_accept(self, key_command: KeyCommand) -> None:
        """Run the command under the cursor; if nothing matches, the palette stays open."""
        self._filter_by_typed_words()
        if self.rows.key:
            self.dismiss(self.rows.key)

    @action
    def act_accept_all(self, key_command: KeyCommand) -> None:
        self._filter_by_typed_words()
        if self.rows.key:
            self.dismiss(f"{self.EVERY}{self.rows.key}")

    @action
    def act_finder(self, key_command: KeyCommand) -> None:
        """Go to the finder with the typed text."""
        self.dismiss(f"{self.FINDER}{self.query_one(Input).value}")

    @action
    def act_out(self, key_command: KeyCommand) -> None:
        self.dismiss("")
