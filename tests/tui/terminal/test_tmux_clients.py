"""A real tmux between the studio and its terminal: looked at from one terminal after another."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.tui import rain_market
from tests.tui.slow_line import KITTY, XTERM, SlowLine, slow_line

ROOT = Path(__file__).parents[3]
CONFIG = """set -g allow-passthrough on
set -g terminal-features "xterm-256color:RGB"
set -g default-terminal tmux-256color
set -g status off
"""
PICTURE = "\U0010eeee".encode()


class Tmux:
    """A server of its own, in which the studio runs."""

    def __init__(self, folder: Path) -> None:
        config = folder / "tmux.conf"
        config.write_text(CONFIG)
        self._base = ["tmux", "-S", str(folder / "socket"), "-f", str(config)]
        home = folder / "home"
        rain_market.make_studio(home).close()
        env = {**os.environ, "MILIMO_HOME": str(home), "PYTHONPATH": str(ROOT), "SSH_CONNECTION": "a 1 b 22"}
        for name in ("NO_COLOR", "TMUX", "STY", "COLORTERM", "KITTY_WINDOW_ID", "TERM_PROGRAM"):
            env.pop(name, None)
        self._env = {**env, "TERM": "xterm-256color"}
        studio = f"{sys.executable} -m milimo_tui.cli.main"
        self.run("new-session", "-d", "-x", "80", "-y", "24", studio)

    def run(self, *words: str) -> None:
        subprocess.run([*self._base, *words], env=self._env, check=True, timeout=60)

    @contextmanager
    def attached(self, kind: str) -> Iterator[SlowLine]:
        """A terminal of a kind that looks at it."""
        answers = KITTY if kind == "kitty" else XTERM
        with slow_line(
            [*self._base, "attach"], self._env, 80, 24, bits=1e9, delay=0, answers=answers
        ) as line:
            yield line

    def close(self) -> None:
        subprocess.run([*self._base, "kill-server"], env=self._env, check=False, timeout=60)


def came(line: SlowLine, word: bytes, seconds: float = 30.0) -> float:
    """How long it took until a word came."""
    began = time.monotonic()
    assert line.run(seconds, lambda: word in b"".join(piece for _, piece in line.came)), line.came[-3:]
    return time.monotonic() - began


def shown(line: SlowLine) -> str:
    """What the terminal shows now."""
    return [text for _, text in line.seen(slice(0, 24))][-1]


@pytest.mark.long("slow line")
@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_each_terminal_that_looks_gets_pictures_of_its_own_kind(tmp_path: Path) -> None:
    tmux = Tmux(tmp_path)
    try:
        with tmux.attached("kitty") as line:
            came(line, b"Rain Market")
            came(line, b"a=T,U=1")
            came(line, PICTURE)
            line.press("gt")
            came(line, b"Timeline")
            line.run(2)
        with tmux.attached("xterm") as line:
            came(line, b"Timeline")
            began = time.monotonic()
            while PICTURE.decode() in (text := shown(line)) or "Timeline" not in text:
                assert time.monotonic() - began < 30, text
                line.run(0.1)
            took = time.monotonic() - began
            assert b"a=T" not in b"".join(piece for _, piece in line.came)
        with tmux.attached("kitty") as line:
            came(line, b"Timeline")
            again = came(line, b"a=T,U=1")
            came(line, PICTURE)
        assert took < 3
        assert again < 3
    finally:
        tmux.close()
