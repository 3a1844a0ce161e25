"""A changed span is written from the left edge of its widget: 4 kB and more a step over a slow line.

Textual's `ChopsUpdate.render_segments` crops a span on its right only. Goes when
`test_textual_still_sends_the_row_from_its_left` fails: then Textual crops by itself.
"""

from __future__ import annotations

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.control import Control
from rich.style import Style
from textual._compositor import ChopsUpdate
from textual.strip import Strip

from milimo_tui.tui.terminal.line.glass import chops
from milimo_tui.tui.terminal.patches.patch import Patch

SMALL = 120  # segments up to which an update is sorted


def render_segments(update: ChopsUpdate, console: Console) -> str:
    """Write an update as escape sequences: of each changed span exactly its cells.

    A small update is sorted by style: a style costs 40 bytes, a place 8, and the order is never seen as the
    frame is shown at once.
    """
    pieces = list(chops(update))
    if sum(len(list(strip)) for _, _, strip in pieces) > SMALL:
        return "".join(Control.move_to(x, y).segment.text + strip.render(console) for x, y, strip in pieces)
    by_style: dict[Style | None, list[str]] = {}
    for x, y, strip in pieces:
        for text, style, control in strip:
            words = Control.move_to(x, y).segment.text + text
            by_style.setdefault(style, []).append(text if control else words)
            x += cell_len(text)
    colours = console._color_system or ColorSystem.TRUECOLOR
    return "".join(
        Strip.render_style(style, "".join(words), color_system=colours) if style else "".join(words)
        for style, words in by_style.items()
    )


def put_in() -> None:
    """Write exactly the changed cells."""
    ChopsUpdate.render_segments = render_segments  # type: ignore[method-assign, assignment]


PATCH = Patch("a changed span is written from the left edge of its widget", put_in)
