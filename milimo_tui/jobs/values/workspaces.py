"""Creates the workspace folder of a job inside its project or home. A missing project is never created."""

from __future__ import annotations

from pathlib import Path

from milimo_tui.core.errors import Failed


def make_workspace(folder: Path) -> None:
    """Create the folder `<project or home>/workspace/<job>`. Raises Failed if the project does not exist (any
    more).

    If a missing project folder were created, an empty film would appear in a place from which a person has
    moved or removed the film.
    """
    try:
        folder.parent.mkdir(exist_ok=True)
        folder.mkdir(exist_ok=True)
    except FileNotFoundError:
        base = folder.parent.parent
        raise Failed(
            f"the film of this job is missing: {base}", "restore the folder, then run milimo job retry"
        ) from None
