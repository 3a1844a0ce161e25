"""Run MLT's melt to render a project to a file, and run melt again if the render did not start.

The render thread of melt's consumer stops when the property “running” is not set. MLT 7.12 starts the thread
before it sets the property. On a busy machine the thread can therefore stop without rendering a frame. melt
then waits forever, or exits with an empty file.
"""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

# A render whose file is still empty after this number of seconds has not started.
PATIENCE = 30.0
LONGEST = 300.0  # A run of melt is stopped after this number of seconds.
TRIES = 5


def render(program: str, project: Path, target: Path, *words: str) -> None:
    """Render a project to `target` with the program melt. `words` are properties of melt's consumer, as
    NAME=VALUE.

    Raises AssertionError with melt's output if melt reports an error, or if no run of melt renders a file.
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
                    output, _ = running.communicate(timeout=0.5)
                except subprocess.TimeoutExpired:
                    if took > PATIENCE and not (target.exists() and target.stat().st_size):
                        break
                else:
                    assert running.returncode == 0, output.decode(errors="replace")
                    if target.exists() and target.stat().st_size:
                        return
                    break  # The render thread stopped without a frame.
            running.kill()
    raise AssertionError(f"melt was run {TRIES} times but did not render {project.name}")
