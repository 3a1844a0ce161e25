"""Test forecasts of the job queue: a forecast simulates the queue with the real scheduler and marks the times
that it cannot know.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.jobs.schedule import forecast, schedule, timings
from milimo_tui.jobs.schedule.forecast import append_planned_jobs, estimate_more_work
from milimo_tui.jobs.schedule.schedule import Candidate, FreeWorker
from milimo_tui.jobs.schedule.simulation import JobSpan, QueueSnapshot, simulate_queue
from milimo_tui.jobs.schedule.timings import MeasuredPaces, WorkPace, summarize_timings
from milimo_tui.store.jobs.studio_file import StudioFile
from milimo_tui.store.jobs.studio_values import Attempt, Job, Timing, UnfinishedJob

NOW = 1000.0
PACES = MeasuredPaces({"slow": WorkPace(3.0, 5), "quick": WorkPace(0.5, 5)})
WORKERS = (FreeWorker("cpu", "cpu"), FreeWorker("gpu0", "gpu"), FreeWorker("gpu1", "gpu", "flux2", warm=True))


def job(id: str, **fields: Any) -> UnfinishedJob:
    values: dict[str, Any] = {
        "id": id,
        "lane": "cpu",
        "state": "queued",
        "priority": 0,
        "position": 0,
        "needs_loaded": "flux2",
        "batch": "",
        "workload": "slow",
        "units": 2.0,
        "not_before": None,
        "due": None,
        "eta": None,
        "worker": "",
        "reason": "",
        "began": None,
        **fields,
    }
    return UnfinishedJob(**values)


def queue(*jobs: UnfinishedJob, **fields: Any) -> QueueSnapshot:
    values: dict[str, Any] = {"workers": WORKERS, "measured": PACES, **fields}
    return QueueSnapshot(NOW, jobs=jobs, **values)


@st.composite
def snapshots(draw: st.DrawFn) -> QueueSnapshot:
    jobs: list[UnfinishedJob] = []
    needs: dict[str, list[str]] = {}
    for number in range(draw(st.integers(0, 14))):
        earlier = (
            draw(st.lists(st.sampled_from([one.id for one in jobs]), max_size=2, unique=True)) if jobs else []
        )
        one = job(
            f"job_{number:02}",
            lane=draw(st.sampled_from(["cpu", "gpu"])),
            state="waiting" if earlier else draw(st.sampled_from(["queued", "queued", "held", "retrying"])),
            priority=draw(st.integers(0, 1)),
            position=draw(st.integers(0, 20)),
            needs_loaded=draw(st.sampled_from(["flux2", "ltx2"])),
            batch=draw(st.sampled_from(["", "", "batch_1", "batch_2"])),
            workload=draw(st.sampled_from(["slow", "slow", "quick", "new"])),
            units=float(draw(st.integers(1, 5))),
            not_before=draw(st.one_of(st.none(), st.floats(NOW - 5, NOW + 20))),
            due=NOW + 3,
        )
        jobs.append(one)
        if earlier:
            needs[one.id] = earlier
    for worker in WORKERS:
        if draw(st.booleans()):
            began = NOW - draw(st.floats(0, 5))
            eta = draw(st.one_of(st.none(), st.floats(0, 9)))
            fields = {
                "state": "running",
                "lane": worker.lane,
                "worker": worker.id,
                "began": began,
                "eta": eta,
            }
            jobs.append(job(f"job_on_{worker.id}", workload=draw(st.sampled_from(["slow", "new"])), **fields))
    shut = draw(st.sampled_from([(), (), ("gpu",)]))
    paused = draw(st.sampled_from([(), (), ("batch_1",)]))
    return QueueSnapshot(NOW, WORKERS, jobs, needs, shut, paused, PACES)


# Numbers of jobs at the head of the queue that are simulated one by one: none, three, or all. The rest is
# only summed.
HEADS = st.sampled_from([0, 3, 1000])


@pytest.mark.long("queue")
@given(snapshots(), HEADS)
def test_no_job_starts_before_its_time(snapshot: QueueSnapshot, head: int) -> None:
    found = simulate_queue(snapshot, head)
    for one in snapshot.jobs:
        start, end, _ = found[one.id]
        if start is None or one.state == "running":
            continue
        assert start >= NOW
        assert start >= (one.not_before or NOW)
        assert one.state != "retrying" or start >= NOW + 3
        for other in snapshot.needs.get(one.id, ()):
            before = found[other].end
            assert before is not None
            assert start >= before
        assert end is None or end >= start


@pytest.mark.long("queue")
@given(snapshots(), HEADS)
def test_held_paused_and_closed_jobs_have_no_time(snapshot: QueueSnapshot, head: int) -> None:
    found = simulate_queue(snapshot, head)
    for one in snapshot.jobs:
        stuck = one.state == "held" or one.batch in snapshot.paused or one.lane in snapshot.shut
        if stuck and one.state != "running":
            assert found[one.id] == JobSpan(None, None)
        if one.workload == "new" and one.state != "running":
            assert found[one.id].end is None


@pytest.mark.long("queue")
@given(snapshots())
def test_two_jobs_never_share_a_worker(snapshot: QueueSnapshot) -> None:
    by_worker: dict[str, list[JobSpan]] = {}
    for span in simulate_queue(snapshot).values():
        if span.worker:
            by_worker.setdefault(span.worker, []).append(span)
    for several in by_worker.values():
        several.sort(key=lambda span: (span.start or 0.0, math.inf if span.end is None else span.end))
        for one, other in pairwise(several):
            assert one.end is not None, "nothing is foretold behind what may last for ever"
            assert other.start is not None
            assert one.end <= other.start


@pytest.mark.long("queue")
@given(snapshots())
@settings(max_examples=200)
def test_jobs_start_as_the_schedule_chooses(snapshot: QueueSnapshot) -> None:
    """Every predicted start agrees with the scheduler's own choice at that time, given the free workers and
    the ready jobs.
    """
    found = simulate_queue(snapshot)
    lane_of = {one.id: one.lane for one in snapshot.jobs}
    loaded = {worker.id: worker for worker in snapshot.workers}
    begun = {id: span for id, span in found.items() if span.worker and not id.startswith("job_on_")}
    passed: dict[str, int] = {}
    for moment in sorted({span.start for span in begun.values() if span.start is not None}):
        free = [
            worker
            for worker in loaded.values()
            if worker.lane not in snapshot.shut and not _busy(found, worker.id, moment)
        ]
        ready = [one for one in snapshot.jobs if _is_ready(snapshot, found, one, moment)]
        line = [
            Candidate(one.id, one.lane, one.priority, one.position, one.needs_loaded, one.batch)
            for one in ready
        ]
        choice = schedule.assign_jobs(schedule.ScheduleSnapshot(free, line, passed))
        passed = dict(choice.passed)
        assert dict(choice.pairs) == {
            span.worker: id for id, span in begun.items() if span.start == moment
        }, f"at {moment}"
        for worker, id in choice.pairs:
            needs = next(one.needs_loaded for one in ready if one.id == id)
            loaded[worker] = FreeWorker(worker, lane_of[id], needs, warm=True)


def _busy(found: dict[str, JobSpan], worker: str, moment: float) -> bool:
    """Return True if the worker runs a job at time `moment`: the job started before `moment` and ends later
    or has no known end.
    """
    mine = [span for id, span in found.items() if span.worker == worker]
    return any(
        span.start is not None and span.start < moment and (span.end is None or span.end > moment)
        for span in mine
    ) or any(id == f"job_on_{worker}" and (found[id].end or 1e9) > moment for id in found)


def _is_ready(snapshot: QueueSnapshot, found: dict[str, JobSpan], one: UnfinishedJob, moment: float) -> bool:
    """Return True if the job could start at time `moment`: it has not started before, and no dependency,
    lane, pause or date prevents it.
    """
    start = found[one.id].start
    ends = [found[other].end for other in snapshot.needs.get(one.id, ())]
    return (
        one.state in ("queued", "waiting", "retrying")
        and (start is None or start >= moment)
        and one.lane not in snapshot.shut
        and one.batch not in snapshot.paused
        and (one.not_before or 0.0) <= moment
        and (one.state != "retrying" or (one.due or 0.0) <= moment)
        and all(end is not None and end <= moment for end in ends)
    )


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 9)), max_size=30), HEADS)
def test_sum_on_one_worker_is_exact(orders: Sequence[tuple[int, int]], head: int) -> None:
    jobs = [
        job(f"job_{n:02}", priority=priority, position=n, units=float(units))
        for n, (priority, units) in enumerate(orders)
    ]
    found = simulate_queue(queue(*jobs), head)
    end = NOW
    for one in sorted(jobs, key=lambda one: (-one.priority, one.position)):
        assert found[one.id][:2] == (end, end + 3.0 * one.units)
        end += 3.0 * one.units


def test_two_gpus_share_a_batch_that_ends_with_the_last() -> None:
    jobs = [job(f"job_{n}", lane="gpu", position=n, batch="batch_1") for n in range(5)]
    told = forecast.forecast_queue(queue(*jobs))
    assert told.batches == {"batch_1": NOW + 18.0}
    assert [told.jobs[one.id].start for one in jobs] == [NOW, NOW, NOW + 6, NOW + 6, NOW + 12]
    assert told.jobs["job_0"].seconds == 6.0


def test_batch_with_a_job_of_unknown_duration_has_no_end() -> None:
    told = forecast.forecast_queue(
        queue(job("a", batch="batch_1"), job("b", batch="batch_1", workload="new"))
    )
    assert told.batches == {"batch_1": None}
    assert told.error == (None, 0)


def test_running_job_ends_by_its_remaining_work() -> None:
    by_estimate = job("a", state="running", worker="cpu", began=NOW - 2)
    assert simulate_queue(queue(by_estimate))["a"] == JobSpan(NOW - 2, NOW + 4, "cpu")
    late = by_estimate._replace(began=NOW - 60, eta=2.5)
    assert simulate_queue(queue(late))["a"].end == NOW + 2.5
    unmeasured = by_estimate._replace(workload="new", eta=7.0)
    assert simulate_queue(queue(unmeasured, job("b")))["b"].start == NOW + 7
    assert simulate_queue(queue(by_estimate._replace(workload="new"), job("b")))["b"] == JobSpan(None, None)


def test_job_being_recorded_is_nearly_finished_unless_its_film_is_locked() -> None:
    needs = {"b": ["a"]}
    taken = job("a", state="publishing", worker="cpu")
    assert simulate_queue(queue(taken, job("b", state="waiting"), needs=needs))["b"].start == NOW
    put_off = taken._replace(reason="the project is read-only")
    assert simulate_queue(queue(put_off, job("b", state="waiting"), needs=needs))["b"] == JobSpan(None, None)


def test_more_jobs_are_queued_behind_existing_ones() -> None:
    now = queue(job("a", position=5), job("b", position=9))
    more = append_planned_jobs(now, [job("x"), job("y", state="waiting")], {"y": ["x", "b", "gone"]})
    found = simulate_queue(more)
    assert (found["x"].start, found["y"].start) == (NOW + 12, NOW + 18)
    assert found["a"] == simulate_queue(now)["a"]


def test_estimate_names_what_is_unknown() -> None:
    there = queue(job("a"), shut=("gpu",))
    estimate = estimate_more_work(there, [job("x"), job("y", workload="quick")], {})
    assert (estimate.seconds, estimate.start, estimate.end) == (7.0, NOW + 6, NOW + 13)
    assert (estimate.unmeasured, estimate.coarse, estimate.shut) == ([], [], [])
    estimate = estimate_more_work(
        there, [job("x", workload="new"), job("y", lane="gpu"), job("z", lane="render")], {}
    )
    assert (estimate.seconds, estimate.end) == (None, None)
    assert (estimate.unmeasured, estimate.shut) == (["new"], ["gpu", "render"])
    assert estimate_more_work(there, [], {}).seconds == 0.0


@pytest.mark.long("queue")
def test_forecast_time_grows_linearly_with_the_queue() -> None:
    def seconds(count: int) -> float:
        jobs = [
            job(f"job_{n:05}", lane="cpu" if n % 2 else "gpu", position=n, needs_loaded="ab"[n % 3 % 2])
            for n in range(count)
        ]
        needs = {f"job_{n:05}": [f"job_{n - 1:05}"] for n in range(1, count, 3)}
        snapshot = queue(*jobs, needs=needs)
        spent = []
        for _ in range(3):
            began = time.process_time()
            simulate_queue(snapshot)
            spent.append(time.process_time() - began)
        return min(spent)

    assert seconds(16_000) < 12 * seconds(4_000)


# Timings of finished jobs


def row(workload: str, units: float, seconds: float, estimate: float | None = None) -> Timing:
    return Timing(job="job_x", workload=workload, units=units, seconds=seconds, estimate=estimate, at=0.0)


def test_median_of_the_newest_twenty_counts() -> None:
    rows = [row("make_video/a/64x64", 10, 20.0)] * 11 + [row("make_video/a/64x64", 10, 900.0)] * 40
    pace = summarize_timings(rows).find_pace("make_video/a/64x64")
    assert pace == WorkPace(2.0, 20)


def test_other_size_is_estimated_by_pixels_and_marked() -> None:
    known = summarize_timings([row("make_video/a/100x100", 10, 20.0)])
    assert known.find_pace("make_video/a/200x100") == WorkPace(4.0, 1, coarse=True)
    assert known.find_pace("make_video/b/100x100") is None
    assert known.find_pace("make_picture/a/100x100") is None
    assert known.predict_seconds("make_video/a/100x100", 5) == 10.0
    assert known.predict_seconds("make_video/b/100x100", 5) is None


def test_work_without_a_size_is_estimated_unscaled() -> None:
    known = summarize_timings(
        [row("render_film/film/h264", 10, 5.0), row("render_film/film/h264/whole", 1, 99.0)]
    )
    assert known.find_pace("render_film/film/prores") == WorkPace(0.5, 1, coarse=True)
    assert known.find_pace("render_film/film/prores/whole") is None, "films are no frames"


def test_error_is_the_median_of_past_deviations() -> None:
    rows = [row("a/b", 1, 3.0, 2.0), row("a/b", 1, 1.0, 2.0), row("a/b", 1, 2.2, 2.0), row("a/b", 1, 9.0)]
    assert summarize_timings(rows).trust.samples == 3
    assert summarize_timings(rows).trust.median == 0.5
    assert summarize_timings([row("a/b", 1, 9.0)]).trust == timings.EstimateTrust(None, 0)
    assert (
        summarize_timings([row("a/b", 1, 2.0, 2.0)] * 50 + [row("a/b", 1, 9.0, 2.0)] * 90).trust.median == 0.0
    )


def test_queue_is_read_as_it_is(tmp_path: Path) -> None:
    file = StudioFile.open(tmp_path / "studio.db")
    common: dict[str, Any] = {
        "kind": "make_video",
        "engine": "a",
        "lane": "cpu",
        "spec": "{}",
        "created": 1.0,
    }
    work: dict[str, Any] = {"workload": "make_video/a/64x64", "units": 10.0}
    with file.start_transaction():
        file.add_job(Job(id="job_on", state="running", worker="cpu", attempts=2, **common, **work))
        file.add_attempt(
            Attempt(job="job_on", number=1, token="t", worker="cpu", lease=0, spec="", started=1.0)
        )
        file.add_attempt(
            Attempt(job="job_on", number=2, token="u", worker="cpu", lease=0, spec="", started=95.0)
        )
        file.add_job(Job(id="job_next", state="waiting", position=2, affinity="a/x", **common, **work))
        file.add_job(Job(id="job_past", state="done", ended=5.0, **common, **work))
        file.add_dependencies("job_next", ["job_on", "job_past"])
        file.add_timing(row("make_video/a/64x64", 10, 20.0))
        # Many timings of another kind of work must not hide the one timing of this kind.
        for _ in range(5000):
            file.add_timing(row("probe/quick", 1, 0.1, estimate=0.2))
        file.set_lane_paused("gpu", paused=True, reason="by request")
    snapshot = forecast.take_queue_snapshot(
        file, [FreeWorker("cpu", "cpu")], now=100.0, shut=("render",), passed={"job_next": 1}
    )
    file.close()
    assert {one.id: one.needs_loaded for one in snapshot.jobs} == {"job_on": "a", "job_next": "a/x"}
    assert snapshot.measured.find_pace("probe/quick") == WorkPace(0.1, timings.NEWEST)
    assert snapshot.measured.trust == timings.EstimateTrust(0.5, timings.JUDGED)
    assert snapshot.needs == {"job_next": ["job_on"]}
    assert snapshot.shut == {"gpu", "render"}
    assert simulate_queue(snapshot) == {
        "job_on": JobSpan(95.0, 115.0, "cpu"),
        "job_next": JobSpan(115.0, 135.0, "cpu"),
    }
