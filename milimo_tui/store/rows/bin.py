"""List the items that the user deleted, restore them, and delete them permanently.

The functions run inside a transaction of the caller.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence

from milimo_tui.core.errors import NotFound
from milimo_tui.store.rows import facts
from milimo_tui.store.rows.stored_values import Binned

# Selects the items in the bin: kind, id, and a name that the user recognizes.
_BINNED = """
SELECT 'scene' AS kind, id, trim(number || ' ' || heading) AS name FROM scene WHERE state = 'binned'
UNION ALL SELECT 'shot', id, substr(action, 1, 60) FROM shot WHERE state = 'binned'
UNION ALL SELECT 'element', id, name FROM element WHERE state = 'binned'
UNION ALL SELECT 'cut', id, name FROM cut WHERE state = 'binned'
UNION ALL SELECT 'asset', id, CASE name WHEN '' THEN path ELSE name END FROM asset WHERE binned = 1
UNION ALL SELECT 'mask', id, CASE label WHEN '' THEN 'mask' ELSE label END FROM mask WHERE binned = 1
UNION ALL SELECT 'take', id, engine || ', seed ' || seed FROM take WHERE binned = 1
"""

# Selects the files of takes, boards and masks that are deleted together with items in the bin.
_MADE_OF_BINNED = """
WITH gone AS (SELECT shot.id FROM shot JOIN scene ON scene.id = shot.scene
              WHERE shot.state = 'binned' OR scene.state = 'binned')
SELECT asset FROM take WHERE binned = 1 OR shot IN gone UNION SELECT asset FROM board WHERE shot IN gone
UNION SELECT asset FROM line_take WHERE shot IN gone UNION SELECT asset FROM mask WHERE binned = 1
UNION SELECT asset FROM sound_take WHERE scene IN (SELECT id FROM scene WHERE state = 'binned')
"""
_TAKES_THAT_GO = """
SELECT count(*) FROM take WHERE binned = 1 OR shot IN
(SELECT shot.id FROM shot JOIN scene ON scene.id = shot.scene
 WHERE shot.state = 'binned' OR scene.state = 'binned')
"""
_BYTES_THAT_GO = f"""
SELECT coalesce(sum(bytes), 0) FROM asset WHERE managed = 1 AND (binned = 1 OR id IN ({_MADE_OF_BINNED}))
AND id NOT IN (SELECT asset FROM take WHERE binned = 0 AND shot IN
(SELECT shot.id FROM shot JOIN scene ON scene.id = shot.scene
 WHERE shot.state != 'binned' AND scene.state != 'binned'))
"""
_USED = """
SELECT asset FROM take UNION SELECT asset FROM line_take
UNION SELECT asset FROM board UNION SELECT asset FROM reference
UNION SELECT asset FROM conditioning WHERE asset IS NOT NULL
UNION SELECT asset FROM mask UNION SELECT source FROM mask UNION SELECT asset FROM sound_take
UNION SELECT board FROM shot WHERE board IS NOT NULL UNION SELECT source FROM clip WHERE source_kind = 'asset'
UNION SELECT json_extract(effects, '$.lut') FROM clip WHERE json_extract(effects, '$.lut') IS NOT NULL
"""


def list_binned_items(connection: sqlite3.Connection) -> tuple[Binned, ...]:
    """Return all items in the bin: scenes, shots, elements, cuts, assets, masks, takes."""
    return tuple(Binned(**dict(row)) for row in connection.execute(_BINNED))


def count_takes_to_purge(connection: sqlite3.Connection) -> int:
    """Return how many takes `purge_binned_rows` would delete: takes in the bin, and takes of binned shots."""
    (count,) = connection.execute(_TAKES_THAT_GO).fetchone()
    return int(count)


def sum_bytes_to_purge(connection: sqlite3.Connection) -> int:
    """Return the total size in bytes of the files that belong to items in the bin, if Milimo stored these
    files for the film.

    Emptying the bin may free less, because files that remaining clips, boards or masks use are not deleted.
    """
    (size,) = connection.execute(_BYTES_THAT_GO).fetchone()
    return int(size)


def restore_binned_item(connection: sqlite3.Connection, id: str) -> Binned:
    """Restore one item from the bin. Raises NotFound."""
    row = connection.execute(f"SELECT * FROM ({_BINNED}) WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise NotFound(f"“{id}” is not in the bin", "milimo bin list shows its contents")
    entry = Binned(**dict(row))
    if entry.kind == "take":
        facts.restore_binned_take(connection, id)
    elif entry.kind in ("asset", "mask"):
        facts.update_fact(connection, entry.kind, id, binned=0)
    else:
        facts.update_fact(connection, entry.kind, id, state="live")
    if entry.kind == "shot":
        connection.execute(
            "UPDATE scene SET state = 'live' WHERE id = (SELECT scene FROM shot WHERE id = ?)", (id,)
        )
    return entry


def purge_takes(connection: sqlite3.Connection, takes: Sequence[str]) -> tuple[str, ...]:
    """Delete takes permanently. Return the paths of their managed files that are no longer used."""
    ids = json.dumps(list(takes))
    within = "IN (SELECT value FROM json_each(?))"
    assets = {row["asset"] for row in connection.execute(f"SELECT asset FROM take WHERE id {within}", (ids,))}
    connection.execute(f"DELETE FROM seen WHERE job IN (SELECT job FROM take WHERE id {within})", (ids,))
    connection.execute(f"DELETE FROM take WHERE id {within}", (ids,))
    return _delete_unused_assets(connection, assets, with_bin=False)


def purge_binned_rows(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Delete all items in the bin with everything that belongs to them. Return the paths of managed files no
    longer used.

    Only items that the user deleted are removed. Rows whose creation was undone stay, so that redo can
    restore them.
    """
    assets = {row["asset"] for row in connection.execute(_MADE_OF_BINNED)}
    for table in ("shot", "scene", "element", "cut"):
        connection.execute(f"DELETE FROM {table} WHERE state = 'binned'")
    connection.execute("DELETE FROM seen WHERE job IN (SELECT job FROM take WHERE binned = 1)")
    connection.execute("DELETE FROM take WHERE binned = 1")
    connection.execute("DELETE FROM mask WHERE binned = 1")
    return _delete_unused_assets(connection, assets)


def _delete_unused_assets(
    connection: sqlite3.Connection, made: Collection[str], *, with_bin: bool = True
) -> tuple[str, ...]:
    """Delete those assets in `made` (ids) that nothing uses any more. With `with_bin`, also delete the assets
    in the bin that nothing uses.

    Returns the paths of the deleted assets' files, if Milimo stored these files for the film.
    """
    unused = connection.execute(
        f"SELECT id, path, managed, binned FROM asset WHERE id NOT IN ({_USED})"
    ).fetchall()
    deleted = [row for row in unused if (with_bin and row["binned"]) or row["id"] in made]
    connection.executemany("DELETE FROM asset WHERE id = ?", [(row["id"],) for row in deleted])
    return tuple(row["path"] for row in deleted if row["managed"])
