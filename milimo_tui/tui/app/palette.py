"""The command palette: every command and every action of the visible screen. Each is found by its name, by a
synonym or by words of its help.
"""

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
WIDE = 90  # From this panel width in cells, the heading names all keys.


class Palette(Overlay):
    """A panel of commands and actions, filtered by typed words, the best match first.

    A command that can't run here shows the reason. The panel dismisses with one of these texts:

    - the id of the chosen command;
    - `EVERY` and the id, if the user wants to be asked for all arguments;
    - `FINDER` and the typed text, if the user switches to the finder;
    - an empty text, if the panel was closed.
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

        - `entries` are the commands, each with its keys and the reason why it can't run (empty if it can).
        - `used` has ids of commands. If two commands match equally well, a command in `used` is listed first.
        - `lately` has the ids that are marked as used lately.
        - `words` is the first text of the search field.
        """
        super().__init__("Commands", ())
        self.entries, self.used = tuple(entries), tuple(used)
        self._begun, self._lately = words, frozenset(lately)
        self._shown = ""  # The text for which the current rows were filtered.

    @property
    def contexts(self) -> tuple[str, ...]:
        return self.CONTEXTS

    def compose(self) -> ComposeResult:
        with Vertical(id="panel"):
            yield Line(id="panel-head")
            yield SteadyInput(self._begun, placeholder="type a command…", compact=True, id="panel-field")
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
            # The key left out here, which asks for all arguments, is listed in the key sheet (F1).
            keys = [keys[0], keys[-1]]
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
        """Show the entries that match `words`, and put the cursor on the best match."""
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
        """Filter the rows by the text in the field, unless they were already filtered by it. If text and
        Enter arrive together, Enter is handled before the rows are filtered.
        """
        if (typed := self.query_one(Input).value) != self._shown:
            self._filter_rows(typed)

    @action
    def act_complete(self, key_command: KeyCommand) -> None:
        """Complete the typed text to the title or id of the command under the cursor. If it can't be
        completed, move to the next row (Tab).
        """
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
        """Run the command under the cursor. If no command matches the typed text, the palette stays open."""
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
