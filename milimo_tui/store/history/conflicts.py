"""Two hands in one cut: what the rows alone do not tell, told before it is written.

Each row is compared and set (`store.history.row_edits`). Beyond that an undo must not reach under later work
on the same fields, and where another hand was in the cut since it was looked at, the whole of it must hold
together (`cut.layout.soundness`). With one hand at work nothing of this is looked at.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from milimo_tui.core.changes import Change
from milimo_tui.core.errors import Conflict
from milimo_tui.cut.layout.soundness import fault
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.values.timing import has_media
from milimo_tui.store.rows import film_queries
from milimo_tui.store.rows.row_names import describe, last_hand, words_of
from milimo_tui.store.rows.rules import PARTS
from milimo_tui.store.rows.stored_values import PROJECT_SCOPE

_EVER = 2**62
ALL = frozenset({"*"})  # the columns of a row that was made or deleted


def changed_since(known: Iterable[Cut], before: Sequence[object]) -> list[str]:
    """The cuts that are no longer as `before` has them, given all as they are now; markers do not count."""
    now = {cut.id: cut for cut in known}
    return [
        seen.id
        for seen in before
        if isinstance(seen, Cut)
        and (there := now.get(seen.id)) is not None
        and (there.clips, there.tracks, there.transitions) != (seen.clips, seen.tracks, seen.transitions)
    ]


def require_sound(connection: sqlite3.Connection, cuts: Iterable[str], clips: Collection[str]) -> None:
    """Raises Conflict where a cut, as it is written now, does not hold together, or where one of these clips
    that were written shows more than there is.
    """
    for id in cuts:
        for cut in film_queries.cuts(connection, id):
            what = fault(cut) or _beyond_media(connection, cut, clips)
            if what:
                raise Conflict(
                    f"the cut “{cut.name}” was edited meanwhile, and with that {what}",
                    "look at it as it is now and try again",
                )


def _beyond_media(connection: sqlite3.Connection, cut: Cut, clips: Collection[str]) -> str:
    for clip in cut.clips:
        if clip.id in clips:
            media = film_queries.available(connection, clip.source)
            if media is not None and not has_media(clip, cut.rate, media):
                return f"{describe(connection, 'clip', clip.id)} would show more than there is of its media"
    return ""


def clips_of(changes: Iterable[Change]) -> set[str]:
    """The clips that changes write."""
    return {change.id for change in changes if change.table == "clip" and change.after is not None}


@dataclass(frozen=True, slots=True)
class _Later:
    """An edit that moved later, by another line of work or of another scope."""

    moved: int
    applied: bool
    scope: str
    touched: dict[tuple[str, str], frozenset[str]]

    @property
    def of_parts(self) -> bool:
        return any(table in PARTS for table, _ in self.touched)


class Others:
    """What other hands did, for one walk through the history; read once, and only what moved since."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[str, str], tuple[int, list[_Later]]] = {}  # from which revision on, and what
        self.met: dict[str, None] = {}  # the cuts to look at when the walk is over
        self.clips: set[str] = set()  # and the clips written in them

    def meet(self, row: sqlite3.Row, changes: Sequence[Change], *, undo: bool) -> None:
        """Look at what others did since this edit moved. Raises Conflict where undoing it reaches under."""
        later = self._since(row)
        if not later:
            return
        if undo:
            _require_untouched(self._connection, later, changes)
        cuts = _cuts_of(self._connection, changes, row["scope"])
        if any(each.of_parts and each.scope in (PROJECT_SCOPE, *cuts) for each in later):
            self.met |= dict.fromkeys(cuts)
            self.clips |= clips_of(changes)

    def _since(self, row: sqlite3.Row) -> list[_Later]:
        """What was done or undone since this edit moved, by another line of work or in another history."""
        key = (row["scope"], row["lineage"])
        upto, known = self._known.get(key, (_EVER, []))
        if row["moved"] < upto:
            more = self._connection.execute(
                "SELECT * FROM edit WHERE moved > ? AND moved <= ? AND NOT (scope = ? AND lineage = ?)",
                (row["moved"], upto, *key),
            )
            known = [*known, *map(_later, more)]
            self._known[key] = (row["moved"], known)
        return [each for each in known if each.moved > row["moved"]]


def _later(row: sqlite3.Row) -> _Later:
    touched: dict[tuple[str, str], frozenset[str]] = {}
    for table, id, before, after, *spliced in json.loads(row["changes"]):
        whole = before is None or after is None
        columns = ALL if whole else frozenset((*after, *(column for each in spliced for column in each)))
        touched[table, id] = columns
    return _Later(
        row["moved"],
        bool(row["applied"]),
        row["scope"],
        touched,
    )


def _require_untouched(
    connection: sqlite3.Connection, later: Iterable[_Later], changes: Iterable[Change]
) -> None:
    work = [each for each in later if each.applied]
    for change in changes:
        columns = ALL if change.before is None or change.after is None else frozenset(change.after)
        for each in work:
            theirs = each.touched.get((change.table, change.id), frozenset())
            shared = theirs if columns == ALL else columns if theirs == ALL else columns & theirs
            if shared:
                name = describe(connection, change.table, change.id)
                what = name if shared == ALL else f"{words_of(change.table, min(shared))} of {name}"
                hint = f"{last_hand(connection, change.table, change.id)}undo that first"
                raise Conflict(f"{what} was changed meanwhile", hint)


def _cuts_of(connection: sqlite3.Connection, changes: Iterable[Change], scope: str) -> set[str]:
    """The cuts whose parts these changes touch."""
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
