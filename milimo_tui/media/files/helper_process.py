"""How a helper process of this package is started, asked once, or asked again and again. No av, no Pillow."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import HOST

_SOURCES = str(Path(__file__).resolve().parents[3])


def command(module: str, *arguments: str) -> list[str]:
    """Run a module of ours; the working folder stays off the import path (it may be a stranger's)."""
    return [sys.executable, "-P", "-m", module, *arguments]


def run_module(module: str, *arguments: str, seconds: float, slow: str, unclear: str) -> dict[str, Any]:
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


class Helper:
    """A module of ours in a process of its own that answers each line of JSON with one, in order."""

    def __init__(self, module: str) -> None:
        """Start it. Keys of the terminal are not for it; it ends when its input does."""
        self._process = subprocess.Popen(
            command(module),
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,
        )
        self._read = b""

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, question: dict[str, Any]) -> None:
        """Ask without waiting. One that has ended is told of by `answer`."""
        pipe = self._process.stdin
        assert pipe is not None
        left = memoryview(json.dumps(question).encode() + b"\n")
        try:
            while left:  # a signal may cut a long write short
                left = left[pipe.write(left) or 0 :]
        except BrokenPipeError:
            return

    def answer(self, seconds: float) -> dict[str, Any] | None:
        """The next answer; None where the process ended without one. Raises TimeoutError after so long."""
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
            return None  # its decoder wrote where answers belong
        return answer

    def end(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.communicate()


def environment() -> dict[str, str]:
    """Our environment, with this very package found first, and no pool of threads for algebra."""
    return {**os.environ, "PYTHONPATH": import_path(), "OPENBLAS_NUM_THREADS": "1"}


def import_path() -> str:
    """What PYTHONPATH is to be for this very package to be found first."""
    paths = [_SOURCES, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return os.pathsep.join(dict.fromkeys(paths))
