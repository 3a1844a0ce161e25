"""Test ten minutes of playback and of random keys: memory use does not grow, and no process is left running.

A separate sound server plays the sound. The terminal output is decoded by independent readers of the
protocols.
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
from tests.tui.app.test_crashes import check_clean
from tests.tui.memory import Memory
from tests.tui.random_keys import RandomKeys
from tests.tui.slow_line import KITTY, XTERM, SlowLine, slow_line
from tests.tui.sound.real_server import HAS_SERVER, server

ROOT = Path(__file__).parents[3]
SECONDS = rounds("ten minutes")
IS_FULL = SECONDS >= 600
WARM = SECONDS * 0.5  # Seconds until all caches are full: pictures, styles, and the modules of each screen.
MOST = 1.0  # Largest accepted growth in megabytes a minute.
ANSWERS = {"blocks": XTERM, "kitty": KITTY}
MODES = re.compile(rb"\x1b\[(?:\?[0-9;]+[hl]|>[0-9]+u|<[0-9]*u|2[23];2t)")
LONGEST_MODE = 16
KEPT_BYTES = 1 << 16
MANY_KEYS = 1_200  # Number of keys in one round. Fifteen minutes have about 9,000 keys.
HOME = b"Milimo   "  # Beginning of Home's first line, before the number of films.
COPIES = 16  # Copies of the film, so that each round of keys has an unchanged one.
# Seconds of playback forwards and backwards that fill the viewer's picture cache: 16 MB, and 96 MB for
# playing backwards.
PLAYED_SECONDS = 40.0 if IS_FULL else 3.0
SHIFT_RIGHT = "\x1b[1;2C"  # This key moves one second forward.


class StudioSession:
    """A person at the studio: reads the terminal output and measures the studio's memory once a second."""

    def __init__(self, line: SlowLine, *, reads: bool) -> None:
        self.line = line
        self.memory = Memory(psutil.Process(line.process.pid))
        self.screen = Screen(line.columns, line.rows) if reads else None
        self.last = b""  # The newest bytes of the output.
        self.modes = b""  # All sequences of the output that set or reset a terminal mode.
        self.bytes = 0
        self._begun = b""
        self._next = 0.0

    def run(self, seconds: float) -> None:
        """Read output for some seconds. Raises Fault at bytes that violate a terminal protocol."""
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
        """Wait until `words` are on the screen or, if the screen is not decoded, in the output. Return True
        if they appeared.
        """
        end = time.monotonic() + seconds
        while words not in (self.last if self.screen is None else "".join(self.screen.text.display).encode()):
            self.run(0.1)
            if time.monotonic() > end:
                assert not must, self.told()
                return False
        return True

    def told(self) -> str:
        """Return the text of the screen, if it is decoded, and the newest bytes, for a failure message."""
        rows = self.screen.text.display if self.screen is not None else []
        return "\n".join([*rows, repr(self.last[-600:])])

    def go_home(self) -> None:
        """Close everything that is open and go to Home. Repeat it if a running action opened a question
        meanwhile.
        """
        for last in (False, False, True):
            self.type("\x1b", "\x1b", "g", "h")
            if self.wait_for(HOME, 240 if last else 30, must=last):
                return

    def open_film(self, name: str) -> None:
        """Go to Home and open another film."""
        self.go_home()
        self.type(":", *f"project use {name}", "\r")
        self.run(3)

    def type(self, *keys: str) -> None:
        """Press keys with a short pause after each."""
        for key in keys:
            self.line.press(key)
            self.run(0.15)

    def leave(self, way: str) -> None:
        """End the studio. Check that no process of it is left running and that the terminal is restored."""
        if way == "ctrl+q":
            self.type("\x1b", "\x1b", "\x11", "y", "y")  # The studio asks about unsaved text.
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
def studio(tmp_path: Path, kind: str, *, reads: bool, copies: int = 0) -> Iterator[StudioSession]:
    """Start the studio on its film in a terminal of the given kind, with a sound device and `copies` copies
    of the film.
    """
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
            sitting = StudioSession(line, reads=reads)
            sitting.wait_for(b"NORMAL")
            sitting.run(2)
            yield sitting


def told(last: bytes) -> str:
    """Return the last output of a crashed studio as text."""
    return re.sub(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|_G[^\x1b]*\x1b\\)", "", last.decode(errors="replace"))[-3000:]


def check_flat(memory: Memory, since: float) -> None:
    """Check that no process grew after the second `since`, when the caches were full. Print the growth of
    each.
    """
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
        # The short run loops over one second, so that every frame was seen before the measurement.
        if not IS_FULL:
            sitting.type("0", "i", SHIFT_RIGHT, "o")
        sitting.type("R", " ")
        sitting.run(WARM)
        before = sitting.bytes
        sitting.run(SECONDS - WARM)
        # Output continues, so the film is still playing.
        assert sitting.bytes - before > 1_000 * (SECONDS - WARM)
        assert "sound" in sitting.memory.rows
        if IS_FULL:
            check_flat(sitting.memory, WARM)
        sitting.leave("SIGKILL")


@pytest.mark.long("ten minutes")
@pytest.mark.skipif(not HAS_SERVER, reason="pulseaudio is not installed")
@pytest.mark.parametrize("kind", ["kitty", *(["blocks"] if IS_FULL else [])])
def test_random_keys_crash_nothing_and_take_no_more_memory(tmp_path: Path, kind: str) -> None:
    """The same keys are repeated, each round on an unchanged copy of the film. Memory is measured for ten
    minutes after all caches are full. On a single film the keys would add more and more content, which is not
    a leak.
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
            for _ in range(60):  # Wait until the last picture has arrived.
                sitting.run(0.5)
                if not sitting.screen.holes():
                    break
            assert sitting.screen.holes() == []
            if IS_FULL:  # In a shorter run, the first use of each action takes more memory than a leak would.
                check_flat(sitting.memory, 2 * PLAYED_SECONDS + WARM)
            sitting.leave("ctrl+q")
    finally:
        print(f"seed {seed}; the last keys:", keys.pressed[-80:])
        Milimo(dict(os.environ), tmp_path).inside("supervisor", "stop", "--now")
