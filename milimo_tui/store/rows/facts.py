"""Insert and change facts: assets, takes, boards, renders, suggestions, talks, viewed results, and the bin.

Undo does not change facts. The functions run inside a write transaction of the caller.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from milimo_tui.core.errors import NotFound, Refused
from milimo_tui.core.host import HOST
from milimo_tui.core.ids import new_id
from milimo_tui.cut.words.transcripts import Transcript
from milimo_tui.store.rows.film_queries import select_values
from milimo_tui.store.rows.mapping import (
    ASSET,
    BOARD,
    LINE_TAKE,
    MASK,
    PROVENANCE,
    READING,
    READING_ANSWER,
    RENDER,
    SHEET,
    SHOT,
    SOUND_TAKE,
    SUGGESTION,
    TAKE,
    TALK,
    TRANSCRIPT,
)
from milimo_tui.store.rows.row_names import find_shot_number
from milimo_tui.store.rows.stored_values import Board, Mask, Provenance, Render
from milimo_tui.store.sqlite.value_table import Table
from milimo_tui.story.values import picked_takes
from milimo_tui.story.values.film import Asset, SheetVerdict, Take
from milimo_tui.story.values.line_take import LineTake
from milimo_tui.story.values.script_reading import ReadingAnswer, ScriptReading
from milimo_tui.story.values.sound_take import SoundTake
from milimo_tui.story.values.suggestion import Suggestion
from milimo_tui.story.values.talk import Talk

V = TypeVar("V")
# The author of the verdicts that the user gave. They override the verdicts of models and rules.
PERSON = "you"


def _insert_fact(connection: sqlite3.Connection, table: Table[V], value: V) -> None:
    connection.execute(table.insert, table.list_cells(value))


def _has_fact(connection: sqlite3.Connection, table: str, column: str, value: str) -> bool:
    found = connection.execute(f"SELECT 1 FROM {table} WHERE {column} = ?", (value,)).fetchone()
    return found is not None


def insert_asset(connection: sqlite3.Connection, asset: Asset) -> Asset:
    """Insert an asset. If the film already has the same managed file, return that asset and take it out of
    the bin.
    """
    digest = asset.digest if asset.managed else ""
    known = select_values(
        connection,
        ASSET,
        "WHERE id = :id OR (:digest <> '' AND digest = :digest AND managed = 1) ORDER BY rowid LIMIT 1",
        {"id": asset.id, "digest": digest},
    )
    if known:
        connection.execute("UPDATE asset SET binned = 0 WHERE id = ?", (known[0].id,))
        return replace(known[0], binned=False)
    if not asset.created:
        asset = replace(asset, created=HOST.now())
    _insert_fact(connection, ASSET, asset)
    return asset


def insert_asset_with_verdict(
    connection: sqlite3.Connection, asset: Asset, sheet: SheetVerdict | None
) -> Asset:
    """Insert an asset as `insert_asset` does, and store the verdict on whether its picture is a reference
    sheet.
    """
    kept = insert_asset(connection, asset)
    if sheet is not None:
        record_sheet_verdict(connection, replace(sheet, asset=kept.id))
    return kept


def insert_take(connection: sqlite3.Connection, take: Take, asset: Asset) -> bool:
    """Insert a take and its file, once for its job. Returns False if the job's take exists.

    If the user has not chosen the take that the shot shows, the new take may replace it
    (`picked_takes.can_replace_take`). Raises NotFound.
    """
    if _has_fact(connection, "take", "job", take.job):
        return False
    shots = select_values(connection, SHOT, "WHERE id = ?", (take.shot,))
    if not shots:
        raise NotFound("the shot that this take was made for is no longer in the film")
    kept = insert_asset(connection, asset)
    take = replace(take, asset=kept.id, created=take.created or HOST.now())
    _insert_fact(connection, TAKE, take)
    shown = picked_takes.pick_from_takes(shots[0], _read_takes_of_shot(connection, take.shot))
    if picked_takes.can_replace_take(shots[0], shown, take):
        _set_automatic_take(connection, take.shot, take)
    return True


def insert_sound_take(connection: sqlite3.Connection, take: SoundTake, asset: Asset) -> bool:
    """Insert a take of sound and its file, once for its job. Return False if the job's take exists.

    If no take of its role and scene is picked, or the picked one is only a placeholder, the new take is
    picked. If the scene is no longer in the film, only the file is stored.
    """
    if _has_fact(connection, "sound_take", "job", take.job):
        return False
    kept = insert_asset(connection, asset)
    if take.scene and not _has_fact(connection, "scene", "id", take.scene):
        return True
    same = "role = ? AND scene IS ? AND picked = 1"
    group = (take.role.value, take.scene or None)
    shown = select_values(connection, SOUND_TAKE, f"WHERE {same}", group)
    picked = not shown or bool(shown[0].placeholder and not take.placeholder)
    if picked:
        connection.execute(f"UPDATE sound_take SET picked = 0 WHERE {same}", group)
    _insert_fact(
        connection,
        SOUND_TAKE,
        replace(take, asset=kept.id, picked=picked, created=take.created or HOST.now()),
    )
    return True


def _read_takes_of_shot(connection: sqlite3.Connection, shot: str) -> tuple[Take, ...]:
    return select_values(connection, TAKE, "WHERE shot = ? AND binned = 0 ORDER BY rowid", (shot,))


def _set_automatic_take(connection: sqlite3.Connection, shot: str, take: Take | None) -> None:
    """Set the take that a shot shows, and mark the choice as automatic, not made by the user. With None, the
    shot shows no take.
    """
    connection.execute("UPDATE shot SET take = ?, chosen = 0 WHERE id = ?", (take.id if take else None, shot))


def insert_line_take(connection: sqlite3.Connection, take: LineTake, asset: Asset) -> bool:
    """Insert a take of a spoken line and its file, once for its job. Returns False if the job's take exists.
    Raises NotFound.
    """
    if _has_fact(connection, "line_take", "job", take.job):
        return False
    if not _has_fact(connection, "shot", "id", take.shot):
        raise NotFound("the shot of this line is no longer in the film")
    kept = insert_asset(connection, asset)
    _insert_fact(connection, LINE_TAKE, replace(take, asset=kept.id, created=take.created or HOST.now()))
    return True


def insert_board(
    connection: sqlite3.Connection, shot: str, asset: Asset, job: str, *, previs: bool = False
) -> bool:
    """Insert a board and its picture file, once for its job, and make it the shot's current board. Return
    False if the job's board exists. Raises NotFound.
    """
    if _has_fact(connection, "board", "job", job):
        return False
    if not _has_fact(connection, "shot", "id", shot):
        raise NotFound("the shot that this board was made for is no longer in the film")
    kept = insert_asset(connection, asset)
    board = Board(id=new_id("board"), shot=shot, asset=kept.id, job=job, created=HOST.now(), previs=previs)
    _insert_fact(connection, BOARD, board)
    connection.execute("UPDATE shot SET board = ? WHERE id = ?", (kept.id, shot))
    return True


def insert_masks(connection: sqlite3.Connection, masks: Sequence[tuple[Mask, Asset]]) -> bool:
    """Insert the masks of one job with their files. Return False if the job's masks exist. Raises
    NotFound.
    """
    if not masks or _has_fact(connection, "mask", "job", masks[0][0].job):
        return False
    for mask, asset in masks:
        if not _has_fact(connection, "asset", "id", mask.source):
            raise NotFound("the picture or clip that this mask was made for is no longer in the film")
        kept = insert_asset(connection, asset)
        _insert_fact(connection, MASK, replace(mask, asset=kept.id, created=mask.created or HOST.now()))
    return True


def insert_provenance(connection: sqlite3.Connection, digest: str, provenance: Provenance) -> bool:
    """Store how the managed file with hash `digest` was made, once for its job. The `asset` of `provenance`
    is filled in.

    Returns False if the job's record exists, or if the film has no such file.
    """
    row = connection.execute("SELECT id FROM asset WHERE digest = ? AND managed = 1", (digest,)).fetchone()
    if row is None:
        return False
    known = connection.execute(
        "SELECT 1 FROM provenance WHERE job = ? AND asset = ?", (provenance.job, row["id"])
    ).fetchone()
    if known is not None:
        return False
    _insert_fact(
        connection, PROVENANCE, replace(provenance, asset=row["id"], created=provenance.created or HOST.now())
    )
    return True


def insert_render(connection: sqlite3.Connection, render: Render) -> bool:
    """Store a rendered film, once for its job. Return False if the job's render exists."""
    if _has_fact(connection, "render", "job", render.job):
        return False
    _insert_fact(connection, RENDER, replace(render, created=render.created or HOST.now()))
    return True


