"""Deletion of a film: its jobs end first, then its folder is deleted, completely or not at all. The recovery
copies of its unsaved text are deleted last.
"""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from milimo_tui.core.host import HOST, explain_os_error
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.jobs.client.client import Client
from milimo_tui.store.project.atomic_folder import rename_for_deletion
from milimo_tui.store.project.opening import read_film_summary
from milimo_tui.studio.queue.job_lookup import OPEN_STATES
from milimo_tui.studio.script.unsaved_text import delete_copies_of_film
from milimo_tui.studio.session.studio import Studio

# The longest wait for cancelled jobs to end, in seconds. A job that still runs after that fails because its
# folder is missing.
WAIT_SECONDS = 20.0
PAUSE = 0.05


def delete_project(studio: Studio, paths: ProjectPaths) -> None:
    """Delete a film permanently. Raises ReadOnly, Failed if its folder can't be deleted; the film is intact
    then.
    """
    client = studio.get_client_if_used()
    if client:
        _cancel_open_jobs(client, paths.root)
    film = read_film_summary(paths).id
    studio.close_project()  # The film may be the open one. Another film is opened again when it is needed.
    try:
        with rename_for_deletion(paths.root) as renamed:
            _remove_or_restore(renamed, paths.root)
    except OSError as error:
        raise explain_os_error(error, paths.root, "delete") from error
    if studio.read_current().get("project") == paths.root.name:
        studio.home.current.unlink(missing_ok=True)
    delete_copies_of_film(studio.home, film)


def _remove_or_restore(renamed: Path, back: Path) -> None:
    """Delete the folder `renamed`, to which a film's folder was renamed. If a subfolder is not writable,
    rename the folder back to `back`, and raise PermissionError.
    """
    for folder, _, _ in os.walk(renamed):
        if not os.access(folder, os.W_OK | os.X_OK):
            os.rename(renamed, back)
            raise PermissionError(13, os.strerror(13), str(back))
    shutil.rmtree(renamed)


def list_open_job_ids(client: Client, root: Path) -> list[str]:
    """Return the ids of unfinished jobs of a project's folder."""
    real = root.resolve()
    return [
        job.id
        for job in client.list_jobs({"states": OPEN_STATES})
        if job.project and Path(job.project).resolve() == real
    ]


def _cancel_open_jobs(client: Client, root: Path) -> None:
    until = HOST.monotonic() + WAIT_SECONDS
    while (ids := list_open_job_ids(client, root)) and HOST.monotonic() < until:
        client.cancel_jobs(ids)
        time.sleep(PAUSE)
