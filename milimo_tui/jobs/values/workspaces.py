"""A job's own folder: made where its project or home is, and never instead of it."""

from __future__ import annotations

from pathlib import Path

from milimo_tui.core.errors import Failed


def make_workspace(folder: Path) -> None:
    """Make `<project or home>/workspace/<job>`. Raises Failed when the project is not there (any more).

    Making that anew would leave an empty film in a place where somebody moved or removed one.
    """
    try:
        folder.parent.mkdir(exist_ok=True)
        folder.mkdir(exist_ok=True)
    except FileNotFoundError:
        base = folder.parent.parent
        raise Failed(f"its film is not there: {base}", "put it back, then milimo job retry") from None
