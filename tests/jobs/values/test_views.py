"""Test the public view of jobs and batches, submits in several parts, and the alarm for delayed jobs."""

from __future__ import annotations

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_time_of_day
from milimo_tui.core.ids import new_id
from milimo_tui.jobs.queue.orders import CheckedOrder
from milimo_tui.jobs.standing.alarm import Alarm
from milimo_tui.jobs.supervisor.submit_pieces import SubmitParts
from milimo_tui.jobs.values.messages import BatchOrder, JobOrder
from milimo_tui.jobs.values.row_views import StartConditions, build_batch_view, explain_job_state
from milimo_tui.jobs.values.spec_texts import apply_merge_patch, check_job_spec, patch_job_spec
from milimo_tui.jobs.values.states import ENDED, JobState
from milimo_tui.store.jobs.studio_values import Batch, BatchTally, Job

NOW = time.mktime((2026, 11, 20, 21, 0, 0, 0, 0, -1))
HERE = StartConditions(now=NOW, lanes=("cpu", "quick"))
SPEC = {"kind": "make_picture", "engine": "tester", "width": 64, "height": 64}


def job(state: str = "queued", **fields: object) -> Job:
    known = {"id": "job_1", "kind": "k", "engine": "e", "lane": "cpu", "spec": "{}", "created": 1.0}
    return Job(**{**known, "state": state, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "around", "reason"),
    [
        ({}, HERE, ""),
        ({"reason": "the supervisor ended while it ran"}, HERE, "the supervisor ended while it ran"),
        ({"not_before": NOW + 7200}, HERE, "not before 23:00"),
        ({"not_before": NOW + 86400}, HERE, "not before Sat 21 Nov 21:00"),
        ({"not_before": NOW - 1}, HERE, ""),
        ({"lane": "gpu"}, HERE, "waits for a worker of lane gpu: this machine has none now"),
        ({}, StartConditions(NOW, ("cpu",), {"cpu": "paused by request"}), "lane cpu is paused"),
        (
            {},
            StartConditions(NOW, ("cpu",), {"cpu": "the disk is full"}),
            "lane cpu is paused: the disk is full",
        ),
        ({"batch": "b"}, StartConditions(NOW, ("cpu",), {}, {"b": "Scene 3"}), "its batch Scene 3 is paused"),
        ({"batch": "b"}, StartConditions(NOW, ("cpu",), {}, {"b": ""}), "its batch b is paused"),
        ({"state": "held", "not_before": NOW + 9, "reason": "held by request"}, HERE, "held by request"),
    ],
)
def test_reason_of_a_state_is_given(fields: dict[str, object], around: StartConditions, reason: str) -> None:
    assert explain_job_state(job(**fields), around) == reason  # type: ignore[arg-type]


def test_jobs_waited_for_are_listed() -> None:
    needs = [
        {"id": "job_2", "label": "3C take", "state": "running"},
        {"id": "job_3", "label": "", "state": "held"},
    ]
    assert explain_job_state(job("waiting"), HERE, needs) == "waits for 3C take and 1 more"
    assert explain_job_state(job("waiting"), HERE, needs[1:]) == "waits for job_3, which is held"
    assert format_time_of_day(NOW, NOW) == "21:00"


@given(
    st.dictionaries(
        st.sampled_from(list(JobState)), st.tuples(st.integers(1, 50), st.floats(0, 1)), min_size=1
    )
)
def test_batch_counts_add_up(states: dict[JobState, tuple[int, float]]) -> None:
    tallies = [
        BatchTally(state, count, count * share, 5.0 if state in ENDED else None)
        for state, (count, share) in states.items()
    ]
    view = build_batch_view(Batch(id="b", created=1.0), tallies)
    assert view.jobs == sum(view.counts.values())
    assert view.open + sum(view.counts.get(state, 0) for state in ENDED) == view.jobs
    assert 0.0 <= view.progress <= 1.0
    assert (view.progress == 1.0) >= (view.open == 0)
    assert (view.ended is None) == (view.open > 0)
    assert view.done + view.failed <= view.jobs - view.open


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, JSON)
def test_repeated_merge_patch_changes_nothing_more(target: object, patch: object) -> None:
    once = apply_merge_patch(target, patch)
    assert apply_merge_patch(once, patch) == once
    assert apply_merge_patch(target, {}) == (target if isinstance(target, dict) else {})


