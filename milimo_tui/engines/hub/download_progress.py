"""How a download is told: progress now and then, with rate and time left, and so it hears of cancel and
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
    """Counts what comes and tells of it. Every method raises what ends the attempt, when it was asked to."""

    def __init__(self, context: Context, pace: DownloadRate, stage: str = DOWNLOADING) -> None:
        self.rate = pace
        self.stage = stage
        self.context = context
        self._told = 0.0

    def came(self, count: int) -> None:
        """So many bytes came (negative: were thrown away)."""
        now = time.monotonic()
        self.rate.add(count, now)
        if now - self._told >= TELL_SECONDS:
            self.report()

    def report(self, note: str = "") -> None:
        self._told = now = time.monotonic()
        done, total = min(self.rate.done, self.rate.total), max(1, self.rate.total)
        self.context.progress(self.stage, done, total, note or self.rate.note(now))

    def awake(self, note: str) -> None:
        """A sign of life where nothing comes."""
        if time.monotonic() - self._told >= TELL_SECONDS:
            self.report(note)

    def wait(self, seconds: float, why: str) -> None:
        """Let time go by."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.report(f"{why}; trying again in {max(1, round(left))} s")
            time.sleep(min(0.2, left))
