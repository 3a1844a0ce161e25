"""Recovery of a damaged film or queue: all readable data is restored, and the losses are reported."""

from __future__ import annotations

from pathlib import Path

from milimo_tui.core.errors import NotFound, Refused
from milimo_tui.core.host import hold_file_lock
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.store.backup.stored_files import restore_stored_file
from milimo_tui.store.jobs.studio_file import find_queue_problem, recover_queue
from milimo_tui.store.project.film_recovery import make_film_mender
from milimo_tui.store.project.opening import find_film_problem
from milimo_tui.store.project.schema import SCHEMA
from milimo_tui.store.sqlite.recovery import RecoveryResult, recover_database, replace_damaged_database
from milimo_tui.studio.backups.backup_orders import get_backup_folder
from milimo_tui.studio.registry.registry import Outcome
from milimo_tui.studio.session.studio import Studio

# Maximum number of characters of a line in the report of lost data. The rest is cut off.
MAX_LINE_LENGTH = 160
DOCTOR_HINT = "milimo doctor checks the queue and every film"


def recover_film(studio: Studio, paths: ProjectPaths, backup: str = "") -> Outcome:
    """Recover a damaged film, or restore it from the backup named `backup`.

    Raises Refused if the film is intact or open elsewhere, NotFound if no backup contains the film, and
    DiskFull, ReadOnly.
    """
    if not find_film_problem(paths):
        raise Refused(f"{paths.root.name} is not damaged; nothing was changed", DOCTOR_HINT)
    studio.close_project()
    if backup:
        outcome = _restore_from_backup(studio, paths.db, f"projects/{paths.root.name}/project.db", backup)
    else:
        done = recover_database(paths.db, SCHEMA, make_film_mender(paths.root.name))
        outcome = _recovery_outcome(done, f"recovered {paths.root.name}")
    if client := studio.client_or_none():
        # Results that arrived meanwhile wait for the film, so the supervisor is notified that it is available
        # again.
        client.notify_project(str(paths.root))
    return outcome


def recover_home_queue(studio: Studio, backup: str = "") -> Outcome:
    """Recover the home's queue, or restore it from a backup.

    Raises Refused if the queue is intact or in use by a supervisor, and NotFound if no backup has it.
    """
    home = studio.home
    with hold_file_lock(home.lock, wait=False) as ours:
        if not ours:
            raise Refused(
                "the supervisor is using the queue",
                "stop it with milimo supervisor stop --now, then try again",
            )
        if home.studio_db.is_file() and not find_queue_problem(home.studio_db):
            raise Refused("the queue is not damaged; nothing was changed", DOCTOR_HINT)
        if backup:
            return _restore_from_backup(studio, home.studio_db, home.studio_db.name, backup)
        done = recover_queue(home.studio_db)
    return _recovery_outcome(done, "recovered the queue")


def _restore_from_backup(studio: Studio, path: Path, place: str, words: str) -> Outcome:
    """Restore the database at `path` from the backup named `words`. The damaged database is saved in the same
    folder.

    `place` is the relative path of the database in backups.
    """
    folder = get_backup_folder(studio.home, studio.settings)
    one = folder.find_backup(words)
    entry = next((entry for entry in one.entries if entry.place == place), None)
    if entry is None:
        raise NotFound(
            f"the backup {one.id} does not contain {place}", "milimo backup list shows other backups"
        )
    kept = replace_damaged_database(
        path, lambda fresh: restore_stored_file(folder, entry.digest, fresh, lambda count: None)
    )
    return Outcome(
        data={"kept": str(kept), "backup": one.id},
        text=f"the damaged file is {kept}",
        message=f"{place} was restored from the backup {one.id}; later changes are lost",
    )


def _recovery_outcome(done: RecoveryResult, what: str) -> Outcome:
    rows = {table: count for table, count in done.rows.items() if count}
    counted = ", ".join(f"{count} {table}" for table, count in rows.items())
    lines = [clean_one_line(line, MAX_LINE_LENGTH) for line in done.lost]
    summary = f"losses are listed above ({len(lines)})" if lines else "nothing is lost"
    return Outcome(
        data={"kept": str(done.kept), "rows": rows, "lost": lines},
        text="\n".join([*lines, f"rows: {counted or 'none'}", f"the damaged file is {done.kept}"]),
        message=f"{what}: {summary}",
    )
