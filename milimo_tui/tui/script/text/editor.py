"""The screenplay editor: Textual's text area, with lines styled and indented by their kind and the kind's
letter in the gutter.

The screen sets the kinds of all lines after a full parse. Until the next parse, the kinds of edited lines are
guessed from their words. The line that the user is writing keeps the kind chosen for it (`as_written`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.document._document import Document, DocumentBase, EditResult, Location
from textual.document._edit import Edit
from textual.document._wrapped_document import WrappedDocument
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from milimo_tui.story.screenplay.screenplay import ScriptElementKind
from milimo_tui.story.shots.outline import TITLE_PAGE
from milimo_tui.tui.script.element_kinds import IN_CAPITALS, LETTERS, guess_kind
from milimo_tui.tui.script.page_columns import MeasuredDocument, find_line_column
from milimo_tui.tui.script.text.normal_keys import NormalKeys
from milimo_tui.tui.script.text.source_text import show_odd_as_symbols
from milimo_tui.tui.script.text.text_motions import Place, ScriptPage
from milimo_tui.tui.script.text.undo_groups import UndoGroups
from milimo_tui.tui.script.writing_keys import WritingKeys
from milimo_tui.tui.shell.ports import get_studio_app
from milimo_tui.tui.widgets.terminal_app import get_terminal_app

if TYPE_CHECKING:
    from textual._text_area_theme import TextAreaTheme
    from textual.geometry import Region

    from milimo_tui.tui.terminal.theme import TextStyles

MAX_CACHED_ROWS = 1000  # Maximum number of drawn rows in the cache. If there are more, the cache is emptied.
GUTTER = 2  # Width in cells by which the gutter grows for the kind's letter.


def make_kind_styles(ink: TextStyles) -> dict[str, Style]:
    """Return the style of each kind of line. Kinds differ in colour and weight, so that they can be told
    apart without colour too.
    """
    return {
        ScriptElementKind.HEADING: ink.accent + Style(bold=True),
        ScriptElementKind.CUE: ink.strong,
        ScriptElementKind.DIALOGUE: ink.text,
        ScriptElementKind.PARENTHETICAL: ink.muted + Style(italic=True),
        ScriptElementKind.LYRIC: ink.text + Style(italic=True),
        ScriptElementKind.TRANSITION: ink.stale,
        ScriptElementKind.CENTRED: ink.text,
        ScriptElementKind.SECTION: ink.working + Style(bold=True),
        ScriptElementKind.SYNOPSIS: ink.working,
        ScriptElementKind.NOTE: ink.muted + Style(italic=True),
        ScriptElementKind.BONEYARD: ink.muted,
        ScriptElementKind.PAGE_BREAK: ink.muted,
        ScriptElementKind.ACTION: ink.text,
        TITLE_PAGE: ink.muted,
    }


class CachedDocument(Document):
    """A document that caches its text as one string until the next edit, because painting needs the string
    for every row.

    `replaced` is called after each change with three row numbers: the first changed row, the last changed row
    before the change, and the last changed row after it.
    """

    def __init__(self, text: str, replaced: Callable[[int, int, int], None]) -> None:
        super().__init__(text)
        self._replaced = replaced
        self._whole: str | None = None

    @property
    def text(self) -> str:
        if self._whole is None:
            self._whole = super().text
        return self._whole

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        self._whole = None
        done = super().replace_range(start, end, text)
        self._replaced(min(start[0], end[0]), max(start[0], end[0]), done.end_location[0])
        return done


class ScriptEditor(TextArea):
    """The widget in which the screenplay is read and written. While `read_only` is True, keys are commands;
    otherwise they type text.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"script-editor--offers", "script-editor--chosen"}
    cursor_blink = reactive(False, init=False)
    # Textual would repaint the complete text whenever the cursor moves, so this class repaints the changed
    # rows itself in `watch_selection`.
    selection = reactive(Selection(), init=False, always_update=True, repaint=False)
    # Position of the highlighted bracket that matches the bracket at the cursor; None for none.
    _painted_bracket: Location | None = None

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
    ScriptEditor .script-editor--offers { background: $raised; color: $text; }
    ScriptEditor .script-editor--chosen { background: $selected; color: $text; text-style: bold; }
    ScriptEditor:ansi .script-editor--chosen { text-style: reverse; }
    ScriptEditor .text-area--selection { background: $selected; color: $text; }
    ScriptEditor:ansi .text-area--selection { text-style: reverse; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        self.kinds: list[str | None] = []
        # The line that the user is writing: its row, its kind, and True if Tab has set the kind.
        self.as_written: tuple[int, str, bool] | None = None
        # Kinds of the lines from the last full parse; empty as soon as the text has changed since.
        self._parsed: tuple[str | None, ...] = ()
        self.names: tuple[str, ...] = ()  # Character names and scene headings to offer as completions.
        self.marks: dict[str, Place] = {}
        # Returns True if the user writes in this widget, False if in an external editor.
        self.begins_here: Callable[[], bool] = lambda: True
        self.stuck = False  # True if the last key command could do nothing, which ends a running macro.
        self.pasted: Callable[[str], None] = lambda _words: None  # Called with pasted text.
        self._is_editing = False
        self._styles: dict[str, Style] = {}
        self._styled: TextAreaTheme | None = None  # The theme from which the styles were read last.
        # Cache of drawn rows, except rows with the cursor.
        self._drawn_rows: dict[tuple[object, ...], Strip] = {}
        self._offers_at = Region()  # Region in which the list of completions was last painted.
        super().__init__(
            "", soft_wrap=True, show_line_numbers=True, read_only=True, tab_behavior="focus", id=id
        )
        self.history = self.groups = UndoGroups()

    @cached_property
    def normal(self) -> NormalKeys:
        """The part of the editor with the keys of reading mode."""
        return NormalKeys(self)

    @cached_property
    def writing(self) -> WritingKeys:
        """The part of the editor with the keys of writing mode."""
        return WritingKeys(self)

    @property
    def parts(self) -> tuple[object, ...]:
        """The objects that have the key actions of the editor."""
        return self.normal, self.writing

    @property
    def document(self) -> DocumentBase:
        return self._cached_document

    @document.setter
    def document(self, document: DocumentBase) -> None:
        self._cached_document = CachedDocument(document.text, self._update_changed_lines)

    @property
    def wrapped_document(self) -> WrappedDocument:
        return self._measured_document

    @wrapped_document.setter
    def wrapped_document(self, wrapped: WrappedDocument) -> None:
        self._measured_document = MeasuredDocument(self.document, wrapped._tab_width, self.kind_at)

    @property
    def is_writing(self) -> bool:
        """True while the user writes, so that keys type text."""
        return not self.read_only

    @property
    def ink(self) -> TextStyles:
        return get_terminal_app(self).ink

    @property
    def page(self) -> ScriptPage:
        """The lines with their kinds, in the form that motions and text objects need."""
        return ScriptPage(self._cached_document.lines, self.kind_at)

    @property
    def gutter_width(self) -> int:
        return super().gutter_width + GUTTER

    def copied_text(self) -> str:
        """The text to copy: the selection, or else the line of the cursor."""
        return self.selected_text or self.document.get_line(self.cursor_location[0])

    def kind_at(self, row: int) -> str | None:
        """Return the kind of the line at `row`. For the line that the user is writing, return the kind chosen
        for it.
        """
        if self.as_written is not None and self.as_written[0] == row:
            return self.as_written[1]
        return self.kinds[row] if 0 <= row < len(self.kinds) else None

    def set_kinds(self, kinds: Sequence[str | None]) -> None:
        """Set the kinds of all lines, which come from a parse of exactly this text. Only lines whose kind has
        changed are repainted.
        """
        # Without kinds, the text is not a screenplay: no line gets a kind.
        kinds = kinds or [None] * self.document.line_count
        if list(kinds) == self.kinds:
            return
        before, self._parsed = self.kinds, tuple(kinds)
        self.kinds = new = list(kinds)
        if self.as_written is not None and self.as_written[0] < len(new):
            row, kind, _ = self.as_written
            new[row] = kind
            if (
                kind == ScriptElementKind.DIALOGUE
                and not self.document.get_line(row)
                and 0 < row <= len(before)
            ):
                # The parser does not recognise a cue that has no dialogue yet, so the line keeps its guessed
                # kind.
                new[row - 1] = before[row - 1]
        known = [*before, *[None] * (len(new) - len(before))]
        self._apply_kinds([at for at, kind in enumerate(new) if kind != known[at]])

    def show_parsed_kinds(self) -> None:
        """Show the kinds from the last full parse, unless the text has changed since."""
        if len(self._parsed) == self.document.line_count:
            self.set_kinds(self._parsed)

    def guess_line_kind(self, row: int) -> str | None:
        """Guess the kind of a line from its words and the line above."""
        return guess_kind(self.document.get_line(row), self.kind_at(row - 1))

    def set_written_kind(self, kind: str | None, *, by_tab: bool = False) -> None:
        """Treat the line of the cursor as a line of the kind `kind` while the user writes it. None restores
        the kind that the text itself implies. `by_tab` is True if the user chose the kind with Tab.
        """
        row = self.cursor_location[0]
        before, self.as_written = self.as_written, None if kind is None else (row, kind, by_tab)
        if before != self.as_written:
            self._apply_kinds([at for at in {row, *(before[:1] if before else ())} if at < len(self.kinds)])

    def _apply_kinds(self, changed: Sequence[int]) -> None:
        """Indent the changed lines by their new kinds. The line of the cursor keeps its position on the
        screen.
        """
        wrapped = self._measured_document
        row = min(self.cursor_location[0], self.document.line_count - 1)
        above = wrapped.count_rows_above(row)
        if len(self.kinds) == self.document.line_count and wrapped.wrap_rows(changed):
            self._refresh_size()
            if moved := wrapped.count_rows_above(row) - above:
                self.scroll_to(y=self.scroll_offset.y + moved, animate=False, force=True)
            self.refresh()
        elif len(changed) > self.size.height:
            self.refresh()
        else:
            for at in changed:
                self._repaint_text_line(at)
        self.record_cursor_width()
        # The indent of the cursor's line may have changed.
        self._recompute_cursor_offset()  # type: ignore[no-untyped-call]
        self.app.cursor_position = self.cursor_screen_offset

    def _update_changed_lines(self, top: int, old: int, new: int) -> None:
        """Guess the kinds of changed lines, and move the user's marks along with the text. `top` is the first
        changed row; `old` and `new` are the last row before and after the change.
        """
        shift = new - old
        if shift:
            self.marks = {
                name: place if place[0] <= top else (max(top, place[0] + shift), place[1])
                for name, place in self.marks.items()
            }
        self._parsed = ()
        if not self.kinds:
            return
        before = self.kind_at(top - 1)
        guessed: list[str | None] = []
        for row in range(top, new + 1):
            kind = guess_kind(self._cached_document.get_line(row), before)
            # While the user types within one line, keep the kind that a full parse gave it, if the guess is
            # only “action”.
            if (
                top == old == new
                and kind is ScriptElementKind.ACTION
                and self.kinds[row : row + 1] not in ([], [None])
            ):
                kind = self.kinds[row] if self.kinds[row] != ScriptElementKind.CUE else kind
            guessed.append(kind)
            before = kind
        self.kinds[top : old + 1] = guessed

    def get_line(self, line_index: int) -> Text:
        if not self._styles:
            self._styles = make_kind_styles(self.ink)
        text = Text(show_odd_as_symbols(self.document.get_line(line_index)), end="", no_wrap=True)
        kind = self.kind_at(line_index)
        if kind is not None:
            text.stylize(self._styles[kind])
        return text

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles.clear()
        self._drawn_rows.clear()
        self._styled = None

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the rows of the text. The style sheet is read only after it has changed, not for each row."""
        if self._theme is None or self._styled is self._theme:
            return super(TextArea, self).render_lines(crop)
        self._styled = self._theme
        return super().render_lines(crop)

    def watch_selection(self, before: Selection, now: Selection) -> None:
        """Repaint the row that the cursor left and the row that it entered. If text is selected, repaint
        everything.
        """
        if not self.is_mounted:
            return
        bracket, self._painted_bracket = self._painted_bracket, self._matching_bracket_location
        if not (before.is_empty and now.is_empty):
            self.refresh()
            return
        places = (before.end, now.end, bracket, self._painted_bracket)
        for row in {place[0] for place in places if place is not None}:
            self._repaint_text_line(row)

    def _repaint_text_line(self, row: int) -> None:
        """Repaint a line of the text: all rows that it is wrapped to."""
        wrapped = self._measured_document
        if row < self.document.line_count:
            self.refresh_lines(wrapped.count_rows_above(row), wrapped.count_line_rows(row))

    def render_line(self, y: int) -> Strip:
        strip, at = self._render_text_row(y), self.offers_region()
        return self._overlay_offer_row(strip, y, at) if at.y <= y < at.bottom else strip

    def _render_text_row(self, y: int) -> Strip:
        wide, offset = self.gutter_width, y + self.scroll_offset.y
        if not wide or offset >= self._measured_document.height:
            return self._render_line(y)
        row, section = self._measured_document.find_line_at(offset)
        if row == self.cursor_location[0] or not self.selection.is_empty or self._matching_bracket_location:
            return self._draw_text_row(y, row, first=section == 0)
        width, words = self.scrollable_content_region.width, self.document.get_line(row)
        # The widget can be painted after its width has changed, but before the text is wrapped again.
        breaks = self._measured_document.get_line_breaks(row)
        key = (row, section, words, breaks, self.kind_at(row), wide, width, self.wrap_width, self.has_focus)
        strip = self._drawn_rows.get(key)
        if strip is None:
            if len(self._drawn_rows) > MAX_CACHED_ROWS:
                self._drawn_rows.clear()
            strip = self._drawn_rows[key] = self._draw_text_row(y, row, first=section == 0)
        return strip

    def offers_region(self) -> Region:
        """Return the region of the list of completions in the window; an empty region if no list is open."""
        offered = self.writing.offered
        if self.read_only or not offered.is_open:
            return Region()
        (row, column), offset = self.cursor_location, self.cursor_screen_offset - self.content_region.offset
        written = self.document.get_line(row)[:column]
        return offered.compute_list_region(offset, written, self.content_region.size, self.gutter_width)

    def paint_offers(self) -> None:
        """Repaint the rows where the list of completions was painted last and where it must be painted
        now.
        """
        before, now = self._offers_at, self.offers_region()
        self._offers_at = now
        for region in (before, now):
            if region:
                self.refresh_lines(region.y + self.scroll_offset.y, region.height)

    def _overlay_offer_row(self, strip: Strip, y: int, at: Region) -> Strip:
        """Draw a row of the list of completions over a row of the text. `y` is the screen row; `at` is the
        region of the list.
        """
        offered = self.writing.offered
        place = offered.get_visible_range()[y - at.y]
        name = "chosen" if place == offered.at else "offers"
        style = self.get_component_rich_style(f"script-editor--{name}")
        words = Strip([Segment(offered.format_offer_row(place, at.width), style)], at.width)
        return Strip.join([strip.crop(0, at.x), words, strip.crop(at.right, strip.cell_length)])

    def _draw_text_row(self, y: int, row: int, *, first: bool) -> Strip:
        """Draw a row of the text after the line number and the kind's letter, indented by the line's kind.
        `first` is True for the first row of a wrapped line.
        """
        # Bypass Textual's cache of rows, because its key is made from the complete text.
        strip, wide = self._render_line(y), self.gutter_width
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
        before = find_line_column(kind, self.wrap_width, self.document.get_line(row))[0]
        words = strip.crop(wide, strip.cell_length - before)
        if not before:
            return Strip.join([gutter, words])
        blank = next(reversed(strip.crop(wide, strip.cell_length)._segments)).style
        return Strip.join([gutter, Strip([Segment(" " * before, blank)], before), words])

    def edit(self, edit: Edit) -> EditResult:
        outer, self._is_editing = self._is_editing, True
        (top, _), (bottom, _) = sorted((edit.from_location, edit.to_location))
        count, height = self.document.line_count, self._measured_document.height
        try:
            result = super().edit(edit)
        finally:
            self._is_editing = outer
        if top == bottom and (count, height) == (self.document.line_count, self._measured_document.height):
            self._repaint_text_line(top)
        else:
            self.refresh()
            # Textual 8.2 scrolls too early, before the new height of the text is known.
            self.scroll_cursor_visible()
        if not self.read_only and not outer:
            self.writing.update_written_kind()
            self.update_suggestion()
        return result

    def _watch_selection(self, previous_selection: Selection, selection: Selection) -> None:
        super()._watch_selection(previous_selection, selection)
        if self.as_written is not None and selection.end[0] != self.as_written[0]:
            self.writing.finish_line()
        if not self.read_only and not self._is_editing:
            self.normal.reset_written_start()
            self.writing.close_offers()

    def on_paste(self, event: events.Paste) -> None:
        if not self.read_only:
            self.pasted(event.text)

    def action_cursor_right(self, select: bool = False) -> None:
        if self.suggestion and not select and not self.read_only:
            self.writing.insert_offer()
        else:
            super().action_cursor_right(select)

    def _replace_via_keyboard(self, insert: str, start: Location, end: Location) -> EditResult | None:
        written = self.as_written
        if written is not None and written[2] and written[1] in IN_CAPITALS:
            insert = insert.upper()
        return super()._replace_via_keyboard(insert, start, end)

    def _undo_batch(self, edits: Sequence[Edit]) -> None:
        self.as_written, self._measured_document.wraps_whole = None, len(edits) > 1
        super()._undo_batch(edits)
        self.refresh()

    def _redo_batch(self, edits: Sequence[Edit]) -> None:
        self.as_written, self._measured_document.wraps_whole = None, len(edits) > 1
        super()._redo_batch(edits)
        self.refresh()

    def update_suggestion(self) -> None:
        """Offer completions such as names, places and times while the user types."""
        # During an edit the kind of the line is not known yet, so completions are updated after the edit.
        if not self._is_editing:
            self.writing.update_offers()

    def move_to_line(self, row: int, column: int = 0) -> None:
        """Move the cursor to a line (from 0) and scroll there."""
        row = max(0, min(row, self.document.line_count - 1))
        self.move_cursor((row, min(column, len(self.document.get_line(row)))))

    def undo_text(self) -> bool:
        """Undo the last change of the text. If there is none, show a message and return False."""
        if not self.groups.undo_stack:
            self._report_history_end("there is nothing to undo in this text")
            return False
        self.undo()
        return True

    def redo_text(self) -> bool:
        """Redo the change of the text that was undone last. If there is none, show a message and return
        False.
        """
        if not self.groups.redo_stack:
            self._report_history_end("there is nothing to redo in this text")
            return False
        self.redo()
        return True

    def _report_history_end(self, words: str) -> None:
        self.stuck = True
        get_studio_app(self).show_message(words, "warn", "{ui.history} shows the edits of the film")

    def go_to_match(self, words: str, step: int) -> bool:
        """Go to the next occurrence of the words, ignoring case. `step` is -1 to go to the previous one.
        After the end of the text, continue at the start. Return False if there is none.
        """
        place = self.find_text_match(words, step)
        if place is not None:
            self.move_cursor(place)
        return place is not None

    def find_text_match(self, words: str, step: int) -> Place | None:
        """Return the position of the next occurrence of the words; `step` is -1 for the previous one. Return
        None if there is none.
        """
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
                return there, at
        return None
