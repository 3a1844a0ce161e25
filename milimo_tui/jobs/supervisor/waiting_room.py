"""Where a supervisor waits for room on a full disk: it does nothing, and says so to whoever calls."""

from __future__ import annotations

import logging
import socket
import time
from contextlib import suppress
from pathlib import Path

from milimo_tui.core.errors import DiskFull
from milimo_tui.core.host import HOST, require_space
from milimo_tui.core.paths import Home
from milimo_tui.jobs.client.protocol import address, encode, socket_path
from milimo_tui.jobs.supervisor.lane_blocks import HINDRANCE_SECONDS

log = logging.getLogger(__name__)

CALLERS = 16  # that may wait to be told
WORD_SECONDS = 1.0  # that a caller may take to say who it is


def wait_for_room(home: Home) -> None:
    """Return when something can be written in the home again; callers meanwhile get `DiskFull` as an answer.

    Call under the home's lock only. Where not even a socket can be made it waits in silence.
    """
    path = socket_path(home)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _listen(listener, path)
        while True:
            _answer_for(listener, home, HINDRANCE_SECONDS)
            if has_room(home):
                return
    finally:
        listener.close()  # its name is the next one's to take over, who holds the lock


def _listen(listener: socket.socket, path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
        with address(path) as name:
            listener.bind(name)
        path.chmod(0o600)
        listener.listen(CALLERS)


def _answer_for(listener: socket.socket, home: Home, seconds: float) -> None:
    """Tell everybody who calls within that time, as long as there is no room."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        listener.settimeout(left)
        try:
            caller, _ = listener.accept()
        except TimeoutError:
            return
        except OSError:  # it could not be bound
            time.sleep(left)
            return
        with caller, suppress(OSError):
            if has_room(home):  # it calls again, and finds us at work
                return
            caller.settimeout(WORD_SECONDS)
            caller.recv(1 << 16)  # its greeting
            caller.sendall(encode(full(home).as_json()))


def has_room(home: Home) -> bool:
    """Whether something can be written in a home."""
    try:
        require_space(home.root, 0, "go on")
    except DiskFull:
        return False
    return True


def full(home: Home) -> DiskFull:
    """What there is to say of a queue whose disk is full."""
    free = HOST.free_bytes(home.root) >> 20
    return DiskFull(
        f"the disk is full ({free} MiB free): the queue of {home.root} waits for room",
        "free some space (milimo clean); the queue goes on by itself",
    )
