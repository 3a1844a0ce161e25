"""Test of the queue's rules on a real file, without processes: deaths of workers, memory, pauses, timings and
order.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.errors import (
    Conflict,
    Damaged,
    DamagedResult,
    DeviceLost,
    DiskFull,
    Failed,
    MilimoError,
    OutOfMemory,
    Refused,
)
from milimo_tui.core.ids import new_id
from milimo_tui.engines.contract.engine import Output, Result
from milimo_tui.engines.contract.engine_row import EngineRow
from milimo_tui.jobs.queue.orders import PAUSES_WITH_BATCH, CheckedOrder
from milimo_tui.jobs.queue.queue import KEEP_PROGRESS, PRUNE_EVERY, JobQueue
from milimo_tui.jobs.values import retry_policy
from milimo_tui.jobs.values.messages import BatchOrder, JobOrder
from milimo_tui.jobs.values.spec_texts import check_job_spec, patch_job_spec
from milimo_tui.jobs.values.states import JobState, Trigger
from milimo_tui.store.jobs.studio_file import StudioFile
from milimo_tui.store.jobs.studio_values import Event, Job

SPEC = {"kind": "make_picture", "engine": "tester", "width": 64, "height": 64}
LADDER = "steps"  # a test engine with three recipe levels


class BareQueue:
    """A queue on its own file, with the events that it sent."""

    def __init__(self, path: Path) -> None:
        self.events: list[Event] = []
        self.file = StudioFile.open(path)
        self.queue = JobQueue(self.file, self._hear)

    def _hear(self, events: Sequence[Event]) -> None:
        self.events += events

    def submit(self, *needs: str, engine: str = "tester", **fields: Any) -> str:
        order = JobOrder(id=new_id("job"), spec={**SPEC, "engine": engine}, depends_on=list(needs), **fields)
        return self.queue.submit_orders([CheckedOrder(order, check_job_spec(order.spec), "cpu")])[0]

    def begin(self, id: str) -> int:
        """Claim a job, after requeueing it if it waits for a retry. Return the number of the attempt."""
        if self.job(id).state == JobState.RETRYING:
            self.queue.fire_trigger(id, Trigger.REQUEUE, JobState.QUEUED, due=None)
        return self.queue.claim_job(id, "cpu", new_id("tok"), 5.0).number

    def die(self, id: str, step: int, *checkpoints: int) -> str:
        """Run an attempt that saves these checkpoints and dies at this step. Return the job's state
        afterwards.
        """
        self.begin(id)
        for checkpoint in checkpoints:
            self.queue.record_checkpoint(id, "denoise", checkpoint, 60)
        return self.queue.record_worker_death(
            id, retry_policy.combine_stage_and_step(1, step), "its worker process died"
        ).state

    def make(self, id: str) -> Job:
        self.begin(id)
        self.queue.record_result(id, Result(outputs=(Output(role="board", path="/there"),)))
        return self.queue.finish_publishing(id, {"board": "/there"})

    def job(self, id: str) -> Job:
        return self.queue.get(id)


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[BareQueue]:
    made = BareQueue(tmp_path / "studio.db")
    yield made
    made.file.close()


@pytest.fixture
def ladder(monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the name of a test engine with three recipe levels."""
    monkeypatch.setenv("MILIMO_TEST_ENGINES", "tests.jobs.queue.test_queue:ROWS")
    return LADDER


ROWS = (
    EngineRow(LADDER, "Steps down", "cpu", ("make_picture",), "x:X", rungs=("bf16", "fp8", "tiled")),
    EngineRow("plain", "Has one way", "cpu", ("make_picture",), "x:X"),
)

# Deaths


def test_three_deaths_at_one_step_hold_a_job(alone: BareQueue) -> None:
    id = alone.submit()
    assert [alone.die(id, 50), alone.die(id, 50), alone.die(id, 50)] == ["retrying", "retrying", "set_aside"]
    job = alone.job(id)
    assert (bool(job.error), job.deaths) == (True, 3)
    assert "milimo job retry" in job.hint


