"""The waveforms on the timeline's clips: which file each clip sounds from, and what is known of those files.

Measures nothing: it says what is missing, and is given the peaks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from milimo_tui.cut.values.cut import Clip
from milimo_tui.tui.timeline.widgets.timeline_content import no_peaks
from milimo_tui.tui.widgets.waveform import Peaks

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import Plan

MOST_ASIDE = 64  # files that sounded before: those of a clip that was cut out and comes back


class ClipWaves:
    """`of` gives a clip's peaks: a new function when more is known, so that a cache of rows sees it."""

    def __init__(self) -> None:
        self._peaks: dict[str, Peaks | None] = {}  # by file; None: it has no sound
        self._file_of: dict[str, str] = {}  # clip → file that sounds
        self.of: Callable[[Clip], Peaks | None] = no_peaks

    def follow(self, plan: Plan | None) -> list[str]:
        """Take in what sounds now; return the files not measured yet, in the order they sound."""
        sounds = plan.sounds if plan is not None else ()
        self._file_of = {sound.clip: sound.media.path for sound in sounds if sound.media.path}
        heard = set(self._file_of.values())
        aside = [path for path in self._peaks if path not in heard]
        for path in aside[: max(0, len(aside) - MOST_ASIDE)]:
            del self._peaks[path]
        self._turn()
        return [path for path in dict.fromkeys(self._file_of.values()) if path not in self._peaks]

    def know(self, path: str, peaks: Peaks | None) -> None:
        """Take in the peaks of a file that was measured."""
        self._peaks[path] = peaks
        self._turn()

    def _turn(self) -> None:
        known = {clip: self._peaks.get(path) for clip, path in self._file_of.items()}
        self.of = lambda clip: known.get(clip.id)
