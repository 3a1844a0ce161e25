"""Read a film's rows into values: the story and the cuts. These are the most frequent reads, in plain SQL.

The functions only read. They run inside a read transaction of the caller, so that all results are consistent.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar

from milimo_tui.core.errors import Damaged, NotFound
from milimo_tui.cut.values.captions import order_caption
from milimo_tui.cut.values.cut import Available, ClipSource, Cut, SourceKind
from milimo_tui.store.rows.mapping import (
    ASSET,
    BUS,
    CAPTION,
    CAPTION_TRACK,
    CLIP,
    CONDITIONING,
    CUT,
    ELEMENT,
    LINE_TAKE,
    LOOK,
    MARKER,
    PROJECT,
    SCENE,
    SHEET,
    SHOT,
    SOUND_TAKE,
    SUGGESTION,
    TAKE,
    TRACK,
    TRANSITION,
)
from milimo_tui.store.sqlite.value_table import Table
from milimo_tui.story.values.film import AssetKind, Element, Shot, Story, number_shots
from milimo_tui.story.values.making import Conditioning

V = TypeVar("V")
Values = Sequence[Any] | Mapping[str, Any]


def select_rows(
    connection: sqlite3.Connection, table: Table[Any], rest: str = "", values: Values = ()
) -> list[Any]:
    """Return the rows of a table as tuples in the order of its columns. `rest` is the SQL after `FROM table`,
    such as a WHERE clause, and `values` are the values of its placeholders.
    """
    cursor = connection.cursor()
    cursor.row_factory = None
    return cursor.execute(f"SELECT {table.select} FROM {table.name} {rest}", values).fetchall()


def select_values(
    connection: sqlite3.Connection, table: Table[V], rest: str = "", values: Values = ()
) -> tuple[V, ...]:
    """Return the values of a table's rows. `rest` is the SQL after `FROM table`."""
    return tuple([table.decode(row) for row in select_rows(connection, table, rest, values)])


def select_story(connection: sqlite3.Connection) -> Story:
    """Return everything except the cuts, with scenes and shots in film order, and takes and assets oldest
    first.
    """
    projects = select_values(connection, PROJECT)
    if not projects:
        raise Damaged("the film's own row is missing from its database")
    scenes = select_values(connection, SCENE, "WHERE state = 'live' ORDER BY scene.\"order\", scene.id")
    shots = select_live_shots(connection)
    return Story(
        project=projects[0],
        scenes=scenes,
        shots=shots,
        takes=select_values(connection, TAKE, "WHERE binned = 0 ORDER BY rowid"),
        elements=select_live_elements(connection),
        assets=select_values(connection, ASSET, "ORDER BY rowid"),
        revision=select_revision(connection),
        numbers=number_shots(scenes, shots),
        seen=frozenset(row[0] for row in connection.execute("SELECT job FROM seen")),
        suggestions=select_values(connection, SUGGESTION, "ORDER BY rowid"),
        sheets=select_values(connection, SHEET, "ORDER BY rowid"),
        looks=select_values(connection, LOOK, 'ORDER BY element, look."order", id'),
        sound_takes=select_values(connection, SOUND_TAKE, "ORDER BY rowid"),
        line_takes=select_values(connection, LINE_TAKE, "ORDER BY rowid"),
        previs_boards=frozenset(
            row[0] for row in connection.execute("SELECT asset FROM board WHERE previs = 1")
        ),
    )


def select_live_shots(connection: sqlite3.Connection) -> tuple[Shot, ...]:
    """Return the live shots in film order, each with its conditioning in order."""
    follows: dict[str, list[Conditioning]] = defaultdict(list)
    for one in select_values(connection, CONDITIONING, 'ORDER BY conditioning."order", id'):
        follows[one.shot].append(one)
    return tuple(
        SHOT.decode(row, conditioning=tuple(follows.get(row[0], ())))
        for row in select_rows(
            connection,
            SHOT,
            "JOIN scene ON scene.id = shot.scene WHERE shot.state = 'live'"
            ' ORDER BY scene."order", scene.id, shot."order", shot.id',
        )
    )


