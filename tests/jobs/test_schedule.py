"""The schedule is a pure function: its promises hold for any snapshot."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.jobs.schedule import PASSES, Candidate, Free, Snapshot, choose

LANES = st.sampled_from(["cpu", "gpu", "quick"])
ENGINES = st.sampled_from(["animatic", "flux2", "ltx2"])


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    jobs = [
        Candidate(f"job_{n}", draw(LANES), draw(st.integers(-2, 2)), draw(st.integers(0, 30)), draw(ENGINES))
        for n in range(draw(st.integers(0, 12)))
    ]
    workers = [
        Free(f"w{n}", draw(LANES), draw(st.one_of(st.just(""), ENGINES)), draw(st.booleans()))
        for n in range(draw(st.integers(0, 4)))
    ]
    passed = {job.id: draw(st.integers(0, PASSES)) for job in jobs if draw(st.booleans())}
    return Snapshot(workers, jobs, passed)


@given(snapshots())
def test_each_worker_gets_one_job_of_its_lane_and_none_idles_beside_work(snapshot: Snapshot) -> None:
    pairs = choose(snapshot).pairs
    lane_of = {free.id: free.lane for free in snapshot.workers} | {job.id: job.lane for job in snapshot.jobs}
    assert len({worker for worker, _ in pairs}) == len({job for _, job in pairs}) == len(pairs)
    assert all(lane_of[worker] == lane_of[job] for worker, job in pairs)
    begun = Counter(lane_of[worker] for worker, _ in pairs)
    for lane in {"cpu", "gpu", "quick"}:
        free = sum(worker.lane == lane for worker in snapshot.workers)
        waiting = sum(job.lane == lane for job in snapshot.jobs)
        assert begun[lane] == min(free, waiting)


@given(snapshots())
def test_nothing_of_a_lower_priority_goes_before_a_higher_one(snapshot: Snapshot) -> None:
    begun = {job for _, job in choose(snapshot).pairs}
    for lane in {"cpu", "gpu", "quick"}:
        jobs = [job for job in snapshot.jobs if job.lane == lane]
        chosen = [job.priority for job in jobs if job.id in begun]
        left = [job.priority for job in jobs if job.id not in begun]
        assert not chosen or not left or min(chosen) >= max(left)


@given(snapshots())
def test_it_depends_on_the_snapshot_alone_not_on_its_order(snapshot: Snapshot) -> None:
    turned = Snapshot(snapshot.workers[::-1], snapshot.jobs[::-1], snapshot.passed)
    assert choose(turned) == choose(snapshot)


@given(st.lists(ENGINES, min_size=1, max_size=30), ENGINES)
def test_no_job_is_passed_over_more_often_than_the_bound(engines: list[str], loaded: str) -> None:
    """One worker, a queue that is refilled with jobs that suit it: the first in line still gets its turn."""
    jobs = [Candidate(f"job_{n:03}", "gpu", 0, n, engine) for n, engine in enumerate(engines)]
    passed: dict[str, int] = {}
    waited: Counter[str] = Counter()
    added = len(jobs)
    while jobs and added < 200:
        choice = choose(Snapshot([Free("w", "gpu", loaded)], jobs, passed))
        [(_, id)] = choice.pairs
        passed = dict(choice.passed)
        pick = next(job for job in jobs if job.id == id)
        for job in jobs:
            if job.position < pick.position:
                waited[job.id] += 1
        loaded = pick.needs_loaded
        jobs.remove(pick)
        jobs.append(Candidate(f"job_{added:03}", "gpu", 0, added, loaded))
        added += 1
    # The bound is for the head of the line; one behind it waits for those before it too.
    assert waited["job_000"] <= PASSES


def test_affinity_keeps_what_is_loaded_at_work() -> None:
    jobs = [Candidate("a", "gpu", 0, 1, "flux2"), Candidate("b", "gpu", 0, 2, "ltx2")]
    both = [Free("gpu0", "gpu", ""), Free("gpu1", "gpu", "flux2", warm=True)]
    assert dict(choose(Snapshot(both, jobs)).pairs) == {"gpu1": "a", "gpu0": "b"}
    one = choose(Snapshot([Free("gpu0", "gpu", "ltx2")], jobs))
    assert one.pairs == (("gpu0", "b"),)
    assert one.passed == {"a": 1}
    urgent = [Candidate("a", "gpu", 3, 9, "flux2"), *jobs[1:]]
    assert choose(Snapshot([Free("gpu0", "gpu", "ltx2")], urgent)).pairs == (("gpu0", "a"),)
