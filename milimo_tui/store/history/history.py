"""Store the history of a film as a tree of edits, and decide which actor may undo which edit.

An actor is a terminal. It works on a line of edits, its *lineage*. An edit's `parent` is the previous edit in
the same lineage and scope; a scope is the film or one cut. Undo moves back along the parents and preserves
the undone branch; a new edit then starts another branch. Redo applies the edit that was undone last. A new
terminal takes over the lineage of the last terminal that closed or died; programs such as the command line
have lineages of their own. All functions run inside a write transaction of the caller.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from milimo_tui.core.changes import RowChange
from milimo_tui.core.errors import NotFound, Refused
from milimo_tui.core.host import HOST, is_process_alive, read_boot_id, read_start_ticks
from milimo_tui.core.ids import new_id
from milimo_tui.store.history import edit_places, journal
from milimo_tui.store.rows.film_queries import select_values
from milimo_tui.store.rows.mapping import EDIT
from milimo_tui.store.rows.stored_values import ALONE, BOX, PROGRAM_ACTORS, PROJECT_SCOPE, Edit, EditStep
from milimo_tui.store.sqlite.statements import insert_row

# Finds the last applied edit of a lineage (line of edits) in a scope (film or cut). Undo and new edits start
# there.
_HEAD = "SELECT max(seq) FROM edit WHERE scope = ? AND lineage = ? AND applied = 1"


def get_actor_lineage(connection: sqlite3.Connection, actor: str) -> str:
    """Return the lineage of an actor, which is the line of edits that the terminal continues. A terminal
    without a lineage takes over the abandoned lineage of another terminal or gets a new one.

    `BOX`, the actor of merges with other machines, and the programs in `PROGRAM_ACTORS` are not terminals:
    they have lineages of their own, and no other actor takes these over. Otherwise a studio in which the user
    has edited nothing could undo an edit made on the command line.
    """
    if actor == BOX:
        return BOX
    own = connection.execute("SELECT lineage, pid, closed FROM actor WHERE name = ?", (actor,)).fetchone()
    pid, now = os.getpid(), HOST.now()
    if own is not None:
        if own["pid"] != pid or own["closed"] is not None:
            connection.execute(
                "UPDATE actor SET pid = ?, ticks = ?, boot = ?, opened = ?, closed = NULL WHERE name = ?",
                (pid, read_start_ticks(pid), read_boot_id(), now, actor),
            )
        return str(own["lineage"])
    left = _find_last_closed_terminal(connection) if actor not in PROGRAM_ACTORS else None
    lineage = str(left["lineage"]) if left else new_id("line")
    if left is not None:
        connection.execute("DELETE FROM actor WHERE name = ?", (left["name"],))
    connection.execute(
        "INSERT INTO actor (name, lineage, pid, ticks, boot, opened) VALUES (?, ?, ?, ?, ?, ?)",
        (actor, lineage, pid, read_start_ticks(pid), read_boot_id(), now),
    )
    return lineage


def _find_last_closed_terminal(connection: sqlite3.Connection) -> sqlite3.Row | None:
    """Return the row of the terminal whose lineage can be taken over: the last that closed or whose process
    ended. None if there is no such terminal.
    """
    boot = read_boot_id()
    marks = ", ".join("?" * len(PROGRAM_ACTORS))
    actors = connection.execute(
        f"SELECT * FROM actor WHERE name NOT IN ({marks}) ORDER BY coalesce(closed, opened) DESC,"
        " (SELECT max(seq) FROM edit WHERE edit.lineage = actor.lineage) DESC",
        PROGRAM_ACTORS,
    )
    for row in actors:
        if row["closed"] is not None or row["boot"] != boot or not is_process_alive(row["pid"], row["ticks"]):
            found: sqlite3.Row = row
            return found
    return None


def close_actors(connection: sqlite3.Connection, actors: Sequence[str]) -> None:
    """Record that these actors, which belong to this process, have closed."""
    now = HOST.now()
    connection.executemany(
        "UPDATE actor SET closed = ? WHERE name = ? AND pid = ?",
        [(now, actor, os.getpid()) for actor in actors],
    )


def record_edit(
    connection: sqlite3.Connection,
    *,
    label: str,
    scope: str,
    actor: str,
    changes: Sequence[RowChange],
    base: int,
    bundle: EditStep = ALONE,
) -> Edit:
    """Store an applied edit after the last edit of its actor, and return it.

    `base` is the film's revision that the edit was made on. `bundle` is the step that the edit belongs to:
    edits of one step are undone together.
    """
    lineage = get_actor_lineage(connection, actor)
    before = find_head_edit(connection, scope, lineage)
    edit = Edit(
        id=new_id("edit"),
        scope=scope,
        actor=actor,
        label=label,
        base=base,
        parent=before["id"] if before is not None else "",
        created=HOST.now(),
        lineage=lineage,
        bundle=bundle.id,
        step=bundle.words,
        moved=base + 1,
        place=edit_places.get_edit_screen(),
    )
    insert_row(connection, "edit", {**EDIT.encode(edit), "changes": journal.format_changes(changes)})
    return edit


def find_head_edit(connection: sqlite3.Connection, scope: str, lineage: str) -> sqlite3.Row | None:
    """Return the edit at the current position of a lineage (a terminal's line of edits) in a scope. Return
    None at the beginning, before the first edit.
    """
    row = connection.execute(f"SELECT * FROM edit WHERE seq = ({_HEAD})", (scope, lineage)).fetchone()
    found: sqlite3.Row | None = row
    return found


def find_next_undo(connection: sqlite3.Connection, scope: str, actor: str | None) -> sqlite3.Row:
    """Return the row of the edit that undo would revert: the latest of the actor in the scope, or of any
    actor if `actor` is None.

    Raises Refused if there is nothing to undo.
    """
    if actor is None:
        row = connection.execute(
            "SELECT * FROM edit WHERE scope = ? AND applied = 1 ORDER BY seq DESC LIMIT 1", (scope,)
        ).fetchone()
    else:
        row = find_head_edit(connection, scope, get_actor_lineage(connection, actor))
    if row is None:
        raise _make_nothing_left_error(connection, "undo", scope, actor, 1)
    found: sqlite3.Row = row
    return found


def find_next_redo(connection: sqlite3.Connection, scope: str, actor: str | None) -> sqlite3.Row:
    """Return the row of the edit that redo would apply. An undone edit can be applied again if it follows the
    actor's current position. If there are several, the edit that was undone last is returned.

    If `actor` is None, the lineage with the latest undo in the scope is used. Raises Refused if there is
    nothing to redo.
    """
    if actor is not None:
        lineages = [get_actor_lineage(connection, actor)]
    else:
        lineages = [
            row["lineage"]
            for row in connection.execute(
                "SELECT lineage, max(moved) AS last FROM edit WHERE scope = ? AND applied = 0"
                " GROUP BY lineage ORDER BY last DESC",
                (scope,),
            )
        ]
    for lineage in lineages:
        row = connection.execute(
            "SELECT * FROM edit WHERE scope = :scope AND lineage = :lineage AND applied = 0 AND parent IS"
            " (SELECT id FROM edit WHERE seq = (SELECT max(seq) FROM edit"
            " WHERE scope = :scope AND lineage = :lineage AND applied = 1))"
            " ORDER BY moved DESC, seq DESC LIMIT 1",
            {"scope": scope, "lineage": lineage},
        ).fetchone()
        if row is not None:
            found: sqlite3.Row = row
            return found
    raise _make_nothing_left_error(connection, "redo", scope, actor, 0)


def find_edit_by_name(connection: sqlite3.Connection, scope: str, id: str) -> sqlite3.Row:
    """Return the row of an edit, given its id or the name of the state after it. Raises NotFound."""
    row = connection.execute(
        "SELECT * FROM edit WHERE scope = ? AND (id = ? OR name = ?) ORDER BY id = ? DESC",
        (scope, id, id, id),
    ).fetchone()
    if row is None:
        raise NotFound(
            f"there is no edit “{id}” in this history", "milimo cut history --tree shows the edits"
        )
    found: sqlite3.Row = row
    return found


def read_edit_row(connection: sqlite3.Connection, seq: int) -> sqlite3.Row:
    """Return the row of the edit with number `seq`, as it is now."""
    row: sqlite3.Row = connection.execute("SELECT * FROM edit WHERE seq = ?", (seq,)).fetchone()
    return row


def list_ancestor_numbers(connection: sqlite3.Connection, edit: sqlite3.Row | None) -> list[int]:
    """Return the numbers (`seq`) of an edit and its ancestors, newest first. The result is empty for None,
    the beginning.
    """
    if edit is None:
        return []
    rows = connection.execute(
        "WITH RECURSIVE way (seq, parent) AS (SELECT seq, parent FROM edit WHERE seq = ?"
        " UNION ALL SELECT edit.seq, edit.parent FROM edit JOIN way ON edit.id = way.parent)"
        " SELECT seq FROM way ORDER BY seq DESC",
        (edit["seq"],),
    )
    return [row["seq"] for row in rows]


def require_own_lineage(connection: sqlite3.Connection, lineage: str, actor: str | None) -> None:
    """Raise Refused if a lineage (line of edits) belongs to a terminal that is open and is not `actor`."""
    if actor is None or lineage == get_actor_lineage(connection, actor):
        return
    holder = connection.execute(
        "SELECT * FROM actor WHERE lineage = ? AND closed IS NULL AND boot = ?", (lineage, read_boot_id())
    ).fetchone()
    if holder is not None and is_process_alive(holder["pid"], holder["ticks"]):
        raise Refused(
            f"that edit belongs to {holder['name']}, which is open",
            "undo it there, or use milimo cut jump on the command line",
        )


def store_state_name(connection: sqlite3.Connection, edit: sqlite3.Row, name: str) -> Edit:
    """Give the name `name` to the film's state after an edit, and return the edit. If another state has that
    name, it loses the name. An empty `name` removes the state's name.
    """
    connection.execute("UPDATE edit SET name = '' WHERE scope = ? AND name = ?", (edit["scope"], name))
    connection.execute("UPDATE edit SET name = ? WHERE seq = ?", (name, edit["seq"]))
    return replace(make_edit_from_row(edit), name=name)


def _make_nothing_left_error(
    connection: sqlite3.Connection, act: str, scope: str, actor: str | None, applied: int
) -> Refused:
    where = "in the film" if scope == PROJECT_SCOPE else "in this cut"
    others = (
        actor is not None
        and connection.execute(
            "SELECT 1 FROM edit WHERE scope = ? AND applied = ? LIMIT 1", (scope, applied)
        ).fetchone()
    )
    if others:
        return Refused(
            f"there is nothing of your own to {act} {where}",
            f"milimo cut {act} also includes edits of other terminals",
        )
    return Refused(f"there is nothing to {act} {where}")


def store_edit_applied(
    connection: sqlite3.Connection, edit: sqlite3.Row, *, applied: bool, revision: int
) -> Edit:
    """Record in the database that an edit was applied again (`applied` is True) or undone, and that the film
    got the revision `revision` by this. Return the edit.
    """
    connection.execute(
        "UPDATE edit SET applied = ?, moved = ? WHERE seq = ?", (int(applied), revision, edit["seq"])
    )
    return replace(make_edit_from_row(edit), applied=applied, moved=revision)


def make_edit_from_row(row: sqlite3.Row) -> Edit:
    """Return a database row as an `Edit`."""
    return EDIT.decode([row[column] for column in EDIT.columns])


def read_edits(connection: sqlite3.Connection, scope: str) -> tuple[Edit, ...]:
    """Return every edit of a scope, oldest first, including undone edits."""
    return select_values(connection, EDIT, "WHERE scope = ? ORDER BY seq", (scope,))


def read_edit_changes(connection: sqlite3.Connection, edit: str) -> tuple[RowChange, ...]:
    """Return the changes of an edit (its id). Of a long text, only the part that differs is included. Raises
    NotFound.
    """
    row = connection.execute("SELECT changes FROM edit WHERE id = ?", (edit,)).fetchone()
    if row is None:
        raise NotFound(f"there is no edit “{edit}” in this film")
    return journal.parse_changes(row["changes"])
