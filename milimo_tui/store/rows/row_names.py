"""Name rows for messages, for example "shot 3B", "the scene INT. MARKET - NIGHT", "clip 1A on V1".

The functions only read. They are called when a message is needed, never during a write that succeeds.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from itertools import islice
from typing import Any

from milimo_tui.store.rows.stored_values import BOX
from milimo_tui.story.values.film import iterate_shot_numbers

_COLUMNS = {
    ("project", "script"): "the script",
    ("project", "boarded"): "the board",
    ("project", "current_cut"): "the current cut",
    ("shot", "take"): "the picked take",
    ("shot", "chosen"): "the picked take",
    ("take", "rejected"): "the rejection",
    ("line_take", "rejected"): "the rejection",
    ("line_take", "picked"): "the picked take",
    ("shot", "frames"): "the length",
    ("shot", "seed_locked"): "the lock of the seed",
    ("cut", "waiting"): "the list of shots to place",
    ("clip", "frames"): "the length",
    ("clip", "source_in"): "the in point",
    ("clip", "source_kind"): "the source",
    ("clip", "track"): "the place",
    ("clip", "order"): "the place",
    ("clip", "start"): "the place",
    ("clip", "anchor"): "the place",
    ("clip", "offset"): "the place",
    ("clip", "gain_db"): "the gain",
    ("clip", "effects"): "an effect",
    ("clip", "muted"): "the mute",
    ("clip", "stream"): "the sound stream",
    ("clip", "channels"): "the sound channels",
    ("track", "muted"): "the mute",
    ("track", "locked"): "the lock",
    ("track", "hidden"): "the sight",
    ("track", "gain_db"): "the gain",
    ("track", "bus"): "the output",
    ("track", "chain"): "an effect",
    ("bus", "muted"): "the mute",
    ("bus", "gain_db"): "the gain",
    ("bus", "bus"): "the output",
    ("bus", "chain"): "an effect",
    ("cut", "master_gain_db"): "the gain of the master",
    ("cut", "master_chain"): "an effect of the master",
    ("transition", "frames"): "the length",
    ("marker", "frame"): "the place",
    ("marker", "clip"): "the place",
    ("caption", "start"): "the start",
    ("caption", "end"): "the end",
    ("caption", "text"): "the words",
    ("scene", "order"): "the place",
    ("shot", "order"): "the place",
}


def describe_column(table: str, column: str) -> str:
    """Return the name by which the user knows a column."""
    return _COLUMNS.get((table, column), f"the {column.replace('_', ' ')}")


def describe_row(connection: sqlite3.Connection, table: str, id: str) -> str:
    """Return the name by which the user knows a row, whether or not the row still exists."""
    if table == "project":
        return "the film"
    row = connection.execute(f"SELECT * FROM {table} WHERE id = ?", (id,)).fetchone() or _find_last_known_row(
        connection, table, id
    )
    if row is None:
        return f"{_add_article(table)} {id}"
    match table:
        case "scene":
            return f"scene {row['number']}".strip() + (f" ({row['heading']})" if row["heading"] else "")
        case "shot":
            return f"shot {find_shot_number(connection, id) or id}"
        case "take":
            return _describe_take_row(connection, row)
        case "line_take":
            return f"a take of the line “{row['text'][:40]}”"
        case "clip":
            return _describe_clip_row(connection, row)
        case "conditioning":
            return f"an input of shot {find_shot_number(connection, row['shot']) or row['shot']}"
        case "track" | "bus" | "cut" | "element":
            return f"the {table} “{row['name']}”"
        case "asset":
            return f"the asset “{row['name'] or row['path']}”"
        case "reading":
            return f"the reading by {row['reader']}"
        case "transition":
            return f"a {row['kind']}"
        case "marker":
            words = row["text"] or row["name"]
            return f"the marker “{words}”" if words else "a marker"
        case "caption":
            return f"the caption “{row['text']}”"
        case "caption_track":
            return f"the captions “{row['name']}”"
        case _:
            return f"{_add_article(table)} {id}"


def _find_last_known_row(connection: sqlite3.Connection, table: str, id: str) -> Mapping[str, Any] | None:
    """Return the columns of a row when it was last created or deleted, according to the history, or None if
    it is unknown.
    """
    for edit in connection.execute(
        "SELECT changes FROM edit WHERE instr(changes, ?) ORDER BY moved DESC", (f'["{table}","{id}",',)
    ):
        for name, row_id, before, after, *_ in json.loads(edit["changes"]):
            if (name, row_id) == (table, id) and (before is None or after is None):
                row: Mapping[str, Any] = after or before
                return row
    return None


def has_ever_existed(connection: sqlite3.Connection, table: str, id: str) -> bool:
    """Return True if any edit created or deleted the row."""
    return _find_last_known_row(connection, table, id) is not None


def describe_creation(connection: sqlite3.Connection, table: str, id: str) -> str:
    """Return a hint that names the edit that created a row and suggests undoing it, or an empty string if the
    history has no such edit.
    """
    for edit in connection.execute(
        "SELECT actor, label, step, scope, changes FROM edit WHERE instr(changes, ?) AND applied = 1"
        " ORDER BY moved DESC",
        (f'["{table}","{id}",',),
    ):
        made = [change[2] is None for change in json.loads(edit["changes"]) if change[:2] == [table, id]]
        if made == [True]:
            what = f"{_name_actor(edit['actor'])} made it with “{edit['step'] or edit['label']}”"
            film = ": milimo cut undo --whole-project" if edit["scope"] == "project" else ""
            return f"{what}; undo that first{film}"
    return ""


def describe_last_edit(connection: sqlite3.Connection, table: str, id: str) -> str:
    """Return the beginning of a sentence that names the last edit of a row, such as "terminal-2 did “split”;
    ". Return an empty string if there is none.
    """
    edit = connection.execute(
        "SELECT actor, label, step, applied FROM edit WHERE instr(changes, ?) ORDER BY moved DESC LIMIT 1",
        (f'["{table}","{id}",',),
    ).fetchone()
    if edit is None:
        return ""
    return (
        f"{_name_actor(edit['actor'])} {'did' if edit['applied'] else 'undid'} "
        f"“{edit['step'] or edit['label']}”; "
    )


def _name_actor(actor: str) -> str:
    return {"cli": "the command line", BOX: "the box"}.get(actor, actor)


def find_shot_number(connection: sqlite3.Connection, id: str) -> str:
    """Return the number of a shot as its slate shows it, or an empty string for a parked or missing shot."""
    row = connection.execute(
        'SELECT scene.id, scene.number, shot."order", shot.number, shot.parked'
        " FROM shot JOIN scene ON scene.id = shot.scene WHERE shot.id = ?",
        (id,),
    ).fetchone()
    if row is None or row[3] or row[4]:
        return row[3] if row else ""
    scene, number, order, *_ = row
    (before,) = connection.execute(
        "SELECT count(*) FROM shot WHERE scene = ? AND state = 'live' AND parked = 0"
        ' AND ("order", id) < (?, ?)',
        (scene, order, id),
    ).fetchone()
    scenes = [text for (text,) in connection.execute("SELECT number FROM scene WHERE state = 'live'")]
    return next(islice(iterate_shot_numbers(number, scenes), before, None))


def _describe_take_row(connection: sqlite3.Connection, row: Mapping[str, Any] | sqlite3.Row) -> str:
    (place,) = connection.execute(
        "SELECT count(*) FROM take WHERE shot = ? AND binned = 0"
        " AND rowid <= (SELECT rowid FROM take WHERE id = ?)",
        (row["shot"], row["id"]),
    ).fetchone()
    return f"take {place} of {find_shot_number(connection, row['shot']) or 'a parked shot'}"


def _describe_clip_row(connection: sqlite3.Connection, row: Mapping[str, Any] | sqlite3.Row) -> str:
    track = connection.execute("SELECT name FROM track WHERE id = ?", (row["track"],)).fetchone()
    what = row["label"]
    if not what and row["source_kind"] == "shot":
        what = find_shot_number(connection, row["source"])
    where = f" on {track['name']}" if track else ""
    return f"{'a gap' if row['source_kind'] == 'gap' else f'the clip {what}'.rstrip()}{where}"


def _add_article(table: str) -> str:
    return f"the {table}"
