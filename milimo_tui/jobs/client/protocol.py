"""Define the parts of the protocol that client and supervisor share: version, limits, path of the socket, and
identity of the home's folder.

No asyncio, sqlite3 or pydantic is imported, so that clients start fast.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import choose_runtime_folder as choose_runtime_folder
from milimo_tui.core.host import get_file_identity, is_process_alive, read_boot_id, write_file_atomically
from milimo_tui.core.linux import shorten_folder_path
from milimo_tui.core.paths import Home

PROTOCOL = 4  # The newest version of the protocol that this program supports.
OLDEST = 1  # The oldest version of the protocol that this program supports.
MAX_LINE = 1 << 20  # Largest size of a message in bytes, including its newline.
HANDSHAKE_SECONDS = 5.0
# The operating system's limit for the path of a Unix socket, in bytes. A longer path is shortened
# (`shorten_socket_path`).
MAX_ADDRESS = 107


def get_socket_path(home: Home) -> Path:
    """Return the path of the home's supervisor socket."""
    return choose_runtime_folder(home.run) / f"{home.key}.sock"


def compute_folder_mark(folder: Path | int) -> str:
    """Return the mark of a folder: a text with its device and inode, which identifies the folder independent
    of its path. Return an empty text if the folder does not exist. `folder` may be an open descriptor.

    A moved folder keeps its mark, and a copy of the folder has another mark. The mark only identifies the
    folder while a process has the folder open, because inodes are reused.
    """
    found = get_file_identity(folder)
    return f"{found[0]}:{found[1]}" if found else ""


@contextmanager
def shorten_socket_path(path: Path) -> Iterator[str]:
    """Yield a path of the socket that is no longer than `MAX_ADDRESS`. A longer path is shortened through a
    temporary name of its folder, so the result is valid only inside the `with` block.
    """
    if len(os.fsencode(path)) <= MAX_ADDRESS:
        yield str(path)
        return
    with shorten_folder_path(path.parent) as folder:
        yield str(folder / path.name)


@dataclass(frozen=True, slots=True)
class SupervisorNote:
    """The content of the supervisor's note, a file next to the lock file. The note describes the supervisor
    process that holds the lock, so that clients can find its socket.
    """

    pid: int
    ticks: int
    boot: str
    protocol: int
    version: str
    socket: str
    # The mark of the home's folder (`compute_folder_mark`). Notes of older versions have none.
    home: str = ""

    def is_alive(self) -> bool:
        """Return True if the process in the note is still running."""
        return self.boot == read_boot_id() and is_process_alive(self.pid, self.ticks)


def read_supervisor_note(home: Home) -> SupervisorNote | None:
    """Return the note of this home's last supervisor, which may have exited. Return None if there is no
    readable note.

    If a home was copied together with its note, the note describes the supervisor of the original home and is
    ignored.
    """
    try:
        note = SupervisorNote(**json.loads(get_supervisor_note_path(home).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    ours = (
        note.home == compute_folder_mark(home.root)
        if note.home
        else Path(note.socket).name == f"{home.key}.sock"
    )
    return note if ours else None


def write_supervisor_note(home: Home, note: SupervisorNote) -> None:
    """Write the supervisor's note next to the lock file."""
    write_file_atomically(get_supervisor_note_path(home), json.dumps(asdict(note)).encode(), 0o600)


def get_supervisor_note_path(home: Home) -> Path:
    """Return the path of the supervisor's note. The note is a separate file, because the lock file itself
    must never be replaced.
    """
    return home.lock.with_name("supervisor.json")


def write_start_failure(home: Home, error: MilimoError) -> None:
    """Save the reason why the supervisor did not start, for the client that started it. If writing fails, the
    reason is only in the log.
    """
    with suppress(MilimoError):
        write_file_atomically(_get_start_failure_path(home), json.dumps(error.as_json()).encode(), 0o600)


def read_start_failure(home: Home) -> dict[str, Any] | None:
    """Return the error that the last failed start saved; None if there is no readable error."""
    try:
        found = json.loads(_get_start_failure_path(home).read_text())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def forget_start_failure(home: Home) -> None:
    """Delete the error that an earlier failed start saved, before a new start. Raises OSError if the home is
    not writable.
    """
    _get_start_failure_path(home).unlink(missing_ok=True)


def _get_start_failure_path(home: Home) -> Path:
    return home.lock.with_name("supervisor.failure.json")


def encode_message(message: dict[str, Any]) -> bytes:
    """Encode a message as one line of JSON."""
    return json.dumps(message).encode() + b"\n"


def build_error_message(kind: str, message: str, hint: str = "") -> dict[str, Any]:
    """Build the message that reports an error."""
    return {"error": {"kind": kind, "message": message, "hint": hint}}
