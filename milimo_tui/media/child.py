"""How a helper process of this package is started: the command and its environment. No av, no Pillow."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_SOURCES = str(Path(__file__).resolve().parents[2])


def command(module: str, *arguments: str) -> list[str]:
    """Run a module of ours; the working folder stays off the import path (it may be a stranger's)."""
    return [sys.executable, "-P", "-m", module, *arguments]


def environment() -> dict[str, str]:
    """Our environment, with this very package found first, and no pool of threads for algebra."""
    return {**os.environ, "PYTHONPATH": import_path(), "OPENBLAS_NUM_THREADS": "1"}


def import_path() -> str:
    """What PYTHONPATH is to be for this very package to be found first."""
    paths = [_SOURCES, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return os.pathsep.join(dict.fromkeys(paths))
