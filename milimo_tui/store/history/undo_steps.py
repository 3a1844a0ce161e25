"""Undo, redo and jumps through the history. A step of several edits is undone or applied completely or not at
all.

The functions run inside a write transaction that the caller holds and rolls back on an error. `history` finds
the edits.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from milimo_tui.core.errors import MilimoError, Refused
from milimo_tui.store.history import history, journal, row_edits
from milimo_tui.store.history.conflicts import Others, require_sound
from milimo_tui.store.rows import rules
from milimo_tui.store.rows.film_queries import revision
from milimo_tui.store.rows.row_names import describe
from milimo_tui.store.rows.stored_values import PROJECT_SCOPE, START, Bundle, Edit, Jump


def undo(connection: sqlite3.Connection, scope: str, actor: str | None, open_step: Bundle) -> Edit:
    """Undo the latest edit of a scope, together with the step that it belongs to.

    If that step is still open (`open_step`), only its latest edit is undone. Raises Refused, Conflict.
    """
    entry = history.next_undo(connection, scope, actor)
    rows = [entry] if entry["bundle"] == open_step.id else _taken_back_with(connection, entry)
    walk = Walk(connection)
    back = walk.over(rows, applied=False)[-1]
    walk.end()
    return back


def redo(connection: sqlite3.Connection, scope: str, actor: str | None, towards: str = "") -> Edit:
    """Apply an undone edit after the actor's position, together with its step.

    The edit is the one that was undone last, or the one that leads towards a state (an edit's id or a name).
    Raises Refused, Conflict, NotFound.
    """
    entry = (
        _next_towards(connection, scope, actor, towards)
        if towards
        else history.next_redo(connection, scope, actor)
    )
    walk = Walk(connection)
    last = walk.over(_brought_back_with(connection, entry), applied=True)[-1]
    walk.end()
    return last


def jump(connection: sqlite3.Connection, scope: str, actor: str | None, to: str) -> Jump:
    """Go to the state after an edit, or to `START` of a lineage: undo to the common ancestor, then redo, in
    complete steps.

    The jump succeeds completely or raises Refused, Conflict, NotFound.
    """
    target, lineage = _line_of(connection, scope, actor, to)
    history.require_hand(connection, lineage, actor)
    here = history.path(connection, history.head(connection, scope, lineage))
    there = history.path(connection, target)
    kept = set(there)
    undone = redone = 0
    walk = Walk(connection)
    for seq in here:
        row = history.row_of(connection, seq)
        if row["applied"] and seq not in kept:
            undone += len(walk.over(_taken_back_with(connection, row), applied=False))
    for seq in reversed(there):
        row = history.row_of(connection, seq)
        if not row["applied"]:
            redone += len(walk.over(_brought_back_with(connection, row), applied=True))
    walk.end()
    return Jump(undone, redone, history.edit_of(target) if target is not None else None)


def _line_of(
    connection: sqlite3.Connection, scope: str, actor: str | None, to: str
) -> tuple[sqlite3.Row | None, str]:
    """Return the edit to go to (None for the beginning) and its lineage."""
    if to != START:
        target = history.state(connection, scope, to)
        return _end_of_step(connection, target), target["lineage"]
    if actor is not None:
        return None, history.lineage_of(connection, actor)
    latest = connection.execute(
        "SELECT lineage FROM edit WHERE scope = ? ORDER BY moved DESC, seq DESC LIMIT 1", (scope,)
    ).fetchone()
    if latest is None:
        raise Refused("nothing was edited yet")
    return None, latest["lineage"]


def _end_of_step(connection: sqlite3.Connection, row: sqlite3.Row) -> sqlite3.Row:
    """Return the last edit, in the same history, of the step that an edit belongs to."""
    if not row["bundle"]:
        return row
    last: sqlite3.Row = connection.execute(
        "SELECT * FROM edit WHERE bundle = :bundle AND scope = :scope AND applied = :applied"
        " AND (applied = 1 OR moved = :moved) ORDER BY seq DESC LIMIT 1",
        dict(row),
    ).fetchone()
    return last


def _next_towards(connection: sqlite3.Connection, scope: str, actor: str | None, towards: str) -> sqlite3.Row:
    """Return the first edit on the path to a state that is not applied. Raises Refused if an undo is needed
    first.
    """
    target = history.state(connection, scope, towards)
    history.require_hand(connection, target["lineage"], actor)
    head = history.head(connection, scope, target["lineage"])
    way = history.path(connection, target)
    first = next(
        (row for seq in reversed(way) if not (row := history.row_of(connection, seq))["applied"]), None
    )
    if first is None:
        raise Refused(f"“{target['step'] or target['label']}” is done", "undo goes back to it")
    if first["parent"] != (head["id"] if head is not None else None):
        raise Refused("that branch begins further back", "undo to where it begins, or jump to it")
    return first


class Walk:
    """A sequence of undone and applied edits of one or many steps, all stored with the same revision."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._others = Others(connection)
        self._at = revision(connection) + 1
        self._last = ""

    def over(self, rows: Sequence[sqlite3.Row], *, applied: bool) -> list[Edit]:
        """Apply or undo edits in this order. Raises Conflict or Refused with a message that names the
        edit.
        """
        return [self._step(row, applied=applied) for row in rows]

    def _step(self, row: sqlite3.Row, *, applied: bool) -> Edit:
        self._last = f"can't {'bring back' if applied else 'undo'} “{row['step'] or row['label']}”"
        with self._naming_the_edit():
            changes = journal.full_changes(self._connection, row["changes"], undo=not applied)
            self._others.meet(row, changes, undo=not applied)
            row_edits.apply(self._connection, changes, "redo" if applied else "undo")
        rules.check(self._connection, changes, row["scope"])
        return history.move(self._connection, row, applied=applied, revision=self._at)

    def end(self) -> None:
        """Check, after the last edit, the cuts that other actors edited too. Raises Conflict if a cut is
        inconsistent.
        """
        with self._naming_the_edit():
            require_sound(self._connection, self._others.met, self._others.clips)

    @contextmanager
    def _naming_the_edit(self) -> Iterator[None]:
        try:
            yield
        except MilimoError as error:
            raise type(error)(f"{self._last}: {error.message}", error.hint) from error


def _taken_back_with(connection: sqlite3.Connection, entry: sqlite3.Row) -> list[sqlite3.Row]:
    """Return the edits of the entry's step, newest first. Raises Refused if later work depends on one of
    them.
    """
    if not entry["bundle"]:
        return [entry]
    rows = connection.execute(
        "SELECT * FROM edit WHERE bundle = ? AND applied = 1 ORDER BY seq DESC", (entry["bundle"],)
    ).fetchall()
    for newest in _one_a_line(rows):
        _require_here(connection, newest, newest["id"], "undo")
    return rows


def _brought_back_with(connection: sqlite3.Connection, entry: sqlite3.Row) -> list[sqlite3.Row]:
    """Return the edits that were undone together with the entry, oldest first.

    Raises Refused if another edit was made at that position since.
    """
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
    """Return the first row of each lineage in each scope."""
    first: dict[tuple[str, str], sqlite3.Row] = {}
    for row in rows:
        first.setdefault((row["scope"], row["lineage"]), row)
    return list(first.values())


def _require_here(connection: sqlite3.Connection, row: sqlite3.Row, where: str | None, act: str) -> None:
    """Raise Refused unless a lineage's current position is edit `where`. A step may span the film and several
    cuts.
    """
    head = history.head(connection, row["scope"], row["lineage"])
    if (head["id"] if head is not None else None) == where:
        return
    what = "the film" if row["scope"] == PROJECT_SCOPE else describe(connection, "cut", row["scope"])
    hint = f"undo “{head['step'] or head['label']}” there first" if head is not None else ""
    raise Refused(f"can't {act} “{row['step']}”: {what} is part of it, and was edited since", hint)
