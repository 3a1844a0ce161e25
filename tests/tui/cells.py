"""Read the cells of a screen pane by pane, and find text that was truncated although there was room."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rich.cells import cell_len
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget

ELLIPSIS = "…"
AIR = 3  # Number of blank cells that a pane may have at its right edge, and columns between them.


def rows_of(screen: Screen[Any]) -> list[list[str]]:
    """Return the rows of the screen as cells. A glyph of two cells is followed by an empty cell."""
    rows = []
    for strip in screen._compositor.render_strips():
        cells: list[str] = []
        for segment in strip:
            for sign in segment.text:
                cells += [sign] + [""] * (cell_len(sign) - 1) if cell_len(sign) else []
        rows.append(cells)
    return rows


def panes(screen: Screen[Any]) -> Iterator[tuple[Widget, Region]]:
    """Yield the visible region of each widget without visible children."""
    seen = screen._compositor.visible_widgets
    for widget, (region, clip) in seen.items():
        if not any(child in seen for child in widget.children) and not widget.is_scrollable:
            yield widget, region.intersection(clip)


def cut_off(screen: Screen[Any]) -> list[str]:
    """List rows of panes that end in an ellipsis although the cells to its right are blank."""
    rows, found = rows_of(screen), []
    for widget, region in panes(screen):
        for y in range(max(0, region.y), min(region.bottom, len(rows))):
            cells = rows[y][region.x : region.right]
            for at, sign in enumerate(cells):
                behind = cells[at + 1 :]
                is_cut = sign == ELLIPSIS and at > 0 and cells[at - 1].strip() not in ("", ELLIPSIS)
                if is_cut and len(behind) > AIR and not "".join(behind).strip():
                    found.append(f"{type(widget).__name__}#{widget.id}: {''.join(cells).rstrip()}")
    return found


def cut_beside_air(screen: Screen[Any]) -> list[str]:
    """List rows of panes in which words are truncated although half of the row after them is blank."""
    rows, found = rows_of(screen), []
    for widget, region in panes(screen):
        for y in range(max(0, region.y), min(region.bottom, len(rows))):
            cells = rows[y][region.x : region.right]
            text = "".join(cell or "\0" for cell in cells)
            for cut in re.finditer(rf"[^\s{ELLIPSIS}]{ELLIPSIS}", text):
                air = max(map(len, re.findall(r" +", text[cut.end() :])), default=0)
                if air >= max(AIR + 1, len(cells) // 2):
                    found.append(f"{type(widget).__name__}#{widget.id}: {text.rstrip()}")
    return found
