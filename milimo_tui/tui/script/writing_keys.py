"""The keys of the Script screen while it is written: kinds by Tab, what is offered, the plain way's own.

The line in hand keeps the kind that it is written as; when the cursor leaves it, it gets Fountain's mark
where its words alone would not say so.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from textual.document._edit import Edit

from milimo_tui.story.screenplay.screenplay import Kind
from milimo_tui.tui.script.element_kinds import as_kind, mark_for, next_kind
from milimo_tui.tui.script.word_offers import KnownWords, offers

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.script.editor import ScriptEditor

ROWS_ABOVE = 200  # that are looked through for who spoke
BREAKS = (Kind.CUE, Kind.HEADING, Kind.TRANSITION)  # that have a blank line above them


class WritingKeys:
    """Acts of an editor that is written in; part of it."""

    def __init__(self, editor: ScriptEditor) -> None:
        self._editor = editor
        self._known = KnownWords()
        self._known_of: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self.people: tuple[str, ...] = ()  # of the film, whether they speak or not
        self._offered: list[str] = []  # whole lines, for the cursor's
        self._at = 0  # of them, the one that is shown
        self._is_settling = False

    # -- kinds -------------------------------------------------------------------------------------

    @property
    def _row(self) -> int:
        return self._editor.cursor_location[0]

    @property
    def _line(self) -> str:
        return self._editor.document.get_line(self._row)

    def began(self) -> None:
        """Look at the line that one begins to write in."""
        self.wrote()
        self._editor.update_suggestion()
        self._show_kind()

    def wrote(self) -> None:
        """Take the line in hand for what its words say, but where Tab has chosen."""
        editor, row = self._editor, self._row
        written = editor.as_written
        if self._is_settling or (written is not None and written[0] == row and written[2]):
            return
        kind, above = editor.kind_at(row) if self._line.strip() else None, editor.kind_at(row - 1)
        if kind is None and above in (Kind.CUE, Kind.PARENTHETICAL) and not self._line:
            editor.write_as(Kind.DIALOGUE)
        else:
            guessed = editor.guess_at(row)
            editor.write_as(guessed if guessed in (Kind.CUE, Kind.DIALOGUE, Kind.PARENTHETICAL) else None)

    def left_line(self) -> None:
        """Give the line that was left the mark that makes it what it was written as."""
        editor, written = self._editor, self._editor.as_written
        if written is None or self._is_settling:
            return
        row, kind, by_tab = written
        editor.as_written = None
        if by_tab and row < editor.document.line_count:
            mark = mark_for(editor.document.get_line(row), kind, editor.kind_at(row - 1))
            if mark:
                self._is_settling = True
                editor.groups.go_on()
                try:
                    editor.edit(Edit(mark, (row, 0), (row, 0), True))
                finally:
                    self._is_settling = False
        editor.show_parsed()

    def act_next_kind(self, key_command: KeyCommand) -> None:
        """Take what is offered; where nothing is, make the line the next kind that it can be."""
        editor, line = self._editor, self._line
        step = int(key_command.binding.args.get("step", 1))
        if editor.suggestion and line.strip() and step > 0:
            self.take()
            return
        row, above = self._row, editor.kind_at(self._row - 1)
        kind = next_kind(editor.kind_at(row), above, step)
        text = as_kind(line, kind) if line.strip() or kind == Kind.PARENTHETICAL else line
        lead = row > 0 and kind in BREAKS and editor.document.get_line(row - 1).strip()
        if text != line or lead:
            whole = f"\n{text}" if lead else text
            editor.edit(Edit(whole, (row, 0), (row, len(line)), False))
            if kind == Kind.PARENTHETICAL:
                editor.move_cursor((self._row, len(text) - 1))
        editor.write_as(kind, by_tab=True)
        editor.update_suggestion()
        self._show_kind()

    def _show_kind(self) -> None:
        editor = self._editor
        editor.screen.refresh_lines()  # type: ignore[attr-defined]  # a screen of the studio

    # -- what is offered ---------------------------------------------------------------------------

    def offered(self) -> str:
        """Return the rest of the line that is offered first; empty for none."""
        editor, line = self._editor, self._line
        self._offered, self._at = [], 0
        if editor.cursor_location[1] != len(line):
            return ""
        written = editor.as_written
        chosen = written is not None and written[0] == self._row and written[2]
        if not line and not chosen:
            return ""
        kind = editor.kind_at(self._row)
        self._offered = offers(line, kind, self._words(), self._spoke(), chosen=chosen)
        return self._rest()

    def _rest(self) -> str:
        return self._offered[self._at][len(self._line) :] if self._offered else ""

    def _words(self) -> KnownWords:
        known_of = (self._editor.names, self.people)
        if known_of != self._known_of:
            self._known_of, self._known = known_of, KnownWords.of(*known_of)
        return self._known

    def _spoke(self) -> list[str]:
        """List who spoke above, the last one first."""
        editor = self._editor
        above = range(self._row - 1, max(-1, self._row - ROWS_ABOVE), -1)
        cues = (row for row in above if editor.kind_at(row) == Kind.CUE)
        names = (editor.document.get_line(row).partition("(")[0].strip(" @^") for row in cues)
        return list(islice(dict.fromkeys(name for name in names if name), 4))

    def take(self) -> None:
        """Write what is offered."""
        editor, line = self._editor, self._line
        if self._offered:
            whole = self._offered[self._at]
            editor.edit(Edit(whole, (self._row, 0), (self._row, len(line)), False))

    def act_next_offer(self, key_command: KeyCommand) -> None:
        """Show the next of what is offered."""
        if self._offered:
            self._at = (self._at + 1) % len(self._offered)
            self._editor.suggestion = self._rest()

    # -- the plain way -----------------------------------------------------------------------------

    def act_undo_text(self, key_command: KeyCommand) -> None:
        self._editor.undo()

    def act_redo_text(self, key_command: KeyCommand) -> None:
        self._editor.redo()

    def act_cut_text(self, key_command: KeyCommand) -> None:
        self._editor.action_cut()

    def act_paste_text(self, key_command: KeyCommand) -> None:
        self._editor.action_paste()

    def act_select_text(self, key_command: KeyCommand) -> None:
        self._editor.select_all()
