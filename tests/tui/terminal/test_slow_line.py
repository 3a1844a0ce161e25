"""The studio over a line of 1 Mbit/s with 100 ms each way and a buffer of 2 MB: what is seen, and when."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.budget import rounds
from tests.tui.slow_studio import ANSWERS, DELAY, SIZES, Held, Played, at_rest, hold_a_key, play, timeline

LAG, SETTLED = 0.35, 0.8  # seconds
LATE = 0.3 + DELAY  # the key has a way to go as well
STEP = 2 * 2  # frames: two before or behind
LEAST_RATE = 4  # pictures a second
MOST_TRIES = 6
# Each way of drawing; the others at their full length, on a machine that does nothing else.
PAIRS = [("blocks", "100x40"), ("kitty", "100x40"), ("sixel", "80x24")]
if rounds("slow line") > 1:
    PAIRS = [(kind, size) for kind in ANSWERS for size in SIZES]


@pytest.mark.alone
@pytest.mark.long("slow line")
@pytest.mark.parametrize(("kind", "size"), PAIRS)
def test_keys_are_answered_while_pictures_come(tmp_path: Path, size: str, kind: str) -> None:
    with timeline(tmp_path, size, kind) as line:
        assert at_rest(line) == 0
        # A machine that is busy with other tests is not the studio's: the best try is what it does.
        tries = list[Held]()
        while len(tries) < MOST_TRIES and not (tries and is_quick(tries[-1])):
            tries.append(hold_a_key(line))
        assert is_quick(tries[-1]), tries


def is_quick(held: Held) -> bool:
    return held.p95 <= LAG and held.settled <= SETTLED


@pytest.mark.alone
@pytest.mark.long("slow line")
@pytest.mark.parametrize("kind", ["blocks"] if rounds("slow line") == 1 else list(ANSWERS))
def test_a_film_plays_in_step_and_pauses_at_once(tmp_path: Path, kind: str) -> None:
    with timeline(tmp_path, "100x40", kind) as line:
        tries = list[Played]()
        while len(tries) < MOST_TRIES and not (tries and is_in_step(tries[-1])):
            tries.append(play(line))
        assert is_in_step(tries[-1]), tries


def is_in_step(played: Played) -> bool:
    return played.rate >= LEAST_RATE and played.drift <= STEP and played.late <= LATE
