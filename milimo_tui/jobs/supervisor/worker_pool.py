"""The worker pool: the processes that run engines, with a Protocol that other kinds of pools can implement.

The pool starts, feeds and ends processes and passes on their messages; it decides nothing about jobs.
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

GONE_SECONDS = 10.0  # how long a killed process may take to exit


@dataclass(frozen=True, slots=True)
class ProcessTrace:
    """The identity of a worker process in numbers that stay valid after its supervisor; a pid alone may be
    reused.
    """

    pid: int
    ticks: int
    boot: str


class PoolListener(Protocol):
    """The listener for workers' messages; called on the loop."""

    def handle_worker_message(self, id: str, message: Message) -> None:
        """Handle a message of a worker. Messages arrive in the order in which they were sent."""
        ...

    def handle_worker_end(self, id: str) -> None:
        """Handle the end of a worker's process and everything it started. All its messages have been handled
        before.

        Called once for each start; the slot is free by then.
        """
        ...


class WorkerPool(Protocol):
    """A place for one worker in each slot, by the slot's id. Callers do not know which kind of pool they use.

    A worker is a process that serves `jobs.worker.worker`: it is sent the commands `run`, `next`, `cancel`,
    `pause`, `return` and `end`, and sends the messages `ready`, `accepted`, `loaded`, `load`, `plan`,
    `progress`, `beat`, `checkpoint`, `resumed`, `part`, `preview`, `foresees`, and for the end of an attempt
    `made`, `failed`, `stopped` or `yielded`. Every method except `clear_leftover` is called on the loop and
    never waits. Whatever happens to a worker, its pool reports it through `PoolListener.handle_worker_end`
    only. A pool whose supervisor is gone ends its workers by itself. `tests/jobs/supervisor/pool_suite.py`
    tests every pool for these rules.
    """

    def start(self, slot: Slot) -> None:
        """Start the worker of a slot that has none. The slot's environment is set before anything is
        imported.

        Raises OSError if the system can't start it.
        """
        ...

    def send(self, id: str, message: Message) -> None:
        """Send a worker a command, in order. A command for a worker that does not exist (any more) is
        dropped.
        """
        ...

    def end_process(self, id: str, *, force: bool) -> None:
        """Ask a worker's process, and everything it started, to end; `force` kills them.

        Calls that are repeated or too late are no error.
        """
        ...

    def get_pid(self, id: str) -> int | None:
        """Return the process number of a worker on its machine, for people; None if there is no process."""
        ...

    def get_trace(self, id: str) -> ProcessTrace | None:
        """Return what a later supervisor needs to find the process again; None if there is no process."""
        ...

    def clear_leftover(self, trace: ProcessTrace) -> None:
        """End a process that an earlier supervisor left, and return when it is gone. It is no error if it is
        gone already.
        """
        ...

    def sample_process(self, id: str) -> ProcessSample | None:
        """Return the present state of a worker's process; None if there is none, or if nothing is known about
        it.
        """
        ...

    def list_running(self) -> tuple[str, ...]:
        """Return the slots whose worker's end has not been reported yet."""
        ...


MakePool = Callable[
    [PoolListener, float], WorkerPool
]  # the float is the number of seconds between a worker's beats


@dataclass(frozen=True, slots=True)
class _LocalWorker:
    process: multiprocessing.process.BaseProcess
    pid: int
    queue: AsyncWorkerQueue
    pidfd: int | None
    receiving: asyncio.Task[None]


