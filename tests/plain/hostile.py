"""Build a film in which every text contains every character that a terminal may interpret as a command."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

CONTROLS = "".join(
    chr(code)
    for code in (
        *range(1, 0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, 0x061C, 0x200E, 0x200F,
        *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xFFF9, 0xFFFC),
    )
)  # fmt: skip
MARK = "EVIL"
COMMANDS = f"\x1b]52;c;RVZJTA==\x07\x9d0;{MARK}\x9c\x1b]0;{MARK}\x07\x1b[2J\x9b2J\x1bP{MARK}\x1b\\\u202e"
HOSTILE = f"{MARK}{COMMANDS}{CONTROLS}{MARK} "
SCREENPLAY = f"""Title: {HOSTILE}Night

INT. KITCHEN {HOSTILE} - NIGHT

MARA {HOSTILE} lights a lamp. {CONTROLS}

MARA
You are {HOSTILE} late.

EXT. STREET - DAY

Wide on {HOSTILE} street.
"""
# Columns of a film's tables that hold texts of people and models. All other columns hold ids, order keys,
# choices and JSON.
FIELDS = {
    "project": ("name", "style", "negative", "script", "script_name"),
    "scene": ("number", "heading", "location", "time_of_day", "text"),
    "shot": ("action", "prompt", "negative", "caption"),
    "asset": ("name",),
    "element": ("name", "trigger", "description"),
    "take": ("note",),
    "mask": ("label",),
    "cut": ("name",),
    "track": ("name",),
    "clip": ("label", "name"),
    "marker": ("text", "name"),
    "edit": ("label", "actor"),
    "render": ("name",),
    "note": ("text", "author"),
    "suggestion": ("text", "note", "model"),
}
JOB_FIELDS = ("label", "stage", "error", "hint", "reason", "note")
SGR = re.compile(r"\x1b\[[0-9;]*m")
LOUD = re.compile(f"[{re.escape(CONTROLS)}\x00\ud800-\udfff]")


def spoil(database: Path) -> int:
    """Put every control character into every text of a film's database, and return the number of changed
    columns.
    """
    connection = sqlite3.connect(database)
    fields = 0
    for table, names in FIELDS.items():
        there = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
        for name in (name for name in names if name in there):
            connection.execute(f'UPDATE "{table}" SET "{name}" = ? || coalesce("{name}", \'\')', (HOSTILE,))
            fields += 1
    for id, dialogue in connection.execute("SELECT id, dialogue FROM shot").fetchall():
        lines = [
            [HOSTILE if isinstance(part, str) else part for part in line] for line in json.loads(dialogue)
        ]
        connection.execute("UPDATE shot SET dialogue = ? WHERE id = ?", (json.dumps(lines), id))
    connection.commit()
    connection.close()
    return fields


def spoil_jobs(home: Path) -> None:
    """Put control characters into the jobs of a home and into their logs. No supervisor may run at the same
    time.
    """
    connection = sqlite3.connect(home / "studio.db")
    there = {row[1] for row in connection.execute("PRAGMA table_info(job)")}
    for name in (name for name in JOB_FIELDS if name in there):
        connection.execute(f'UPDATE job SET "{name}" = ?', (HOSTILE,))
    (home / "logs").mkdir(exist_ok=True)
    for (id,) in connection.execute("SELECT id FROM job").fetchall():
        (home / "logs" / f"{id}.log").write_text(f"{HOSTILE}\n{HOSTILE}\n")
    connection.commit()
    connection.close()
