"""Starting the supervisor from any client: detached, only once, and returning when its socket answers."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from enum import Enum
from pathlib import Path

from milimo_tui.core.errors import Unavailable
from milimo_tui.core.host import explain_os_error, is_process_alive, require_free_space
from milimo_tui.core.paths import Home
from milimo_tui.jobs.client.client import Client, WrongProtocol, parse_error_message
from milimo_tui.jobs.client.protocol import (
    OLDEST,
    PROTOCOL,
    forget_start_failure,
    read_start_failure,
    read_supervisor_note,
)
from milimo_tui.media.files.helper_process import make_module_environment

WAIT_SECONDS = 30.0  # for a slow start, or for a supervisor that finishes its running jobs and ends
SETTLE_SECONDS = 0.3  # after a failed start: another supervisor may be about to listen
PAUSE = 0.01
FORCE_SECONDS = 10.0  # longest time that a killed process may take to exit
LOG_TAIL = 2000  # characters at the end of the log that are searched for the reason of a failed start

# A shell starts the supervisor, so that the supervisor is not the client's child (it leaves no zombie in a
# client that continues), ignores SIGHUP from its first instruction, and has only these three descriptors.
# The shell prints the supervisor's pid and exits.
_SCRIPT = 'trap "" HUP; exec 3>&1 </dev/null >&2; "$@" 3>&- & echo $! >&3'


class _SupervisorState(Enum):
    READY = "ready"
    ENDING = "ending"
    NONE = "none"


def ensure_supervisor(home: Home, command: Sequence[str]) -> None:
    """Return once a supervisor of the home answers; start `command` if none is running.

    If the supervisor has an older protocol, stop it after its running jobs and wait for a new one. Raises the
    error that kept the supervisor from starting (Damaged, ReadOnly, …), DiskFull if it waits for disk space,
    and Unavailable with the end of its log if no reason is known.
    """
    deadline = time.monotonic() + WAIT_SECONDS
    failures = 0
    while time.monotonic() < deadline:
        found = _find_supervisor(home)
        if found is _SupervisorState.READY:
            return
        if found is _SupervisorState.ENDING:
            time.sleep(5 * PAUSE)
            continue
        if _start_and_wait(home, command, deadline):
            return
        failure = read_start_failure(home)
        if failure:
            raise parse_error_message(failure)
        require_free_space(
            home.root, 0, "start the supervisor"
        )  # A supervisor that waits for disk space cannot record this error, so check it here
        note = read_supervisor_note(home)
        failures += not (note and note.is_alive())  # if the process is alive, it is starting or ending
        if failures > 1:
            raise Unavailable(
                f"the supervisor could not be started: {_read_last_log_line(home.log)}",
                f"its log: {home.log}",
            )
    raise Unavailable(
        "the supervisor is stopping, or did not answer in time",
        "try again later; milimo supervisor stop --now does not wait for running jobs",
    )


def kill_supervisor(home: Home) -> bool:
    """Kill a supervisor that does not answer, and its workers with it; return True if it has exited.

    Nothing is lost: the next supervisor recovers every job.
    """
    note = read_supervisor_note(home)
    if not note or not note.is_alive():
        return True
    with suppress(ProcessLookupError):
        os.kill(note.pid, signal.SIGKILL)
    until = time.monotonic() + FORCE_SECONDS
    while note.is_alive() and time.monotonic() < until:
        time.sleep(PAUSE)
    return not note.is_alive()


def _find_supervisor(home: Home) -> _SupervisorState:
    """Return the state of the home's supervisor. Raises WrongProtocol if it is too new for this client."""
    try:
        with Client(home) as client:
            if client.hello["protocol"] < PROTOCOL and not client.hello["draining"]:
                client.stop()
                return _SupervisorState.ENDING
            return _SupervisorState.ENDING if client.hello["draining"] else _SupervisorState.READY
    except WrongProtocol:
        note = read_supervisor_note(home)
        if not note or note.protocol >= OLDEST:
            raise
    except Unavailable:
        return _SupervisorState.NONE
    # The supervisor may exit before it answers.
    with suppress(Unavailable), Client(home, protocols=(note.protocol, note.protocol)) as client:
        client.stop()
    return _SupervisorState.ENDING


def _start_and_wait(home: Home, command: Sequence[str], deadline: float) -> bool:
    """Start the command. Return True once a supervisor answers, False when the started process is gone and
    none does.
    """
    pid = _start_detached(home, command)
    gone_at = None
    while (now := time.monotonic()) < deadline:
        try:
            Client(home).close()
            return True
        except Unavailable:
            time.sleep(PAUSE)
        if gone_at is None and not is_process_alive(pid):
            gone_at = now
        if gone_at is not None and now - gone_at > SETTLE_SECONDS:
            return False
    return False


def _start_detached(home: Home, command: Sequence[str]) -> int:
    """Start the command detached from this process; return its pid."""
    try:
        forget_start_failure(home)
        log = os.open(home.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise explain_os_error(error, home.log, "write") from error
    try:
        done = subprocess.run(
            ["/bin/sh", "-c", _SCRIPT, "milimo", *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            env=make_module_environment(),
            stderr=log,  # by descriptor, not by name: the home may be moved at any moment
            start_new_session=True,
            check=True,
        )
    finally:
        os.close(log)
    return int(done.stdout)


def _read_last_log_line(path: Path) -> str:
    """Return the last line of a log, without its date and module name."""
    lines = path.read_text(errors="replace")[-LOG_TAIL:].strip().splitlines()
    return re.sub(r"^[-0-9]+ [0-9:,]+ [A-Z]+ [a-z_.]+: ", "", lines[-1]) if lines else "it said nothing"