class LocalPool:
    """A pool of processes on this machine, spawned from the main thread (their death signal is bound to that
    thread).
    """

    def __init__(
        self,
        listener: PoolListener,
        beat_seconds: float,
        target: Callable[[WorkerQueue, int, float], None] = worker.main,
    ) -> None:
        """Create the pool. `target` is the function that a process runs, given its end of the queue, our pid
        and `beat_seconds`.
        """
        self._listener = listener
        self._beat_seconds = beat_seconds
        self._target = target
        self._spawn = multiprocessing.get_context("spawn")
        self._workers: dict[str, _LocalWorker] = {}

    def start(self, slot: Slot) -> None:
        """Start a process with one end of a new queue; the process makes its own process group."""
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
            theirs.close()  # with our copy open, the end of file would never arrive
        assert process.pid is not None
        pidfd = self._watch_process_end(slot.id, process)
        receiving = asyncio.create_task(self._receive_messages(slot.id))
        receiving.add_done_callback(_raise_task_error)
        self._workers[slot.id] = _LocalWorker(process, process.pid, ours, pidfd, receiving)

    def _watch_process_end(self, id: str, process: multiprocessing.process.BaseProcess) -> int | None:
        """Have the process's end noticed at once: by a descriptor if the system has them, else by a
        thread.
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
        """Send the pending commands to a process, and wait up to `seconds` for its next message.

        This is the only method here that waits: for an answer without which the caller can't continue. Raises
        OSError if the process has ended.
        """
        if id in self._workers:
            for message in self._workers[id].queue.get_blocking(seconds):
                self._listener.handle_worker_message(id, message)

    def end_process(self, id: str, *, force: bool) -> None:
        """Send SIGTERM, or with `force` SIGKILL, to the worker and everything that it started."""
        if id in self._workers:
            _signal_process_group(self._workers[id].pid, signal.SIGKILL if force else signal.SIGTERM)

    def get_pid(self, id: str) -> int | None:
        return self._workers[id].pid if id in self._workers else None

    def get_trace(self, id: str) -> ProcessTrace | None:
        pid = self.get_pid(id)
        return None if pid is None else ProcessTrace(pid, read_start_ticks(pid) or 0, read_boot_id())

    def clear_leftover(self, trace: ProcessTrace) -> None:
        if trace.boot != read_boot_id() or not is_process_alive(trace.pid, trace.ticks):
            return
        log.warning("a worker (pid %s) outlived its supervisor: ended", trace.pid)
        _signal_process_group(trace.pid, signal.SIGKILL)
        until = time.monotonic() + GONE_SECONDS
        while is_process_alive(trace.pid, trace.ticks) and time.monotonic() < until:
            time.sleep(0.01)

    def sample_process(self, id: str) -> ProcessSample | None:
        pid = self.get_pid(id)
        return None if pid is None else health.read_process_sample(pid)

    def list_running(self) -> tuple[str, ...]:
        return tuple(self._workers)

    def _handle_process_end(self, id: str) -> None:
        """Close the queue of a process that has ended. `_receive_messages` does the rest after the last
        message.
        """
        local = self._workers[id]
        local.queue.close()
        if local.pidfd is not None:
            asyncio.get_running_loop().remove_reader(local.pidfd)
            os.close(local.pidfd)

    async def _receive_messages(self, id: str) -> None:
        """Pass a worker's messages on until its process has ended; then end what it left running, and report
        the end.
        """
        local = self._workers[id]
        with suppress(EOFError):
            while True:
                self._listener.handle_worker_message(id, await local.queue.get())
        _signal_process_group(local.pid, signal.SIGKILL)
        local.process.join()
        del self._workers[id]
        self._listener.handle_worker_end(id)


def _raise_task_error(task: asyncio.Task[None]) -> None:
    """Raise a task's error in a callback of the loop, because only there it ends the supervisor."""
    if not task.cancelled() and (error := task.exception()):
        raise error


@contextmanager
def _prepare_child_environment(slot: Slot) -> Iterator[None]:
    """Set the environment of a child for the block: no secret that its engines do not declare, and its slot's
    variables.

    The main module is hidden too: it is the supervisor's, and each worker would have to import it at its
    start.
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
    """Keep `multiprocessing` from starting a helper process that lives as long as this process.

    The helper would clean up shared memory and semaphores, of which this process makes none. Data for the
    helper is discarded; a worker whose engine needs the helper starts its own (`worker.main`).
    """
    tracker = resource_tracker._resource_tracker
    if getattr(tracker, "_fd", 0) is None:
        setattr(tracker, "_fd", os.open(os.devnull, os.O_WRONLY))  # noqa: B010 (it has no public name)


def _signal_process_group(pid: int, number: signal.Signals) -> None:
    """Send a signal to a worker and everything it started; to the worker alone if it has not made its group
    yet.
    """
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
    except PermissionError:  # some systems raise this for a group of which only dead processes are left
        return
