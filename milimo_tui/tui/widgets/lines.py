"""The three text lines that every screen has: header, message and status. They draw the values that the
screen passes to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.geometry import Region
from textual.widget import Widget

from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.widgets.clicked import KeysClicked
from milimo_tui.tui.widgets.text import join_line, join_line_ends

GAP = "   "
MAX_MESSAGE_ROWS = 6  # Maximum number of rows for a message. The log contains the rest of a longer message.


def find_changed_columns(was: Text, now: Text) -> tuple[int, int]:
    """Return the range of cells [first, last) in which two rows differ, so that only these cells are
    repainted.

    Return (0, 0) if the entire row must be repainted, because the changed cells can't be determined: the rows
    differ in width or style, or contain wide characters. The result is also (0, 0) for equal rows.
    """
    old, new = was.plain, now.plain
    if (
        was.spans != now.spans
        or len(old) != len(new)
        or cell_len(new) != len(new)
        or cell_len(old) != len(old)
    ):
        return 0, 0
    differ = [at for at, (one, other) in enumerate(zip(old, new, strict=True)) if one != other]
    return (differ[0], differ[-1] + 1) if differ else (0, 0)


class Line(Widget):
    """A line of text with a left and a right part, and one blank cell at each end.

    `chord` holds keys. If the user clicks the left part, these keys are handled as if they were typed.
    """

    DEFAULT_CSS = "Line { height: 1; width: 1fr; padding: 0 1; }"
    can_focus = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.left, self.right = Text(), Text()
        # The width of the line when it was last drawn, and the text that was drawn.
        self._drawn: tuple[int, Text] | None = None
        self.chord: tuple[str, ...] = ()

    def show_line(self, left: Text | str, right: Text | str = "") -> None:
        """Replace the left and the right part, and repaint only changed cells."""
        new = (
            left if isinstance(left, Text) else Text(left),
            right if isinstance(right, Text) else Text(right),
        )
        if new == (self.left, self.right):
            return
        before, width = self.render(), self.content_size.width
        self.left, self.right = new
        self._drawn = None
        first, last = find_changed_columns(before, self.render())
        if width and last > first:
            self.refresh(Region(first, 0, last - first, 1))
        else:
            self.refresh()

    def render(self) -> Text:
        width = self.content_size.width
        if self._drawn is None or self._drawn[0] != width:
            self._drawn = width, join_line_ends(self.left, self.right, width)
        return self._drawn[1]

    def on_click(self, event: events.Click) -> None:
        """Press the keys in `chord` if the user clicked the left part."""
        at = event.get_content_offset(self)
        if self.chord and at is not None and at.x < self.left.cell_len:
            self.post_message(KeysClicked(self.chord))


class StatusKey(NamedTuple):
    """A key on the status line: its label, its effect in a word or two, and the keys that a click presses."""

    keys: str
    note: str
    chord: tuple[str, ...]


class StatusLine(Widget):
    """The bottom line of a screen. At the left it shows the mode, then a half-typed chord or the most useful
    keys. At the right it shows the state of the job queue.

    A click on a key presses that key.
    """

    DEFAULT_CSS = "StatusLine { height: 1; width: 1fr; padding: 0 1; background: $surface; }"
    can_focus = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.mode = ""
        self.keys: tuple[StatusKey, ...] = ()
        # For each drawn key, its cells [first, last) and the keys that a click on it presses.
        self._places: list[tuple[int, int, tuple[str, ...]]] = []
        # The labels of keys that have nothing to act on at present, which are drawn in a muted colour.
        self.idle: frozenset[str] = frozenset()
        self.pending = ""
        self.box = Text()
        self.ink: TextStyles | None = None

    def show_status(
        self,
        ink: TextStyles,
        mode: str,
        keys: Sequence[StatusKey],
        idle: frozenset[str],
        pending: str,
        box: Text,
    ) -> None:
        """Replace all values, and repaint if one of them has changed. `pending` is a half-typed chord, and
        `box` is the text about the job queue.
        """
        new = (ink, mode, tuple(keys), idle, pending, box, box.spans)
        if new == (self.ink, self.mode, self.keys, self.idle, self.pending, self.box, self.box.spans):
            return
        self.ink, self.mode, self.keys, self.idle, self.pending, self.box, _ = new
        self.refresh()

    def render(self) -> Text:
        ink = self.ink
        if ink is None:
            return Text("")
        width = self.content_size.width
        room = width - self.box.cell_len - 2
        left = join_line((self.mode, ink.badge))
        self._places = []
        if self.pending:
            left.append(f"   {self.pending} ", ink.key)
            return join_line_ends(left, self.box, width)
        pieces = [
            join_line(
                GAP,
                (each.keys, ink.muted if each.keys in self.idle else ink.key),
                " ",
                (each.note, ink.muted),
            )
            for each in self.keys
        ]
        # The last key opens the list of all keys, so space is reserved for it first.
        last = pieces.pop() if pieces else Text()
        for piece, each in zip([*pieces, last], self.keys, strict=False):
            is_last = piece is last
            if not is_last and left.cell_len + piece.cell_len + last.cell_len > room:
                continue  # This key does not fit, but a later, shorter one may.
            self._places.append((left.cell_len + len(GAP), left.cell_len + piece.cell_len, each.chord))
            left.append_text(piece)
        return join_line_ends(left, self.box, width)

    def on_click(self, event: events.Click) -> None:
        """Press the key that was clicked."""
        at = event.get_content_offset(self)
        chord = next((chord for first, last, chord in self._places if at and first <= at.x < last), ())
        if chord:
            self.post_message(KeysClicked(chord))


class WrappedMessage(Widget):
    """A widget for a message or question that is too long for the message line.

    It extends upwards from the message line and covers part of the screen, so that no other widget moves.
    """

    DEFAULT_CSS = """
    WrappedMessage { layer: over; dock: bottom; margin-bottom: 1; height: auto; width: 1fr; display: none;
            background: $raised; padding: 0 1; }
    WrappedMessage.-above { margin-bottom: 2; }
    WrappedMessage:ansi { border-top: solid ansi_bright_black; }
    """
    can_focus = False

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[Text, ...] = ()

    def show_message_rows(
        self, rows: Sequence[Text], *, above: bool = False, most: int = MAX_MESSAGE_ROWS
    ) -> None:
        """Show the first `most` rows of a message. An empty list hides the widget.

        `above` leaves the message line free, because the user types there.
        """
        self.set_class(above, "-above")
        self.display = bool(rows)
        shown = tuple(rows[:most])
        if shown and shown != self._rows:
            self._rows = shown
            self.refresh(layout=True)

    def render(self) -> Text:
        return Text("\n").join(self._rows)
