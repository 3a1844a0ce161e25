"""Test the studio's pictures in terminals with the iTerm2 or Sixel protocol. The output is decoded by
independent readers.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests.seen.screen import Screen
from tests.tui import rain_market
from tests.tui.slow_line import SIXEL, XTERM, slow_line
from tests.tui.terminal.test_pictures_seen import LEAST, ROOT, Picture, WatchedTerminal, frames_of, likeness

CELL = (8, 16)  # width and height of a cell in pixels, as the terminal reports them
TOLD = b"\x1bP>|iTerm2 3.5.0\x1b\\"
ANSWERS = {
    "iterm2": {**XTERM, b"\x1b[>q": TOLD, b"\x1b[>0q": TOLD, b"\x1b[16t": b"\x1b[6;16;8t"},
    "sixel": SIXEL,
}
X, Y, COLUMNS, ROWS = 1, 2, 30, 10  # position and size of the record monitor in a terminal of 80 × 24 cells


def monitor(screen: Screen) -> Picture | None:
    """Return the picture in the record monitor, or None if one of its cells has no picture."""
    laid = screen.laid()
    places = [[laid.get((X + column, Y + row)) for column in range(COLUMNS)] for row in range(ROWS)]
    rows = [np.concatenate([part for part in row if part is not None], axis=1) for row in places if all(
        part is not None and part.shape == (CELL[1], CELL[0], 3) for part in row)]  # fmt: skip
    return np.concatenate(rows) if len(rows) == ROWS else None


@pytest.mark.long("slow line")
@pytest.mark.parametrize("kind", ["iterm2", "sixel"])
def test_frame_of_the_film_is_shown_in_the_monitor_and_removed_with_it(tmp_path: Path, kind: str) -> None:
    home = tmp_path / "home"
    rain_market.make_studio(home).close()
    frames = frames_of(home)["1A"]
    env = {
        **os.environ, "MILIMO_HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor",
        "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8",
    }  # fmt: skip
    for name in ("NO_COLOR", "TMUX", "STY", "KITTY_WINDOW_ID", "TERM_PROGRAM", "LC_TERMINAL", "LC_ALL"):
        env.pop(name, None)
    command = [sys.executable, "-m", "milimo_tui.cli.main"]
    with slow_line(command, env, 80, 24, bits=1e9, delay=0, answers=ANSWERS[kind]) as line:
        watched = WatchedTerminal(line)
        watched.screen = screen = Screen(80, 24, cell=CELL)
        assert watched.run(60, lambda: bool(screen.laid()))

        def shows(frame: int) -> bool:
            seen = monitor(screen)
            return seen is not None and likeness(seen, frames[frame]) >= LEAST

        line.press("gt")
        assert watched.run(30, lambda: shows(0))
        for frame in (6, 12):
            line.press("6l")
            assert watched.run(30, partial(shows, frame))
            watched.settle()
            assert shows(frame)
            assert not shows(frame - 6), "another frame would not pass for it"
        line.press("gj")
        assert watched.run(30, lambda: not screen.laid())
        line.press("gt")
        assert watched.run(30, lambda: shows(12))
        assert bool(screen.inline) == (kind == "iterm2")
        assert bool(screen.sixels) == (kind == "sixel")
        assert not screen.kitty.images
