"""The stored form of an edit's changes: JSON text, with only the changed part of a long text.

A screenplay is stored in one column. Without this format, every commit would store it two more times.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.core.changes import RowChange, Scalar
from milimo_tui.core.errors import Conflict
from milimo_tui.store.rows.mapping import EDITED
from milimo_tui.store.rows.row_names import describe_column, describe_row

LONG = 2000  # The length in characters from which a changed text is stored as a splice.


@dataclass(frozen=True, slots=True)
class Splice:
    """A text replacement: at `start`, `old` became `new`. `was` and `now` are digests of the full text before
    and after.
    """

    start: int
    old: str
    new: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A change as it is stored. The columns in `splices` are in neither of its rows."""

    change: RowChange
    splices: dict[str, Splice]


def format_changes(changes: Sequence[RowChange]) -> str:
    """Return changes as JSON: a list of [table, id, before, after], with a fifth item {column: splice} for
    long texts.
    """
    return json.dumps(
        [_shorten_change(change) for change in changes],
        ensure_ascii=False,
        allow_nan=False,
        separators=(",", ":"),
    )


def _shorten_change(change: RowChange) -> list[object]:
    before, after = change.before, change.after
    if before is None or after is None:
        return [change.table, change.id, before, after]
    long = {
        column: [splice.start, splice.old, splice.new, splice.was, splice.now]
        for column in after
        if (splice := _find_splice(before[column], after[column])) is not None
    }
    if not long:
        return [change.table, change.id, before, after]
    rest = [{column: row[column] for column in row if column not in long} for row in (before, after)]
    return [change.table, change.id, *rest, long]


def _find_splice(old: Scalar, new: Scalar) -> Splice | None:
    if not isinstance(old, str) or not isinstance(new, str) or len(old) < LONG or len(new) < LONG:
        return None
    start = _count_common_prefix(old, new)
    tail = _count_common_prefix(old[start:][::-1], new[start:][::-1])
    return Splice(
        start,
        old[start : len(old) - tail],
        new[start : len(new) - tail],
        _hash_text_briefly(old),
        _hash_text_briefly(new),
    )


def _count_common_prefix(one: str, two: str) -> int:
    """Return the length of the common prefix of two texts."""
    low, high = 0, min(len(one), len(two))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == two[low:middle] else (low, middle - 1)
    return low


def _hash_text_briefly(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def parse_journal_entries(text: str) -> tuple[JournalEntry, ...]:
    """Return the stored entries of an edit."""
    return tuple(
        JournalEntry(
            RowChange(*entry[:4]),
            {column: Splice(*parts) for column, parts in (entry[4:] or [{}])[0].items()},
        )
        for entry in json.loads(text)
    )


def parse_changes(text: str) -> tuple[RowChange, ...]:
    """Return the changes of an edit. For a long text, only the changed part is included."""
    return tuple(
        RowChange(
            entry.change.table,
            entry.change.id,
            {**(entry.change.before or {}), **{c: splice.old for c, splice in entry.splices.items()}},
            {**(entry.change.after or {}), **{c: splice.new for c, splice in entry.splices.items()}},
        )
        if entry.splices
        else entry.change
        for entry in parse_journal_entries(text)
    )


def restore_full_changes(connection: sqlite3.Connection, text: str, *, undo: bool) -> tuple[RowChange, ...]:
    """Return the changes that apply or undo an edit, with long texts completed from the film.

    Raises Conflict if a long text is not as the edit left it.
    """
    out = [
        _restore_full_change(connection, entry, undo=undo) if entry.splices else entry.change
        for entry in parse_journal_entries(text)
    ]
    return tuple(change.get_inverse() for change in reversed(out)) if undo else tuple(out)


def _restore_full_change(connection: sqlite3.Connection, entry: JournalEntry, *, undo: bool) -> RowChange:
    change, table = entry.change, EDITED[entry.change.table]
    before, after = dict(change.before or {}), dict(change.after or {})
    for column, splice in entry.splices.items():
        found = connection.execute(
            f'SELECT "{column}" FROM {table.name} WHERE {table.key} = ?', (change.id,)
        ).fetchone()
        here = found[0] if found else ""
        expected, old, new = (
            (splice.now, splice.new, splice.old) if undo else (splice.was, splice.old, splice.new)
        )
        if _hash_text_briefly(here) != expected:
            what = (
                f"{describe_column(table.name, column)} of {describe_row(connection, table.name, change.id)}"
            )
            raise Conflict(f"{what} was changed meanwhile", "look at it as it is now, then try again")
        there = here[: splice.start] + new + here[splice.start + len(old) :]
        before[column], after[column] = (there, here) if undo else (here, there)
    return RowChange(change.table, change.id, before, after)
