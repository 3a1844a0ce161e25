"""The film's file: every read and write of project.db goes through `ProjectFile` and what it holds.

Here are opening, reading, edits and their history; how, lies in `reading`, `edits`, `history`, `stepping`.
Imports no SQLModel, so that the studio's first frame does not wait for it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from milimo_tui.core.changes import Change
from milimo_tui.core.errors import MilimoError, Refused
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.cut.values.cut import Cut
from milimo_tui.store.history import conflicts, history, row_edits, two_boxes, undo_steps
from milimo_tui.store.history.row_edits import Value
from milimo_tui.store.project import key_values
from milimo_tui.store.project.creation import created
from milimo_tui.store.project.film_bin import FilmBin
from milimo_tui.store.project.film_cache import Memory
from milimo_tui.store.project.film_facts import FilmFacts
from milimo_tui.store.project.key_values import Remembered
from milimo_tui.store.project.opening import Opened, open_database
from milimo_tui.store.project.transactions import Transactions
from milimo_tui.store.rows import film_queries, rules
from milimo_tui.store.rows.stored_values import (
    ALONE,
    PROJECT_SCOPE,
    Bundle,
    Edit,
    Jump,
)
from milimo_tui.store.sqlite.failures import explaining
from milimo_tui.story.values.film import Project, Story

if TYPE_CHECKING:
    from milimo_tui.store.project.row_faults import Fault

_TAKEN_IN = "taken in"  # what is remembered of states of other boxes
_MOST_TAKEN_IN = 100


class ProjectFile:
    """An open film. Safe to use from several threads; several processes may have it open.

    `read_only` is empty, or the sentence that says why every write will raise. `facts` has what was made,
    `bin` what was deleted, `ui` what screens remember.
    """

    def __init__(self, paths: ProjectPaths, opened: Opened) -> None:
        self.paths = paths
        self.read_only = opened.refusal.message if opened.refusal else ""
        self._db = Transactions(paths.db, opened)
        self._actors: set[str] = set()
        self._step = ALONE
        self._memory = Memory()
        self.facts = FilmFacts(self._db)
        self.bin = FilmBin(self._db, paths.root)
        self.ui = Remembered(self._db)

    # Opening and closing

    @classmethod
    def create(cls, paths: ProjectPaths, project: Project) -> ProjectFile:
        """Make the folder and the file of a new film, or nothing. Raises Refused where one lies already."""
        with created(paths, project):
            pass
        return cls.open(paths)

    @classmethod
    def open(cls, paths: ProjectPaths) -> ProjectFile:
        """Open a film; one that can't be written opens to be read (`read_only` says why).

        Raises NotFound, Damaged, Failed.
        """
        return cls(paths, open_database(paths.db))

    def close(self) -> None:
        """Close the file; what this process undid and did can be taken up by the next terminal."""
        try:
            # A terminal that can't say that it leaves is told by its process being gone.
            with suppress(MilimoError):
                self._leave()
        finally:
            self._db.close()

    def _leave(self) -> None:
        if self._actors:
            with self._db.writing("close", counts=False, shows=False, lasts=False) as connection:
                history.close_actors(connection, sorted(self._actors))
            self._actors.clear()

    def __enter__(self) -> ProjectFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Reading

    def story(self) -> Story:
        """Everything but the cuts, as of one moment."""
        return self._db.query(film_queries.story)

    def cuts(self) -> tuple[Cut, ...]:
        return self._db.query(film_queries.cuts)

    def cut(self, id: str) -> Cut:
        """Raises NotFound."""
        return self._db.query(lambda connection: film_queries.cut(connection, id))

    def film(self) -> tuple[Story, tuple[Cut, ...]]:
        """The story and every cut as of one moment; what did not change since last time is not read again."""
        return self._db.query(self._memory.read)

    def revision(self) -> int:
        """How many changes the film has seen: edits, undos and facts."""
        return self._db.query(film_queries.revision)

    def updated(self) -> float:
        """When the film was changed last, in seconds since 1970."""
        return self._db.query(film_queries.updated)

    def data_version(self) -> int:
        """A number that differs when the file was written since, by this object or anyone else.

        `ui.set` of this object leaves it as it is: what a screen remembers changes nothing it shows.
        """
        return self._db.version()

    # Edits

    def edit(
        self, label: str, *, scope: str, actor: str, before: Sequence[Value], after: Sequence[Value]
    ) -> Edit:
        """Change the film from one list of values to another, as one undoable edit.

        Only what differs is written, and only if it is in the film as `before` has it. A cut's playhead and
        marks are left out (`facts.set_cut_state`). Raises Conflict, Refused, ReadOnly, DiskFull; then nothing
        is changed.
        """
        changes = row_edits.changes_between(before, after)
        if not changes:
            return Edit(id="", scope=scope, actor=actor, label=label, base=self.revision())
        with self._db.writing("edit") as connection:
            base = film_queries.revision(connection)
            self._actors.add(actor)
            met = self._met(connection, before)
            row_edits.apply(connection, changes)
            rules.check(connection, changes, scope)
            conflicts.require_sound(connection, met, conflicts.clips_of(changes))
            return history.record(
                connection,
                label=label,
                scope=scope,
                actor=actor,
                changes=changes,
                base=base,
                bundle=self._step,
            )

    def _met(self, connection: sqlite3.Connection, before: Sequence[Value]) -> list[str]:
        """The cuts among these values that another hand was in since they were read."""
        if not any(isinstance(value, Cut) for value in before):
            return []
        return conflicts.changed_since(self._memory.read(connection)[1], before)

    @contextmanager
    def bundle(self, words: str) -> Iterator[None]:
        """Edits made meanwhile are one step: undone, and done again, as one.

        Each is written at once all the same, so that what a crash leaves is a shorter step. A step inside a
        step belongs to the outer one.
        """
        outer = self._step
        self._step = outer if outer is not ALONE else Bundle(new_id("step"), words)
        try:
            yield
        finally:
            self._step = outer

    def undo(self, scope: str, actor: str | None) -> Edit:
        """Take back the actor's latest edit of the scope, or anyone's with no actor; a step whole.

        Raises Refused when there is none, Conflict when its rows were changed since.
        """
        with self._db.writing("undo in") as connection:
            self._meet(actor)
            return undo_steps.undo(connection, scope, actor, self._step)

    def redo(self, scope: str, actor: str | None, towards: str = "") -> Edit:
        """Bring back what was undone last after where the actor stands, or the edit that leads `towards` a
        state: the id of an edit on whatever branch, or a name.

        Raises Refused when there is none, Conflict when its rows were changed since, NotFound.
        """
        with self._db.writing("redo in") as connection:
            self._meet(actor)
            return undo_steps.redo(connection, scope, actor, towards)

    def next_step(self, scope: str, actor: str | None, *, redo: bool = False) -> Edit | None:
        """The edit that undo, or redo, would take now; None where there is none."""
        with self._db.writing("look at the history of", counts=False, shows=False, lasts=False) as connection:
            self._meet(actor)
            find = history.next_redo if redo else history.next_undo
            with suppress(Refused):
                return history.edit_of(find(connection, scope, actor))
        return None

    def jump(self, scope: str, actor: str | None, to: str) -> Jump:
        """Go to a state: the id of an edit on whatever branch, a name, or `START`. All the way or not at all.

        Raises NotFound, Refused for another open terminal's line of work, Conflict.
        """
        with self._db.writing("go through the history of") as connection:
            self._meet(actor)
            return undo_steps.jump(connection, scope, actor, to)

    def name_state(self, scope: str, edit: str, name: str) -> Edit:
        """Call the state after an edit by a name of its own. Raises NotFound."""
        with self._db.writing("name a state of", counts=False, shows=False) as connection:
            return history.name_state(connection, history.state(connection, scope, edit), name)

    def _meet(self, actor: str | None) -> None:
        if actor is not None:
            self._actors.add(actor)

    def history(self, scope: str = PROJECT_SCOPE) -> tuple[Edit, ...]:
        """Every edit of a scope, oldest first, undone ones and other branches among them."""
        return self._db.query(lambda connection: history.edits(connection, scope))

    def changes(self, edit: str) -> tuple[Change, ...]:
        """What an edit changed, row by row; of a long text, the part that did. Raises NotFound."""
        return self._db.query(lambda connection: history.changes_of(connection, edit))

    def faults(self) -> tuple[Fault, ...]:
        """The rows that no Milimo could have written as they are, each with what is wrong."""
        from milimo_tui.store.project import row_faults  # with pydantic: not for who opens a film to show it

        return self._db.query(lambda connection: tuple(row_faults.faults(connection)))

    # Copies and identity

    def copy_to(self, target: Path) -> None:
        """A clean copy of the database as of one moment; of a film that can only be read, too.

        Raises DiskFull, ReadOnly, Failed.
        """

        def copy(connection: sqlite3.Connection) -> None:
            with explaining(target, "copy the film to"), closing(sqlite3.connect(target)) as new:
                connection.backup(new)

        self._db.query(copy)

    def take_in(
        self,
        theirs: Path,
        then: Path,
        keep: two_boxes.Keep,
        box: str,
        *,
        state: str = "",
        put_files: Callable[[], None] | None = None,
    ) -> two_boxes.Met:
        """Bring in what another copy of this film, at `theirs`, did since `then`, a state both had seen; note
        `state`, its hash, as taken in. `put_files` is called when all of it is written, before it counts.

        All or nothing. Raises Conflict where both changed the same and `keep` says of neither, Refused,
        ReadOnly, DiskFull, and what `put_files` does.
        """
        with self._db.writing("take what came into", counts=False) as connection:
            met = two_boxes.take_in(connection, theirs, then, keep, box)
            if state:
                known = key_values.find(connection, _TAKEN_IN, [])
                key_values.put(connection, _TAKEN_IN, [*known, state][-_MOST_TAKEN_IN:])
            if put_files is not None:
                put_files()
            return met

    def taken_in(self) -> frozenset[str]:
        """Hashes of the states of other copies that were taken in here."""
        return frozenset(self.ui.get(_TAKEN_IN, []))

    def begin_from(self, state: str) -> None:
        """Note that this film is the state with that hash, as another box had it."""
        self.ui.set(_TAKEN_IN, [state])

    def knows(self, other: Path) -> bool:
        """Whether every edit of the copy at `other`, a file that nobody writes, is known here."""
        return self._db.query(lambda connection: two_boxes.knows(connection, other))

    def edits_beside(self, other: Path) -> int:
        """How many edits of this film the copy at `other`, a file that nobody writes, does not know."""
        return self._db.query(lambda connection: two_boxes.edits_beside(connection, other))

    def end_hands(self) -> None:
        """Have no terminal of another machine go on here: whoever comes next begins a line of work."""
        with self._db.writing("put away", counts=False) as connection:
            connection.execute("DELETE FROM actor")

    def adopt_new_id(self) -> str:
        """Give a copied film an id of its own, and return it; nothing else in it changes."""
        id = new_id("project")
        with self._db.writing("name") as connection:
            connection.execute("UPDATE project SET id = ?", (id,))
        return id
