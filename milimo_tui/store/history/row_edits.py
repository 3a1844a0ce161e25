"""Compute edits as row changes between two lists of values, and write them by compare-and-set.

Compare-and-set means that a column is only written if it still has the value that the edit started from. The
functions run inside a write transaction that the caller holds and rolls back on an error. The history of
edits is stored by `store.history.history`.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from milimo_tui.core.changes import Row, RowChange, Scalar, diff_rows, find_unshared_values
from milimo_tui.core.errors import BadInput, Conflict, Refused
from milimo_tui.cut.values.cut import Cut
from milimo_tui.store.rows.mapping import EDITED, Reference
from milimo_tui.store.rows.row_names import describe_column, describe_last_edit, describe_row
from milimo_tui.store.sqlite.statements import insert_row
from milimo_tui.store.sqlite.value_table import Table
from milimo_tui.story.values.film import Asset, Element, Look, Project, Scene, SheetVerdict, Shot, Take
from milimo_tui.story.values.line_take import LineTake
from milimo_tui.story.values.script_reading import ScriptReading
from milimo_tui.story.values.sound_take import SoundTake
from milimo_tui.story.values.suggestion import Suggestion

Step = Literal["edit", "undo", "redo"]
Value = (
    Project
    | Scene
    | Shot
    | Element
    | Asset
    | Cut
    | Suggestion
    | SheetVerdict
    | Take
    | Look
    | LineTake
    | SoundTake
    | ScriptReading
)
_AGAIN = "check its current state, then try again"
# The tables of takes. Edits never create or delete their rows.
_TAKE_TABLES = frozenset({"take", "line_take", "sound_take"})
PROJECT_KEY = "1"  # the key of the project's row, which stays the same when a copied film gets a new id

Leaves = dict[tuple[str, str], Any]  # maps the table and id of a row to the value that the row stores


def _list_row_values(values: Iterable[Value]) -> Leaves:
    """Return the values that have a row of their own, by table and row id.

    Besides the given values these are the parts inside them: conditioning of shots, references of elements,
    and the tracks, buses, clips, transitions, markers and captions of cuts.
    """
    out: Leaves = {}
    for value in values:
        match value:
            case Project():
                out["project", PROJECT_KEY] = value
            case Scene():
                out["scene", value.id] = value
            case Shot():
                out["shot", value.id] = value
                out.update((("conditioning", one.id), one) for one in value.conditioning)
            case Asset():
                out["asset", value.id] = value
            case Element():
                out["element", value.id] = value
                for position, asset in enumerate(value.references):
                    id = f"{value.id}/{position}"
                    out["reference", id] = Reference(id, value.id, position, asset)
            case Suggestion():
                out["suggestion", value.id] = value
            case ScriptReading():
                out["reading", value.id] = value
            case SheetVerdict():
                out["sheet", value.id] = value
            case Take():
                out["take", value.id] = value
            case SoundTake():
                out["sound_take", value.id] = value
            case Look():
                out["look", value.id] = value
            case LineTake():
                out["line_take", value.id] = value
            case Cut():
                out["cut", value.id] = value
                out.update((("track", track.id), track) for track in value.tracks)
                out.update((("bus", bus.id), bus) for bus in value.buses)
                out.update((("clip", clip.id), clip) for clip in value.clips)
                out.update((("transition", transition.id), transition) for transition in value.transitions)
                out.update((("marker", marker.id), marker) for marker in value.markers)
                out.update((("caption_track", track.id), track) for track in value.caption_tracks)
                out.update((("caption", caption.id), caption) for caption in value.captions)
    return out


def compute_changes(before: Sequence[Value], after: Sequence[Value]) -> tuple[RowChange, ...]:
    """Return the row changes that turn one list of values into another. Each change has only the altered
    columns.

    Parts that both versions of a cut share as the same object are skipped, and values are compared before
    they are encoded. An edit in a cut of 30,000 clips therefore takes about as long as in a cut of 30. A
    deleted shot, cut or element keeps the rows of its parts; a deleted asset is moved to the bin.

    Raises Refused if an edit would create an asset, or create or delete a take or a reading. These are not
    part of the undo history; `ProjectFile.facts` adds them.
    """
    kept = {value.id for value in after}
    removed = [value for value in before if value.id not in kept]
    to_bin = [replace(value, binned=True) for value in removed if isinstance(value, Asset)]
    here = [value if value.id in kept else _strip_retained_parts(value) for value in before]
    there = [*after, *to_bin]
    _remove_unchanged_cut_parts(here, there)
    old, new = _list_row_values(here), _list_row_values(there)
    sides: dict[str, tuple[dict[str, Row], dict[str, Row]]] = {name: ({}, {}) for name in EDITED}
    for key in {**old, **new}:
        was, now = old.get(key), new.get(key)
        if was is now or was == now:
            continue
        name, id = key
        for side, value in zip(sides[name], (was, now), strict=True):
            if value is not None:
                side[id] = EDITED[name].encode(value)
    changes = tuple(
        change
        for name, (rows, then) in sides.items()
        for change in _drop_unrecorded_columns(diff_rows(name, rows, then))
    )
    for change in changes:
        if change.table == "asset" and change.before is None:
            raise Refused("an edit can't create an asset, because undo keeps assets")
        if change.table in _TAKE_TABLES and (change.before is None or change.after is None):
            raise Refused("an edit can only rate, pick or reject a take, because undo keeps takes")
        if change.table == "reading" and (change.before is None or change.after is None):
            raise Refused("an edit can only accept or decline a reading, because undo keeps readings")
        _require_finite_numbers(change)
    return changes


def _remove_unchanged_cut_parts(values: list[Value], there: list[Value]) -> None:
    """Replace the cuts in both lists by cuts without unchanged clips, markers and captions."""
    places = {value.id: index for index, value in enumerate(there) if isinstance(value, Cut)}
    for index, old in enumerate(values):
        if not isinstance(old, Cut) or old.id not in places:
            continue
        new = there[places[old.id]]
        assert isinstance(new, Cut)
        clips, markers, captions = (
            find_unshared_values(old.clips, new.clips),
            find_unshared_values(old.markers, new.markers),
            find_unshared_values(old.captions, new.captions),
        )
        values[index], there[places[old.id]] = (
            replace(
                cut, clips=tuple(clips[side]), markers=tuple(markers[side]), captions=tuple(captions[side])
            )
            for side, cut in enumerate((old, new))
        )


def _strip_retained_parts(value: Value) -> Value:
    """Return a value without the parts whose rows remain when the value is deleted."""
    if isinstance(value, Cut):
        return replace(
            value,
            tracks=(),
            buses=(),
            clips=(),
            transitions=(),
            markers=(),
            caption_tracks=(),
            captions=(),
        )
    if isinstance(value, Shot):
        return replace(value, conditioning=())
    return replace(value, references=()) if isinstance(value, Element) else value


def _drop_unrecorded_columns(changes: Iterable[RowChange]) -> Iterable[RowChange]:
    """Yield changes without the columns that edits never record, such as a cut's playhead and its in and out
    marks.
    """
    for change in changes:
        unrecorded = EDITED[change.table].aside
        if change.before is None or change.after is None or not unrecorded:
            yield change
            continue
        before = {column: value for column, value in change.before.items() if column not in unrecorded}
        after = {column: value for column, value in change.after.items() if column not in unrecorded}
        if after:
            yield RowChange(change.table, change.id, before, after)


def _require_finite_numbers(change: RowChange) -> None:
    for column, value in (change.after or {}).items():
        if isinstance(value, float) and not math.isfinite(value):
            raise BadInput(f"{describe_column(change.table, column)} must be a number, not {value}")


def apply_changes(connection: sqlite3.Connection, changes: Iterable[RowChange], step: Step = "edit") -> None:
    """Write changes to the film. Each change is written only if the columns that it changes still have the
    values that the edit expects.

    Otherwise raises Conflict that names the difference. Some rows may have been written by then, so the
    caller must roll back.
    """
    for change in changes:
        table = EDITED[change.table]
        if change.before is None:
            _insert_or_revive_row(connection, table, change.id, change.after or {}, step)
        elif change.after is None:
            _delete_or_mark_row(
                connection, table, change.id, change.before, "undone" if step == "undo" else "binned"
            )
        else:
            _require_expected_row(connection, table, change.id, change.before)
            _update_row_columns(connection, table, change.id, change.after)


def _require_expected_row(connection: sqlite3.Connection, table: Table[Any], id: str, expected: Row) -> None:
    """Raise Conflict unless the row exists, is not deleted, and has the `expected` values."""
    columns = ", ".join(f'"{column}"' for column in expected)
    live = " AND state = 'live'" if table.stateful else ""
    row = connection.execute(
        f"SELECT {columns} FROM {table.name} WHERE {table.key} = ?{live}", (id,)
    ).fetchone()
    if row is None:
        hint = describe_last_edit(connection, table.name, id) or "somebody deleted it meanwhile; "
        raise Conflict(f"{describe_row(connection, table.name, id)} is no longer in the film", hint + _AGAIN)
    for column, value in expected.items():
        if row[column] != value:
            what = f"{describe_column(table.name, column)} of {describe_row(connection, table.name, id)}"
            raise Conflict(
                f"{what} was changed meanwhile", describe_last_edit(connection, table.name, id) + _AGAIN
            )


def _update_row_columns(
    connection: sqlite3.Connection, table: Table[Any], id: str, row: Mapping[str, Scalar]
) -> None:
    columns = ", ".join(f'"{column}" = ?' for column in row)
    connection.execute(f"UPDATE {table.name} SET {columns} WHERE {table.key} = ?", (*row.values(), id))


def _insert_or_revive_row(
    connection: sqlite3.Connection, table: Table[Any], id: str, row: Row, step: Step
) -> None:
    """Insert a row. If the row exists but is marked as deleted, mark it as not deleted again.

    In this case, columns that are not part of edits (`table.loose`) keep their current values.
    """
    known = connection.execute(f"SELECT * FROM {table.name} WHERE {table.key} = ?", (id,)).fetchone()
    if known is not None:
        if not table.stateful or known["state"] == "live":
            raise Conflict(f"{describe_row(connection, table.name, id)} is already in the film")
        kept = {column: value for column, value in row.items() if column not in table.loose}
        _update_row_columns(connection, table, id, {**kept, "state": "live"})
        return
    if table.stateful and step != "edit":
        raise Conflict(f"{describe_row(connection, table.name, id)} was permanently deleted with the bin")
    insert_row(connection, table.name, row)


def _delete_or_mark_row(
    connection: sqlite3.Connection, table: Table[Any], id: str, row: Row, deleted_state: str
) -> None:
    """Delete a row. If its table keeps deleted rows, set the row's column `state` to the value
    `deleted_state` instead.
    """
    _require_expected_row(
        connection, table, id, {c: value for c, value in row.items() if c not in table.loose}
    )
    if table.stateful:
        _update_row_columns(connection, table, id, {"state": deleted_state})
    else:
        connection.execute(f"DELETE FROM {table.name} WHERE {table.key} = ?", (id,))
