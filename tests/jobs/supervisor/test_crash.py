"""Test crashes: workers and supervisors are killed or stopped, and every job still ends exactly once."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest

from milimo_tui.core.host import is_process_alive
from milimo_tui.jobs.client.client import Client
from milimo_tui.jobs.queue.killpoint import PUBLISHING
from tests.budget import rounds, thorough
from tests.jobs.conftest import JobHome, picture, until, until_ended, until_runs, until_state


def end_of(pid: int) -> None:
    until(lambda: not is_process_alive(pid), f"process {pid} goes")


@pytest.mark.long("queue")
def test_killed_worker_costs_an_attempt_and_no_job(house: JobHome) -> None:
    client = house.start()
    [id] = client.submit_jobs([picture(house.gated)])
    until_runs(client, id)
    worker = house.worker(client)
    os.kill(worker, signal.SIGKILL)
    house.gate.touch()
    job = until_state(client, id, "done")
    assert [attempt.outcome for attempt in job.history] == ["died", "done"]
    assert house.worker(client) != worker
    assert "its worker process died" in client.read_job_log(id)
    assert house.taken() == [id]


@pytest.mark.long("queue")
def test_dead_worker_is_noticed_by_its_end_and_not_by_its_lease(
    house: JobHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILIMO_LEASE_SECONDS", "3600")
    client = house.start()
    [id] = client.submit_jobs([picture(house.gated)])
    until_runs(client, id)
    stream = client.watch_events(jobs=[id])
    os.kill(house.worker(client), signal.SIGKILL)
    assert next(event for event in stream if event.get("state") == "retrying")
    client.cancel_jobs([id])


@pytest.mark.long("queue")
def test_job_with_three_deaths_without_progress_is_held(house: JobHome) -> None:
    client = house.start()
    [id] = client.submit_jobs([picture("steps=2 die=1")])
    [after, other] = client.submit_jobs([picture(depends_on=[id]), picture()])
    jobs = until_ended(client, [id, after, other])
    assert [jobs[name].state for name in (id, after, other)] == ["set_aside", "skipped", "done"]
    assert jobs[id].attempts == 3
    assert jobs[id].error == "its worker process died"


@pytest.mark.long("queue")
def test_deaths_with_progress_do_not_count(house: JobHome) -> None:
    client = house.start()
    [id] = client.submit_jobs([picture("steps=4 step=0.15 dies_further=3")])
    job = until_state(client, id, "done", "set_aside")
    assert (job.state, job.attempts) == ("done", 4)


@pytest.mark.long("queue")
def test_killed_supervisor_ends_its_workers_and_its_jobs_continue(house: JobHome) -> None:
    client = house.start()
    running, queued = client.submit_jobs([picture(house.gated), picture()])
    [waiting] = client.submit_jobs([picture(depends_on=[running])])
    until_runs(client, running)
    worker = house.worker(client)
    house.kill()
    house.gate.touch()
    end_of(worker)
    client = house.start()
    jobs = until_ended(client, [running, queued, waiting])
    assert {job.state for job in jobs.values()} == {"done"}
    history = client.fetch_job(running).history
    assert [attempt.outcome for attempt in history] == ["lost", "done"]
    assert sorted(house.taken()) == sorted([running, queued, waiting])


@pytest.mark.long("queue")
def test_row_86_no_job_is_left_running_after_a_restart(
    house: JobHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the supervisor is killed, jobs in every state continue from that state after the restart."""
    # The cancelled job must still be running when the supervisor is killed.
    monkeypatch.setenv("MILIMO_GRACE_SECONDS", "600")
    client = house.start()
    film = tmp_path / "film"
    film.mkdir()
    (film / "refuse").touch()
    [publishing] = client.submit_jobs([picture(project=str(film))])
    until(lambda: client.fetch_job(publishing).reason, "it waits for its film")
    running, queued, held, cancelling = client.submit_jobs(
        [picture(house.gated), picture(), picture(hold=True), picture("stubborn=60", lane="quick")]
    )
    [waiting] = client.submit_jobs([picture(depends_on=[queued])])
    until_runs(client, running)
    until_state(client, cancelling, "running")
    client.cancel_jobs([cancelling])
    states = {job.id: job.state for job in client.list_jobs()}
    assert sorted(states.values()) == ["cancelling", "held", "publishing", "queued", "running", "waiting"]
    house.kill()
    house.gate.touch()
    (film / "refuse").unlink()
    client = house.start()
    jobs = until_ended(client, [publishing, running, queued, cancelling, waiting])
    assert jobs.pop(cancelling).state == "cancelled"
    assert {job.state for job in jobs.values()} == {"done"}
    assert client.fetch_job(held).state == "held"
    assert jobs[publishing].attempts == 1, "made once: only its intake was put off"


