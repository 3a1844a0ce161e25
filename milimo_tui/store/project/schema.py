"""Define the schema of project.db: its current number, the creation of its tables, and the migration steps.

A migration step must be added here whenever a stored value gets a field, or `store.project.tables` changes in
another way. The step gives existing films the same tables as new films. A test checks this, starting with the
tables of schema 8, the oldest schema that can be opened.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from milimo_tui.store.sqlite.schema import Schema, run_script
from milimo_tui.store.sqlite.value_table import UNREADABLE


def _create_film_tables(connection: sqlite3.Connection) -> None:
    # Imported lazily: SQLModel is slow to import and not needed to open a film.
    from milimo_tui.store.project.tables import ProjectRow
    from milimo_tui.store.sqlite.columns import format_all_tables_sql

    run_script(connection, format_all_tables_sql(ProjectRow.metadata))


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


def _add_script_meaning(connection: sqlite3.Connection) -> None:
    """Add the columns and the table that store cast, places, looks and numbers as read from the script. They
    are empty in older films.
    """
    from milimo_tui.store.project.tables import LookRow
    from milimo_tui.store.sqlite.columns import format_tables_sql

    for table, columns in _MEANING.items():
        for column in columns:
            kind = "INTEGER DEFAULT 0" if column in _FLAGS else "TEXT DEFAULT ''"
            kind = "TEXT DEFAULT '[]'" if column in _LISTS else kind
            connection.execute(f'ALTER TABLE {table} ADD COLUMN "{column}" {kind} NOT NULL')
    run_script(connection, format_tables_sql(LookRow.metadata.tables["look"]))


def _allow_suggestions_for_scene(connection: sqlite3.Connection) -> None:
    """Allow several suggestions by one job, for all shots of a scene, and add the text that each suggestion
    was based on.
    """
    from milimo_tui.store.project.tables import SuggestionRow
    from milimo_tui.store.sqlite.columns import format_tables_sql

    cursor = connection.execute("SELECT * FROM suggestion ORDER BY rowid")
    names = [column[0] for column in cursor.description]
    kept = [tuple(row) for row in cursor]
    connection.execute("DROP TABLE suggestion")
    run_script(connection, format_tables_sql(SuggestionRow.metadata.tables["suggestion"]))
    into, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
    connection.executemany(f"INSERT INTO suggestion ({into}) VALUES ({marks})", kept)


_PLACES = {"scene": ("layers",), "shot": ("layers",), "element": ("quote", "own")}


def _add_places_and_things(connection: sqlite3.Connection) -> None:
    """Add columns about places and props:

    - for scenes and shots, the attributes of their place (`layers`),
    - for elements, the words of the script from which a prop was made (`quote`) and the properties that the
      user set (`own`).
    """
    for table, columns in _PLACES.items():
        for column in columns:
            empty = "[]" if column in _LISTS else ""
            connection.execute(f"ALTER TABLE {table} ADD COLUMN \"{column}\" TEXT DEFAULT '{empty}' NOT NULL")


def _add_performances(connection: sqlite3.Connection) -> None:
    """Add the column that says how a shot continues another shot. In older films, a shot that continues
    another shot starts from its last frame and has takes of its own.
    """
    run_script(connection, "ALTER TABLE shot ADD COLUMN continues_as TEXT DEFAULT '' NOT NULL;\n")


def _add_track_gain(connection: sqlite3.Connection) -> None:
    """Add the gain of a track, which is 0 dB in older films."""
    run_script(connection, "ALTER TABLE track ADD COLUMN gain_db REAL DEFAULT 0.0 NOT NULL;\n")


def _add_take_notes_and_tags(connection: sqlite3.Connection) -> None:
    """Add notes on frames of a take, and tags to find a take by."""
    for column in ("notes", "tags"):
        connection.execute(f"ALTER TABLE take ADD COLUMN \"{column}\" TEXT DEFAULT '[]' NOT NULL")


def _add_shot_cache(connection: sqlite3.Connection) -> None:
    """Add the setting of a shot for the step cache, which is off in older films."""
    run_script(connection, "ALTER TABLE shot ADD COLUMN cache TEXT DEFAULT 'off' NOT NULL;\n")


def _add_voice_samples(connection: sqlite3.Connection) -> None:
    """Add voice samples of elements and looks, and whether a shot's lines are spoken in these voices."""
    connection.execute("ALTER TABLE element ADD COLUMN sample TEXT DEFAULT '' NOT NULL")
    looks = {column[1] for column in connection.execute("PRAGMA table_info(look)")}
    # If the film is older than the look table, an earlier step of this migration has just created the table
    # in its current form. The column then exists already.
    if "sample" not in looks:
        connection.execute("ALTER TABLE look ADD COLUMN sample TEXT DEFAULT '' NOT NULL")
    connection.execute("ALTER TABLE shot ADD COLUMN voices INTEGER DEFAULT 1 NOT NULL")