def test_next_step_restarts_the_count(alone: BareQueue) -> None:
    id = alone.submit()
    states = [alone.die(id, step) for step in (10, 10, 11, 11, 5)]
    assert states == ["retrying"] * 4 + ["set_aside"]


def test_first_checkpoint_counts_as_progress(alone: BareQueue) -> None:
    """A worker that died earlier than before but saved its first checkpoint made progress, because the next
    attempt starts later. The job is not set aside.
    """
    id = alone.submit()
    assert alone.die(id, 50) == "retrying"
    assert alone.die(id, 30, 24) == "retrying"
    assert alone.die(id, 50, 48) == "retrying"
    assert alone.job(id).deaths == 1
    assert alone.die(id, 50) == "retrying"
    assert alone.die(id, 50) == "set_aside"


def test_rewriting_the_same_checkpoint_is_no_progress(alone: BareQueue) -> None:
    id = alone.submit()
    assert [alone.die(id, 50, 24, 48) for _ in range(3)] == ["retrying", "retrying", "set_aside"]


def test_continuing_from_a_checkpoint_is_recorded_and_no_progress(alone: BareQueue) -> None:
    id = alone.submit()
    alone.die(id, 50, 48)
    alone.begin(id)
    alone.queue.record_resumption(id, "denoise", 48, 60)
    assert "48 of 60" in alone.file.list_resume_points([id])[id]
    assert alone.queue.record_worker_death(id, retry_policy.combine_stage_and_step(1, 50), "gone").deaths == 2
    [event] = [event for event in alone.events if event.data.get("resumed")]
    assert event.data == {"stage": "denoise", "step": 48, "total": 60, "attempt": 2, "resumed": True}


def test_lost_workers_cancels_and_recalls_are_no_deaths(alone: BareQueue) -> None:
    id = alone.submit()
    for _ in range(5):
        alone.begin(id)
        alone.queue.requeue_lost_job(id, "the supervisor was stopped")
        alone.begin(id)
        alone.queue.requeue_lost_job(id, "", Trigger.UNACCEPTED)
    job = alone.job(id)
    assert (job.state, job.deaths, job.attempts) == ("queued", 0, 5)
    assert [attempt.outcome for attempt in alone.file.select_attempts(id)] == ["lost"] * 5
    alone.begin(id)
    alone.queue.fire_trigger(id, Trigger.CANCEL, JobState.CANCELLING)
    assert alone.queue.finish_cancelling(id).deaths == 0


# Errors


@pytest.mark.parametrize(
    ("error", "tries"),
    [(Failed, 1), (Damaged, 1), (DiskFull, 3), (DamagedResult, 3), (Conflict, 3), (DeviceLost, 3)],
)
def test_temporary_errors_get_three_tries(alone: BareQueue, error: type[MilimoError], tries: int) -> None:
    id = alone.submit()
    for number in range(1, tries + 1):
        assert alone.begin(id) == number
        alone.queue.record_failure(id, error("no luck", "look"), kind=error.kind)
    job = alone.job(id)
    assert (job.state, job.error, job.hint, job.attempts) == ("failed", "no luck", "look", tries)


def test_out_of_memory_uses_smaller_plans_and_fails_at_the_last(alone: BareQueue, ladder: str) -> None:
    id = alone.submit(engine=ladder)
    after = alone.submit(id, engine=ladder)
    said = []
    for rung in (0, 1, 2):
        assert alone.job(id).rung == rung
        alone.begin(id)
        job = alone.queue.record_failure(id, OutOfMemory("the card is full"), kind=OutOfMemory.kind)
        said.append((job.state, job.reason))
    assert [state for state, _ in said] == ["retrying", "retrying", "failed"]
    first, second, last = (reason for _, reason in said)
    assert ("bf16 → fp8" in first, "fp8 → tiled" in second, "tiled" in last) == (True, True, True)
    reasons = [event.data.get("reason") for event in alone.events if event.data.get("trigger") == "fault"]
    assert reasons == [first, second]
    assert alone.job(id).faults == 0, "stepping down uses up no tries"
    assert alone.job(after).state == "skipped"
    assert alone.queue.retry_job(id).rung == 0, "a person tries again from the top"


