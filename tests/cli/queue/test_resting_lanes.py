"""Test lanes whose workers can't start. The lane rests, reports the reason and the time of the next attempt,
and then tries again.
"""

from __future__ import annotations

import re
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

# Python runs this code first in each process. A process that is about to become a worker exits while the file
# exists.
BROKEN = """
import os, sys
if "--multiprocessing-fork" in sys.orig_argv and os.path.exists(os.environ["TEST_BROKEN"]):
    os._exit(1)
"""


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Create the file that makes each worker exit as soon as it starts, and return its path."""
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
    """Return the cpu lane if it is resting, otherwise None."""
    for lane in milimo.json("supervisor", "status")["lanes"]:
        if lane["id"] == "cpu" and lane["next_try"]:
            return dict(lane)
    return None


@pytest.mark.long("recovery")
def test_resting_lane_is_reported_and_retried_automatically(desk: Milimo, broken: Path) -> None:
    with Client(Home(desk.home)) as client:
        [id] = client.submit_jobs([picture("text=x", label="3B board")])
        lane = until(lambda: resting(desk), "its workers failed three times")
        assert "workers" in lane["reason"]
        assert re.search(r"\d\d:\d\d", lane["reason"]), "the time of the next try"
        text = desk("job", "wait", id, code=1).stderr.decode()
        assert "3B board" in text
        # Leave out the time after the semicolon: a later attempt may have changed it.
        cause = lane["reason"].partition(";")[0]
        assert cause in text
        assert cause in desk("supervisor", "status").stdout.decode()
        # The lane is tried again, fails, and rests for longer.
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
