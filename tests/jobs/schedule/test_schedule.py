"""Test the scheduler, a pure function: its guarantees hold for every generated snapshot of jobs and
workers.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.jobs.schedule.schedule import (
    PASSES,
    REMEMBERED,
    Candidate,
    FreeWorker,
    ScheduleSnapshot,
    assign_jobs,
    get_queue_order_key,
)

LANES = st.sampled_from(["cpu", "gpu", "quick"])
ENGINES = st.sampled_from(["animatic", "flux2", "ltx2"])


@st.composite
def snapshots(draw: st.DrawFn) -> ScheduleSnapshot:
    jobs = [
        Candidate(f"job_{n}", draw(LANES), draw(st.integers(-2, 2)), draw(st.integers(0, 30)), draw(ENGINES))
        for n in range(draw(st.integers(0, 12)))
    ]
    workers = [
        FreeWorker(f"w{n}", draw(LANES), draw(st.one_of(st.just(""), ENGINES)), draw(st.booleans()))
        for n in range(draw(st.integers(0, 4)))
    ]
    passed = {job.id: draw(st.integers(0, PASSES)) for job in jobs if draw(st.booleans())}
    return ScheduleSnapshot(workers, jobs, passed)


@given(snapshots())
def test_each_worker_gets_a_job_of_its_lane_and_none_idles(snapshot: ScheduleSnapshot) -> None:
    pairs = assign_jobs(snapshot).pairs
    lane_of = {free.id: free.lane for free in snapshot.workers} | {job.id: job.lane for job in snapshot.jobs}
    assert len({worker for worker, _ in pairs}) == len({job for _, job in pairs}) == len(pairs)
    assert all(lane_of[worker] == lane_of[job] for worker, job in pairs)
    begun = Counter(lane_of[worker] for worker, _ in pairs)
    for lane in {"cpu", "gpu", "quick"}:
        free = sum(worker.lane == lane for worker in snapshot.workers)
        waiting = sum(job.lane == lane for job in snapshot.jobs)
        assert begun[lane] == min(free, waiting)


@given(snapshots())
def test_no_lower_priority_precedes_a_higher_one(snapshot: ScheduleSnapshot) -> None:
    begun = {job for _, job in assign_jobs(snapshot).pairs}
    for lane in {"cpu", "gpu", "quick"}:
        jobs = [job for job in snapshot.jobs if job.lane == lane]
        chosen = [job.priority for job in jobs if job.id in begun]
        left = [job.priority for job in jobs if job.id not in begun]
        assert not chosen or not left or min(chosen) >= max(left)


@given(snapshots())
def test_schedule_depends_only_on_the_snapshot(snapshot: ScheduleSnapshot) -> None:
    turned = ScheduleSnapshot(snapshot.workers[::-1], snapshot.jobs[::-1], snapshot.passed)
    assert assign_jobs(turned) == assign_jobs(snapshot)


@given(snapshots())
def test_starting_job_goes_where_its_model_is_loaded(snapshot: ScheduleSnapshot) -> None:
    """If a free worker has the model of a starting job loaded, this worker gets a job with that model,
    whatever the pairing of jobs and workers is.
    """
    pairs = dict(assign_jobs(snapshot).pairs)
    needs = {job.id: job.needs_loaded for job in snapshot.jobs}
    for lane in {"cpu", "gpu", "quick"}:
        workers = [worker for worker in snapshot.workers if worker.lane == lane]
        begun = [needs[pairs[worker.id]] for worker in workers if worker.id in pairs]
        for engine in set(begun):
            loaded = [worker for worker in workers if worker.loaded == engine]
            at_home = sum(needs.get(pairs.get(worker.id, ""), "") == engine for worker in loaded)
            assert at_home == min(len(loaded), begun.count(engine))


@st.composite
def nights(draw: st.DrawFn) -> list[tuple[int, list[tuple[int, str, int]]]]:
    """Generate rounds of one lane. Each round has a number of workers that become free, and the jobs queued
    before it as (priority, engine, place).
    """
    order = st.tuples(st.integers(0, 1), ENGINES, st.integers(0, 60))
    round = st.tuples(st.integers(1, 3), st.lists(order, max_size=6))
    return draw(st.lists(round, min_size=1, max_size=40))


@pytest.mark.long("queue")
@given(nights())
@settings(max_examples=200)
def test_no_job_is_passed_over_more_often_than_the_limit(
    night: list[tuple[int, list[tuple[int, str, int]]]],
) -> None:
    """At most `PASSES` jobs with a later place start before a given job, whatever is queued before or after
    it.
    """
    loaded = {f"w{n}": "" for n in range(3)}
    line: list[Candidate] = []
    passed: dict[str, int] = {}
    waited: Counter[str] = Counter()
    for number, (free, orders) in enumerate(night):
        line += [
            Candidate(f"job_{number:02}_{n}", "gpu", priority, place, engine)
            for n, (priority, engine, place) in enumerate(orders)
        ]
        workers = [FreeWorker(f"w{n}", "gpu", loaded[f"w{n}"], warm=True) for n in range(free)]
        choice = assign_jobs(ScheduleSnapshot(workers, line, passed))
        passed = dict(choice.passed)
        begun = {job: worker for worker, job in choice.pairs}
        left = [job for job in line if job.id not in begun]
        for job in line:
            if job.id in begun:
                loaded[begun[job.id]] = job.needs_loaded
                for other in left:
                    if other.priority == job.priority and get_queue_order_key(other) < get_queue_order_key(
                        job
                    ):
                        waited[other.id] += 1
        line = left
    assert not waited or max(waited.values()) <= PASSES


@given(st.lists(st.tuples(ENGINES, st.booleans()), min_size=6, max_size=40))
def test_other_lanes_do_not_affect_the_count(rounds: list[tuple[str, bool]]) -> None:
    """The first job of a lane starts after the same number of rounds of its own lane, however many rounds
    only another lane has.
    """
    first = Candidate("first", "gpu", 0, 0, "none of them")
    passed: dict[str, int] = {}
    turns = 0
    for number, (engine, other_lane) in enumerate(rounds):
        young = Candidate(f"job_{number}", "cpu" if other_lane else "gpu", 0, number + 1, engine)
        # The supervisor passes only the queues of lanes that have a free worker, so the test does the same.
        jobs = [young] if other_lane else [first, young]
        choice = assign_jobs(ScheduleSnapshot([FreeWorker("w", young.lane, engine, warm=True)], jobs, passed))
        passed = dict(choice.passed)
        turns += not other_lane
        if choice.pairs[0][1] == "first":
            assert turns == PASSES + 1
            return
    assert turns <= PASSES


def test_counts_of_finished_jobs_are_deleted() -> None:
    gone = {f"gone_{n}": 1 for n in range(REMEMBERED + 1)}
    left = assign_jobs(
        ScheduleSnapshot([FreeWorker("w", "cpu")], [Candidate("a", "cpu", 0, 0, "")], gone)
    ).passed
    assert left == {}


def test_two_gpus_keep_their_models_across_priorities() -> None:
    workers = [FreeWorker("gpu0", "gpu", "flux2", warm=True), FreeWorker("gpu1", "gpu", "ltx2", warm=True)]
    jobs = [Candidate("urgent", "gpu", 5, 9, "ltx2"), Candidate("plain", "gpu", 0, 1, "flux2")]
    assert dict(assign_jobs(ScheduleSnapshot(workers, jobs)).pairs) == {"gpu1": "urgent", "gpu0": "plain"}


def test_idle_gpu_takes_new_models_so_that_nothing_is_unloaded() -> None:
    workers = [FreeWorker("gpu0", "gpu", "flux2", warm=True), FreeWorker("gpu1", "gpu")]
    assert assign_jobs(ScheduleSnapshot(workers, [Candidate("a", "gpu", 0, 1, "ltx2")])).pairs == (
        ("gpu1", "a"),
    )


def test_affinity_keeps_loaded_models_in_use() -> None:
    jobs = [Candidate("a", "gpu", 0, 1, "flux2"), Candidate("b", "gpu", 0, 2, "ltx2")]
    both = [FreeWorker("gpu0", "gpu", ""), FreeWorker("gpu1", "gpu", "flux2", warm=True)]
    assert dict(assign_jobs(ScheduleSnapshot(both, jobs)).pairs) == {"gpu1": "a", "gpu0": "b"}
    one = assign_jobs(ScheduleSnapshot([FreeWorker("gpu0", "gpu", "ltx2")], jobs))
    assert one.pairs == (("gpu0", "b"),)
    assert one.passed == {"a": 1}
    urgent = [Candidate("a", "gpu", 3, 9, "flux2"), *jobs[1:]]
    assert assign_jobs(ScheduleSnapshot([FreeWorker("gpu0", "gpu", "ltx2")], urgent)).pairs == (
        ("gpu0", "a"),
    )
