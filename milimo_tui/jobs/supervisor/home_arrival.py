"""Detect, when a supervisor starts, whether its home is unchanged, was moved, or is a copy of another home.

A copy becomes an independent home. The worker processes and notices that are recorded in its queue belong to
the original home.
"""

from __future__ import annotations

import logging
from enum import StrEnum
from pathlib import Path

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import get_file_identity
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import Home
from milimo_tui.jobs.queue.queue import JobQueue
from milimo_tui.store.jobs.studio_file import open_studio_for_reading
from milimo_tui.store.jobs.studio_schema import SCHEMA
from milimo_tui.store.jobs.studio_values import HomeRow

log = logging.getLogger(__name__)


class HomeArrival(StrEnum):
    """The result of the comparison of the home with the path and file that its database recorded: unchanged,
    moved to its present path, or a copy of another home.
    """

    SAME = "same"
    MOVED = "moved"
    COPIED = "copied"


def register_home(queue: JobQueue, home: Home) -> HomeArrival:
    """Record the present path of the home. Return whether the home is unchanged, moved or copied.

    A copy gets a new id. Its unsent notices, its workers, its off command and its watched folders are dropped
    from the queue, because the supervisor of the original home handles them.
    """
    here, known = str(home.root.resolve()), queue.file.read_home_row()
    device, inode = get_file_identity(home.studio_db) or (0, 0)
    file = f"{device}:{inode}"
    arrival = _detect_arrival(known, here, file)
    with queue.begin_change():
        keeps = known is not None and arrival is not HomeArrival.COPIED
        queue.file.store_home_row(HomeRow(known.id if known and keeps else new_id("home"), here, file))
        if known and arrival is not HomeArrival.SAME:
            log.warning("this home was %s from %s", arrival, known.root)
            queue.record_event("home", came=arrival.value, before=known.root)
        if known and known.root != here and known.file != file:
            for worker in queue.file.select_workers():
                queue.file.drop_worker(worker.id)
        if arrival is HomeArrival.COPIED:
            queue.file.notices.give_up_notices("this home is a copy: the original tells of it")
            # The supervisor of the original home runs the command at the end of all jobs and watches the
            # folders.
            queue.file.set_when_done_command(None)
            for folder in queue.file.select_watched_folders():
                queue.file.drop_watched_folder(folder.id)
    return arrival


def _detect_arrival(known: HomeRow | None, here: str, file: str) -> HomeArrival:
    if known is None or known.root == here:
        return HomeArrival.SAME
    return HomeArrival.MOVED if known.file == file or not _is_still_there(known) else HomeArrival.COPIED


def _is_still_there(known: HomeRow) -> bool:
    """Return True if the home that a database row describes still exists at the path in the row."""
    try:
        with open_studio_for_reading(Home(Path(known.root)).studio_db, oldest=SCHEMA.first) as queue:
            row = queue.read_home_row() if queue else None
    except MilimoError:  # If the database at that path can't be read, nothing shows that it is the same home.
        return False
    return row is not None and row.id == known.id
