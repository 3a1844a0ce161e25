"""Translate SQLite's errors into messages for users. No other module needs SQLite's error codes."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from milimo_tui.core.errors import BadInput, Damaged, Failed, MilimoError, ReadOnly, Refused
from milimo_tui.core.host import HOST, explain_os_error
from milimo_tui.core.reasons import reason

QUEUE = "studio.db"
LITTLE_BYTES = 1 << 20  # If less space than this is free, SQLite's “disk I/O error” means a full disk.


def make_damaged_error(path: Path) -> Damaged:
    """Return the error for a database file that can no longer be read."""
    verb = "job recover" if path.name == QUEUE else f"project recover {path.parent.name}"
    return Damaged(
        f"{path} is damaged: it can't be read as a database", f"milimo {verb} recovers what can be read"
    )


@contextmanager
def explain_sqlite_errors(path: Path, action: str) -> Iterator[None]:
    """Translate SQLite errors in the block into this program's errors. `action` completes the sentence "could
    not …".
    """
    try:
        yield
    except sqlite3.Error as error:
        raise translate_sqlite_error(error, path, action) from error
    except (OverflowError, UnicodeEncodeError) as error:
        raise BadInput(
            f"could not {action} {path}: a number is too large or a text is not Unicode",
            "write texts in UTF-8, and numbers below 2**63",
        ) from error


def translate_sqlite_error(error: sqlite3.Error, path: Path, action: str) -> MilimoError:
    """Return this program's error for an error of SQLite, chosen by SQLite's primary result code.

    `action` completes the sentence "could not …".
    """
    # The sqlite3 module raises this error itself, so it has no error code. Its text contains the bytes.
    if str(error).startswith("Could not decode to UTF-8"):
        return make_damaged_error(path)
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if code is not None else None
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return make_damaged_error(path)
    is_short = primary == sqlite3.SQLITE_IOERR and HOST.get_free_bytes(path.parent) < LITTLE_BYTES
    if primary == sqlite3.SQLITE_FULL or is_short:
        return explain_os_error(OSError(errno.ENOSPC, ""), path, action)
    if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return ReadOnly(f"could not {action} {path}: it is read-only here", "check its owner and permissions")
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Failed(f"could not {action} {path}: another program is using it", "try again in a moment")
    if primary == sqlite3.SQLITE_CONSTRAINT:
        return Refused(f"could not {action} {path}: it would break a rule of the film ({reason(error)})")
    return Failed(f"could not {action} {path}: {reason(error)}")
