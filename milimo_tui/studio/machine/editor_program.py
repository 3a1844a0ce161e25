"""The user's text editor: its command, and how to open a file at a line."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from milimo_tui.core.errors import BadInput, Unavailable
from milimo_tui.core.reasons import reason


def read_editor_command(environ: Mapping[str, str]) -> list[str]:
    """Return the editor command of $VISUAL or $EDITOR, split into words.

    Raises Unavailable if neither variable is set, and BadInput for an unclosed quotation mark.
    """
    named = environ.get("VISUAL") or environ.get("EDITOR")
    if not named:
        raise Unavailable("no editor is named", "set EDITOR in your shell, for example EDITOR=nano")
    try:
        return shlex.split(named)
    except ValueError as error:
        raise BadInput(f"EDITOR is “{named}”: {reason(error)}", "correct it in your shell") from None


# Editors in `_BEFORE` take the line number before the file (`+LINE FILE`); editors in `_BEHIND` take it after
# the file (`FILE:LINE`).
_BEFORE = ("vi", "vim", "nvim", "view", "nano", "emacs", "emacsclient", "micro", "kak", "joe", "jed", "mg")
_BEHIND = ("hx", "helix")


def build_editor_command(command: Sequence[str], path: Path, line: int) -> list[str]:
    """Return the command that opens a file at a line, counted from 1; 0 means no line.

    The line is left out for an editor whose syntax is not known.
    """
    editor = Path(command[0]).name
    if line and editor in _BEFORE:
        return [*command, f"+{line}", str(path)]
    return [*command, f"{path}:{line}" if line and editor in _BEHIND else str(path)]
