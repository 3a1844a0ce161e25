"""Run a command again and again and kill it with SIGKILL at a different point each time, each time in its own
copy of a home.

`python -m tests.cli.film.killed PLAN` forks a process for each point. A point is a call to the file system or
to a database, counted in their order. The number of points is printed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

STEPS = frozenset(
    {
        "execute",
        "backup",
        "open",
        "write",
        "fsync",
        "flock",
        "mkdir",
        "rename",
        "replace",
        "unlink",
        "rmdir",
        "close",
    }
)


def run(words: list[str], home: Path, last: int, told: int) -> None:
    """Run the command in this process, and kill the process at call number `last`. At 0 the command runs to
    its end.

    The number of calls and the exit code are written to the file descriptor `told`.
    """
    from milimo_tui.cli.main import main

    os.environ["MILIMO_HOME"] = str(home)
    seen = 0

    def step(frame: FrameType, event: str, called: Any) -> None:
        nonlocal seen
        if event == "c_call" and called.__name__ in STEPS and "importlib" not in frame.f_code.co_filename:
            seen += 1
            if seen == last:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(step)
    code = main(words)
    sys.setprofile(None)
    os.write(told, f"{seen} {code}".encode())
    os._exit(code)


def main(plan: dict[str, Any]) -> None:
    """Run the command once completely to count its points. Then run it again for evenly spread points, each
    time in a copy of the home.
    """
    import milimo_tui.engines.registry.engine_registry
    import milimo_tui.store.replaced_systems.milimo_video
    import milimo_tui.studio.commands.film.project
    import milimo_tui.studio.commands.script.script  # noqa: F401 - what the verbs load, loaded once

    base, homes = Path(plan["base"]), Path(plan["homes"])
    total = go(plan["words"], base, homes / "0", 0)
    points = range(1, total + 1)
    step = max(1, len(points) // plan["most"])
    for point in points[::step]:
        assert go(plan["words"], base, homes / str(point), point) == -signal.SIGKILL
    print(json.dumps(total))


def go(words: list[str], base: Path, home: Path, point: int) -> int:
    """Run the command in a child process in a copy of the home. Return its number of points, or the negative
    number of the signal that killed it.
    """
    shutil.copytree(base, home)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        run(words, home, point, writer)
    os.close(writer)
    _, status = os.waitpid(child, 0)
    text = os.read(reader, 64).decode()
    os.close(reader)
    if os.WIFSIGNALED(status):
        return -os.WTERMSIG(status)
    seen, code = map(int, text.split())
    assert code == 0, (words, code)
    return seen


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
