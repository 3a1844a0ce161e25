"""Test sixel pictures in a real xterm: a screenshot shows the encoder's picture and the studio's pictures as
their sources have them. With its default settings, xterm does not report the size of its cells.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from milimo_tui.media.viewer.full_pixels import encode_sixels
from tests.seen.real_terminal import RealTerminal, needs_xterm
from tests.tui import rain_market
from tests.tui.terminal.test_pictures_seen import ROOT, Picture, frames_of

LEAST = 30.0  # smallest similarity of a screenshot and its source in dB
VT340 = ("-ti", "vt340")  # The terminal type with which xterm draws sixels.
COLUMNS, ROWS = 60, 20  # size of the encoder's picture in cells
# A program that writes the size of a cell to a file, and shows the file `sixels` as soon as it exists.
SHOW = """
import os, time
from milimo_tui.core.host import read_cell_size
with open("new", "w") as file:
    file.write("%d %d" % read_cell_size(1))
os.rename("new", "cell")
while not os.path.exists("sixels"):
    time.sleep(0.05)
os.write(1, b"\\x1b[?25l\\x1b[2J")
with open("sixels", "rb") as file:
    words = file.read()
while words:
    words = words[os.write(1, words):]
time.sleep(600)
"""


def measure_likeness(seen: Picture, source: Picture) -> float:
    """Return the peak signal-to-noise ratio in dB."""
    error = float(np.mean((seen.astype(np.float64) - source) ** 2))
    return 99.0 if error == 0 else 10 * float(np.log10(255**2 / error))


def draw_source(kind: str, width: int, height: int) -> Picture:
    """Draw a picture with many colours: smooth, with noise, or with sharp edges."""
    y, x = np.mgrid[0:height, 0:width]
    smooth = np.stack([x * 255 / width, y * 255 / height, 128 + 100 * np.sin(x / 17) * np.cos(y / 23)], -1)
    if kind == "film grain":
        smooth = smooth * 0.4 + 60 + np.random.default_rng(1).normal(0, 2, smooth.shape)
    if kind == "bars":
        smooth = np.stack([(x // 40 % 2) * 255, (y // 30 % 3) * 100, (x // 25 % 5) * 60], -1)
    return smooth.clip(0, 255).astype(np.uint8)


def make_environment(home: Path) -> dict[str, str]:
    """Return the environment of a program in a terminal whose abilities no variable reports."""
    unset = {"COLORTERM", "NO_COLOR", "TMUX", "STY", "TERM_PROGRAM", "LC_TERMINAL", "KITTY_WINDOW_ID"}
    env = {name: value for name, value in os.environ.items() if name not in unset}
    return {**env, "MILIMO_HOME": str(home), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


@needs_xterm
@pytest.mark.long("terminal pictures")
@pytest.mark.parametrize("kind", ["smooth", "film grain", "bars"])
@pytest.mark.parametrize("registers", [256, 1024])
def test_xterm_shows_the_colours_of_the_encoder(
    tmp_path: Path, kind: str, registers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    options = (*VT340, "-xrm", f"XTerm*numColorRegisters: {registers}")
    with RealTerminal(
        tmp_path, [sys.executable, "-c", SHOW], make_environment(tmp_path), options=options
    ) as terminal:
        terminal.wait_for(lambda _: (tmp_path / "cell").exists())
        width, height = map(int, (tmp_path / "cell").read_text().split())
        source = draw_source(kind, COLUMNS * width, ROWS * height)
        data, parts = encode_sixels(source, height, 0)
        words, at = b"", 0
        for row, _, count in parts:
            words += f"\x1b[{row + 1};1H".encode() + data[at : at + count]
            at += count
        (tmp_path / "whole").write_bytes(words)
        (tmp_path / "whole").rename(tmp_path / "sixels")
        shape = source.shape
        terminal.wait_for(lambda seen: bool(seen[shape[0] - 40 : shape[0], : shape[1]].any()))
        seen = terminal.wait_until_still()[: shape[0], : shape[1]]
    assert measure_likeness(seen, source) >= LEAST


@contextmanager
def open_studio(tmp_path: Path, columns: int, rows: int) -> Iterator[RealTerminal]:
    """Open the Timeline in an xterm that is only known as `xterm`."""
    home = tmp_path / "home"
    rain_market.make_studio(home).close()
    command = [sys.executable, "-m", "milimo_tui.cli.main"]
    options = (*VT340, "-tn", "xterm")
    with RealTerminal(
        tmp_path, command, make_environment(home), columns=columns, rows=rows, options=options
    ) as terminal:
        terminal.wait_for(lambda seen: int(seen.max()) > 200)
        terminal.wait_until_still(3.0)
        terminal.press("gt")
        terminal.wait_until_still(3.0)
        yield terminal


@needs_xterm
@pytest.mark.long("terminal pictures")
def test_film_frame_is_right_and_stays_next_to_panels(tmp_path: Path) -> None:
    columns, rows = 80, 24
    with open_studio(tmp_path, columns, rows) as terminal:
        drawn = np.argwhere(terminal.take_screenshot().any(axis=2)).max(axis=0) + 1
        width, height = int(drawn[1]) // columns, int(drawn[0]) // rows
        # The record monitor begins in the second column of the third row and has 30 columns.
        across = 30 * width
        frame = frames_of(tmp_path / "home")["1A"][0]
        down = round(across * frame.shape[0] / frame.shape[1])
        source = np.asarray(Image.fromarray(frame).resize((across, down), Image.Resampling.BICUBIC))
        place = slice(2 * height, 2 * height + down), slice(width, width + across)
        before = terminal.wait_for(lambda seen: measure_likeness(seen[place], source) >= LEAST)
        before = terminal.wait_until_still()
        for keys in ("ga", "\x10", "?"):
            terminal.press(keys)
            terminal.wait_for(lambda seen: not np.array_equal(seen, before))
            covered = terminal.wait_until_still()
            # The first column of the picture is next to each panel, and shows the same pixels as before.
            edge = place[0], slice(width, 2 * width)
            assert np.array_equal(covered[edge], before[edge])
            terminal.press("\x1b")
            # A glyph that is drawn alone may change a pixel of the cell next to it.
            terminal.wait_for(lambda seen: np.any(seen != before, axis=2).sum().item() < 50, 20)


@needs_xterm
@pytest.mark.long("terminal pictures")
def test_picture_at_the_lower_edge_does_not_scroll_the_screen(tmp_path: Path) -> None:
    """The last cards of the Storyboard are only partly visible. Their pictures reach below it."""
    with open_studio(tmp_path, 100, 30) as terminal:
        for screen_keys in ("gb", "gv", "gb", "gs"):
            terminal.press(screen_keys)
            terminal.wait_until_still(2.0)
        seen = terminal.take_screenshot().astype(int)
        saturated = int(np.sum(seen.max(axis=2) - seen.min(axis=2) > 150))
    assert saturated < 500, "no part of a picture stays on a screen without pictures"


@needs_xterm
@pytest.mark.long("terminal pictures")
def test_picture_wider_than_the_limit_of_xterm_is_shown(tmp_path: Path) -> None:
    """xterm shows nothing of a picture with more than 1,000 pixels on a side."""
    with open_studio(tmp_path, 160, 50) as terminal:
        terminal.press("F")
        terminal.wait_for(
            lambda seen: 900 <= np.sum((seen[:700].max(axis=2) > 60).any(axis=0)).item() <= 1010
        )