def test_exhausted_main_memory_uses_a_smaller_plan_and_counts_as_a_death(
    alone: BareQueue, ladder: str
) -> None:
    id, other = alone.submit(engine=ladder), alone.submit(engine="plain")
    said = []
    for _ in range(3):
        alone.begin(id)
        job = alone.queue.record_worker_death(id, 0, "main memory ended", starved=True)
        said.append((job.state, job.rung, job.reason.rpartition(": ")[2]))
    assert said == [("retrying", 1, "bf16 → fp8"), ("retrying", 2, "fp8 → tiled"), ("set_aside", 2, "")]
    alone.begin(other)
    assert alone.queue.record_worker_death(other, 0, "main memory ended", starved=True).rung == 0


def test_out_of_memory_without_plans_fails_at_once(alone: BareQueue, ladder: str) -> None:
    id = alone.submit(engine="plain")
    alone.begin(id)
    assert alone.queue.record_failure(id, OutOfMemory("full"), kind=OutOfMemory.kind).state == "failed"


# Jobs that wait for others


def test_failed_job_of_a_batch_stops_no_other(alone: BareQueue) -> None:
    first, second = alone.submit(batch="b"), alone.submit(batch="b")
    alone.begin(first)
    alone.queue.record_failure(first, Failed("no luck"), kind="failed")
    assert alone.make(second).state == "done"


def test_retry_requeues_skipped_jobs_and_those_that_waited_for_them(alone: BareQueue) -> None:
    first = alone.submit(label="1A")
    second = alone.submit(first)
    third = alone.submit(second)
    alone.begin(first)
    alone.queue.record_failure(first, Failed("no luck"), kind="failed")
    assert [alone.job(id).state for id in (second, third)] == ["skipped", "skipped"]
    with pytest.raises(Refused, match="waited for 1A, which was not done"):
        alone.queue.retry_job(second)
    alone.queue.retry_job(first)
    assert [alone.job(id).state for id in (first, second, third)] == ["queued", "waiting", "waiting"]
    for id in (first, second, third):
        alone.make(id)


def test_job_that_waited_for_two_failures_is_requeued_when_both_are(alone: BareQueue) -> None:
    first, second = alone.submit(), alone.submit()
    last = alone.submit(first, second)
    between = alone.submit(first)
    end = alone.submit(last, between)
    for id in (first, second):
        alone.begin(id)
        alone.queue.record_failure(id, Failed("no luck"), kind="failed")
    alone.queue.retry_job(first)
    assert [alone.job(id).state for id in (last, between, end)] == ["skipped", "waiting", "skipped"]
    alone.queue.retry_job(second)
    assert [alone.job(id).state for id in (last, between, end)] == ["waiting"] * 3
    for id in (first, second, between, last, end):
        alone.make(id)


def test_cancelling_a_job_that_waits_for_its_film_ends_its_attempt(alone: BareQueue) -> None:
    id = alone.submit()
    alone.begin(id)
    alone.queue.record_result(id, Result(outputs=(Output(role="board", path="/there"),)))
    assert alone.queue.cancel_idle_job(id).state == "cancelled"
    assert [attempt.outcome for attempt in alone.file.select_attempts(id)] == ["cancelled"]


