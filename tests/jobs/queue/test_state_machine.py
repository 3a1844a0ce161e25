"""Test of jobs under random acts of clients, workers and the supervisor: every change follows the state
table, and no job is lost.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from milimo_tui.core.errors import BadInput, Conflict, DiskFull, Failed, OutOfMemory
from milimo_tui.core.ids import new_id
from milimo_tui.engines.contract.engine import Output, Result
from milimo_tui.jobs.queue.orders import PAUSES, PAUSES_WITH_BATCH
from milimo_tui.jobs.values import retry_policy
from milimo_tui.jobs.values.spec_texts import patch_job_spec
from milimo_tui.jobs.values.states import AT_WORK, ENDED, NOT_DONE, JobState, Trigger, find_target_states
from tests.jobs.queue.test_queue import BareQueue

BATCHES = ("", "b1", "b2")
MADE = Result(outputs=(Output(role="board", path="/there"),))


class Jobs(RuleBasedStateMachine):
    """Several jobs that depend on each other, and random acts on them in any order.

    An act that the job's state does not allow has to be refused with Conflict or BadInput and to change
    nothing.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="milimo-states-"))
        self.alone = BareQueue(self.folder / "studio.db")
        self.queue = self.alone.queue
        self.ids: list[str] = []
        self.known: dict[str, str] = {}  # job → state in its last event

    def teardown(self) -> None:
        self.alone.file.close()
        shutil.rmtree(self.folder)

    def pick(self, number: int) -> str:
        return self.ids[number % len(self.ids)]

    @contextlib.contextmanager
    def refused(self, id: str, *states: JobState):  # type: ignore[no-untyped-def]
        """Check the act inside the context: allowed only in these states, in all others refused without a
        change.
        """
        before, seq = self.alone.job(id), self.alone.file.read_last_event_number()
        try:
            with self.queue.begin_change():
                yield
        except (Conflict, BadInput):
            assert before.state not in states, f"refused of a {before.state} job"
            assert self.alone.job(id) == before
            assert self.alone.file.read_last_event_number() == seq
        else:
            assert before.state in states, f"not refused of a {before.state} job"

    # Clients

    @initialize()
    def first(self) -> None:
        self.ids.append(self.alone.submit())

    @rule(needs=st.lists(st.integers(0, 9), max_size=2), batch=st.sampled_from(BATCHES), hold=st.booleans())
    def submit(self, needs: list[int], batch: str, hold: bool) -> None:
        if len(self.ids) < 7:
            names = {self.pick(number) for number in needs}
            self.ids.append(self.alone.submit(*names, batch=batch, hold=hold))

    @rule(number=st.integers(0, 9))
    def hold(self, number: int) -> None:
        id = self.pick(number)
        with self.refused(id, JobState.WAITING, JobState.QUEUED, JobState.RETRYING):
            self.queue.fire_trigger(id, Trigger.HOLD, JobState.HELD, due=None)

    @rule(number=st.integers(0, 9))
    def release(self, number: int) -> None:
        id = self.pick(number)
        with self.refused(id, JobState.HELD):
            self.queue.release_job(id)

    @rule(number=st.integers(0, 9))
    def cancel(self, number: int) -> None:
        id = self.pick(number)
        open_ = set(JobState) - ENDED - {JobState.CANCELLING}
        with self.refused(id, *open_):
            if self.alone.job(id).state == JobState.RUNNING:
                self.queue.fire_trigger(id, Trigger.CANCEL, JobState.CANCELLING)
            else:
                self.queue.cancel_idle_job(id)

    @rule(number=st.integers(0, 9))
    def retry(self, number: int) -> None:
        id = self.pick(number)
        blocked = self.alone.file.find_needed_job(id, NOT_DONE) is not None
        with self.refused(id, *(() if blocked else NOT_DONE)):
            self.queue.retry_job(id)

    @rule(number=st.integers(0, 9), width=st.sampled_from((64, 128)), priority=st.integers(0, 3))
    def edit(self, number: int, width: int, priority: int) -> None:
        id = self.pick(number)
        spec = patch_job_spec(self.alone.job(id).spec, {"width": width})
        with self.refused(
            id, JobState.HELD, JobState.WAITING, JobState.QUEUED, JobState.RETRYING, JobState.PAUSED
        ):
            self.queue.edit_queued_job(id, spec=spec, priority=priority)

    @rule(number=st.integers(0, 9), beside=st.integers(0, 9), before=st.booleans())
    def move(self, number: int, beside: int, before: bool) -> None:
        id = self.pick(number)
        if id != self.pick(beside):
            with self.refused(
                id, JobState.HELD, JobState.WAITING, JobState.QUEUED, JobState.RETRYING, JobState.PAUSED
            ):
                self.queue.place_beside(id, self.pick(beside), before=before)

    @rule(number=st.integers(0, 9), reason=st.sampled_from((PAUSES, PAUSES_WITH_BATCH)))
    def ask_pause(self, number: int, reason: str) -> None:
        id = self.pick(number)
        with self.refused(id, JobState.RUNNING):
            self.queue.request_pause(id, reason)

    @rule(number=st.integers(0, 9))
    def resume(self, number: int) -> None:
        id = self.pick(number)
        with self.refused(id, JobState.PAUSED, JobState.RUNNING):
            self.queue.resume_job(id)

    @rule(number=st.integers(0, 9))
    def again(self, number: int) -> None:
        id = self.pick(number)
        if len(self.ids) < 7:
            with self.refused(id, *ENDED):
                self.ids.append(self.queue.repeat_job(id, "cpu").id)

    @rule(batch=st.sampled_from(BATCHES[1:]), paused=st.booleans())
    def pause_batch(self, batch: str, paused: bool) -> None:
        if self.alone.file.select_batch(batch):
            self.queue.pause_batch(batch, paused=paused)

    # The supervisor and its workers

    @rule()
    def claim(self) -> None:
        for job in self.alone.file.select_startable_jobs("cpu", 1, 1e12):
            self.queue.claim_job(job.id, "cpu", new_id("tok"), 5.0)

    @rule(number=st.integers(0, 9))
    def requeue(self, number: int) -> None:
        id = self.pick(number)
        with self.refused(id, JobState.RETRYING):
            self.queue.fire_trigger(id, Trigger.REQUEUE, JobState.QUEUED, due=None)

    @rule(number=st.integers(0, 9))
    def made(self, number: int) -> None:
        id = self.pick(number)
        with self.refused(id, JobState.RUNNING, JobState.CANCELLING):
            self.queue.record_result(id, MADE)

    @rule(number=st.integers(0, 9))
    def taken_in(self, number: int) -> None:
        id = self.pick(number)
        with self.refused(id, JobState.PUBLISHING):
            self.queue.finish_publishing(id, {"board": "/there"})

    @rule(number=st.integers(0, 9), error=st.sampled_from((Failed, DiskFull, OutOfMemory)))
    def goes_wrong(self, number: int, error: type[Failed]) -> None:
        id = self.pick(number)
        if self.alone.job(id).state == JobState.QUEUED:
            return  # the rule `cannot_start` covers jobs that cannot start
        with self.refused(id, JobState.RUNNING, JobState.PUBLISHING):
            self.queue.record_failure(id, error("no luck"), kind=error.kind)

    @rule(number=st.integers(0, 9))
    def cannot_start(self, number: int) -> None:
        id = self.pick(number)
        if self.alone.job(id).state not in (JobState.RUNNING, JobState.PUBLISHING):
            with self.refused(id, JobState.QUEUED):
                self.queue.fail_before_start(id, Failed("its project is gone"))

    @rule(number=st.integers(0, 9), step=st.integers(0, 3), kept=st.integers(0, 3))
    def dies(self, number: int, step: int, kept: int) -> None:
        id = self.pick(number)
        if self.alone.job(id).state == JobState.PUBLISHING:
            return  # the worker has finished with a job that is being published
        with self.refused(id, JobState.RUNNING):
            self.queue.record_checkpoint(id, "draw", kept, 4)
            self.queue.record_worker_death(id, retry_policy.combine_stage_and_step(1, step), "gone")

    @rule(number=st.integers(0, 9), why=st.sampled_from(("the supervisor was stopped", "")))
    def lost(self, number: int, why: str) -> None:
        id = self.pick(number)
        with self.refused(id, JobState.RUNNING):
            self.queue.requeue_lost_job(id, why, Trigger.LOST if why else Trigger.UNACCEPTED)

    @rule(number=st.integers(0, 9))
    def stopped(self, number: int) -> None:
        id = self.pick(number)
        with self.refused(id, JobState.CANCELLING):
            self.queue.finish_cancelling(id)

    @rule(number=st.integers(0, 9))
    def yielded(self, number: int) -> None:
        id = self.pick(number)
        with self.refused(id, JobState.RUNNING):
            self.queue.finish_pausing(id)

    # Invariants

    @invariant()
    def events_tell_every_change_and_each_is_in_the_table(self) -> None:
        for event in self.alone.events:
            if event.kind != "state":
                continue
            was = self.known.get(event.job)
            assert event.data["was"] == was, "an event tells another past than the previous shot"
            state = JobState(event.data["state"])
            source = JobState(was) if was else None
            assert state in find_target_states(source, Trigger(event.data["trigger"]))
            self.known[event.job] = state
        self.alone.events.clear()
        assert self.known == {id: self.alone.job(id).state for id in self.ids}

    @invariant()
    def what_is_remembered_is_what_the_file_holds(self) -> None:
        assert {job.id: job for job in self.alone.file.select_jobs()} == {
            id: self.alone.job(id) for id in self.ids
        }

    @invariant()
    def numbers_have_no_gap_but_for_progress(self) -> None:
        numbers = [event.seq for event in self.alone.file.select_events(0, -1)]
        assert numbers == list(range(1, len(numbers) + 1))

    @invariant()
    def counts_agree(self) -> None:
        counts = Counter(self.alone.job(id).state for id in self.ids)
        assert self.alone.file.count_jobs_by_state() == counts
        for batch in ("b1", "b2"):
            tallies = self.alone.file.tally_batches([batch])[batch]
            assert sum(tally.jobs for tally in tallies) == len(self.alone.file.list_batch_jobs(batch))

    @invariant()
    def nobody_is_forgotten(self) -> None:
        """Check that each job that has not ended is at work, waits for a job that has not ended, or is held
        or paused by a user.
        """
        for id in self.ids:
            job = self.alone.job(id)
            state = JobState(job.state)
            assert (job.ended is not None) == (state in ENDED)
            if state == JobState.WAITING:
                needs = [self.alone.job(other) for other in self.alone.file.list_needed_jobs(id)]
                assert any(need.state not in ENDED for need in needs)
                assert not any(need.state in NOT_DONE for need in needs)
            else:
                assert state in ENDED | AT_WORK | {JobState.HELD, JobState.PAUSED, JobState.PUBLISHING}

    @invariant()
    def attempts_are_numbered_and_only_the_newest_is_open(self) -> None:
        for id in self.ids:
            attempts = self.alone.file.select_attempts(id)
            assert [attempt.number for attempt in attempts] == list(range(1, self.alone.job(id).attempts + 1))
            assert all(attempt.outcome for attempt in attempts[:-1])
            running = self.alone.job(id).state in (JobState.RUNNING, JobState.CANCELLING)
            assert not (running and attempts[-1].outcome)


TestJobs = Jobs.TestCase
TestJobs.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
