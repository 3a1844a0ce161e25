"""Run the studio in a real tmux that one terminal after another attaches to."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.tui import rain_market
from tests.tui.slow_line import KITTY, SIXEL, XTERM, SlowLine, slow_line

ROOT = Path(__file__).parents[2]
CONFIG = """set -g allow-passthrough {passthrough}
set -g terminal-features "xterm-256color:RGB"
set -g default-terminal tmux-256color
set -g status off
"""
ANSWERS = {"kitty": KITTY, "xterm": XTERM, "sixel": SIXEL}


class Tmux:
    """A tmux server with its own socket, in which the studio runs."""

    def __init__(self, folder: Path, size: str = "80x24", passthrough: str = "on") -> None:
        config = folder / "tmux.conf"
        config.write_text(CONFIG.format(passthrough=passthrough))
        self.columns, self.rows = map(int, size.split("x"))
        self._base = ["tmux", "-S", str(folder / "socket"), "-f", str(config)]
        home = folder / "home"
        rain_market.make_studio(home).close()
        env = {**os.environ, "MILIMO_HOME": str(home), "PYTHONPATH": str(ROOT), "SSH_CONNECTION": "a 1 b 22"}
        for name in ("NO_COLOR", "TMUX", "STY", "COLORTERM", "KITTY_WINDOW_ID", "TERM_PROGRAM"):
            env.pop(name, None)
        self._env = {**env, "TERM": "xterm-256color"}
        studio = f"{sys.executable} -m milimo_tui.cli.main"
        self.run("new-session", "-d", "-x", str(self.columns), "-y", str(self.rows), studio)

    def run(self, *words: str) -> None:
        subprocess.run([*self._base, *words], env=self._env, check=True, timeout=60)

    @contextmanager
    def attached(
        self, kind: str, *, bits: float = 1e9, delay: float = 0, ssh: bool = False
    ) -> Iterator[SlowLine]:
        """Attach a terminal of this kind and yield its line. With `ssh`, the terminal is attached through a
        socket, as with SSH.
        """
        how = {"bits": bits, "delay": delay, "answers": ANSWERS[kind], "ssh": ssh}
        with slow_line([*self._base, "attach"], self._env, self.columns, self.rows, **how) as line:
            yield line

    def close(self) -> None:
        subprocess.run([*self._base, "kill-server"], env=self._env, check=False, timeout=60)
