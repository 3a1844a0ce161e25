"""Partial updates of Textual 8.2 cropped on both sides: a step of the playhead writes its columns alone.

Textual's `ChopsUpdate.render_segments` crops a changed span on its right only and sends the row again from
the left edge of its widget: 4 kB and more a step. Touches that one method, of the versions it was read in.

To be removed when `tests/tui/test_narrow.py::test_textual_still_sends_the_row_from_its_left` fails, that is
when Textual crops on the left by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.control import Control
from rich.style import Style
from textual import __version__
from textual._compositor import ChopsUpdate
from textual.strip import Strip

SMALL = 120  # segments up to which an update is sorted
KNOWN = ("8.2.",)  # versions whose method was read; others keep their own


def render_segments(update: ChopsUpdate, console: Console) -> str:
    """The escape sequences of an update: of each changed span exactly its cells.

    A small update is sorted by style: a style costs 40 bytes, a place 8, and the order is never seen as the
    frame is shown at once.
    """
    pieces = list(_pieces(update))
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


def _pieces(update: ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """The changed cells as strips, each with its column and row."""
    for y, first, last in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x >= last or end <= first:
                continue
            if first > x or last < end:
                strip = strip.crop(max(0, first - x), min(end, last) - x)
            yield max(x, first), y, strip


def crop_both_sides(version: str = __version__) -> bool:
    """Put it in the place of Textual's own; False where this Textual is not one it was written for."""
    if not version.startswith(KNOWN):
        return False
    ChopsUpdate.render_segments = render_segments  # type: ignore[method-assign, assignment]
    return True
