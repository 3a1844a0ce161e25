"""The worker pool: processes that run engines, behind a Protocol that other kinds of pools can meet.

Starts, feeds and ends processes and tells what they say; decides nothing about jobs.
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
from functools import partial
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from types import ModuleType
from typing import Protocol

from milimo_tui.core import linux
from milimo_tui.core.host import boot_id, is_alive, start_ticks
from milimo_tui.jobs.machine import health
from milimo_tui.jobs.machine.health import ProcessSample
from milimo_tui.jobs.machine.lanes import Slot
from milimo_tui.jobs.worker import worker
from milimo_tui.jobs.worker.channel import LoopEnd, Message
from milimo_tui.jobs.worker.redaction import hidden_from
from milimo_tui.media.files import helper_process

log = logging.getLogger(__name__)

GONE_SECONDS = 10.0  # how long a killed process may take to go


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a worker process is, in numbers that outlive its supervisor: a pid alone may be used again."""

    pid: int
    ticks: int
    boot: str


class Listener(Protocol):
    """Who hears of workers; called on the loop."""

    def heard(self, id: str, message: Message) -> None:
        """A worker said something. In the order it said it."""
        ...

    def ended(self, id: str) -> None:
        """A worker's process is gone, with all that it started, and everything it said has been heard.

        Once for each start; the slot is free by then.
        """
        ...


class Pool(Protocol):
    """Room for one worker a slot, by the slot's id. Nothing above knows which kind of pool runs.

    A worker is a process that serves `jobs.worker.worker`: it is sent the commands `run`, `next`, `cancel`,
    `pause`, `return` and `end`, and says `ready`, `accepted`, `loaded`, `load`, `plan`, `progress`, `beat`,
    `checkpoint`, `resumed`, `part`, `preview`, `foresees`, and how an attempt ended (`made`, `failed`,
    `stopped`, `yielded`). Every function but `clear` is called on the loop and never waits. Whatever happens
    to a worker, its pool says so by `Listener.ended` and by nothing else; a pool whose supervisor is gone
    ends its workers by itself. All of this is asked of any pool by `tests/jobs/supervisor/pool_suite.py`.
    """

    def start(self, slot: Slot) -> None:
        """Start the worker of a slot that has none, the slot's environment set before anything is imported.

        Raises OSError when the system can't.
        """
        ...

    def send(self, id: str, message: Message) -> None:
        """Give a worker a command, in order. To one that is gone, or never was, it is dropped."""
        ...

    def end(self, id: str, *, force: bool) -> None:
        """Ask the worker's process to go (`force`: make it, whatever it does), and what it started with it.

        Again, or too late, is no error.
        """
        ...

    def pid(self, id: str) -> int | None:
        """The number of a worker's process where it runs, for people; None while there is none."""
        ...

    def trace(self, id: str) -> Trace | None:
        """What a later supervisor needs to find that process again; None while there is none."""
        ...

    def clear(self, trace: Trace) -> None:
        """End a process that an earlier supervisor left; returns when it is gone. Too late is no error."""
        ...

    def sample(self, id: str) -> ProcessSample | None:
        """How a worker's process is right now; None when there is none, or nothing can be told of it."""
        ...

    def running(self) -> tuple[str, ...]:
        """The slots whose worker's end has not been told yet."""
        ...


MakePool = Callable[[Listener, float], Pool]  # the float: seconds between a worker's signs of life


@dataclass(frozen=True, slots=True)
class _Local:
    process: multiprocessing.process.BaseProcess
    pid: int
    channel: LoopEnd
    pidfd: int | None


