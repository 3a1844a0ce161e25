"""Starting the supervisor from any client: detached, once, and back when its socket answers."""

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
from milimo_tui.core.host import explain, is_alive, require_space
from milimo_tui.core.paths import Home
from milimo_tui.jobs.client.client import Client, WrongProtocol, error_in
from milimo_tui.jobs.client.protocol import OLDEST, PROTOCOL, forget_failure, read_failure, read_note

WAIT_SECONDS = 30.0  # for a start on a busy machine, or for one that is ending and finishes what runs
SETTLE_SECONDS = 0.3  # after a start that came to nothing: another may have won and be about to say so
PAUSE = 0.01
FORCE_SECONDS = 10.0  # that a killed process may take to go
LOG_TAIL = 2000  # characters of the log, in which the reason of a failed start is looked for

# A shell between, so that the supervisor is nobody's child (no zombie in a client that lives on), ignores
# SIGHUP from its first instruction, and has only these three descriptors. It tells the pid and ends.
_SCRIPT = 'trap "" HUP; exec 3>&1 </dev/null >&2; "$@" 3>&- & echo $! >&3'


class _Found(Enum):
    READY = "ready"
    ENDING = "ending"
    NONE = "none"


def ensure(home: Home, command: Sequence[str]) -> None:
    """Return once a supervisor of that home answers, starting `command` when none does.

    One of an older protocol is asked to drain, and its successor is waited for. Raises what kept it from
    starting (Damaged, ReadOnly, …), DiskFull where it waits for room, and Unavailable with the end of its log
    where nothing is known.
    """
    deadline = time.monotonic() + WAIT_SECONDS
    failures = 0
    while time.monotonic() < deadline:
        found = _find_supervisor(home)
        if found is _Found.READY:
            return
        if found is _Found.ENDING:
            time.sleep(5 * PAUSE)
            continue
        if _start_and_wait(home, command, deadline):
            return
        failure = read_failure(home)
        if failure:
            raise error_in(failure)
        require_space(home.root, 0, "start the supervisor")  # one that waits for it may have no way to say so
        note = read_note(home)
        failures += not (note and note.is_alive())  # else one runs already, and is starting or ending
        if failures > 1:
            raise Unavailable(
                f"the supervisor could not be started: {_last_line(home.log)}", f"its log: {home.log}"
            )
    raise Unavailable(
        "the supervisor is busy ending, or did not answer in time",
        "try again in a moment; milimo supervisor stop --now does not wait for what runs",
    )


def end_by_force(home: Home) -> bool:
    """End a supervisor that does not answer, and its workers with it; whether it is gone.

    Nothing is lost by it: the next one puts every job where it belongs.
    """
    note = read_note(home)
    if not note or not note.is_alive():
        return True
    with suppress(ProcessLookupError):
        os.kill(note.pid, signal.SIGKILL)
    until = time.monotonic() + FORCE_SECONDS
    while note.is_alive() and time.monotonic() < until:
        time.sleep(PAUSE)
    return not note.is_alive()


def _find_supervisor(home: Home) -> _Found:
    """What runs for that home. Raises WrongProtocol when it is too new for us."""
    try:
        with Client(home) as client:
            if client.hello["protocol"] < PROTOCOL and not client.hello["draining"]:
                client.stop()
                return _Found.ENDING
            return _Found.ENDING if client.hello["draining"] else _Found.READY
    except WrongProtocol:
        note = read_note(home)
        if not note or note.protocol >= OLDEST:
            raise
    except Unavailable:
        return _Found.NONE
    # It may be gone before it has answered.
    with suppress(Unavailable), Client(home, protocols=(note.protocol, note.protocol)) as client:
        client.stop()
    return _Found.ENDING


def _start_and_wait(home: Home, command: Sequence[str], deadline: float) -> bool:
    """Start the command; True once a supervisor answers, False when the one started is gone and none does."""
    pid = _start(home, command)
    gone_at = None
    while (now := time.monotonic()) < deadline:
        try:
            Client(home).close()
            return True
        except Unavailable:
            time.sleep(PAUSE)
        if gone_at is None and not is_alive(pid):
            gone_at = now
        if gone_at is not None and now - gone_at > SETTLE_SECONDS:
            return False
    return False


def _start(home: Home, command: Sequence[str]) -> int:
    """Start the command detached from everything of ours; returns its pid."""
    try:
        forget_failure(home)
        log = os.open(home.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise explain(error, home.log, "write") from error
    try:
        done = subprocess.run(
            ["/bin/sh", "-c", _SCRIPT, "milimo", *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,  # not by its name: the home may be moved at any moment
            start_new_session=True,
            check=True,
        )
    finally:
        os.close(log)
    return int(done.stdout)


def _last_line(path: Path) -> str:
    """The last words of a log, without the date and the module they were written with."""
    lines = path.read_text(errors="replace")[-LOG_TAIL:].strip().splitlines()
    return re.sub(r"^[-0-9]+ [0-9:,]+ [A-Z]+ [a-z_.]+: ", "", lines[-1]) if lines else "it said nothing"
