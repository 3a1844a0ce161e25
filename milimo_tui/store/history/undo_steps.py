"""Undo, redo and jump through the history. If several edits form one step, all of them are undone or applied,
or none.

The functions run inside a write transaction that the caller holds and rolls back on an error. `history` finds
the edits.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from milimo_tui.core.errors import MilimoError, Refused
from milimo_tui.store.history import history, journal, row_edits
from milimo_tui.store.history.conflicts import OtherActorsEdits, require_sound_cuts
from milimo_tui.store.rows import rules
from milimo_tui.store.rows.film_queries import select_revision
from milimo_tui.store.rows.row_names import describe_row
from milimo_tui.store.rows.stored_values import PROJECT_SCOPE, START, Edit, EditStep, Jump


def undo_step(connection: sqlite3.Connection, scope: str, actor: str | None, open_step: EditStep) -> Edit:
    """Undo the latest edit of an actor (None: of any actor) in a scope, together with the step that it
    belongs to.

    If that step is still being made (`open_step`), only its latest edit is undone. Returns the edit that was
    undone last. Raises Refused, Conflict.
    """
    entry = history.find_next_undo(connection, scope, actor)
    rows = [entry] if entry["bundle"] == open_step.id else _list_edits_to_undo(connection, entry)
    walk = HistoryWalk(connection)
    back = walk.apply_edits(rows, applied=False)[-1]
    walk.check_touched_cuts()
    return back


def redo_step(connection: sqlite3.Connection, scope: str, actor: str | None, towards: str = "") -> Edit:
    """Apply an undone edit that follows the actor's current position, together with the step that it belongs
    to.

    By default this is the edit that was undone last. `towards`, the id of an edit or the name of a state,
    selects the edit on the path to that state instead. Raises Refused, Conflict, NotFound.
    """
    entry = (
        _find_next_edit_towards(connection, scope, actor, towards)
        if towards
        else history.find_next_redo(connection, scope, actor)
    )
    walk = HistoryWalk(connection)
    last = walk.apply_edits(_list_edits_to_redo(connection, entry), applied=True)[-1]
    walk.check_touched_cuts()
    return last


def jump_to_state(connection: sqlite3.Connection, scope: str, actor: str | None, to: str) -> Jump:
    """Go to the state after an edit, given by id or name, or to `START`, the beginning of the lineage.

    The edits back to the common ancestor are undone, then the edits of the other branch are applied, in
    complete steps. The jump succeeds completely or raises Refused, Conflict, NotFound.
    """
    target, lineage = _find_jump_target(connection, scope, actor, to)
    history.require_own_lineage(connection, lineage, actor)
    here = history.list_ancestor_numbers(connection, history.find_head_edit(connection, scope, lineage))
    numbers = history.list_ancestor_numbers(connection, target)
    kept = set(numbers)
    undone = redone = 0
    walk = HistoryWalk(connection)
    for seq in here:
        row = history.read_edit_row(connection, seq)
        if row["applied"] and seq not in kept:
            undone += len(walk.apply_edits(_list_edits_to_undo(connection, row), applied=False))
    for seq in reversed(numbers):
        row = history.read_edit_row(connection, seq)
        if not row["applied"]:
            redone += len(walk.apply_edits(_list_edits_to_redo(connection, row), applied=True))
    walk.check_touched_cuts()
    return Jump(undone, redone, history.make_edit_from_row(target) if target is not None else None)


def _find_jump_target(
    connection: sqlite3.Connection, scope: str, actor: str | None, to: str
) -> tuple[sqlite3.Row | None, str]:
    """Return the row of the edit after which the jump ends (None for the beginning), and its lineage."""
    if to != START:
        target = history.find_edit_by_name(connection, scope, to)
        return _find_end_of_step(connection, target), target["lineage"]
    if actor is not None:
        return None, history.get_actor_lineage(connection, actor)
    latest = connection.execute(
        "SELECT lineage FROM edit WHERE scope = ? ORDER BY moved DESC, seq DESC LIMIT 1", (scope,)
    ).fetchone()
    if latest is None:
        raise Refused("nothing was edited yet")
    return None, latest["lineage"]


def _find_end_of_step(connection: sqlite3.Connection, row: sqlite3.Row) -> sqlite3.Row:
    """Return the last edit, in the same scope, of the step that an edit belongs to."""
    if not row["bundle"]:
        return row
    last: sqlite3.Row = connection.execute(
        "SELECT * FROM edit WHERE bundle = :bundle AND scope = :scope AND applied = :applied"
        " AND (applied = 1 OR moved = :moved) ORDER BY seq DESC LIMIT 1",
        dict(row),
    ).fetchone()
    return last


def _find_next_edit_towards(
    connection: sqlite3.Connection, scope: str, actor: str | None, towards: str
) -> sqlite3.Row:
    """Return the first edit on the path to state `towards` that is not applied. Raises Refused if edits must
    be undone first.
    """
    target = history.find_edit_by_name(connection, scope, towards)
    history.require_own_lineage(connection, target["lineage"], actor)
    head = history.find_head_edit(connection, scope, target["lineage"])
    numbers = history.list_ancestor_numbers(connection, target)
    first = next(
        (row for seq in reversed(numbers) if not (row := history.read_edit_row(connection, seq))["applied"]),
        None,
    )
    if first is None:
        raise Refused(
            f"“{target['step'] or target['label']}” is not undone, so it can't be done again",
            "undo goes back to the state before it",
        )
    if first["parent"] != (head["id"] if head is not None else None):
        raise Refused("that branch starts at an earlier state", "undo back to its start, or jump to it")
    return first


class HistoryWalk:
    """A sequence of edits that are undone or applied together by one undo, redo or jump. All of them get the
    same revision number.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._others = OtherActorsEdits(connection)
        self._at = select_revision(connection) + 1
        self._last = ""

    def apply_edits(self, rows: Sequence[sqlite3.Row], *, applied: bool) -> list[Edit]:
        """Apply edits again in the given order, or undo them if `applied` is False. Returns the edits.

        Raises Conflict or Refused with a message that names the edit.
        """
        return [self._apply_history_edit(row, applied=applied) for row in rows]

    def _apply_history_edit(self, row: sqlite3.Row, *, applied: bool) -> Edit:
        self._last = f"can't {'bring back' if applied else 'undo'} “{row['step'] or row['label']}”"
        with self._name_edit_in_errors():
            changes = journal.restore_full_changes(self._connection, row["changes"], undo=not applied)
            self._others.check_later_edits(row, changes, undo=not applied)
            row_edits.apply_changes(self._connection, changes, "redo" if applied else "undo")
        rules.check_row_rules(self._connection, changes, row["scope"])
        return history.store_edit_applied(self._connection, row, applied=applied, revision=self._at)

    def check_touched_cuts(self) -> None:
        """Check the cuts that both this sequence of edits and other actors have changed. Call once after the
        last edit. Raises Conflict.
        """
        with self._name_edit_in_errors():
            require_sound_cuts(self._connection, self._others.met, self._others.clips)

    @contextmanager
    def _name_edit_in_errors(self) -> Iterator[None]:
        try:
            yield
        except MilimoError as error:
            raise type(error)(f"{self._last}: {error.message}", error.hint) from error