def test_dependent_jobs_submitted_again_after_their_end_are_new(alone: BareQueue) -> None:
    first = alone.submit()
    second = alone.submit(first)
    alone.make(first)
    alone.make(second)
    again = alone.queue.repeat_job(second, "cpu")
    assert (again.origin, again.state) == (second, "queued")
    assert alone.file.list_needed_jobs(again.id) == [first]


# Pauses


def test_pause_survives_the_end_of_an_attempt(alone: BareQueue) -> None:
    """A requested pause takes effect however the attempt ends: the worker yields, dies, is lost or has a
    fault.
    """
    for end in ("yield", "die", "lose", "fault"):
        id = alone.submit()
        alone.begin(id)
        alone.queue.request_pause(id)
        alone.queue.request_pause(id)
        if end == "yield":
            assert alone.queue.finish_pausing(id).state == "paused"
        elif end == "die":
            assert alone.queue.record_worker_death(id, 0, "gone").state == "held"
        elif end == "lose":
            assert alone.queue.requeue_lost_job(id, "the supervisor was stopped").state == "held"
        else:
            assert alone.queue.record_failure(id, DiskFull("full"), kind="disk_full").state == "held"
    asked = [event for event in alone.events if event.data.get("trigger") == "ask_pause"]
    assert len(asked) == 4, "asked twice is told once"


def test_pause_cancelled_before_the_job_stops_leaves_it_queued(alone: BareQueue) -> None:
    id = alone.submit()
    alone.begin(id)
    alone.queue.request_pause(id)
    assert alone.queue.resume_job(id).state == "running"
    assert alone.queue.finish_pausing(id).state == "queued"


def test_paused_batch_keeps_a_job_whose_worker_died(alone: BareQueue) -> None:
    id = alone.submit(batch="b")
    alone.begin(id)
    alone.queue.pause_batch("b", paused=True)
    alone.queue.request_pause(id, PAUSES_WITH_BATCH)
    assert alone.queue.record_worker_death(id, 0, "gone").state == "retrying"
    alone.queue.fire_trigger(id, Trigger.REQUEUE, JobState.QUEUED, due=None)
    assert alone.file.select_startable_jobs("cpu", 10, 0.0) == []
    alone.queue.pause_batch("b", paused=False)
    assert [job.id for job in alone.file.select_startable_jobs("cpu", 10, 0.0)] == [id]


# Order of the queue


def test_queue_is_ordered_by_priority_then_position_of_startable_jobs(alone: BareQueue) -> None:
    first, second = alone.submit(), alone.submit(priority=1)
    late, soon = alone.submit(not_before=2e9), alone.submit(not_before=1.0, batch="b")
    assert [job.id for job in alone.file.select_startable_jobs("cpu", 10, 1e9)] == [second, first, soon]
    assert [job.id for job in alone.file.select_startable_jobs("cpu", 10, 3e9)] == [second, first, late, soon]
    assert [job.id for job in alone.file.select_startable_jobs("cpu", 1, 1e9)] == [second]
    assert alone.file.select_startable_jobs("quick", 10, 1e9) == []
    assert alone.file.find_next_start_time(1e9) == 2e9
    assert alone.file.find_next_start_time(2e9) is None


def test_deep_queue_is_not_read_to_find_its_head(alone: BareQueue) -> None:
    plan = alone.file._db.execute(
        "EXPLAIN QUERY PLAN SELECT id FROM job WHERE state = 'queued' AND lane = 'cpu'"
        " ORDER BY priority DESC, position LIMIT 64"
    ).fetchall()
    text = " ".join(row[3] for row in plan)
    assert "job_line" in text
    assert "TEMP B-TREE" not in text, "the index is in the order of the line"


# Recorded timings


