"""Check for conflicts between edits of one cut by several actors (terminals) that a comparison of rows does
not find.

Each row is written by compare-and-set (`store.history.row_edits`). Two further checks are made here. An undo
must not revert fields that later work has changed. If another actor has edited a cut since the caller read
it, the complete cut must still be consistent (`cut.layout.soundness`). While only one actor edits, none of
these checks run.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from milimo_tui.core.changes import RowChange
from milimo_tui.core.errors import Conflict
from milimo_tui.cut.layout.soundness import find_cut_fault
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.values.timing import has_media_of_each_frame
from milimo_tui.store.rows import film_queries
from milimo_tui.store.rows.row_names import describe_column, describe_last_edit, describe_row
from milimo_tui.store.rows.rules import PARTS
from milimo_tui.store.rows.stored_values import PROJECT_SCOPE

_EVER = 2**62
ALL = frozenset({"*"})  # represents all columns of a row that was created or deleted


def list_cuts_changed_since(known: Iterable[Cut], before: Sequence[object]) -> list[str]:
    """Find the cuts that were changed since a caller read them. `before` has the values as the caller read
    them; `known` has all cuts in their current state. Return the ids of the cuts in `before` whose clips,
    tracks or transitions are different now.

    Values in `before` that are not cuts are ignored. Markers are not compared.
    """
    now = {cut.id: cut for cut in known}
    return [
        seen.id
        for seen in before
        if isinstance(seen, Cut)
        and (there := now.get(seen.id)) is not None
        and (there.clips, there.tracks, there.transitions) != (seen.clips, seen.tracks, seen.transitions)
    ]


def require_sound_cuts(connection: sqlite3.Connection, cuts: Iterable[str], clips: Collection[str]) -> None:
    """Check cuts after an edit, undo or merge. Raise Conflict if a cut in `cuts` (ids) is inconsistent, or if
    one of its clips in `clips` (ids of the clips just written) shows more than its media contains.
    """
    for id in cuts:
        for cut in film_queries.select_cuts(connection, id):
            what = find_cut_fault(cut) or _describe_clip_beyond_media(connection, cut, clips)
            if what:
                raise Conflict(
                    f"the cut “{cut.name}” was edited in the meantime: with this change, {what}",
                    "look at the present state, then try again",
                )


def _describe_clip_beyond_media(connection: sqlite3.Connection, cut: Cut, clips: Collection[str]) -> str:
    for clip in cut.clips:
        if clip.id in clips:
            media = film_queries.select_available_media(connection, clip.source)
            if media is not None and not has_media_of_each_frame(clip, cut.rate, media):
                return f"{describe_row(connection, 'clip', clip.id)} shows more than its media contains"
    return ""


def list_written_clips(changes: Iterable[RowChange]) -> set[str]:
    """Return the ids of the clips that the changes create or modify."""
    return {change.id for change in changes if change.table == "clip" and change.after is not None}


@dataclass(frozen=True, slots=True)
class _LaterEdit:
    """A later edit, with which the undo or redo of an earlier edit may be in conflict. It was applied or
    undone after the earlier edit. Another terminal made it, or it belongs to another scope (the film or a
    cut).

    `number` is its place in the order in which edits were made, and `moved` the film's revision when it was
    applied or undone. `touched` has the changed columns by table and row id.
    """

    number: int
    moved: int
    applied: bool
    scope: str
    touched: dict[tuple[str, str], frozenset[str]]

    @property
    def touches_cut_parts(self) -> bool:
        """True if the edit changed clips, tracks, transitions or markers."""
        return any(table in PARTS for table, _ in self.touched)


class OtherActorsEdits:
    """The later edits that other actors (terminals) made. One undo, redo or jump uses this object to check
    for conflicts. Each edit is read from the database only once.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        # For each combination of scope (film or cut) and lineage (line of edits): a revision, and all later
        # edits outside that combination.
        self._known: dict[tuple[str, str], tuple[int, list[_LaterEdit]]] = {}
        # The ids of the cuts to check once all edits of the undo, redo or jump are done.
        self.met: dict[str, None] = {}
        self.clips: set[str] = set()  # The ids of the clips in these cuts that the undo, redo or jump wrote.

    def check_later_edits(self, row: sqlite3.Row, changes: Sequence[RowChange], *, undo: bool) -> None:
        """Check an edit that is about to be undone or redone against other actors' later edits.

        Raises Conflict if an undo would revert a field that was changed later. Remembers the cuts to check at
        the end.
        """
        later = self._list_later_edits(row)
        if not later:
            return
        if undo:
            _require_untouched(self._connection, later, changes)
        cuts = _find_touched_cuts(self._connection, changes, row["scope"])
        # An edit that was made after this edit and is undone now leaves a state that existed before. Such a
        # state is never refused, so that undo always reaches the beginning.
        remaining = [each for each in later if each.applied or each.number < row["seq"]]
        if any(each.touches_cut_parts and each.scope in (PROJECT_SCOPE, *cuts) for each in remaining):
            self.met |= dict.fromkeys(cuts)
            self.clips |= list_written_clips(changes)

    def _list_later_edits(self, row: sqlite3.Row) -> list[_LaterEdit]:
        """Return the edits that were applied or undone after the edit in `row`, and that another terminal may
        have made: their lineage (line of edits) or their scope (film or cut) is a different one.
        """
        key = (row["scope"], row["lineage"])
        upto, known = self._known.get(key, (_EVER, []))
        if row["moved"] < upto:
            more = self._connection.execute(
                "SELECT * FROM edit WHERE moved > ? AND moved <= ? AND NOT (scope = ? AND lineage = ?)",
                (row["moved"], upto, *key),
            )
            known = [*known, *map(_make_later_edit, more)]
            self._known[key] = (row["moved"], known)
        return [each for each in known if each.moved > row["moved"]]


