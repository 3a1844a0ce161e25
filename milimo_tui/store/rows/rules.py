"""Check the rules across rows that must hold after an edit, and raise errors with messages.

The checks run inside the write transaction, after the rows are written. Foreign keys are checked at the
commit, so that the rows of one edit can be written in any order.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from milimo_tui.core.changes import RowChange
from milimo_tui.core.errors import Conflict, Refused
from milimo_tui.store.rows.row_names import describe_creation, describe_row, has_ever_existed

PARTS = frozenset({"track", "bus", "clip", "transition", "marker", "caption_track", "caption"})


def check_row_rules(connection: sqlite3.Connection, changes: Sequence[RowChange], scope: str) -> None:
    """Raise Refused if the changes of an edit in `scope` left the film in a state that is not allowed.

    Raises Conflict for changes to the parts of a deleted or frozen cut, unless the same edit also changes the
    cut itself.
    """
    tables = {change.table for change in changes}
    if tables & PARTS and "cut" not in tables:
        _require_live_cut(connection, scope, moved=bool(tables & PARTS - {"marker"}))
    if tables & {"scene", "shot"}:
        _require_no_orphan_shots(connection)
    if "element" in tables:
        _require_unique_triggers(connection)
    if tables & {"shot", "take"}:
        _require_no_rejected_picks(connection, changes)


def _require_live_cut(connection: sqlite3.Connection, cut: str, *, moved: bool) -> None:
    """Raise Conflict if the cut is deleted, or if it is frozen and more than its markers was changed. `moved`
    is True if more than markers was changed.
    """
    row = connection.execute("SELECT state, frozen FROM cut WHERE id = ?", (cut,)).fetchone()
    if row is not None and row["state"] != "live":
        raise Conflict(
            f"{describe_row(connection, 'cut', cut)} is no longer in the film",
            "another program deleted it in the meantime",
        )
    if row is not None and row["frozen"] and moved:
        raise Conflict(
            f"{describe_row(connection, 'cut', cut)} is frozen",
            "copy it and edit the copy: milimo cut new NAME --copy-of CUT",
        )


def _require_no_orphan_shots(connection: sqlite3.Connection) -> None:
    row = connection.execute(
        "SELECT shot.id, shot.scene FROM shot JOIN scene ON scene.id = shot.scene"
        " WHERE shot.state = 'live' AND scene.state <> 'live' LIMIT 1"
    ).fetchone()
    if row is not None:
        raise Refused(
            f"{describe_row(connection, 'scene', row['scene'])} is deleted, but has shots that are not",
            "delete its shots too, or move them to another scene",
        )


def _require_no_rejected_picks(connection: sqlite3.Connection, changes: Sequence[RowChange]) -> None:
    """Raise Refused if, after the changes, a shot shows a take that the user has rejected."""
    for change in changes:
        row = change.after or {}
        if change.table == "shot" and row.get("take"):
            take = row["take"]
        elif change.table == "take" and row.get("rejected"):
            take = change.id
        else:
            continue
        found = connection.execute(
            "SELECT 1 FROM take JOIN shot ON shot.take = take.id AND shot.state = 'live'"
            " WHERE take.id = ? AND take.rejected = 1",
            (take,),
        ).fetchone()
        if found is not None:
            raise Refused(
                f"{describe_row(connection, 'take', str(take))} is rejected, so it can't be picked",
                "undo its rejection first",
            )


def _require_unique_triggers(connection: sqlite3.Connection) -> None:
    row = connection.execute(
        "SELECT trigger FROM element WHERE state = 'live' GROUP BY lower(trigger) HAVING count(*) > 1 LIMIT 1"
    ).fetchone()
    if row is not None:
        raise Refused(f"two elements would have the trigger {row['trigger']}", "choose another trigger")


def commit_with_references_checked(connection: sqlite3.Connection) -> None:
    """Commit the transaction. Raises Refused that names a reference to a missing row; the caller must then
    roll back.
    """
    try:
        connection.execute("COMMIT")
    except sqlite3.IntegrityError as error:
        broken = connection.execute("PRAGMA foreign_key_check").fetchone()
        if broken is None:
            raise
        raise _explain_dangling_reference(connection, *broken) from error


def _explain_dangling_reference(
    connection: sqlite3.Connection, table: str, rowid: int, named: str, key: int
) -> Refused:
    """Return the error for a reference to a missing row. If the missing row existed once, the hint names the
    edit that created the row with the reference.
    """
    row = connection.execute(f"SELECT * FROM {table} WHERE rowid = ?", (rowid,)).fetchone()
    what = describe_row(connection, table, row["id"])
    keys = connection.execute(f"PRAGMA foreign_key_list({table})")
    column = next(each["from"] for each in keys if each["id"] == key)
    if not has_ever_existed(connection, named, row[column]):
        return Refused(f"{what} refers to a {named} that is not in this film")
    missing = describe_row(connection, named, row[column])
    return Refused(
        f"{what} needs {missing}, which would be deleted", describe_creation(connection, table, row["id"])
    )