def _add_beats_and_subjects(connection: sqlite3.Connection) -> None:
    """Add the times of a shot's beats (empty: computed from the length of their words), and whether subject
    pictures are used.
    """
    run_script(connection, "ALTER TABLE shot ADD COLUMN beats TEXT DEFAULT '' NOT NULL;\n")
    run_script(connection, "ALTER TABLE shot ADD COLUMN subjects TEXT DEFAULT 'auto' NOT NULL;\n")


def _add_camera_loras(connection: sqlite3.Connection) -> None:
    """Add the setting of a shot for the LoRA that belongs to its camera movement. In older films the shot
    uses the LoRA, if it is installed, together with the words for the movement.
    """
    run_script(connection, "ALTER TABLE shot ADD COLUMN camera_lora TEXT DEFAULT 'with' NOT NULL;\n")


def _add_pipeline_options(connection: sqlite3.Connection) -> None:
    """Add the extra options that a shot passes to its pipeline. They are empty in older films."""
    run_script(connection, "ALTER TABLE shot ADD COLUMN options TEXT DEFAULT '' NOT NULL;\n")


def _add_sheets_and_talks(connection: sqlite3.Connection) -> None:
    """Add a film's status, the character sheets and face pictures of its elements, and answers of models. The
    status of older films is draft; the rest is empty.
    """
    from milimo_tui.store.project.tables import TalkRow
    from milimo_tui.store.sqlite.columns import format_tables_sql

    for table, column, empty in (
        ("project", "status", "draft"), ("project", "tags", "[]"), ("project", "description", ""),
        ("project", "passed", "[]"), ("element", "role", ""), ("element", "traits", "[]"),
        ("element", "arc", ""), ("element", "relations", "[]"), ("element", "speech", ""),
        ("element", "faces", "[]"), ("shot", "face", "auto"),
    ):  # fmt: skip
        connection.execute(f"ALTER TABLE {table} ADD COLUMN \"{column}\" TEXT DEFAULT '{empty}' NOT NULL")
    run_script(connection, format_tables_sql(TalkRow.metadata.tables["talk"]))


def _add_lenses_and_palettes(connection: sqlite3.Connection) -> None:
    """Add the lens and the palette of a shot, in words. They are empty in older films."""
    for column in ("lens", "palette"):
        connection.execute(f"ALTER TABLE shot ADD COLUMN {column} TEXT DEFAULT '' NOT NULL")


def _add_take_likeness(connection: sqlite3.Connection) -> None:
    """Add how much takes resemble the reference pictures of their elements. Existing takes have not been
    compared.
    """
    run_script(connection, "ALTER TABLE take ADD COLUMN likeness TEXT DEFAULT '' NOT NULL;\n")


def remove_transitions_between_tracks(connection: sqlite3.Connection) -> Iterator[str]:
    """Delete transitions between clips on different tracks, together with their part of the history. Yield
    the name of the cut of each deleted transition.

    Earlier versions stored such a transition when the edits of two users were merged. It was never shown.
    Its changes are removed from the history too, because undo refuses a change of a row that is missing.
    """
    rows = connection.execute(
        "SELECT transition.id, cut.name FROM transition JOIN cut ON cut.id = transition.cut"
        ' JOIN clip AS "left" ON "left".id = transition."left"'
        ' JOIN clip AS "right" ON "right".id = transition."right" WHERE "left".track <> "right".track'
    ).fetchall()
    for id, cut in rows:
        connection.execute("DELETE FROM transition WHERE id = ?", (id,))
        edits = connection.execute("SELECT seq, changes FROM edit WHERE instr(changes, ?)", (id,)).fetchall()
        for seq, changes in edits:
            try:
                rest = [change for change in json.loads(changes) if change[:2] != ["transition", id]]
            except UNREADABLE:
                continue  # The check of all rows reports a damaged edit.
            text = json.dumps(rest, ensure_ascii=False, separators=(",", ":"))
            connection.execute("UPDATE edit SET changes = ? WHERE seq = ?", (text, seq))
        yield str(cut)


