"""Chaos test: three hundred jobs run while workers, supervisor and clients are killed and stopped, disks fill
up, and the home is copied, moved and recreated.
"""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.budget import rounds
from tests.jobs.chaos.chaos import Clock, Disk, PretendedDisk, RealDisk, Storm, check, until_all_ended
from tests.jobs.chaos.chaos_plan import plan
from tests.jobs.conftest import JobHome

TMPFS_BYTES = 160 << 20


@pytest.fixture
def small_disk(house: JobHome) -> Iterator[Path | None]:
    """Move the home to a small file system of its own that soon is full. Yield its folder, or None if it
    cannot be mounted.
    """
    disk = house.home.root.with_name("disk")
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={TMPFS_BYTES},mode=700", "none", str(disk)]
    mounted = os.getuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0
    if mounted:
        (disk / "home").mkdir(mode=0o700)
        house.move_to(disk / "home")
    yield disk if mounted else None
    if mounted:
        house.end()
        subprocess.run(["umount", "-l", str(disk)], check=True)


def seed_of() -> int:
    seed = int(os.environ.get("MILIMO_CHAOS_SEED") or random.randrange(10**6))
    print(f"MILIMO_CHAOS_SEED={seed}")
    return seed


def storm_of(house: JobHome, seed: int, jobs: int, step: float, disks: list[Disk], folder: Path) -> Storm:
    projects = [house.home.projects / name for name in ("film", "teaser")]
    for project in projects:
        project.mkdir(parents=True)
    wanted = plan(seed, jobs, step, [str(project) for project in projects])
    return Storm(house, wanted, step, random.Random(seed), disks, Clock(folder / "clock"), folder)


def blow_over(storm: Storm, seconds: float, pause: float) -> None:
    """Run a storm, wait until all jobs have ended, and check the result."""
    house = storm.house
    try:
        for number in range(3):
            storm.start_client(number)
        storm.blow(seconds, pause)
    finally:
        storm.end_clients()
        print(*storm.log, sep="\n")
    until_all_ended(house, storm.plan)
    house.end()
    remade = sum("made anew" in line for line in storm.log)
    check(house, storm.plan, storm.journals(), remade)


@pytest.fixture
def three_workers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Configure two workers on the cpu lane and one on the quick lane. Return the path of the file that
    simulates the free disk space.
    """
    free = tmp_path / "free"
    monkeypatch.setenv("MILIMO_CPU_WORKERS", "2")
    monkeypatch.setenv("MILIMO_TEST_FREE_BYTES", f"@{free}")
    monkeypatch.setenv("MILIMO_TEST_CLOCK", f"@{tmp_path / 'clock'}")
    return free


@pytest.mark.long("short_storm")
def test_queue_survives_a_short_storm(three_workers: Path, house: JobHome, tmp_path: Path) -> None:
    disk = PretendedDisk(three_workers)
    storm = storm_of(house, seed_of(), 30, 0.02, [disk], tmp_path)
    blow_over(storm, seconds=6, pause=0.3)
    for act in ("copied", "moved", "made anew"):
        assert any(f"home: {act}" in line or f"and {act}" in line for line in storm.log), act


@pytest.mark.long("chaos")
def test_three_hundred_jobs_end_correctly_despite_kills_stops_and_full_disks(
    three_workers: Path, house: JobHome, small_disk: Path | None, tmp_path: Path
) -> None:
    disks: list[Disk] = [PretendedDisk(three_workers)]
    disks += [RealDisk(small_disk)] if small_disk else []
    seconds = rounds("chaos")
    storm = storm_of(house, seed_of(), 300, seconds / 2400, disks, tmp_path)
    blow_over(storm, seconds=seconds, pause=0.5)
