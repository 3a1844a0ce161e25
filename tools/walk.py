"""Measure call paths through the program while it runs, and print the functions on each path.

`python -m tools.walk [ROOT]` runs the program in the folder ROOT (by default this one; a worktree of an older
commit allows a comparison). It starts the studio in its own terminal, the command line, the supervisor and
its workers. Three walks are measured:

- a key: from `]` in the Timeline, outside TRIM, to the edit of the cut;
- a cancel: from `milimo job cancel` to the worker that stops;
- a frame: from the plan of a cut to the cells of the terminal.

A walk consists of legs, one for each process or reader that takes over. Each function of `milimo_tui` on the
call path from a leg's entry to its goal counts once per walk. The path includes the callers, and the
functions that created the running task, callback or piece of work. Other functions that run at the same time
do not count. The exit status is 1 if a walk is longer than its target.
"""

from __future__ import annotations

import ast
import json
import os
import pty
import shutil
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools import walk_trace

HERE = Path(__file__).resolve().parent.parent
PACKAGE = "milimo_tui"
SECONDS = 180.0  # most seconds for a walk, enough for a busy machine
LINES, COLUMNS = 40, 130
TAKES = 30  # number of jobs of which one is cancelled
SCREENPLAY = """Title: Two Lamps

INT. KITCHEN - NIGHT

MARA lights a lamp on the table. Rain runs down the window.

MARA
You are late.

EXT. STREET - DAY

Wide on an empty street. A dog crosses slowly.
"""

Way = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WalkPart:
    """A part of a walk: its entry, its goal, and a function that the path must pass if several paths lead to
    the goal.

    Each function is named `module:Class.function`. The current name comes first, then the names in older
    commits.
    """

    entry: tuple[str, ...]
    goal: tuple[str, ...]
    passes: tuple[str, ...] = ()

    def names(self) -> tuple[tuple[str, ...], ...]:
        return tuple(filter(None, (self.entry, self.goal, self.passes)))


@dataclass(frozen=True, slots=True)
class Walk:
    """A call path through the program with `most` as the largest number of functions."""

    name: str
    most: int
    legs: tuple[WalkPart, ...]


CANCELS = ("studio.commands.queue.job_actions:_cancel_jobs", "studio.commands.job_acts:_cancel")
TALK = ("jobs.supervisor.server:ClientServer._serve_requests", "jobs.server:Server._talk")
ASK_FRAME = (
    "tui.timeline.base.timeline_picture:TimelinePicture.request_frame",
    "tui.screens.timeline_picture:TimelinePicture.ask_frame",
)
REQUEST = (
    "media.viewer.client:ViewerClient.request",
    "media.viewer.client:ViewerClient._request",
    "media.viewer.client:ViewerClient._ask",
    "media.viewer_client:ViewerClient._ask",
)
LISTEN = ("media.viewer.client:ViewerClient._listen_for_answers", "media.viewer_client:ViewerClient._listen")
WORK = ("media.viewer.process:ViewerServer._serve_lane", "media.viewer:Viewer._work")
CELLS = ("tui.widgets.picture:Picture.render_line",)

KEY = Walk(
    "] to cut.edit.trims trim_to",
    14,
    (
        WalkPart(
            ("tui.shell.base_app:BaseApp.on_event", "tui.base:BaseApp.on_event"),
            ("cut.edit.trims:trim_clip_to", "cut.trimming:trim_to"),
        ),
    ),
)
CANCEL = Walk(
    "job cancel to the worker's stop",
    16,
    (
        WalkPart(
            CANCELS,
            (
                "jobs.client.connection:Connection.send_request",
                "jobs.client.connection:Connection.send",
                "jobs.line:Line.send",
            ),
        ),
        WalkPart(
            TALK,
            (
                "jobs.supervisor.worker_manager:WorkerManager.send_command",
                "jobs.supervisor.worker_manager:WorkerManager.tell",
                "jobs.crew:Crew.tell",
            ),
        ),
        WalkPart(
            TALK,
            (
                "jobs.worker.worker_queue:AsyncWorkerQueue._write_pending",
                "jobs.worker.channel:LoopEnd._write_pending",
                "jobs.channel:LoopEnd._write",
            ),
        ),
        WalkPart(
            (
                "jobs.worker.worker:Worker._read_commands",
                "jobs.worker.channel:ThreadEnd._read_until_end",
                "jobs.channel:ThreadEnd._read",
            ),
            (
                # Older versions have both functions, and stop the job in this one.
                "jobs.worker.worker:Worker._stop",
                "jobs.worker:Worker._stop",
                "jobs.worker.worker:Worker._handle_command",
            ),
        ),
    ),
)
FRAME = Walk(
    "a frame from plan to cell",
    14,
    (
        WalkPart(ASK_FRAME, REQUEST),
        WalkPart(
            ("media.viewer.process:ViewerServer.serve", "media.viewer:Viewer.serve"),
            ("media.viewer.process:RequestQueue.put", "media.viewer:Room.put"),
        ),
        WalkPart(WORK, ("media.compose.frame:compose", "media.compose:compose")),
        WalkPart(WORK, ("media.viewer.process:ViewerServer._send_answer", "media.viewer:Viewer._answer")),
        WalkPart(LISTEN, LISTEN),
        WalkPart(
            ASK_FRAME,
            (
                "tui.terminal.images.cells:make_cell_drawing",
                "tui.terminal.images.cells:unpack_cell_strips",
                "tui.terminal.images.blocks:strips",
                "tui.images.blocks:strips",
            ),
        ),
        WalkPart(CELLS, CELLS),
    ),
)
WALKS = (KEY, CANCEL, FRAME)


