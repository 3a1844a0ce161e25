"""What the studio imports for the screens that it begins on, and for the list of all commands: no more."""

from __future__ import annotations

import subprocess
import sys

import pytest

FIRST = ("storyboard.storyboard", "home.home", "script.screen")
LATER = ("pydantic", "numpy", "av", "milimo_tui.engines.specs", "milimo_tui.engines.registry")
LIBRARIES = ("numpy", "av", "PIL", "sqlmodel", "reportlab", "pypdfium2", "opentimelineio", "xlsxwriter")


def imported(code: str) -> set[str]:
    """Return what a process has imported after that."""
    code = f"import sys; {code}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_first_screens_import_their_pictures() -> None:
    names = ", ".join(f"milimo_tui.tui.{name}" for name in FIRST)
    assert not imported(f"import {names}") & set(LATER)


@pytest.mark.long("screens")
def test_command_list_imports_no_picture_reader() -> None:
    """The finder lists them: they stay in the studio for as long as it runs."""
    assert not imported("from milimo_tui.studio.registry import registry; registry.list_commands()") & set(
        LIBRARIES
    )
