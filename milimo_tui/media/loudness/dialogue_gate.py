"""The parts of a film in which dialogue is heard, for a loudness that is measured on dialogue only."""

from __future__ import annotations

import numpy as np

from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.cut.values.mixer import MixRole
from milimo_tui.media.sound.mix import Mixer
from milimo_tui.media.sound.samples import FilmSound, Sound, make_silence

Ranges = tuple[tuple[int, int], ...]
"""Ranges [first, last) of samples, in ascending order."""

_STEP_SECONDS = 0.1
# Dialogue is heard in a step whose RMS level is above this level in dBFS and at most `_BELOW` dB below the
# loudest step.
_LOWEST_DB, _BELOW_DB = -60.0, 30.0
# A pause of at most this length belongs to the speech before and after it.
_PAUSE_SECONDS = 0.4


def find_dialogue_ranges(plan: RenderPlan, channels: int) -> Ranges:
    """Return the ranges of a film in which the tracks with the role dialogue are heard. Empty if no track has
    this role, or if they are silent. Raises the errors of `Mixer.read`.
    """
    tracks = _list_dialogue_tracks(plan)
    if not tracks:
        return ()
    mixer = Mixer(plan, tracks, channels)
    step = max(1, int(_STEP_SECONDS * plan.sample_rate))
    try:
        powers = [
            float(np.square(mixer.read_unclipped(start, step), dtype=np.float64).mean())
            for start in range(0, mixer.samples, step)
        ]
    finally:
        mixer.close()
    lowest = max(10 ** (_LOWEST_DB / 10), max(powers, default=0.0) * 10 ** (-_BELOW_DB / 10))
    pause, out = int(_PAUSE_SECONDS * plan.sample_rate), list[tuple[int, int]]()
    for number, power in enumerate(powers):
        first, last = number * step, min(mixer.samples, (number + 1) * step)
        if power < lowest:
            continue
        if out and first - out[-1][1] <= pause:
            out[-1] = (out[-1][0], last)
        else:
            out.append((first, last))
    return tuple(out)


def _list_dialogue_tracks(plan: RenderPlan) -> set[str]:
    """Return the names of the tracks whose role is dialogue, or which go to a bus of that role."""
    if plan.mixer is None:
        return set()
    strips = plan.mixer.strips
    speaking = {number for number, strip in enumerate(strips) if strip.role is MixRole.DIALOGUE}
    return {
        sound.track
        for sound in plan.sounds
        if sound.strip in speaking or (sound.strip is not None and strips[sound.strip].output in speaking)
    }


class SoundParts:
    """Some parts of a sound, one after the other. Implements `FilmSound`."""

    def __init__(self, sound: FilmSound, ranges: Ranges) -> None:
        self._sound, self._ranges = sound, ranges
        self.sample_rate, self.channels = sound.sample_rate, sound.channels
        self.samples = sum(last - first for first, last in ranges)

    def read(self, start: int, samples: int) -> Sound:
        """Return samples as `SampleSource.read` does. Raises the source's errors."""
        out, at = make_silence(samples, self.channels), 0
        for first, last in self._ranges:
            low, high = max(start, at), min(start + samples, at + last - first)
            if low < high:
                out[:, low - start : high - start] = self._sound.read(first + low - at, high - low)
            at += last - first
        return out

    def close(self) -> None:
        """Close the sound."""
        self._sound.close()
