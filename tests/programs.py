"""Programs that tests put in place of real ones: Python behind a shell line, so that any path will do."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path


def python_program(path: Path, source: str) -> str:
    """An executable at `path` that runs this source (a `#!` line can't hold a path with spaces)."""
    body = path.with_name(f"{path.name}-body.py")
    body.write_text(source)
    path.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(body))} "$@"\n')
    path.chmod(0o755)
    return str(path)
