"""How a helper process of this package is started or, for one answer, asked. No av, no Pillow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput

_SOURCES = str(Path(__file__).resolve().parents[2])


def command(module: str, *arguments: str) -> list[str]:
    """Run a module of ours; the working folder stays off the import path (it may be a stranger's)."""
    return [sys.executable, "-P", "-m", module, *arguments]


def ask(module: str, *arguments: str, seconds: float, slow: str, unclear: str) -> dict[str, Any]:
    """What a module of ours answers in JSON, in a process of its own and within so many seconds.

    Raises BadInput: with `slow` when it takes longer, with `unclear` when it ends without an answer (its
    decoder crashed), or with what it refuses.
    """
    try:
        done = subprocess.run(
            command(module, *arguments),
            env=environment(),
            capture_output=True,
            timeout=seconds,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BadInput(slow) from error
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise BadInput(unclear) from None
    if "error" in answer:
        raise BadInput(answer["error"]["message"], answer["error"]["hint"])
    return answer


def environment() -> dict[str, str]:
    """Our environment, with this very package found first, and no pool of threads for algebra."""
    return {**os.environ, "PYTHONPATH": import_path(), "OPENBLAS_NUM_THREADS": "1"}


def import_path() -> str:
    """What PYTHONPATH is to be for this very package to be found first."""
    paths = [_SOURCES, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return os.pathsep.join(dict.fromkeys(paths))