@pytest.mark.long("queue")
def test_worker_and_supervisor_killed_together_lose_nothing(house: JobHome) -> None:
    client = house.start()
    ids = client.submit_jobs([picture(house.gated) for _ in range(4)])
    until_runs(client, ids[0])
    worker = house.worker(client)
    os.kill(worker, signal.SIGKILL)
    house.kill()
    house.gate.touch()
    client = house.start()
    jobs = until_ended(client, ids)
    assert {job.state for job in jobs.values()} == {"done"}
    assert sorted(house.taken()) == sorted(ids)


def rounds_of_kills(house: JobHome, rounds: int, jobs: int, seed: int) -> None:
    """Kill the worker and then the supervisor at random times, and check that every job is done exactly
    once.
    """
    print(f"seed {seed}")
    chance = random.Random(seed)
    client = house.start()
    ids = client.submit_jobs([picture(f"steps=4 step=0.02 text={n}") for n in range(jobs)])
    for _ in range(rounds):
        time.sleep(chance.uniform(0.0, 0.4))
        for row in client.fetch_status().workers:
            if row.pid is not None:
                os.kill(row.pid, signal.SIGKILL)
        time.sleep(chance.choice((0.0, 0.01, 0.1)))
        house.kill()
        client = house.start()
        client.submit_jobs([picture("steps=2 step=0.02")])
    ended = until_ended(client, [job.id for job in client.list_jobs()])
    assert {job.state for job in ended.values()} == {"done"}
    assert ended.keys() >= set(ids)
    assert sorted(house.taken()) == sorted(ended), "each taken in exactly once"
    for n, id in enumerate(ids):
        assert Path(ended[id].outputs["board"]).read_text() == str(n)
    until(lambda: not any((house.home.root / "workspace").glob("*/*")), "nothing is left in a workspace")


@pytest.mark.long("kill_rounds")
def test_four_rounds_of_killing_worker_and_supervisor_lose_nothing(house: JobHome) -> None:
    rounds_of_kills(house, rounds=4, jobs=8, seed=4)


@pytest.mark.long("kill_rounds")
def test_twenty_rounds_of_killing_worker_and_supervisor_lose_nothing(house: JobHome) -> None:
    rounds_of_kills(house, rounds=rounds("kill_rounds"), jobs=60, seed=random.randrange(10**6))


