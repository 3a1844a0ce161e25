"""A studio at the end of a slow line: so many bits a second, a delay each way, a buffer that fills.

A terminal stands at its far end: it reads, answers what it was built to answer, and keeps each piece with the
time at which it came, for tests to look at what was seen when.
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
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import pyte

from tests.terminal import DEAF

BUFFER = 2_000_000
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


class SlowLine:
    """A command in a pty behind a line of `bits` a second with `delay` seconds each way."""

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
        local: bool = False,
    ) -> None:
        self.columns, self.rows = columns, rows
        self._rate, self._delay, self._answers, self._local = bits / 8, delay, answers, local
        self._master, slave = pty.openpty()
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            list(command), stdin=slave, stdout=slave, stderr=slave, env=dict(env), start_new_session=True
        )
        os.close(slave)
        self._buffer = bytearray()  # between the studio and the line
        self._free_at = 0.0  # when the line has sent what it has begun
        self._down: deque[tuple[float, bytes]] = deque()  # arrives at the terminal
        self._up: deque[tuple[float, bytes]] = deque()  # arrives at the studio
        self._tail = b""
        self.came: list[tuple[float, bytes]] = []
        self.keys: list[tuple[float, str]] = []

    def run(self, seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
        """Let time go on; returns whether what was waited for came."""
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            if until():
                return True
            self._step(now, min(end, now + 0.004))
        return until()

    def press(self, keys: str) -> None:
        """Type: the keys come at the studio a delay later."""
        now = time.monotonic()
        self.keys.append((now, keys))
        self._up.append((now + self._delay, keys.encode()))

    def _step(self, now: float, until: float) -> None:
        while self._up and self._up[0][0] <= now:
            os.write(self._master, self._up.popleft()[1])
        if len(self._buffer) < BUFFER:
            ready, _, _ = select.select([self._master], [], [], max(0.0, until - now))
            if ready:
                try:
                    self._buffer += os.read(self._master, 65536)
                except OSError:
                    time.sleep(max(0.0, until - now))
        else:
            time.sleep(max(0.0, until - now))
        now = time.monotonic()
        self._free_at = max(self._free_at, now - 0.004)
        while self._buffer and self._free_at <= now:
            piece = bytes(self._buffer[:512])
            del self._buffer[:512]
            self._free_at += len(piece) / self._rate
            self._down.append((self._free_at + self._delay, piece))
        while self._down and self._down[0][0] <= now:
            at, piece = self._down.popleft()
            self.came.append((at, piece))
            self._answer(piece, at)

    def _answer(self, piece: bytes, at: float) -> None:
        seen = self._tail + piece
        last = 0
        for asked in ASKED.finditer(seen):
            answer = self._answers.get(asked[0], self._answers.get(asked[0][:3], b""))
            if answer and asked[0].startswith(b"\x1b_Gi=32"):  # is it on this machine?
                answer = b"\x1b_Gi=32;OK\x1b\\" if self._local else b"\x1b_Gi=32;ENOENT:not here\x1b\\"
            if answer:
                self._up.append((at + self._delay, answer))
            last = asked.end()
        self._tail = seen[max(last, len(seen) - 64) :]

    @property
    def bytes(self) -> int:
        return sum(len(piece) for _, piece in self.came)

    def seen(self, rows: slice = slice(0, 1), since: float = 0.0) -> Iterator[tuple[float, str]]:
        """Yield what the rows showed after each piece that came, with its time; only where it changed."""
        screen = pyte.Screen(self.columns, self.rows)
        stream = pyte.ByteStream(screen)
        held, before = b"", ""
        for at, piece in self.came:
            whole = held + piece
            begun = BEGUN.search(whole)  # what has not ended yet waits for its end
            held, whole = (begun[0], whole[: begun.start()]) if begun else (b"", whole)
            stream.feed(DEAF.sub(b"", whole))
            text = "\n".join(screen.display[rows])
            if text != before and at >= since:
                yield at, text
            before = text

    def close(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.run(5.0, lambda: self.process.poll() is not None)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._master)


@contextmanager
def slow_line(*given: object, **how: object) -> Iterator[SlowLine]:
    """A `SlowLine` that is ended behind its test."""
    line = SlowLine(*given, **how)  # type: ignore[arg-type]
    try:
        yield line
    finally:
        line.close()
