"""Run a command at the end of a simulated slow line: a bit rate, a delay in each direction, and a buffer that
fills up.

A simulated terminal at the far end reads the output and sends its configured replies. Each received piece is
stored with its arrival time, so that tests can check what was visible at which time.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import termios
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pyte

from tests.terminal import DEAF

BUFFER = 2_000_000
SSH_BUFFER = 1_000
ASKED = re.compile(
    rb"\x1b\[5n|\x1b\[\?u|\x1b\[>?c|\x1b\[>0?q|\x1b\[16t|\x1bP\+q524742\x1b\\|\x1bP\$qm\x1b\\|\x1b\[\?2026\$p"
    rb"|\x1b_G[^;\x1b]*a=q[^\x1b]*\x1b\\"
)
BEGUN = re.compile(rb"\x1b(?:[P_\]](?:(?!\x1b\\|\x07).)*|\[[0-9;?<>=$ ]*)?\Z", re.S)
XTERM = {
    b"\x1b[5n": b"\x1b[0n",
    b"\x1b[c": b"\x1b[?64;1;2;22c",
    b"\x1b[>c": b"\x1b[>41;390;0c",
    b"\x1b[>q": b"\x1bP>|XTerm(390)\x1b\\",
    b"\x1b[>0q": b"\x1bP>|XTerm(390)\x1b\\",
}
SIXEL = {**XTERM, b"\x1b[c": b"\x1b[?64;1;2;4;22c", b"\x1b[16t": b"\x1b[6;16;8t"}
KITTY = {
    **XTERM,
    b"\x1b[>c": b"\x1b[>1;4000;42c",
    b"\x1b[>q": b"\x1bP>|kitty(0.42.1)\x1b\\",
    b"\x1b[c": b"\x1b[?62;c",
    b"\x1b[>0q": b"\x1bP>|kitty(0.42.1)\x1b\\",
    b"\x1b[?u": b"\x1b[?0u",
    b"\x1b[16t": b"\x1b[6;20;10t",
    b"\x1bP+q524742\x1b\\": b"\x1bP1+r524742=38\x1b\\",
    b"\x1b_G": b"\x1b_Gi=31;OK\x1b\\",
}


class RowsReader:
    """A reader of some rows of a terminal. It records their text after each received piece and reads each
    piece only once.
    """

    def __init__(self, columns: int, height: int, rows: slice) -> None:
        self._screen, self._rows = pyte.Screen(columns, height), rows
        self._stream = pyte.ByteStream(self._screen)
        self._held, self._before, self._count = b"", "", 0
        # The text with its time, only where it differs from the text before
        self.shown: list[tuple[float, str]] = []

    def read(self, came: Sequence[tuple[float, bytes]]) -> None:
        """Read the pieces that were added to `came` since the last call."""
        for at, piece in came[self._count :]:
            whole = self._held + piece
            # An escape sequence that is not complete waits for its end in the next piece.
            match = BEGUN.search(whole)
            self._held, whole = (match[0], whole[: match.start()]) if match else (b"", whole)
            self._stream.feed(DEAF.sub(b"", whole))
            text = "\n".join(self._screen.display[self._rows])
            if text != self._before:
                self.shown.append((at, text))
            self._before = text
        self._count = len(came)


class Port:
    """A port on the studio's side that forwards to a socket at the far end, as `ssh -R` does."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.number: int = self.listening.getsockname()[1]
        # Socket at the far end, by the socket on the studio's side
        self.far: dict[socket.socket, socket.socket] = {}
        self.near: dict[socket.socket, socket.socket] = {}

    def accept(self) -> None:
        near, far = self.listening.accept()[0], socket.socket(socket.AF_UNIX)
        far.connect(str(self._place))
        self.far[near], self.near[far] = far, near

    def end(self, one: socket.socket) -> None:
        """Close both sockets of the connection to which `one` belongs."""
        other = self.far.pop(one, None) or self.near.pop(one, None)
        if other is not None:
            self.far.pop(other, None)
            self.near.pop(other, None)
            other.close()
        one.close()

    def close(self) -> None:
        for near in list(self.far):
            self.end(near)
        self.listening.close()


