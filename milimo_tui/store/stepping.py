"""Walking the history: an edit, or a step of several, is taken back or brought back whole or not at all.

Inside a write transaction that the caller holds and rolls back on an error. `history` finds which edit it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from milimo_tui.core.errors import MilimoError, Refused
from milimo_tui.store import edits, history, journal, rules
from milimo_tui.store.naming import describe
from milimo_tui.store.reading import revision
from milimo_tui.store.values import PROJECT_SCOPE, Bundle, Edit


def undo(connection: sqlite3.Connection, scope: str, actor: str | None, open_step: Bundle) -> Edit:
    """Take back the latest edit of the scope, with the step it is part of.

    Of a step that is still being made (`open_step`) the latest edit alone. Raises Refused, Conflict.
    """
    entry = history.next_undo(connection, scope, actor)
    alone = not entry["bundle"] or entry["bundle"] == open_step.id
    return take_back(connection, [entry] if alone else _taken_back_with(connection, entry))


def redo(connection: sqlite3.Connection, scope: str, actor: str | None) -> Edit:
    """Bring back the newest edit after where the actor stands, with its step. Raises Refused, Conflict."""
    return bring_back(connection, _brought_back_with(connection, history.next_redo(connection, scope, actor)))


def take_back(connection: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> Edit:
    """Undo edits, the newest first; returns the last of them, which began the step."""
    return _walk(connection, rows, applied=False)[-1]


def bring_back(connection: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> Edit:
    """Redo edits, the oldest first; returns the last of them."""
    return _walk(connection, rows, applied=True)[-1]


def _walk(connection: sqlite3.Connection, rows: Sequence[sqlite3.Row], *, applied: bool) -> list[Edit]:
    at = revision(connection) + 1
    out = []
    for row in rows:
        try:
            changes = journal.whole(connection, row["changes"], undo=not applied)
            edits.apply(connection, changes, "redo" if applied else "undo")
        except MilimoError as error:
            act = "bring back" if applied else "undo"
            sentence = f"can't {act} “{row['step'] or row['label']}”: {error.message}"
            raise type(error)(sentence, error.hint) from error
        rules.check(connection, changes, row["scope"])
        out.append(history.move(connection, row, applied=applied, revision=at))
    return out


def _taken_back_with(connection: sqlite3.Connection, entry: sqlite3.Row) -> list[sqlite3.Row]:
    """The edits of the entry's step, newest first. Raises Refused where later work stands on one of them."""
    rows = connection.execute(
        "SELECT * FROM edit WHERE bundle = ? AND applied = 1 ORDER BY seq DESC", (entry["bundle"],)
    ).fetchall()
    for newest in _one_a_line(rows):
        _require_here(connection, newest, newest["id"], "undo")
    return rows


def _brought_back_with(connection: sqlite3.Connection, entry: sqlite3.Row) -> list[sqlite3.Row]:
    """The edits that were taken back together with the entry, oldest first. Raises Refused as above."""
    if not entry["bundle"]:
        return [entry]
    rows = connection.execute(
        "SELECT * FROM edit WHERE bundle = ? AND applied = 0 AND moved = ? ORDER BY seq",
        (entry["bundle"], entry["moved"]),
    ).fetchall()
    for oldest in _one_a_line(rows):
        _require_here(connection, oldest, oldest["parent"], "bring back")
    return rows


def _one_a_line(rows: Sequence[sqlite3.Row]) -> list[sqlite3.Row]:
    """The first row of each line of work in each scope."""
    first: dict[tuple[str, str], sqlite3.Row] = {}
    for row in rows:
        first.setdefault((row["scope"], row["lineage"]), row)
    return list(first.values())


def _require_here(connection: sqlite3.Connection, row: sqlite3.Row, where: str | None, act: str) -> None:
    """A step may have changed the film and a cut, or two cuts: all must stand where it left them."""
    head = history.head(connection, row["scope"], row["lineage"])
    if (head["id"] if head is not None else None) == where:
        return
    what = "the film" if row["scope"] == PROJECT_SCOPE else describe(connection, "cut", row["scope"])
    hint = f"undo “{head['step'] or head['label']}” there first" if head is not None else ""
    raise Refused(f"can't {act} “{row['step']}”: {what} is part of it, and was edited since", hint)
