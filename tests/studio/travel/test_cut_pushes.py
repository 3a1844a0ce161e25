"""Test pushes that are interrupted at random times: the remote film stays intact, and the next push
continues.
"""

from __future__ import annotations

import os
import random
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.opening import find_film_problem
from tests.budget import rounds
from tests.studio.travel.conftest import Machines
from tests.studio.travel.films import big_file, came, state_of


@pytest.mark.long("travel")
def test_interrupted_push_continues_where_it_stopped(boxes: Machines, tmp_path: Path) -> None:
    big_file(boxes, "film.mp4", 60)
    running = boxes.pushing(tmp_path / "far.pid")
    arriving = boxes.there.home / "arriving"
    end = time.monotonic() + 60
    while not came(arriving) > 5_000_000 and time.monotonic() < end:
        time.sleep(0.005)
    running.kill()
    running.wait()
    there = came(arriving)
    assert not boxes.film_there().exists()
    if there < 60_000_000:
        assert boxes.push()["bytes"] < 60_000_000 + 1_000_000 - 4_000_000
    else:
        boxes.push()
    assert (boxes.film_there() / "renders" / "film.mp4").stat().st_size == 60_000_000
    assert not any(arriving.iterdir())


@pytest.mark.long("travel")
def test_push_killed_at_random_leaves_the_other_side_complete(boxes: Machines, tmp_path: Path) -> None:
    rng = random.Random(18)
    big_file(boxes, "film.mp4", 12)
    begun = time.monotonic()
    boxes.push()
    takes = time.monotonic() - begun
    where = ProjectPaths(boxes.film_there())
    landed = 0
    for turn in range(rounds("travel")):
        boxes.here.act("shot", "set", "1A", "--length", str(60 + turn))
        big_file(boxes, f"film-{turn % 3}.mp4", 12, seed=turn)
        before = state_of(where)
        far = tmp_path / "far.pid"
        far.unlink(missing_ok=True)
        running = boxes.pushing(far)
        time.sleep(rng.uniform(0.2, 1.2) * takes)
        if turn % 2 and far.exists():
            with suppress(ProcessLookupError):
                os.kill(int(far.read_text()), signal.SIGKILL)
            running.wait()
        running.kill()
        running.wait()
        after = state_of(where)
        expected = 60 + turn
        assert find_film_problem(where) == ""
        # If only the local process was killed, the remote one may still finish the push.
        assert before["1A"] <= after["1A"] <= expected
        assert after["1B"] == before["1B"]
        landed += after["1A"] == expected
        for path in (boxes.film_there() / "renders").iterdir():
            if not path.name.startswith("."):
                assert path.stat().st_size == 12_000_000
    boxes.push()
    assert state_of(where)["1A"] == 60 + rounds("travel") - 1
    mine = {path.name: path.read_bytes() for path in (boxes.film_here() / "renders").iterdir()}
    theirs = {path.name: path.read_bytes() for path in (boxes.film_there() / "renders").iterdir()}
    assert {name: theirs[name] for name in mine} == mine
    assert boxes.pull()["edits"] == 0
