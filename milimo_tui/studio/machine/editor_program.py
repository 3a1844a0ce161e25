"""The editor of the person: its words, and how it is told a line."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from milimo_tui.core.errors import BadInput, Unavailable
from milimo_tui.core.reasons import reason


def editor_command(environ: Mapping[str, str]) -> list[str]:
    """Return the words of $VISUAL or $EDITOR.

    Raises Unavailable when none is named, BadInput where its quotes are open.
    """
    named = environ.get("VISUAL") or environ.get("EDITOR")
    if not named:
        raise Unavailable("no editor is named", "set EDITOR in your shell, for example EDITOR=nano")
    try:
        return shlex.split(named)
    except ValueError as error:
        raise BadInput(f"EDITOR is “{named}”: {reason(error)}", "mend it in your shell") from None


# Editors that begin at a line where they are told so before the file, or behind its name.
_BEFORE = ("vi", "vim", "nvim", "view", "nano", "emacs", "emacsclient", "micro", "kak", "joe", "jed", "mg")
_BEHIND = ("hx", "helix")


def file_words(command: Sequence[str], path: Path, line: int) -> list[str]:
    """Return the words that open a file at a line (from 1; 0: anywhere), as far as the editor is known."""
    editor = Path(command[0]).name
    if line and editor in _BEFORE:
        return [*command, f"+{line}", str(path)]
    return [*command, f"{path}:{line}" if line and editor in _BEHIND else str(path)]
