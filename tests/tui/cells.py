"""The cells of a screen, pane by pane: text that was cut off although there was room for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rich.cells import cell_len
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget

ELLIPSIS = "…"
AIR = 3  # blank cells that a pane may have at its right end, and that columns have between them


def rows_of(screen: Screen[Any]) -> list[list[str]]:
    """Return the screen's rows as cells; behind a sign of two cells comes an empty one."""
    rows = []
    for strip in screen._compositor.render_strips():
        cells: list[str] = []
        for segment in strip:
            for sign in segment.text:
                cells += [sign] + [""] * (cell_len(sign) - 1) if cell_len(sign) else []
        rows.append(cells)
    return rows


def panes(screen: Screen[Any]) -> Iterator[tuple[Widget, Region]]:
    """Yield what is seen of each widget that holds no others."""
    seen = screen._compositor.visible_widgets
    for widget, (region, clip) in seen.items():
        if not any(child in seen for child in widget.children) and not widget.is_scrollable:
            yield widget, region.intersection(clip)


def cut_off(screen: Screen[Any]) -> list[str]:
    """List rows of panes in which an ellipsis stands where the cells right of it are blank."""
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
    """List rows of panes in which words are cut off and half of the row is blank behind them."""
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
