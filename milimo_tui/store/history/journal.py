"""Changes as the history keeps them: JSON text, and of a long text only the part that changed.

A screenplay is kept whole in one column; without this every commit of it would keep it twice more.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.core.changes import Change, Scalar
from milimo_tui.core.errors import Conflict
from milimo_tui.store.rows.mapping import EDITED
from milimo_tui.store.rows.row_names import describe, words_of

LONG = 2000  # characters from which a text is kept as a splice


@dataclass(frozen=True, slots=True)
class Splice:
    """At `start`, `old` became `new`; `was` and `now` are digests of the whole text before and after."""

    start: int
    old: str
    new: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A change as it is kept; the columns in `splices` are in neither of its rows."""

    change: Change
    splices: dict[str, Splice]


def write(changes: Sequence[Change]) -> str:
    """JSON: a list of [table, id, before, after], and a fifth {column: splice} where there is a long text."""
    return json.dumps(
        [_shortened(change) for change in changes], ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )


def _shortened(change: Change) -> list[object]:
    before, after = change.before, change.after
    if before is None or after is None:
        return [change.table, change.id, before, after]
    long = {
        column: [splice.start, splice.old, splice.new, splice.was, splice.now]
        for column in after
        if (splice := _splice(before[column], after[column])) is not None
    }
    if not long:
        return [change.table, change.id, before, after]
    rest = [{column: row[column] for column in row if column not in long} for row in (before, after)]
    return [change.table, change.id, *rest, long]


def _splice(old: Scalar, new: Scalar) -> Splice | None:
    if not isinstance(old, str) or not isinstance(new, str) or len(old) < LONG or len(new) < LONG:
        return None
    start = _shared(old, new)
    tail = _shared(old[start:][::-1], new[start:][::-1])
    return Splice(
        start, old[start : len(old) - tail], new[start : len(new) - tail], _digest(old), _digest(new)
    )


def _shared(one: str, two: str) -> int:
    """How many characters two texts begin with alike."""
    low, high = 0, min(len(one), len(two))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == two[low:middle] else (low, middle - 1)
    return low


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read(text: str) -> tuple[Entry, ...]:
    """The entries of an edit, as they are kept."""
    return tuple(
        Entry(
            Change(*entry[:4]), {column: Splice(*parts) for column, parts in (entry[4:] or [{}])[0].items()}
        )
        for entry in json.loads(text)
    )


def changes(text: str) -> tuple[Change, ...]:
    """What an edit changed; of a long text, the part that did."""
    return tuple(
        Change(
            entry.change.table,
            entry.change.id,
            {**(entry.change.before or {}), **{c: splice.old for c, splice in entry.splices.items()}},
            {**(entry.change.after or {}), **{c: splice.new for c, splice in entry.splices.items()}},
        )
        if entry.splices
        else entry.change
        for entry in read(text)
    )


def full_changes(connection: sqlite3.Connection, text: str, *, undo: bool) -> tuple[Change, ...]:
    """The changes that bring an edit back, or take it back: long texts made whole from those in the film.

    Raises Conflict where a long text is not the one the edit left.
    """
    out = [
        _full_change(connection, entry, undo=undo) if entry.splices else entry.change for entry in read(text)
    ]
    return tuple(change.inverse() for change in reversed(out)) if undo else tuple(out)


def _full_change(connection: sqlite3.Connection, entry: Entry, *, undo: bool) -> Change:
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
        if _digest(here) != expected:
            what = f"{words_of(table.name, column)} of {describe(connection, table.name, change.id)}"
            raise Conflict(f"{what} was changed meanwhile", "look at it as it is now and try again")
        there = here[: splice.start] + new + here[splice.start + len(old) :]
        before[column], after[column] = (there, here) if undo else (here, there)
    return Change(change.table, change.id, before, after)
