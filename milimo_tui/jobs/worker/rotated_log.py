"""The supervisor's log: a file that is rotated when it is too long. Some older files are preserved.

In a background supervisor, the file is also the process's stderr, so that nothing that is printed is lost. On
rotation, stderr is redirected to the new file. A supervisor in a terminal or under systemd writes to both the
file and stderr.
"""

from __future__ import annotations

import logging
import os
import sys
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from milimo_tui.core.settings import Settings
from milimo_tui.jobs.worker import redaction
from milimo_tui.jobs.worker.redaction import CleanFormatter

FORM = "%(asctime)s %(levelname)s %(name)s: %(message)s"
STDERR = 2


class SupervisorLog(RotatingFileHandler):
    """The logging handler for the log file of a home. Only the user can read the file."""

    def __init__(self, path: Path, settings: Settings) -> None:
        most = max(1, round(settings.log_mb * (1 << 20)))
        super().__init__(path, maxBytes=most, backupCount=settings.log_files, errors="replace")
        self.setFormatter(CleanFormatter(FORM, redaction.build_settings_redactor(settings)))

    def move_to(self, path: Path) -> None:
        """Set the path of the log after the home was moved. The file that is open now stays open; the next
        file is created at the new path.
        """
        self.baseFilename = os.fspath(path)

    def _open(self) -> TextIOWrapper:
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        return open(handle, "a", encoding=self.encoding, errors=self.errors)

    def doRollover(self) -> None:  # noqa: N802  logging's own name
        """Start a new file. If stderr was the old file, redirect it to the new file."""
        leads_here = self.is_stderr()
        if not self.backupCount:
            os.truncate(self.baseFilename, 0)
            return
        super().doRollover()
        if leads_here and self.stream:
            os.dup2(self.stream.fileno(), STDERR)

    def is_stderr(self) -> bool:
        """Return True if this process's stderr is the log file."""
        return self.stream is not None and _is_same_file(self.stream.fileno(), STDERR)


def _is_same_file(one: int, other: int) -> bool:
    try:
        return os.path.sameopenfile(one, other)
    except OSError:
        return False


def set_up_logging(settings: Settings, path: Path | None = None) -> SupervisorLog | None:
    """Set up the log of this process, from which secrets are removed. It is written to stderr, and to the
    file `path` if one is given.

    Return the handler of the file, or None without a path. Raises OSError if the file can't be opened.
    """
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler, SupervisorLog) or type(handler) is logging.StreamHandler:
            root.removeHandler(handler)
    root.setLevel(settings.log_level.upper())
    log = SupervisorLog(path, settings) if path else None
    if log:
        root.addHandler(log)
    if log is None or not log.is_stderr():
        printed = logging.StreamHandler(sys.stderr)
        printed.setFormatter(CleanFormatter(FORM, redaction.build_settings_redactor(settings)))
        root.addHandler(printed)
    return log