def insert_suggestion(connection: sqlite3.Connection, suggestion: Suggestion) -> bool:
    """Store a model's suggested text for a shot, once for its job. Return False if it exists. Raises
    NotFound.
    """
    if select_values(connection, SUGGESTION, "WHERE job = ? AND shot = ?", (suggestion.job, suggestion.shot)):
        return False
    if not _has_fact(connection, "shot", "id", suggestion.shot):
        raise NotFound("the shot that this text was written for is no longer in the film")
    _insert_fact(connection, SUGGESTION, replace(suggestion, created=suggestion.created or HOST.now()))
    return True


def insert_talk(connection: sqlite3.Connection, talk: Talk) -> bool:
    """Store a model's answer, once for its job. Return False if it exists."""
    if _has_fact(connection, "talk", "job", talk.job):
        return False
    _insert_fact(connection, TALK, replace(talk, created=talk.created or HOST.now()))
    return True


def insert_transcript(connection: sqlite3.Connection, transcript: Transcript) -> bool:
    """Store the transcript of a sound stream, once for its job. Return False if it exists."""
    if _has_fact(connection, "transcript", "job", transcript.job):
        return False
    _insert_fact(connection, TRANSCRIPT, replace(transcript, created=transcript.created or HOST.now()))
    return True


def insert_reading(
    connection: sqlite3.Connection, reading: ScriptReading, answers: Sequence[ReadingAnswer]
) -> bool:
    """Store a reading of the screenplay and its new answers, once for its job. Return False if it exists."""
    if _has_fact(connection, "reading", "job", reading.job):
        return False
    _insert_fact(connection, READING, replace(reading, created=reading.created or HOST.now()))
    insert_reading_answers(connection, answers)
    return True


