"""The worker process: takes one job at a time from its channel and runs its engine.

Leaves at once when its supervisor is gone. Sees neither the database nor the socket.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections import deque
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from pathlib import Path

from milimo_tui.core import linux
from milimo_tui.core.errors import Cancelled, Failed, MilimoError, OutOfMemory
from milimo_tui.core.host import explain
from milimo_tui.engines.contract.engine import Engine, Result
from milimo_tui.engines.recipes.values import BEST
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.specs import SPEC
from milimo_tui.jobs.machine.usage import Peak, resident
from milimo_tui.jobs.worker.capture import Capture
from milimo_tui.jobs.worker.channel import Message, ThreadEnd
from milimo_tui.jobs.worker.context import JobContext, Yielded
from milimo_tui.jobs.worker.foreseen import Foreseen, Ready
from milimo_tui.jobs.worker.redaction import CLEAN, LOG_LEVEL, clean_streams
from milimo_tui.jobs.worker.result_tags import with_tags
from milimo_tui.jobs.worker.verify import settle

# What is said of an attempt that was asked to stop before it began, by what was asked.
UNBEGUN = {"cancel": "stopped", "pause": "yielded", "return": "returned"}


class Worker:
    """The process's one object: its engines and the job that runs.

    An engine stays when another one works: what they hold in memory makes room for each other by need
    (`engines.runtime.model_cache`).
    """

    def __init__(self, connection: Connection, beat_seconds: float) -> None:
        self._commands: deque[Message] = deque()  # jobs not begun
        self._changed = threading.Condition()  # guards them, and which attempt runs
        self._engines: dict[str, Engine] = {}
        self._told = ""  # the engine last told as loaded
        self._token = ""  # of the attempt that runs
        self._peak: Peak | None = None  # of it too
        self._stops: dict[str, MilimoError] = {}
        self._foreseen = Foreseen(self._engine)
        self._capture = Capture()
        logging.getLogger().addHandler(self._capture)
        self._beat_seconds = beat_seconds
        with self._changed:  # a word that is there already waits until there is a way to answer it
            self._channel = ThreadEnd(connection, self._receive, leave)

    def serve(self) -> None:
        """Run jobs until told to end."""
        threading.Thread(target=self._beat, name="heartbeat", daemon=True).start()
        self._channel.send({"say": "ready"})
        while (command := self._next())["do"] != "end":
            self._run(command)
        self._foreseen.begin("", {}, lambda: None)
        for engine in self._engines.values():
            engine.unload()

    def _next(self) -> Message:
        """The next job to begin, or the word to end."""
        with self._changed:
            while not self._commands:
                self._changed.wait()
            command = self._commands.popleft()
            self._token = command.get("token", "")
        return command

    def _receive(self, command: Message) -> None:
        """Put a job in line, or have an attempt stop: one that runs at its next step, else at once."""
        do, token = command["do"], command.get("token", "")
        with self._changed:
            if do in ("run", "end"):
                self._commands.append(command)
                self._changed.notify()
            elif do == "next":
                self._foreseen.told(command["job"], command["spec"])
            elif waiting := next((other for other in self._commands if other.get("token") == token), None):
                self._commands.remove(waiting)
                self._channel.send({"say": UNBEGUN[do], "token": token})
            elif token == self._token and do == "cancel":
                self._stops[token] = Cancelled("cancelled by request")
            elif token == self._token and do == "pause":
                self._stops[token] = Yielded("paused by request")

    def _beat(self) -> None:
        while True:
            time.sleep(self._beat_seconds)
            token, peak = self._token, self._peak
            if token and peak:
                self._channel.send({"say": "beat", "token": token, "memory": peak.sample()})

    def _run(self, command: Message) -> None:
        context = JobContext(command, self._channel.send, self._stops, self._capture.open)
        peak = self._peak = Peak()
        began = time.monotonic()
        if not command.get("ahead"):  # of those its supervisor hears when they are made
            self._channel.send({"say": "accepted", "token": context.token})
        try:
            self._capture.begin(Path(command["log"]), command["worker"])
            try:
                report = self._attempt(command, context)
            finally:
                self._capture.end()
        except OSError as error:
            report = {"say": "failed", **explain(error, command["log"], "write").as_json()}
        except MilimoError as error:  # of the log
            report = {"say": "failed", **error.as_json()}
        with self._changed:
            self._token = ""
            self._stops.clear()
        context.close()
        used = {"peak": peak.bytes(), "host": resident(), "seconds": time.monotonic() - began}
        self._channel.send({**report, "token": context.token, "used": used})

    def _attempt(self, command: Message, context: JobContext) -> Message:
        """Work, and say in one message how it ended."""
        log = logging.getLogger("job")
        worker, pid = command["worker"], os.getpid()
        self._capture.note(f"attempt {command['attempt']} on worker {worker} (pid {pid})")
        error: MilimoError
        try:
            ready = self._foreseen.begin(command["job"], command["spec"], context.stop_here)
            for line in (*ready.lines, *([f"ready beforehand: {ready}"] if ready.what else [])):
                log.info("%s", line)
            result = self._work(command, context, ready)
        except Cancelled:
            log.info("stopped: cancelled")
            return {"say": "stopped"}
        except Yielded:
            log.info("stopped: paused")
            return {"say": "yielded"}
        except MilimoError as known:
            log.error("failed: %s", known.message)
            error = known
        except OSError as failure:
            log.exception("failed")
            error = explain(failure, failure.filename or "a file", "use")
        except Exception as bug:  # the boundary of engines: their bugs fail the job, not the worker
            log.exception("failed")
            error = as_error(command["spec"]["engine"], bug, context.rung)
        else:
            made = ", ".join(output.path for output in result.outputs) or "nothing"
            self._capture.note(f"made {made}")
            return {"say": "made", "result": result.model_dump(mode="json")}
        return {"say": "failed", **error.as_json()}

    def _work(self, command: Message, context: JobContext, ready: Ready) -> Result:
        spec = SPEC.validate_python(command["spec"])
        engine = self._load(spec.engine, context)
        began = time.monotonic()
        result = engine.run(spec, context)
        seconds = time.monotonic() - began
        made = spec.kind != "probe"
        outputs = tuple(settle(output, made=made) for output in result.outputs)
        if not made:
            return result.model_copy(update={"outputs": outputs})
        return with_tags(result, outputs, seconds, ready)

    def _engine(self, name: str) -> Engine:
        """For a look ahead, which loads nothing: the one that is here, or one of its own."""
        return self._engines.get(name) or engine_registry.build(name)

    def _load(self, name: str, context: JobContext) -> Engine:
        fresh = name not in self._engines
        if fresh:
            self._capture.open()  # it may take long, and have much to say
            self._engines[name] = engine_registry.build(name)
        self._engines[name].load()
        if fresh or name != self._told:
            self._told = name
            context.send("loaded", engine=name)
        return self._engines[name]


def as_error(engine: str, bug: Exception, level: int = 0) -> MilimoError:
    """An engine's own exception as a sentence; what libraries raise for want of memory as OutOfMemory.

    On a ladder that goes by the card that is done once: what runs out outside of a recipe runs out on every
    level of it.
    """
    sentence = CLEAN(str(bug))
    if isinstance(bug, ImportError) and _UNMAPPED in sentence:
        return Failed(
            f"{engine} can't begin: main memory ended while its libraries were loaded",
            "end what else runs on this machine, then milimo job retry",
        )
    if not _is_out_of_memory(bug):
        return Failed(f"{engine} failed: {type(bug).__name__}: {sentence}"[:2000], "its log tells more")
    why = f"{engine} ran out of memory: {sentence or 'of the machine'}"[:2000]
    row = engine_registry.find(engine)
    if level and row is not None and row.rungs[:1] == (BEST,):
        return Failed(f"{why}, a level lower, too"[:2000], _SMALLER)
    return OutOfMemory(why, _SMALLER)


_SMALLER = "a smaller size or fewer frames need less"
_UNMAPPED = "failed to map segment"  # of a library, by the system's loader
_NO_THREAD = "can't start new thread"


def _is_out_of_memory(bug: Exception) -> bool:
    """Of Python, torch (not imported here) or the system."""
    if isinstance(bug, MemoryError) or type(bug).__name__ == "OutOfMemoryError":
        return True
    return isinstance(bug, RuntimeError) and str(bug) == _NO_THREAD


def leave() -> None:
    """End this process and whatever it started; its supervisor is gone."""
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


def main(connection: Connection, supervisor: int, beat_seconds: float) -> None:
    """Entry of the spawned process. `beat_seconds` lie between its signs of life."""
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    linux.die_with_parent()
    if os.getppid() != supervisor:  # it died before the death signal was set
        leave()
    setattr(resource_tracker._resource_tracker, "_fd", None)  # noqa: B010  ours to start (`pool._birth`)
    logging.getLogger().setLevel(os.environ.get(LOG_LEVEL, "info").upper())
    logging.getLogger("job").setLevel(logging.INFO)  # what a job says of itself is always kept
    clean_streams()
    Worker(connection, beat_seconds).serve()
