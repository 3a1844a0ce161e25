"""Write a screen's content as text that can be stored: its rows, each followed by the styles of its runs of
cells.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from textual.strip import Strip

FOLDER = Path(__file__).with_name("snapshots")
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def shown(strips: Sequence[Strip]) -> str:
    """Return the rows and their styles as text. A run is written as `3a`: three cells of style `a`. A legend
    of the styles is at the end.
    """
    legend: dict[str, str] = {}
    lines = []
    for strip in strips:
        cells = [(str(segment.style or ""), segment.cell_length) for segment in strip if segment.text]
        runs = []
        for style, pieces in groupby(cells, key=lambda cell: cell[0]):
            letter = legend.setdefault(style, LETTERS[len(legend)])
            runs.append(f"{sum(length for _, length in pieces)}{letter}")
        lines += [strip.text.rstrip(), f"\t{''.join(runs)}"]
    return "\n".join([*lines, *(f"{letter}  {style}" for style, letter in legend.items()), ""])


def check(name: str, strips: Sequence[Strip]) -> None:
    """Compare rows with the stored snapshot `name`. With `MILIMO_SNAPSHOTS=write`, store the rows as the new
    snapshot.
    """
    path, now = FOLDER / f"{name}.txt", shown(strips)
    if os.environ.get("MILIMO_SNAPSHOTS") == "write":
        path.write_text(now)
    text = path.read_text() if path.exists() else ""
    assert now == text, f"{name} looks otherwise; MILIMO_SNAPSHOTS=write keeps this:\n{now}"
