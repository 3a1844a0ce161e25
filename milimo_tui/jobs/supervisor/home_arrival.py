"""The check of a home before its supervisor does anything: whether the home is unchanged, moved, or a copy.

A copy is a home of its own: the processes and messages recorded in its queue belong to the original.
"""

from __future__ import annotations

import logging
from enum import StrEnum
from pathlib import Path

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import identity
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import Home
from milimo_tui.jobs.queue.queue import Queue
from milimo_tui.store.jobs.studio_file import open_for_reading
from milimo_tui.store.jobs.studio_schema import SCHEMA
from milimo_tui.store.jobs.studio_values import HomeRow

log = logging.getLogger(__name__)


class Arrival(StrEnum):
    """The origin of a home at its present place."""

    SAME = "same"
    MOVED = "moved"
    COPIED = "copied"


def arrive(queue: Queue, home: Home) -> Arrival:
    """Record where the home is now. A copy gets its own identity and drops what belongs to the original.

    The due messages and the workers in a copied queue are left to the original's supervisor.
    """
    here, known = str(home.root.resolve()), queue.file.home()
    device, inode = identity(home.studio_db) or (0, 0)
    file = f"{device}:{inode}"
    came = _came(known, here, file)
    with queue.change():
        keeps = known is not None and came is not Arrival.COPIED
        queue.file.set_home(HomeRow(known.id if known and keeps else new_id("home"), here, file))
        if known and came is not Arrival.SAME:
            log.warning("this home was %s from %s", came, known.root)
            queue.event("home", came=came.value, before=known.root)
        if known and known.root != here and known.file != file:
            for worker in queue.file.workers():
                queue.file.drop_worker(worker.id)
        if came is Arrival.COPIED:
            queue.file.notices.give_up("this home is a copy: the original tells of it")
            queue.file.set_off(None)  # the original also runs the off command and watches the folders
            for folder in queue.file.watched_folders():
                queue.file.drop_watched_folder(folder.id)
    return came


def _came(known: HomeRow | None, here: str, file: str) -> Arrival:
    if known is None or known.root == here:
        return Arrival.SAME
    return Arrival.MOVED if known.file == file or not _is_there(known) else Arrival.COPIED


def _is_there(known: HomeRow) -> bool:
    """Return True if the home that a row describes is still at its recorded path."""
    try:
        with open_for_reading(Home(Path(known.root)).studio_db, oldest=SCHEMA.first) as queue:
            there = queue.home() if queue else None
    except MilimoError:  # an unreadable database is not known to be the same home
        return False
    return there is not None and there.id == known.id