def test_duration_ends_with_the_result_and_leaves_out_resumed_work(
    alone: BareQueue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = tmp_path / "clock"
    monkeypatch.setenv("MILIMO_TEST_CLOCK", f"@{clock}")
    for number, seconds in enumerate((1000, 2000, 6000)):
        clock.write_text("0")
        id = alone.submit()
        alone.begin(id)
        if number == 2:
            alone.queue.record_resumption(id, "denoise", 48, 60)
        clock.write_text(str(seconds))
        alone.queue.record_result(id, Result(outputs=(Output(role="board", path="/there"),)))
        clock.write_text("90000")  # the film was locked for a day, which must not count as job time
        alone.queue.finish_publishing(id, {"board": "/there"})
    rows = alone.file.select_timings()
    assert [(round(row.seconds, -2), row.estimate and round(row.estimate, -2)) for row in rows] == [
        (2000, 1000),
        (1000, None),
    ]
    assert {row.workload for row in rows} == {"make_picture/tester/64x64"}
    again = JobQueue(alone.file, lambda events: None)
    assert again._paces.estimate_seconds("make_picture/tester/64x64", 1) == pytest.approx(1500, abs=50)


def test_parts_are_usable_while_the_job_runs_and_removed_at_its_end(alone: BareQueue) -> None:
    id = alone.submit()
    alone.begin(id)
    for path in ("/a.mov", "/b.mov", "/a.mov"):
        alone.queue.record_part(id, Output(role="chunk", path=path))
    assert [part["path"] for part in json.loads(alone.job(id).parts)] == ["/b.mov", "/a.mov"]
    alone.queue.record_result(id, Result(outputs=(Output(role="take", path="/t.mov"),)))
    assert alone.queue.finish_publishing(id, {"take": "/t.mov"}).parts == "[]"


def test_finished_job_stays_finished_while_its_film_is_locked(alone: BareQueue) -> None:
    id = alone.submit()
    alone.begin(id)
    alone.queue.fire_trigger(id, Trigger.CANCEL, JobState.CANCELLING)
    alone.queue.record_result(id, Result(outputs=(Output(role="board", path="/there"),)))
    alone.queue.postpone_publishing(id, Failed("the film is locked"))
    assert "too late" in alone.queue.finish_publishing(id, {"board": "/x"}).reason


def test_only_old_progress_events_are_deleted(alone: BareQueue) -> None:
    report = {"progress": 0.5, "stage": "draw", "steps_done": 1, "steps_total": 2, "eta": None, "live": {}}
    id = alone.submit()
    alone.begin(id)
    with alone.queue.begin_change():
        for _ in range(KEEP_PROGRESS + 2 * PRUNE_EVERY):
            alone.queue.record_progress({id: report})
    alone.queue.record_result(id, Result())
    numbers = [event.seq for event in alone.file.select_events(0, -1, kinds=["progress"])]
    assert KEEP_PROGRESS - PRUNE_EVERY <= len(numbers) <= KEEP_PROGRESS + PRUNE_EVERY
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), "the newest, without a hole"
    assert [event.data["state"] for event in alone.file.select_events(0, -1, kinds=["state"])] == [
        "queued",
        "running",
        "done",
    ]


def test_batch_is_stored_once_and_its_announcement_sent(alone: BareQueue) -> None:
    order = JobOrder(id=new_id("job"), spec=SPEC, batch="b1", project="/film")
    alone.queue.submit_orders(
        [CheckedOrder(order, check_job_spec(SPEC), "cpu")], [BatchOrder(id="b1", label="Scene 3")]
    )
    alone.queue.submit_orders(
        [CheckedOrder(order, check_job_spec(SPEC), "cpu")], [BatchOrder(id="b1", label="Scene 4")]
    )
    batch = alone.queue.get_batch("b1")
    assert (batch.label, batch.project) == ("Scene 3", "/film")
    assert [event.kind for event in alone.events] == ["batch", "state"], "sent twice, it is there once"


def test_unchanged_spec_changes_nothing(alone: BareQueue) -> None:
    id = alone.submit()
    before = alone.job(id)
    assert alone.queue.edit_queued_job(id, spec=patch_job_spec(before.spec, {"width": 64})) == before
