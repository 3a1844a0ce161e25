"""Convert an edit's changes to and from JSON. Of a long text, only the part that differs is stored.

A screenplay is stored in one column. If complete texts were stored, each commit of the screenplay would store
the screenplay twice, as the old and as the new text.
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

LONG = 2000  # texts of at least this many characters are stored as a splice


@dataclass(frozen=True, slots=True)
class Splice:
    """A replacement of characters in a long text: at character `start`, the text `old` was replaced by `new`.
    `was` and `now` are digests of the complete text before and after the replacement.
    """

    start: int
    old: str
    new: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A change of a row as it is stored in the history. A column with a long text is in `splices`, which has
    only the part that differs. All other changed columns are in `change`.
    """

    change: RowChange
    splices: dict[str, Splice]


def format_changes(changes: Sequence[RowChange]) -> str:
    """Return changes as JSON: a list of [table, id, before, after]. Changes of long texts have a fifth item
    {column: splice}.
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
    """Return the number of characters at which two texts begin alike."""
    low, high = 0, min(len(one), len(two))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == two[low:middle] else (low, middle - 1)
    return low


def _hash_text_briefly(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def parse_journal_entries(text: str) -> tuple[JournalEntry, ...]:
    """Parse the JSON of an edit and return its changes. Changed parts of long texts stay separate, in
    `splices`.
    """
    return tuple(
        JournalEntry(
            RowChange(*entry[:4]),
            {column: Splice(*parts) for column, parts in (entry[4:] or [{}])[0].items()},
        )
        for entry in json.loads(text)
    )


def parse_changes(text: str) -> tuple[RowChange, ...]:
    """Return the changes in an edit's JSON text. If a column holds a long text, only the part that changed is
    returned.
    """
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
    """Return the row changes by which an edit is applied, or undone if `undo` is True. The edit's JSON
    (`text`) has only the changed part of a long text. The rest is filled in from the current value in the
    film.

    Raises Conflict if a long text in the film differs from the text that the edit expects.
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
            raise Conflict(f"{what} was changed meanwhile", "look at the present state, then try again")
        there = here[: splice.start] + new + here[splice.start + len(old) :]
        before[column], after[column] = (there, here) if undo else (here, there)
    return RowChange(change.table, change.id, before, after)
