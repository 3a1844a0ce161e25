"""The worker process: takes one job at a time from its queue and runs the job's engine.

The process exits at once if its supervisor dies. It uses neither the queue's database nor the supervisor's
socket.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from multiprocessing import resource_tracker
from pathlib import Path

from milimo_tui.core import linux
from milimo_tui.core.errors import Cancelled, Failed, MilimoError, NotFinite, OutOfMemory
from milimo_tui.core.host import explain_os_error
from milimo_tui.engines.contract.engine import Engine, Result
from milimo_tui.engines.recipes.values import BEST
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.specs import SPEC
from milimo_tui.jobs.machine.usage import AttemptPeak, get_resident_bytes
from milimo_tui.jobs.worker.capture import OutputCapture
from milimo_tui.jobs.worker.context import JobContext, Yielded
from milimo_tui.jobs.worker.job_preparation import ForesightRunner, PreparedWork
from milimo_tui.jobs.worker.redaction import CLEAN, LOG_LEVEL, clean_streams
from milimo_tui.jobs.worker.result_tags import add_result_tags
from milimo_tui.jobs.worker.verify import verify_output
from milimo_tui.jobs.worker.worker_queue import Message, WorkerQueue

# For each command that stops an attempt: the message that is sent if the attempt had not begun yet.
UNBEGUN = {"cancel": "stopped", "pause": "yielded", "return": "returned"}


class Worker:
    """A worker process with its loaded engines and its running job.

    An engine stays loaded when another engine is used. If a job needs more memory,
    `engines.runtime.model_cache` unloads models.
    """

    def __init__(self, queue: WorkerQueue, beat_seconds: float) -> None:
        self._queue = queue
        self._commands: deque[Message] = deque()  # Commands for jobs that have not begun.
        self._changed = threading.Condition()  # Guards `_commands` and `_token`, which two threads use.
        self._engines: dict[str, Engine] = {}
        self._told = ""  # The engine that was last reported to the supervisor as loaded.
        self._token = ""  # the token of the running attempt
        self._peak: AttemptPeak | None = None  # The memory measurement of the running attempt.
        self._stops: dict[str, MilimoError] = {}
        self._foreseen = ForesightRunner(self._get_foresight_engine)
        self._capture = OutputCapture()
        logging.getLogger().addHandler(self._capture)
        self._beat_seconds = beat_seconds

    def serve_jobs(self) -> None:
        """Run jobs until the command `end` arrives."""
        threading.Thread(target=self._read_commands, name="commands", daemon=True).start()
        threading.Thread(target=self._send_beats, name="heartbeat", daemon=True).start()
        self._queue.put({"say": "ready"})
        while (command := self._wait_for_next_command())["do"] != "end":
            if command["do"] == "weights":
                forget_loaded_weights(only_replaced=True)
            else:
                self._run_job(command)
        self._foreseen.begin_prepared_job("", {}, lambda: None)
        for engine in self._engines.values():
            engine.unload()

    def _read_commands(self) -> None:
        """Read and handle commands in a thread. Exit the process if the supervisor is gone."""
        with suppress(EOFError):
            while True:
                self._handle_command(self._queue.get())
        exit_with_children()

    def _wait_for_next_command(self) -> Message:
        """Wait for the next command `run`, `weights` or `end` and return it."""
        with self._changed:
            while not self._commands:
                self._changed.wait()
            command = self._commands.popleft()
            self._token = command.get("token", "")
        return command

    def _handle_command(self, command: Message) -> None:
        """Handle a command of the supervisor: store a job to run, prepare the next job, forget replaced
        weights before the next job, or stop an attempt.

        A running attempt is stopped at its next step. An attempt that has not begun is removed from the
        commands at once.
        """
        do, token = command["do"], command.get("token", "")
        with self._changed:
            if do in ("run", "weights", "end"):
                self._commands.append(command)
                self._changed.notify()
            elif do == "next":
                self._foreseen.set_next_job(command["job"], command["spec"])
            elif waiting := next((other for other in self._commands if other.get("token") == token), None):
                self._commands.remove(waiting)
                self._queue.put({"say": UNBEGUN[do], "token": token})
            elif token == self._token and do == "cancel":
                self._stops[token] = Cancelled("cancelled by request")
            elif token == self._token and do == "pause":
                self._stops[token] = Yielded("paused by request")

    def _send_beats(self) -> None:
        while True:
            time.sleep(self._beat_seconds)
            token, peak = self._token, self._peak
            if token and peak:
                self._queue.put({"say": "beat", "token": token, "memory": peak.sample_memory()})

    def _run_job(self, command: Message) -> None:
        context = JobContext(command, self._queue.put, self._stops, self._capture.open)
        peak = self._peak = AttemptPeak()
        began = time.monotonic()
        # A job that was sent to this worker while another job ran gets no `accepted` message, for speed.
        if not command.get("ahead"):
            self._queue.put({"say": "accepted", "token": context.token})
        try:
            self._capture.start_capture(Path(command["log"]), command["worker"])
            try:
                report = self._run_attempt(command, context)
            finally:
                self._capture.end_capture()
        except OSError as error:
            report = {"say": "failed", **explain_os_error(error, command["log"], "write").as_json()}
        except MilimoError as error:  # The job's log could not be written.
            report = {"say": "failed", **error.as_json()}
        with self._changed:
            self._token = ""
            self._stops.clear()
        context.close()
        used = {
            "peak": peak.get_peak_bytes(),
            "host": get_resident_bytes(),
            "seconds": time.monotonic() - began,
        }
        self._queue.put({**report, "token": context.token, "used": used})

    def _run_attempt(self, command: Message, context: JobContext) -> Message:
        """Run the job of a command. Return the message that reports the end of the attempt."""
        log = logging.getLogger("job")
        worker, pid = command["worker"], os.getpid()
        self._capture.add_note(f"attempt {command['attempt']} on worker {worker} (pid {pid})")
        error: MilimoError
        try:
            ready = self._foreseen.begin_prepared_job(
                command["job"], command["spec"], context.raise_if_stopped
            )
            for line in (*ready.lines, *([f"ready beforehand: {ready}"] if ready.what else [])):
                log.info("%s", line)
            result = self._run_engine(command, context, ready)
        except Cancelled:
            log.info("stopped: cancelled")
            return {"say": "stopped"}
        except Yielded:
            log.info("stopped: paused")
            return {"say": "yielded"}
        except NotFinite as broken:
            log.error("failed: %s", broken.message)
            forget_loaded_weights()
            error = broken
        except MilimoError as known:
            log.error("failed: %s", known.message)
            error = known
        except OSError as failure:
            log.exception("failed")
            error = explain_os_error(failure, failure.filename or "a file", "use")
        except Exception as bug:  # A bug in an engine fails the job, but must not end the worker.
            log.exception("failed")
            error = convert_engine_error(command["spec"]["engine"], bug, context.rung)
        else:
            made = ", ".join(output.path for output in result.outputs) or "nothing"
            self._capture.add_note(f"made {made}")
            return {"say": "made", "result": result.model_dump(mode="json")}
        return {"say": "failed", **error.as_json()}

    def _run_engine(self, command: Message, context: JobContext, ready: PreparedWork) -> Result:
        spec = SPEC.validate_python(command["spec"])
        engine = self._load_engine(spec.engine, context)
        began = time.monotonic()
        result = engine.run(spec, context)
        seconds = time.monotonic() - began
        made = spec.kind != "probe"
        outputs = tuple(verify_output(output, made=made) for output in result.outputs)
        if not made:
            return result.model_copy(update={"outputs": outputs})
        return add_result_tags(result, outputs, seconds, ready)

    def _get_foresight_engine(self, name: str) -> Engine:
        """Return the engine `name` for the preparation of a job: the loaded engine, or a new one that is not
        loaded.
        """
        return self._engines.get(name) or engine_registry.build_engine(name)

    def _load_engine(self, name: str, context: JobContext) -> Engine:
        fresh = name not in self._engines
        if fresh:
            self._capture.open()  # Loading may take long and print much, so the log is created now.
            self._engines[name] = engine_registry.build_engine(name)
        self._engines[name].load()
        if fresh or name != self._told:
            self._told = name
            context.send("loaded", engine=name)
        return self._engines[name]


def convert_engine_error(engine: str, bug: Exception, level: int = 0) -> MilimoError:
    """Convert an exception of an engine to a MilimoError with a message for people. Out-of-memory errors of
    libraries become OutOfMemory, after which the job is retried with a recipe that needs less memory.

    `level` is the fallback level of the attempt: 0 at first, higher after each such retry. Some engines
    choose the first recipe by the graphics card. For these engines OutOfMemory is returned only at level 0,
    and Failed at a higher level. The memory used outside of a recipe is the same at every level, so a further
    retry would not help.
    """
    sentence = CLEAN(str(bug))
    if isinstance(bug, ImportError) and _UNMAPPED in sentence:
        return Failed(
            f"{engine} can't start: main memory was full while its libraries were loaded",
            "close other programs on this machine, then run milimo job retry",
        )
    if not _is_out_of_memory(bug):
        return Failed(f"{engine} failed: {type(bug).__name__}: {sentence}"[:2000], "read its log")
    why = f"{engine} ran out of memory: {sentence or 'the machine has no more'}"[:2000]
    row = engine_registry.find_engine(engine)
    if level and row is not None and row.rungs[:1] == (BEST,):
        return Failed(f"{why}; it had already been retried with a recipe that needs less"[:2000], _SMALLER)
    return OutOfMemory(why, _SMALLER)


_SMALLER = "a smaller size or fewer frames need less"
# The system's loader reports this text if memory is full while it loads a library.
_UNMAPPED = "failed to map segment"
_NO_THREAD = "can't start new thread"


def _is_out_of_memory(bug: Exception) -> bool:
    """Return True for an out-of-memory error of Python, torch (recognized by its name, without importing
    torch) or the system.
    """
    if isinstance(bug, MemoryError) or type(bug).__name__ == "OutOfMemoryError":
        return True
    return isinstance(bug, RuntimeError) and str(bug) == _NO_THREAD


def forget_loaded_weights(*, only_replaced: bool = False) -> None:
    """Remove the weights that engines hold in memory. With `only_replaced`, remove only weights whose files
    were replaced, repaired or removed since they were loaded.

    The cache is not imported: a worker without it has loaded no weights.
    """
    cached = sys.modules.get("milimo_tui.engines.runtime.model_cache")
    if cached is None:
        return
    if only_replaced:
        cached.drop_replaced_weights()
    else:
        cached.get_model_cache().clear()


def exit_with_children() -> None:
    """Kill this process and all processes that it started, because its supervisor is gone."""
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


def main(queue: WorkerQueue, supervisor: int, beat_seconds: float) -> None:
    """Run the worker process.

    `supervisor` is the process id of the supervisor. `beat_seconds` is the time between two messages that
    show that the worker is alive.
    """
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    linux.die_with_parent()
    # The supervisor died before the death signal was set, so the signal will never arrive.
    if os.getppid() != supervisor:
        exit_with_children()
    setattr(resource_tracker._resource_tracker, "_fd", None)  # noqa: B010  starts its own tracker
    logging.getLogger().setLevel(os.environ.get(LOG_LEVEL, "info").upper())
    # A job's own log lines have the level INFO. They are written even if the log level of the process is
    # higher.
    logging.getLogger("job").setLevel(logging.INFO)
    clean_streams()
    Worker(queue, beat_seconds).serve_jobs()
