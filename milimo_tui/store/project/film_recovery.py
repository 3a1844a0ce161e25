"""Repair a recovered film: create the film's own row again if it is lost, and fix rows that this program
could not have written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from milimo_tui.core.ids import new_id
from milimo_tui.store.project import row_faults
from milimo_tui.store.project.row_faults import RowFault
from milimo_tui.store.project.schema import remove_transitions_between_tracks
from milimo_tui.store.sqlite.recovery import Mending


def make_film_mender(name: str) -> Mending:
    """Return a function that repairs the rows of a recovered film. If the row with the film's name and
    settings is lost, a new row with the name `name` is created.
    """

    def mend(connection: sqlite3.Connection) -> Iterator[str]:
        if connection.execute("SELECT 1 FROM project").fetchone() is None:
            connection.execute(
                "INSERT INTO project (slot, id, name) VALUES (1, ?, ?)", (new_id("project"), name)
            )
            raster = connection.execute("SELECT rate, width, height FROM cut LIMIT 1").fetchone()
            if raster is not None:
                connection.execute("UPDATE project SET rate = ?, width = ?, height = ?", tuple(raster))
            yield "project: the film's own row is lost: set its name, style and screenplay again"
        for cut in remove_transitions_between_tracks(connection):
            yield f"cut {cut}: a transition between two tracks was removed"
        for fault in tuple(row_faults.find_row_faults(connection)):
            yield f"{fault}; {_repair_fault(connection, fault)}"

    return mend


# To repair a faulty row of these tables, the listed columns are reset. If the row is still faulty, it is
# deleted.
_AGAIN = {
    "take": "spec = '{}', likeness = '', notes = '[]', tags = '[]'",
    "sound_take": "spec = '{}', rating = max(0, min(rating, 5))",
    "line_take": "spec = '{}', words = '[]'",
    "provenance": "said = '{}', machine = '{}'",
    "render": "settings = '{}', report = '{}'",
    "project": "rate = '25/1', width = 768, height = 512, sample_rate = 48000, loras = '[]'",
    "asset": "facts = '{}', rate = NULL, seconds = NULL",
    "shot": "continues = NULL, loras = '[]', dialogue = '[]', characters = '[]', chunks = '[]', steps = NULL,"
    " guidance = NULL, guidance_parts = '{}', frames = max(1, min(frames, 10000))",
}


def _repair_fault(connection: sqlite3.Connection, fault: RowFault) -> str:
    """Repair a faulty row, and return a clause that describes the repair."""
    if fault.table == "cut":
        mine = (fault.id,)
        if connection.execute("UPDATE clip SET link = '' WHERE cut = ? AND link <> ''", mine).rowcount:
            return "its clips are no longer linked"
        if connection.execute("DELETE FROM transition WHERE cut = ?", mine).rowcount:
            return "its transitions were removed"
        if connection.execute("DELETE FROM clip WHERE cut = ?", mine).rowcount:
            return "its clips were removed"
    key = {"setting": "key", "edit": "id"}.get(fault.table) or row_faults.TABLES[fault.table].key
    row = f'WHERE "{key}" = ?', (fault.id,)
    if again := _AGAIN.get(fault.table):
        before = connection.execute(f'SELECT * FROM "{fault.table}" {row[0]}', row[1]).fetchone()
        connection.execute(f'UPDATE "{fault.table}" SET {again} {row[0]}', row[1])
        after = connection.execute(f'SELECT * FROM "{fault.table}" {row[0]}', row[1]).fetchone()
        if before is not None and tuple(before) != tuple(after):
            return "it has the default value now"
    connection.execute(f'DELETE FROM "{fault.table}" {row[0]}', row[1])
    return "its row was removed"
