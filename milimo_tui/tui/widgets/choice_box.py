"""The box beside a field that is open where it stands: its choices, why not, what a path leads to."""

from __future__ import annotations

from collections.abc import Callable

from rich.text import Text
from textual import events
from textual.geometry import Region, Size
from textual.widget import Widget

from milimo_tui.tui.fields.form_field import Kind
from milimo_tui.tui.terminal.theme import Ink
from milimo_tui.tui.widgets.open_field import OpenField
from milimo_tui.tui.widgets.text import cut, line

LEAST_VALUE, VALUE = 8, 18  # cells of a value: the box stands behind them where there is room
NARROWEST, WIDEST = 30, 58  # cells of the box
MOST = 10  # choices at a time
FOOT = 2  # rows below, of the message and the keys


class ChoiceBox(Widget):
    """`show` puts it beside an open field, `hide` takes it away."""

    DEFAULT_CSS = """
    ChoiceBox { layer: over; position: absolute; display: none; background: $raised; }
    """
    can_focus = False

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[Text, ...] = ()
        self._take: Callable[[int], None] | None = None
        self._first, self._choices = (
            0,
            (0, 0),
        )  # the first choice that is seen, its row and the one behind the last

    def hide(self) -> None:
        self.display = False
        self._rows = ()

    def show(
        self, opened: OpenField, at: Region, screen: Size, ink: Ink, take: Callable[[int], None]
    ) -> None:
        """Draw what belongs to a field whose value stands at `at`, where the screen has room for it.

        `take` is called with the place of a choice, among those that fit, that is clicked.
        """
        self._take = take
        notes = opened.notes(ink)
        if not opened.choices:
            if not notes:
                self.hide()
                return
            width = min(max(at.width, *(row.cell_len for row in notes)), screen.width - 2)
            x = max(0, min(at.x, screen.width - width - 1))
            rows = [_filled(cut(row, width), width) for row in notes]
            self._place(rows, (x, self._beneath(at, len(notes), screen)[1]))
            self._choices = (0, 0)
            return
        long = max(len(choice.word) for choice in opened.field.choices or opened.choices)
        value = max(LEAST_VALUE, min(VALUE, long + 4))
        behind = screen.width - at.x - value - 1
        is_behind = behind >= NARROWEST and opened.field.kind is not Kind.PATH  # a path needs its line whole
        width = min(WIDEST, behind if is_behind else screen.width - 2) - 4
        most = max(1, min(MOST, screen.height - FOOT - 4 - len(notes)))
        rows = opened.choice_rows(ink, width, most)
        rows = _framed([*rows, *(_filled(cut(note, width), width) for note in notes)], "choice", width, ink)
        self._first, self._choices = opened.first_shown(most), (1, 1 + min(most, len(opened.choices)))
        if is_behind:
            y = max(0, min(at.y, screen.height - FOOT - len(rows)))
            self._place(rows, (at.x + value, y))
        else:
            x = max(0, min(at.x, screen.width - width - 4))
            self._place(rows, (x, self._beneath(at, len(rows), screen)[1]))

    def _beneath(self, at: Region, rows: int, screen: Size) -> tuple[int, int]:
        """Return a place under a field, above it where there is no room."""
        under = at.y + at.height
        return at.x, under if under + rows <= screen.height - FOOT else max(0, at.y - rows)

    def _place(self, rows: list[Text], at: tuple[int, int]) -> None:
        shown = tuple(rows)
        self.styles.offset = at
        self.styles.width = max(row.cell_len for row in shown)
        self.styles.height = len(shown)
        self.display = True
        if shown != self._rows or [row.spans for row in shown] != [row.spans for row in self._rows]:
            self._rows = shown
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        first, behind = self._choices
        if first <= event.y < behind and self._take is not None:
            self._take(self._first + event.y - first)

    def render(self) -> Text:
        return Text("\n").join(self._rows)


def _framed(rows: list[Text], title: str, width: int, ink: Ink) -> list[Text]:
    """Return rows in a frame with a title."""
    head = f"┌ {title} {'─' * (width - len(title))}┐"
    sides = [line(("│ ", ink.line), row, (" │", ink.line)) for row in rows]
    return [line((head, ink.line)), *sides, line((f"└{'─' * (width + 2)}┘", ink.line))]


def _filled(text: Text, width: int) -> Text:
    text.append(" " * max(0, width - text.cell_len))
    return text
