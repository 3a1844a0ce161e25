"""Which queued job goes to which free worker: a pure function over a snapshot.

Priority, then what is loaded already (affinity), then order; a job is passed over only so often.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

PASSES = 4  # how often affinity may let younger jobs of the same priority go first


@dataclass(frozen=True, slots=True)
class Candidate:
    """A queued job. `needs_loaded` names what its engine has to have in memory."""

    id: str
    lane: str
    priority: int
    position: int
    needs_loaded: str


@dataclass(frozen=True, slots=True)
class Free:
    """A worker that could take a job now. `loaded` is empty when it has not run anything yet."""

    id: str
    lane: str
    loaded: str = ""
    warm: bool = False  # its process runs


@dataclass(frozen=True, slots=True)
class Snapshot:
    workers: Sequence[Free]
    jobs: Sequence[Candidate]
    passed: Mapping[str, int] = field(default_factory=dict)  # times a job was passed over


@dataclass(frozen=True, slots=True)
class Choice:
    """(worker, job) pairs, and the new counts of those passed over."""

    pairs: tuple[tuple[str, str], ...]
    passed: Mapping[str, int]


def choose(snapshot: Snapshot) -> Choice:
    """Give every free worker the job that suits it best."""
    left = sorted(snapshot.jobs, key=lambda job: (-job.priority, job.position, job.id))
    passed = {job.id: snapshot.passed[job.id] for job in left if snapshot.passed.get(job.id)}
    pairs: list[tuple[str, str]] = []
    # Workers with something loaded choose first, so that a cold one does not take what suits them.
    for worker in sorted(snapshot.workers, key=lambda free: (not free.loaded, not free.warm, free.id)):
        line = [job for job in left if job.lane == worker.lane]
        if not line:
            continue
        pick = _pick(worker, line, passed)
        for job in line[: line.index(pick)]:
            passed[job.id] = passed.get(job.id, 0) + 1
        passed.pop(pick.id, None)
        left.remove(pick)
        pairs.append((worker.id, pick.id))
    return Choice(tuple(pairs), passed)


def _pick(worker: Free, line: Sequence[Candidate], passed: Mapping[str, int]) -> Candidate:
    """The job for a worker, from its lane's jobs in order."""
    first = line[0]
    if passed.get(first.id, 0) >= PASSES:
        return first
    for job in line:
        if job.priority != first.priority:
            break
        if job.needs_loaded == worker.loaded:
            return job
    return first
