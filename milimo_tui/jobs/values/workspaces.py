"""Creation of a job's own folder inside its project or home, never in place of a missing project."""

from __future__ import annotations

from pathlib import Path

from milimo_tui.core.errors import Failed


def make_workspace(folder: Path) -> None:
    """Create `<project or home>/workspace/<job>`. Raises Failed when the project does not exist (any more).

    Creating a missing project folder would leave an empty film in a place from which a person moved or
    removed one.
    """
    try:
        folder.parent.mkdir(exist_ok=True)
        folder.mkdir(exist_ok=True)
    except FileNotFoundError:
        base = folder.parent.parent
        raise Failed(
            f"its film is missing: {base}", "restore the folder, then run milimo job retry"
        ) from None
