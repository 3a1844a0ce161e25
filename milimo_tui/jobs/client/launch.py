"""Start the supervisor from any client. The supervisor continues when the client ends, and only one
supervisor of a home runs at a time. The functions return when its socket answers.
"""

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

# Seconds to wait for a slow start, or for an old supervisor that finishes its running jobs first.
WAIT_SECONDS = 30.0
# Seconds to wait after a failed start, because another supervisor may be about to listen.
SETTLE_SECONDS = 0.3
PAUSE = 0.01
FORCE_SECONDS = 10.0  # Seconds to wait for a killed process to exit.
# Number of characters at the end of the supervisor's log in which the reason of a failed start is looked for.
LOG_TAIL = 2000

# A shell starts the supervisor and exits after printing its pid. The supervisor is then not a child of the
# client, so it does not become a zombie of a client that continues. The shell also makes it ignore SIGHUP
# from the start and gives it only the three standard descriptors.
_SCRIPT = 'trap "" HUP; exec 3>&1 </dev/null >&2; "$@" 3>&- & echo $! >&3'


class _SupervisorState(Enum):
    READY = "ready"
    ENDING = "ending"
    NONE = "none"


def ensure_supervisor(home: Home, command: Sequence[str]) -> None:
    """Return once a supervisor of the home answers. Start it with `command` if none is running.

    A supervisor with an older protocol is stopped after its running jobs, and a new one is started. Raises
    the error that prevented the start (Damaged, ReadOnly and others). Raises DiskFull if the supervisor waits
    for disk space, and Unavailable with the end of its log if the reason is unknown.
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
            home.root,
            0,
            "start the supervisor",
            # The free space is checked here, because a supervisor on a full disk cannot save the reason why
            # it
            # does not start.
        )
        note = read_supervisor_note(home)
        # A supervisor that is alive is only starting or ending, so this does not count as a failure.
        failures += not (note and note.is_alive())
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
    """Kill a supervisor that does not answer, together with its workers. Return True if it has exited.

    No job is lost, because the next supervisor recovers all of them.
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
    """Return the state of the home's supervisor: ready, ending or none. If a supervisor with an older
    protocol is running, it is asked to stop.

    Raises WrongProtocol if the supervisor's protocol is too new for this client.
    """
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
    """Start the command and wait. Return True once a supervisor answers, or False if the process has exited
    and none answers.
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
    """Start the command so that it continues after this process, and return its process id."""
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
            # The log is given as an open file and not by its path, because the home may be moved at any time.
            stderr=log,
            start_new_session=True,
            check=True,
        )
    finally:
        os.close(log)
    return int(done.stdout)


def _read_last_log_line(path: Path) -> str:
    """Return the last line of a log, without its date and module name."""
    lines = path.read_text(errors="replace")[-LOG_TAIL:].strip().splitlines()
    return re.sub(r"^[-0-9]+ [0-9:,]+ [A-Z]+ [a-z_.]+: ", "", lines[-1]) if lines else "its log is empty"
