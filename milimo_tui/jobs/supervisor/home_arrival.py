"""What a supervisor finds out about its home before it does anything: the same, moved, or a copy.

A copy is a home of its own: the processes and messages that its queue knows of are the original's.
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
    """How a home came to where it is."""

    SAME = "same"
    MOVED = "moved"
    COPIED = "copied"


def arrive(queue: Queue, home: Home) -> Arrival:
    """Note where the home is now; in a copy, give it an identity of its own and let go of the original's.

    Its due messages are the original's to send, its workers the original's to end.
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
            queue.file.set_off(None)  # and it turns the machine off, and watches its folders
            for folder in queue.file.watched_folders():
                queue.file.drop_watched_folder(folder.id)
    return came


def _came(known: HomeRow | None, here: str, file: str) -> Arrival:
    if known is None or known.root == here:
        return Arrival.SAME
    return Arrival.MOVED if known.file == file or not _is_there(known) else Arrival.COPIED


def _is_there(known: HomeRow) -> bool:
    """Whether the home that a row is of still lies where it was."""
    try:
        with open_for_reading(Home(Path(known.root)).studio_db, oldest=SCHEMA.first) as queue:
            there = queue.home() if queue else None
    except MilimoError:  # what can't be read there is not known to be it
        return False
    return there is not None and there.id == known.id