def _make_later_edit(row: sqlite3.Row) -> _LaterEdit:
    touched: dict[tuple[str, str], frozenset[str]] = {}
    for table, id, before, after, *spliced in json.loads(row["changes"]):
        whole = before is None or after is None
        columns = ALL if whole else frozenset((*after, *(column for each in spliced for column in each)))
        touched[table, id] = columns
    return _LaterEdit(
        row["seq"],
        row["moved"],
        bool(row["applied"]),
        row["scope"],
        touched,
    )


def _require_untouched(
    connection: sqlite3.Connection, later: Iterable[_LaterEdit], changes: Iterable[RowChange]
) -> None:
    work = [each for each in later if each.applied]
    for change in changes:
        columns = ALL if change.before is None or change.after is None else frozenset(change.after)
        for each in work:
            theirs = each.touched.get((change.table, change.id), frozenset())
            shared = theirs if columns == ALL else columns if theirs == ALL else columns & theirs
            if shared:
                name = describe_row(connection, change.table, change.id)
                what = name if shared == ALL else f"{describe_column(change.table, min(shared))} of {name}"
                hint = f"{describe_last_edit(connection, change.table, change.id)}undo that first"
                raise Conflict(f"{what} was changed meanwhile", hint)


def _find_touched_cuts(connection: sqlite3.Connection, changes: Iterable[RowChange], scope: str) -> set[str]:
    """Return the ids of the cuts to which the changed clips, tracks, transitions and markers belong. An edit
    whose scope is a cut changes only that cut.
    """
    if scope != PROJECT_SCOPE:
        return {scope}
    out = set()
    for change in changes:
        if change.table not in PARTS:
            continue
        row: Any = change.after or change.before
        if "cut" not in row:
            row = connection.execute(f"SELECT cut FROM {change.table} WHERE id = ?", (change.id,)).fetchone()
        if row is not None:
            out.add(str(row["cut"]))
    return out
