"""Open the database of a film. `ProjectFile` and its parts read and write everything in it.

This module contains opening, reading, edits and their history. The SQL is in `store.rows` and
`store.history`. SQLModel is not imported because it is slow, and the first frame of the studio would wait for
it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from milimo_tui.core.changes import RowChange
from milimo_tui.core.errors import MilimoError, Refused
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.cut.values.cut import Cut
from milimo_tui.store.history import conflicts, history, row_edits, two_boxes, undo_steps
from milimo_tui.store.history.row_edits import Value
from milimo_tui.store.project import key_values
from milimo_tui.store.project.creation import create_film_folder
from milimo_tui.store.project.film_bin import FilmBin
from milimo_tui.store.project.film_cache import FilmCache
from milimo_tui.store.project.film_facts import FilmFacts
from milimo_tui.store.project.key_values import RememberedValues
from milimo_tui.store.project.opening import OpenedDatabase, open_database
from milimo_tui.store.project.transactions import Transactions
from milimo_tui.store.rows import film_queries, rules
from milimo_tui.store.rows.stored_values import (
    ALONE,
    PROJECT_SCOPE,
    Edit,
    EditStep,
    Jump,
)
from milimo_tui.store.sqlite.failures import explain_sqlite_errors
from milimo_tui.story.values.film import Project, Story

if TYPE_CHECKING:
    from milimo_tui.store.project.row_faults import RowFault

# The key of a remembered value. It lists the hashes of the other machines' copies that were merged into this
# film.
_TAKEN_IN = "taken in"
_MOST_TAKEN_IN = 100


class ProjectFile:
    """An open film. It is thread-safe, and several processes may have the same film open.

    `read_only` is empty, or the reason why every write raises an error. `facts` has results and media, `bin`
    the deleted items, and `ui` the values that screens remember.
    """

    def __init__(self, paths: ProjectPaths, opened: OpenedDatabase) -> None:
        self.paths = paths
        self.read_only = opened.refusal.message if opened.refusal else ""
        self._db = Transactions(paths.db, opened)
        self._actors: set[str] = set()
        self._step = ALONE
        self._memory = FilmCache()
        self.facts = FilmFacts(self._db)
        self.bin = FilmBin(self._db, paths.root)
        self.ui = RememberedValues(self._db)

    @classmethod
    def create(cls, paths: ProjectPaths, project: Project) -> ProjectFile:
        """Create the folder and the database of a new film completely, or leave nothing. Raises Refused if
        the film exists.
        """
        with create_film_folder(paths, project):
            pass
        return cls.open(paths)

    @classmethod
    def open(cls, paths: ProjectPaths) -> ProjectFile:
        """Open a film. A film that cannot be written opens read-only, and `read_only` says why.

        Raises NotFound, Damaged, Failed.
        """
        return cls(paths, open_database(paths.db))

    def close(self) -> None:
        """Close the film. The next terminal that opens the film can continue the undo history of this
        process.
        """
        try:
            # If the close cannot be recorded, other terminals notice instead that this process has ended.
            with suppress(MilimoError):
                self._close_own_actors()
        finally:
            self._db.close()

    def _close_own_actors(self) -> None:
        if self._actors:
            with self._db.write_transaction("close", counts=False, shows=False, lasts=False) as connection:
                history.close_actors(connection, sorted(self._actors))
            self._actors.clear()

    def __enter__(self) -> ProjectFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def load_story(self) -> Story:
        """Return everything except the cuts, in a consistent state."""
        return self._db.run_query(film_queries.select_story)

    def load_cuts(self) -> tuple[Cut, ...]:
        """Return every cut with all its parts."""
        return self._db.run_query(film_queries.select_cuts)

    def load_cut(self, id: str) -> Cut:
        """Return a cut by its id. Raises NotFound."""
        return self._db.run_query(lambda connection: film_queries.select_cut(connection, id))

    def load_film(self) -> tuple[Story, tuple[Cut, ...]]:
        """Return the story and every cut in a consistent state. Only values that changed since the last call
        are read.
        """
        return self._db.run_query(self._memory.read)

    def read_revision(self) -> int:
        """Return the film's revision: the number of its edits, undos and new facts."""
        return self._db.run_query(film_queries.select_revision)

    def read_update_time(self) -> float:
        """Return the time of the film's last change, in seconds since 1970."""
        return self._db.run_query(film_queries.select_update_time)

    def read_data_version(self) -> int:
        """Return a number that changes whenever this object or any other process writes the database. A
        changed number means that views of the film must be read again.

        `ui.set` of this object does not change the number, because remembered values do not affect what
        screens show.
        """
        return self._db.read_change_number()

    def write_edit(
        self, label: str, *, scope: str, actor: str, before: Sequence[Value], after: Sequence[Value]
    ) -> Edit:
        """Change the film from the values in `before` to the values in `after`, as one undoable edit.

        Only differences are written, and only if the film still has the values in `before`. A cut's playhead
        and marks are not part of edits (`facts.set_cut_state`). If nothing differs, the returned edit has an
        empty id. Raises Conflict, Refused, ReadOnly, DiskFull; then nothing is changed.
        """
        changes = row_edits.compute_changes(before, after)
        if not changes:
            return Edit(id="", scope=scope, actor=actor, label=label, base=self.read_revision())
        with self._db.write_transaction("edit") as connection:
            base = film_queries.select_revision(connection)
            self._actors.add(actor)
            edited_cuts = self._find_cuts_edited_by_others(connection, before)
            row_edits.apply_changes(connection, changes)
            rules.check_row_rules(connection, changes, scope)
            conflicts.require_sound_cuts(connection, edited_cuts, conflicts.list_written_clips(changes))
            return history.record_edit(
                connection,
                label=label,
                scope=scope,
                actor=actor,
                changes=changes,
                base=base,
                bundle=self._step,
            )

    def _find_cuts_edited_by_others(
        self, connection: sqlite3.Connection, before: Sequence[Value]
    ) -> list[str]:
        """Return the ids of the cuts in `before` that another actor has edited since they were read."""
        if not any(isinstance(value, Cut) for value in before):
            return []
        return conflicts.list_cuts_changed_since(self._memory.read(connection)[1], before)

    @contextmanager
    def combine_edits(self, words: str) -> Iterator[None]:
        """Combine the edits made inside the `with` block into one step, which undo and redo treat as one
        edit. `words` describes the step.

        Each edit is written immediately. After a crash in the block, the step therefore consists of the edits
        made so far. Edits in a nested block belong to the outer step.
        """
        outer = self._step
        self._step = outer if outer is not ALONE else EditStep(new_id("step"), words)
        try:
            yield
        finally:
            self._step = outer

    def undo(self, scope: str, actor: str | None) -> Edit:
        """Undo the latest edit of an actor (terminal) in a scope, together with all other edits of its step.
        If `actor` is None, the latest edit of any actor is undone.

        Raises Refused if there is no such edit, Conflict if its rows were changed since.
        """
        with self._db.write_transaction("undo in") as connection:
            self._remember_actor(actor)
            return undo_steps.undo_step(connection, scope, actor, self._step)

    def redo(self, scope: str, actor: str | None, towards: str = "") -> Edit:
        """Apply the last undone edit after the actor's current position, or the edit on the path to state
        `towards`.

        A state is given by the id of an edit on any branch, or by its name. Raises Refused if there is no
        such edit, Conflict if its rows were changed since, NotFound.
        """
        with self._db.write_transaction("redo in") as connection:
            self._remember_actor(actor)
            return undo_steps.redo_step(connection, scope, actor, towards)

    def find_next_step(self, scope: str, actor: str | None, *, redo: bool = False) -> Edit | None:
        """Return the edit that undo would revert now, or None. If `redo` is True, return the edit that redo
        would apply instead.
        """
        with self._db.write_transaction(
            "look at the history of", counts=False, shows=False, lasts=False
        ) as connection:
            self._remember_actor(actor)
            find = history.find_next_redo if redo else history.find_next_undo
            with suppress(Refused):
                return history.make_edit_from_row(find(connection, scope, actor))
        return None

    def jump_to_named_state(self, scope: str, actor: str | None, to: str) -> Jump:
        """Go to a state, given by the id of an edit on any branch, by its name, or by `START`. If the jump
        fails, nothing changes.

        Raises NotFound, Refused for the lineage of another open terminal, Conflict.
        """
        with self._db.write_transaction("go through the history of") as connection:
            self._remember_actor(actor)
            return undo_steps.jump_to_state(connection, scope, actor, to)

    def name_state(self, scope: str, edit: str, name: str) -> Edit:
        """Name the state after an edit. Raises NotFound."""
        with self._db.write_transaction("name a state of", counts=False, shows=False) as connection:
            return history.store_state_name(
                connection, history.find_edit_by_name(connection, scope, edit), name
            )

    def _remember_actor(self, actor: str | None) -> None:
        if actor is not None:
            self._actors.add(actor)

    def list_history(self, scope: str = PROJECT_SCOPE) -> tuple[Edit, ...]:
        """Return every edit of a scope, oldest first, including undone edits and other branches."""
        return self._db.run_query(lambda connection: history.read_edits(connection, scope))

    def list_edit_changes(self, edit: str) -> tuple[RowChange, ...]:
        """Return the changes of an edit, row by row. Of a long text, only the part that differs is included.
        Raises NotFound.
        """
        return self._db.run_query(lambda connection: history.read_edit_changes(connection, edit))

    def list_row_faults(self) -> tuple[RowFault, ...]:
        """Return the rows that this program could not have written, each with a description of the fault."""
        # Imported lazily: pydantic is slow to import and only needed here.
        from milimo_tui.store.project import row_faults

        return self._db.run_query(lambda connection: tuple(row_faults.find_row_faults(connection)))

    def copy_database_to(self, target: Path) -> None:
        """Write a consistent copy of the database, also for a read-only film.

        Raises DiskFull, ReadOnly, Failed.
        """

        def copy(connection: sqlite3.Connection) -> None:
            with explain_sqlite_errors(target, "copy the film to"), closing(sqlite3.connect(target)) as new:
                connection.backup(new)

        self._db.run_query(copy)

    def merge_copy(
        self,
        theirs: Path,
        then: Path,
        keep: two_boxes.Keep,
        box: str,
        *,
        state: str = "",
        put_files: Callable[[], None] | None = None,
    ) -> two_boxes.MergeResult:
        """Merge the changes that another copy of this film made since a common state. Everything is merged,
        or nothing.

        `theirs` is the other copy's database file, `then` the file of the common state, and `box` the name of
        the other machine. `keep` chooses whose value to keep where both changed it. `state` is the hash of
        the other copy, which is recorded as merged. `put_files` is called before the commit, when everything
        else is written. Raises Conflict if both changed the same value and `keep` is empty, Refused,
        ReadOnly, DiskFull, and the exceptions of `put_files`.
        """
        with self._db.write_transaction("take what came into", counts=False) as connection:
            copy = two_boxes.merge_film_copy(connection, theirs, then, keep, box)
            if state:
                known = key_values.read_setting(connection, _TAKEN_IN, [])
                key_values.store_setting(connection, _TAKEN_IN, [*known, state][-_MOST_TAKEN_IN:])
            if put_files is not None:
                put_files()
            return copy

    def list_merged_states(self) -> frozenset[str]:
        """Return the hashes of the other machines' copies that were merged into this film."""
        return frozenset(self.ui.get(_TAKEN_IN, []))

    def set_initial_merged_state(self, state: str) -> None:
        """Record which copy of another machine this film was made from, so that the copy counts as merged.
        `state` is the hash of that copy.
        """
        self.ui.set(_TAKEN_IN, [state])

    def has_all_edits_of_copy(self, other: Path) -> bool:
        """Return True if this film has every edit of the copy in database file `other`. No process may write
        that file.
        """
        return self._db.run_query(lambda connection: two_boxes.has_all_edits_of(connection, other))

    def count_edits_unknown_to_copy(self, other: Path) -> int:
        """Return the number of edits of this film that the copy in database file `other` does not have. No
        process may write that file.
        """
        return self._db.run_query(lambda connection: two_boxes.count_edits_unknown_to(connection, other))

    def remove_all_actors(self) -> None:
        """Forget the terminals and processes that wrote to this film (actors), and with them their lines of
        undo. A copied film needs this, so that nobody undoes edits that were made on another machine.
        """
        with self._db.write_transaction("put away", counts=False) as connection:
            connection.execute("DELETE FROM actor")

    def adopt_new_id(self) -> str:
        """Give a copied film a new id, and return it. Nothing else in the film changes."""
        id = new_id("project")
        with self._db.write_transaction("name") as connection:
            connection.execute("UPDATE project SET id = ?", (id,))
        return id
