"""Outcomes and errors as a person or a program reads them: plain lines, rich tables, JSON documents.

Answers go to stdout, notes to stderr. rich is loaded for tables and progress only.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.studio.registry import Outcome


def line(text: str) -> None:
    """One answer on stdout, never wrapped."""
    print(text)


def note(text: str) -> None:
    """A remark on stderr."""
    print(text, file=sys.stderr)


def error(problem: MilimoError, *, as_json: bool) -> None:
    """What, where, what to do: a sentence on stderr, or the JSON error document on stdout."""
    if as_json:
        print(json.dumps(problem.as_json(), ensure_ascii=False))
        return
    note(f"milimo: {problem.message}")
    if problem.hint:
        note(f"        {problem.hint}")


def outcome(result: Outcome, *, as_json: bool) -> None:
    """Print what a command gave back."""
    for item in result.stream or ():
        print(json.dumps(item, ensure_ascii=False), flush=True)
    if as_json:
        if result.data is not None:
            print(json.dumps(result.data, ensure_ascii=False))
        return
    if result.columns and isinstance(result.data, list):
        if result.data:
            table(result.columns, result.data)
        elif not result.message:
            line("nothing yet")
    if result.text:
        line(result.text)
    if result.message:
        line(result.message)


def table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows as a quiet table; numbers right-aligned; as wide as it needs where stdout is no terminal."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else 10_000, highlight=False)
    drawn = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="dim", show_edge=False)
    for column in columns:
        numeric = all(isinstance(row.get(column), int | float | type(None)) for row in rows)
        drawn.add_column(column.replace("_", " "), justify="right" if numeric else "left")
    for row in rows:
        drawn.add_row(*(Text(_cell(row.get(column))) for column in columns))
    console.print(drawn)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value)
    return str(value)
