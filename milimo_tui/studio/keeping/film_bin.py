"""The bin for films. A film in the bin keeps its folder, its jobs and its name, but is not listed until
restored.

A film's own bin (takes, scenes, media) is in `store.project`.
"""

from __future__ import annotations

import json
from contextlib import suppress

from milimo_tui.core.host import HOST, explain_os_error, write_file_atomically
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.studio.session.studio import Studio


def move_film_to_bin(studio: Studio, paths: ProjectPaths) -> None:
    """Move a film to the bin. Its jobs continue, because its folder stays where it is. Raises ReadOnly,
    DiskFull.
    """
    is_current = studio.read_current().get("project") == paths.root.name
    try:
        write_file_atomically(
            paths.bin_record, json.dumps({"at": HOST.now(), "current": is_current}).encode()
        )
    except OSError as error:
        raise explain_os_error(error, paths.root, "put in the bin") from error
    if is_current:
        studio.close_project()
        studio.home.current.unlink(missing_ok=True)


def restore_film_from_bin(studio: Studio, paths: ProjectPaths) -> None:
    """Restore a film from the bin. Raises ReadOnly.

    If the film was the current film when it was moved to the bin, and no film is current now, it becomes
    current again.
    """
    was_current = bool(_read_bin_record(paths).get("current"))
    try:
        paths.bin_record.unlink(missing_ok=True)
    except OSError as error:
        raise explain_os_error(error, paths.root, "bring back") from error
    if was_current and studio.project_or_none() is None:
        studio.use_project(paths)


def find_newest_in_bin(studio: Studio) -> ProjectPaths | None:
    """Return the film that was put in the bin last; None if the bin is empty."""
    return max(
        studio.list_binned_films(),
        key=lambda paths: float(_read_bin_record(paths).get("at", 0.0)),
        default=None,
    )


def _read_bin_record(paths: ProjectPaths) -> dict[str, float]:
    """Return the record in the folder of a binned film; empty if the record can't be read."""
    with suppress(OSError, ValueError):
        found = json.loads(paths.bin_record.read_text())
        if isinstance(found, dict):
            return found
    return {}
