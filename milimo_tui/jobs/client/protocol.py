"""The protocol details that both ends of the socket share: version, limits, socket path and folder identity.

Light on purpose: clients import it (no asyncio, sqlite3 or pydantic here).
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

PROTOCOL = 4  # the newest version that this program speaks
OLDEST = 1  # the oldest version that this program still speaks
MAX_LINE = 1 << 20  # bytes of one message, its newline included
HANDSHAKE_SECONDS = 5.0
MAX_ADDRESS = 107  # bytes of a Unix socket's path


def get_socket_path(home: Home) -> Path:
    """Return the path of the home's supervisor socket."""
    return choose_runtime_folder(home.run) / f"{home.key}.sock"


def compute_folder_mark(folder: Path | int) -> str:
    """Return a text that identifies a folder, whatever its path: device and inode. `folder` may be an open
    descriptor.

    A copy of the folder has another mark, a moved folder the same. The mark is meaningful only while a
    process holds the folder open; empty if the folder does not exist.
    """
    found = get_file_identity(folder)
    return f"{found[0]}:{found[1]}" if found else ""


@contextmanager
def shorten_socket_path(path: Path) -> Iterator[str]:
    """Yield a name for the socket that fits into a socket address; the name is valid inside the block."""
    if len(os.fsencode(path)) <= MAX_ADDRESS:
        yield str(path)
        return
    with shorten_folder_path(path.parent) as folder:
        yield str(folder / path.name)


@dataclass(frozen=True, slots=True)
class SupervisorNote:
    """The contents of the note next to the lock file: the supervisor that holds the lock."""

    pid: int
    ticks: int
    boot: str
    protocol: int
    version: str
    socket: str
    home: str = ""  # the mark of the home's folder; notes of older versions have none

    def is_alive(self) -> bool:
        """Return True if the noted process is still running."""
        return self.boot == read_boot_id() and is_process_alive(self.pid, self.ticks)


def read_supervisor_note(home: Home) -> SupervisorNote | None:
    """Return the note of this home's last supervisor, alive or not; None if there is no readable note.

    A note that was copied together with a home describes the original home's supervisor and is ignored.
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
    """Write the supervisor's note."""
    write_file_atomically(get_supervisor_note_path(home), json.dumps(asdict(note)).encode(), 0o600)


def get_supervisor_note_path(home: Home) -> Path:
    """Return the path of the note next to the lock file. The lock file itself must never be replaced."""
    return home.lock.with_name("supervisor.json")


def write_start_failure(home: Home, error: MilimoError) -> None:
    """Save why a supervisor did not start, for the client that started it. If writing fails, only its log has
    the reason.
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
    """Delete the saved error before a new start. Raises OSError if the home is not writable."""
    _get_start_failure_path(home).unlink(missing_ok=True)


def _get_start_failure_path(home: Home) -> Path:
    return home.lock.with_name("supervisor.failure.json")


def encode_message(message: dict[str, Any]) -> bytes:
    """Encode a message as one line of JSON."""
    return json.dumps(message).encode() + b"\n"


def build_error_message(kind: str, message: str, hint: str = "") -> dict[str, Any]:
    """Build the message that reports an error."""
    return {"error": {"kind": kind, "message": message, "hint": hint}}
