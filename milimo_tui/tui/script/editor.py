"""The screenplay editor: Textual's text area, lines styled by their kind, a kind letter in the gutter.

The screen hands in kinds from a full parse; until the next one, edited lines are guessed from their words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.document._document import Document, DocumentBase, EditResult, Location
from textual.document._wrapped_document import WrappedDocument
from textual.reactive import reactive
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, Selection

from milimo_tui.story.screenplay import line_grammar
from milimo_tui.story.screenplay.screenplay import Kind
from milimo_tui.story.shots.outline import TITLE_PAGE
from milimo_tui.tui.script.source_text import shown
from milimo_tui.tui.widgets.host import host_of

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.terminal.theme import Ink

LETTERS: Mapping[str, str] = {
    Kind.HEADING: "H",
    Kind.CUE: "C",
    Kind.DIALOGUE: "d",
    Kind.PARENTHETICAL: "p",
    Kind.LYRIC: "l",
    Kind.TRANSITION: "T",
    Kind.CENTRED: "=",
    Kind.SECTION: "#",
    Kind.SYNOPSIS: "s",
    Kind.NOTE: "n",
    Kind.BONEYARD: "x",
    Kind.PAGE_BREAK: "-",
}
MOST_UNDO = 500
MOST_DRAWN = 1000  # rows kept as they were drawn
GUTTER = 2  # cells more than line numbers need: for the letter


def styles(ink: Ink) -> dict[str, Style]:
    """Return the style of each kind of line: hue and weight, so that it shows without colour too."""
    return {
        Kind.HEADING: ink.accent + Style(bold=True),
        Kind.CUE: ink.strong,
        Kind.DIALOGUE: ink.text,
        Kind.PARENTHETICAL: ink.muted + Style(italic=True),
        Kind.LYRIC: ink.text + Style(italic=True),
        Kind.TRANSITION: ink.stale,
        Kind.CENTRED: ink.text,
        Kind.SECTION: ink.working + Style(bold=True),
        Kind.SYNOPSIS: ink.working,
        Kind.NOTE: ink.muted + Style(italic=True),
        Kind.BONEYARD: ink.muted,
        Kind.PAGE_BREAK: ink.muted,
        Kind.ACTION: ink.text,
        TITLE_PAGE: ink.muted,
    }


def guess_kind(line: str, before: str | None) -> str | None:
    """Guess a line's kind from its words and the kind before it; None for a blank one."""
    words = line.strip()
    if not words:
        return None
    if line_grammar.heading(words) is not None:
        return Kind.HEADING
    if before in (Kind.CUE, Kind.DIALOGUE, Kind.PARENTHETICAL):
        return Kind.PARENTHETICAL if words[0] == "(" and words[-1] == ")" else Kind.DIALOGUE
    if line_grammar.is_transition(words):
        return Kind.TRANSITION
    if before is None and line_grammar.cue(words) is not None:
        return Kind.CUE
    return Kind.ACTION


class CachedDocument(Document):
    """A document that joins its lines once after each edit: painting asks for the text for every row."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._whole: str | None = None

    @property
    def text(self) -> str:
        if self._whole is None:
            self._whole = super().text
        return self._whole

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        self._whole = None
        return super().replace_range(start, end, text)


class MeasuredDocument(WrappedDocument):
    """A wrapped document that knows its height: painting asks for it several times a row."""

    @property
    def height(self) -> int:
        return len(self._offset_to_line_info)

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line that lies so many rows down, and which of its rows that is."""
        return self._offset_to_line_info[offset]