def insert_reading_answers(connection: sqlite3.Connection, answers: Sequence[ReadingAnswer]) -> None:
    """Store the answers of a model to questions of a reading. Answers that are stored already are skipped."""
    now = HOST.now()
    for answer in answers:
        if not _has_fact(connection, "reading_answer", "id", answer.id):
            _insert_fact(connection, READING_ANSWER, replace(answer, created=answer.created or now))


def update_reading_prompts(
    connection: sqlite3.Connection, job: str, prompts: str, answers: Sequence[ReadingAnswer]
) -> bool:
    """Store the prompts of the reading that a job made, and the new answers of the model. Return False if the
    reading has these prompts or does not exist.
    """
    insert_reading_answers(connection, answers)
    done = connection.execute(
        "UPDATE reading SET prompts = ? WHERE job = ? AND prompts <> ?", (prompts, job, prompts)
    )
    return done.rowcount > 0


def record_sheet_verdict(connection: sqlite3.Connection, sheet: SheetVerdict) -> bool:
    """Store a verdict on whether a picture is a reference sheet. Returns False, and stores nothing, if the
    user has decided already or the verdict is the same as before.
    """
    known = select_values(connection, SHEET, "WHERE asset = ?", (sheet.asset,))
    if not known:
        _insert_fact(connection, SHEET, sheet)
        return True
    if known[0].by == PERSON or replace(sheet, id=known[0].id) == known[0]:
        return False
    update_fact(
        connection, "sheet", known[0].id, is_sheet=int(sheet.is_sheet), reason=sheet.reason, by=sheet.by
    )
    return True


