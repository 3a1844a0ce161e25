"""MLT's melt, which renders a project to a file, and which now and then never begins.

Its consumer's thread goes on while “running” is set, which is done behind the thread's start (MLT 7.12): on a
busy machine the thread seems to look first. Then it ends without a frame, and melt waits for it for good.
"""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

PATIENCE = 30.0  # seconds in which a film that was begun has bytes
LONGEST = 300.0
TRIES = 5


def render(program: str, project: Path, target: Path, *words: str) -> None:
    """Render a project; `words` are of the consumer. Raises AssertionError with what melt said."""
    command = [program, "-silent", project.name, "-consumer", f"avformat:{target}", *words]
    for _ in range(TRIES):
        target.unlink(missing_ok=True)
        with subprocess.Popen(
            command, cwd=project.parent, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as running:  # fmt: skip
            begun = time.monotonic()
            while (took := time.monotonic() - begun) < LONGEST:
                try:
                    said, _ = running.communicate(timeout=0.5)
                except subprocess.TimeoutExpired:
                    if took > PATIENCE and not (target.exists() and target.stat().st_size):
                        break
                else:
                    assert running.returncode == 0, said.decode(errors="replace")
                    return
            running.kill()
    raise AssertionError(f"melt wrote nothing of {project.name} in {TRIES} tries")
