"""Test small pure rules of the queue: late-bound inputs, deaths, progress, health, lanes and messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.core.errors import BadInput, Failed
from milimo_tui.jobs.machine import health
from milimo_tui.jobs.machine.health import ProcessSample, Verdict, judge_worker_health
from milimo_tui.jobs.values import retry_policy
from milimo_tui.jobs.values.messages import read_hello, read_request
from milimo_tui.jobs.values.output_refs import find_referenced_jobs, resolve_outputs
from milimo_tui.jobs.worker.progress import ProgressMeter


def test_late_bound_inputs_are_found_and_resolved_at_any_depth() -> None:
    spec = {
        "input": {"job": "job_1", "output": "take"},
        "conditioning": [{"input": {"job": "job_2", "output": "board"}, "frame": 3}, {"input": "/a.png"}],
    }
    assert list(find_referenced_jobs(spec)) == ["job_1", "job_2"]
    made = {"job_1": {"take": "/t.mov"}, "job_2": {"board": "/b.png"}}
    assert resolve_outputs(spec, made) == {
        "input": "/t.mov",
        "conditioning": [{"input": "/b.png", "frame": 3}, {"input": "/a.png"}],
    }
    with pytest.raises(Failed, match="board of an earlier"):
        resolve_outputs(spec, {"job_1": {"take": "/t.mov"}})


@given(st.lists(st.integers(0, 3), max_size=30))
def test_job_is_held_exactly_after_three_deaths_without_progress(steps: list[int]) -> None:
    deaths = reached = run = best = 0
    for came_to in steps:
        after = retry_policy.count_worker_death(deaths, reached, came_to)
        run = 1 if came_to > best else run + 1
        best = max(best, came_to)
        assert after.set_aside == (run >= retry_policy.DEATHS)
        if after.set_aside:
            break
        deaths, reached = after.deaths, after.reached


@given(st.integers(1, 1000), st.integers(0, 10**9), st.integers(0, 10**9))
def test_later_stage_is_further_than_any_step_before(nth: int, done: int, other: int) -> None:
    assert retry_policy.combine_stage_and_step(nth + 1, done) > retry_policy.combine_stage_and_step(
        nth, other
    )
    assert (
        retry_policy.combine_stage_and_step(nth, done) > retry_policy.combine_stage_and_step(nth, other)
    ) == (done > other)


def test_retries_wait_longer_each_time() -> None:
    waits = [retry_policy.choose_retry_delay(tries) for tries in range(1, 6)]
    assert waits == sorted(waits)
    assert waits[0] < 1


def step(nth: int, done: int) -> dict[str, object]:
    """Return a worker's progress message for the stage with number `nth`, after `done` of 100 steps."""
    return {"say": "progress", "stage": f"stage {nth}", "nth": nth, "done": done, "total": 100, "note": ""}


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 100)), min_size=1, max_size=20))
def test_progress_within_a_stage_never_decreases(reports: list[tuple[int, int]]) -> None:
    meter, last, stage = ProgressMeter(), 0.0, 0
    for now, (nth, done) in enumerate(sorted(reports, key=lambda report: report[0])):
        meter.update(step(nth, done), float(now))
        assert 0.0 <= meter.share <= 1.0
        if nth == stage:
            assert meter.share >= last
        last, stage = meter.share, nth


@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(0, 100)), min_size=1, max_size=30),
    st.lists(st.floats(0.0, 50.0), min_size=3, max_size=3),
)
def test_planned_progress_covers_all_stages_and_never_decreases(
    reports: list[tuple[int, int]], weights: list[float]
) -> None:
    meter, last = ProgressMeter(), 0.0
    plan = {f"stage {nth}": weight for nth, weight in enumerate(weights, 1)}
    assert not meter.update({"say": "plan", "stages": plan}, 0.0)
    for now, (nth, done) in enumerate(reports):  # the fourth stage is not in the plan
        meter.update(step(nth, done), float(now))
        assert last <= meter.share <= 1.0 + 1e-9
        last = meter.share


def test_stage_counts_by_its_weight() -> None:
    meter = ProgressMeter()
    meter.update({"say": "plan", "stages": {"stage 1": 1.0, "stage 2": 8.0, "stage 3": 1.0}}, 0.0)
    shares: list[float] = []
    for nth, done in ((1, 50), (1, 100), (2, 50), (3, 0), (3, 100)):
        meter.update(step(nth, done), float(len(shares)))
        shares.append(round(meter.share, 3))
    assert shares == [0.05, 0.1, 0.5, 0.9, 1.0]


def test_estimate_follows_the_pace_of_this_attempt() -> None:
    meter = ProgressMeter()
    meter.update(step(1, 40), 10.0)  # this attempt resumed from a checkpoint at step 40
    assert meter.estimate_seconds_left(10.0) is None
    meter.update(step(1, 60), 20.0)
    assert meter.estimate_seconds_left(20.0) == 20.0
    assert meter.as_columns(20.0)["progress"] == 0.6
    assert meter.estimate_seconds_left(39.0) == 1.0
    assert meter.estimate_seconds_left(41.0) is None, "it takes longer than the steps before it"
    meter.update(step(1, 100), 60.0)
    assert meter.estimate_seconds_left(60.0) == 0.0


def test_health_silent_worker_is_hung_only_without_cpu_time() -> None:
    before, same, moved = ProcessSample("R", 100), ProcessSample("S", 100), ProcessSample("R", 130)
    assert judge_worker_health(1.0, 30.0, None, same) is Verdict.WELL
    assert judge_worker_health(31.0, 30.0, before, moved) is Verdict.BUSY
    assert judge_worker_health(31.0, 30.0, before, same) is Verdict.HUNG
    assert judge_worker_health(91.0, 30.0, before, ProcessSample("R", 100)) is Verdict.BUSY, (
        "it waits for the CPU"
    )
    assert judge_worker_health(31.0, 30.0, before, ProcessSample("T", 130)) is Verdict.HUNG
    assert judge_worker_health(31.0, 30.0, before, ProcessSample("D", 100)) is Verdict.BUSY
    assert judge_worker_health(91.0, 30.0, before, ProcessSample("D", 100)) is Verdict.HUNG
    assert health.read_process_sample(1) is not None
    assert health.read_process_sample(2**22 + 5) is None


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (b"", "not a line of JSON"),
        (b"[" * 100_000, "not a line of JSON"),
        (b"[1]", "not a JSON object"),
        (b'{"op": "nonsense"}', "bad request"),
        (b'{"op": "jobs", "after": [NaN, ""]}', "not a line of JSON"),
        (b'{"op": "cancel", "jobs": []}', "jobs"),
        (b'{"op": "job", "job": "../../etc/passwd"}', "job"),
        (b'{"op": "status", "more": 1}', "more"),
        (b"\xff\xfe", "not a line of JSON"),
    ],
)
def test_invalid_messages_name_the_field(line: bytes, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        read_request(line)


def test_first_message_is_a_hello() -> None:
    assert read_hello(b'{"hello": {"min": 1, "max": 2}}').max == 2
    for bad in (b"{}", b'{"hello": 1}', b'{"op": "status"}', b"x"):
        with pytest.raises(BadInput):
            read_hello(bad)
