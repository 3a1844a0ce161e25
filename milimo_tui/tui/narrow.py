"""Partial updates of Textual 8.2 cropped on both sides: a step of the playhead writes its columns alone.

Textual's `ChopsUpdate.render_segments` crops a changed span on its right only and sends the row again from
the left edge of its widget: 4 kB and more a step. Touches that one method, of the versions it was read in.

To be removed when `tests/tui/test_narrow.py::test_textual_still_sends_the_row_from_its_left` fails, that is
when Textual crops on the left by itself.
"""

from __future__ import annotations

from rich.console import Console
from rich.control import Control
from textual import __version__
from textual._compositor import ChopsUpdate

KNOWN = ("8.2.",)  # versions whose method was read; others keep their own


def render_segments(update: ChopsUpdate, console: Console) -> str:
    """The escape sequences of an update: of each changed span exactly its cells."""
    out: list[str] = []
    for y, first, last in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x >= last or end <= first:
                continue
            if first > x or last < end:
                strip = strip.crop(max(0, first - x), min(end, last) - x)
            out.append(Control.move_to(max(x, first), y).segment.text)
            out.append(strip.render(console))
    return "".join(out)


def crop_both_sides(version: str = __version__) -> bool:
    """Put it in the place of Textual's own; False where this Textual is not one it was written for."""
    if not version.startswith(KNOWN):
        return False
    ChopsUpdate.render_segments = render_segments  # type: ignore[method-assign, assignment]
    return True
