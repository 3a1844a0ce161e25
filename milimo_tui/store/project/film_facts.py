"""Read and write the facts of an open film: results of jobs, media, and what the user viewed. Undo does not
affect them.

Each method is one transaction. The SQL is in `store.rows.facts`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from types import EllipsisType

from milimo_tui.cut.words.transcripts import Transcript
from milimo_tui.store.project.transactions import Transactions, increment_revision
from milimo_tui.store.rows import facts, film_queries
from milimo_tui.store.rows.mapping import (
    BOARD,
    MASK,
    PROVENANCE,
    READING,
    READING_ANSWER,
    RENDER,
    TALK,
    TRANSCRIPT,
)
from milimo_tui.store.rows.stored_values import Board, Mask, Provenance, Render
from milimo_tui.story.values.film import Asset, SheetVerdict, Take
from milimo_tui.story.values.line_take import LineTake
from milimo_tui.story.values.script_reading import ReadingAnswer, ScriptReading
from milimo_tui.story.values.sound_take import SoundTake
from milimo_tui.story.values.suggestion import Suggestion
from milimo_tui.story.values.talk import Talk


class FilmFacts:
    """The facts of a film, available as `ProjectFile.facts`. A method that stores a job's result returns
    False if the result is stored already.
    """

    def __init__(self, db: Transactions) -> None:
        self._db = db

    def add_asset(self, asset: Asset) -> Asset:
        """Add a media file. If the film already has a file with the same hash, that asset is returned
        instead.
        """
        with self._db.write_transaction("add an asset to") as connection:
            return facts.insert_asset(connection, asset)

    def add_assets(self, found: Sequence[tuple[Asset, SheetVerdict | None]]) -> tuple[Asset, ...]:
        """Add media files together, all or none, each with the verdict on whether it is a reference sheet.
        See `add_asset`.
        """
        with self._db.write_transaction("add assets to") as connection:
            return tuple(facts.insert_asset_with_verdict(connection, asset, sheet) for asset, sheet in found)

    def add_sound_take(self, take: SoundTake, asset: Asset) -> bool:
        """Store a take of sound, once for its job. Returns False if it is stored already.

        The new take is picked if its scene has no finished sound of this role.
        """
        return self._add_new_fact(
            "add a sound to", lambda connection: facts.insert_sound_take(connection, take, asset)
        )

    def add_take(self, take: Take, asset: Asset) -> bool:
        """Store a take, once for its job. Returns False if it is stored already. Raises NotFound.

        If the user has not chosen the take that the shot shows, the new take may replace it
        (`picked_takes.can_replace_take`).
        """
        return self._add_new_fact(
            "add a take to", lambda connection: facts.insert_take(connection, take, asset)
        )

    def add_line_take(self, take: LineTake, asset: Asset) -> bool:
        """Store a take of a spoken line, once for its job. Returns False if it is stored already. Raises
        NotFound.
        """
        return self._add_new_fact(
            "add a spoken line to", lambda connection: facts.insert_line_take(connection, take, asset)
        )

    def add_board(self, shot: str, asset: Asset, job: str, *, previs: bool = False) -> bool:
        """Store a picture as the current board of a shot, once for its job. Raises NotFound."""
        return self._add_new_fact(
            "add a board to",
            lambda connection: facts.insert_board(connection, shot, asset, job, previs=previs),
        )

    def add_masks(self, masks: Sequence[tuple[Mask, Asset]]) -> bool:
        """Store the masks of one job with their files, once. Returns False if they are stored already. Raises
        NotFound.
        """
        return self._add_new_fact("add masks to", lambda connection: facts.insert_masks(connection, masks))

    def add_provenance(self, digest: str, provenance: Provenance) -> bool:
        """Store how the file with hash `digest` was made, once for its job."""
        return self._add_new_fact(
            "note provenance in", lambda connection: facts.insert_provenance(connection, digest, provenance)
        )

    def add_render(self, render: Render) -> bool:
        """Store a rendered film, once for its job."""
        return self._add_new_fact(
            "note a render in", lambda connection: facts.insert_render(connection, render)
        )

    def add_suggestion(self, suggestion: Suggestion) -> bool:
        """Store a text that a model suggests for a shot, once for its job. Raises NotFound."""
        return self._add_new_fact(
            "add a suggestion to", lambda connection: facts.insert_suggestion(connection, suggestion)
        )

    def add_talk(self, talk: Talk) -> bool:
        """Store a model's answer about the film, once for its job."""
        return self._add_new_fact("keep an answer in", lambda connection: facts.insert_talk(connection, talk))

    def add_transcript(self, transcript: Transcript) -> bool:
        """Store the transcript of a sound stream of a file, once for its job."""
        return self._add_new_fact(
            "add a transcript to", lambda connection: facts.insert_transcript(connection, transcript)
        )

    def add_reading(self, reading: ScriptReading, answers: Sequence[ReadingAnswer]) -> bool:
        """Store a model's reading of the screenplay and its new answers, once for its job."""
        return self._add_new_fact(
            "add a reading to", lambda connection: facts.insert_reading(connection, reading, answers)
        )

    def set_reading_prompts(self, job: str, prompts: str, answers: Sequence[ReadingAnswer]) -> bool:
        """Store the prompts of the reading that a job made, and the new answers of the model."""
        return self._add_new_fact(
            "add prompts to",
            lambda connection: facts.update_reading_prompts(connection, job, prompts, answers),
        )

    def note_sheet(self, sheet: SheetVerdict) -> bool:
        """Store the verdict on whether a picture is a reference sheet. Returns False, and stores nothing, if
        the user has decided already or the verdict is the same as before.
        """
        return self._add_new_fact(
            "note a reference sheet in", lambda connection: facts.record_sheet_verdict(connection, sheet)
        )

    def set_jobs_seen(self, jobs: Sequence[str], *, seen: bool = True) -> bool:
        """Record that the user has viewed the results of jobs, or remove the record. Returns False if nothing
        changes.
        """
        change = facts.record_viewed_jobs if seen else facts.forget_viewed_jobs
        return self._add_new_fact("note what was looked at in", lambda connection: change(connection, jobs))

    def _add_new_fact(self, action: str, add: Callable[[sqlite3.Connection], bool]) -> bool:
        """Write a fact in a transaction. `add` writes the fact and returns True if it is new; only then the
        film's revision is increased. Return the result of `add`.

        `action` completes "could not …" in error messages.
        """
        with self._db.write_transaction(action, counts=False) as connection:
            added = add(connection)
            if added:
                increment_revision(connection)
            return added

    def list_boards(self, shot: str) -> tuple[Board, ...]:
        """Return every board that a shot has had, oldest first."""
        return self._db.run_query(
            lambda c: film_queries.select_values(c, BOARD, "WHERE shot = ? ORDER BY rowid", (shot,))
        )

    def list_masks(self, *, job: str = "", source: str = "") -> tuple[Mask, ...]:
        """Return the masks outside the bin, oldest first: all masks, or only the masks of a job or of a
        source asset (by id).
        """
        where = "WHERE binned = 0 AND :job IN ('', job) AND :source IN ('', source) ORDER BY rowid"
        return self._db.run_query(
            lambda c: film_queries.select_values(c, MASK, where, {"job": job, "source": source})
        )

    def list_provenance(self, *, job: str = "", asset: str = "") -> tuple[Provenance, ...]:
        """Return the provenance of files, oldest first: all records, or only the records of a job or of an
        asset (by id).
        """
        where = "WHERE :job IN ('', job) AND :asset IN ('', asset) ORDER BY rowid"
        return self._db.run_query(
            lambda c: film_queries.select_values(c, PROVENANCE, where, {"job": job, "asset": asset})
        )

    def list_renders(self, signature: str = "") -> tuple[Render, ...]:
        """Return the rendered films, oldest first. With a signature, return only renders of the plan with
        that signature.
        """
        where, values = ("WHERE signature = ?", (signature,)) if signature else ("", ())
        return self._db.run_query(
            lambda c: film_queries.select_values(c, RENDER, f"{where} ORDER BY rowid", values)
        )

    def list_transcripts(self, asset: str = "") -> tuple[Transcript, ...]:
        """Return the transcripts of a file, or of all files, oldest first."""
        where, values = ("WHERE asset = ? ", (asset,)) if asset else ("", ())
        return self._db.run_query(
            lambda c: film_queries.select_values(c, TRANSCRIPT, f"{where}ORDER BY rowid", values)
        )

    def list_talks(self, *, task: str = "ask") -> tuple[Talk, ...]:
        """Return the answers of models, oldest first: to questions (`ask`), or from continuity checks
        (`check`).
        """
        return self._db.run_query(
            lambda c: film_queries.select_values(c, TALK, "WHERE task = ? ORDER BY rowid", (task,))
        )

    def list_readings(self) -> tuple[ScriptReading, ...]:
        """Return the readings of the screenplay, oldest first."""
        return self._db.run_query(lambda c: film_queries.select_values(c, READING, "ORDER BY rowid"))

    def list_reading_answers(self) -> tuple[ReadingAnswer, ...]:
        """Return the stored answers to questions of readings, oldest first."""
        return self._db.run_query(lambda c: film_queries.select_values(c, READING_ANSWER, "ORDER BY rowid"))

    def note_likeness(self, job: str, likeness: str) -> None:
        """Store how much the takes of a job resemble the reference pictures of their elements. A job without
        takes is ignored.
        """
        with self._db.write_transaction("mark takes in") as connection:
            connection.execute("UPDATE take SET likeness = ? WHERE job = ?", (likeness, job))

    def label_mask(self, mask: str, label: str) -> None:
        """Name a mask. Raises NotFound."""
        with self._db.write_transaction("name a mask in") as connection:
            facts.update_fact(connection, "mask", mask, label=label)

    def note_hash(self, asset: str, digest: str) -> None:
        """Store the hash of the file of a linked asset (a file that was not copied into the film). Raises
        NotFound.
        """
        with self._db.write_transaction("note a hash in") as connection:
            facts.update_fact(connection, "asset", asset, digest=digest)

    def set_link(self, asset: str, path: str) -> None:
        """Store the path of a linked asset's file, without an edit that could be undone. Raises NotFound."""
        with self._db.write_transaction("link a file in") as connection:
            facts.update_fact(connection, "asset", asset, path=path)

    def note_facts(self, asset: str, facts_json: str) -> None:
        """Store facts about the streams of an asset's file, as JSON. Raises NotFound."""
        with self._db.write_transaction("note what a file is in") as connection:
            facts.update_fact(connection, "asset", asset, facts=facts_json)

    def set_cut_state(
        self,
        cut: str,
        *,
        playhead: int | None = None,
        mark_in: int | EllipsisType | None = ...,
        mark_out: int | EllipsisType | None = ...,
    ) -> None:
        """Store a cut's playhead and in and out marks, in frames. None clears a mark; an omitted value does
        not change.

        Raises NotFound.
        """
        given = {"playhead": ... if playhead is None else playhead, "mark_in": mark_in, "mark_out": mark_out}
        columns = {name: value for name, value in given.items() if value is not ...}
        if columns:
            marked = mark_in is not ... or mark_out is not ...
            with self._db.write_transaction("keep the playhead in", counts=False, lasts=marked) as connection:
                facts.update_fact(connection, "cut", cut, **columns)
