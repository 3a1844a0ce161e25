"""The state of a worker and of the attempts that it was given."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

from milimo_tui.jobs.machine.health import ProcessSample
from milimo_tui.jobs.machine.lanes import Slot
from milimo_tui.jobs.supervisor.recycle_policy import RecyclePolicy
from milimo_tui.jobs.worker.progress import ProgressMeter


@dataclass(slots=True)
class RunningAttempt:
    """An attempt on a worker. `heard` is when the worker sent its last message, `began` when it was sent the
    job (both monotonic).
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
    stepped: float = 0.0  # when its engine last did a step, began to load, or had loaded (monotonic)
    meter: ProgressMeter = field(default_factory=ProgressMeter)
    reached: int = 0
    looked: ProcessSample | None = None  # the last sample of the process since its last message
    why_ended: str = ""  # set when the supervisor ends the worker
    stopped: bool = False  # ended with the supervisor, for no reason in the job
    called_back: bool = False  # its return was requested before it began
    accept_by: float = 0.0  # when it must be accepted, and (`look_at`) the worker's next health check
    look_at: float = 0.0
    killed: int = 0  # processes that the system had killed for lack of memory at its begin


@dataclass(slots=True)
class WorkerSlot:
    """A slot and the state of its worker."""

    slot: Slot
    loaded: str = ""  # the loaded engine; `suits` is the affinity of the worker's current or last job
    suits: str = ""
    running: RunningAttempt | None = None
    ahead: deque[RunningAttempt] = field(default_factory=deque)  # other jobs handed over, begun in this order
    idle_timer: asyncio.TimerHandle | None = None
    watch: asyncio.TimerHandle | None = None
    leaving: bool = False  # the worker was told to end, or will be after the jobs that it was given
    policy: RecyclePolicy = field(default_factory=RecyclePolicy)
    foresees: bool = False  # its job is only decoding, so it can prepare the next job
    foreseen: tuple[str, str] = ("", "")  # the job that was announced to it, and the job's spec
    recycle_reason: str = ""  # why its process will be replaced
    false_starts: int = 0  # consecutive processes that ended before they accepted a job