def _remove_transitions_between_tracks(connection: sqlite3.Connection) -> None:
    """Remove transitions that earlier versions stored and that the check of cuts refuses."""
    for _ in remove_transitions_between_tracks(connection):
        pass


def _add_readings(connection: sqlite3.Connection) -> None:
    """Add the breakdown of scenes and characters, readings of the screenplay, and the answers of models to
    the questions of readings. They are empty in older films.
    """
    from milimo_tui.store.project.tables import ReadingRow
    from milimo_tui.store.sqlite.columns import format_tables_sql

    for table in ("scene", "element"):
        run_script(connection, f"ALTER TABLE {table} ADD COLUMN breakdown TEXT DEFAULT '' NOT NULL;\n")
    for table in ("reading", "reading_answer"):
        run_script(connection, format_tables_sql(ReadingRow.metadata.tables[table]))


# Columns as (table, column, type and default), and tables, that films need for sound.
SOUND_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("track", "role", "TEXT DEFAULT ''"),
    ("track", "bus", "TEXT DEFAULT ''"),
    ("track", "pan", "REAL DEFAULT 0.0"),
    ("track", "sends", "TEXT DEFAULT '[]'"),
    ("track", "chain", "TEXT DEFAULT '[]'"),
    ("track", "automation", "TEXT DEFAULT '{}'"),
    ("cut", "master_gain_db", "REAL DEFAULT 0.0"),
    ("cut", "master_chain", "TEXT DEFAULT '[]'"),
    ("cut", "master_automation", "TEXT DEFAULT '{}'"),
    ("clip", "stream", "INTEGER DEFAULT 1"),
    ("clip", "channels", "TEXT DEFAULT '[]'"),
    ("element", "voice_engine", "TEXT DEFAULT ''"),
    ("element", "voice_pitch", "REAL DEFAULT 0.0"),
    ("element", "voice_pace", "REAL DEFAULT 1.0"),
)
SOUND_TABLES: tuple[str, ...] = ("bus", "sound_take", "caption_track", "caption", "line_take", "transcript")


def _add_sound_rows(connection: sqlite3.Connection) -> None:
    """Add the columns and tables of sound. They are empty in older films."""
    from milimo_tui.store.project.tables import TrackRow
    from milimo_tui.store.sqlite.columns import format_tables_sql

    for table, column, kind in SOUND_COLUMNS:
        run_script(connection, f"ALTER TABLE {table} ADD COLUMN {column} {kind} NOT NULL;\n")
    for table in SOUND_TABLES:
        run_script(connection, format_tables_sql(TrackRow.metadata.tables[table]))


def _add_word_columns(connection: sqlite3.Connection) -> None:
    """Add the sync lock of caption tracks, and the mark of transcripts with estimated times. If the step
    before has just created the tables in their current form, the columns exist already.
    """
    for table, column, default in (("caption_track", "sync_lock", 1), ("transcript", "is_estimated", 0)):
        columns = {row[0] for row in connection.execute(f"SELECT name FROM pragma_table_info('{table}')")}
        if column not in columns:
            run_script(
                connection, f"ALTER TABLE {table} ADD COLUMN {column} INTEGER DEFAULT {default} NOT NULL;\n"
            )


def _add_dialogue_language(connection: sqlite3.Connection) -> None:
    """Add the language of the dialogue, which is detected in older films. Do nothing if the column exists."""
    columns = {row[0] for row in connection.execute("SELECT name FROM pragma_table_info('project')")}
    if "language" not in columns:
        run_script(connection, "ALTER TABLE project ADD COLUMN language TEXT DEFAULT '' NOT NULL;\n")


SCHEMA = Schema(
    application_id=0x4D696C6D,  # ASCII “Milm”
    first=8,
    make=_create_film_tables,
    steps=(
        _add_script_meaning,
        _allow_suggestions_for_scene,
        _add_places_and_things,
        _add_performances,
        _add_track_gain,
        _add_take_notes_and_tags,
        _add_shot_cache,
        _add_voice_samples,
        _add_beats_and_subjects,
        _add_camera_loras,
        _add_pipeline_options,
        _add_sheets_and_talks,
        _add_lenses_and_palettes,
        _add_take_likeness,
        _remove_transitions_between_tracks,
        _add_readings,
        _add_sound_rows,
        _add_word_columns,
        _add_dialogue_language,
    ),
    older="milimo cut export, with the Milimo that wrote it, carries its cuts over to a new film",
)