class SlowLine:
    """A command in a pty behind a line of `bits` bits per second with a delay of `delay` seconds in each
    direction.

    A `port` uses the same line and is closed together with it. Its data waits in the same queue as the
    pictures.
    """

    def __init__(
        self,
        command: Sequence[str],
        env: Mapping[str, str],
        columns: int,
        rows: int,
        *,
        bits: float = 1e6,
        delay: float = 0.1,
        answers: Mapping[bytes, bytes] = XTERM,
        local: str = "",
        ssh: bool = False,
        port: Port | None = None,
        cell: tuple[int, int] = (0, 0),
    ) -> None:
        """Start `command` in a terminal of `columns` × `rows` cells at the far end of the line.

        `local` is `shared`, `file` or empty: the medium through which the terminal can read pictures from
        this machine. `answers` maps queries of the studio to replies of the terminal. `cell` is the width and
        height of a cell in pixels that the kernel reports. If `ssh` is True, data that the line has not taken
        waits in a socket, as with SSH, where the kernel can count it.
        """
        self.columns, self.rows, self._cell = columns, rows, cell
        self._rate, self._delay, self._answers, self._local = bits / 8, delay, answers, local
        self._most = SSH_BUFFER if ssh else BUFFER
        start = self._connect if ssh else self._open
        self._master, self.process = start(command, env)
        self._port = port
        # Data between the studio and the line, each with its target socket. None stands for the terminal.
        self._buffer: deque[tuple[bytes, socket.socket | None]] = deque()
        self._held = 0  # number of bytes in `_buffer`
        self._free_at = 0.0  # time at which the line has sent the piece that it has begun
        # Pieces on the way to the far end, with their arrival times
        self._down: deque[tuple[float, bytes, socket.socket | None]] = deque()
        # Pieces on the way to the studio, with their arrival times
        self._up: deque[tuple[float, bytes, socket.socket | None]] = deque()
        self._tail = b""
        self.came: list[tuple[float, bytes]] = []
        self._readers: dict[tuple[int, int], RowsReader] = {}
        self.keys: list[tuple[float, str]] = []

    def _open(self, command: Sequence[str], env: Mapping[str, str]) -> tuple[int, subprocess.Popen[bytes]]:
        """Run the command in a pty. Return the master end and the process."""
        master, slave = pty.openpty()
        width, height = self.columns * self._cell[0], self.rows * self._cell[1]
        fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("4H", self.rows, self.columns, width, height))
        process = subprocess.Popen(
            list(command), stdin=slave, stdout=slave, stderr=slave, env=dict(env), start_new_session=True
        )
        os.close(slave)
        return master, process

    def _connect(self, command: Sequence[str], env: Mapping[str, str]) -> tuple[int, subprocess.Popen[bytes]]:
        """Run the command behind a socket connection with a small receive buffer. Return the far end and the
        process.
        """
        with socket.create_server(("127.0.0.1", 0)) as server:
            size = [str(self.columns), str(self.rows)]
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.tui.remote_shell", str(server.fileno()), *size, *command],
                env=dict(env), start_new_session=True, pass_fds=[server.fileno()],
            )  # fmt: skip
            line = socket.socket()
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.connect(server.getsockname())
        return line.detach(), process

    def run(self, seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
        """Let the line work for `seconds` or until `until` returns True. Return the last result of
        `until`.
        """
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            if until():
                return True
            self._step(now, min(end, now + 0.004))
        return until()

    def press(self, keys: str) -> None:
        """Send keys. They reach the studio after the delay of the line."""
        now = time.monotonic()
        self.keys.append((now, keys))
        self._up.append((now + self._delay, keys.encode(), None))

    def _step(self, now: float, until: float) -> None:
        while self._up and self._up[0][0] <= now:
            _, data, near = self._up.popleft()
            self._give(data, near)
        self._read(max(0.0, until - now))
        now = time.monotonic()
        self._free_at = max(self._free_at, now - 0.004)
        while self._buffer and self._free_at <= now:
            piece, far = self._buffer.popleft()
            self._held -= len(piece)
            self._free_at += len(piece) / self._rate
            self._down.append((self._free_at + self._delay, piece, far))
        while self._down and self._down[0][0] <= now:
            at, piece, far = self._down.popleft()
            if far is None:
                self.came.append((at, piece))
                self._answer(piece, at)
            else:
                self._give(piece, far)

    def _read(self, seconds: float) -> None:
        """Read data that was written on either side, or wait up to `seconds` for data."""
        port = self._port
        ends: list[int | socket.socket] = [self._master] if self._held < self._most else []
        ends += [port.listening, *port.far, *port.near] if port is not None else []
        if not ends:
            time.sleep(seconds)
            return
        for ready in select.select(ends, [], [], seconds)[0]:
            if isinstance(ready, int):
                try:
                    self._queue(os.read(ready, min(65536, self._most)), None)
                except OSError:
                    time.sleep(seconds)
            elif port is not None and ready is port.listening:
                port.accept()
            elif port is not None and ready.fileno() >= 0:
                data = b""
                with suppress(OSError):
                    data = ready.recv(65536)
                if not data:
                    port.end(ready)
                elif ready in port.far:
                    self._queue(data, port.far[ready])
                else:
                    self._up.append((time.monotonic() + self._delay, data, port.near[ready]))

    def _queue(self, data: bytes, far: socket.socket | None) -> None:
        self._held += len(data)
        self._buffer.extend((data[at : at + 512], far) for at in range(0, len(data), 512))

    def _give(self, data: bytes, end: socket.socket | None) -> None:
        if end is None:
            os.write(self._master, data)
        else:
            with suppress(OSError):
                end.sendall(data)

    def _answer(self, piece: bytes, at: float) -> None:
        seen = self._tail + piece
        last = 0
        for match in ASKED.finditer(seen):
            answer = self._answers.get(match[0], self._answers.get(match[0][:3], b""))
            # The studio asks if the terminal can read this medium, which is only possible on the same
            # machine.
            for id, medium in ((b"32", "shared"), (b"33", "file")):
                if answer and match[0].startswith(b"\x1b_Gi=" + id):
                    is_read = b"OK" if self._local == medium else b"ENOENT:not here"
                    answer = b"\x1b_Gi=" + id + b";" + is_read + b"\x1b\\"
            if answer:
                self._up.append((at + self._delay, answer, None))
            last = match.end()
        self._tail = seen[max(last, len(seen) - 64) :]

    @property
    def bytes(self) -> int:
        return sum(len(piece) for _, piece in self.came)

    def seen(self, rows: slice = slice(0, 1), since: float = 0.0) -> Iterator[tuple[float, str]]:
        """Yield the time and text of the rows after each received piece since `since`, only where the text
        changed.
        """
        reader = self._readers.setdefault((rows.start, rows.stop), RowsReader(self.columns, self.rows, rows))
        reader.read(self.came)
        return (shown for shown in reader.shown if shown[0] >= since)

    def close(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.run(5.0, lambda: self.process.poll() is not None)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._master)
        if self._port is not None:
            self._port.close()


@contextmanager
def slow_line(*given: object, **how: object) -> Iterator[SlowLine]:
    """Yield a `SlowLine` and close it after the test."""
    line = SlowLine(*given, **how)  # type: ignore[arg-type]
    try:
        yield line
    finally:
        line.close()
