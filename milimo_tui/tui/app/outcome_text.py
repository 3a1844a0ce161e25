"""Format a command's outcome as plain text for a panel: its table, its text and its message. Pure
functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from milimo_tui.core.safe_text import remove_control_characters

if TYPE_CHECKING:
    from milimo_tui.studio.registry.registry import Outcome


def format_outcome_text(outcome: Outcome) -> str:
    """Return a command's complete outcome as the shell would print it."""
    parts = []
    if outcome.columns and isinstance(outcome.data, list):
        if outcome.data:
            parts.append(
                _format_outcome_table(outcome.columns, outcome.rows() if outcome.rows else outcome.data)
            )
        elif not outcome.message:
            parts.append("nothing yet")
    failures = (f"{each.message}\n    {each.hint}".rstrip() for each in outcome.failures)
    parts += [part for part in (outcome.text, *failures, outcome.message) if part]
    return "\n".join(parts)


def _format_outcome_table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the rows of a table under the headings of its columns."""
    cells = [[name.replace("_", " ") for name in columns]]
    cells += [[_format_outcome_cell(row.get(name)) for name in columns] for row in rows]
    wide = [max(len(row[place]) for row in cells) for place in range(len(columns))]
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, wide, strict=True)).rstrip() for row in cells
    )


def _format_outcome_cell(value: Any) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    if isinstance(value, list | tuple):
        return remove_control_characters(", ".join(str(part) for part in value))
    return remove_control_characters(str(value))