class LocalPool:
    """Processes of this machine, spawned from the main thread (their death signal is bound to it)."""

    def __init__(
        self,
        listener: Listener,
        beat_seconds: float,
        target: Callable[[Connection, int, float], None] = worker.main,
    ) -> None:
        """`target` is what a process runs, given its end, our pid and `beat_seconds`."""
        self._listener = listener
        self._beat_seconds = beat_seconds
        self._target = target
        self._spawn = multiprocessing.get_context("spawn")
        self._workers: dict[str, _Local] = {}

    def start(self, slot: Slot) -> None:
        """A process with one end of a connection; it makes a process group of its own."""
        ours, theirs = self._spawn.Pipe(duplex=True)
        process = self._spawn.Process(
            target=self._target, args=(theirs, os.getpid(), self._beat_seconds), name=f"milimo {slot.id}"
        )
        try:
            with _birth(slot):
                process.start()
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()  # our copy would keep the end of file from coming
        assert process.pid is not None
        channel = LoopEnd(ours, partial(self._listener.heard, slot.id))
        self._workers[slot.id] = _Local(process, process.pid, channel, self._watch(slot.id, process))

    def _watch(self, id: str, process: multiprocessing.process.BaseProcess) -> int | None:
        """Have its end noticed at once: by a descriptor where the system has them, else by a thread."""
        loop = asyncio.get_running_loop()
        pidfd = linux.end_descriptor(process.pid or 0)
        if pidfd is None:

            def wait() -> None:
                multiprocessing.connection.wait([process.sentinel])
                loop.call_soon_threadsafe(self._gone, id)

            threading.Thread(target=wait, name=f"wait {id}", daemon=True).start()
            return None
        loop.add_reader(pidfd, self._gone, id)
        return pidfd

    def send(self, id: str, message: Message) -> None:
        if id in self._workers:
            self._workers[id].channel.send(message)

    def wait(self, id: str, seconds: float) -> None:
        """Say what is unsaid to a process, and hear it as soon as it has something to say, or after so long.

        The one thing here that waits: for an answer that its asker can't do without.
        """
        if id in self._workers:
            self._workers[id].channel.wait(seconds)

    def end(self, id: str, *, force: bool) -> None:
        """SIGTERM, or with `force` SIGKILL, to the worker and all it started."""
        if id in self._workers:
            _signal(self._workers[id].pid, signal.SIGKILL if force else signal.SIGTERM)

    def pid(self, id: str) -> int | None:
        return self._workers[id].pid if id in self._workers else None

    def trace(self, id: str) -> Trace | None:
        pid = self.pid(id)
        return None if pid is None else Trace(pid, start_ticks(pid) or 0, boot_id())

    def clear(self, trace: Trace) -> None:
        if trace.boot != boot_id() or not is_alive(trace.pid, trace.ticks):
            return
        log.warning("a worker (pid %s) outlived its supervisor: ended", trace.pid)
        _signal(trace.pid, signal.SIGKILL)
        until = time.monotonic() + GONE_SECONDS
        while is_alive(trace.pid, trace.ticks) and time.monotonic() < until:
            time.sleep(0.01)

    def sample(self, id: str) -> ProcessSample | None:
        pid = self.pid(id)
        return None if pid is None else health.sample(pid)

    def running(self) -> tuple[str, ...]:
        return tuple(self._workers)

    def _gone(self, id: str) -> None:
        """The process is dead: hear its last words, end what it left behind, tell."""
        local = self._workers[id]
        local.channel.drain()
        local.channel.close()
        if local.pidfd is not None:
            asyncio.get_running_loop().remove_reader(local.pidfd)
            os.close(local.pidfd)
        _signal(local.pid, signal.SIGKILL)
        local.process.join()
        del self._workers[id]
        self._listener.ended(id)


@contextmanager
def _birth(slot: Slot) -> Iterator[None]:
    """What a child is born with: no secret that its engines don't declare, and what its slot asks for.

    Nor a main module to import first: that is the supervisor's, and a worker would pay for it at each start.
    """
    _forgo_tracker()
    before, main = dict(os.environ), sys.modules["__main__"]
    hidden = hidden_from(slot.lane, before)
    os.environ.update({"PYTHONPATH": helper_process.import_path(), **slot.environment})
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


def _forgo_tracker() -> None:
    """Keep `multiprocessing` from starting a helper beside its first process that stays as long as we do.

    It would clean up shared memory and semaphores, of which we make none. What it is told goes nowhere; a
    worker whose engine needs one starts its own (`worker.main`).
    """
    tracker = resource_tracker._resource_tracker
    if getattr(tracker, "_fd", 0) is None:
        setattr(tracker, "_fd", os.open(os.devnull, os.O_WRONLY))  # noqa: B010 (it has no public name)


def _signal(pid: int, number: signal.Signals) -> None:
    """Signal a worker and all it started; the worker alone while it has not made its group yet."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
    except PermissionError:  # as some systems say of a group in which only the dead are left
        return
