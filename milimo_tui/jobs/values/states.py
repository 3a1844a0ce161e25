"""The states of a job, and the only table of the allowed transitions between them. This module holds only
data; `ledger` enforces the table.

The diagram in `docs/jobs.md` is generated from this table (`tools.state_diagram`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache


class JobState(StrEnum):
    """The state of a job. The values are visible to clients and scripts."""

    HELD = "held"
    WAITING = "waiting"
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"  # The job has stopped at a step, and its worker is free.
    PUBLISHING = "publishing"
    RETRYING = "retrying"
    CANCELLING = "cancelling"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"  # A job that this job waited for was not done.
    SET_ASIDE = "set_aside"  # The job's workers died three times without progress.


class Trigger(StrEnum):
    """An event that changes a job's state, or an action that leaves the state unchanged but is only allowed
    in some states.
    """

    SUBMIT = "submit"
    HOLD = "hold"
    RELEASE = "release"
    READY = "ready"  # All jobs that this job waits for are done.
    SKIP = "skip"
    CLAIM = "claim"
    UNACCEPTED = "unaccepted"  # The worker ended before it accepted the job.
    LOST = "lost"  # The supervisor or the worker was ended for a reason outside the job.
    ASK_PAUSE = "ask_pause"  # A client asks the job to stop at its next step or checkpoint.
    PAUSE = "pause"
    RESUME = "resume"
    MADE = "made"
    WITHHELD = "withheld"  # The film can't accept the result at present, so the result waits.
    TAKEN_IN = "taken_in"
    FAULT = "fault"  # An error has occurred after which the job is retried.
    FAIL = "fail"
    SET_ASIDE = "set_aside"
    REQUEUE = "requeue"
    CANCEL = "cancel"
    STOPPED = "stopped"
    RETRY = "retry"
    CHANGE = "change"  # A client changes the order, priority, spec, label or delayed start.
    NEED = "need"  # The job's changed spec depends on a job that is not done.


class TransitionActor(StrEnum):
    """The party that may cause a state change of a job: client, supervisor or worker."""

    CLIENT = "client"
    SUPERVISOR = "supervisor"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class StateTransition:
    """A row of the table of allowed state changes: `trigger` moves a job from any state in `sources` to a
    state in `targets`.

    A row without `sources` creates a new job. In a row without `targets` the job's state stays the same.
    """

    sources: tuple[JobState, ...]
    trigger: Trigger
    by: TransitionActor
    targets: tuple[JobState, ...]


_S, _T, _B = JobState, Trigger, TransitionActor

TABLE: tuple[StateTransition, ...] = (
    StateTransition((), _T.SUBMIT, _B.CLIENT, (_S.WAITING, _S.QUEUED, _S.HELD)),
    StateTransition((_S.WAITING, _S.QUEUED, _S.RETRYING), _T.HOLD, _B.CLIENT, (_S.HELD,)),
    StateTransition((_S.HELD,), _T.RELEASE, _B.CLIENT, (_S.WAITING,)),
    StateTransition((_S.WAITING,), _T.READY, _B.SUPERVISOR, (_S.QUEUED,)),
    StateTransition((_S.WAITING,), _T.SKIP, _B.SUPERVISOR, (_S.SKIPPED,)),
    StateTransition((_S.QUEUED,), _T.CLAIM, _B.SUPERVISOR, (_S.RUNNING,)),
    StateTransition((_S.QUEUED,), _T.FAIL, _B.SUPERVISOR, (_S.FAILED,)),
    StateTransition((_S.RUNNING,), _T.UNACCEPTED, _B.SUPERVISOR, (_S.QUEUED,)),
    StateTransition((_S.RUNNING,), _T.LOST, _B.SUPERVISOR, (_S.QUEUED,)),
    StateTransition((_S.RUNNING,), _T.ASK_PAUSE, _B.CLIENT, (_S.RUNNING,)),
    StateTransition((_S.RUNNING,), _T.PAUSE, _B.WORKER, (_S.PAUSED,)),
    StateTransition((_S.PAUSED,), _T.RESUME, _B.CLIENT, (_S.QUEUED,)),
    StateTransition((_S.RUNNING,), _T.RESUME, _B.CLIENT, (_S.RUNNING,)),
    # A job without files to move into a film becomes `done` directly.
    StateTransition((_S.RUNNING, _S.CANCELLING), _T.MADE, _B.WORKER, (_S.PUBLISHING, _S.DONE)),
    StateTransition((_S.PUBLISHING,), _T.WITHHELD, _B.SUPERVISOR, (_S.PUBLISHING,)),
    StateTransition((_S.PUBLISHING,), _T.TAKEN_IN, _B.SUPERVISOR, (_S.DONE,)),
    StateTransition((_S.PUBLISHING,), _T.RETRY, _B.CLIENT, (_S.PUBLISHING,)),
    StateTransition((_S.RUNNING, _S.PUBLISHING), _T.FAULT, _B.SUPERVISOR, (_S.RETRYING,)),
    StateTransition((_S.RUNNING, _S.PUBLISHING), _T.FAIL, _B.WORKER, (_S.FAILED,)),
    StateTransition((_S.RUNNING,), _T.SET_ASIDE, _B.SUPERVISOR, (_S.SET_ASIDE,)),
    StateTransition((_S.RETRYING,), _T.REQUEUE, _B.SUPERVISOR, (_S.QUEUED,)),
    StateTransition(
        (_S.HELD, _S.WAITING, _S.QUEUED, _S.RETRYING, _S.PAUSED, _S.PUBLISHING),
        _T.CANCEL,
        _B.CLIENT,
        (_S.CANCELLED,),
    ),
    StateTransition((_S.RUNNING,), _T.CANCEL, _B.CLIENT, (_S.CANCELLING,)),
    StateTransition((_S.CANCELLING,), _T.STOPPED, _B.SUPERVISOR, (_S.CANCELLED,)),
    StateTransition((_S.FAILED, _S.CANCELLED, _S.SKIPPED, _S.SET_ASIDE), _T.RETRY, _B.CLIENT, (_S.WAITING,)),
    StateTransition((_S.HELD, _S.WAITING, _S.QUEUED, _S.RETRYING, _S.PAUSED), _T.CHANGE, _B.CLIENT, ()),
    StateTransition((_S.QUEUED, _S.RETRYING, _S.PAUSED), _T.NEED, _B.CLIENT, (_S.WAITING,)),
)

ENDED = frozenset({_S.DONE, _S.FAILED, _S.CANCELLED, _S.SKIPPED, _S.SET_ASIDE})
FAILED_STATES = frozenset({_S.FAILED, _S.SET_ASIDE})
NOT_DONE = ENDED - {_S.DONE}  # States of a dependency because of which the dependent jobs are skipped.
# States in which a job may be changed.
NOT_BEGUN = frozenset({_S.HELD, _S.WAITING, _S.QUEUED, _S.RETRYING, _S.PAUSED})
# States that keep the supervisor running. In every other state the job does not continue by itself.
AT_WORK = frozenset({_S.QUEUED, _S.RUNNING, _S.RETRYING, _S.CANCELLING})
# States of jobs that have begun and not ended.
ACTIVE = frozenset({_S.RUNNING, _S.PUBLISHING, _S.CANCELLING})
# States from which a job starts without a person's action.
IN_LINE = frozenset({_S.QUEUED, _S.WAITING, _S.RETRYING})
# States in which a job counts for the question whether the queue is empty.
FILLS_QUEUE = (_S.WAITING, _S.PUBLISHING, *sorted(AT_WORK))


@cache
def find_target_states(source: JobState | None, trigger: Trigger) -> tuple[JobState, ...]:
    """Return the states to which `trigger` may move a job in the state `source`. If `source` is None, return
    the possible first states of a new job. The result is empty if the table has no such transition.
    """
    for row in TABLE:
        if row.trigger is trigger and (source in row.sources or (source is None and not row.sources)):
            return row.targets or ((source,) if source else ())
    return ()


@cache
def find_source_states(trigger: Trigger, target: JobState) -> frozenset[JobState]:
    """Return the states from which `trigger` may lead to `target`. A change is written only if the job is
    still in one of these states.
    """
    return frozenset(state for state in JobState if target in find_target_states(state, trigger))
