"""Test the studio over a line of 1 Mbit/s with 100 ms delay in each direction and a buffer of 2 MB: the
displayed content and its timing.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from tests.budget import rounds
from tests.tui.slow_studio import (
    ANSWERS,
    DELAY,
    SIZES,
    KeyLag,
    PlaybackResult,
    at_rest,
    hold_a_key,
    play,
    timeline,
)

LAG, SETTLED = 0.35, 0.8  # most seconds until a key is answered, and until the screen has settled
LATE = 0.3 + DELAY  # most seconds until a pause takes effect; the key also needs the delay of the line
STEP = 2 * 2  # largest range in frames of the drift between film and clock: two frames before and two after
LEAST_RATE = 4  # fewest pictures per second during playback
MOST_TRIES = 6
# A pair for each kind of drawing. All other pairs are only tested on a machine without other load.
PAIRS = [("blocks", "100x40"), ("kitty", "100x40"), ("sixel", "80x24")]
if rounds("slow line") > 1:
    PAIRS = [(kind, size) for kind in ANSWERS for size in SIZES]


@pytest.mark.alone
@pytest.mark.long("slow line")
@pytest.mark.parametrize(("kind", "size"), PAIRS)
def test_keys_are_answered_while_pictures_arrive(tmp_path: Path, size: str, kind: str) -> None:
    with timeline(tmp_path, size, kind) as line:
        assert at_rest(line) == 0
        # Other tests can slow down the machine, so the best try counts.
        tries = list[KeyLag]()
        while len(tries) < MOST_TRIES and not (tries and is_quick(tries[-1])):
            tries.append(hold_a_key(line))
        assert is_quick(tries[-1]), tries


def is_quick(held: KeyLag) -> bool:
    return held.p95 <= LAG and held.settled <= SETTLED


@pytest.mark.alone
@pytest.mark.long("slow line")
@pytest.mark.parametrize("kind", ["blocks"] if rounds("slow line") == 1 else list(ANSWERS))
def test_film_plays_in_step_and_pauses_at_once(tmp_path: Path, kind: str) -> None:
    with timeline(tmp_path, "100x40", kind) as line:
        tries = list[PlaybackResult]()
        while len(tries) < MOST_TRIES and not (tries and is_in_step(tries[-1])):
            tries.append(play(line))
        assert is_in_step(tries[-1]), tries


FIGURES = re.compile(r"line: \d+ fps  \d+ dropped  [\d.]+ of [\d.]+ kB/s  round trip (\d+) ms  quadrants")


@pytest.mark.alone
@pytest.mark.long("slow line")
def test_line_figures_are_shown_below_playback_and_in_full_screen(tmp_path: Path) -> None:
    with timeline(tmp_path, "80x24", "blocks") as line:

        def figures(row: int) -> list[int]:
            """Return the round trips in ms that a row of the screen has shown since `began`."""
            rows = [text for _, text in line.seen(slice(row, row + 1), since=began)]
            return [int(found[1]) for text in rows if (found := FIGURES.search(text))]

        began = time.monotonic()
        line.press(" ")
        line.run(1)
        line.press("g%")
        assert line.run(20, lambda: bool(figures(22)))
        began = time.monotonic()
        line.press("F")
        assert line.run(20, lambda: bool(figures(23))), line.seen(slice(23, 24))
        line.run(3)  # longer than the bar is visible
        began = time.monotonic()
        assert line.run(5, lambda: len(figures(23)) > 1)
        assert all(1900 * DELAY <= trip <= 3000 * DELAY for trip in figures(23))
        line.press("g%")
        line.run(1)
        began = time.monotonic()
        line.run(2)
        assert not figures(23)


def is_in_step(played: PlaybackResult) -> bool:
    return played.rate >= LEAST_RATE and played.drift <= STEP and played.late <= LATE
