"""Ten minutes of playing and of random keys: what is held does not grow, and nobody is left behind.

A sound server of our own plays what is heard; what comes is read by readers of the protocols alone.
"""

from __future__ import annotations

import os
import random
import re
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path

import psutil
import pytest

from milimo_tui.studio.registry import registry
from tests.budget import rounds
from tests.front_door import Milimo
from tests.seen.screen import Screen
from tests.tui import rain_market
from tests.tui.app.test_falls import check_clean
from tests.tui.memory import Memory
from tests.tui.random_keys import RandomKeys
from tests.tui.slow_line import KITTY, XTERM, SlowLine, slow_line
from tests.tui.sound.real_server import HAS_SERVER, server

ROOT = Path(__file__).parents[3]
SECONDS = rounds("ten minutes")
IS_FULL = SECONDS >= 600
WARM = SECONDS * 0.5  # until what is kept is full: pictures, styles, modules of each screen
MOST = 1.0  # megabytes a minute
ANSWERS = {"blocks": XTERM, "kitty": KITTY}
MODES = re.compile(rb"\x1b\[(?:\?[0-9;]+[hl]|>[0-9]+u|<[0-9]*u|2[23];2t)")
LONGEST_MODE = 16
KEPT_BYTES = 1 << 16
MANY_KEYS = 1_200  # of fifteen minutes' about 9,000
HOME = b"Milimo   "  # and how many films there are: its first line
COPIES = 16  # of the film: each round of keys has one as it was
# Forwards and backwards, until the viewer keeps as many pictures as it ever does: 16 MB, and 96 to walk back.
PLAYED_SECONDS = 40.0 if IS_FULL else 3.0
SHIFT_RIGHT = "\x1b[1;2C"  # a second on


class Sitting:
    """A person before the studio: reads what comes, and weighs what the studio holds once a second."""

    def __init__(self, line: SlowLine, *, reads: bool) -> None:
        self.line = line
        self.memory = Memory(psutil.Process(line.process.pid))
        self.screen = Screen(line.columns, line.rows) if reads else None
        self.last = b""  # what came last
        self.modes = b""  # of all that came what sets a mode of the terminal, or takes it back
        self.bytes = 0
        self._begun = b""
        self._next = 0.0

    def run(self, seconds: float) -> None:
        """Let time go on. Raises Fault at bytes that no terminal would take."""
        end = time.monotonic() + seconds
        while True:
            self.line.run(min(0.02, max(0.0, end - time.monotonic())))
            came = b"".join(piece for _, piece in self.line.came)
            self.line.came.clear()
            if self.screen is not None:
                self.screen.feed(came)
            self._keep(came)
            if time.monotonic() >= self._next and self.line.process.poll() is None:
                self._next = time.monotonic() + 1
                self.memory.look()
            if time.monotonic() >= end:
                return

    def _keep(self, came: bytes) -> None:
        new = self._begun + came
        cut = new.rfind(b"\x1b")
        whole = cut < 0 or len(new) - cut > LONGEST_MODE or MODES.match(new, cut) is not None
        self._begun = b"" if whole else new[cut:]
        self.modes += b"".join(MODES.findall(new if whole else new[:cut]))
        self.last = (self.last + came)[-KEPT_BYTES:]
        self.bytes += len(came)

    def wait_for(self, words: bytes, seconds: float = 240, *, must: bool = True) -> bool:
        """Let time go on until words came, on the screen where it is read; return whether they did."""
        end = time.monotonic() + seconds
        while words not in (self.last if self.screen is None else "".join(self.screen.text.display).encode()):
            self.run(0.1)
            if time.monotonic() > end:
                assert not must, self.told()
                return False
        return True

    def told(self) -> str:
        """Return what the screen shows, where it is read, and the bytes that came last."""
        rows = self.screen.text.display if self.screen is not None else []
        return "\n".join([*rows, repr(self.last[-600:])])

    def go_home(self) -> None:
        """Leave what is open, and go to Home; again where an act that was still at work asked meanwhile."""
        for last in (False, False, True):
            self.type("\x1b", "\x1b", "g", "h")
            if self.wait_for(HOME, 240 if last else 30, must=last):
                return

    def open_film(self, name: str) -> None:
        """Go to Home, and on with another film."""
        self.go_home()
        self.type(":", *f"project use {name}", "\r")
        self.run(3)

    def type(self, *keys: str) -> None:
        """Press keys, each a moment behind the other."""
        for key in keys:
            self.line.press(key)
            self.run(0.15)

    def leave(self, way: str) -> None:
        """End the studio; hold that nobody of it goes on, and nothing of it stays in the terminal."""
        if way == "ctrl+q":
            self.type("\x1b", "\x1b", "\x11", "y", "y")  # text that is not saved is asked about
        else:
            os.kill(self.line.process.pid, getattr(signal, way))
        end = time.monotonic() + 30
        while self.line.process.poll() is None:
            assert time.monotonic() < end, self.screen.text.display if self.screen else way
            self.run(0.1)
        assert self.memory.left(30) == []
        self.run(0.5)
        check_clean(self.modes)


