"""Test of short jobs that a worker gets several at a time: they run in order, each is an attempt of its own,
and waiting jobs can be taken back.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.engines.contract.engine import Result
from milimo_tui.jobs.queue.prefetch import (
    AHEAD_SECONDS,
    BACKLOG,
    MOST,
    PATIENCE,
    SEEN,
    SHORT_SECONDS,
    Prefetch,
)
from milimo_tui.jobs.worker.worker_queue import Message
from tests.jobs.conftest import JobHome, picture, until, until_ended
from tests.jobs.supervisor_parts import QueueParts

MANY = 3 * BACKLOG


@pytest.fixture
def inside(tmp_path: Path) -> Iterator[QueueParts]:
    made = QueueParts(tmp_path)
    yield made
    made.close()


def say_made(inside: QueueParts, message: Message, seconds: float = 0.001) -> None:
    """Report a job as accepted and made by the worker, then give free workers their next jobs, as one turn of
    the supervisor does.
    """
    result = Result().model_dump(mode="json")
    used = {"peak": 0, "host": 0, "seconds": seconds}
    with inside.queue.begin_change():
        inside.pool.say("cpu", say="accepted", token=message["token"])
        inside.pool.say("cpu", say="made", token=message["token"], result=result, used=used)
        inside.dispatch.assign_queued_jobs()


def told(inside: QueueParts) -> list[Message]:
    """Return all messages that told the worker to run a job, in order."""
    return [message for _, message in inside.pool.sent if message["do"] == "run"]


def asked(inside: QueueParts, do: str) -> list[str]:
    """Return the tokens of the attempts for which the worker got the message `do`."""
    return [message["token"] for _, message in inside.pool.sent if message["do"] == do]


def busy(inside: QueueParts) -> list[str]:
    """Submit jobs in a row: the first few are done and known to be short, the next ones are handed to the
    worker. Return all ids in order.
    """
    ids = [inside.submit() for _ in range(SEEN + MANY)]
    inside.dispatch.assign_queued_jobs()
    for done in range(SEEN):
        say_made(inside, told(inside)[done])
    return ids


def test_only_recently_short_jobs_are_given_in_advance() -> None:
    paces = Prefetch()
    for _ in range(SEEN - 1):
        paces.record_duration("quick", 0.001)
    assert paces.count_prefetchable_jobs("quick") == 0, "not known well enough"
    paces.record_duration("quick", 0.001)
    assert paces.count_prefetchable_jobs("quick") == MOST
    paces.record_duration("quick", 2 * SHORT_SECONDS)
    assert paces.count_prefetchable_jobs("quick") == 0
    for _ in range(SEEN):
        paces.record_duration("middling", 0.02)
    assert paces.count_prefetchable_jobs("middling") == int(AHEAD_SECONDS / 0.02)
    assert paces.count_prefetchable_jobs("another") == 0


async def test_first_jobs_are_given_alone_then_several_in_queue_order(inside: QueueParts) -> None:
    ids = [inside.submit() for _ in range(SEEN + MANY)]
    inside.dispatch.assign_queued_jobs()
    for done in range(SEEN):
        assert len(told(inside)) == done + 1
        say_made(inside, told(inside)[done])
    assert [message["job"] for message in told(inside)] == ids
    assert len({message["token"] for message in told(inside)}) == len(ids)
    assert {inside.state(id) for id in ids[SEEN:]} == {"running"}
    for message in told(inside)[SEEN:]:
        say_made(inside, message)
    assert {inside.state(id) for id in ids} == {"done"}
    assert [job.attempts for job in inside.file.select_jobs()] == [1] * len(ids)


async def test_few_jobs_are_given_one_by_one(inside: QueueParts) -> None:
    for _ in range(SEEN + BACKLOG):
        inside.submit()
    inside.dispatch.assign_queued_jobs()
    for done in range(SEEN + 2):
        say_made(inside, told(inside)[done])
        assert len(told(inside)) == done + 2, "so few can wait where everybody sees them"


async def test_job_of_another_kind_ends_the_run(inside: QueueParts) -> None:
    ids = [inside.submit() for _ in range(SEEN + MANY)]
    stranger = ids[SEEN + 3]
    inside.file.set_job(stranger, workload="long")
    inside.dispatch.assign_queued_jobs()
    for done in range(SEEN):
        say_made(inside, told(inside)[done])
    assert [message["job"] for message in told(inside)] == ids[: SEEN + 3]
    assert inside.state(stranger) == "queued"


async def test_assigned_job_that_is_cancelled_never_runs(inside: QueueParts) -> None:
    ids = busy(inside)
    unlucky = told(inside)[SEEN + 4]
    assert inside.dispatch.cancel_job(unlucky["job"]).state == "cancelling"
    assert asked(inside, "cancel") == [unlucky["token"]]
    inside.pool.say("cpu", say="stopped", token=unlucky["token"])
    assert inside.state(unlucky["job"]) == "cancelled"
    for message in told(inside)[SEEN:]:
        if message is not unlucky:
            say_made(inside, message)
    assert sorted(inside.state(id) for id in ids).count("done") == len(ids) - 1


async def test_job_behind_a_long_one_keeps_its_worker(inside: QueueParts) -> None:
    busy(inside)
    first, second = told(inside)[SEEN : SEEN + 2]
    inside.pool.say("cpu", say="accepted", token=first["token"])
    inside.dispatch.cancel_job(second["job"])
    await asyncio.sleep(0.2)  # longer than this supervisor's grace time of 0.05 s
    assert inside.pool.ends == []


async def test_assigned_job_is_paused_before_its_start(inside: QueueParts) -> None:
    busy(inside)
    message = told(inside)[SEEN + 1]
    inside.dispatch.ask_job_to_pause(message["job"])
    assert asked(inside, "pause") == [message["token"]]
    inside.pool.say("cpu", say="yielded", token=message["token"])
    assert inside.state(message["job"]) in ("paused", "queued"), "queued: nobody wished it by then"
    assert not any(one["job"] == message["job"] for one in told(inside)[SEEN + MANY :])


async def test_dead_worker_counts_a_death_only_for_its_current_job(inside: QueueParts) -> None:
    ids = busy(inside)
    inside.pool.say("cpu", say="accepted", token=told(inside)[SEEN]["token"])
    inside.pool.die("cpu")
    assert inside.state(ids[SEEN]) == "retrying"
    assert inside.queue.get(ids[SEEN]).deaths == 1
    for id in ids[SEEN + 1 :]:
        job = inside.queue.get(id)
        assert (job.state, job.deaths, job.faults) == ("queued", 0, 0)
        attempt = inside.file.select_last_attempt(id)
        assert attempt
        assert attempt.outcome == "unaccepted"


async def test_job_with_precedence_gets_the_worker_next(inside: QueueParts) -> None:
    ids = busy(inside)
    urgent = inside.submit()
    inside.file.set_job(urgent, priority=5)
    inside.dispatch.assign_queued_jobs()
    back = asked(inside, "return")
    assert back == [message["token"] for message in told(inside)[SEEN + 1 :]]
    inside.dispatch.assign_queued_jobs()
    assert asked(inside, "return") == back, "asked once"
    for token in back:
        inside.pool.say("cpu", say="returned", token=token)
    assert {inside.state(id) for id in ids[SEEN + 1 :]} == {"queued"}
    say_made(inside, told(inside)[SEEN])
    assert told(inside)[SEEN + MANY]["job"] == urgent


async def test_job_started_before_the_recall_is_finished(inside: QueueParts) -> None:
    busy(inside)
    inside.queue.file.set_lane_paused("cpu", paused=True, reason="paused by request")
    inside.dispatch.assign_queued_jobs()
    back = asked(inside, "return")
    first, second = told(inside)[SEEN : SEEN + 2]
    say_made(inside, first)
    say_made(inside, second)
    for token in back[1:]:
        inside.pool.say("cpu", say="returned", token=token)
    assert [inside.state(message["job"]) for message in (first, second)] == ["done", "done"]
    inside.dispatch.assign_queued_jobs()
    assert len(told(inside)) == SEEN + MANY, "the lane is paused"


async def test_unexpectedly_long_job_delays_none(inside: QueueParts) -> None:
    busy(inside)
    inside.pool.say("cpu", say="accepted", token=told(inside)[SEEN]["token"])
    while not asked(inside, "return"):
        await asyncio.sleep(PATIENCE / 5)
    assert asked(inside, "return") == [message["token"] for message in told(inside)[SEEN + 1 :]]


async def test_draining_recalls_unstarted_jobs(inside: QueueParts) -> None:
    busy(inside)
    inside.dispatch.stop_claiming()
    assert asked(inside, "return") == [message["token"] for message in told(inside)[SEEN + 1 :]]


@pytest.mark.long("queue")
def test_many_short_jobs_start_in_order_and_once(house: JobHome) -> None:
    client = house.start()
    ids = client.submit_jobs([picture("text=x") for _ in range(120)])
    jobs = until_ended(client, ids)
    assert {(job.state, job.attempts) for job in jobs.values()} == {("done", 1)}
    events = client.list_events(kinds=["state"], jobs=ids, limit=2000)
    # Jobs waiting after one that took long were taken back and handed over a second time. The last start of
    # each counts.
    begun = {event["job"]: event["seq"] for event in events if event["state"] == "running"}
    assert sorted(begun, key=lambda id: begun[id]) == ids
    assert sorted(house.taken()) == sorted(ids)


@pytest.mark.long("queue")
def test_killed_worker_with_many_short_jobs_loses_none(house: JobHome) -> None:
    client = house.start()
    ids = client.submit_jobs([picture("text=x") for _ in range(150)])
    until(lambda: len(house.taken()) > 30, "some are made")
    os.kill(house.worker(client), signal.SIGKILL)
    jobs = until_ended(client, ids)
    assert {job.state for job in jobs.values()} == {"done"}
    assert sorted(house.taken()) == sorted(ids), "each was taken in once"


@pytest.mark.long("queue")
def test_worker_returns_unstarted_jobs(house: JobHome) -> None:
    client = house.start()
    quick = client.submit_jobs([picture("text=x") for _ in range(12)])
    until_ended(client, quick)
    ids = client.submit_jobs(
        [picture("text=x"), picture(house.gated), *(picture("text=x") for _ in range(20))]
    )
    until(lambda: client.fetch_job(ids[0]).state == "done", "the first is done")
    until(
        lambda: {job.state for job in client.list_jobs({"ids": ids[2:]})} == {"queued"},
        "those behind the long one are back in the queue",
    )
    client.cancel_jobs(ids[5:10])
    assert {job.state for job in client.list_jobs({"ids": ids[5:10]})} == {"cancelled"}
    house.gate.touch()
    jobs = until_ended(client, ids)
    assert {jobs[id].state for id in ids[:5] + ids[10:]} == {"done"}
    assert not {*ids[5:10]} & {*house.taken()}
