"""The three lines every screen has: header, message, status. They draw values the screen hands them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.geometry import Region
from textual.widget import Widget

from milimo_tui.tui.terminal.theme import Ink
from milimo_tui.tui.widgets.clicked import KeysClicked
from milimo_tui.tui.widgets.text import ends, line

GAP = "   "
MOST_ROWS = 6  # more of a message is in the log


def changed(was: Text, now: Text) -> tuple[int, int]:
    """Return the cells [first, last) in which two rows of one width and style differ.

    (0, 0) where their widths or styles do: then nothing is known.
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
    """One row of text with a left and a right end, one cell of air at both sides.

    `chord`: keys that a click on its left end presses.
    """

    DEFAULT_CSS = "Line { height: 1; width: 1fr; padding: 0 1; }"
    can_focus = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.left, self.right = Text(), Text()
        self._drawn: tuple[int, Text] | None = None  # both ends set on a line of so many cells
        self.chord: tuple[str, ...] = ()

    def show(self, left: Text | str, right: Text | str = "") -> None:
        """Replace both ends; repaints only when they differ."""
        new = (
            left if isinstance(left, Text) else Text(left),
            right if isinstance(right, Text) else Text(right),
        )
        if new == (self.left, self.right):
            return
        before, width = self.render(), self.content_size.width
        self.left, self.right = new
        self._drawn = None
        first, last = changed(before, self.render())
        if width and last > first:
            self.refresh(Region(first, 0, last - first, 1))
        else:
            self.refresh()

    def render(self) -> Text:
        width = self.content_size.width
        if self._drawn is None or self._drawn[0] != width:
            self._drawn = width, ends(self.left, self.right, width)
        return self._drawn[1]

    def on_click(self, event: events.Click) -> None:
        """Press the keys that stand for what the line says."""
        at = event.get_content_offset(self)
        if self.chord and at is not None and at.x < self.left.cell_len:
            self.post_message(KeysClicked(self.chord))


class FootKey(NamedTuple):
    """A key on the status line: as it is written, what it does in two words, and the keys to press."""

    keys: str
    note: str
    chord: tuple[str, ...]


class StatusLine(Widget):
    """Mode, what is half typed or the keys that matter now, and at the right the box.

    A click on a key presses it.
    """

    DEFAULT_CSS = "StatusLine { height: 1; width: 1fr; padding: 0 1; background: $surface; }"
    can_focus = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.mode = ""
        self.keys: tuple[FootKey, ...] = ()
        self._places: list[tuple[int, int, tuple[str, ...]]] = []  # cells [first, last) of each
        self.idle: frozenset[str] = frozenset()  # of those keys, the ones that can do nothing now
        self.pending = ""
        self.box = Text()
        self.ink: Ink | None = None

    def show(
        self,
        ink: Ink,
        mode: str,
        keys: Sequence[FootKey],
        idle: frozenset[str],
        pending: str,
        box: Text,
    ) -> None:
        """Replace all of it; repaints only when something differs."""
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
        left = line((self.mode, ink.badge))
        self._places = []
        if self.pending:
            left.append(f"   {self.pending} ", ink.key)
            return ends(left, self.box, width)
        pieces = [
            line(
                GAP,
                (each.keys, ink.muted if each.keys in self.idle else ink.key),
                " ",
                (each.note, ink.muted),
            )
            for each in self.keys
        ]
        last = pieces.pop() if pieces else Text()  # the way to all other keys is always there
        for piece, each in zip([*pieces, last], self.keys, strict=False):
            is_last = piece is last
            if not is_last and left.cell_len + piece.cell_len + last.cell_len > room:
                continue  # a shorter one may have room
            self._places.append((left.cell_len + len(GAP), left.cell_len + piece.cell_len, each.chord))
            left.append_text(piece)
        return ends(left, self.box, width)

    def on_click(self, event: events.Click) -> None:
        """Press the key that is clicked on."""
        at = event.get_content_offset(self)
        chord = next((chord for first, last, chord in self._places if at and first <= at.x < last), ())
        if chord:
            self.post_message(KeysClicked(chord))


class WrappedMessage(Widget):
    """A message or a question whole, where its one row does not hold it.

    Grows upwards from the message line over the screen; nothing moves to make room for it.
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

    def show(self, rows: Sequence[Text], *, above: bool = False, most: int = MOST_ROWS) -> None:
        """Show these rows, the first `most` of them where they are too many; none hides it.

        `above`: the message line below stays free, for what is typed there.
        """
        self.set_class(above, "-above")
        self.display = bool(rows)
        shown = tuple(rows[:most])
        if shown and shown != self._rows:
            self._rows = shown
            self.refresh(layout=True)

    def render(self) -> Text:
        return Text("\n").join(self._rows)
