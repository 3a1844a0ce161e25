"""Hints of errors for programs: an action of the studio is replaced by its shell command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from milimo_tui.core.errors import MilimoError, format_shell_hint


@contextmanager
def use_shell_hints() -> Iterator[None]:
    """Replace `{ui.action|command}` in the hint of an error that the block raises by the shell command."""
    try:
        yield
    except MilimoError as error:
        error.hint = format_shell_hint(error.hint)
        raise
