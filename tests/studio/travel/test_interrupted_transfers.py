"""Test pushes and pulls whose receiver is killed at any step or has no disk space: nothing is lost or half
written.
"""

from __future__ import annotations

import random
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.opening import find_film_problem
from tests.budget import rounds
from tests.studio.travel.conftest import Machines
from tests.studio.travel.films import big_file, set_length, state_of

# A program that runs `milimo` and kills itself after a given number of steps. If it ends normally, it writes
# the number of steps it made.
STEPS = """
import os, sys
from pathlib import Path
from tests.cli.film.killed import run
told = os.open(os.environ["MILIMO_TEST_STEPS"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
run(sys.argv[2:], Path(os.environ["MILIMO_HOME"]), int(sys.argv[1]), told)
"""


@pytest.mark.long("travel")
def test_interrupted_pushes_keep_the_common_state_of_both_homes(boxes: Machines) -> None:
    boxes.push()
    set_length(boxes.film_there(), "1B", 44)
    for turn in range(15):  # More turns than the number of common states that a home stores.
        boxes.here.act("shot", "set", "1A", "--length", str(30 + turn))
        full = boxes.flags(MILIMO_TEST_FREE_BYTES="1000")
        assert "disk" in boxes.here.refusal("project", "push", boxes.box, *full, code=1)
    assert boxes.push()["edits"] == 15
    found = state_of(ProjectPaths(boxes.film_there()))
    assert (found["1A"], found["1B"]) == (44, 44)


def travel_cut(boxes: Machines, act: str, last: int, path: Path) -> None:
    """Run a push or pull whose receiver kills itself at step `last`. With 0 the receiver runs to its end and
    writes the number of its steps to `path`.
    """
    words = ["project", act, boxes.box, "--ssh", boxes.server.ssh, "--program"]
    if act == "push":
        start = shlex.split(boxes.program(MILIMO_TEST_STEPS=str(path), MILIMO_HOME=str(boxes.there.home)))
        far = [*start[: start.index("-m")], "-c", STEPS, str(last)]
        command = [sys.executable, "-m", "milimo_tui.cli.main", *words, shlex.join(far)]
    else:
        command = [sys.executable, "-c", STEPS, str(last), *words, boxes.program()]
    env = {**boxes.here.env, "MILIMO_TEST_STEPS": str(path)}
    subprocess.run(command, env=env, cwd=boxes.here.cwd, capture_output=True, timeout=120, check=False)


@pytest.mark.long("travel")
@pytest.mark.parametrize("act", ["push", "pull"])
def test_receiver_may_be_killed_at_any_step(boxes: Machines, tmp_path: Path, act: str) -> None:
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
        # The receiver is killed between the middle of the previous transfer's steps and a little after its
        # end, because the number of steps grows.
        if turn:
            travel_cut(boxes, act, int(steps * (0.5 + 0.6 * turn / many)), told)
            assert find_film_problem(ProjectPaths(taker)) == ""
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


@pytest.mark.long("travel")
def test_full_disk_during_a_file_is_one_sentence_and_nothing_is_half_written(boxes: Machines) -> None:
    """The remote side may write only about one megabyte to a file, as with a quota or a full disk."""
    boxes.push()
    big_file(boxes, "film.mp4", 3)
    boxes.here.act("shot", "set", "1A", "--length", "47")
    before = state_of(ProjectPaths(boxes.film_there()))
    small = shlex.join(["sh", "-c", f'ulimit -f 2000; exec {boxes.program()} "$@"', "sh"])
    error = boxes.here.refusal(
        "project", "push", boxes.box, "--ssh", boxes.server.ssh, "--program", small, code=1
    )
    assert 1 <= len(error.splitlines()) <= 2
    assert state_of(ProjectPaths(boxes.film_there())) == before
    assert not (boxes.film_there() / "renders" / "film.mp4").exists()
    assert boxes.push()["bytes"] < 3_000_000, "what had come was not sent again"
    assert state_of(ProjectPaths(boxes.film_there()))["1A"] == 47
