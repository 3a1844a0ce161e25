"""The state of a worker and of the attempts that were sent to it."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

from milimo_tui.jobs.machine.health import ProcessSample
from milimo_tui.jobs.machine.lanes import Slot
from milimo_tui.jobs.supervisor.recycle_policy import RecyclePolicy
from milimo_tui.jobs.supervisor.worker_pool import WorkerPool
from milimo_tui.jobs.worker.progress import ProgressMeter


@dataclass(slots=True)
class RunningAttempt:
    """An attempt to make a job that was sent to a worker.

    `heard` is the time of the worker's last message. `began` is the time at which the worker began this
    attempt. Both are on the monotonic clock. `reached` is the furthest stage and step as one number
    (`retry_policy.combine_stage_and_step`).
    """

    job: str
    token: str
    heard: float
    began: float
    workload: str = ""
    affinity: str = ""
    priority: int = 0
    engine: str = ""
    accepted: bool = False
    loaded: bool = False
    # The monotonic time at which the engine last did a step, began to load, or had loaded.
    stepped: float = 0.0
    meter: ProgressMeter = field(default_factory=ProgressMeter)
    reached: int = 0
    # The sample of the worker's process (state, CPU time, memory) at the last health check; None if the
    # worker has sent a message since then.
    sample: ProcessSample | None = None
    why_ended: str = ""  # The reason for which the supervisor ended the worker; empty if it did not.
    # True if the worker was ended because the supervisor stops. The job is not to blame.
    stopped: bool = False
    called_back: bool = False  # True if the supervisor asked the worker to return this job before it began.
    # The monotonic time by which the worker must accept the attempt. `look_at` is the time of the next health
    # check.
    accept_by: float = 0.0
    look_at: float = 0.0
    # The number of processes that the system had killed for lack of memory when the attempt began. A higher
    # number at its end shows that memory ran out.
    killed: int = 0


@dataclass(slots=True)
class WorkerSlot:
    """The state of one worker slot: the place for one worker, its process, and the attempts that were sent to
    it.
    """

    slot: Slot
    # The pool in which the worker's last process was started; the local pool if none was started.
    pool: WorkerPool
    # The engine that the worker has loaded. `suits` is the affinity (the needed model) of its current or last
    # job.
    loaded: str = ""
    suits: str = ""
    running: RunningAttempt | None = None
    # Prefetched attempts, in the order in which the worker will begin them.
    ahead: deque[RunningAttempt] = field(default_factory=deque)
    idle_timer: asyncio.TimerHandle | None = None
    watch: asyncio.TimerHandle | None = None
    # True if the worker was asked to end, or will be asked when its jobs are done. Also true while the last
    # output of a dead worker is saved.
    leaving: bool = False
    policy: RecyclePolicy = field(default_factory=RecyclePolicy)
    # True if the worker's job is only decoding its output, so that the worker can prepare the next job.
    foresees: bool = False
    # The id and the spec of the next job that was announced to the worker.
    predicted: tuple[str, str] = ("", "")
    # The reason why the worker's process will be replaced by a new one; empty if it will not.
    recycle_reason: str = ""
    false_starts: int = 0  # The number of consecutive processes that ended before they accepted a job.