def update_fact(connection: sqlite3.Connection, table: str, id: str, **columns: Any) -> None:
    """Set columns of a fact. Raises NotFound."""
    sets = ", ".join(f'"{column}" = ?' for column in columns)
    done = connection.execute(f"UPDATE {table} SET {sets} WHERE id = ?", (*columns.values(), id))
    if not done.rowcount:
        raise NotFound(f"there is no {table} “{id}” in this film")


def record_viewed_jobs(connection: sqlite3.Connection, jobs: Sequence[str]) -> bool:
    """Record that the user has viewed the results of jobs. Returns False if all were recorded before."""
    known = connection.total_changes
    now = HOST.now()
    connection.executemany("INSERT OR IGNORE INTO seen (job, at) VALUES (?, ?)", [(job, now) for job in jobs])
    return connection.total_changes > known


def forget_viewed_jobs(connection: sqlite3.Connection, jobs: Sequence[str]) -> bool:
    """Remove the record that the user has viewed the results of jobs. Returns False if there was none."""
    known = connection.total_changes
    connection.executemany("DELETE FROM seen WHERE job = ?", [(job,) for job in jobs])
    return connection.total_changes > known


def move_take_to_bin(connection: sqlite3.Connection, take: str) -> None:
    """Move a take to the bin. A shot that showed it shows its best other take, or none."""
    update_fact(connection, "take", take, binned=1)
    for shot in select_values(connection, SHOT, "WHERE take = ?", (take,)):
        _set_automatic_take(
            connection, shot.id, picked_takes.choose_best_take(_read_takes_of_shot(connection, shot.id))
        )


def restore_binned_take(connection: sqlite3.Connection, take: str) -> None:
    """Restore a take from the bin. If its shot shows no take, it shows the restored take, unless that was
    rejected.
    """
    update_fact(connection, "take", take, binned=0)
    back = select_values(connection, TAKE, "WHERE id = ?", (take,))[0]
    for shot in select_values(connection, SHOT, "WHERE id = ?", (back.shot,)):
        shown = picked_takes.pick_from_takes(shot, _read_takes_of_shot(connection, shot.id))
        if shown is None and not back.rejected:
            _set_automatic_take(connection, shot.id, back)


def move_asset_to_bin(connection: sqlite3.Connection, asset: str) -> None:
    """Move an asset to the bin. Raises Refused while a clip, take, board, element, mask or shot uses it."""
    uses = (
        ("a clip", "clip JOIN cut ON cut.id = clip.cut AND cut.state = 'live'"
                   " WHERE source_kind = 'asset' AND source = ?"),
        ("a clip", "clip JOIN cut ON cut.id = clip.cut AND cut.state = 'live'"
                   " WHERE json_extract(clip.effects, '$.lut') = ?"),
        ("a take", "take WHERE binned = 0 AND asset = ?"),
        ("a spoken line", "line_take WHERE asset = ?"),
        ("an element", "reference JOIN element ON element.id = reference.element AND element.state = 'live'"
                       " WHERE asset = ?"),
        ("a take of sound", "sound_take WHERE asset = ?"),
        ("a mask", "mask WHERE binned = 0 AND source = ?"),
        ("a mask", "mask WHERE binned = 0 AND asset = ?"),
        ("a shot", "conditioning JOIN shot ON shot.id = conditioning.shot AND shot.state = 'live'"
                   " WHERE asset = ?"),
    )  # fmt: skip
    for what, rest in uses:
        if connection.execute(f"SELECT 1 FROM {rest} LIMIT 1", (asset,)).fetchone():
            raise Refused(f"the asset is used by {what}", "remove every use of it first")
    row = connection.execute("SELECT id FROM shot WHERE board = ? AND state = 'live'", (asset,)).fetchone()
    if row is not None:
        number = find_shot_number(connection, row["id"]) or row["id"]
        raise Refused(f"the asset is the board of shot {number}", "give the shot another board first")
    update_fact(connection, "asset", asset, binned=1)
