"""What both ends of the socket agree on before a word is said: version, limits, where it lies, who may.

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
from milimo_tui.core.host import boot_id, identity, is_alive, write_atomic
from milimo_tui.core.host import runtime_folder as runtime_folder
from milimo_tui.core.linux import short_name
from milimo_tui.core.paths import Home

PROTOCOL = 4  # the newest this program speaks
OLDEST = 1  # the oldest it still speaks
MAX_LINE = 1 << 20  # bytes of one message, its newline included
HANDSHAKE_SECONDS = 5.0
MAX_ADDRESS = 107  # bytes of a Unix socket's path


def socket_path(home: Home) -> Path:
    return runtime_folder(home.run) / f"{home.key}.sock"


def folder_mark(folder: Path | int) -> str:
    """Which folder that is, or is held open, whatever its path: device and inode. A copy has another, a moved
    one the same.

    Means something only while somebody holds the folder open; empty where there is none.
    """
    found = identity(folder)
    return f"{found[0]}:{found[1]}" if found else ""


@contextmanager
def address(path: Path) -> Iterator[str]:
    """A name for that socket that fits into a socket address, valid inside the block."""
    if len(os.fsencode(path)) <= MAX_ADDRESS:
        yield str(path)
        return
    with short_name(path.parent) as folder:
        yield str(folder / path.name)


@dataclass(frozen=True, slots=True)
class Note:
    """What the lock file says about the supervisor that holds it."""

    pid: int
    ticks: int
    boot: str
    protocol: int
    version: str
    socket: str
    home: str = ""  # the mark of the folder; notes of older versions have none

    def is_alive(self) -> bool:
        """Whether that very process still runs."""
        return self.boot == boot_id() and is_alive(self.pid, self.ticks)


def read_note(home: Home) -> Note | None:
    """The note of this home's last supervisor, alive or not; None when there is none that can be read.

    One that came with a copied home is of the original's supervisor: it is none of ours.
    """
    try:
        note = Note(**json.loads(note_path(home).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    ours = note.home == folder_mark(home.root) if note.home else Path(note.socket).name == f"{home.key}.sock"
    return note if ours else None


def write_note(home: Home, note: Note) -> None:
    write_atomic(note_path(home), json.dumps(asdict(note)).encode(), 0o600)


def note_path(home: Home) -> Path:
    """Beside the lock: the locked file itself must never be replaced."""
    return home.lock.with_name("supervisor.json")


def write_failure(home: Home, error: MilimoError) -> None:
    """Why a supervisor did not come up, for who started it; where that can't be written, its log has it."""
    with suppress(MilimoError):
        write_atomic(_failure_path(home), json.dumps(error.as_json()).encode(), 0o600)


def read_failure(home: Home) -> dict[str, Any] | None:
    """What the last failed start left; None when there is nothing that can be read."""
    try:
        found = json.loads(_failure_path(home).read_text())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def forget_failure(home: Home) -> None:
    """Before a new start. Raises OSError where the home can't be written."""
    _failure_path(home).unlink(missing_ok=True)


def _failure_path(home: Home) -> Path:
    return home.lock.with_name("supervisor.failure.json")


def encode(message: dict[str, Any]) -> bytes:
    return json.dumps(message).encode() + b"\n"


def error_of(kind: str, message: str, hint: str = "") -> dict[str, Any]:
    return {"error": {"kind": kind, "message": message, "hint": hint}}
