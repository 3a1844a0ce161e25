"""Merge two databases of one film: bring the changes that another machine's copy made into the local copy.

Both copies come from a common state. A row is merged column by column: the other side's value is used if the
local film still has the value of the common state. Two terminals on one film follow the same rule
(`row_edits`). A value that both sides changed in different ways is called a difference. Nothing is written
until the caller says whose values to keep. Edits are merged with their history: the other side's lineages
continue next to the local lineages.

The functions run inside a write transaction that the caller holds and rolls back on an error.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from milimo_tui.core.changes import Row, RowChange, Scalar
from milimo_tui.core.errors import Conflict
from milimo_tui.core.host import HOST
from milimo_tui.core.ids import new_id
from milimo_tui.store.history import history
from milimo_tui.store.history.conflicts import list_written_clips, require_sound_cuts
from milimo_tui.store.history.journal import parse_changes as changes_of
from milimo_tui.store.rows import film_queries, rules
from milimo_tui.store.rows.mapping import CUT, EDITED
from milimo_tui.store.rows.row_names import describe_column, describe_row
from milimo_tui.store.rows.stored_values import BOX, PROJECT_SCOPE
from milimo_tui.store.sqlite.statements import insert_row

Keep = Literal["", "mine", "theirs"]
# All tables that are merged, referenced tables first. The history is merged separately. Actors and the
# remembered state of screens are not merged.
TABLES = (
    "project", "scene", "shot", "asset", "take", "board", "element", "look", "reference", "conditioning",
    "mask", "line_take", "suggestion", "sheet", "sound_take", "talk", "transcript", "reading",
    "reading_answer", "provenance", "seen",
    "cut", "track", "bus", "clip", "transition", "marker", "caption_track", "caption", "render",
)  # fmt: skip
_KEYS = {"project": "slot", "seen": "job"}
# Columns that are not merged, because they describe one copy of the film or the user's position in a cut.
_OWN = {
    "project": frozenset({"id", "revision", "updated", "current_cut"}),
    "cut": CUT.aside,
}
_JUDGED = ("applied", "name")  # Columns that change when a known edit is undone, applied again or named.


@dataclass(frozen=True, slots=True)
class MergeDifference:
    """A difference: a column of a row that both sides changed. `column` is empty if one side deleted the row
    and the other changed it.
    """

    table: str
    id: str
    column: str
    # Words for a message to the user: the changed thing, or, if one side deleted the row, the beginning of a
    # clause.
    what: str

    def describe_difference(self, box: str) -> str:
        """Return the part of a message that describes the difference. `box` is the name of the other
        machine.
        """
        return f"{self.what} was changed here and on {box}" if self.column else f"{self.what} on {box}"


@dataclass(slots=True)
class MergeResult:
    """The result of a merge: the number of rows written, the number of edits that were new here, and the
    differences.
    """

    rows: int = 0
    edits: int = 0
    ahead: int = 0  # number of local edits that the other side does not have
    differences: list[MergeDifference] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _ChangedRow:
    """A row that the other machine's copy changed. `then` has its columns in the common state, and `theirs`
    its columns in the other copy now. None means that the row does not exist there.
    """

    table: str
    id: Scalar
    then: Row | None
    theirs: Row | None


def merge_film_copy(
    connection: sqlite3.Connection, theirs: Path, then: Path, keep: Keep, box: str
) -> MergeResult:
    """Merge the changes that the film at `theirs` made since the common state `then` into the film of the
    connection.

    `keep` chooses whose values to keep where both differ: mine, theirs, or empty to refuse. `box` names the
    other machine. No process may write the two files. Raises Conflict that names the differences if `keep` is
    empty, or names an inconsistency of the merged film; Refused.
    """
    with closing(_open_both_copies(theirs, then)) as other:
        apart = list(_iterate_changed_rows(other))
        arrived, judged = _find_new_and_changed_edits(other, connection)
    result = MergeResult(ahead=count_edits_unknown_to(connection, theirs))
    unlike_then = _find_closed_cuts(connection, apart)
    at_work = _list_edited_cut_parts(arrived)
    changes = [
        change
        for each in apart
        if (change := _merge_row(connection, each, keep, at_work, result)) is not None
    ]
    if result.differences and not keep:
        raise _make_merge_conflict_error(result.differences, box)
    _write_merged_changes(connection, changes)
    result.rows, result.edits = len(changes), len(arrived) + len(judged)
    _record_merged_edits(connection, changes, arrived, judged, box)
    _require_sound_film(connection, changes, unlike_then)
    return result


def create_common_state(path: Path, theirs: Path, then: Path, keep: Keep, box: str) -> None:
    """Create a file `then` with a common state of two copies of a film, for copies that stored none.

    The state has the rows that exist in both files. Their values are taken from the copy whose edits the
    other copy has. No process may write the files `path` and `theirs`. Raises Conflict if both copies have
    edits of their own and `keep` is empty.
    """
    ours, others = _count_differing_edits(path, theirs), _count_differing_edits(theirs, path)
    if ours and others and not keep:
        raise Conflict(
            f"the film was changed here and on {box}, and the two have no common earlier state",
            "nothing was changed; choose which to keep: --keep mine or --keep theirs",
        )
    theirs_stand = keep == "mine" if ours and others else ours > 0
    older, newer = (theirs, path) if theirs_stand else (path, theirs)
    shutil.copyfile(older, then)
    with closing(sqlite3.connect(f"{then.absolute().as_uri()}?mode=rw", uri=True)) as ground:
        ground.execute("PRAGMA journal_mode = DELETE")
        ground.execute("ATTACH ? AS other", (f"{newer.absolute().as_uri()}?mode=ro&immutable=1",))
        with ground:
            for table in (*TABLES, "edit"):
                key = _KEYS.get(table, "id")
                known = f"SELECT {key} FROM other.{table}"
                ground.execute(f"DELETE FROM main.{table} WHERE {key} NOT IN ({known})")


def count_edits_unknown_to(connection: sqlite3.Connection, theirs: Path) -> int:
    """Return the number of local edits that the film at `theirs` does not have. No process may write that
    file.
    """
    with closing(_open_both_copies(theirs, theirs)) as other:
        known = {row[0] for row in other.execute("SELECT id FROM main.edit")}
    return sum(row[0] not in known for row in connection.execute("SELECT id FROM edit"))


def has_all_edits_of(connection: sqlite3.Connection, theirs: Path) -> bool:
    """Return True if every edit of the film at `theirs` is known here. No process may write that file."""
    known = {row[0] for row in connection.execute("SELECT id FROM edit")}
    with closing(_open_both_copies(theirs, theirs)) as other:
        return all(row[0] in known for row in other.execute("SELECT id FROM main.edit"))


def _count_differing_edits(one: Path, other: Path) -> int:
    """Return how many edits of one film file are missing in the other, or are applied or named differently
    there.
    """
    with closing(_open_both_copies(one, other)) as both:
        found = both.execute(
            "SELECT count(*) FROM main.edit AS mine WHERE NOT EXISTS (SELECT 1 FROM past.edit AS known"
            " WHERE known.id = mine.id AND known.applied = mine.applied AND known.name = mine.name)"
        )
        return int(found.fetchone()[0])


def _open_both_copies(theirs: Path, then: Path) -> sqlite3.Connection:
    """Return a read-only connection to both files: `main` is theirs, `past` is the common state."""
    connection = sqlite3.connect(f"{theirs.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("ATTACH ? AS past", (f"{then.absolute().as_uri()}?mode=ro&immutable=1",))
    return connection


def _list_merged_columns(connection: sqlite3.Connection, table: str) -> list[str]:
    own = _OWN.get(table, frozenset())
    names = [row["name"] for row in connection.execute(f"PRAGMA main.table_info({table})")]
    return [name for name in names if name not in own]


def _iterate_changed_rows(connection: sqlite3.Connection) -> Iterator[_ChangedRow]:
    for table in TABLES:
        key = _KEYS.get(table, "id")
        columns = ", ".join(f'"{name}"' for name in _list_merged_columns(connection, table))
        now, past = (f"SELECT {columns} FROM {schema}.{table}" for schema in ("main", "past"))
        found = connection.execute(
            f"SELECT {key} FROM ({now} EXCEPT {past}) UNION SELECT {key} FROM ({past} EXCEPT {now})"
        )
        for (id,) in found.fetchall():
            then, theirs = (
                connection.execute(f"{rows} WHERE {key} = ?", (id,)).fetchone() for rows in (past, now)
            )
            yield _ChangedRow(table, id, dict(then) if then else None, dict(theirs) if theirs else None)


def _find_new_and_changed_edits(
    other: sqlite3.Connection, here: sqlite3.Connection
) -> tuple[list[sqlite3.Row], list[sqlite3.Row]]:
    """Return two lists of edits from the other machine's copy: edits that this copy does not know, and known
    edits that changed there.

    A known edit has changed if it was undone, applied again or named there since the common state.
    """
    known = {id: tuple(rest) for id, *rest in here.execute(f"SELECT id, {', '.join(_JUDGED)} FROM edit")}
    arrived = [
        row for row in other.execute("SELECT * FROM edit ORDER BY moved, seq") if row["id"] not in known
    ]
    changed = " OR ".join(f"now.{name} <> then_.{name}" for name in _JUDGED)
    judged = other.execute(
        f"SELECT now.* FROM main.edit AS now JOIN past.edit AS then_ ON now.id = then_.id WHERE {changed}"
        " ORDER BY now.moved, now.seq"
    )
    return arrived, [
        row for row in judged if known.get(row["id"], row) != tuple(row[name] for name in _JUDGED)
    ]


def _read_live_row(connection: sqlite3.Connection, each: _ChangedRow) -> Row | None:
    row = connection.execute(
        f"SELECT * FROM {each.table} WHERE {_KEYS.get(each.table, 'id')} = ?", (each.id,)
    ).fetchone()
    return dict(row) if row is not None else None


def _list_edited_cut_parts(arrived: Iterable[sqlite3.Row]) -> set[tuple[str, str, str]]:
    """Return the parts of cuts that new edits changed, as (table, id, column). An empty column means the
    complete row.
    """
    out = set()
    for row in arrived:
        for change in changes_of(row["changes"]):
            if change.table in rules.PARTS:
                whole = change.before is None or change.after is None
                out |= {(change.table, change.id, name) for name in ([""] if whole else change.after or {})}
    return out


def _merge_row(
    connection: sqlite3.Connection,
    each: _ChangedRow,
    keep: Keep,
    at_work: set[tuple[str, str, str]],
    result: MergeResult,
) -> RowChange | None:
    """Return the change that merges one row, or None if nothing changes. Differences are added to `result`.

    `at_work` has the parts of cuts (clips, tracks and others) that the new edits changed. The position of a
    clip only makes sense together with its neighbours. If both sides changed such a part, that is therefore a
    difference even if the values are equal.
    """
    live, id = _read_live_row(connection, each), str(each.id)
    if each.theirs is None:
        return _merge_deletion(connection, each, live, keep, at_work, result)
    if live is None:
        if each.then is None:
            return RowChange(each.table, id, None, each.theirs)
        name = describe_row(connection, each.table, id)
        result.differences.append(
            MergeDifference(each.table, id, "", f"{name} is no longer in the film here, and was changed")
        )
        return RowChange(each.table, id, None, each.theirs) if keep == "theirs" else None
    if difference := _find_deletion_difference(connection, each, live):
        result.differences.append(difference)
        if keep != "theirs":
            return None
        after = {name: value for name, value in each.theirs.items() if live[name] != value}
        return _make_row_change(each, live, after)
    after = {}
    for name, value in each.theirs.items():
        then = each.then[name] if each.then is not None else live[name]
        if value == then or (value == live[name] and (each.table, id, name) not in at_work):
            continue
        if live[name] != then:
            what = f"{describe_column(each.table, name)} of {describe_row(connection, each.table, id)}"
            result.differences.append(MergeDifference(each.table, id, name, what))
            if keep != "theirs":
                continue
        if value != live[name]:
            after[name] = value
    return _make_row_change(each, live, after)


def _make_row_change(each: _ChangedRow, live: Row, after: Row) -> RowChange | None:
    if not after:
        return None
    return RowChange(each.table, str(each.id), {name: live[name] for name in after}, dict(after))


def _merge_deletion(
    connection: sqlite3.Connection,
    each: _ChangedRow,
    live: Row | None,
    keep: Keep,
    at_work: set[tuple[str, str, str]],
    result: MergeResult,
) -> RowChange | None:
    """Return the change that merges the other side's deletion of a row, or None. Differences are added to
    `result`.

    This is for tables that do not retain deleted rows.
    """
    assert each.then is not None
    if live is None:
        if (each.table, str(each.id), "") in at_work:
            name = describe_row(connection, each.table, str(each.id))
            result.differences.append(
                MergeDifference(each.table, str(each.id), "", f"{name} was deleted here, and")
            )
        return None
    removed = RowChange(each.table, str(each.id), live, None)
    if _is_unchanged_since(each, live):
        return removed
    name = describe_row(connection, each.table, str(each.id))
    result.differences.append(
        MergeDifference(each.table, str(each.id), "", f"{name} was changed here, and deleted")
    )
    return removed if keep == "theirs" else None


def _find_deletion_difference(
    connection: sqlite3.Connection, each: _ChangedRow, live: Row
) -> MergeDifference | None:
    """Return the difference if one side deleted a row and the other side changed it; otherwise None. `live`
    is the row in the local film. This function is for tables that retain deleted rows.
    """
    then, theirs = each.then, each.theirs
    if then is None or theirs is None or "state" not in then or then["state"] != "live":
        return None
    gone_here, gone_there = live["state"] != "live", theirs["state"] != "live"
    if gone_here == gone_there:
        return None
    loose = EDITED[each.table].loose if each.table in EDITED else frozenset()
    changed = live if gone_there else theirs
    if all(changed[name] == value for name, value in then.items() if name not in loose):
        return None
    name = describe_row(connection, each.table, str(each.id))
    what = "was changed here, and deleted" if gone_there else "was deleted here, and changed"
    return MergeDifference(each.table, str(each.id), "", f"{name} {what}")


def _is_unchanged_since(each: _ChangedRow, live: Row) -> bool:
    loose = EDITED[each.table].loose if each.table in EDITED else frozenset()
    return all(live[name] == value for name, value in (each.then or {}).items() if name not in loose)


def _make_merge_conflict_error(differences: Sequence[MergeDifference], box: str) -> Conflict:
    first = differences[0].describe_difference(box)
    more = f", and {len(differences) - 1} more like it" if len(differences) > 1 else ""
    return Conflict(
        f"{first}{more}",
        "nothing was changed; choose which to keep: --keep mine or --keep theirs",
    )


def _write_merged_changes(connection: sqlite3.Connection, changes: Iterable[RowChange]) -> None:
    for change in changes:
        key = _KEYS.get(change.table, "id")
        if change.after is None:
            connection.execute(f"DELETE FROM {change.table} WHERE {key} = ?", (change.id,))
        elif change.before is None:
            insert_row(connection, change.table, change.after)
        else:
            columns = ", ".join(f'"{name}" = ?' for name in change.after)
            connection.execute(
                f"UPDATE {change.table} SET {columns} WHERE {key} = ?", (*change.after.values(), change.id)
            )


def _record_merged_edits(
    connection: sqlite3.Connection,
    changes: Sequence[RowChange],
    arrived: Sequence[sqlite3.Row],
    judged: Sequence[sqlite3.Row],
    box: str,
) -> None:
    """Add the other side's edits to the history. Each gets its own revision, so that views reload the rows it
    changed.

    `arrived` are edits that are new here; `judged` are known edits that were undone, applied again or named.
    Changes of cut parts that no edit explains are recorded as one further edit, whose label says so.
    """
    revision = film_queries.select_revision(connection)
    covered: set[tuple[str, str]] = set()
    renamed: dict[str, str] = {}
    # Edits are added in the order in which the other side last applied or undid them.
    new = {row["id"] for row in arrived}
    for row in sorted((*arrived, *judged), key=lambda row: (row["moved"], row["seq"])):
        revision += 1
        if row["id"] in new:
            kept = {name: row[name] for name in row.keys() if name != "seq"}  # noqa: SIM118 - a row of SQLite
            kept |= {
                "lineage": _choose_local_lineage(connection, row, renamed),
                "base": revision - 1,
                "moved": revision,
            }
            insert_row(connection, "edit", kept)
        else:
            connection.execute(
                "UPDATE edit SET applied = ?, name = ?, moved = ? WHERE id = ?",
                (row["applied"], row["name"], revision, row["id"]),
            )
        covered |= {(change.table, change.id) for change in changes_of(row["changes"])}
    revision += 1
    connection.execute("UPDATE project SET revision = ?, updated = ?", (revision, HOST.now()))
    bare = [each for each in changes if each.table in rules.PARTS and (each.table, each.id) not in covered]
    if bare:
        history.record_edit(
            connection,
            label=f"changes from {box}",
            scope=PROJECT_SCOPE,
            actor=BOX,
            changes=bare,
            base=revision,
        )
        connection.execute("UPDATE project SET revision = revision + 1")


def _choose_local_lineage(connection: sqlite3.Connection, row: sqlite3.Row, renamed: dict[str, str]) -> str:
    """Return the lineage (line of edits) in which an edit of the other machine continues here.

    Each machine records its own merges in the lineage `BOX`. The other machine's `BOX` edits must not
    continue in the local `BOX` lineage. They go to the lineage of the edit before them, or else to a new
    lineage. All other lineages keep their names. `renamed` has the new lineages by scope.
    """
    if row["lineage"] != BOX:
        return str(row["lineage"])
    parent = connection.execute("SELECT lineage FROM edit WHERE id = ?", (row["parent"],)).fetchone()
    if parent is not None and parent["lineage"] != BOX:
        return str(parent["lineage"])
    return renamed.setdefault(row["scope"], new_id("line"))


def _find_closed_cuts(connection: sqlite3.Connection, apart: Sequence[_ChangedRow]) -> set[str]:
    """Return the ids of the cuts whose parts the other machine changed, although the cut was deleted or
    frozen in the local film since the common state.
    """
    touched = {str((each.theirs or each.then or {})["cut"]) for each in apart if each.table in rules.PARTS}
    then = {str(each.id): each.then for each in apart if each.table == "cut"}
    out = set()
    for cut in touched:
        live = connection.execute("SELECT state, frozen FROM cut WHERE id = ?", (cut,)).fetchone()
        before = then.get(cut)
        if (
            live is not None
            and (live["state"] != "live" or live["frozen"])
            and not (before and (before["state"], before["frozen"]) == (live["state"], live["frozen"]))
        ):
            out.add(cut)
    return out


def _require_sound_film(
    connection: sqlite3.Connection, changes: Sequence[RowChange], unlike: set[str]
) -> None:
    """Raise Conflict or Refused if the merged film is inconsistent. `unlike` has the cuts that were deleted
    or frozen here, although the other machine changed parts of them.
    """
    parts = [change for change in changes if change.table in rules.PARTS]
    cuts = {str(change.before["cut"]) for change in parts if change.before and change.after is None}
    for change in parts:
        row = connection.execute(f"SELECT cut FROM {change.table} WHERE id = ?", (change.id,)).fetchone()
        cuts |= {str(row["cut"])} if row is not None else set()
    for cut in sorted(cuts & unlike):
        rules.check_row_rules(connection, parts, cut)
    rules.check_row_rules(
        connection, [change for change in changes if change.table not in rules.PARTS], PROJECT_SCOPE
    )
    require_sound_cuts(connection, sorted(cuts), list_written_clips(parts))
