"""Import of files from watched folders into their films.

Each file is imported by a `milimo` command in a separate process, so that a damaged file can't harm the
supervisor.
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
from milimo_tui.core.file_suffixes import SCREENPLAY_SUFFIXES
from milimo_tui.core.linux import DIES_WITH_PARENT
from milimo_tui.jobs.values.intake import FileImportOutcome
from milimo_tui.media.files.helper_process import make_module_command, make_module_environment
from milimo_tui.store.jobs.studio_values import WatchedFolder
from milimo_tui.studio.script.local_scripts import TEXT_SUFFIX

# After these errors the import is tried again later.
RETRYABLE_KINDS = {Conflict.kind, DiskFull.kind, ReadOnly.kind, Unavailable.kind}
# Time limit for importing one file, in seconds. An import that takes longer is stopped and counts as failed.
IMPORT_SECONDS = 1800.0
SCRIPTS = (*SCREENPLAY_SUFFIXES, TEXT_SUFFIX, ".pdf", ".docx")
WORKFLOW = ".json"

# The import process asks the kernel to end it when the thread that started it ends. That thread must
# therefore wait for the process.
_SCRIPT = f"""
import os, sys{DIES_WITH_PARENT}
if os.getppid() != int(sys.argv[1]):
    os._exit(1)
os.execv(sys.argv[2], sys.argv[2:])
"""


def choose_import_command(path: Path) -> list[str]:
    """Return the command that imports a file, by its suffix: a screenplay, a workflow, or else media."""
    suffix = path.suffix.lower()
    if suffix in SCRIPTS:
        return ["script", "import", str(path)]
    if suffix == WORKFLOW:
        return ["workflow", "add", str(path)]
    return ["asset", "add", str(path)]


class WatchedFiles:
    """The importer of files from watched folders, which the supervisor uses. It runs the command `milimo` for
    one file at a time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def import_file(self, folder: WatchedFolder, path: Path) -> FileImportOutcome:
        """Import a file into the film of its watched folder, and return the outcome. Blocks until the import
        ends.
        """
        project = Path(folder.project)
        if not (project / "project.db").is_file():
            return FileImportOutcome(f"there is no film at {project}", passes=True)
        home = project.parents[1]
        words = ["--home", str(home), "--project", project.name, "--json", *choose_import_command(path)]
        try:
            process = self._start_import(words)
        except OSError as error:
            return FileImportOutcome(f"it can't be imported: {error.strerror}", passes=True)
        if process is None:
            return FileImportOutcome("the supervisor is stopping", passes=True)
        try:
            output, _ = process.communicate(timeout=IMPORT_SECONDS)
        except subprocess.TimeoutExpired:
            self._kill_import(process)
            process.communicate()
            return FileImportOutcome(f"it was not imported within {IMPORT_SECONDS / 60:.0f} min")
        finally:
            with self._lock:
                self._running = None
        if process.returncode == 0:
            return FileImportOutcome()
        return (
            FileImportOutcome("the supervisor is stopping", passes=True)
            if self._is_stopped()
            else _parse_import_error(output)
        )

    def _start_import(self, words: list[str]) -> subprocess.Popen[bytes] | None:
        """Start the import process for the arguments `words`; return None if `stop` was called. Raises
        OSError.
        """
        with self._lock:
            if self._stopped:
                return None
            self._running = subprocess.Popen(
                [
                    *(sys.executable, "-P", "-c", _SCRIPT, str(os.getpid())),
                    *make_module_command("milimo_tui.cli.main", *words),
                ],
                env=make_module_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                process_group=0,
            )
            return self._running

    def _is_stopped(self) -> bool:
        return self._stopped

    def _kill_import(self, process: subprocess.Popen[bytes]) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)

    def stop(self) -> None:
        """End the running import, and start no other."""
        with self._lock:
            self._stopped = True
            if self._running:
                self._kill_import(self._running)


def _parse_import_error(output: bytes) -> FileImportOutcome:
    """Return the outcome of a failed import, parsed from the JSON error output `output` of the import
    command. The outcome says if a later try may succeed.
    """
    try:
        error = json.loads(output)["error"]
        return FileImportOutcome(str(error["message"]), passes=error["kind"] in RETRYABLE_KINDS)
    except (ValueError, KeyError, TypeError):
        return FileImportOutcome("the import program ended without a message")
