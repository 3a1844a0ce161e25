"""Test the health of workers: workers that hang, wear out or run short of memory are ended, replaced and
reported, and workers that only look that way are not.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.settings import Settings
from milimo_tui.engines.contract.engine import Result
from milimo_tui.engines.contract.engine_row import EngineRow
from milimo_tui.jobs.machine.health import ProcessSample, describe_stuck_engine
from milimo_tui.jobs.supervisor.recycle_policy import MIB, RecyclePolicy
from milimo_tui.jobs.values.views import DetailedJob
from tests.jobs.checkpoint_engine import worked
from tests.jobs.conftest import JobHome, picture, until, until_ended, until_runs, until_state
from tests.jobs.supervisor_parts import QueueParts

ROW = EngineRow("slow", "Slow", "cpu", (), "", step_seconds=10.0, load_seconds=60.0)


def test_engine_over_its_time_limit_counts_as_hung() -> None:
    assert describe_stuck_engine(ROW, 9.9, loaded=True) == ""
    assert describe_stuck_engine(ROW, 10.1, loaded=True) == "no step for 10 s; the limit for slow is 10 s"
    assert describe_stuck_engine(ROW, 59.0, loaded=False) == ""
    assert describe_stuck_engine(ROW, 61.0, loaded=False) == "slow has not loaded in 61 s; its limit is 60 s"


@pytest.mark.parametrize(
    ("ends", "why"),
    [
        ([("a", 100, "")] * 3, "it did 3 jobs"),
        ([("a", 100, ""), ("a", 151, "")], "it holds 51 MiB more than after its first job"),
        ([("a", 100, ""), ("b", 900, "")], ""),  # another engine may need more memory
        ([("a", 100, ""), ("b", 900, ""), ("a", 100, "")], "it did 3 jobs"),
        ([("a", 100, "out_of_memory")], "it ran out of memory"),
        ([("a", 100, "device_lost")], "it lost its card"),
        ([("a", 100, "failed"), ("a", 20, "")], ""),
    ],
)
def test_worker_wears_out(ends: list[tuple[str, int, str]], why: str) -> None:
    wear = RecyclePolicy()
    said = [
        wear.record_attempt_end(engine, held * MIB, kind, most_jobs=3, most_growth_mb=50)
        for engine, held, kind in ends
    ]
    assert said[-1] == why
    assert not any(said[:-1])


def test_maximum_of_nothing_is_none() -> None:
    wear = RecyclePolicy()
    assert not any(
        wear.record_attempt_end("a", n * 1000 * MIB, "", most_jobs=0, most_growth_mb=0) for n in range(2000)
    )


# Tests in one process, with a simulated worker


@pytest.fixture
def inside(tmp_path: Path) -> Iterator[QueueParts]:
    made = QueueParts(tmp_path, Settings(lease_seconds=0.2, grace_seconds=0.05, worker_jobs=2))
    yield made
    made.close()


async def began(inside: QueueParts) -> dict[str, Any]:
    inside.dispatch.assign_queued_jobs()
    await asyncio.sleep(0)
    return inside.pool.runs("cpu")


async def test_worn_out_worker_gets_no_more_jobs_and_ends_when_idle(inside: QueueParts) -> None:
    ids = [inside.submit() for _ in range(3)]
    for n in range(2):
        told = await began(inside)
        inside.pool.say("cpu", say="accepted", token=told["token"])
        result = Result().model_dump(mode="json")
        inside.pool.say("cpu", say="made", token=told["token"], result=result, used={"host": 1, "peak": 1})
        assert ("cpu", {"do": "end"}) in inside.pool.sent or n == 0
    (event,) = [e for e in inside.events if e.kind == "worker" and e.data["state"] == "recycled"]
    assert event.data["reason"] == "it did 2 jobs"
    sent = len(inside.pool.sent)
    inside.dispatch.assign_queued_jobs()
    assert len(inside.pool.sent) == sent, "the third waits for a fresh one"
    assert inside.state(ids[2]) == "queued"
    inside.pool.die("cpu")
    told = await began(inside)
    assert told["job"] == ids[2]
    job = inside.queue.get(ids[2])
    assert (job.deaths, job.attempts) == (0, 1)


async def test_worker_killed_for_memory_is_distinguished_from_a_crash(
    inside: QueueParts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counters = tmp_path / "vmstat"
    counters.write_text("nr_free_pages 7\noom_kill 4\n")
    monkeypatch.setenv("MILIMO_TEST_KILLED", str(counters))
    said = []
    for kills in (4, 5):
        inside.submit()
        told = await began(inside)
        inside.pool.say("cpu", say="accepted", token=told["token"])
        counters.write_text(f"nr_free_pages 7\noom_kill {kills}\n")
        inside.pool.die("cpu")
        said.append(inside.queue.get(told["job"]).error)
    assert said == ["its worker process died", "main memory was full: the system killed its worker process"]


async def test_worn_out_worker_finishes_its_assigned_jobs_and_ends(tmp_path: Path) -> None:
    inside = QueueParts(tmp_path, Settings(worker_growth_mb=10))
    ids = [inside.submit() for _ in range(100)]
    told = await began(inside)
    for n in range(100):
        # The worker's memory grows once and then shrinks. The worker still counts as worn out.
        used = {"host": (100 if n == 6 else 1) * MIB, "peak": 1, "seconds": 0.001}
        inside.pool.say("cpu", say="accepted", token=told["token"])
        result = Result().model_dump(mode="json")
        inside.pool.say("cpu", say="made", token=told["token"], result=result, used=used)
        inside.dispatch.assign_queued_jobs()
        if ("cpu", {"do": "end"}) in inside.pool.sent:
            break
        runs = [message for _, message in inside.pool.sent if message["do"] == "run"]
        told = runs[n + 1]
    assert 6 < n < 99, "what it had, and no more"
    assert [inside.state(id) for id in ids[: n + 1]] == ["done"] * (n + 1)
    assert inside.state(ids[n + 1]) == "queued"
    [reason] = [e.data["reason"] for e in inside.events if e.data.get("state") == "recycled"]
    assert "99 MiB" in reason
    inside.close()


async def test_delayed_supervisor_blames_no_worker(inside: QueueParts) -> None:
    """After a long delay of the supervisor, its timers are due before it has read the workers' messages. No
    worker may be ended for that.
    """
    id = inside.submit()
    told = await began(inside)
    inside.pool.looks["cpu"] = ProcessSample("S", 100)
    inside.pool.say("cpu", say="accepted", token=told["token"])
    time.sleep(0.5)  # block the event loop for more than two leases
    await asyncio.sleep(0.02)
    assert inside.pool.ends == []
    assert inside.state(id) == "running"
    while not inside.pool.ends:  # A worker that sends nothing from now on is ended.
        await asyncio.sleep(0.01)
    assert inside.pool.ends[0] == ("cpu", False)


# Tests with a real supervisor


def events(house: JobHome, kind: str) -> list[dict[str, Any]]:
    return [event for event in house.start().list_events(0) if event["kind"] == kind]


@pytest.mark.long("queue")
def test_engine_without_progress_is_ended_and_its_job_done_by_another(
    house: JobHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILIMO_LEASE_SECONDS", "1")
    client = house.start()
    (id,) = client.submit_jobs([picture("steps=6 freeze=3", "hasty")])
    job = until_ended(client, [id])[id]
    assert (job.state, job.attempts) == ("done", 2)
    assert "its worker hangs: no step for" in client.read_job_log(id)
    assert "hasty is 3 s" in client.fetch_job(id).history[0].error
    assert worked(house.home.workspace / id) == [0, 1, 2, 0, 1, 2, 3, 4, 5]


@pytest.mark.long("queue")
def test_long_load_is_no_hang(house: JobHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILIMO_LEASE_SECONDS", "1")
    # Loading takes 4.5 seconds, while this engine may take three seconds for a step.
    monkeypatch.setenv("TEST_LOAD_SECONDS", "4.5")
    client = house.start()
    (id,) = client.submit_jobs([picture("steps=2", "hasty")])
    job = until_ended(client, [id])[id]
    assert (job.state, job.attempts) == ("done", 1)


@pytest.mark.long("queue")
def test_out_of_memory_uses_a_smaller_plan_on_a_new_worker(house: JobHome) -> None:
    client = house.start()
    low, too_low = client.submit_jobs([picture("oom=2", "keeper"), picture("oom=9", "keeper")])
    ended = until_ended(client, [low, too_low])
    assert (ended[low].state, ended[low].attempts, ended[low].rung) == ("done", 3, 2)
    assert Path(ended[low].outputs["board"]).read_text() == "rung 2"
    assert ended[too_low].state == "failed"
    assert "rung 2 does not fit" in ended[too_low].error
    recycled = [event["reason"] for event in events(house, "worker") if event["state"] == "recycled"]
    assert recycled == ["it ran out of memory"] * 5
    assert "stepped down: whole → sliced" in client.read_job_log(low)


@pytest.mark.long("queue")
def test_growing_worker_is_replaced_and_reported(house: JobHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILIMO_WORKER_GROWTH_MB", "64")
    client = house.start()
    ids = client.submit_jobs([picture("grow=50", "keeper") for _ in range(5)])
    ended = until_ended(client, ids)
    assert {(job.state, job.attempts) for job in ended.values()} == {("done", 1)}
    told = until(
        lambda: [event for event in events(house, "worker") if event["state"] == "recycled"], "it is replaced"
    )
    assert " MiB " in told[0]["reason"]
    assert told[0]["reason"] in house.home.log.read_text()


@pytest.mark.long("queue")
def test_progress_shows_speed_frames_memory_and_an_estimate(house: JobHome) -> None:
    client = house.start()
    (id,) = client.submit_jobs([picture("steps=100000 step=0.02", "keeper")])
    until_runs(client, id)

    def measured() -> DetailedJob | None:
        job = client.fetch_job(id)
        live = job.live
        return job if live.get("speed") and live.get("memory") and job.eta else None

    job: DetailedJob = until(measured, "it is measured")
    live = job.live
    assert live["speed"] > 0
    assert live["memory"]["host"] > 1 << 20
    assert live["memory"]["device"] == 0
    done, total = live["frames"]
    assert 0 <= done < total == 50_000
    assert job.eta == pytest.approx((100_000 - job.steps[0]) / live["speed"], rel=0.05)
    client.cancel_jobs([id])
    until_state(client, id, "cancelled")
    assert client.fetch_job(id).history[0].peak_bytes > 1 << 20
