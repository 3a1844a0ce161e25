"""The schema of project.db: the number that today's tables have, and how they are made.

Who changes `store.project.tables`, or adds a field to a shot (`story.values.film`), writes a step here, which
brings older films to the same tables; a test holds the two equal, beginning with the tables of schema 8, the
first that is opened.
"""

from __future__ import annotations

import sqlite3

from milimo_tui.store.sqlite.schema import Schema, run_script


def _make(connection: sqlite3.Connection) -> None:
    from milimo_tui.store.project.tables import ProjectRow  # SQLModel: not for who opens a film
    from milimo_tui.store.sqlite.columns import ddl

    run_script(connection, ddl(ProjectRow.metadata))


_MEANING = {
    "project": ("coverage", "numbers_locked", "prompt_parts"),
    "scene": ("part", "weather", "era", "coverage", "omitted", "prompt_parts"),
    "element": ("aliases", "gender", "extra", "dismissed", "parent", "layers"),
    "shot": (
        "focus", "reason", "doubts", "own", "number", "omitted", "location", "part", "time_of_day", "weather",
        "looks", "stands", "tags", "note", "prompt_parts",
    ),
}  # fmt: skip
_FLAGS = ("numbers_locked", "omitted", "extra", "dismissed")
_LISTS = ("aliases", "doubts", "layers", "looks", "own", "prompt_parts", "stands", "tags")


def _what_the_script_means(connection: sqlite3.Connection) -> None:
    """Cast, places, looks and numbers as the script means them; nothing of it is set in an older film."""
    from milimo_tui.store.project.tables import LookRow
    from milimo_tui.store.sqlite.columns import table_ddl

    for table, columns in _MEANING.items():
        for column in columns:
            kind = "INTEGER DEFAULT 0" if column in _FLAGS else "TEXT DEFAULT ''"
            kind = "TEXT DEFAULT '[]'" if column in _LISTS else kind
            connection.execute(f'ALTER TABLE {table} ADD COLUMN "{column}" {kind} NOT NULL')
    run_script(connection, table_ddl(LookRow.metadata.tables["look"]))


def _suggestions_of_a_scene(connection: sqlite3.Connection) -> None:
    """One job may word all shots of a scene: its suggestions are as many, and each knows what was meant."""
    from milimo_tui.store.project.tables import SuggestionRow
    from milimo_tui.store.sqlite.columns import table_ddl

    cursor = connection.execute("SELECT * FROM suggestion ORDER BY rowid")
    names = [column[0] for column in cursor.description]
    kept = [tuple(row) for row in cursor]
    connection.execute("DROP TABLE suggestion")
    run_script(connection, table_ddl(SuggestionRow.metadata.tables["suggestion"]))
    into, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
    connection.executemany(f"INSERT INTO suggestion ({into}) VALUES ({marks})", kept)


_PLACES = {"scene": ("layers",), "shot": ("layers",), "element": ("quote", "own")}


def _places_and_things(connection: sqlite3.Connection) -> None:
    """Layers of a scene and of a shot, the words that a thing came from, what a person set of a place."""
    for table, columns in _PLACES.items():
        for column in columns:
            empty = "[]" if column in _LISTS else ""
            connection.execute(f"ALTER TABLE {table} ADD COLUMN \"{column}\" TEXT DEFAULT '{empty}' NOT NULL")


def _performances(connection: sqlite3.Connection) -> None:
    """How a shot continues another; shots of an older film go on from ends, with takes of their own."""
    run_script(connection, "ALTER TABLE shot ADD COLUMN continues_as TEXT DEFAULT '' NOT NULL;\n")


def _levels_of_tracks(connection: sqlite3.Connection) -> None:
    """How loud a track is; all were as loud as their clips."""
    run_script(connection, "ALTER TABLE track ADD COLUMN gain_db REAL DEFAULT 0.0 NOT NULL;\n")


def _notes_and_tags_of_takes(connection: sqlite3.Connection) -> None:
    """Remarks on frames of a take, and words to find it by."""
    for column in ("notes", "tags"):
        connection.execute(f"ALTER TABLE take ADD COLUMN \"{column}\" TEXT DEFAULT '[]' NOT NULL")


