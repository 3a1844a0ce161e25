"""Test that the first screens of the studio and the command list import no unnecessary modules."""

from __future__ import annotations

import subprocess
import sys

import pytest

FIRST = ("storyboard.storyboard", "home.home", "script.screen")
LATER = ("pydantic", "numpy", "av", "milimo_tui.engines.specs", "milimo_tui.engines.registry")
LIBRARIES = ("numpy", "av", "PIL", "sqlmodel", "reportlab", "pypdfium2", "opentimelineio", "xlsxwriter")


def imported(code: str) -> set[str]:
    """Return the modules that a new process has imported after it ran `code`."""
    code = f"import sys; {code}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_first_screens_import_their_pictures() -> None:
    names = ", ".join(f"milimo_tui.tui.{name}" for name in FIRST)
    assert not imported(f"import {names}") & set(LATER)


@pytest.mark.long("screens")
def test_command_list_imports_no_picture_reader() -> None:
    """The finder lists all commands, and the modules imported for it stay in memory as long as the studio
    runs.
    """
    assert not imported("from milimo_tui.studio.registry import registry; registry.list_commands()") & set(
        LIBRARIES
    )
