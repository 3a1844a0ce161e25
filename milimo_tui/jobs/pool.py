"""The worker pool: processes that run engines, behind a Protocol that other kinds of pools can meet.

Starts, feeds and ends processes and tells what they say; decides nothing about jobs.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import ModuleType
from typing import Protocol

from milimo_tui.jobs import worker
from milimo_tui.jobs.channel import Channel, Message
from milimo_tui.jobs.discretion import hidden_from
from milimo_tui.jobs.lanes import Slot


class Listener(Protocol):
    """Who hears of workers; called on the loop."""

    def heard(self, id: str, message: Message) -> None:
        """A worker said something."""
        ...

    def ended(self, id: str) -> None:
        """A worker's process is gone, and everything it said has been heard."""
        ...


class Pool(Protocol):
    """Room for workers by slot id. Local processes are the first kind; nothing above knows which one runs."""

    def start(self, slot: Slot) -> None: ...

    def send(self, id: str, message: Message) -> None: ...

    def end(self, id: str, *, force: bool) -> None:
        """Ask the process to go (`force`: make it)."""
        ...

    def pid(self, id: str) -> int | None: ...

    def running(self) -> tuple[str, ...]: ...


MakePool = Callable[[Listener, float], Pool]  # the float: seconds between a worker's signs of life


@dataclass(slots=True)
class _Local:
    process: multiprocessing.process.BaseProcess
    channel: Channel
    pid: int
    heard_all: bool = False
    gone: bool = False


class LocalPool:
    """Processes of this machine, spawned from the main thread (their death signal is bound to it)."""

    def __init__(self, listener: Listener, beat_seconds: float) -> None:
        self._listener = listener
        self._beat_seconds = beat_seconds
        self._spawn = multiprocessing.get_context("spawn")
        self._workers: dict[str, _Local] = {}

    def start(self, slot: Slot) -> None:
        """Start the worker of a slot. Raises OSError when the system can't."""
        loop = asyncio.get_running_loop()
        ours, theirs = self._spawn.Pipe(duplex=True)
        process = self._spawn.Process(
            target=worker.main,
            args=(theirs, os.getpid(), self._beat_seconds),
            name=f"milimo {slot.id}",
        )
        with _birth(slot):
            process.start()
        theirs.close()  # our copy would keep the end of file from coming
        pid = process.pid
        assert pid is not None

        def heard(message: Message) -> None:
            loop.call_soon_threadsafe(self._heard, slot.id, local, message)

        def over() -> None:
            loop.call_soon_threadsafe(self._over, slot.id, local, "heard_all")

        local = _Local(process, Channel(ours, heard, over), pid)
        self._workers[slot.id] = local
        loop.add_reader(process.sentinel, self._over, slot.id, local, "gone")

    def send(self, id: str, message: Message) -> None:
        if id in self._workers:
            self._workers[id].channel.send(message)

    def end(self, id: str, *, force: bool) -> None:
        """SIGTERM, or with `force` SIGKILL, to the worker and all it started."""
        local = self._workers.get(id)
        if not local or local.gone:
            return
        number = signal.SIGKILL if force else signal.SIGTERM
        try:
            os.killpg(local.pid, number)
        except ProcessLookupError:  # it has not made its own group yet
            os.kill(local.pid, number)

    def pid(self, id: str) -> int | None:
        local = self._workers.get(id)
        return local.pid if local else None

    def running(self) -> tuple[str, ...]:
        return tuple(self._workers)

    def _heard(self, id: str, local: _Local, message: Message) -> None:
        if self._workers.get(id) is local:
            self._listener.heard(id, message)

    def _over(self, id: str, local: _Local, what: str) -> None:
        setattr(local, what, True)
        if what == "gone":
            loop = asyncio.get_running_loop()
            loop.remove_reader(local.process.sentinel)
            # A grandchild may hold the connection open: what it kept back is not waited for.
            loop.call_later(1.0, self._bury, id, local)
        if local.gone and local.heard_all:
            self._bury(id, local)

    def _bury(self, id: str, local: _Local) -> None:
        if self._workers.get(id) is not local:
            return
        del self._workers[id]
        # What an engine left behind. The process is not reaped yet, so its number is still its own.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(local.pid, signal.SIGKILL)
        local.process.join()
        self._listener.ended(id)


@contextmanager
def _birth(slot: Slot) -> Iterator[None]:
    """What a child is started with: its environment, and no main module of ours to import first.

    The slot's variables come in, secrets that are not for its engines stay out. A spawned process imports the
    module its parent was started as; that is the supervisor, which a worker has no use for and would pay for
    at each start.
    """
    hidden = hidden_from(slot.lane, os.environ)
    saved = {name: os.environ.get(name) for name in (*slot.environment, *hidden)}
    main = sys.modules["__main__"]
    os.environ.update(slot.environment)
    for name in hidden:
        del os.environ[name]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        for name, value in saved.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
