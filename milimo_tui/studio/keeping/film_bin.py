"""The bin for films. A film in the bin keeps its folder, its jobs and its name, but is not listed until
restored.

A film's own bin (takes, scenes, media) is in `store.project`.
"""

from __future__ import annotations

import json
from contextlib import suppress

from milimo_tui.core.host import HOST, explain, write_atomic
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.studio.session.studio import Studio


def put_in(studio: Studio, paths: ProjectPaths) -> None:
    """Move a film to the bin. Its jobs continue and find the film there. Raises ReadOnly, DiskFull."""
    is_current = studio.current().get("project") == paths.root.name
    try:
        write_atomic(paths.binned, json.dumps({"at": HOST.now(), "current": is_current}).encode())
    except OSError as error:
        raise explain(error, paths.root, "put in the bin") from error
    if is_current:
        studio.close_project()
        studio.home.current.unlink(missing_ok=True)


def bring_back(studio: Studio, paths: ProjectPaths) -> None:
    """Restore a film from the bin. Raises ReadOnly.

    The film becomes current again if it was current before and no other film is current now.
    """
    was_current = bool(_facts(paths).get("current"))
    try:
        paths.binned.unlink(missing_ok=True)
    except OSError as error:
        raise explain(error, paths.root, "bring back") from error
    if was_current and studio.project_or_none() is None:
        studio.use(paths)


def newest(studio: Studio) -> ProjectPaths | None:
    """Return the film that was put in the bin last; None if the bin is empty."""
    return max(studio.films_in_bin(), key=lambda paths: float(_facts(paths).get("at", 0.0)), default=None)


def _facts(paths: ProjectPaths) -> dict[str, float]:
    """Return the record in the folder of a binned film; empty if the record can't be read."""
    with suppress(OSError, ValueError):
        found = json.loads(paths.binned.read_text())
        if isinstance(found, dict):
            return found
    return {}
