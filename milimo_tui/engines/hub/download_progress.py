"""The progress of a download: regular reports with rate and remaining time, which also receive cancel and
pause.
"""

from __future__ import annotations

import time

from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.hub.download_rate import DownloadRate

DOWNLOADING = "downloading"
CHECKING = "checking"
TELL_SECONDS = 0.1


class ProgressReporter:
    """A counter of received bytes that reports progress. Every method raises if the attempt was asked to
    end.
    """

    def __init__(self, context: Context, pace: DownloadRate, stage: str = DOWNLOADING) -> None:
        self.rate = pace
        self.stage = stage
        self.context = context
        self._told = 0.0

    def add_bytes(self, count: int) -> None:
        """Count received bytes (negative: discarded bytes) and report now and then."""
        now = time.monotonic()
        self.rate.add(count, now)
        if now - self._told >= TELL_SECONDS:
            self.report()

    def report(self, note: str = "") -> None:
        """Report the progress, with a note or the rate and remaining time."""
        self._told = now = time.monotonic()
        done, total = min(self.rate.done, self.rate.total), max(1, self.rate.total)
        self.context.progress(self.stage, done, total, note or self.rate.format_progress(now))

    def report_activity(self, note: str) -> None:
        """Report activity while no bytes arrive."""
        if time.monotonic() - self._told >= TELL_SECONDS:
            self.report(note)

    def wait(self, seconds: float, why: str) -> None:
        """Wait for some seconds and report the remaining time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.report(f"{why}; trying again in {max(1, round(left))} s")
            time.sleep(min(0.2, left))
