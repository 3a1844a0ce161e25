"""Count the bytes that the studio sends to a terminal over SSH: when opening screens, for keys, for focus
changes, and at rest.

A real studio runs in a pty at the end of a simulated line of 1 Mbit/s with 100 ms delay in each direction.
The simulated terminal answers like xterm or kitty. Status queries, which ask what the terminal has processed,
do not count as output unless something else comes with them.
"""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path

from tests.tui.slow_line import KITTY, XTERM, SlowLine, slow_line

SIZE = (100, 40)
KINDS = {"blocks": XTERM, "kitty": KITTY}
# Seconds without output after which a screen counts as drawn, and the longest wait for this in seconds.
QUIET, LONGEST = 2.0, 60.0
REST = 10.0  # seconds for which the output at rest is measured
SCREENS = {
    "home": "gh", "script": "gs", "storyboard": "gb", "timeline": "gt", "elements": "ge", "media": "gm",
    "review": "gv", "jobs": "gj", "weights": "gw", "film": "gf",
}  # fmt: skip
STARTS = 6.0  # seconds allowed for the start of the studio
OPENS = 10.0  # seconds until the viewer process runs and its pictures have arrived, on a busy machine
AWAY = "gs"  # keys that open a screen without pictures
# Reports that a terminal sends when its window loses or gets the focus, after DECSET 1004.
LEFT, ENTERED = "\x1b[O", "\x1b[I"
ASKED = b"\x1b[5n"
PICTURE = re.compile(rb"\x1b_G[^\x1b]*\x1b\\")
FIRST = "opened first, kB"

Figures = dict[str, float]


class CountingLine:
    """A simulated line that counts the kB which arrive after each action."""

    def __init__(self, line: SlowLine) -> None:
        self._line = line
        self._read = 0
        # Picture data of the last action in kB, counted separately because a terminal stores pictures and
        # receives each only once.
        self.pictures = 0.0

    def count_after(self, keys: str = "", *, least: float = 0.0) -> float:
        """Type keys and wait until the output stops, but at least `least` seconds. Return the received kB
        without picture data.
        """
        now, all_came = time.monotonic(), b""
        if keys:
            self._line.press(keys)
        quiet_at, end = now + max(QUIET, least), now + LONGEST
        while time.monotonic() < min(quiet_at, end):
            self._line.run(0.1)
            came, self._read = self._line.came[self._read :], len(self._line.came)
            for at, piece in came:
                all_came += piece
                if piece.replace(ASKED, b""):
                    quiet_at = max(quiet_at, at + QUIET)
        all_came = all_came.replace(ASKED, b"")
        words = PICTURE.sub(b"", all_came)
        self.pictures = (len(all_came) - len(words)) / 1000
        return len(words) / 1000


def measure_line_bytes(home: Path) -> Figures:
    """Measure a home in each kind of terminal, and return figures by name. The newest film of the home must
    have pictures.
    """
    figures: Figures = {}
    for kind, answers in KINDS.items():
        env = {
            **os.environ, "MILIMO_HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor",
            "SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22", "MILIMO_GPU_PROBE": "0",
        }  # fmt: skip
        for name in ("NO_COLOR", "TMUX", "STY", "KITTY_WINDOW_ID", "TERM_PROGRAM"):
            env.pop(name, None)
        command = [sys.executable, "-m", "milimo_tui.cli.main"]
        # The first start only leaves the studio on this screen, so that the second, measured start opens it.
        with slow_line(command, env, *SIZE, answers=answers) as line:
            for keys in ("", AWAY, ":quit\r"):
                CountingLine(line).count_after(keys, least=STARTS)
        with slow_line(command, env, *SIZE, answers=answers) as line:
            screen = CountingLine(line)
            screen.count_after(least=STARTS)
            measured = _measure_storyboard(screen) | _measure_focus_and_rest(screen)
        figures |= {f"line, {kind}: {name}": value for name, value in measured.items()}
    return figures


def _measure_storyboard(screen: CountingLine) -> Figures:
    """Open the storyboard twice, coming from the Script screen, and move its cursor over the visible cards.
    Return the kB by name.
    """
    first, pictures = screen.count_after("gb", least=OPENS), screen.pictures
    screen.count_after(AWAY)
    second = screen.count_after("gb", least=OPENS)
    figures = {
        "Storyboard opened first, kB": first,
        "Storyboard opened again, kB": second,
        "Storyboard's cursor key, most kB": max(screen.count_after(key) for key in "llhjkll"),
    }
    return figures | ({"Storyboard's pictures, once, kB": pictures} if pictures else {})


def _measure_focus_and_rest(screen: CountingLine) -> Figures:
    """Measure each screen at rest, when the terminal's window loses and gets the focus, and when the next
    panel is focused. Return the kB by name.
    """
    figures: Figures = {}
    for name, keys in SCREENS.items():
        screen.count_after(keys)
        figures[f"{name} at rest, kB"] = screen.count_after(least=REST)
        figures[f"{name}, window left and entered, kB"] = screen.count_after(LEFT) + screen.count_after(
            ENTERED
        )
        figures[f"{name}, next part, kB"] = screen.count_after("\t")
        screen.count_after("\x1b[Z")
    return figures


def compute_line_bars(figures: Figures) -> tuple[Figures, Figures]:
    """Return ratios computed from the figures, and the largest allowed value of each ratio."""
    firsts = [name for name in figures if name.endswith(FIRST)]
    ratios = {
        name.replace(FIRST, "opened first, beside again"): figures[name]
        / figures[name.replace(FIRST, "opened again, kB")]
        for name in firsts
    }
    most = dict.fromkeys(ratios, 1.3)
    for end, bar in (("cursor key, most kB", 12.0), ("at rest, kB", 0.0), ("and entered, kB", 0.0)):
        most |= dict.fromkeys([name for name in figures if name.endswith(end)], bar)
    return ratios, most
