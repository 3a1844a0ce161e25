"""Walking the history: an edit, or a step of several, is taken back or brought back whole or not at all.

Inside a write transaction that the caller holds and rolls back on an error. `history` finds which edit it is.
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
    """Take back the latest edit of the scope, with the step it is part of.

    Of a step that is still being made (`open_step`) the latest edit alone. Raises Refused, Conflict.
    """
    entry = history.next_undo(connection, scope, actor)
    rows = [entry] if entry["bundle"] == open_step.id else _taken_back_with(connection, entry)
    walk = Walk(connection)
    back = walk.over(rows, applied=False)[-1]
    walk.end()
    return back


def redo(connection: sqlite3.Connection, scope: str, actor: str | None, towards: str = "") -> Edit:
    """Bring back an edit after where the actor stands, with its step: what was undone last, or the one that
    leads towards a state (an edit's id or a name). Raises Refused, Conflict, NotFound.
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
    """Go to the state after an edit, or to `START` of a line of work: undo to where the ways part, redo from
    there; steps whole. All of it or nothing: raises Refused, Conflict, NotFound.
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
    """The edit to go to, None for the beginning, and the line of work that it is of."""
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
    """The last edit, in the same history, of the step that an edit is part of."""
    if not row["bundle"]:
        return row
    last: sqlite3.Row = connection.execute(
        "SELECT * FROM edit WHERE bundle = :bundle AND scope = :scope AND applied = :applied"
        " AND (applied = 1 OR moved = :moved) ORDER BY seq DESC LIMIT 1",
        dict(row),
    ).fetchone()
    return last


def _next_towards(connection: sqlite3.Connection, scope: str, actor: str | None, towards: str) -> sqlite3.Row:
    """The first edit that is not done on the way to a state. Raises Refused where undo comes first."""
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
    """One way through the history, of one step or many: all of it becomes true at one revision."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._others = Others(connection)
        self._at = revision(connection) + 1
        self._last = ""

    def over(self, rows: Sequence[sqlite3.Row], *, applied: bool) -> list[Edit]:
        """Do edits again, or undo them, in this order. Raises Conflict, Refused with what could not be."""
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
        """Arrived: the cuts that others were in too must hold together. Raises Conflict."""
        with self._naming_the_edit():
            require_sound(self._connection, self._others.met, self._others.clips)

    @contextmanager
    def _naming_the_edit(self) -> Iterator[None]:
        try:
            yield
        except MilimoError as error:
            raise type(error)(f"{self._last}: {error.message}", error.hint) from error


def _taken_back_with(connection: sqlite3.Connection, entry: sqlite3.Row) -> list[sqlite3.Row]:
    """The edits of the entry's step, newest first. Raises Refused where later work stands on one of them."""
    if not entry["bundle"]:
        return [entry]
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
