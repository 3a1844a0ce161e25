"""The states of a job and the single table of transitions between them. Data only; `ledger` enforces it in
SQL.

`docs/jobs.md` draws its diagram from this table (`tools.state_diagram`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache


class JobState(StrEnum):
    """The state of a job. Clients and scripts see these words."""

    HELD = "held"
    WAITING = "waiting"
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"  # stopped at a step and released its worker
    PUBLISHING = "publishing"
    RETRYING = "retrying"
    CANCELLING = "cancelling"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"  # waited for a job that was not done
    SET_ASIDE = "set_aside"  # its workers died three times without progress


class Trigger(StrEnum):
    """An event that changes a job's state."""

    SUBMIT = "submit"
    HOLD = "hold"
    RELEASE = "release"
    READY = "ready"  # every job that it waits for is done
    SKIP = "skip"
    CLAIM = "claim"
    UNACCEPTED = "unaccepted"  # its worker ended before starting the job
    LOST = "lost"  # the supervisor or the worker was ended for a reason outside the job
    ASK_PAUSE = "ask_pause"  # the job is asked to stop at its next checkpoint or step
    PAUSE = "pause"
    RESUME = "resume"
    MADE = "made"
    WITHHELD = "withheld"  # the film can't accept the result now
    TAKEN_IN = "taken_in"
    FAULT = "fault"  # an error that is retried
    FAIL = "fail"
    SET_ASIDE = "set_aside"
    REQUEUE = "requeue"
    CANCEL = "cancel"
    STOPPED = "stopped"
    RETRY = "retry"
    CHANGE = "change"  # order, priority, spec, label, delayed start
    NEED = "need"  # its changed spec depends on a job that is not done


class TransitionActor(StrEnum):
    """The party that may pull a trigger."""

    CLIENT = "client"
    SUPERVISOR = "supervisor"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class StateTransition:
    """A change from any of `sources` (none: a new job), on `trigger`, to one of `targets` (none: the state
    stays).
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
    # A job without files to file in a film goes directly to done.
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
NOT_DONE = ENDED - {_S.DONE}  # states that make dependent jobs skipped
NOT_BEGUN = frozenset({_S.HELD, _S.WAITING, _S.QUEUED, _S.RETRYING, _S.PAUSED})  # states that allow a change
# States that keep a supervisor running. In any other state a person has to act before the job continues.
AT_WORK = frozenset({_S.QUEUED, _S.RUNNING, _S.RETRYING, _S.CANCELLING})
ACTIVE = frozenset({_S.RUNNING, _S.PUBLISHING, _S.CANCELLING})  # states of jobs that have begun
IN_LINE = frozenset({_S.QUEUED, _S.WAITING, _S.RETRYING})  # states that lead to a worker without a person
FILLS_QUEUE = (_S.WAITING, _S.PUBLISHING, *sorted(AT_WORK))  # states that make the queue not empty


@cache
def find_target_states(source: JobState | None, trigger: Trigger) -> tuple[JobState, ...]:
    """Return the states to which a trigger leads from `source`; empty if the table has no such transition."""
    for row in TABLE:
        if row.trigger is trigger and (source in row.sources or (source is None and not row.sources)):
            return row.targets or ((source,) if source else ())
    return ()


@cache
def find_source_states(trigger: Trigger, target: JobState) -> frozenset[JobState]:
    """Return the states from which a trigger may lead to `target`: those that the compare-and-set accepts."""
    return frozenset(state for state in JobState if target in find_target_states(state, trigger))