def defined(root: Path, name: str) -> bool:
    """Return True if the source tree `root` defines the function `module:Class.function`. The module is
    relative to the package.
    """
    module, _, inner = name.partition(":")
    path = root / PACKAGE / Path(*module.split("."))
    file = path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"
    if not file.is_file():
        return False
    body: Sequence[ast.stmt] = ast.parse(file.read_text()).body
    for part in inner.split("."):
        kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        found = [node for node in body if isinstance(node, kinds) and node.name == part]
        if not found:
            return False
        body = found[0].body
    return True


def in_tree(root: Path, names: Sequence[str]) -> str:
    """Return the first of `names` that the source tree `root` defines. Raises LookupError if it defines
    none.
    """
    for name in names:
        if defined(root, name):
            return name
    raise LookupError(f"{root} has none of {', '.join(names)}: name it in the table of tools/walk.py")


def shortest(ways: Sequence[Way], entry: str, goal: str, passes: str = "") -> Way:
    """Return the shortest recorded path from `entry` to `goal` that contains `passes`. The result is empty if
    there is no such path.
    """
    found = [way for way in ways if way[0] == entry and way[-1] == goal and (not passes or passes in way)]
    return min(found, key=lambda way: (len(way), way), default=())


class Run:
    """A run of the program with its own studio home. Every process of the run records its call paths."""

    def __init__(self, root: Path, folder: Path) -> None:
        self._root = root
        self._ways = folder / "ways"
        self._ways.mkdir()
        before = folder / "before"
        before.mkdir()
        shutil.copy(Path(walk_trace.__file__), before / "sitecustomize.py")
        self._work = folder / "work"
        self._work.mkdir()
        home = {name: str(folder / "home" / name.lower()) for name in ("HOME", "XDG_CONFIG_HOME")}
        legs = [leg for walk in WALKS for leg in walk.legs]
        self._env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MILIMO_")},
            **home,
            "PYTHONPATH": os.pathsep.join((str(before), str(root))),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            "MILIMO_HOME": str(folder / "films"),
            walk_trace.ROOT: str(root),
            walk_trace.FOLDER: str(self._ways),
            walk_trace.ENTRIES: json.dumps([in_tree(root, leg.entry) for leg in legs]),
            walk_trace.GOALS: json.dumps([in_tree(root, leg.goal) for leg in legs]),
        }
        for path in home.values():
            Path(path).mkdir(parents=True)

    def milimo(self, *words: str) -> Any:
        """Run a command of the program and return its JSON output. Raises RuntimeError with the output if the
        command fails.
        """
        command = [sys.executable, "-m", "milimo_tui.cli.main", *words, "--json"]
        done = subprocess.run(command, env=self._env, cwd=self._work, capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(f"milimo {' '.join(words)}: {done.stdout.decode()}{done.stderr.decode()}")
        return json.loads(done.stdout)

    def make_film(self) -> None:
        """Create a film with two scenes, which all walks use."""
        script = self._work / "two-lamps.fountain"
        script.write_text(SCREENPLAY)
        self.milimo("project", "new", "Two Lamps")
        self.milimo("script", "import", str(script))

    @contextmanager
    def studio(self) -> Iterator[Callable[[str], None]]:
        """Run the studio in its own terminal. Yield a function that types keys."""
        master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (LINES, COLUMNS))
        command = [sys.executable, "-m", "milimo_tui.cli.main"]
        process = subprocess.Popen(
            command,
            env=self._env,
            cwd=self._work,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        threading.Thread(target=_drain, args=(master,), daemon=True).start()
        try:
            yield lambda keys: _type(master, keys)
        finally:
            process.terminate()
            process.wait()

    def ways(self, since: float = 0.0) -> list[Way]:
        """Return all call paths that any process has recorded since the time `since`, in seconds."""
        lines = [line for file in self._ways.iterdir() for line in file.read_text().splitlines(keepends=True)]
        noted = [json.loads(line) for line in lines if line.endswith("\n")]
        return [tuple(way) for at, way in noted if at >= since]

    def legs(self, walk: Walk, since: float = 0.0) -> list[Way]:
        """Return the recorded path of each leg of a walk since a time. A leg that was not reached is
        empty.
        """
        ways = self.ways(since)
        return [shortest(ways, *(in_tree(self._root, names) for names in (leg.names()))) for leg in walk.legs]

    def wait_for(
        self, walk: Walk, again: Callable[[], None], since: float = 0.0, pause: float = 5.0
    ) -> list[Way]:
        """Wait until every leg of a walk is recorded, and return the paths. `again` is called at the start
        and after each `pause` seconds. Raises TimeoutError.
        """
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            again()
            until = time.monotonic() + pause
            while time.monotonic() < until:
                if all(legs := self.legs(walk, since)):
                    return legs
                time.sleep(0.2)
        raise TimeoutError(f"{walk.name}: only {[way[-1] for way in legs if way]} were reached")


def _drain(master: int) -> None:
    """Read the output of the studio, so that the studio never waits for its terminal."""
    try:
        while os.read(master, 1 << 16):
            pass
    except OSError:
        return  # The studio has exited.


def _type(master: int, keys: str) -> None:
    for key in keys:
        os.write(master, key.encode())
        time.sleep(0.1)


def walk_all(root: Path, folder: Path) -> Mapping[str, list[Way]]:
    """Measure the three walks in the program of a source tree. Return the paths of the legs, keyed by the
    walk's name.
    """
    run = Run(root, folder)
    run.make_film()
    with run.studio() as press:
        frame = run.wait_for(FRAME, lambda: press("gt9l"))
        key = run.wait_for(KEY, lambda: press("9l]"))
    try:
        jobs = run.milimo("shot", "make", "--all", "--takes", str(TAKES), "--detach")["jobs"]
        cancel = run.wait_for(CANCEL, lambda: _cancel_one(run, jobs), time.time(), pause=2.0)
        run.milimo("job", "cancel", "--all")
    finally:
        run.milimo("supervisor", "stop", "--now")
    return {KEY.name: key, CANCEL.name: cancel, FRAME.name: frame}


def _cancel_one(run: Run, jobs: Sequence[str]) -> None:
    """Cancel one running job of `jobs`. If the job ends before the cancel arrives, try another."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        for job in run.milimo("job", "list", "--limit", "0"):
            if job["id"] in jobs and job["state"] == "running":
                try:
                    run.milimo("job", "cancel", job["id"])
                except RuntimeError:
                    continue
                return


def steps(legs: Sequence[Way]) -> list[str]:
    """Return the distinct functions of a walk in call order."""
    return list(dict.fromkeys(name for way in legs for name in way))


def report(walks: Mapping[str, list[Way]]) -> tuple[str, bool]:
    """Return the walks as text, and True if every walk is within its target."""
    lines, within = [], True
    for walk in WALKS:
        found = steps(walks[walk.name])
        within = within and len(found) <= walk.most
        lines.append(f"{walk.name}: {len(found)} functions, at most {walk.most}")
        seen: set[str] = set()
        for way in walks[walk.name]:
            lines += [f"    {name}" for name in way if name not in seen]
            seen.update(way)
            lines.append("    --")
        lines.pop()
    return "\n".join(lines), within


def main(arguments: Sequence[str]) -> int:
    """Measure the walks and print them. Return the exit status."""
    root = Path(arguments[0]).resolve() if arguments else HERE
    with tempfile.TemporaryDirectory(prefix="walk-") as folder:
        text, within = report(walk_all(root, Path(folder)))
    print(text)
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
