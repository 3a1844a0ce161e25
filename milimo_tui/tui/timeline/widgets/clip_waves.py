"""The waveforms on the timeline's clips: the sound file of each clip, and the known peaks of these files.

Measures nothing: it reports missing files and receives their peaks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from milimo_tui.cut.values.cut import Clip
from milimo_tui.tui.timeline.widgets.timeline_content import no_peaks
from milimo_tui.tui.widgets.waveform import Peaks

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import RenderPlan

MOST_ASIDE = 64  # Number of unused files that stay cached, for clips that are cut out and come back.


class ClipWaves:
    """The peaks of clips.

    `of` returns a clip's peaks. It is replaced by a new function when peaks arrive, so that a cache of rows
    is invalidated.
    """

    def __init__(self) -> None:
        self._peaks: dict[str, Peaks | None] = {}  # Peaks by file; None for a file without sound.
        self._file_of: dict[str, str] = {}  # The sound file of each clip.
        self.of: Callable[[Clip], Peaks | None] = no_peaks

    def update_files(self, plan: RenderPlan | None) -> list[str]:
        """Take the sound files from a plan; return the files not measured yet, in the order in which they are
        heard.
        """
        sounds = plan.sounds if plan is not None else ()
        self._file_of = {sound.clip: sound.media.path for sound in sounds if sound.media.path}
        heard = set(self._file_of.values())
        aside = [path for path in self._peaks if path not in heard]
        for path in aside[: max(0, len(aside) - MOST_ASIDE)]:
            del self._peaks[path]
        self._renew_peaks_function()
        return [path for path in dict.fromkeys(self._file_of.values()) if path not in self._peaks]

    def store_peaks(self, path: str, peaks: Peaks | None) -> None:
        """Store the peaks of a file that was measured."""
        self._peaks[path] = peaks
        self._renew_peaks_function()

    def _renew_peaks_function(self) -> None:
        known = {clip: self._peaks.get(path) for clip, path in self._file_of.items()}
        self.of = lambda clip: known.get(clip.id)