@contextmanager
def studio(tmp_path: Path, kind: str, *, reads: bool, copies: int = 0) -> Iterator[Sitting]:
    """The studio on its film, in a terminal on this machine, with a sound device, and copies of it."""
    home = tmp_path / "home"
    made = rain_market.make_studio(home)
    for number in range(copies):
        registry.run_by_id(made, "project.duplicate", {"name": f"copy {number}"})
    made.close()
    (tmp_path / "sound").mkdir()
    with server(tmp_path / "sound") as place:
        env = {
            **os.environ, "MILIMO_HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor",
            "PYTHONPATH": str(ROOT), "PULSE_SERVER": f"unix:{place}", "MILIMO_MPV": "no-player-here",
            "EDITOR": "true", "HF_ENDPOINT": "http://127.0.0.1:9",
        }  # fmt: skip
        command = [sys.executable, "-m", "milimo_tui.cli.main"]
        with slow_line(command, env, 100, 30, bits=1e9, delay=0, answers=ANSWERS[kind]) as line:
            sitting = Sitting(line, reads=reads)
            sitting.wait_for(b"NORMAL")
            sitting.run(2)
            yield sitting


def told(last: bytes) -> str:
    """Return what a studio that fell has written last, as text."""
    return re.sub(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|_G[^\x1b]*\x1b\\)", "", last.decode(errors="replace"))[-3000:]


def check_flat(memory: Memory, since: float) -> None:
    """Hold that no process grew from a second on, when it was warm; say by how much each did."""
    grown = {role: memory.growth(role, since) for role in memory.rows if memory.lasted(role) > WARM / 2}
    print({role: f"{each:+.2f} MB a minute" for role, each in grown.items()})
    for role, row in memory.rows.items():
        print(role, *(f"{at:.0f}s {held:.0f}" for at, held in row[::30]), "MB")
    assert {"studio", "viewer"} <= set(grown)
    assert max(grown.values()) < MOST


@pytest.mark.long("ten minutes")
@pytest.mark.skipif(not HAS_SERVER, reason="pulseaudio is not installed")
@pytest.mark.parametrize("kind", ["blocks", *(["kitty"] if IS_FULL else [])])
def test_playing_film_takes_no_more_memory(tmp_path: Path, kind: str) -> None:
    with studio(tmp_path, kind, reads=False) as sitting:
        sitting.type("g", "t")
        sitting.run(2)
        if not IS_FULL:  # a second of it, so that all of it was seen before it is weighed
            sitting.type("0", "i", SHIFT_RIGHT, "o")
        sitting.type("R", " ")
        sitting.run(WARM)
        before = sitting.bytes
        sitting.run(SECONDS - WARM)
        assert sitting.bytes - before > 1_000 * (SECONDS - WARM)  # it plays on
        assert "sound" in sitting.memory.rows
        if IS_FULL:
            check_flat(sitting.memory, WARM)
        sitting.leave("SIGKILL")


@pytest.mark.long("ten minutes")
@pytest.mark.skipif(not HAS_SERVER, reason="pulseaudio is not installed")
@pytest.mark.parametrize("kind", ["kitty", *(["blocks"] if IS_FULL else [])])
def test_random_keys_crash_nothing_and_take_no_more_memory(tmp_path: Path, kind: str) -> None:
    """The same keys again and again, each time on a film as it was; weighed for ten minutes, once what there
    is was seen. On one film they would put down more and more, which is no leak.
    """
    seed = int(os.environ.get("MILIMO_KEYS_SEED") or random.randrange(1 << 32)) if IS_FULL else 13
    keys = RandomKeys(seed)
    try:
        with studio(tmp_path, kind, reads=True, copies=COPIES if IS_FULL else 0) as sitting:
            sitting.type("g", "t", "F", " ")
            sitting.run(PLAYED_SECONDS)
            sitting.type("J")
            sitting.run(PLAYED_SECONDS)
            sitting.type("K", "\x1b")
            end = time.monotonic() + SECONDS + (WARM if IS_FULL else 0)
            for number, key in enumerate(cycle(islice(keys, MANY_KEYS) if IS_FULL else keys.once_round())):
                if IS_FULL and not number % MANY_KEYS:
                    sitting.open_film(f"copy {number // MANY_KEYS % COPIES}")
                sitting.line.press(key)
                sitting.run(0.15 if key == "\x1b" else 0.04)
                assert sitting.line.process.poll() is None, told(sitting.last)
                if time.monotonic() > end:
                    break
            sitting.go_home()
            assert sitting.screen is not None
            for _ in range(60):  # until the last picture has come
                sitting.run(0.5)
                if not sitting.screen.holes():
                    break
            assert sitting.screen.holes() == []
            if IS_FULL:  # in less, each act that is tried for the first time weighs more than a leak
                check_flat(sitting.memory, 2 * PLAYED_SECONDS + WARM)
            sitting.leave("ctrl+q")
    finally:
        print(f"seed {seed}; the last keys:", keys.pressed[-80:])
        Milimo(dict(os.environ), tmp_path).inside("supervisor", "stop", "--now")
