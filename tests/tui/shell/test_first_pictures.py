"""What the screens import that a studio begins on: as much as their first picture shows, and no more."""

from __future__ import annotations

import subprocess
import sys

FIRST = ("storyboard.storyboard", "home.home", "script.screen")
LATER = ("pydantic", "numpy", "av", "milimo_tui.engines.specs", "milimo_tui.engines.registry")


def test_first_screens_import_what_they_show() -> None:
    code = f"import sys, {', '.join(f'milimo_tui.tui.{name}' for name in FIRST)}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & set(LATER)
