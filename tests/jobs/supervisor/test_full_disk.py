"""Test a real disk that is full to the last byte: nothing is lost, and the queue continues by itself once
space is free.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.core.errors import DiskFull, Unavailable
from milimo_tui.core.paths import HOME_MARK
from milimo_tui.jobs.client.client import Client
from tests.jobs.conftest import ROOT, JobHome, picture, until, until_ended, until_runs
from tests.small_disk import fill_disk, mount_small_disk

DISK_BYTES = 96 << 20  # Size of the disk: more than the 64 MiB that must be free for a job to start


@pytest.fixture
def disk(house: JobHome) -> Iterator[Path]:
    """Mount a small file system of its own for the home."""
    root = house.home.root
    with mount_small_disk(root, DISK_BYTES):
        yield root
        house.end()


def answers(house: JobHome) -> bool:
    """Return True if a running supervisor can be reached. This function starts none."""
    try:
        Client(house.home).close()
    except (Unavailable, DiskFull):
        return False
    return True


@pytest.mark.long("queue")
def test_queue_continues_when_a_full_disk_has_space_again(house: JobHome, disk: Path) -> None:
    client = house.start()
    pid = house.pid
    ids = client.submit_jobs([picture(house.gated), *(picture("text=x") for _ in range(5))])
    until_runs(client, ids[0])
    fill_disk(disk / "filler")
    house.gate.touch()
    until(
        lambda: "the queue goes on when there is room" in house.home.log.read_text() or not answers(house),
        "it is full",
    )
    (disk / "filler").unlink()
    until(lambda: answers(house), "it is back by itself")
    assert house.pid == pid
    jobs = until_ended(house.start(), ids)
    assert {job.state for job in jobs.values()} == {"done"}
    assert sorted(house.taken()) == sorted(ids)


@pytest.mark.long("queue")
@pytest.mark.parametrize("knows", [False, True], ids=["a new home", "a home with jobs"])
def test_supervisor_started_on_a_full_disk_waits_and_reports_it(
    house: JobHome, disk: Path, knows: bool
) -> None:
    environment = {**os.environ, "MILIMO_HOME": str(disk)}

    def milimo(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "milimo_tui.cli.main", *words]
        return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)

    (disk / HOME_MARK).touch()
    assert milimo("supervisor", "status").returncode == 0
    ids = []
    if knows:
        client = house.start()
        ids = client.submit_jobs([picture("text=x", hold=True)])
        client.stop(now=True, wait=60)
    fill_disk(disk / "filler")
    for words in (("supervisor", "start"), ("supervisor", "status"), ("supervisor", "start")):
        process = milimo(*words)
        assert process.returncode == DiskFull.exit_code, process
        assert process.stderr.startswith("milimo: the disk is full (0 MiB free)")
        assert "Traceback" not in process.stderr + house.home.log.read_text()
    [waiting] = house.processes()  # repeated commands start only one supervisor
    (disk / "filler").unlink()
    until(lambda: answers(house), "it goes on by itself")
    client = house.start()
    assert house.pid == waiting
    client.release_jobs(ids)
    ids += client.submit_jobs([picture("text=y")])
    assert {job.state for job in until_ended(client, ids).values()} == {"done"}