@pytest.mark.parametrize(
    "point", thorough("recovery", sorted(PUBLISHING, key=lambda point: point != "publishing:4"))
)
def test_kill_between_two_publishing_steps_loses_nothing(
    house: JobHome, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as only_now:
        only_now.setenv("MILIMO_TEST_KILL_AT", point)
        client = house.start()
        pid = house.pid
        [id] = client.submit_jobs([picture("text=precious")])
        end_of(pid)
    client = house.start()
    job = until_state(client, id, "done")
    assert Path(job.outputs["board"]).read_text() == "precious"
    assert house.taken() == [id]
    assert job.attempts == (2 if point == "publishing:1" else 1)
    until(lambda: not (house.home.workspace / id).exists(), "its workspace is removed")


@pytest.mark.long("queue")
def test_stopped_worker_is_killed_and_its_job_done_by_another(
    house: JobHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILIMO_LEASE_SECONDS", "1.2")
    monkeypatch.setenv("MILIMO_GRACE_SECONDS", "0.3")
    client = house.start()
    [id] = client.submit_jobs([picture(house.gated)])
    until_runs(client, id)
    worker = house.worker(client)
    os.kill(worker, signal.SIGSTOP)
    house.gate.touch()
    job = until_state(client, id, "done")
    assert [attempt.outcome for attempt in job.history] == ["died", "done"]
    assert job.history[0].error.startswith("its worker is stopped: no message and no work for")
    assert not is_process_alive(worker)


@pytest.mark.long("queue")
def test_long_call_that_blocks_all_threads_is_not_taken_for_dead(
    house: JobHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILIMO_LEASE_SECONDS", "0.6")
    client = house.start()
    [id] = client.submit_jobs([picture("hog=1.5")])
    job = until_state(client, id, "done")
    assert job.attempts == 1


@pytest.mark.long("queue")
def test_worker_that_outlived_its_supervisor_is_ended_by_the_next(house: JobHome) -> None:
    """The next supervisor ends a worker that is stopped by SIGSTOP: such a worker cannot exit by itself, and
    not every system sends a signal when the parent dies.
    """
    client = house.start()
    [id] = client.submit_jobs([picture(house.gated)])
    until_runs(client, id)
    worker = house.worker(client)
    os.kill(worker, signal.SIGSTOP)
    house.gate.touch()
    house.kill()
    client = house.start()
    assert not is_process_alive(worker)
    assert until_state(client, id, "done").attempts == 2


def test_processes_of_an_engine_end_with_its_worker(house: JobHome) -> None:
    client = house.start()
    [id] = client.submit_jobs([picture("child=60 stubborn=60")])
    noted = house.home.workspace / id / "child"
    pid = int(until(lambda: noted.exists() and noted.read_text(), "it starts a program"))
    assert is_process_alive(pid)
    os.kill(house.worker(client), signal.SIGKILL)
    end_of(pid)
    client.cancel_jobs([id])


@pytest.mark.long("queue")
def test_full_disk_pauses_the_lane_until_there_is_space(
    house: JobHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = tmp_path / "free"
    free.write_text(str(1 << 20))
    monkeypatch.setenv("MILIMO_TEST_FREE_BYTES", f"@{free}")
    client = house.start()
    stream = client.watch_events()
    ids = client.submit_jobs([picture(), picture()])
    told = next(event for event in stream if event["kind"] == "lane")
    assert told["paused"]
    assert told["reason"].startswith("the disk is full")
    assert [lane.id for lane in client.fetch_status().lanes if lane.paused] == ["cpu"]
    time.sleep(1.1)
    assert {job.state for job in client.list_jobs()} == {"queued"}
    assert {job.attempts for job in client.list_jobs()} == {0}, "no loop of tries"
    free.write_text(str(1 << 40))
    assert {job.state for job in until_ended(client, ids).values()} == {"done"}
    lanes = [event for event in client_events(client) if event["kind"] == "lane"]
    assert [event["paused"] for event in lanes] == [True, False], "one clear event each way"


def client_events(client: Client) -> list[dict[str, object]]:
    """Return all events up to the newest one at the time of the call."""
    last = client.fetch_status().seq
    events = []
    for event in client.watch_events(since=0):
        events.append(event)
        if event["seq"] >= last:
            break
    return events


@pytest.mark.long("queue")
def test_engine_that_finds_the_disk_full_gives_up_after_three_tries(house: JobHome) -> None:
    client = house.start()
    [id] = client.submit_jobs([picture("disk=1")])
    job = until_state(client, id, "failed")
    assert job.attempts == 3
    assert job.error.startswith("the disk is full")


@pytest.mark.long("queue")
def test_jobs_queued_before_a_stop_are_done_after_a_start(house: JobHome) -> None:
    client = house.start()
    client.pause_work()
    ids = client.submit_jobs([picture() for _ in range(3)])
    assert client.stop(wait=60)
    client = house.start()
    assert all(lane.paused for lane in client.fetch_status().lanes), "a pause outlives a restart"
    client.resume_work()
    assert {job.state for job in until_ended(client, ids).values()} == {"done"}
