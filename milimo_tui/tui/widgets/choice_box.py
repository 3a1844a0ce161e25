"""The box next to a field that is being edited in place. It shows the field's choices, the reason why a text
was refused, and facts about a path.
"""

from __future__ import annotations

from collections.abc import Callable

from rich.text import Text
from textual import events
from textual.geometry import Region, Size
from textual.widget import Widget

from milimo_tui.tui.fields.form_field import FieldKind
from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.widgets.open_field import OpenField
from milimo_tui.tui.widgets.text import join_line, truncate_line

# Minimum and maximum width in cells that is left for the field's value when the box is at its right. If too
# little width remains for the box, the box is below the value.
LEAST_VALUE, VALUE = 8, 18
# Minimum width in cells of a box to the right of the value, and maximum width of every box.
NARROWEST, WIDEST = 30, 58
MAX_CHOICES = 10  # Maximum number of choices that are shown at the same time.
FOOT = 2  # Rows at the bottom of the screen that the box does not cover: the message and the keys.


class ChoiceBox(Widget):
    """A box with the choices and notes of the field that is being edited. `show_box` places the box next to
    the field; `hide` removes it.
    """

    DEFAULT_CSS = """
    ChoiceBox { layer: over; position: absolute; display: none; background: $raised; }
    """
    can_focus = False

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[Text, ...] = ()
        self._take: Callable[[int], None] | None = None
        # `_first` is the index of the first visible choice. `_choices` has the box's row of that choice, and
        # the row after the last choice.
        self._first, self._choices = (
            0,
            (0, 0),
        )

    def hide(self) -> None:
        """Hide the box and forget its rows."""
        self.display = False
        self._rows = ()

    def show_box(
        self, opened: OpenField, at: Region, screen: Size, ink: TextStyles, take: Callable[[int], None]
    ) -> None:
        """Show the choices and notes of the field `opened` in a box where the screen has space. `at` is the
        region of the field's value, and `screen` the size of the screen.

        When the user clicks a choice, `take` is called with its index among the field's matching choices.
        """
        self._take = take
        notes = opened.draw_notes(ink)
        if not opened.choices:
            if not notes:
                self.hide()
                return
            width = min(max(at.width, *(row.cell_len for row in notes)), screen.width - 2)
            x = max(0, min(at.x, screen.width - width - 1))
            rows = [_pad_to_width(truncate_line(row, width), width) for row in notes]
            self._place_box_rows(rows, (x, self._position_below(at, len(notes), screen)[1]))
            self._choices = (0, 0)
            return
        long = max(len(choice.word) for choice in opened.field.choices or opened.choices)
        value = max(LEAST_VALUE, min(VALUE, long + 4))
        columns_after = screen.width - at.x - value - 1
        # A path may be long, so its box is below the field instead of next to the value.
        is_behind = columns_after >= NARROWEST and opened.field.kind is not FieldKind.PATH
        width = min(WIDEST, columns_after if is_behind else screen.width - 2) - 4
        most = max(1, min(MAX_CHOICES, screen.height - FOOT - 4 - len(notes)))
        rows = opened.draw_choice_rows(ink, width, most)
        rows = _frame_choice_rows(
            [*rows, *(_pad_to_width(truncate_line(note, width), width) for note in notes)],
            "choice",
            width,
            ink,
        )
        self._first, self._choices = opened.first_choice_row(most), (1, 1 + min(most, len(opened.choices)))
        if is_behind:
            y = max(0, min(at.y, screen.height - FOOT - len(rows)))
            self._place_box_rows(rows, (at.x + value, y))
        else:
            x = max(0, min(at.x, screen.width - width - 4))
            self._place_box_rows(rows, (x, self._position_below(at, len(rows), screen)[1]))

    def _position_below(self, at: Region, rows: int, screen: Size) -> tuple[int, int]:
        """Return the position of a box of `rows` rows below a field, or above the field if there is not
        enough space below.
        """
        under = at.y + at.height
        return at.x, under if under + rows <= screen.height - FOOT else max(0, at.y - rows)

    def _place_box_rows(self, rows: list[Text], at: tuple[int, int]) -> None:
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
        first, end = self._choices
        if first <= event.y < end and self._take is not None:
            self._take(self._first + event.y - first)

    def render(self) -> Text:
        return Text("\n").join(self._rows)


def _frame_choice_rows(rows: list[Text], title: str, width: int, ink: TextStyles) -> list[Text]:
    """Return the rows in a frame with a title. `width` is the width inside the frame, in cells."""
    head = f"┌ {title} {'─' * (width - len(title))}┐"
    sides = [join_line(("│ ", ink.line), row, (" │", ink.line)) for row in rows]
    return [join_line((head, ink.line)), *sides, join_line((f"└{'─' * (width + 2)}┘", ink.line))]


def _pad_to_width(text: Text, width: int) -> Text:
    text.append(" " * max(0, width - text.cell_len))
    return text
