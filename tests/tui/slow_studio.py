"""Measure the studio's timeline over a slow line: the delay of key responses, and the playback of a film."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.tui import rain_market
from tests.tui.slow_line import KITTY, SIXEL, XTERM, Port, SlowLine, slow_line

ROOT = Path(__file__).parents[2]
KEYS, A_SECOND = 30, 15
TIMECODE = re.compile(r"(\d\d):(\d\d):(\d\d):(\d\d) /")
DELAY, PAUSE = 0.1, 0.25
RATE = 25
ANSWERS = {"blocks": XTERM, "kitty": KITTY, "sixel": SIXEL}
SIZES = ["80x24", "100x40", "160x45"]


@dataclass(frozen=True, slots=True)
class KeyLag:
    """The result of a held key: median and 95th percentile of the lag, time until the screen settled (both in
    seconds), and bytes sent.
    """

    p50: float
    p95: float
    settled: float
    bytes: int


@dataclass(frozen=True, slots=True)
class PlaybackResult:
    """The result of a playback: pictures per second, drift between film and clock in frames, seconds until
    the pause took effect, and bytes sent.
    """

    rate: float
    drift: float
    late: float
    bytes: int


@contextmanager
def timeline(folder: Path, size: str, kind: str, port: Port | None = None) -> Iterator[SlowLine]:
    """Yield the line to a studio that shows its timeline and has finished drawing. If a port is given, the
    studio plays sound through it.
    """
    home = folder / "home"
    rain_market.make_studio(home).close()
    env = {
        **os.environ, "MILIMO_HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor",
        "PYTHONPATH": str(ROOT), "SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22",
    }  # fmt: skip
    for name in ("NO_COLOR", "TMUX", "STY", "KITTY_WINDOW_ID", "TERM_PROGRAM", "PULSE_SERVER"):
        env.pop(name, None)
    if port is not None:
        env |= {"PULSE_SERVER": f"tcp:127.0.0.1:{port.number}", "HOME": str(folder)}
    columns, rows = map(int, size.split("x"))
    command = [sys.executable, "-m", "milimo_tui.cli.main"]
    with slow_line(command, env, columns, rows, answers=ANSWERS[kind], port=port) as line:
        assert line.run(60, lambda: any(b"NORMAL" in piece for _, piece in line.came))
        line.run(2)
        line.press("gt")
        line.run(6)
        yield line


def frame_of(row: str) -> int | None:
    """Return the frame of the timecode in the head of the timeline, or None if the row has no timecode."""
    found = TIMECODE.search(row)
    if not found:
        return None
    hours, minutes, seconds, frame = map(int, found.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * RATE + frame


def frames_seen(line: SlowLine) -> list[tuple[float, int]]:
    """Return each frame that the head of the timeline showed, with its time."""
    return [(at, frame) for at, row in line.seen() if (frame := frame_of(row)) is not None]


def at_rest(line: SlowLine) -> int:
    """Return the number of bytes that arrive in two seconds without input."""
    before = line.bytes
    line.run(2)
    return line.bytes - before


def hold_a_key(line: SlowLine) -> KeyLag:
    """Press a key thirty times and measure the lag of the timecode.

    The screen has settled at the last byte of the output that follows the keys without a break.
    """
    before, began, pressed = line.bytes, time.monotonic(), list[float]()
    for _ in range(KEYS):
        line.press("l")
        pressed.append(line.keys[-1][0])
        line.run(max(0.0, began + len(pressed) / A_SECOND - time.monotonic()))
    line.run(3)
    shown = frames_seen(line)
    first = [frame for at, frame in shown if at <= pressed[0]][-1]
    lags = sorted(
        min((at for at, frame in shown if at >= when and frame >= first + index), default=9.0) - when
        for index, when in enumerate(pressed, 1)
    )
    settled = pressed[-1]
    for at, piece in line.came:
        if at > settled and piece.replace(b"\x1b[5n", b""):
            if at - max(settled, pressed[-1] + 2 * DELAY) > PAUSE:
                break
            settled = at
    return KeyLag(
        lags[len(lags) // 2], lags[int(len(lags) * 0.95)], settled - pressed[-1], line.bytes - before
    )


def play(line: SlowLine) -> PlaybackResult:
    """Play for six seconds from the start of the film, then pause. Only the last four seconds are
    measured.
    """
    line.press("0")
    line.run(2)
    before = line.bytes
    line.press(" ")
    line.run(6)
    sent = line.bytes - before
    line.press(" ")
    pause = line.keys[-1][0]
    line.run(3)
    shown = frames_seen(line)
    playing = [(at, frame) for at, frame in shown if pause - 4 < at < pause]
    drifts = sorted(frame - at * RATE for at, frame in playing) or [0.0]
    edge = len(drifts) // 20
    moved = [at for at, frame in shown if at > pause and playing and frame != playing[-1][1]]
    late = moved[-1] - pause if moved else 0.0
    return PlaybackResult(len(playing) / 4, drifts[-1 - edge] - drifts[edge], late, sent)