def select_live_elements(connection: sqlite3.Connection) -> tuple[Element, ...]:
    """Return the live elements in order of creation, each with its reference pictures in order."""
    references: dict[str, list[str]] = defaultdict(list)
    for element, asset in connection.execute(
        "SELECT element, asset FROM reference ORDER BY element, position"
    ):
        references[element].append(asset)
    return tuple(
        ELEMENT.decode(row, references=tuple(references.get(row[0], ())))
        for row in select_rows(connection, ELEMENT, "WHERE state = 'live' ORDER BY rowid")
    )


def select_cuts(connection: sqlite3.Connection, id: str | None = None) -> tuple[Cut, ...]:
    """Return every cut, or the cut with this id, with all its parts. Tracks are in order; clips have no
    defined order.
    """
    where, values = ("", ()) if id is None else ("WHERE cut = ?", (id,))
    parts: dict[str, dict[str, list[Any]]] = {}
    tables: tuple[tuple[str, Table[Any], str], ...] = (
        ("tracks", TRACK, 'ORDER BY track."order", id'),
        ("buses", BUS, 'ORDER BY bus."order", id'),
        ("clips", CLIP, "ORDER BY rowid"),
        ("transitions", TRANSITION, "ORDER BY rowid"),
        ("markers", MARKER, "ORDER BY frame, id"),
        ("caption_tracks", CAPTION_TRACK, 'ORDER BY caption_track."order", id'),
        ("captions", CAPTION, ""),
    )
    for name, table, order in tables:
        of_cut: dict[str, list[Any]] = defaultdict(list)
        for value in select_values(connection, table, f"{where} {order}", values):
            of_cut[value.cut].append(value)
        parts[name] = of_cut
    for captions in parts["captions"].values():
        captions.sort(key=order_caption)  # Times are stored as text, which SQL can't sort.
    return tuple(
        CUT.decode(row, **{name: tuple(of_cut.get(row[0], ())) for name, of_cut in parts.items()})
        for row in select_live_cut_rows(connection)
        if id is None or row[0] == id
    )


def select_live_cut_rows(connection: sqlite3.Connection) -> list[Any]:
    """Return the rows of all live cuts in order, without their parts."""
    return select_rows(connection, CUT, "WHERE state = 'live' ORDER BY cut.\"order\", id")


def select_cut(connection: sqlite3.Connection, id: str) -> Cut:
    """Return a cut by its id. Raises NotFound."""
    found = select_cuts(connection, id)
    if not found:
        raise NotFound(f"there is no cut “{id}” in this film", "milimo cut list shows the cuts")
    return found[0]


def select_available_media(connection: sqlite3.Connection, source: ClipSource) -> Available | None:
    """Return the amount of media that a clip's source has, so that an edit can be checked against it. None
    means that the length of the source is unlimited or unknown.
    """
    of_asset = "SELECT seconds, kind, rate, facts, 0 AS head FROM asset WHERE id = ?"
    of_shot = (
        "SELECT asset.seconds, asset.kind, asset.rate, asset.facts, take.head FROM shot"
        " JOIN take ON take.id = shot.take AND take.rejected = 0"
        " JOIN asset ON asset.id = take.asset WHERE shot.id = ?"
    )
    question = {SourceKind.ASSET: of_asset, SourceKind.SHOT: of_shot}.get(source.kind)
    row = connection.execute(question, (source.ref,)).fetchone() if question else None
    if row is None or row["seconds"] is None or row["kind"] == AssetKind.PICTURE:
        return None
    head = Fraction(row["head"]) / Fraction(row["rate"]) if row["head"] else Fraction(0)
    # Imported lazily: pydantic is slow to import and only needed here.
    from milimo_tui.cut.values.streams import find_media_end, parse_stream_facts

    seconds = Fraction(row["seconds"])
    return Available.from_file(seconds, find_media_end(seconds, parse_stream_facts(row["facts"])), head)


def select_revision(connection: sqlite3.Connection) -> int:
    """Return the film's revision: the number of its changes so far."""
    row = connection.execute("SELECT revision FROM project").fetchone()
    return int(row[0]) if row else 0


def select_update_time(connection: sqlite3.Connection) -> float:
    """Return the time of the film's last change, in seconds since 1970."""
    row = connection.execute("SELECT updated FROM project").fetchone()
    return float(row[0]) if row else 0.0
