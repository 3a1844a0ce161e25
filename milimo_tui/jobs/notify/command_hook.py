"""The command hook: a user's program that receives a notification as JSON on its standard input. The program
is started without a shell.

`CommandHook.run` blocks, so the outbox calls it in a separate thread. The program ends together with this
thread.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.linux import DIES_WITH_PARENT
from milimo_tui.core.reasons import reason

TAIL = 4096  # The number of bytes at the end of the program's output that are logged.

# The user's program must end together with the supervisor. On Linux, this wrapper sets a death signal before
# it starts the program. The kernel sends that signal when the thread that started the wrapper ends, so the
# thread waits for the program.
_SCRIPT = f"""
import os, sys{DIES_WITH_PARENT}
if os.getppid() != int(sys.argv[1]):
    os._exit(1)
try:
    os.execvp(sys.argv[2], sys.argv[2:])
except OSError as error:
    sys.exit(f"{{sys.argv[2]}} can't be started: {{error.strerror}}")
"""


def split_command(command: str, name: str = "notify_command") -> list[str]:
    """Split a command line into the program and its arguments.

    Raises BadInput if a quotation mark is not closed. `name` is the setting that the error message names.
    """
    try:
        return shlex.split(command)
    except ValueError as error:
        raise BadInput(f"{name} can't be read: {reason(error)}", "close its quotation marks") from None


class CommandHook:
    """A runner of the user's command, for one notification at a time.

    `environment` are the variables of the program. A program that runs for more than `seconds` is killed.
    `stop_hook` kills the running program.
    """

    def __init__(self, command: list[str], environment: Mapping[str, str], seconds: float) -> None:
        self._command = command
        self._environment = environment
        self._seconds = seconds
        self._lock = threading.Lock()
        self._running: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def run(self, message: Mapping[str, Any]) -> tuple[str, str]:
        """Run the command with `message` as its input. Return the reason of a failure (empty on success), and
        the end of the program's output.
        """
        environment = {
            "MILIMO_NOTICE_EVENT": str(message.get("event", "")),
            "MILIMO_NOTICE_ID": str(message.get("id", "")),
            "MILIMO_NOTICE_TITLE": str(message.get("title", "")),
            "MILIMO_NOTICE_TEXT": str(message.get("text", "")),
            "MILIMO_NOTICE_PROJECT": str(message.get("project", "")),
        }
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as written:
            given.write(json.dumps(message).encode())
            given.seek(0)
            with self._lock:
                if self._stopped:
                    return "the supervisor ends", ""
                self._running = process = subprocess.Popen(
                    [sys.executable, "-I", "-S", "-c", _SCRIPT, str(os.getpid()), *self._command],
                    stdin=given,
                    stdout=written,
                    stderr=written,
                    env={**self._environment, **environment},
                    process_group=0,
                    cwd="/",
                )
            problem = self._wait_for_hook_command(process)
            with self._lock:
                self._running = None
            written.seek(max(0, written.seek(0, os.SEEK_END) - TAIL))
            return problem, written.read().decode(errors="replace").strip()

    def _wait_for_hook_command(self, process: subprocess.Popen[bytes]) -> str:
        try:
            code = process.wait(self._seconds)
        except subprocess.TimeoutExpired:
            self._kill_command_group(process)
            return f"it was ended after {self._seconds:.0f} s"
        self._kill_command_group(process)  # The program may have left child processes in its process group.
        return "" if code == 0 else f"it ended with code {code}"

    def _kill_command_group(self, process: subprocess.Popen[bytes]) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop_hook(self) -> None:
        """Kill the program and its process group. Later calls of `run` start no program."""
        with self._lock:
            self._stopped = True
            if self._running:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._running.pid, signal.SIGKILL)
