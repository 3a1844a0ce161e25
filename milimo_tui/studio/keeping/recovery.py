"""Recovery of all readable data of a damaged film or queue, with a report of what was lost."""

from __future__ import annotations

from pathlib import Path

from milimo_tui.core.errors import NotFound, Refused
from milimo_tui.core.host import locked
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.core.safe_text import one_line
from milimo_tui.store.backup.stored_files import take_out
from milimo_tui.store.jobs.studio_file import problem_of_queue, recover_queue
from milimo_tui.store.project.film_recovery import mend_film
from milimo_tui.store.project.opening import problem_of
from milimo_tui.store.project.schema import SCHEMA
from milimo_tui.store.sqlite.recovery import Recovered, put_whole, recover
from milimo_tui.studio.backups.backup_orders import folder_of
from milimo_tui.studio.registry.registry import Outcome
from milimo_tui.studio.session.studio import Studio

LONGEST = 160  # characters of a line
WHOLE = "milimo doctor looks at the queue and every film"


def film(studio: Studio, paths: ProjectPaths, backup: str = "") -> Outcome:
    """Recover a film, or restore it from a backup.

    Raises Refused if the film is intact or open elsewhere, NotFound if no backup has it, and DiskFull,
    ReadOnly.
    """
    if not problem_of(paths):
        raise Refused(f"{paths.root.name} is not damaged: nothing was done", WHOLE)
    studio.close_project()
    if backup:
        outcome = _from_backup(studio, paths.db, f"projects/{paths.root.name}/project.db", backup)
    else:
        done = recover(paths.db, SCHEMA, mend_film(paths.root.name))
        outcome = _recovery_outcome(done, f"recovered {paths.root.name}")
    if client := studio.client_or_none():
        client.notify_project(str(paths.root))  # Results that arrived meanwhile wait for the film.
    return outcome


def queue(studio: Studio, backup: str = "") -> Outcome:
    """Recover the home's queue, or restore it from a backup.

    Raises Refused if the queue is intact or in use by a supervisor, and NotFound if no backup has it.
    """
    home = studio.home
    with locked(home.lock, wait=False) as ours:
        if not ours:
            raise Refused("the supervisor has the queue open", "milimo supervisor stop --now, then again")
        if home.studio_db.is_file() and not problem_of_queue(home.studio_db):
            raise Refused("the queue is not damaged: nothing was done", WHOLE)
        if backup:
            return _from_backup(studio, home.studio_db, home.studio_db.name, backup)
        done = recover_queue(home.studio_db)
    return _recovery_outcome(done, "recovered the queue")


def _from_backup(studio: Studio, path: Path, place: str, words: str) -> Outcome:
    """Restore a database from a backup. The damaged database is saved next to it."""
    folder = folder_of(studio.home, studio.settings)
    one = folder.find(words)
    entry = next((entry for entry in one.entries if entry.place == place), None)
    if entry is None:
        raise NotFound(f"the backup {one.id} does not hold {place}", "milimo backup list shows others")
    kept = put_whole(path, lambda fresh: take_out(folder, entry.digest, fresh, lambda count: None))
    return Outcome(
        data={"kept": str(kept), "backup": one.id},
        text=f"the damaged file is {kept}",
        message=f"{place} is as it was in the backup {one.id}; what came since is lost",
    )


def _recovery_outcome(done: Recovered, what: str) -> Outcome:
    rows = {table: count for table, count in done.rows.items() if count}
    counted = ", ".join(f"{count} {table}" for table, count in rows.items())
    lines = [one_line(line, LONGEST) for line in done.lost]
    summary = f"what is lost is named above ({len(lines)})" if lines else "nothing is lost"
    return Outcome(
        data={"kept": str(done.kept), "rows": rows, "lost": lines},
        text="\n".join([*lines, f"rows: {counted or 'none'}", f"the damaged file is {done.kept}"]),
        message=f"{what}: {summary}",
    )
