"""The peaks of the sound files on the timeline's clips, from which waveforms are drawn.

This module does not read sound files. It lists the sounds whose peaks are missing; the Timeline screen
measures them and stores the peaks here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from milimo_tui.cut.values.cut import Clip
from milimo_tui.cut.values.sound_choice import HeardSound
from milimo_tui.tui.timeline.widgets.timeline_content import no_peaks
from milimo_tui.tui.widgets.waveform import Peaks

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import RenderPlan

# Maximum number of unused sounds whose peaks stay cached. They stay because a clip that was cut out is often
# pasted again.
MOST_ASIDE = 64


class ClipWaves:
    """A cache of the peaks (loudest samples) of the sound on the timeline's clips.

    `of` is a function that returns a clip's peaks. The timeline caches the rows that it drew, together with
    this function. When peaks arrive, `of` is replaced by a new function object, so the timeline draws these
    rows again.
    """

    def __init__(self) -> None:
        # Peaks by sound. The value is None for a file without this sound.
        self._peaks: dict[HeardSound, Peaks | None] = {}
        self._sound_of: dict[str, HeardSound] = {}  # The sound of each clip, by clip id.
        self.of: Callable[[Clip], Peaks | None] = no_peaks

    def update_sounds(self, plan: RenderPlan | None) -> list[HeardSound]:
        """Read from a render plan which sound of which file each clip uses. Return the sounds that are not
        measured yet, in the order in which they are heard.
        """
        sounds = plan.sounds if plan is not None else ()
        self._sound_of = {
            sound.clip: HeardSound(sound.media.path, sound.stream, sound.channels)
            for sound in sounds
            if sound.media.path
        }
        heard = set(self._sound_of.values())
        unheard = [each for each in self._peaks if each not in heard]
        for each in unheard[: max(0, len(unheard) - MOST_ASIDE)]:
            del self._peaks[each]
        self._renew_peaks_function()
        return [each for each in dict.fromkeys(self._sound_of.values()) if each not in self._peaks]

    def store_peaks(self, sound: HeardSound, peaks: Peaks | None) -> None:
        """Store the peaks of a sound that was measured."""
        self._peaks[sound] = peaks
        self._renew_peaks_function()

    def _renew_peaks_function(self) -> None:
        known = {clip: self._peaks.get(sound) for clip, sound in self._sound_of.items()}
        self.of = lambda clip: known.get(clip.id)
