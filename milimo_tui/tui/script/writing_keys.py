"""The keys of the Script screen while the user writes: Tab for the kind of the line (such as heading or
dialogue), completions, and the keys of the plain mode.

The line being written keeps the chosen kind. When the cursor leaves the line and the words alone don't imply
this kind, the line gets the Fountain mark that forces it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from textual.document._edit import Edit

from milimo_tui.story.screenplay.screenplay import ScriptElementKind
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.script.element_kinds import choose_forcing_mark, choose_next_kind, convert_to_kind
from milimo_tui.tui.script.offer_list import OfferList
from milimo_tui.tui.script.word_offers import KnownWords, Speakers, find_completed_part, list_line_offers
from milimo_tui.tui.shell.ports import get_studio_app

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.script.text.editor import ScriptEditor

SPEAKER_ROWS = 200  # Number of rows above and below the cursor that are searched for speakers.
RECENT_SPEAKERS = 4  # Maximum number of speakers above the cursor that are collected.
BREAKS = (
    ScriptElementKind.CUE,
    ScriptElementKind.HEADING,
    ScriptElementKind.TRANSITION,
)  # These kinds of lines need a blank line above them.


class WritingKeys:
    """The actions for the keys of the script editor's writing mode. The Script screen's editor uses this
    object to set the kind of a line and to offer completions.
    """

    def __init__(self, editor: ScriptEditor) -> None:
        self._editor = editor
        self._known = KnownWords()
        self._known_of: tuple[tuple[str, ...], ...] = ()
        # Names of all characters of the film, including those who don't speak.
        self.people: tuple[str, ...] = ()
        # Names of all places of the film, including those that no heading mentions.
        self.places: tuple[str, ...] = ()
        self.offered = OfferList()  # The completions offered for the line of the cursor.
        self._is_settling = False

    @property
    def _row(self) -> int:
        """The row of the cursor, from 0."""
        return self._editor.cursor_location[0]

    @property
    def _line(self) -> str:
        """The text of the cursor's line."""
        return self._editor.document.get_line(self._row)

    def begin_line(self) -> None:
        """Determine the kind of the line (such as heading or dialogue) and its completions, when the user
        begins to write in it.
        """
        self.update_written_kind()
        self.update_offers()
        self._refresh_kind()

    def update_written_kind(self) -> None:
        """Determine the kind of the current line from its words, unless Tab has set the kind."""
        editor, row = self._editor, self._row
        written = editor.as_written
        if self._is_settling or (written is not None and written[0] == row and written[2]):
            return
        kind, above = editor.kind_at(row) if self._line.strip() else None, editor.kind_at(row - 1)
        if (
            kind is None
            and above in (ScriptElementKind.CUE, ScriptElementKind.PARENTHETICAL)
            and not self._line
        ):
            editor.set_written_kind(ScriptElementKind.DIALOGUE)
        else:
            guessed = editor.guess_line_kind(row)
            editor.set_written_kind(
                guessed
                if guessed
                in (ScriptElementKind.CUE, ScriptElementKind.DIALOGUE, ScriptElementKind.PARENTHETICAL)
                else None
            )

    def finish_line(self) -> None:
        """Add the Fountain mark that forces the kind of the line that the cursor has left, if its words alone
        don't imply the kind.
        """
        editor, written = self._editor, self._editor.as_written
        if written is None or self._is_settling:
            return
        row, kind, by_tab = written
        editor.as_written = None
        if by_tab and row < editor.document.line_count:
            mark = choose_forcing_mark(editor.document.get_line(row), kind, editor.kind_at(row - 1))
            if mark:
                self._is_settling = True
                editor.groups.continue_group()
                try:
                    editor.edit(Edit(mark, (row, 0), (row, 0), True))
                finally:
                    self._is_settling = False
        editor.show_parsed_kinds()

    @action
    def act_next_kind(self, key_command: KeyCommand) -> None:
        """Insert the offered completion. If there is none, change the line to the next possible kind
        (Tab).
        """
        editor, line = self._editor, self._line
        step = int(key_command.binding.args.get("step", 1))
        if editor.suggestion and step > 0 and (line.strip() or self.offered.is_walked):
            self.insert_offer()
            return
        row, above = self._row, editor.kind_at(self._row - 1)
        kind = choose_next_kind(editor.kind_at(row), above, step)
        text = (
            convert_to_kind(line, kind) if line.strip() or kind == ScriptElementKind.PARENTHETICAL else line
        )
        needs_break = row > 0 and kind in BREAKS and editor.document.get_line(row - 1).strip()
        if text != line or needs_break:
            whole = f"\n{text}" if needs_break else text
            editor.edit(Edit(whole, (row, 0), (row, len(line)), False))
            if kind == ScriptElementKind.PARENTHETICAL:
                editor.move_cursor((self._row, len(text) - 1))
        editor.set_written_kind(kind, by_tab=True)
        self.update_offers()
        self._refresh_kind()

    def _refresh_kind(self) -> None:
        editor = self._editor
        editor.screen.refresh_lines()  # type: ignore[attr-defined]  # a screen of the studio

    def update_offers(self, *, by_key: bool = False) -> None:
        """Determine and show the completions at the cursor. `by_key` is True if the user asked for
        completions with a key; an empty line then has completions too.
        """
        editor, line = self._editor, self._line
        written = editor.as_written
        chosen = written is not None and written[0] == self._row and written[2]
        asked = by_key or chosen
        if editor.read_only or editor.cursor_location[1] != len(line) or not (line or asked):
            self.close_offers()
            return
        speakers, kind = (
            Speakers(self._list_speakers_above(), self._list_speakers_in_scene()),
            editor.kind_at(self._row),
        )
        if kind == ScriptElementKind.CUE and not chosen:
            kind = None  # A guessed cue is uncertain: `EX` looks like a name, but may become `EXT.`.
        found = list_line_offers(line, kind, self._get_known_words(), speakers, asked=asked)
        self._show_offers(OfferList(tuple(found), find_completed_part(line), is_walked=by_key))

    def close_offers(self) -> None:
        """Remove the offered completions from the screen."""
        self._show_offers(OfferList())

    def leave_offers(self) -> bool:
        """Close the list of completions if the user opened it or moved its cursor. Return True if the list
        was closed.
        """
        is_left = self.offered.is_open and self.offered.is_walked
        if is_left:
            self.close_offers()
        return is_left

    def _show_offers(self, offered: OfferList) -> None:
        editor, before = self._editor, self.offered
        self.offered = offered
        editor.suggestion = offered.chosen[len(self._line) :]
        editor.paint_offers()
        if before.is_open != offered.is_open:
            # The status line changes, because it shows the keys of the list while the list is open.
            self._refresh_kind()

    def _get_known_words(self) -> KnownWords:
        known_of = (self._editor.names, self.people, self.places)
        if known_of != self._known_of:
            self._known_of, self._known = known_of, KnownWords.from_names(*known_of)
        return self._known

    def _list_speakers_above(self) -> list[str]:
        """Return the names of the characters who speak before the cursor, the nearest first."""
        above = range(self._row - 1, max(-1, self._row - SPEAKER_ROWS), -1)
        return list(islice(dict.fromkeys(self._yield_cue_names(above)), RECENT_SPEAKERS))

    def _list_speakers_in_scene(self) -> list[str]:
        """Return the names of the characters in the scene. Those who speak come first, the most talkative at
        the top; those who appear without speaking follow.
        """
        editor, row = self._editor, self._row
        count = editor.document.line_count
        begins = next((at for at in range(row, max(-1, row - SPEAKER_ROWS), -1) if self._is_heading(at)), row)
        ends = next(
            (at for at in range(row + 1, min(count, row + SPEAKER_ROWS)) if self._is_heading(at)), count
        )
        rows = [
            at for at in range(max(begins, row - SPEAKER_ROWS), min(ends, row + SPEAKER_ROWS)) if at != row
        ]
        speakers = [name for name, _ in Counter(self._yield_cue_names(rows)).most_common()]
        text = "\n".join(editor.document.get_line(at) for at in rows).upper()
        return [
            *speakers,
            *(name for name in self._get_known_words().people if name not in speakers and name in text),
        ]

    def _is_heading(self, row: int) -> bool:
        return self._editor.kind_at(row) == ScriptElementKind.HEADING

    def _yield_cue_names(self, rows: Iterable[int]) -> Iterator[str]:
        """Yield the character names of the cues in these rows."""
        editor = self._editor
        for row in rows:
            if editor.kind_at(row) == ScriptElementKind.CUE:
                name = editor.document.get_line(row).partition("(")[0].strip(" @^")
                if name:
                    yield name

    def insert_offer(self) -> None:
        """Insert the selected completion."""
        editor, line, offered = self._editor, self._line, self.offered
        if offered.chosen:
            editor.edit(Edit(offered.chosen, (self._row, 0), (self._row, len(line)), False))

    @action
    def act_next_offer(self, key_command: KeyCommand) -> None:
        """Select the next or previous completion. If no list is open, open it."""
        if self.offered.lines:
            self._show_offers(self.offered.with_next_chosen(int(key_command.binding.args.get("step", 1))))
            return
        self.update_offers(by_key=True)
        if not self.offered.lines:
            get_studio_app(self._editor).show_message("there is no completion here")

    @action
    def act_undo_text(self, key_command: KeyCommand) -> None:
        self._editor.undo_text()

    @action
    def act_redo_text(self, key_command: KeyCommand) -> None:
        self._editor.redo_text()

    @action
    def act_cut_text(self, key_command: KeyCommand) -> None:
        self._editor.action_cut()

    @action
    def act_paste_text(self, key_command: KeyCommand) -> None:
        self._editor.action_paste()

    @action
    def act_select_text(self, key_command: KeyCommand) -> None:
        self._editor.select_all()
