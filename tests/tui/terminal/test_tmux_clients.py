"""Test the studio inside a real tmux that one terminal after another attaches to."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.budget import rounds
from tests.media.viewer.cell_pictures import HIGH, WIDE, colour, ink
from tests.tui.slow_line import SlowLine
from tests.tui.slow_studio import KEYS, hold_a_key
from tests.tui.terminal.test_pictures_seen import LEAST, Picture, WatchedTerminal, frames_of, likeness
from tests.tui.terminal.test_slow_line import MOST_TRIES
from tests.tui.tmux_server import Tmux

IN_TIME = 1.0  # seconds from the attachment of a terminal until it shows the right picture
TRIES = 4
STEP = 6  # frames that the playhead moves between two terminals; the two pictures then differ by 15 dB
Place = tuple[int, int, int, int]  # column, row, number of columns and number of rows
REST = 0.4  # seconds without output, after which nothing is in transit when a terminal detaches
PATIENCE = 30.0  # seconds to wait, enough for a busy machine
PICTURE = "\U0010eeee"
ENOUGH = 60  # fewest cells with glyphs that only pictures use
LAG = 0.7  # most seconds until a key is answered; without a measurement of the line it takes 1.6
SCREENS = [("gb", "Storyboard"), ("gt", "Timeline")]
KINDS = ["xterm", "kitty", "sixel", "kitty"]  # Each terminal follows a terminal of another kind.

pytestmark = [
    pytest.mark.long("slow line"),
    pytest.mark.alone,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]


def in_cells(seen: WatchedTerminal, word: str) -> bool:
    """Return True if a screen shows pictures as cells and no placeholders. `word` must be in its first
    row.
    """
    rows = seen.screen.text.display
    text = "\n".join(rows)
    cells = sum("\u2580" <= sign <= "\u259f" for sign in text)
    return word in rows[0] and PICTURE not in text and cells >= ENOUGH


def in_full(seen: WatchedTerminal, word: str) -> bool:
    """Return True if a screen shows complete pictures in full resolution. `word` must be in its first row."""
    rows = seen.screen.text.display
    return word in rows[0] and bool(seen.screen.pictures()) and not seen.screen.holes()


def monitor(seen: WatchedTerminal, kind: str, place: Place) -> Picture | None:
    """Return the picture in the record monitor, at 10 × 20 pixels per cell, or None if a cell does not belong
    to a picture.
    """
    x, y, columns, rows = place
    if kind == "kitty":
        return seen.screen.picture(*place) if place in seen.screen.pictures() else None
    out = np.zeros((rows * HIGH, columns * WIDE, 3))
    for row in range(rows):
        for column in range(columns):
            char = seen.screen.text.buffer[y + row][x + column]
            try:
                filled = ink(char.data or " ")[..., None]
            except KeyError:
                return None
            front, back = (np.array(colour(name)) for name in (char.fg, char.bg))
            at = slice(row * HIGH, (row + 1) * HIGH), slice(column * WIDE, (column + 1) * WIDE)
            out[at] = filled * front + (1 - filled) * back
    shown = Image.fromarray(np.rint(out).astype(np.uint8))
    return np.asarray(shown.resize((columns * 10, rows * 20), Image.Resampling.BOX))


def look(
    tmux: Tmux, kind: str, word: str, keys: str = "", to: str = "", frame: tuple[Place, Picture] | None = None
) -> float:
    """Attach a new terminal and return the seconds until it showed the right picture.

    Afterwards the keys `keys` go to the screen `to`, if they are given. `frame` is a position in cells and
    the picture that must be visible there.
    """
    began = time.monotonic()
    has_pictures: Callable[[WatchedTerminal, str], bool] = in_full if kind == "kitty" else in_cells

    def is_right(seen: WatchedTerminal, word: str) -> bool:
        if frame is None or not has_pictures(seen, word):
            return frame is None and has_pictures(seen, word)
        shown = monitor(seen, kind, frame[0])
        return shown is not None and likeness(shown, frame[1]) >= LEAST

    with tmux.attached(kind) as line:
        seen = WatchedTerminal(line)
        assert seen.run(PATIENCE, lambda: is_right(seen, word)), "\n".join(seen.screen.text.display)
        took, before = time.monotonic() - began, len(line.came)
        line.press(keys)
        seen.run(PATIENCE, lambda: is_right(seen, to or word))
        seen.settle(REST)
        assert is_right(seen, to or word)
        if kind != "kitty":
            assert b"a=T" not in b"".join(piece for _, piece in line.came[before:])
        assert not seen.screen.inline
        assert not seen.screen.sixels
    return took


def record_place(tmux: Tmux) -> Place:
    """Return the cells of the record monitor, taken from a terminal that shows its picture in full
    resolution.
    """
    with tmux.attached("kitty") as line:
        seen = WatchedTerminal(line)
        assert seen.run(PATIENCE, lambda: in_full(seen, "Timeline"))
        seen.settle(REST)
        return max(seen.screen.pictures(), key=lambda place: place[2])


def test_each_attached_terminal_gets_pictures_of_its_protocol(tmp_path: Path) -> None:
    """The playhead moves while no terminal is attached. A second after the next one is attached, it shows the
    frame at the new position.
    """
    tmux = Tmux(tmp_path)
    first = frames_of(tmp_path / "home")["1A"]
    at = 0
    try:
        for keys, screen in SCREENS:
            look(tmux, "kitty", "Storyboard", keys, screen)
            place = record_place(tmux) if screen == "Timeline" else None
            best = dict.fromkeys(KINDS, PATIENCE)
            # Other tests can slow down the machine, so the best try counts.
            for _ in range(TRIES):
                for kind in KINDS:
                    if place is not None:
                        tmux.run("send-keys", f"{STEP}l")
                        at += STEP
                    frame = (place, first[at]) if place is not None else None
                    best[kind] = min(best[kind], look(tmux, kind, screen, frame=frame))
                if max(best.values()) <= IN_TIME:
                    break
            assert max(best.values()) <= IN_TIME, (screen, best)
    finally:
        tmux.close()


@pytest.mark.parametrize("ssh", [True] if rounds("slow line") == 1 else [True, False])
def test_keys_without_passthrough_wait_for_no_picture(tmp_path: Path, ssh: bool) -> None:
    """The test uses a connection whose data the kernel counts, and a line of which nothing is known."""
    tmux = Tmux(tmp_path, "160x45", passthrough="off")
    try:
        with tmux.attached("xterm", bits=1e6, delay=0.1, ssh=ssh) as line:
            came(line, b"NORMAL")
            line.run(1)
            line.press("gt")
            line.run(4)
            at_rest = line.bytes
            line.run(1)
            assert line.bytes == at_rest  # A screen at rest sends nothing.
            for _ in range(MOST_TRIES):
                lag = hold_a_key(line).p95
                if lag <= LAG:
                    break
            assert lag <= LAG
            assert len(line.keys) >= KEYS
    finally:
        tmux.close()


def came(line: SlowLine, word: bytes) -> None:
    """Wait until a word has arrived in the output."""
    assert line.run(PATIENCE * 2, lambda: word in b"".join(piece for _, piece in line.came))
