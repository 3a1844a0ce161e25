"""The film's file: every read and write of project.db goes through `ProjectFile`.

One method for each thing asked of a film; how, lies in `reading`, `edits`, `history`, `facts` and `bin`.
Imports no SQLModel, so that the studio's first frame does not wait for it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import EllipsisType
from typing import Any

from milimo_tui.core.changes import Change
from milimo_tui.core.errors import MilimoError
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.cut.values import Cut
from milimo_tui.store import bin as bins
from milimo_tui.store import edits, facts, history, meeting, reading, rules, stepping
from milimo_tui.store.creating import create_database
from milimo_tui.store.edits import Value
from milimo_tui.store.failures import told
from milimo_tui.store.memory import Memory
from milimo_tui.store.opening import Opened, open_database
from milimo_tui.store.rows import BOARD, MASK, PROVENANCE, RENDER
from milimo_tui.store.transactions import Transactions, count
from milimo_tui.store.values import (
    ALONE,
    PROJECT_SCOPE,
    Binned,
    Board,
    Bundle,
    Edit,
    Jump,
    Mask,
    Provenance,
    Render,
)
from milimo_tui.story.values import Asset, Project, Sheet, Story, Suggestion, Take


class ProjectFile:
    """An open film. Safe to use from several threads; several processes may have it open.

    `read_only` is empty, or the sentence that says why every write will raise.
    """

    def __init__(self, paths: ProjectPaths, opened: Opened) -> None:
        self.paths = paths
        self.read_only = opened.refusal.message if opened.refusal else ""
        self._db = Transactions(paths.db, opened)
        self._actors: set[str] = set()
        self._step = ALONE
        self._memory = Memory()

    # Opening and closing

    @classmethod
    def create(cls, paths: ProjectPaths, project: Project) -> ProjectFile:
        """Make the folder and the file of a new film, or nothing. Raises Refused where one lies already."""
        return cls(paths, create_database(paths, project))

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
            with self._db.writing("close", counts=False, shows=False) as connection:
                history.close_actors(connection, sorted(self._actors))
            self._actors.clear()

    def __enter__(self) -> ProjectFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Reading

    def story(self) -> Story:
        """Everything but the cuts, as of one moment."""
        return self._db.ask(reading.story)

    def cuts(self) -> tuple[Cut, ...]:
        return self._db.ask(reading.cuts)

    def cut(self, id: str) -> Cut:
        """Raises NotFound."""
        return self._db.ask(lambda connection: reading.cut(connection, id))

    def film(self) -> tuple[Story, tuple[Cut, ...]]:
        """The story and every cut as of one moment; what did not change since last time is not read again."""
        return self._db.ask(self._memory.read)

    def revision(self) -> int:
        """How many changes the film has seen: edits, undos and facts."""
        return self._db.ask(reading.revision)

    def updated(self) -> float:
        """When the film was changed last, in seconds since 1970."""
        return self._db.ask(reading.updated)

    def data_version(self) -> int:
        """A number that differs when the file was written since, by this object or anyone else.

        `set_ui` of this object leaves it as it is: what a screen remembers changes nothing it shows.
        """
        return self._db.version()

    # Edits

    def edit(
        self, label: str, *, scope: str, actor: str, before: Sequence[Value], after: Sequence[Value]
    ) -> Edit:
        """Change the film from one list of values to another, as one undoable edit.

        Only what differs is written, and only if it is in the film as `before` has it. A cut's playhead and
        marks are left out (`set_cut_state`). Raises Conflict, Refused, ReadOnly, DiskFull; then nothing is
        changed.
        """
        changes = edits.changes_between(before, after)
        if not changes:
            return Edit(id="", scope=scope, actor=actor, label=label, base=self.revision())
        with self._db.writing("edit") as connection:
            base = reading.revision(connection)
            self._actors.add(actor)
            met = self._met(connection, before)
            edits.apply(connection, changes)
            rules.check(connection, changes, scope)
            meeting.require_sound(connection, met, meeting.clips_of(changes))
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
        return meeting.changed_since(self._memory.read(connection)[1], before)

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
            return stepping.undo(connection, scope, actor, self._step)

    def redo(self, scope: str, actor: str | None, towards: str = "") -> Edit:
        """Bring back what was undone last after where the actor stands, or the edit that leads `towards` a
        state: the id of an edit on whatever branch, or a name.

        Raises Refused when there is none, Conflict when its rows were changed since, NotFound.
        """
        with self._db.writing("redo in") as connection:
            self._meet(actor)
            return stepping.redo(connection, scope, actor, towards)

    def jump(self, scope: str, actor: str | None, to: str) -> Jump:
        """Go to a state: the id of an edit on whatever branch, a name, or `START`. All the way or not at all.

        Raises NotFound, Refused for another open terminal's line of work, Conflict.
        """
        with self._db.writing("go through the history of") as connection:
            self._meet(actor)
            return stepping.jump(connection, scope, actor, to)

    def name_state(self, scope: str, edit: str, name: str) -> Edit:
        """Call the state after an edit by a name of its own. Raises NotFound."""
        with self._db.writing("name a state of", counts=False, shows=False) as connection:
            return history.name_state(connection, history.state(connection, scope, edit), name)

    def _meet(self, actor: str | None) -> None:
        if actor is not None:
            self._actors.add(actor)

    def history(self, scope: str = PROJECT_SCOPE) -> tuple[Edit, ...]:
        """Every edit of a scope, oldest first, undone ones and other branches among them."""
        return self._db.ask(lambda connection: history.edits(connection, scope))

    def changes(self, edit: str) -> tuple[Change, ...]:
        """What an edit changed, row by row; of a long text, the part that did. Raises NotFound."""
        return self._db.ask(lambda connection: history.changes_of(connection, edit))

    # Facts: outside history

    def add_asset(self, asset: Asset) -> Asset:
        """Add a media file; one whose hash the film has already is that one, returned in its place."""
        with self._db.writing("add an asset to") as connection:
            return facts.add_asset(connection, asset)

    def add_take(self, take: Take, asset: Asset) -> bool:
        """Take a made result in, once for its job: False when it is in already. Raises NotFound.

        A shot with no picked take shows it; one that shows previs shows it too, if it is not previs.
        """
        return self._fact("add a take to", lambda connection: facts.add_take(connection, take, asset))

    def add_board(self, shot: str, asset: Asset, job: str, *, previs: bool = False) -> bool:
        """Take a board in as the shot's current one, once for its job. Raises NotFound."""
        return self._fact(
            "add a board to",
            lambda connection: facts.add_board(connection, shot, asset, job, previs=previs),
        )

    def add_masks(self, masks: Sequence[tuple[Mask, Asset]]) -> bool:
        """Take the masks of one job in, with their files, once: False when they are in. Raises NotFound."""
        return self._fact("add masks to", lambda connection: facts.add_masks(connection, masks))

    def add_provenance(self, digest: str, made: Provenance) -> bool:
        """Note how the file of that hash was made, once for its job."""
        return self._fact(
            "note provenance in", lambda connection: facts.add_provenance(connection, digest, made)
        )

    def add_render(self, render: Render) -> bool:
        """Note a rendered film, once for its job."""
        return self._fact("note a render in", lambda connection: facts.add_render(connection, render))

    def add_suggestion(self, suggestion: Suggestion) -> bool:
        """Take in what a model wrote for a shot, once for its job. Raises NotFound."""
        return self._fact(
            "add a suggestion to", lambda connection: facts.add_suggestion(connection, suggestion)
        )

    def note_sheet(self, sheet: Sheet) -> bool:
        """Note whether a picture is a reference sheet; False where a person has said so, or it is known."""
        return self._fact("note a reference sheet in", lambda connection: facts.note_sheet(connection, sheet))

    def _fact(self, doing: str, add: Callable[[sqlite3.Connection], bool]) -> bool:
        """Add a fact; the revision stays when it was there."""
        with self._db.writing(doing, counts=False) as connection:
            added = add(connection)
            if added:
                count(connection)
            return added

    def boards(self, shot: str) -> tuple[Board, ...]:
        """Every board the shot has had, oldest first."""
        return self._db.ask(lambda c: reading.read(c, BOARD, "WHERE shot = ? ORDER BY rowid", (shot,)))

    def masks(self, *, job: str = "", source: str = "") -> tuple[Mask, ...]:
        """Masks that are not in the bin, oldest first: all, or those that a job made, or of one asset."""
        where = "WHERE binned = 0 AND :job IN ('', job) AND :source IN ('', source) ORDER BY rowid"
        return self._db.ask(lambda c: reading.read(c, MASK, where, {"job": job, "source": source}))

    def label_mask(self, mask: str, label: str) -> None:
        """Give a mask a name. Raises NotFound."""
        with self._db.writing("name a mask in") as connection:
            facts.change(connection, "mask", mask, label=label)

    def provenance(self, *, job: str = "", asset: str = "") -> tuple[Provenance, ...]:
        """How files were made, oldest first: those of a job, or of one asset."""
        where = "WHERE :job IN ('', job) AND :asset IN ('', asset) ORDER BY rowid"
        return self._db.ask(lambda c: reading.read(c, PROVENANCE, where, {"job": job, "asset": asset}))

    def renders(self, signature: str = "") -> tuple[Render, ...]:
        """Rendered films, oldest first; with a signature, those of that plan."""
        where, values = ("WHERE signature = ?", (signature,)) if signature else ("", ())
        return self._db.ask(lambda c: reading.read(c, RENDER, f"{where} ORDER BY rowid", values))

    def rate_take(self, take: str, rating: int) -> None:
        """Rate a take with 0 to 5. Raises Refused, NotFound."""
        with self._db.writing("rate a take in") as connection:
            facts.rate_take(connection, take, rating)

    def reject_take(self, take: str, rejected: bool = True) -> None:
        """Raises NotFound."""
        with self._db.writing("reject a take in") as connection:
            facts.reject_take(connection, take, rejected)

    def note_take(self, take: str, note: str) -> None:
        """Keep a person's remark on a take. Raises NotFound."""
        with self._db.writing("note a remark in") as connection:
            facts.change(connection, "take", take, note=note)

    def see(self, jobs: Sequence[str], *, seen: bool = True) -> bool:
        """Note that a person has looked at what came of these jobs, or forget it; False when it was so."""
        change = facts.see if seen else facts.unsee
        return self._fact("note what was looked at in", lambda connection: change(connection, jobs))

    def set_cut_state(
        self,
        cut: str,
        *,
        playhead: int | None = None,
        mark_in: int | EllipsisType | None = ...,
        mark_out: int | EllipsisType | None = ...,
    ) -> None:
        """Keep a cut's playhead and marks, in frames; None clears a mark, left out it stays.

        Raises NotFound.
        """
        given = {"playhead": ... if playhead is None else playhead, "mark_in": mark_in, "mark_out": mark_out}
        columns = {name: value for name, value in given.items() if value is not ...}
        if columns:
            with self._db.writing("keep the playhead in", counts=False) as connection:
                facts.change(connection, "cut", cut, **columns)

    def set_ui(self, key: str, value: Any) -> None:
        """Remember something about the screens of this film: any JSON value, by key."""
        with self._db.writing("remember in", counts=False, shows=False) as connection:
            connection.execute(
                "INSERT INTO setting (key, value) VALUES (?, ?)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (key, json.dumps(value, ensure_ascii=False)),
            )

    def get_ui(self, key: str, default: Any = None) -> Any:
        """What was remembered under that key."""
        with self._db.reading() as connection:
            row = connection.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
        return default if row is None else json.loads(row["value"])

    # The bin

    def bin_take(self, take: str) -> None:
        """Raises NotFound."""
        with self._db.writing("bin a take in") as connection:
            facts.bin_take(connection, take)

    def restore_take(self, take: str) -> None:
        """Raises NotFound."""
        with self._db.writing("restore a take in") as connection:
            facts.restore_take(connection, take)

    def note_hash(self, asset: str, digest: str) -> None:
        """Keep the hash of a linked asset's file. Raises NotFound."""
        with self._db.writing("note a hash in") as connection:
            facts.change(connection, "asset", asset, digest=digest)

    def bin_asset(self, asset: str) -> None:
        """Raises NotFound, and Refused while something shows it."""
        with self._db.writing("bin an asset in") as connection:
            facts.bin_asset(connection, asset)

    def bin_mask(self, mask: str) -> None:
        """Raises NotFound."""
        with self._db.writing("bin a mask in") as connection:
            facts.change(connection, "mask", mask, binned=1)

    def restore_asset(self, asset: str) -> None:
        """Raises NotFound."""
        with self._db.writing("restore an asset in") as connection:
            facts.change(connection, "asset", asset, binned=0)

    def binned(self) -> tuple[Binned, ...]:
        """What a person deleted, and can have back."""
        return self._db.ask(bins.binned)

    def binned_digests(self) -> frozenset[str]:
        """The script texts of shots that lie in the bin: a commit does not make those again."""
        with self._db.reading() as connection:
            found = connection.execute("SELECT digest FROM shot WHERE state = 'binned' AND digest != ''")
            return frozenset(row["digest"] for row in found)

    def restore(self, id: str) -> Binned:
        """Take anything out of the bin by its id; a shot's scene comes with it. Raises NotFound."""
        with self._db.writing("restore from the bin of") as connection:
            return bins.restore(connection, id)

    def empty_bin(self) -> tuple[Path, ...]:
        """Delete for good what is in the bin and all that belongs to it.

        Returns the managed files that no row names any more: the caller deletes them, after this.
        """
        with self._db.writing("empty the bin of") as connection:
            return tuple(self.paths.root / path for path in bins.empty(connection))

    # Copies and identity

    def copy_to(self, target: Path) -> None:
        """A clean copy of the database as of one moment; of a film that can only be read, too.

        Raises DiskFull, ReadOnly, Failed.
        """

        def copy(connection: sqlite3.Connection) -> None:
            with told(target, "copy the film to"), closing(sqlite3.connect(target)) as new:
                connection.backup(new)

        self._db.ask(copy)

    def adopt_new_id(self) -> str:
        """Give a copied film an id of its own, and return it; nothing else in it changes."""
        id = new_id("project")
        with self._db.writing("name") as connection:
            connection.execute("UPDATE project SET id = ?", (id,))
        return id
