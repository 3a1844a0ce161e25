"""Make programs that replace real ones in tests: Python code started by a shell script, so that any path
works.
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path


def python_program(path: Path, source: str) -> str:
    """Write an executable at `path` that runs this Python source, and return its path as text. A `#!` line
    cannot contain a path with spaces.
    """
    body = path.with_name(f"{path.name}-body.py")
    body.write_text(source)
    path.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(body))} "$@"\n')
    path.chmod(0o755)
    return str(path)
