"""Workers that can't start: their lane rests, says why and until when, and is tried again by itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.paths import Home
from milimo_tui.jobs.client.client import Client
from tests.front_door import Milimo
from tests.jobs.conftest import picture, until, until_state

# What Python runs first in each process: one that is to be a worker ends there, as long as the file is there.
BROKEN = """
import os, sys
if "--multiprocessing-fork" in sys.orig_argv and os.path.exists(os.environ["TEST_BROKEN"]):
    os._exit(1)
"""


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """As long as it is there workers end as soon as they start."""
    (tmp_path / "early").mkdir()
    (tmp_path / "early" / "sitecustomize.py").write_text(BROKEN)
    file = tmp_path / "broken"
    file.touch()
    return file


@pytest.fixture
def desk(milimo: Milimo, broken: Path) -> Iterator[Milimo]:
    root = milimo.env["PYTHONPATH"]
    made = replace(
        milimo,
        env={
            **milimo.env,
            "PYTHONPATH": f"{broken.parent / 'early'}:{root}",
            "TEST_BROKEN": str(broken),
            "MILIMO_TEST_ENGINES": "tests.jobs.engines:ROWS",
        },
    )
    made.act("supervisor", "start")
    yield made
    broken.unlink(missing_ok=True)


def resting(milimo: Milimo) -> dict[str, Any] | None:
    """The cpu lane where it rests."""
    for lane in milimo.json("supervisor", "status")["lanes"]:
        if lane["id"] == "cpu" and lane["next_try"]:
            return dict(lane)
    return None


@pytest.mark.long("recovery")
def test_resting_lane_is_reported_and_retried_automatically(desk: Milimo, broken: Path) -> None:
    with Client(Home(desk.home)) as client:
        [id] = client.submit_jobs([picture("text=x", label="3B board")])
        lane = until(lambda: resting(desk), "its workers failed three times")
        assert "its workers end as soon as they start" in lane["reason"]
        assert "; next try at " in lane["reason"]
        told = desk("job", "wait", id, code=1).stderr.decode()
        assert "3B board waits: its workers end as soon as they start" in told
        assert "next try at" in told
        assert "tried again by itself" in told
        assert "next try at" in desk("supervisor", "status").stdout.decode()
        # It is, and rests for longer.
        first = lane["next_try"]
        again = until(
            lambda: (found := resting(desk)) and found["next_try"] > first and found, "a second rest"
        )
        assert again["next_try"] - first >= 8
        broken.unlink()
        until_state(client, id, "done")
        assert time.time() >= again["next_try"] - 0.5, "nobody asked for it before"


@pytest.mark.long("command_line")
def test_resting_lane_is_retried_on_request_and_by_a_new_supervisor(desk: Milimo, broken: Path) -> None:
    with Client(Home(desk.home)) as client:
        [id] = client.submit_jobs([picture("text=x")])
        first = until(lambda: resting(desk), "it rests")
        until(lambda: (found := resting(desk)) and found["next_try"] > first["next_try"] + 5, "for longer")
        broken.unlink()
        desk.act("job", "resume")
        until_state(client, id, "done")
    desk.act("supervisor", "stop")
    broken.touch()
    desk.act("supervisor", "start")
    with Client(Home(desk.home)) as client:
        [id] = client.submit_jobs([picture("text=y")])
        until(lambda: resting(desk), "it rests again")
    desk.act("supervisor", "stop", "--now")
    broken.unlink()
    desk.act("job", "wait", id)
    assert desk.json("job", "show", id)["state"] == "done"