class ScriptEditor(TextArea):
    """`read_only` is reading (keys act), else writing (keys type); its cursor stands still."""

    cursor_blink = reactive(False, init=False)
    # Painted by `watch_selection`: Textual paints the whole text with each step of the cursor.
    selection = reactive(Selection(), init=False, always_update=True, repaint=False)
    _painted_bracket: Location | None = None  # the one that matches the bracket at the cursor

    DEFAULT_CSS = """
    ScriptEditor, ScriptEditor:focus {
        border: none; padding: 0; width: 1fr; height: 1fr;
        background: $background; color: $text;
    }
    ScriptEditor { scrollbar-size-vertical: 1; }
    ScriptEditor .text-area--cursor-line { background: $surface; }
    ScriptEditor .text-area--gutter, ScriptEditor .text-area--cursor-gutter {
        color: $muted; background: $background;
    }
    ScriptEditor .text-area--cursor, ScriptEditor:light .text-area--cursor {
        background: $accent; color: $background;
    }
    ScriptEditor.-read-only .text-area--cursor { background: $line; color: $text; }
    ScriptEditor:ansi .text-area--cursor {
        background: ansi_default; color: ansi_default; text-style: reverse;
    }
    ScriptEditor .text-area--suggestion { color: $muted; }
    ScriptEditor .text-area--selection { background: $line; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(
            "",
            soft_wrap=True,
            show_line_numbers=True,
            read_only=True,
            tab_behavior="focus",
            max_checkpoints=MOST_UNDO,
            id=id,
        )
        self.kinds: list[str | None] = []
        self.names: tuple[str, ...] = ()  # cues and sluglines to complete
        self._styles: dict[str, Style] = {}
        # Rows that the cursor is not in, as they were drawn.
        self._drawn_rows: dict[tuple[object, ...], Strip] = {}

    @property
    def document(self) -> DocumentBase:
        return self._cached_document

    @document.setter
    def document(self, document: DocumentBase) -> None:
        self._cached_document = CachedDocument(document.text)

    @property
    def wrapped_document(self) -> WrappedDocument:
        return self._measured_document

    @wrapped_document.setter
    def wrapped_document(self, wrapped: WrappedDocument) -> None:
        self._measured_document = MeasuredDocument(self.document, tab_width=wrapped._tab_width)

    @property
    def is_writing(self) -> bool:
        return not self.read_only

    @property
    def ink(self) -> Ink:
        return host_of(self).ink

    def set_kinds(self, kinds: Sequence[str | None]) -> None:
        """Set kinds line by line, from a parse of this very text; repaints only where they differ."""
        if list(kinds) != self.kinds:
            self.kinds = list(kinds)
            self._line_cache.clear()  # Textual's own: ours knows of which kind a row was drawn
            self.refresh()

    @property
    def gutter_width(self) -> int:
        return super().gutter_width + GUTTER

    def kind_at(self, row: int) -> str | None:
        return self.kinds[row] if 0 <= row < len(self.kinds) else None

    # -- drawing -----------------------------------------------------------------------------------

    def get_line(self, line_index: int) -> Text:
        if not self._styles:
            self._styles = styles(self.ink)
        text = Text(shown(self.document.get_line(line_index)), end="", no_wrap=True)
        kind = self.kind_at(line_index)
        if kind is not None:
            text.stylize(self._styles[kind])
        return text

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._drawn_rows.clear()

    def watch_selection(self, before: Selection, now: Selection) -> None:
        """Paint the rows that the cursor left and came to; all where words are selected."""
        if not self.is_mounted:
            return
        bracket, self._painted_bracket = self._painted_bracket, self._matching_bracket_location
        if not (before.is_empty and now.is_empty):
            self.refresh()
            return
        places = (before.end, now.end, bracket, self._painted_bracket)
        for row in {place[0] for place in places if place is not None}:
            self._paint_row(row)

    def _paint_row(self, row: int) -> None:
        """Paint a line of the text: all the rows that it is wrapped to."""
        wrapped = self._measured_document
        if row < self.document.line_count:
            self.refresh_lines(wrapped.location_to_offset((row, 0)).y, len(wrapped.get_sections(row)))

    def render_line(self, y: int) -> Strip:
        wide, offset = self.gutter_width, y + self.scroll_offset.y
        if not wide or offset >= self._measured_document.height:
            return super().render_line(y)
        row, section = self._measured_document.place(offset)
        if row == self.cursor_location[0] or not self.selection.is_empty or self._matching_bracket_location:
            return self._draw(y, row, first=section == 0)
        width, words = self.scrollable_content_region.width, self.document.get_line(row)
        key = (row, section, words, self.kind_at(row), wide, width, self.wrap_width, self.has_focus)
        strip = self._drawn_rows.get(key)
        if strip is None:
            if len(self._drawn_rows) > MOST_DRAWN:
                self._drawn_rows.clear()
            strip = self._drawn_rows[key] = self._draw(y, row, first=section == 0)
        return strip

    def _draw(self, y: int, row: int, *, first: bool) -> Strip:
        """Draw a row of the text behind its number and its letter."""
        strip, wide = super().render_line(y), self.gutter_width
        number = str(row + 1) if first else ""
        kind = self.kind_at(row)
        letter = LETTERS.get(kind, " ") if kind is not None and first else " "
        ink = self.ink
        here = row == self.cursor_location[0]
        base = self.visual_style.rich_style
        gutter = Strip(
            [
                Segment(f"{number:>{wide - 4}} ", base + (ink.text if here else ink.muted)),
                Segment(f"{letter}  ", base + ink.muted),
            ],
            wide,
        )
        return Strip.join([gutter, strip.crop(wide, strip.cell_length)])

    # -- editing -----------------------------------------------------------------------------------

    def edit(self, edit: Edit) -> EditResult:
        top, bottom = sorted((edit.from_location[0], edit.to_location[0]))
        before, height = self.document.line_count, self._measured_document.height
        result = super().edit(edit)
        added = self.document.line_count - before + (bottom - top)
        if top == bottom and added == 0 and self._measured_document.height == height:
            self._paint_row(top)
        else:
            self.refresh()
        if self.kinds:
            old = self.kind_at(top - 1)
            new: list[str | None] = []
            for row in range(top, top + added + 1):
                kind = guess_kind(self.document.get_line(row), old)
                # A line that was told by a full parse keeps its kind while it is merely typed on.
                if top == bottom and added == 0 and kind is Kind.ACTION and self.kind_at(row) is not None:
                    kind = self.kind_at(row)
                new.append(kind)
                old = kind
            self.kinds[top : bottom + 1] = new
        return result

    def undo(self) -> None:
        super().undo()
        self.refresh()

    def redo(self) -> None:
        super().redo()
        self.refresh()

    def update_suggestion(self) -> None:
        """Suggest the rest of a name or place that is typed in capitals; → accepts it."""
        row, column = self.cursor_location
        words = self.document.get_line(row)
        self.suggestion = ""
        if self.read_only or column != len(words) or len(words) < 2 or words != words.upper():
            return
        for name in self.names:
            if name.startswith(words) and name != words:
                self.suggestion = name[len(words) :]
                return

    # -- acts while reading ------------------------------------------------------------------------

    def go_to(self, row: int, column: int = 0) -> None:
        """Put the cursor on a line (from 0) and show it."""
        row = max(0, min(row, self.document.line_count - 1))
        self.move_cursor((row, min(column, len(self.document.get_line(row)))))

    def act_down(self, key_command: KeyCommand) -> None:
        self.go_to(self.cursor_location[0] + key_command.times)

    def act_up(self, key_command: KeyCommand) -> None:
        self.go_to(self.cursor_location[0] - key_command.times)

    def act_first(self, key_command: KeyCommand) -> None:
        self.go_to((key_command.count or 1) - 1)

    def act_last(self, key_command: KeyCommand) -> None:
        self.go_to(self.document.line_count - 1 if key_command.count is None else key_command.count - 1)

    def act_page_down(self, key_command: KeyCommand) -> None:
        self.go_to(self.cursor_location[0] + key_command.times * max(1, self.size.height // 2))

    def act_page_up(self, key_command: KeyCommand) -> None:
        self.go_to(self.cursor_location[0] - key_command.times * max(1, self.size.height // 2))

    def find(self, words: str, step: int) -> bool:
        """Go to the next (or previous) place of the words, round the end, without regard to case."""
        low, count = words.casefold(), self.document.line_count
        row, column = self.cursor_location
        for distance in range(count + 1):
            there = (row + step * distance) % count
            line = self.document.get_line(there).casefold()
            if step > 0:
                at = line.find(low, column + 1 if distance == 0 else 0)
            else:
                at = line.rfind(low, 0, max(0, column)) if distance == 0 else line.rfind(low)
            if at >= 0:
                self.move_cursor((there, at))
                return True
        return False
