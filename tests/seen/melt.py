"""Run MLT's melt, which renders a project to a file but sometimes never starts.

The thread of its consumer runs while the property “running” is set, but MLT 7.12 sets this property after it
starts the thread. On a busy machine the thread seems to read the property first. The thread then ends without
a frame, and melt waits for it forever.
"""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

# Seconds after which the file must have bytes. A render without bytes by then has not started.
PATIENCE = 30.0
LONGEST = 300.0
TRIES = 5


def render(program: str, project: Path, target: Path, *words: str) -> None:
    """Render a project to `target`. `words` are properties of melt's consumer. Raises AssertionError with
    melt's output if it fails.
    """
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
                    if target.exists() and target.stat().st_size:
                        return
                    break  # The consumer's thread ended without a frame.
            running.kill()
    raise AssertionError(f"melt wrote nothing of {project.name} in {TRIES} tries")
