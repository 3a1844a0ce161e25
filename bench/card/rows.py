"""Rows of figures in a file. Each row is written as soon as it is measured, so that an interrupted run
continues with the missing rows.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

BEGIN, END = "<!-- rows of bench/gpu.py -->", "<!-- end of rows -->"
CLIP = ("load_s", "step_s", "counted_step_s", "clip_s", "swap_s", "peak_gb", "counted_gb", "reached_tflops")
HEADS = {  # The title of each phase's table, and the figures that are its columns.
    "tiny": ("Every family on tiny weights, with every recipe", ("seconds",)),
    "held": ("Every family compared with the bare pipeline, call by call", ("calls", "largest_difference")),
    "rates": (
        "Speed of the card: arithmetic, memory, bus, disk",
        ("tflops", "memory_gbs", "bus_gbs", "unpinned_gbs", "disk_gbs"),
    ),
    "whole": ("LTX-2 in its published size, random weights", CLIP),
    "every": ("The same by other recipes", CLIP),
    "capped": ("The ladder under a cap of memory", ("cap_gb", "peak_gb", "step_s", "clip_s")),
    "bare": (
        "A clip compared with the same diffusers pipeline in a bare script",
        ("clip_s", "bare_clip_s", "over_bare"),
    ),
    "second": (
        "The second clip compared with the first clip",
        ("first_s", "second_s", "two_s", "two_foreseen_s"),
    ),
    "soak": ("Memory over many clips", ("clips", "mb_a_clip", "end_mb")),
    "believed": (
        "Memory that Milimo counts, compared with the memory that the card reports",
        ("believed_gb", "card_gb", "apart"),
    ),
}


@dataclass(frozen=True, slots=True)
class FigureRow:
    """The result of one case of a phase on a card. If the case failed, it has no figures and `error` is the
    reason.
    """

    phase: str
    case: str
    card: str
    made: str
    figures: Mapping[str, float]
    error: str = ""


class FigureRowsFile:
    """A file of results with one JSON object per line. An incomplete last line is ignored."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> list[FigureRow]:
        """Return all rows. A case that was measured again has only its last row."""
        try:
            lines = self.path.read_text().splitlines()
        except FileNotFoundError:
            return []
        rows = {}
        for line in lines:
            try:
                row = FigureRow(**json.loads(line))
            except (ValueError, TypeError):
                continue
            rows[row.phase, row.case, row.card] = row
        return list(rows.values())

    def has_case(self, phase: str, case: str, card: str) -> bool:
        """Return True if the case was measured on the card. A failed case returns False, so that it is tried
        again.
        """
        return any(
            (row.phase, row.case, row.card) == (phase, case, card) and not row.error for row in self.read()
        )

    def append_row(self, row: FigureRow) -> None:
        """Write a row to the file. The row is safely on the disk when this method returns."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        cut = self.path.exists() and not self.path.read_bytes().endswith(b"\n")
        with self.path.open("a") as file:
            file.write(("\n" if cut else "") + json.dumps(asdict(row)) + "\n")
            file.flush()
            os.fsync(file.fileno())


def format_row_tables(rows: Iterable[FigureRow]) -> str:
    """Return the rows as Markdown tables, one for each phase and card."""
    groups: dict[tuple[str, str, str], list[FigureRow]] = {}
    for row in rows:
        groups.setdefault((row.phase, row.card, row.made), []).append(row)
    lines = []
    for phase, (title, columns) in HEADS.items():
        for (name, card, made), group in groups.items():
            if name == phase:
                heads = [column.replace("_", " ") for column in columns]
                lines += ["", f"### {title}", "", f"{card}; {made}.", ""]
                lines += [f"| case | {' | '.join(heads)} |", "| --- |" + " --- |" * len(columns)]
                lines += [_format_figure_row(row, columns) for row in group]
    return "\n".join(lines[1:])


def _format_figure_row(row: FigureRow, columns: Iterable[str]) -> str:
    if row.error:
        return f"| {row.case} | {row.error} |" + " |" * (len(list(columns)) - 1)
    cells = (f"{row.figures[key]:.4g}" if key in row.figures else "" for key in columns)
    return f"| {row.case} | {' | '.join(cells)} |"


def write_tables_into(page: Path, rows: Iterable[FigureRow]) -> None:
    """Replace the tables between the two comment marks of a documentation page. Raises ValueError if the page
    does not have these marks.
    """
    text = page.read_text()
    before, mark, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not mark or not end:
        raise ValueError(f"{page} has no “{BEGIN}” with “{END}” after it")
    made = (
        format_row_tables(rows)
        or "Nothing here has run on a card yet: `docs/recipes.md` says what is calculated."
    )
    page.write_text(f"{before}{BEGIN}\n\n{made}\n\n{END}{after}")
