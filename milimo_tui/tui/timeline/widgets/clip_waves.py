"""The peaks of the sound files on the timeline's clips, from which waveforms are drawn.

This module does not read sound files. It lists the files whose peaks are missing; the Timeline screen
measures them and stores the peaks here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from milimo_tui.cut.values.cut import Clip
from milimo_tui.tui.timeline.widgets.timeline_content import no_peaks
from milimo_tui.tui.widgets.waveform import Peaks

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import RenderPlan

# Maximum number of unused files whose peaks stay cached. They stay because a clip that was cut out is often
# pasted again.
MOST_ASIDE = 64


class ClipWaves:
    """A cache of the peaks (loudest samples) of the sound on the timeline's clips.

    `of` is a function that returns a clip's peaks. The timeline caches the rows that it drew, together with
    this function. When peaks arrive, `of` is replaced by a new function object, so the timeline draws these
    rows again.
    """

    def __init__(self) -> None:
        # Peaks by file path. The value is None for a file without sound.
        self._peaks: dict[str, Peaks | None] = {}
        self._file_of: dict[str, str] = {}  # The path of each clip's sound file, by clip id.
        self.of: Callable[[Clip], Peaks | None] = no_peaks

    def update_files(self, plan: RenderPlan | None) -> list[str]:
        """Read from a render plan which sound file each clip uses. Return the files that are not measured
        yet, in the order in which they are heard.
        """
        sounds = plan.sounds if plan is not None else ()
        self._file_of = {sound.clip: sound.media.path for sound in sounds if sound.media.path}
        heard = set(self._file_of.values())
        unheard = [path for path in self._peaks if path not in heard]
        for path in unheard[: max(0, len(unheard) - MOST_ASIDE)]:
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
