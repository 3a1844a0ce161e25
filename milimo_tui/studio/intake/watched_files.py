"""Files of watched folders into their films: each by the command that a person would type, in a process of
its own, so that no damaged file can harm the supervisor.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from milimo_tui.core.errors import Conflict, DiskFull, ReadOnly, Unavailable
from milimo_tui.core.linux import DIES_WITH_PARENT
from milimo_tui.jobs.values.intake import TakenFile
from milimo_tui.store.jobs.studio_values import WatchedFolder
from milimo_tui.studio.script.scripts_here import MAYBE, SUFFIXES

PASSING = {Conflict.kind, DiskFull.kind, ReadOnly.kind, Unavailable.kind}  # it may go next time
SECONDS = 1800.0  # that taking one file in may last
SCRIPTS = (*SUFFIXES, MAYBE, ".pdf", ".docx")
WORKFLOW = ".json"

# The program dies with the thread that started it, which waits for its end.
_SCRIPT = f"""
import os, sys{DIES_WITH_PARENT}
if os.getppid() != int(sys.argv[1]):
    os._exit(1)
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


def command_of(path: Path) -> list[str]:
    """The words that take a file in, by its name: a screenplay, a workflow, else media."""
    suffix = path.suffix.lower()
    if suffix in SCRIPTS:
        return ["script", "import", str(path)]
    if suffix == WORKFLOW:
        return ["workflow", "add", str(path)]
    return ["asset", "add", str(path)]


class WatchedFiles:
    """Takes files in by `milimo`, one at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def take(self, folder: WatchedFolder, path: Path) -> TakenFile:
        """Take a file into the film of its folder. Blocks until that is over."""
        project = Path(folder.project)
        if not (project / "project.db").is_file():
            return TakenFile(f"there is no film at {project}", passes=True)
        home = project.parents[1]
        words = ["--home", str(home), "--project", project.name, "--json", *command_of(path)]
        try:
            process = self._begin(words)
        except OSError as error:
            return TakenFile(f"nothing takes it in: {error.strerror}", passes=True)
        if process is None:
            return TakenFile("the supervisor ends", passes=True)
        try:
            said, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            self._kill(process)
            process.communicate()
            return TakenFile(f"it was not taken in within {SECONDS / 60:.0f} min")
        finally:
            with self._lock:
                self._running = None
        if process.returncode == 0:
            return TakenFile()
        return TakenFile("the supervisor ends", passes=True) if self._is_over() else _refusal(said)

    def _begin(self, words: list[str]) -> subprocess.Popen[bytes] | None:
        """Start the program; None where nothing is begun any more. Raises OSError."""
        with self._lock:
            if self._stopped:
                return None
            self._running = subprocess.Popen(
                [sys.executable, "-c", _SCRIPT, str(os.getpid()), "-m", "milimo_tui.cli.main", *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                process_group=0,
            )
            return self._running

    def _is_over(self) -> bool:
        return self._stopped

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)

    def stop(self) -> None:
        """End what is under way; nothing is begun any more."""
        with self._lock:
            self._stopped = True
            if self._running:
                self._kill(self._running)


def _refusal(said: bytes) -> TakenFile:
    """The sentence of an error document, and whether it may pass."""
    try:
        error = json.loads(said)["error"]
        return TakenFile(str(error["message"]), passes=error["kind"] in PASSING)
    except (ValueError, KeyError, TypeError):
        return TakenFile("the program that takes files in ended without a word")
