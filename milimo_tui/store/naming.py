"""What a row is called in a sentence: "shot 3B", "the scene INT. MARKET - NIGHT", "clip 1A on V1".

Reads only; used when something has to be told, never on the way of a write that succeeds.
"""

from __future__ import annotations

import sqlite3

from milimo_tui.story.values import letters

_COLUMNS = {
    ("project", "script"): "the script",
    ("project", "current_cut"): "the current cut",
    ("shot", "take"): "the picked take",
    ("shot", "frames"): "the length",
    ("shot", "seed_locked"): "the lock of the seed",
    ("clip", "frames"): "the length",
    ("clip", "source_in"): "the in point",
    ("clip", "order"): "the place",
    ("clip", "start"): "the place",
    ("scene", "order"): "the place",
    ("shot", "order"): "the place",
}


def words_of(table: str, column: str) -> str:
    """A column as a person would say it."""
    return _COLUMNS.get((table, column), f"the {column.replace('_', ' ')}")


def describe(connection: sqlite3.Connection, table: str, id: str) -> str:
    """The row by the name a person knows it by, whether or not it is still there."""
    if table == "project":
        return "the film"
    row = connection.execute(f"SELECT * FROM {table} WHERE id = ?", (id,)).fetchone()
    if row is None:
        return f"{_article(table)} {id}"
    match table:
        case "scene":
            return f"scene {row['number']}".strip() + (f" ({row['heading']})" if row["heading"] else "")
        case "shot":
            return f"shot {shot_number(connection, id) or id}"
        case "clip":
            return _clip(connection, row)
        case "conditioning":
            return f"what shot {shot_number(connection, row['shot']) or row['shot']} follows"
        case "track" | "cut" | "element":
            return f"the {table} “{row['name']}”"
        case "asset":
            return f"the asset “{row['name'] or row['path']}”"
        case "marker":
            return f"the marker “{row['text'] or row['name'] or id}”"
        case _:
            return f"{_article(table)} {id}"


def shot_number(connection: sqlite3.Connection, id: str) -> str:
    """The shot's number as its slate shows it; empty for one that is parked or gone."""
    row = connection.execute(
        'SELECT scene.id, scene.number, shot."order" FROM shot JOIN scene ON scene.id = shot.scene'
        " WHERE shot.id = ? AND shot.parked = 0",
        (id,),
    ).fetchone()
    if row is None:
        return ""
    scene, number, order = row
    (before,) = connection.execute(
        "SELECT count(*) FROM shot WHERE scene = ? AND state = 'live' AND parked = 0"
        ' AND ("order", id) < (?, ?)',
        (scene, order, id),
    ).fetchone()
    return f"{number}{letters(before)}"


def _clip(connection: sqlite3.Connection, row: sqlite3.Row) -> str:
    track = connection.execute("SELECT name FROM track WHERE id = ?", (row["track"],)).fetchone()
    what = row["label"]
    if not what and row["source_kind"] == "shot":
        what = shot_number(connection, row["source"])
    where = f" on {track['name']}" if track else ""
    return f"the {'gap' if row['source_kind'] == 'gap' else 'clip'} {what or row['id']}{where}"


def _article(table: str) -> str:
    return f"the {table}"
