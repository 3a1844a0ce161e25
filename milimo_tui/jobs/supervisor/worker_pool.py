"""Define the Protocol of worker pools, and the pool for this machine. A pool manages the worker processes, in
which engines run.

A pool starts and ends processes, sends them commands and passes on their messages. It decides nothing about
jobs.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from types import ModuleType
from typing import Protocol

from milimo_tui.core import linux
from milimo_tui.core.host import is_process_alive, read_boot_id, read_start_ticks
from milimo_tui.jobs.machine import health
from milimo_tui.jobs.machine.health import ProcessSample
from milimo_tui.jobs.machine.lanes import Slot
from milimo_tui.jobs.worker import worker
from milimo_tui.jobs.worker.redaction import list_hidden_variables
from milimo_tui.jobs.worker.worker_queue import AsyncWorkerQueue, Message, WorkerQueue, make_queue_pair
from milimo_tui.media.files import helper_process

log = logging.getLogger(__name__)

GONE_SECONDS = 10.0  # The longest time that a killed process may take to exit, in seconds.


@dataclass(frozen=True, slots=True)
class ProcessTrace:
    """The identity of a worker process: its process id, its start time in clock ticks, and the id of the
    machine's boot.

    A later supervisor can recognize the process with these values. A process id alone may have been reused.
    """

    pid: int
    ticks: int
    boot: str


class PoolListener(Protocol):
    """The receiver of workers' messages. Its methods are called on the supervisor's loop."""

    def handle_worker_message(self, id: str, message: Message) -> None:
        """Handle a message of the worker in slot `id`. The messages of a worker arrive in the order in which
        they were sent.
        """
        ...

    def handle_worker_end(self, id: str) -> None:
        """Handle the end of a worker's process and of all processes that it started. All messages of the
        worker have been handled before.

        Called once for each start. The slot can be started again.
        """
        ...


class WorkerPool(Protocol):
    """A pool that can run one worker in each slot, identified by the slot's id. Callers do not know which
    kind of pool they use.

    A worker is a process that runs `jobs.worker.worker`. It gets the commands `run`, `next`, `cancel`,
    `pause`, `return`, `weights` and `end`. It sends the messages `ready`, `accepted`, `loaded`, `load`,
    `plan`, `progress`, `beat`, `checkpoint`, `resumed`, `part`, `preview`, `foresees` and `returned`. An
    attempt ends with one of the messages in `ATTEMPT_ENDS`.

    All methods are called on the loop. Only `start` may block. The end of a worker, whatever its cause, is
    reported only through `PoolListener.handle_worker_end`. If the supervisor dies, the pool's workers end by
    themselves. `tests/jobs/supervisor/pool_suite.py` tests these rules for every pool.
    """

    def start(self, slot: Slot) -> ProcessTrace:
        """Start a worker in a slot that has none, and return the identity of its process. The variables of
        the slot are set before the process imports anything.

        Blocks until the process exists. On another machine this can take a minute if the slot was not
        prepared. Raises OSError if the process can't be started.
        """
        ...

    def send(self, id: str, message: Message) -> None:
        """Send a command to a worker. Commands arrive in order. A command for a worker that does not exist
        (any more) is dropped.
        """
        ...

    def end_process(self, id: str, *, force: bool) -> None:
        """Ask a worker's process and all processes that it started to end; with `force`, kill them.

        Repeated or late calls have no effect.
        """
        ...

    def get_pid(self, id: str) -> int | None:
        """Return the process id of a worker on its machine, which is shown to people; None if the slot has no
        process.
        """
        ...

    def sample_process(self, id: str) -> ProcessSample | None:
        """Return a sample of a worker's process; None if the slot has no process or nothing is known about
        it.
        """
        ...

    def take_end_reason(self, id: str) -> str:
        """Return the external reason why the last worker of a slot ended, such as a lost machine; empty if
        the worker ended by itself.

        Each reason is returned only once.
        """
        ...


MakePool = Callable[
    [PoolListener, float], WorkerPool
]  # The float is the time in seconds between two signs of life that a worker sends.


@dataclass(frozen=True, slots=True)
class _LocalWorker:
    process: multiprocessing.process.BaseProcess
    pid: int
    queue: AsyncWorkerQueue
    pidfd: int | None
    receiving: asyncio.Task[None]


class LocalPool:
    """A pool of worker processes on this machine.

    The processes are started from the main thread, because a worker receives its death signal when the thread
    that started it ends.
    """

    def __init__(
        self,
        listener: PoolListener,
        beat_seconds: float,
        target: Callable[[WorkerQueue, int, float], None] = worker.main,
    ) -> None:
        """Create the pool.

        `target` is the function that each process runs. It is called with the worker's end of the queue, our
        process id and `beat_seconds`.
        """
        self._listener = listener
        self._beat_seconds = beat_seconds
        self._target = target
        self._spawn = multiprocessing.get_context("spawn")
        self._workers: dict[str, _LocalWorker] = {}

    def start(self, slot: Slot) -> ProcessTrace:
        """Start a process and give it one end of a new worker queue. The process puts itself into a new
        process group.
        """
        ours, theirs = make_queue_pair()
        process = self._spawn.Process(
            target=self._target, args=(theirs, os.getpid(), self._beat_seconds), name=f"milimo {slot.id}"
        )
        try:
            with _prepare_child_environment(slot):
                process.start()
        except OSError:
            ours.close()
            raise
        finally:
            # Close our copy of the worker's end of the pipe. If it stayed open, the pipe would not be closed
            # when the worker ends, and we would never read its end of file.
            theirs.close()
        assert process.pid is not None
        pidfd = self._watch_process_end(slot.id, process)
        receiving = asyncio.create_task(self._receive_messages(slot.id))
        receiving.add_done_callback(_raise_task_error)
        self._workers[slot.id] = _LocalWorker(process, process.pid, ours, pidfd, receiving)
        return ProcessTrace(process.pid, read_start_ticks(process.pid) or 0, read_boot_id())

    def _watch_process_end(self, id: str, process: multiprocessing.process.BaseProcess) -> int | None:
        """Have `_handle_process_end` called when the process exits.

        Return the process descriptor that the loop waits on. On a system without such descriptors a thread
        waits, and None is returned.
        """
        loop = asyncio.get_running_loop()
        pidfd = linux.open_process_descriptor(process.pid or 0)
        if pidfd is None:

            def wait() -> None:
                multiprocessing.connection.wait([process.sentinel])
                loop.call_soon_threadsafe(self._handle_process_end, id)

            threading.Thread(target=wait, name=f"wait {id}", daemon=True).start()
            return None
        loop.add_reader(pidfd, self._handle_process_end, id)
        return pidfd

    def send(self, id: str, message: Message) -> None:
        if id in self._workers:
            self._workers[id].queue.put(message)

    def wait_for_message(self, id: str, seconds: float) -> None:
        """Send the pending commands to a worker, and block for up to `seconds` until its next message
        arrives.

        This is the only method that blocks, for a caller that can't continue without an answer. Raises
        OSError if the process has ended.
        """
        if id in self._workers:
            for message in self._workers[id].queue.get_blocking(seconds):
                self._listener.handle_worker_message(id, message)

    def end_process(self, id: str, *, force: bool) -> None:
        """Send SIGTERM, or with `force` SIGKILL, to the worker and all processes that it started."""
        if id in self._workers:
            _signal_process_group(self._workers[id].pid, signal.SIGKILL if force else signal.SIGTERM)

    def get_pid(self, id: str) -> int | None:
        return self._workers[id].pid if id in self._workers else None

    def sample_process(self, id: str) -> ProcessSample | None:
        pid = self.get_pid(id)
        return None if pid is None else health.read_process_sample(pid)

    def take_end_reason(self, id: str) -> str:
        """Return an empty text: no external reason ends a process on this machine."""
        return ""

    def _handle_process_end(self, id: str) -> None:
        """Close the queue of a process that has exited. After the last message, `_receive_messages` does the
        remaining work.
        """
        local = self._workers[id]
        local.queue.close()
        if local.pidfd is not None:
            asyncio.get_running_loop().remove_reader(local.pidfd)
            os.close(local.pidfd)

    async def _receive_messages(self, id: str) -> None:
        """Pass a worker's messages on until its process has exited. Then kill the processes that the worker
        left running, and report its end.
        """
        local = self._workers[id]
        with suppress(EOFError):
            while True:
                self._listener.handle_worker_message(id, await local.queue.get())
        _signal_process_group(local.pid, signal.SIGKILL)
        local.process.join()
        del self._workers[id]
        self._listener.handle_worker_end(id)


def end_leftover_worker(trace: ProcessTrace) -> None:
    """End a worker that an earlier supervisor left on this machine, and wait until it has exited. A worker
    that has already exited is no error.
    """
    if trace.boot != read_boot_id() or not is_process_alive(trace.pid, trace.ticks):
        return
    log.warning("a worker (pid %s) outlived its supervisor: ended", trace.pid)
    _signal_process_group(trace.pid, signal.SIGKILL)
    until = time.monotonic() + GONE_SECONDS
    while is_process_alive(trace.pid, trace.ticks) and time.monotonic() < until:
        time.sleep(0.01)


def _raise_task_error(task: asyncio.Task[None]) -> None:
    """Raise the error of a finished task in a callback of the loop. From there it reaches the exception
    handler, which ends the supervisor.
    """
    if not task.cancelled() and (error := task.exception()):
        raise error


@contextmanager
def _prepare_child_environment(slot: Slot) -> Iterator[None]:
    """Set the environment variables for a child process during a `with` block: the variables of its slot are
    added, and secrets that no engine of its lane declares are removed.

    The main module is replaced by an empty module too. Otherwise each worker would import the supervisor's
    main module at its start.
    """
    _disable_resource_tracker()
    before, main = dict(os.environ), sys.modules["__main__"]
    hidden = list_hidden_variables(slot.lane, before)
    os.environ.update({"PYTHONPATH": helper_process.make_import_path(), **slot.environment})
    for name in hidden:
        os.environ.pop(name, None)
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)


def _disable_resource_tracker() -> None:
    """Keep `multiprocessing` from starting its resource tracker, a helper process that would live as long as
    this process.

    The tracker cleans up shared memory and semaphores, which this process does not use. Data for the tracker
    is discarded. A worker whose engine needs the tracker starts its own (`worker.main`).
    """
    tracker = resource_tracker._resource_tracker
    if getattr(tracker, "_fd", 0) is None:
        setattr(tracker, "_fd", os.open(os.devnull, os.O_WRONLY))  # noqa: B010 (it has no public name)


def _signal_process_group(pid: int, number: signal.Signals) -> None:
    """Send a signal to the process group of a worker. If the worker has not created its group yet, send the
    signal to the worker alone.
    """
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
    except PermissionError:  # Some systems raise this error if all processes of the group have exited.
        return