def _list_edits_to_undo(connection: sqlite3.Connection, entry: sqlite3.Row) -> list[sqlite3.Row]:
    """Return the edits that must be undone together with `entry`, newest first: all edits of its step, or
    only `entry`. Raises Refused if later work depends on one of them.
    """
    if not entry["bundle"]:
        return [entry]
    rows = connection.execute(
        "SELECT * FROM edit WHERE bundle = ? AND applied = 1 ORDER BY seq DESC", (entry["bundle"],)
    ).fetchall()
    for newest in _select_first_per_lineage(rows):
        _require_head_edit(connection, newest, newest["id"], "undo")
    return rows


def _list_edits_to_redo(connection: sqlite3.Connection, entry: sqlite3.Row) -> list[sqlite3.Row]:
    """Return the edits that were undone together with `entry`, oldest first.

    Raises Refused if another edit has been made at that position since.
    """
    if not entry["bundle"]:
        return [entry]
    rows = connection.execute(
        "SELECT * FROM edit WHERE bundle = ? AND applied = 0 AND moved = ? ORDER BY seq",
        (entry["bundle"], entry["moved"]),
    ).fetchall()
    for oldest in _select_first_per_lineage(rows):
        _require_head_edit(connection, oldest, oldest["parent"], "bring back")
    return rows


def _select_first_per_lineage(rows: Sequence[sqlite3.Row]) -> list[sqlite3.Row]:
    """Return, for each line of edits, the edit that comes first in `rows`. A line of edits is a combination
    of scope (film or cut) and lineage.
    """
    first: dict[tuple[str, str], sqlite3.Row] = {}
    for row in rows:
        first.setdefault((row["scope"], row["lineage"]), row)
    return list(first.values())


def _require_head_edit(connection: sqlite3.Connection, row: sqlite3.Row, where: str | None, act: str) -> None:
    """Raise Refused unless the last applied edit in the scope and lineage of `row` is `where` (an id, or None
    for the beginning).

    A step may have edits in the film and in several cuts, so the callers check each of its lineages. `act` is
    the verb for the message, such as “undo”.
    """
    head = history.find_head_edit(connection, row["scope"], row["lineage"])
    if (head["id"] if head is not None else None) == where:
        return
    what = "the film" if row["scope"] == PROJECT_SCOPE else describe_row(connection, "cut", row["scope"])
    hint = f"undo “{head['step'] or head['label']}” there first" if head is not None else ""
    raise Refused(f"can't {act} “{row['step']}”: {what} is part of it and was edited later", hint)
