"""The text logs of jobs, in the folder `logs` of the home. Workers write them; the supervisor cleans them of
secrets and adds lines when a worker died.
"""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path

from milimo_tui.core.paths import Home
from milimo_tui.jobs.worker.capture import get_spool_path
from milimo_tui.jobs.worker.redaction import CLEAN, clean_log_end

log = logging.getLogger(__name__)

TAIL_BYTES = 256 * 1024  # If a log is longer than this, only this many bytes at its end are shown.


class JobLogs:
    """The job logs of one home."""

    def __init__(self, home: Home) -> None:
        self._folder = home.logs

    def get_log_path(self, job: str) -> Path:
        """Return the path of a job's log."""
        return Path(self.format_log_path(job))

    def format_log_path(self, job: str) -> str:
        """Return the path of a job's log as text. Each job needs it, and joining `Path` objects is slow."""
        return f"{self._folder}/{job}.log"

    def append_line(self, job: str, sentence: str) -> None:
        """Append a line with date and time to a job's log. If the log can't be written, only a warning is
        logged.
        """
        line = f"{time.strftime('%Y-%m-%d %H:%M:%S')} {CLEAN(sentence)}\n"
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            handle = os.open(
                self.get_log_path(job), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600
            )
            with open(handle, "wb") as file:
                file.write(line.encode(errors="replace"))
        except OSError as error:
            log.warning("could not write %s: %s", self.get_log_path(job), error)

    def has_output(self, job: str, worker: str) -> bool:
        """Return True if a job has a log, or its worker has a spool file."""
        log = self.get_log_path(job)
        return log.exists() or get_spool_path(log, worker).exists()

    def save_last_output(self, job: str, worker: str) -> None:
        """Remove secrets from the log of a job whose worker died, and append the output that the worker had
        only written to the spool file.

        Takes long if the log is large. No other process or thread may write to the log at the same time.
        """
        self._remove_secrets(job)
        self._append_spool(job, worker)

    def _append_spool(self, job: str, worker: str) -> None:
        spool = get_spool_path(self.get_log_path(job), worker)
        try:
            printed = spool.read_text(errors="replace")
            spool.unlink()
        except FileNotFoundError:
            return
        except OSError as error:
            log.warning("could not read %s: %s", spool, error)
            return
        if printed.strip():
            self.append_line(job, printed.strip())

    def _remove_secrets(self, job: str) -> None:
        path = self.get_log_path(job)
        try:
            clean_log_end(path, 0)
        except FileNotFoundError:
            return
        except OSError as error:
            log.warning("could not remove secrets from %s: %s", path, error)

    def read_log_tail(self, job: str) -> str:
        """Return the end of a job's log; empty if the job has not run yet.

        Secrets in this process's environment are removed, because the log of a running job can contain them.
        A long log is returned from the beginning of a line, because a part of a secret can't be found.
        """
        try:
            with self.get_log_path(job).open("rb") as file:
                begin = max(0, os.fstat(file.fileno()).st_size - TAIL_BYTES)
                file.seek(begin)
                tail = file.read()
        except FileNotFoundError:
            return ""
        if begin:
            tail = tail[tail.find(b"\n") + 1 :]
        return CLEAN.remove_known_secrets(tail.decode(errors="replace"))
