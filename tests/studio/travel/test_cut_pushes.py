"""Pushes and pulls that are cut: at random, and at the steps of whoever takes in. Both sides stay whole."""

from __future__ import annotations

import os
import random
import shlex
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.opening import problem_of
from tests.budget import rounds
from tests.studio.travel.conftest import Boxes
from tests.studio.travel.films import big_file, set_length, state_of

# Runs `milimo` until it has come past so many steps; tells how many there were where it ended by itself.
STEPS = """
import os, sys
from pathlib import Path
from tests.cli.film.killed import run
told = os.open(os.environ["MILIMO_TEST_STEPS"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
run(sys.argv[2:], Path(os.environ["MILIMO_HOME"]), int(sys.argv[1]), told)
"""


@pytest.mark.long("travel")
def test_a_push_that_is_cut_goes_on_where_it_was(boxes: Boxes, tmp_path: Path) -> None:
    big_file(boxes, "film.mp4", 60)
    running = boxes.pushing(tmp_path / "far.pid")
    arriving = boxes.there.home / "arriving"
    end = time.monotonic() + 60
    while not _came(arriving) > 5_000_000 and time.monotonic() < end:
        time.sleep(0.005)
    running.kill()
    running.wait()
    came = _came(arriving)
    assert not boxes.film_there().exists()
    if came < 60_000_000:
        assert boxes.push()["bytes"] < 60_000_000 + 1_000_000 - 4_000_000
    else:
        boxes.push()
    assert (boxes.film_there() / "renders" / "film.mp4").stat().st_size == 60_000_000
    assert not any(arriving.iterdir())


def _came(arriving: Path) -> int:
    return sum(path.stat().st_size for path in arriving.rglob("*.part")) if arriving.is_dir() else 0


@pytest.mark.long("travel")
def test_a_push_killed_at_random_leaves_the_other_side_whole(boxes: Boxes, tmp_path: Path) -> None:
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
        assert problem_of(where) == ""
        assert before["1A"] <= after["1A"] <= expected  # one whose near side was killed may end meanwhile
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


@pytest.mark.long("travel")
def test_pushes_that_are_cut_do_not_make_the_boxes_forget_where_they_met(boxes: Boxes) -> None:
    boxes.push()
    set_length(boxes.film_there(), "1B", 44)
    for turn in range(15):  # more states than are kept
        boxes.here.act("shot", "set", "1A", "--length", str(30 + turn))
        full = boxes.flags(MILIMO_TEST_FREE_BYTES="1000")
        assert "the disk is full" in boxes.here.refusal("project", "push", boxes.box, *full, code=1)
    assert boxes.push()["edits"] == 15
    found = state_of(ProjectPaths(boxes.film_there()))
    assert (found["1A"], found["1B"]) == (44, 44)


def travel_cut(boxes: Boxes, act: str, last: int, told: Path) -> None:
    """A push or pull whose taking side ends itself at a step; 0: it tells how many there are."""
    words = ["project", act, boxes.box, "--ssh", boxes.server.ssh, "--program"]
    if act == "push":
        start = shlex.split(boxes.program(MILIMO_TEST_STEPS=str(told), MILIMO_HOME=str(boxes.there.home)))
        far = [*start[: start.index("-m")], "-c", STEPS, str(last)]
        command = [sys.executable, "-m", "milimo_tui.cli.main", *words, shlex.join(far)]
    else:
        command = [sys.executable, "-c", STEPS, str(last), *words, boxes.program()]
    env = {**boxes.here.env, "MILIMO_TEST_STEPS": str(told)}
    subprocess.run(command, env=env, cwd=boxes.here.cwd, capture_output=True, timeout=120, check=False)


@pytest.mark.long("travel")
@pytest.mark.parametrize("act", ["push", "pull"])
def test_who_takes_in_may_be_killed_at_any_step_of_it(boxes: Boxes, tmp_path: Path, act: str) -> None:
    boxes.push()
    giver, taker = boxes.film_here(), boxes.film_there()
    if act == "pull":
        giver, taker = taker, giver
    (giver / "renders").mkdir(exist_ok=True)
    told, many = tmp_path / "steps", rounds("travel") // 2
    landed = steps = 0
    for turn in range(many):
        picture = random.Random(turn).randbytes(100_000)
        (giver / "renders" / "film.mp4").write_bytes(picture)
        set_length(giver, "1A", 60 + turn)
        set_length(taker, "1B", 60 + turn)
        if turn:  # from the middle of the last one's steps to beyond its end: there are ever more
            travel_cut(boxes, act, int(steps * (0.5 + 0.6 * turn / many)), told)
            assert problem_of(ProjectPaths(taker)) == ""
            after = state_of(ProjectPaths(taker))
            assert after["1A"] in (59 + turn, 60 + turn)
            assert after["1B"] == 60 + turn
            landed += after["1A"] == 60 + turn
        travel_cut(boxes, act, 0, told)
        steps = int(told.read_text().split()[0])
        after = state_of(ProjectPaths(taker))
        assert (after["1A"], after["1B"]) == (60 + turn, 60 + turn)
        assert (taker / "renders" / "film.mp4").read_bytes() == picture
    assert 0 < landed < many - 1, "it was killed before the film had it, and after"
