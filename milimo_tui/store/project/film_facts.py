"""The facts of an open film, as its file offers them: what was made, found and looked at. Outside history.

One transaction each; how a fact is written lies in `facts`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from types import EllipsisType

from milimo_tui.store.project.transactions import Transactions, count
from milimo_tui.store.rows import facts, film_queries
from milimo_tui.store.rows.mapping import BOARD, MASK, PROVENANCE, RENDER, TALK
from milimo_tui.store.rows.stored_values import Board, Mask, Provenance, Render
from milimo_tui.story.values.film import Asset, SheetVerdict, Suggestion, Take
from milimo_tui.story.values.talk import Talk


class FilmFacts:
    """`ProjectFile.facts`. What is taken in once for its job returns False when it is in already."""

    def __init__(self, db: Transactions) -> None:
        self._db = db

    # Taken in

    def add_asset(self, asset: Asset) -> Asset:
        """Add a media file; one whose hash the film has already is that one, returned in its place."""
        with self._db.writing("add an asset to") as connection:
            return facts.add_asset(connection, asset)

    def add_assets(self, found: Sequence[tuple[Asset, SheetVerdict | None]]) -> tuple[Asset, ...]:
        """Add media files together, all or none, with what their pictures look like; each as `add_asset`."""
        with self._db.writing("add assets to") as connection:
            return tuple(facts.add_seen(connection, asset, sheet) for asset, sheet in found)

    def add_take(self, take: Take, asset: Asset) -> bool:
        """Take a made result in, once for its job: False when it is in already. Raises NotFound.

        The shot shows it where what it shows gives way to it (`picking.gives_way`).
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

    def add_talk(self, talk: Talk) -> bool:
        """Keep what a model answered about the film, once for its job."""
        return self._fact("keep an answer in", lambda connection: facts.add_talk(connection, talk))

    def note_sheet(self, sheet: SheetVerdict) -> bool:
        """Note whether a picture is a reference sheet; False where a person has said so, or it is known."""
        return self._fact("note a reference sheet in", lambda connection: facts.note_sheet(connection, sheet))

    def see(self, jobs: Sequence[str], *, seen: bool = True) -> bool:
        """Note that a person has looked at what came of these jobs, or forget it; False when it was so."""
        change = facts.see if seen else facts.unsee
        return self._fact("note what was looked at in", lambda connection: change(connection, jobs))

    def _fact(self, doing: str, add: Callable[[sqlite3.Connection], bool]) -> bool:
        """Add a fact; the revision stays when it was there."""
        with self._db.writing(doing, counts=False) as connection:
            added = add(connection)
            if added:
                count(connection)
            return added

    # Asked for

    def boards(self, shot: str) -> tuple[Board, ...]:
        """Every board the shot has had, oldest first."""
        return self._db.query(lambda c: film_queries.read(c, BOARD, "WHERE shot = ? ORDER BY rowid", (shot,)))

    def masks(self, *, job: str = "", source: str = "") -> tuple[Mask, ...]:
        """Masks that are not in the bin, oldest first: all, or those that a job made, or of one asset."""
        where = "WHERE binned = 0 AND :job IN ('', job) AND :source IN ('', source) ORDER BY rowid"
        return self._db.query(lambda c: film_queries.read(c, MASK, where, {"job": job, "source": source}))

    def provenance(self, *, job: str = "", asset: str = "") -> tuple[Provenance, ...]:
        """How files were made, oldest first: those of a job, or of one asset."""
        where = "WHERE :job IN ('', job) AND :asset IN ('', asset) ORDER BY rowid"
        return self._db.query(lambda c: film_queries.read(c, PROVENANCE, where, {"job": job, "asset": asset}))

    def renders(self, signature: str = "") -> tuple[Render, ...]:
        """Rendered films, oldest first; with a signature, those of that plan."""
        where, values = ("WHERE signature = ?", (signature,)) if signature else ("", ())
        return self._db.query(lambda c: film_queries.read(c, RENDER, f"{where} ORDER BY rowid", values))

    def talks(self, *, task: str = "ask") -> tuple[Talk, ...]:
        """What models answered, oldest first: to questions (`ask`), or looking for slips (`check`)."""
        return self._db.query(lambda c: film_queries.read(c, TALK, "WHERE task = ? ORDER BY rowid", (task,)))

    # Changed by a person

    def note_likeness(self, job: str, likeness: str) -> None:
        """Keep how like the takes of a job are to the pictures of their elements; of none that is gone."""
        with self._db.writing("mark takes in") as connection:
            connection.execute("UPDATE take SET likeness = ? WHERE job = ?", (likeness, job))

    def label_mask(self, mask: str, label: str) -> None:
        """Give a mask a name. Raises NotFound."""
        with self._db.writing("name a mask in") as connection:
            facts.change(connection, "mask", mask, label=label)

    def note_hash(self, asset: str, digest: str) -> None:
        """Keep the hash of a linked asset's file. Raises NotFound."""
        with self._db.writing("note a hash in") as connection:
            facts.change(connection, "asset", asset, digest=digest)

    def note_facts(self, asset: str, told: str) -> None:
        """Keep what is known of the streams of an asset's file, as JSON. Raises NotFound."""
        with self._db.writing("note what a file is in") as connection:
            facts.change(connection, "asset", asset, facts=told)

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
            marked = mark_in is not ... or mark_out is not ...
            with self._db.writing("keep the playhead in", counts=False, lasts=marked) as connection:
                facts.change(connection, "cut", cut, **columns)