def test_endless_patch_is_refused() -> None:
    deep: dict[str, object] = {}
    for _ in range(5000):
        deep = {"facts": deep}
    with pytest.raises(BadInput, match="bad spec"):
        patch_job_spec(check_job_spec(SPEC).text, deep)


# Submits in several parts


def orders(count: int, size: int = 1) -> list[CheckedOrder]:
    spec = check_job_spec({**SPEC, "prompt": "x" * size})
    return [CheckedOrder(JobOrder(id=new_id("job"), spec={}), spec, "cpu") for _ in range(count)]


def test_parts_are_kept_in_order_and_given_once() -> None:
    pieces, first, second = SubmitParts(), orders(3), orders(2)
    pieces.add_part(0, first, [BatchOrder(id="b")])
    pieces.add_part(1, second, [])
    assert pieces.take_all_parts() == ([*first, *second], [BatchOrder(id="b")])
    assert pieces.take_all_parts() == ([], [])


@pytest.mark.parametrize("numbers", [(1,), (0, 2), (0, 1, 1), (0, 1, 3)])
def test_part_out_of_turn_takes_all_others_along(numbers: tuple[int, ...]) -> None:
    pieces = SubmitParts()
    *good, bad = numbers
    for number in good:
        pieces.add_part(number, orders(1), [])
    with pytest.raises(BadInput, match="part"):
        pieces.add_part(bad, orders(1), [])
    assert pieces.take_all_parts() == ([], [])


def test_cache_is_bounded() -> None:
    pieces = SubmitParts()
    big = orders(1, 1 << 20) * 30
    pieces.add_part(0, big, [])
    pieces.add_part(1, big, [])
    with pytest.raises(BadInput, match="jobs"):
        pieces.add_part(2, big, [])
    assert pieces.take_all_parts() == ([], [])


# The alarm for delayed jobs


class Clock:
    """A source of start times for the alarm: each next start is one of `waits` seconds away. `rang` holds the
    times at which the alarm fired.
    """

    def __init__(self, *waits: float) -> None:
        self.waits = list(waits)
        self.rang: list[float] = []

    def next_start(self, now: float) -> float | None:
        return now + self.waits[len(self.rang)] if len(self.rang) < len(self.waits) else None

    def ring(self) -> None:
        self.rang.append(asyncio.get_running_loop().time())

    async def until(self, count: int) -> None:
        while len(self.rang) < count:
            await asyncio.sleep(0.005)


def timers() -> int:
    """Return the number of timers set in the event loop."""
    scheduled = asyncio.get_running_loop()._scheduled  # type: ignore[attr-defined]
    return sum(not timer.cancelled() for timer in scheduled)


async def test_alarm_fires_at_each_start_and_then_no_more() -> None:
    clock, began = Clock(0.05, 0.1), asyncio.get_running_loop().time()
    Alarm(clock.next_start, clock.ring).set_alarm()
    await clock.until(2)
    assert timers() == 0
    first, second = clock.rang
    assert first - began >= 0.04, "not before its time"
    assert second - first >= 0.09


async def test_alarm_checks_again_after_clock_jumps() -> None:
    clock = Clock(*[3600.0] * 3)
    Alarm(clock.next_start, clock.ring, look_seconds=0.03).set_alarm()
    await clock.until(3)
    assert timers() == 0, "without anything delayed there is no timer"


async def test_setting_the_alarm_again_leaves_one_timer() -> None:
    clock = Clock(0.05)
    alarm = Alarm(clock.next_start, clock.ring)
    for _ in range(5):
        alarm.set_alarm()
    assert timers() == 1
    await clock.until(1)
    assert timers() == 0
