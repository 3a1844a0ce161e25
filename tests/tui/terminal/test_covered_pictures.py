"""Test pictures in real pixels next to panels, and a terminal that turns out to be better than its name: the
studio then uses its colours, and the size of its cells that the kernel reports.
"""

from __future__ import annotations

import fcntl
import os
import signal
import struct
import sys
import termios
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from milimo_tui.core.kitty_marks import PLACEHOLDER
from milimo_tui.tui.terminal.line.questions import parse_answers
from milimo_tui.tui.terminal.line.replies import Reply
from tests.seen.screen import Screen
from tests.tui import rain_market
from tests.tui.slow_line import KITTY, SIXEL, XTERM, slow_line
from tests.tui.terminal.test_direct_pictures import ANSWERS, CELL, monitor
from tests.tui.terminal.test_pictures_seen import ROOT, WatchedTerminal

TRUE_COLOUR = {b"\x1bP$qm\x1b\\": b"\x1bP1$r0;48:2::1:2:3m\x1b\\"}


@contextmanager
def open_studio(
    tmp_path: Path, answers: Mapping[bytes, bytes], *, cell: tuple[int, int] = (0, 0), **variables: str
) -> Iterator[WatchedTerminal]:
    """Open the studio in a terminal of 80 × 24 cells that answers as `answers` describes."""
    home = tmp_path / "home"
    rain_market.make_studio(home).close()
    env = {**os.environ, "MILIMO_HOME": str(home), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    for name in (
        "NO_COLOR", "TMUX", "STY", "KITTY_WINDOW_ID", "TERM_PROGRAM", "LC_TERMINAL", "LC_ALL", "COLORTERM",
        "SSH_CONNECTION",
    ):  # fmt: skip
        env.pop(name, None)
    env |= variables
    command = [sys.executable, "-m", "milimo_tui.cli.main"]
    with slow_line(command, env, 80, 24, bits=1e9, delay=0, answers=answers, cell=cell) as line:
        watched = WatchedTerminal(line)
        watched.screen = Screen(80, 24, cell=CELL)
        assert watched.run(60, lambda: is_on_screen(watched, "EXT. MARKET STREET"))
        watched.settle()
        yield watched


def is_on_screen(watched: WatchedTerminal, words: str) -> bool:
    return any(words in row for row in watched.screen.text.display)


def count_picture_cells(screen: Screen) -> int:
    """Count the cells that show a picture. Fail if a placeholder is text or names an unknown picture."""
    if not screen.kitty.images:
        assert PLACEHOLDER not in "".join(screen.text.display)
        return len(screen.laid())
    assert screen.holes() == []
    return len(screen.parts())


def press(watched: WatchedTerminal, keys: str, words: str) -> None:
    """Press keys, and wait until the words are on the screen and nothing changes any more."""
    watched.line.press(keys)
    assert watched.run(30, lambda: is_on_screen(watched, words)), words
    watched.settle(0.5)


@pytest.mark.long("terminal pictures")
@pytest.mark.parametrize("kind", ["sixel", "iterm2", "kitty"])
def test_picture_next_to_a_panel_stays(tmp_path: Path, kind: str) -> None:
    answers = KITTY if kind == "kitty" else ANSWERS[kind]
    with open_studio(tmp_path, answers, TERM="xterm-256color", COLORTERM="truecolor") as watched:
        for screen_keys, heading in (("gt", "· Timeline"), ("gb", "· Storyboard")):
            press(watched, screen_keys, heading)
            assert watched.run(30, lambda: count_picture_cells(watched.screen) > 0)
            watched.settle()
            before = count_picture_cells(watched.screen)
            for panel_keys, words in (("ga", "Esc"), ("\x10", "Commands"), ("?", "Keys ·")):
                press(watched, panel_keys, words)
                assert 0 < count_picture_cells(watched.screen) < before
                press(watched, "\x1b", heading)
                assert count_picture_cells(watched.screen) == before


@pytest.mark.long("terminal pictures")
def test_answer_with_true_colour_restyles_every_screen(tmp_path: Path) -> None:
    """A panel for 16 colours has a border, and hides the complete screen behind it."""
    with open_studio(tmp_path, {**XTERM, **TRUE_COLOUR}, TERM="xterm") as watched:
        for screen_keys, heading in (("gt", "· Timeline"), ("gs", "· Script")):
            press(watched, screen_keys, heading)
            for panel_keys, words in (("ga", "Esc"), ("\x10", "Commands")):
                press(watched, panel_keys, words)
                assert is_on_screen(watched, heading)
                assert not is_on_screen(watched, "╭")
                press(watched, "\x1b", heading)


@pytest.mark.long("terminal pictures")
def test_cell_size_of_the_kernel_allows_sixel_pictures(tmp_path: Path) -> None:
    """xterm does not answer the question for the size of a cell unless the user allows it."""
    answers = {question: answer for question, answer in SIXEL.items() if question != b"\x1b[16t"}
    colours = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    with open_studio(tmp_path, answers, cell=CELL, **colours) as watched:
        watched.line.press("gt")
        assert watched.run(30, lambda: monitor(watched.screen) is not None)
        count = len(watched.screen.sixels)
        assert count
        # The user chooses another font: the window keeps its columns and rows.
        size = struct.pack("4H", 24, 80, 80 * 10, 24 * 20)
        fcntl.ioctl(watched.line._master, termios.TIOCSWINSZ, size)
        os.killpg(watched.line.process.pid, signal.SIGWINCH)
        assert watched.run(30, lambda: len(watched.screen.sixels) > count)
        watched.settle()
        heights = {strip.pixels.shape[0] % 20 for strip in watched.screen.sixels[count:]}
        assert heights == {0}


def test_konsole_gets_no_picture_of_iterm2() -> None:
    for name in ("Konsole 24.02.1", "konsole 26.08"):
        assert not parse_answers([Reply("version", name)]).iterm2
    assert parse_answers([Reply("version", "mintty 3.7")]).iterm2
