"""The progress of a download. Regular reports show the rate and the remaining time. A cancel or pause of the
job takes effect in these reports.
"""

from __future__ import annotations

import time

from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.hub.download_rate import DownloadRate

DOWNLOADING = "downloading"
CHECKING = "checking"
TELL_SECONDS = 0.1


class ProgressReporter:
    """A counter of received bytes that reports the progress of a download. Every method raises an exception
    if the job was cancelled or paused.
    """

    def __init__(self, context: Context, pace: DownloadRate, stage: str = DOWNLOADING) -> None:
        self.rate = pace
        self.stage = stage
        self.context = context
        self._told = 0.0

    def add_bytes(self, count: int) -> None:
        """Add `count` received bytes (negative for discarded bytes), and report the progress now and then."""
        now = time.monotonic()
        self.rate.add(count, now)
        if now - self._told >= TELL_SECONDS:
            self.report()

    def report(self, note: str = "") -> None:
        """Report the progress with `note`. An empty note is replaced by the rate and the remaining time."""
        self._told = now = time.monotonic()
        done, total = min(self.rate.done, self.rate.total), max(1, self.rate.total)
        self.context.progress(self.stage, done, total, note or self.rate.format_progress(now))

    def report_activity(self, note: str) -> None:
        """Report that the download is still active while no bytes arrive."""
        if time.monotonic() - self._told >= TELL_SECONDS:
            self.report(note)

    def wait(self, seconds: float, why: str) -> None:
        """Wait for `seconds`, and report the reason `why` and the remaining time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.report(f"{why}; trying again in {max(1, round(left))} s")
            time.sleep(min(0.2, left))
