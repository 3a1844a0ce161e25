"""Test that the queue keeps working when terminals close, workers and supervisors are killed, and two people
work at once.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from milimo_tui.jobs.queue.killpoint import PUBLISHING
from tests.budget import rounds, thorough
from tests.front_door import Milimo
from tests.terminal import in_terminal


def wait_until(reached: Callable[[], bool], seconds: float = 240.0) -> None:
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.05)


def states(milimo: Milimo, ids: list[str]) -> list[str]:
    jobs = {job["id"]: job for job in milimo.json("job", "list", "--limit", "0")}
    return [jobs[id]["state"] for id in ids]


@pytest.mark.long("command_line")
def test_closed_terminal_leaves_the_jobs_running(film: Milimo) -> None:
    before = len(film.json("job", "list"))
    words = [sys.executable, "-m", "milimo_tui.cli.main", "shot", "make", "--all"]
    pid, terminal = in_terminal(words, film.env, cwd=film.cwd)
    wait_until(lambda: len(film.json("job", "list")) == before + 3)
    os.close(terminal)
    os.kill(pid, signal.SIGHUP)
    os.waitpid(pid, 0)
    jobs = [job["id"] for job in film.json("job", "list")][-3:]
    wait_until(lambda: set(states(film, jobs)) == {"done"})
    assert all(shot["takes"] == 2 for shot in film.json("shot", "list"))


def _kill_both(milimo: Milimo) -> None:
    """Kill all workers with SIGKILL, then the supervisor."""
    status = milimo.json("supervisor", "status")
    for pid in [worker["pid"] for worker in status["workers"]] + [status["pid"]]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _begun(milimo: Milimo, ids: list[str]) -> Callable[[], bool]:
    return lambda: bool({"running", "publishing", "done"} & set(states(milimo, ids)))


def _night(film: Milimo, count: int) -> None:
    before = {shot["id"]: shot["takes"] for shot in film.json("shot", "list")}
    queued: list[str] = []
    for _ in range(count):
        queued += film.json("shot", "make", "--all", "--detach")["jobs"]
        wait_until(_begun(film, queued[-len(before) :]))
        _kill_both(film)
    wait_until(lambda: set(states(film, queued)) == {"done"})
    assert len(set(queued)) == len(before) * count
    for shot in film.json("shot", "list"):
        takes = film.json("shot", "takes", shot["id"])
        assert len(takes) == before[shot["id"]] + count, "none twice, none lost"
        assert len({take["job"] for take in takes}) == len(takes)
        assert all(Path(take["path"]).is_file() for take in takes)


@pytest.mark.long("film_kills")
def test_killed_worker_and_supervisor_lose_nothing(film: Milimo) -> None:
    _night(film, 2)


@pytest.mark.long("film_kills")
def test_twenty_rounds_of_kills_lose_nothing(film: Milimo) -> None:
    _night(film, rounds("film_kills"))


def _killed_at(film: Milimo, point: str) -> None:
    """Check that a take is added exactly once when its supervisor kills itself at `point` while publishing
    it.
    """
    film.act("shot", "set", "1A", "--seed", "5")
    before = film.json("shot", "takes", "1A")
    film.inside("supervisor", "stop", "--now")
    [job] = film.json("shot", "make", "1A", "--detach", MILIMO_TEST_KILL_AT=point)["jobs"]
    note = film.home / "supervisor.json"
    first = json.loads(note.read_text())["pid"]
    wait_until(lambda: not psutil.pid_exists(first))
    wait_until(lambda: states(film, [job]) == ["done"])
    after = film.json("shot", "takes", "1A")
    assert [take["job"] for take in after[len(before) :]] == [job]
    assert Path(after[-1]["path"]).is_file()


@pytest.mark.parametrize(
    "point", thorough("film_kills", ["publishing:moved", "publishing:inserted"], quick=0)
)
def test_take_survives_a_kill_while_the_film_records_it(film: Milimo, point: str) -> None:
    _killed_at(film, point)


@pytest.mark.long("publishing_kills")
@pytest.mark.parametrize("point", PUBLISHING)
def test_take_survives_a_kill_between_two_publishing_steps(film: Milimo, point: str) -> None:
    _killed_at(film, point)


@pytest.mark.long("command_line")
def test_killed_render_is_completed(film: Milimo) -> None:
    film.act("cut", "split", "--at", "10")
    data = film.json("render", "--detach", "-o", str(film.cwd / "film.mp4"))
    wait_until(lambda: states(film, [data["job"]]) != ["queued"])
    _kill_both(film)
    wait_until(lambda: states(film, [data["job"]]) == ["done"])
    from milimo_tui.media.read.probe import probe

    assert probe(film.cwd / "film.mp4").frames == data["frames"]


@pytest.mark.long("command_line")
def test_cancel_stops_a_take_and_retry_makes_it(film: Milimo) -> None:
    # Long enough that the take is still being made when it is cancelled
    film.act("shot", "set", "1A", "--length", "300s")
    [job] = film.json("shot", "make", "1A", "--detach")["jobs"]
    wait_until(lambda: states(film, [job]) == ["running"])
    film.act("job", "cancel", job)
    wait_until(lambda: states(film, [job]) == ["cancelled"])
    assert len(film.json("shot", "takes", "1A")) == 1
    film.act("job", "retry", job, "--set", "frames=10")
    wait_until(lambda: states(film, [job]) == ["done"])
    assert len(film.json("shot", "takes", "1A")) == 2
    assert film.json("job", "log", job)["log"]


@pytest.mark.long("command_line")
def test_watch_replays_and_ends_with_the_last_job(film: Milimo) -> None:
    jobs = film.json("shot", "make", "--all", "--detach")["jobs"]
    lines = film("job", "watch", *jobs, "--until-idle", "--json").stdout.decode().splitlines()
    events: list[dict[str, Any]] = [json.loads(line) for line in lines]
    numbers = [event["seq"] for event in events if "seq" in event]
    assert numbers == sorted(set(numbers))
    assert {event["job"] for event in events if event.get("job")} == set(jobs)


@pytest.mark.long("command_line")
def test_two_people_edit_one_film(film: Milimo) -> None:
    """Each edit of two concurrent processes is applied completely or refused with a sentence."""
    results: list[subprocess.CompletedProcess[bytes]] = []

    def edit(seed: int) -> None:
        for step in range(4):
            words = [
                sys.executable,
                "-m",
                "milimo_tui.cli.main",
                "shot",
                "set",
                "1A",
                "--seed",
                str(seed + step),
            ]
            results.append(subprocess.run(words, env=film.env, capture_output=True, check=False))

    people = [threading.Thread(target=edit, args=(seed,)) for seed in (100, 200)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert all(done.returncode == 0 or done.stderr.startswith(b"milimo: ") for done in results)
    applied = sum(done.returncode == 0 for done in results)
    history = film.json("cut", "history", "--whole-project")
    assert sum("seed of 1A" in row["label"] for row in history) == applied
