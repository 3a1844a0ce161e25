"""A viewer: a picture with a caption under it. The caption has a line of text and a bar with in and out
marks. The viewer only draws values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from milimo_tui.tui.terminal.theme import CURSOR
from milimo_tui.tui.timeline.values.edit_sides import EditSide
from milimo_tui.tui.timeline.values.source_side import draw_position_bar
from milimo_tui.tui.timeline.widgets.edit_words import EditWords, SideWords
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.terminal_app import get_terminal_app
from milimo_tui.tui.widgets.text import join_line, join_line_ends

CAPTION_ROWS = 2


@dataclass(frozen=True, slots=True)
class CaptionText:
    """The contents of a viewer's caption. If there is not enough space, the description of the marked range
    (`part`) is left out first, then the viewer's name (`side`).
    """

    side: str = ""  # The name of the viewer: SOURCE or RECORD.
    name: str = ""
    where: str = ""  # The timecode of the playhead.
    part: str = ""  # The description of the marked range.
    length: int = 0
    at: int = 0
    marks: tuple[int | None, int | None] = (None, None)
    has_keys: bool = False


class Caption(Widget):
    """A viewer's caption of two rows: name and timecode, and below them a bar with the in and out marks."""

    DEFAULT_CSS = "Caption { height: 2; width: 1fr; }"
    can_focus = False

    def __init__(self) -> None:
        super().__init__()
        self.text = CaptionText()

    def show_caption(self, text: CaptionText) -> None:
        if text != self.text:
            self.text = text
            self.refresh()

    def render(self) -> Text:
        ink, width, text = get_terminal_app(self).ink, self.size.width, self.text
        mark = ink.accent if text.has_keys else ink.muted
        where, need = text.where, cell_len(text.name) + len(text.where) + 4
        if need + len(text.side) + 2 > width and where.startswith("00:"):
            # If there is not enough space, leave out hours that are zero, so that the name SOURCE or RECORD
            # can stay.
            where, need = where.removeprefix("00:"), need - 3
        side = f"{text.side}  " if need + len(text.side) + 2 <= width else ""
        part = f"   {text.part}" if need + len(side) + len(text.part) + 3 <= width else ""
        left = join_line((CURSOR if text.has_keys else " ", mark), (side, mark), (text.name, ink.text))
        right = join_line((where, ink.text), (part, ink.muted))
        below = join_line((draw_position_bar(text.length, text.at, text.marks, width), ink.muted))
        return Text("\n", no_wrap=True).join([join_line_ends(left, right, width), below])


class Viewer(Vertical):
    """A picture with a caption below. The caption is visible only if it has text."""

    DEFAULT_CSS = """
    Viewer { height: 1fr; }
    Viewer Picture { width: 1fr; height: 1fr; }
    Viewer .viewer-head { display: none; }
    """

    def __init__(self, picture: str, *, id: str) -> None:
        super().__init__(id=id)
        self._picture_id = picture

    def compose(self) -> ComposeResult:
        yield Line(classes="viewer-head")
        yield Picture(id=self._picture_id)
        yield Caption()
        yield EditWords()
        yield SideWords(at=0)
        yield SideWords(at=1)

    @property
    def picture(self) -> Picture:
        return self.query_one(Picture)

    def show_head(self, words: Text | None) -> None:
        """Show a row of text above the picture. None removes the row."""
        head = self.query_one(Line)
        head.display = words is not None
        head.show_line(words or "")

    @property
    def caption(self) -> Caption:
        return self.query_one(Caption)

    def show_side_words(self, sides: Sequence[EditSide]) -> None:
        """Show the text about two or four frames of a trimmed edit. An empty sequence hides the text."""
        for words in (self.query_one(EditWords), *self.query(SideWords)):
            words.show_sides(sides)

    def set_side_words_width(self, columns: int) -> None:
        """Set the width in columns of the text on each side of the pictures. With 0, the text is below the
        pictures.
        """
        self.query_one(EditWords).has_room = not columns
        for words in self.query(SideWords):
            words.has_room, words.styles.width = columns > 0, columns
        for each in (self.query_one(EditWords), *self.query(SideWords)):
            each.show_sides(each.sides)
