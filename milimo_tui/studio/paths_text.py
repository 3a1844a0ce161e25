"""Paths that are kept as text in the film."""

from __future__ import annotations

from pathlib import Path

from milimo_tui.core.errors import BadInput


def check_text(path: Path) -> None:
    """Raises BadInput for a path that can't be kept as text (bytes of another encoding)."""
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        shown = str(path).encode(errors="replace").decode()
        raise BadInput(f"the name of {shown} is not Unicode", "rename the file, then add it") from error
