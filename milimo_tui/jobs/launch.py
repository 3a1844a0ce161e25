"""Starting the supervisor from any client: detached, once, and back when its socket answers."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from milimo_tui.core.errors import Unavailable
from milimo_tui.core.host import explain, is_alive
from milimo_tui.core.paths import Home
from milimo_tui.jobs.client import Client
from milimo_tui.jobs.protocol import PROTOCOL, read_note

START_SECONDS = 20.0  # the longest a start may take, on a machine that is busy
DRAIN_SECONDS = 30.0  # the longest to wait for one that is ending, or of an older protocol
PAUSE = 0.01
LOG_TAIL = 600  # bytes of the log in the sentence about a start that failed
LOG_KEEP = 4 << 20  # bytes; a longer log starts anew

# A shell between, so that the supervisor is nobody's child (no zombie in a client that lives on), ignores
# SIGHUP from its first instruction, and has only these three descriptors. It tells the pid and ends.
_SCRIPT = 'trap "" HUP; exec 3>&1 </dev/null >>"$0" 2>&1; "$@" 3>&- & echo $! >&3'


def ensure(home: Home, command: Sequence[str]) -> None:
    """Return once a supervisor of that home answers, starting `command` when none does.

    Raises Unavailable with the end of its log when it can't be started.
    """
    deadline = time.monotonic() + DRAIN_SECONDS
    while True:
        client = _answering(home)
        if client is None:
            break
        with client:
            if not client.hello["draining"]:
                return
        if time.monotonic() > deadline:
            raise Unavailable(
                "the supervisor is ending and still finishes what runs",
                "try again in a moment, or milimo supervisor stop --now",
            )
        time.sleep(5 * PAUSE)
    _wait_for(home, _start(home, command))


def _answering(home: Home) -> Client | None:
    """A client of the supervisor that runs; one of an older protocol is asked to drain. None: none runs."""
    try:
        return Client(home)
    except Unavailable:
        note = read_note(home)
        if note and note.is_alive() and note.protocol < PROTOCOL:
            client = Client(home, protocols=(0, note.protocol))
            client.stop()
            return client
        return None


def _start(home: Home, command: Sequence[str]) -> int:
    """Start the command detached from everything of ours; returns its pid."""
    try:
        if home.log.exists() and home.log.stat().st_size > LOG_KEEP:
            os.replace(home.log, home.log.with_suffix(".log.1"))
        os.close(os.open(home.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    except OSError as error:
        raise explain(error, home.log, "write") from error
    told = subprocess.run(
        ["/bin/sh", "-c", _SCRIPT, str(home.log), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        check=True,
    )
    return int(told.stdout)


def _wait_for(home: Home, pid: int) -> None:
    """Wait until a supervisor answers: that one, or the winner of a race that it lost."""
    deadline = time.monotonic() + START_SECONDS
    lost: float | None = None
    while time.monotonic() < deadline:
        try:
            Client(home).close()
            return
        except Unavailable:
            time.sleep(PAUSE)
        if lost is None and not is_alive(pid):
            lost = time.monotonic()
        if lost and time.monotonic() - lost > 1.0:
            note = read_note(home)
            if not (note and note.is_alive()):
                break
    raise Unavailable(f"the supervisor could not be started: {_tail(home.log)}", f"its log: {home.log}")


def _tail(path: Path) -> str:
    """The last words of a log, in one line."""
    lines = path.read_text(errors="replace")[-LOG_TAIL:].strip().splitlines()
    return lines[-1] if lines else "it said nothing"
