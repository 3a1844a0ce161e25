"""Wait for free space while the disk of the supervisor's home is full, and report the full disk to every
client that connects.
"""

from __future__ import annotations

import logging
import socket
import time
from contextlib import suppress
from pathlib import Path

from milimo_tui.core.errors import DiskFull
from milimo_tui.core.host import HOST, require_free_space
from milimo_tui.core.paths import Home
from milimo_tui.jobs.client.protocol import encode_message, get_socket_path, shorten_socket_path
from milimo_tui.jobs.supervisor.lane_blocks import HINDRANCE_SECONDS

log = logging.getLogger(__name__)

# The number of clients whose connection may wait in the socket's backlog until the supervisor accepts it.
CALLERS = 16
# A client that does not send its first line within this many seconds is disconnected without an answer.
WORD_SECONDS = 1.0


def wait_for_disk_space(home: Home) -> None:
    """Wait until the home is writable again. Clients that connect meanwhile get the error `DiskFull`.

    Only the holder of the home's lock may call this. If even the socket can't be created, the function waits
    without answering clients.
    """
    path = get_socket_path(home)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _listen_while_full(listener, path)
        while True:
            _answer_callers(listener, home, HINDRANCE_SECONDS)
            if has_disk_space(home):
                return
    finally:
        listener.close()  # The socket's file stays. The next listener, which holds the lock, replaces it.


def _listen_while_full(listener: socket.socket, path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
        with shorten_socket_path(path) as name:
            listener.bind(name)
        path.chmod(0o600)
        listener.listen(CALLERS)


def _answer_callers(listener: socket.socket, home: Home, seconds: float) -> None:
    """Send the error `DiskFull` to every client that connects within `seconds`. Return early when the disk
    has space again.
    """
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        listener.settimeout(left)
        try:
            caller, _ = listener.accept()
        except TimeoutError:
            return
        except OSError:  # The socket could not be bound, so no client can connect.
            time.sleep(left)
            return
        with caller, suppress(OSError):
            # The disk has space again, so this client is disconnected without an answer. It tries again and
            # then finds the supervisor working.
            if has_disk_space(home):
                return
            caller.settimeout(WORD_SECONDS)
            caller.recv(1 << 16)  # The client's first line, which need not be parsed.
            caller.sendall(encode_message(build_disk_full_error(home).as_json()))


def has_disk_space(home: Home) -> bool:
    """Return True if the home's disk has enough free space for the queue."""
    try:
        require_free_space(home.root, 0, "go on")
    except DiskFull:
        return False
    return True


def build_disk_full_error(home: Home) -> DiskFull:
    """Build the error message for clients of a queue whose disk is full."""
    free = HOST.get_free_bytes(home.root) >> 20
    return DiskFull(
        f"the disk is full ({free} MiB free): the queue of {home.root} waits for space",
        "free some space (milimo clean); the queue then continues",
    )
