"""Run a module of this package in a separate process, for one answer or for many. This module imports neither
av nor Pillow.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import HOST

_SOURCES = str(Path(__file__).resolve().parents[3])


def make_module_command(module: str, *arguments: str) -> list[str]:
    """Return the command line that runs a module of this package.

    The option `-P` keeps the working folder off the import path, because the folder may be untrusted.
    """
    return [sys.executable, "-P", "-m", module, *arguments]


def ask_module(module: str, *arguments: str, seconds: float, slow: str, unclear: str) -> dict[str, Any]:
    """Run a module of this package in a separate process for at most `seconds`, and return its JSON answer.

    Raises BadInput in three cases: with the message `slow` after the time limit, with the message `unclear`
    if the process ends without an answer because its decoder crashed, or with the error that the module
    reports.
    """
    try:
        done = subprocess.run(
            make_module_command(module, *arguments),
            env=make_helper_environment(),
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


def start_helper_module(module: str) -> HelperProcess:
    """Start a process that runs the module `module` of this package and answers requests."""
    return HelperProcess(make_module_command(module), make_helper_environment())


class HelperProcess:
    """A separate process that answers each line of JSON with a line of JSON, in order."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start the process. Terminal keys such as Ctrl+C do not reach the process, and it should exit when
        its input is closed.
        """
        self._process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,
        )
        self._read = b""

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def send(self, question: dict[str, Any]) -> None:
        """Send a request without waiting for its answer. If the process has ended, `wait_for_answer` returns
        None.
        """
        pipe = self._process.stdin
        assert pipe is not None
        left = memoryview(json.dumps(question).encode() + b"\n")
        try:
            # A pipe may accept only some of the bytes, for example if a signal interrupts the write.
            while left:
                left = left[pipe.write(left) or 0 :]
        except BrokenPipeError:
            return

    def wait_for_answer(self, seconds: float) -> dict[str, Any] | None:
        """Return the answer to the oldest unanswered request, or None if the process ended without one.

        Raises TimeoutError after `seconds`.
        """
        pipe = self._process.stdout
        assert pipe is not None
        end = HOST.monotonic() + seconds
        with selectors.DefaultSelector() as waiting:
            waiting.register(pipe, selectors.EVENT_READ)
            while b"\n" not in self._read:
                if not waiting.select(max(0.0, end - HOST.monotonic())):
                    raise TimeoutError
                more = os.read(pipe.fileno(), 65536)
                if not more:
                    return None
                self._read += more
        line, _, self._read = self._read.partition(b"\n")
        try:
            answer: dict[str, Any] = json.loads(line)
        except ValueError:
            return None  # The line is not JSON, so a decoder has printed to the stream of the answers.
        return answer

    def kill_process(self) -> None:
        """Kill the process, whatever its state."""
        self._process.kill()
        self._process.communicate()


def make_helper_environment() -> dict[str, str]:
    """Return the current environment with this package first on the import path and OpenBLAS limited to one
    thread.
    """
    return {**os.environ, "PYTHONPATH": make_import_path(), "OPENBLAS_NUM_THREADS": "1"}


def make_module_environment() -> dict[str, str]:
    """Return an environment for a process that runs modules of this package and may start other programs.

    This package is added to PYTHONPATH only if it would otherwise be found in the working folder alone,
    because Python programs of other installations would read PYTHONPATH too. The first entry of `sys.path` is
    that folder.
    """
    entries = _list_python_path() if _SOURCES in sys.path[1:] else [make_import_path()]
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return {**inherited, "PYTHONPATH": os.pathsep.join(entries)} if entries else inherited


def make_import_path() -> str:
    """Return a PYTHONPATH on which this package is found first."""
    return os.pathsep.join(dict.fromkeys([_SOURCES, *_list_python_path()]))


def _list_python_path() -> list[str]:
    """Return the entries of PYTHONPATH as absolute paths.

    An empty entry stands for the working folder and is usually an accident of `PYTHONPATH=$PYTHONPATH:…`, so
    it is left out.
    """
    return [os.path.abspath(entry) for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
