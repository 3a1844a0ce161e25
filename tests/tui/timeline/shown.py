"""What a screen shows as text that can be kept: its rows, and under them the style of every run of cells."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from textual.strip import Strip

FOLDER = Path(__file__).with_name("snapshots")
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def shown(strips: Sequence[Strip]) -> str:
    """The rows, each with its styles as `3a12b`: so many cells of a style; the letters come last."""
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
    """Compare with the kept one. `MILIMO_SNAPSHOTS=write` keeps what is shown now instead."""
    path, now = FOLDER / f"{name}.txt", shown(strips)
    if os.environ.get("MILIMO_SNAPSHOTS") == "write":
        path.write_text(now)
    kept = path.read_text() if path.exists() else ""
    assert now == kept, f"{name} looks otherwise; MILIMO_SNAPSHOTS=write keeps this:\n{now}"
