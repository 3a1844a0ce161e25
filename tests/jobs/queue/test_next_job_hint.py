"""Test of the hint to a worker that is only decoding: it names the probable next job, is not a claim, and is
updated when the queue changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.settings import Settings
from tests.jobs.supervisor_parts import QueueParts


@pytest.fixture
def inside(tmp_path: Path) -> Iterator[QueueParts]:
    made = QueueParts(tmp_path)
    yield made
    made.close()


def told(inside: QueueParts) -> list[tuple[str, Any]]:
    """Return job and spec of each hint sent to the worker, in order."""
    return [(one["job"], one["spec"]) for _, one in inside.pool.sent if one["do"] == "next"]


def at_the_last_stage(inside: QueueParts, others: int) -> list[str]:
    """Submit `1 + others` jobs and bring the first to its last stage, decoding. Return all ids."""
    ids = [inside.submit() for _ in range(1 + others)]
    inside.dispatch.assign_queued_jobs()
    token = inside.pool.runs("cpu")["token"]
    with inside.queue.begin_change():
        inside.pool.say("cpu", say="accepted", token=token)
        inside.pool.say("cpu", say="foresees", token=token)
        inside.dispatch.assign_queued_jobs()
    return ids


async def test_prediction_is_no_claim(inside: QueueParts) -> None:
    _, second, third = at_the_last_stage(inside, 2)
    [(job, spec)] = told(inside)
    assert job == second
    assert spec["engine"] == "tester"
    for id in (second, third):
        assert (inside.state(id), inside.queue.get(id).attempts) == ("queued", 0)
    assert inside.file.select_last_attempt(second) is None
    for _ in range(3):
        inside.dispatch.assign_queued_jobs()
    assert len(told(inside)) == 1, "what is known is not told again"


async def test_no_next_job_is_predicted_before_the_last_stage(inside: QueueParts) -> None:
    for _ in range(2):
        inside.submit()
    inside.dispatch.assign_queued_jobs()
    inside.dispatch.assign_queued_jobs()
    assert told(inside) == []


async def test_prediction_waits_until_a_job_is_queued(inside: QueueParts) -> None:
    at_the_last_stage(inside, 0)
    assert told(inside) == []
    late = inside.submit()
    inside.dispatch.assign_queued_jobs()
    assert [job for job, _ in told(inside)] == [late]


async def test_cancelled_prediction_is_replaced_by_the_following_job(inside: QueueParts) -> None:
    _, second, third = at_the_last_stage(inside, 2)
    inside.dispatch.cancel_job(second)
    inside.dispatch.assign_queued_jobs()
    inside.dispatch.cancel_job(third)
    inside.dispatch.assign_queued_jobs()
    assert [job for job, _ in told(inside)] == [second, third, ""]
    assert told(inside)[-1] == ("", None)


async def test_changed_prediction_is_sent_again(inside: QueueParts) -> None:
    _, second = at_the_last_stage(inside, 1)
    changed = {**json.loads(inside.queue.get(second).spec), "prompt": "another"}
    inside.file.set_job(second, spec=json.dumps(changed))
    inside.dispatch.assign_queued_jobs()
    assert [(job, spec["prompt"]) for job, spec in told(inside)] == [(second, ""), (second, "another")]


async def test_next_prediction_is_the_job_of_higher_priority(inside: QueueParts) -> None:
    at_the_last_stage(inside, 1)
    urgent = inside.submit()
    inside.file.set_job(urgent, priority=5)
    inside.dispatch.assign_queued_jobs()
    assert told(inside)[-1][0] == urgent


async def test_no_next_job_is_predicted_on_a_paused_lane(inside: QueueParts) -> None:
    at_the_last_stage(inside, 1)
    inside.queue.file.set_lane_paused("cpu", paused=True, reason="paused by request")
    inside.dispatch.assign_queued_jobs()
    assert told(inside)[-1] == ("", None)


async def test_next_job_starts_normally_and_predicts_again(inside: QueueParts) -> None:
    _, second, third = at_the_last_stage(inside, 2)
    first = inside.pool.runs("cpu")
    with inside.queue.begin_change():
        inside.pool.say("cpu", say="made", token=first["token"], result={}, used={"seconds": 9.0})
        inside.dispatch.assign_queued_jobs()
    run = inside.pool.runs("cpu")
    assert (run["job"], inside.state(second), inside.queue.get(second).attempts) == (second, "running", 1)
    assert run["spec"] == told(inside)[0][1], "what was got ready is what is run"
    assert len(told(inside)) == 1, "it has not come to its last stage"
    with inside.queue.begin_change():
        inside.pool.say("cpu", say="foresees", token=run["token"])
        inside.dispatch.assign_queued_jobs()
    assert told(inside)[-1][0] == third


async def test_idle_worker_is_notified_when_the_prepared_job_will_not_come(inside: QueueParts) -> None:
    """An idle worker is told if the job in the hint will not come, here because its lane was paused before
    the running job ended.
    """
    _, second = at_the_last_stage(inside, 1)
    inside.queue.file.set_lane_paused("cpu", paused=True, reason="paused by request")
    token = inside.pool.runs("cpu")["token"]
    with inside.queue.begin_change():
        inside.pool.say("cpu", say="made", token=token, result={}, used={"seconds": 9.0})
        inside.dispatch.assign_queued_jobs()
    assert told(inside)[-1] == ("", None)
    assert inside.state(second) == "queued"


async def test_predictions_are_optional(tmp_path: Path) -> None:
    inside = QueueParts(tmp_path, Settings(lease_seconds=5.0, grace_seconds=0.05, foresight=False))
    at_the_last_stage(inside, 1)
    assert told(inside) == []
    inside.close()
