"""A terminal for tests: a process in a pty, its screen maintained by pyte, keys written as a keyboard would
send them.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pyte

KEYS = {
    "enter": "\r", "escape": "\x1b", "tab": "\t", "space": " ", "backspace": "\x7f",
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D",
}  # fmt: skip
# Sequences that pyte does not understand: kitty keyboard and graphics, synchronised output, device strings.
DEAF = re.compile(
    rb"\x1b\[[<>=?][0-9;]*[a-zA-Z]|\x1b\[[0-9;?]*\$[a-z]|\x1b[P_][^\x1b]*\x1b\\|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
)
HEARD = re.compile(rb"\x1b\[\?(?:25|1049|7)[hl]")


def in_terminal(
    command: Sequence[str],
    env: Mapping[str, str],
    *,
    cwd: Path | None = None,
    columns: int = 80,
    rows: int = 24,
) -> tuple[int, int]:
    """Start a command as the session leader of a new terminal. Return its process id and the file descriptor
    of the controlling end.

    If the command cannot be run, the child process exits with 127, so that the test never continues in a
    second process.
    """
    pid, line = pty.fork()
    if pid == 0:
        try:
            # A shell that starts the tests in the background makes them ignore these signals.
            for ignored in (signal.SIGINT, signal.SIGQUIT):
                signal.signal(ignored, signal.SIG_DFL)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))
            if cwd is not None:
                os.chdir(cwd)
            os.execve(command[0], list(command), dict(env))
        finally:
            os._exit(127)
    return pid, line


class Terminal:
    """A context manager that runs a command in a pty of `columns` × `rows` and ends it."""

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], columns: int = 80, rows: int = 24
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self._held = b""
        self._master, slave = pty.openpty()
        self._resize(columns, rows)
        self.process = subprocess.Popen(
            list(command), stdin=slave, stdout=slave, stderr=slave, env=dict(env), start_new_session=True,
        )  # fmt: skip
        os.close(slave)

    def _resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the terminal and notify the process with SIGWINCH."""
        self.screen.resize(rows, columns)
        self._resize(columns, rows)
        os.killpg(self.process.pid, signal.SIGWINCH)

    def read(self, seconds: float) -> bool:
        """Read the output of the process, waiting at most `seconds`. Return False if there was none."""
        ready, _, _ = select.select([self._master], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:
            return False  # The process has exited and its end of the pty is closed.
        self.raw += data
        whole = self._held + data
        cut = whole.rfind(b"\x1b")
        held = b"" if cut < 0 or len(whole) - cut > 64 or _is_whole(whole[cut:]) else whole[cut:]
        self._held = held
        whole = whole[: len(whole) - len(held)]
        self._stream.feed(DEAF.sub(lambda found: found[0] if HEARD.fullmatch(found[0]) else b"", whole))
        return bool(data)

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    def wait_for(self, words: str, seconds: float = 120.0) -> str:
        """Read until `words` are on the screen. A timeout fails with the text of the screen."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(0.05)
            if words in self.text:
                return self.text
        raise AssertionError(f"“{words}” never came; the terminal shows:\n{self.text}")

    def press(self, *keys: str) -> None:
        """Press keys in order. Each is read by the process before the next is sent."""
        for key in keys:
            os.write(self._master, KEYS.get(key, key).encode())
            end = time.monotonic() + 0.15
            while time.monotonic() < end and self.read(0.02):
                pass

    def write(self, text: str) -> None:
        """Write input in pieces, and read the output meanwhile, so that neither side waits for the other."""
        data = text.encode()
        while data:
            _, writable, _ = select.select([], [self._master], [], 0.01)
            if writable:
                data = data[os.write(self._master, data[:1024]) :]
            self.read(0)

    def hang_up(self, seconds: float = 120.0) -> int:
        """Drop the connection as sshd does: close the controlling end and send SIGHUP. Return the exit
        code.
        """
        os.close(self._master)
        self._master = os.open(os.devnull, os.O_RDONLY)
        os.kill(self.process.pid, signal.SIGHUP)
        return self.process.wait(timeout=seconds)

    def wait(self, seconds: float = 120.0) -> int:
        """Read all output until the process exits, and return its exit code."""
        end = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < end:
            self.read(0.05)
        while self.read(0.1):
            pass
        return self.process.wait(timeout=seconds)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(120)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        os.close(self._master)


def _is_whole(tail: bytes) -> bool:
    """Return True if the bytes do not end inside an escape sequence."""
    return (
        re.fullmatch(rb"\x1b(?:\[[0-9;?<>=$ ]*[@-~]|[^\[P_\]].*|[P_\]].*(?:\x07|\x1b\\)).*", tail, re.S)
        is not None
    )