def _caches_of_shots(connection: sqlite3.Connection) -> None:
    """What spares steps of a shot's model; nothing does in an older film."""
    run_script(connection, "ALTER TABLE shot ADD COLUMN cache TEXT DEFAULT 'off' NOT NULL;\n")


def _samples_of_voices(connection: sqlite3.Connection) -> None:
    """A recording of somebody's voice, of its look too, and whether a shot's lines are said in it."""
    connection.execute("ALTER TABLE element ADD COLUMN sample TEXT DEFAULT '' NOT NULL")
    looks = {column[1] for column in connection.execute("PRAGMA table_info(look)")}
    if "sample" not in looks:  # films from before there were looks have got today's table
        connection.execute("ALTER TABLE look ADD COLUMN sample TEXT DEFAULT '' NOT NULL")
    connection.execute("ALTER TABLE shot ADD COLUMN voices INTEGER DEFAULT 1 NOT NULL")


def _beats_and_subjects(connection: sqlite3.Connection) -> None:
    """When the beats of a shot come (empty: by the length of their words); whether pictures go along."""
    run_script(connection, "ALTER TABLE shot ADD COLUMN beats TEXT DEFAULT '' NOT NULL;\n")
    run_script(connection, "ALTER TABLE shot ADD COLUMN subjects TEXT DEFAULT 'auto' NOT NULL;\n")


def _camera_loras(connection: sqlite3.Connection) -> None:
    """Whether the LoRA of a shot's movement goes with its words: it does where it is here."""
    run_script(connection, "ALTER TABLE shot ADD COLUMN camera_lora TEXT DEFAULT 'with' NOT NULL;\n")


def _options_of_pipelines(connection: sqlite3.Connection) -> None:
    """What a shot hands to a pipeline beside what it says; nothing in an older film."""
    run_script(connection, "ALTER TABLE shot ADD COLUMN options TEXT DEFAULT '' NOT NULL;\n")


def _sheets_and_talks(connection: sqlite3.Connection) -> None:
    """Status of a film, sheets and faces of its elements, what models answered; none in an older film."""
    from milimo_tui.store.project.tables import TalkRow
    from milimo_tui.store.sqlite.columns import table_ddl

    for table, column, empty in (
        ("project", "status", "draft"), ("project", "tags", "[]"), ("project", "description", ""),
        ("project", "passed", "[]"), ("element", "role", ""), ("element", "traits", "[]"),
        ("element", "arc", ""), ("element", "relations", "[]"), ("element", "speech", ""),
        ("element", "faces", "[]"), ("shot", "face", "auto"),
    ):  # fmt: skip
        connection.execute(f"ALTER TABLE {table} ADD COLUMN \"{column}\" TEXT DEFAULT '{empty}' NOT NULL")
    run_script(connection, table_ddl(TalkRow.metadata.tables["talk"]))


def _lenses_and_palettes(connection: sqlite3.Connection) -> None:
    """The lens of a shot and its colours, in words; an older film says neither."""
    for column in ("lens", "palette"):
        connection.execute(f"ALTER TABLE shot ADD COLUMN {column} TEXT DEFAULT '' NOT NULL")


def _likeness_of_takes(connection: sqlite3.Connection) -> None:
    """How like takes are to the pictures of their elements; nobody has compared those of an older film."""
    run_script(connection, "ALTER TABLE take ADD COLUMN likeness TEXT DEFAULT '' NOT NULL;\n")


SCHEMA = Schema(
    application_id=0x4D696C6D,  # "Milm"
    first=8,
    make=_make,
    steps=(
        _what_the_script_means,
        _suggestions_of_a_scene,
        _places_and_things,
        _performances,
        _levels_of_tracks,
        _notes_and_tags_of_takes,
        _caches_of_shots,
        _samples_of_voices,
        _beats_and_subjects,
        _camera_loras,
        _options_of_pipelines,
        _sheets_and_talks,
        _lenses_and_palettes,
        _likeness_of_takes,
    ),
    older="milimo cut export, with the Milimo that wrote it, carries its cuts over to a new film",
)
