"""Redirects everything that an attempt prints into the job's log, including the output of libraries and
started programs.

The log is created only when there is something to write, so that a short job without output creates no file.
Until then, output goes into the worker's spool file. If the worker dies, the supervisor reads the spool file
(`job_log`).
"""

from __future__ import annotations

import io
import logging
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import explain_os_error
from milimo_tui.jobs.worker.redaction import CleanFormatter, clean_log_end

_APPEND = os.O_CREAT | os.O_APPEND | os.O_CLOEXEC


def get_spool_path(log: Path, worker: str) -> Path:
    """Return the path of the spool file, which holds a worker's output as long as its job has no log."""
    return log.with_name(f".{worker}.out")


class OutputCapture(logging.Handler):
    """A handler of the root logger that redirects a worker's output, including printed text, to the job's
    log. The redirection is started and ended for each attempt.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(CleanFormatter("%(asctime)s %(message)s"))
        # Copies of the process's own stdout and stderr, which are restored after each attempt.
        self._streams = os.dup(1), os.dup(2)
        self._spool: io.FileIO | None = None
        self._path = Path()
        self._notes: list[logging.LogRecord] = []
        self._file: io.FileIO | None = None
        self._began = 0  # The size of the log in bytes when this attempt began to write to it.
        self._is_on = False

    def start_capture(self, log: Path, worker: str) -> None:
        """Redirect all output: first into the worker's spool file, and into the job's log `log` when it is
        created. Raises OSError.
        """
        if self._spool is None:
            path = get_spool_path(log, worker)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            # An earlier worker of this slot may have left its spool file behind.
            path.unlink(missing_ok=True)
            self._spool = io.FileIO(os.open(path, os.O_RDWR | _APPEND, 0o600), "r+")
        self._path, self._file, self._is_on = log, None, True
        self._notes.clear()
        self._redirect_output(self._spool)

    def add_note(self, sentence: str) -> None:
        """Add a line to the log if the log exists. Otherwise store the line until the log is created.

        If text was printed since the attempt began, the log is created now. This can raise the errors of
        `open`.
        """
        self._open_if_printed()
        record = logging.LogRecord("job", logging.INFO, "", 0, sentence, None, None)
        if self._file:
            self.handle(record)
        else:
            self._notes.append(record)

    def open(self) -> None:
        """Create the job's log, and write to it all stored notes and all output so far. Raises DiskFull,
        ReadOnly, Failed.
        """
        if self._file or not self._is_on:
            return
        try:
            file = io.FileIO(os.open(self._path, os.O_WRONLY | _APPEND, 0o600), "a")
        except OSError as error:
            raise explain_os_error(error, self._path, "write") from error
        self._began = os.fstat(file.fileno()).st_size
        self._file = file
        self._redirect_output(file)
        for record in self._notes:
            self.handle(record)
        self._notes.clear()
        if self._spool:
            self._spool.seek(0)
            shutil.copyfileobj(self._spool, file)
            self._spool.truncate(0)

    def emit(self, record: logging.LogRecord) -> None:
        """Write a log record to the job's log, or to the worker's spool file if the log can't be created."""
        if not self._is_on:
            return
        # An earlier call of `open` reported the error. The line goes to the spool file.
        with suppress(MilimoError):
            self.open()
        target = self._file or self._spool
        if target:
            target.write(f"{self.format(record)}\n".encode(errors="replace"))

    def end_capture(self) -> None:
        """End the redirection: write any output to the log, and restore the process's own stdout and
        stderr.
        """
        sys.stdout.flush()
        sys.stderr.flush()
        try:
            self._open_if_printed()
        finally:
            self._is_on = False
            for target, stream in zip((1, 2), self._streams, strict=True):
                os.dup2(stream, target)
            if self._file:
                self._file.close()
                self._file = None
                clean_log_end(self._path, self._began)

    def _open_if_printed(self) -> None:
        if self._spool and self._spool.seek(0, os.SEEK_END):
            self.open()

    def _redirect_output(self, file: io.FileIO) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        for target in (1, 2):
            os.dup2(file.fileno(), target)
