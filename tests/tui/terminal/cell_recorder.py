"""Record the cells that a terminal shows for an app in a test, and compare them with a fresh rendering of the
screen.

A cell is its character together with the escape parameters of its style, so that two cells are equal only if
they look the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual._context import visible_screen_stack
from textual.app import App

from milimo_tui.tui.script.text.editor import ScriptEditor
from milimo_tui.tui.terminal.line.screen_copies import yield_changed_strips
from milimo_tui.tui.timeline.widgets.timeline import Timeline
from milimo_tui.tui.widgets.cards import Cards
from milimo_tui.tui.widgets.picture_widget import Pictured
from milimo_tui.tui.widgets.rows import Rows

PIECES = re.compile(
    r"\x1b\[(?P<row>\d+);(?P<column>\d+)H|\x1b\[(?P<style>[\d;]*)m|(?P<down>\n)|\x1b\]8;[^\x1b]*\x1b\\"
    r"|(?P<words>[^\x1b\n]+)"
)
Cell = tuple[str, str]


class TerminalCells:
    """The cells of a terminal, keyed by row and column. A missing cell was never written."""

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], Cell] = {}
        self._row = self._column = 0
        self._style = ""

    def write(self, sequences: str) -> None:
        """Apply the escape sequences of an update. Textual's updates only contain positions, styles and text;
        any other sequence fails.
        """
        assert not PIECES.sub("", sequences), "sequences that no update should have"
        for piece in PIECES.finditer(sequences):
            if piece["row"]:
                self._row, self._column = int(piece["row"]) - 1, int(piece["column"]) - 1
            elif piece["style"] is not None:
                self._style = piece["style"].strip("0")
            elif piece["down"]:
                self._row += 1
            elif piece["words"]:  # Links (OSC 8) are ignored: they do not change how a cell looks.
                self._put(piece["words"])

    def take(self, update: CompositorUpdate, console: Console) -> None:
        """Apply an update as the studio's own terminal writer reads it: only the cells of each changed
        span.
        """
        if isinstance(update, ChopsUpdate):
            for x, y, strip in yield_changed_strips(update):
                self.write(Control.move_to(x, y).segment.text + strip.render(console))
        else:
            self.write(update.render_segments(console))

    def _put(self, words: str) -> None:
        for char in words:
            for at, part in enumerate((char, "")[: cell_len(char)]):
                self.cells[self._row, self._column + at] = part, self._style
            self._column += cell_len(char)

    def text(self, cells: Iterator[tuple[int, int]]) -> str:
        return "".join(self.cells.get(cell, ("�", ""))[0] for cell in cells)


@contextmanager
def watched(app: App[Any]) -> Iterator[TerminalCells]:
    """Yield a `TerminalCells` to which every displayed update of the app is written."""
    glass, display = TerminalCells(), app._display

    def shown(screen: Any, update: Any) -> None:
        if isinstance(update, CompositorUpdate) and not app._batch_count:
            glass.take(update, app.console)
        display(screen, update)

    app._display = shown  # type: ignore[method-assign, assignment]
    try:
        yield glass
    finally:
        app._display = display  # type: ignore[method-assign]


def rendered(app: App[Any]) -> TerminalCells:
    """Render the front screen and the screens under it without any cache, and return the resulting cells."""
    for screen in app.screen_stack:
        for widget in screen._compositor.visible_widgets:
            widget._styles_cache.clear()
            widget._dirty_regions.add(widget.size.region)
            if isinstance(widget, Timeline):
                widget._cache.clear()
            elif isinstance(widget, Cards):
                widget._drawn.clear()
            elif isinstance(widget, Rows):
                widget._strips.clear()
            elif isinstance(widget, ScriptEditor):
                widget._drawn_rows.clear()
                widget._line_cache.clear()
    kept = {line: list(line._shown) for screen in app.screen_stack for line in screen.query(Timeline)}
    compositor = app.screen._compositor
    visible_screen_stack.set(app._background_screens)
    chops = compositor._render_chops(compositor.size.region, lambda y: True)
    for line, rows in kept.items():
        line._shown = rows
    whole = TerminalCells()
    update = LayoutUpdate([row.values() for row in chops], compositor.size.region)
    whole.take(update, app.console)
    return whole


def owed(app: App[Any]) -> bool:
    """Return True if the front screen still has layout, painting, pictures or callbacks to process."""
    screen = app.screen
    pumps = [app, *screen.walk_children(with_self=True)]
    came = any(isinstance(pump, Pictured) and pump._tick is not None for pump in pumps)
    return (
        came
        or any(not pump._message_queue.empty() for pump in pumps)
        or bool(
            screen._layout_required
            or screen._scroll_required
            or screen._repaint_required
            or screen._dirty_widgets
            or screen._callbacks
        )
    )


def told(glass: TerminalCells, whole: TerminalCells) -> str:
    """Return the rows in which `glass` differs from `whole`, as text. The text is empty if they are equal."""
    rows: dict[int, list[int]] = {}
    for (row, column), cell in sorted(whole.cells.items()):
        if glass.cells.get((row, column)) != cell:
            rows.setdefault(row, []).append(column)
    return "\n".join(
        f"row {row}, columns {columns[0]} to {columns[-1]}: "
        f"“{glass.text((row, at) for at in columns)}” where “{whole.text((row, at) for at in columns)}” is"
        for row, columns in rows.items()
    )
