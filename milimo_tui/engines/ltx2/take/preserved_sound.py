"""Preserve existing sound while the rest of a take's sound is generated. A sound latent is preserved if the
sound covers all of its time.

Imports torch; for workers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.time import round_half_up
from milimo_tui.engines.ltx2.scene.log_mel import encode_sound
from milimo_tui.engines.ltx2.take.pipelines import HeldSound

LAP = Fraction(1, 50)  # seconds of the cross-fade between two sounds
Window = tuple[Fraction, Fraction]  # begin and end in seconds of the take, the end exclusive


@dataclass(frozen=True, slots=True)
class SoundGrid:
    """The time grid of sound latents: `rate` latents per second, each covering `frames` frames of the
    spectrogram.
    """

    rate: Fraction
    frames: int

    def get_latent_window(self, latent: int) -> Window:
        """Return the begin and end of a latent in seconds. The first latent covers only one frame of the
        spectrogram, because the autoencoder is causal (ltx-core, `AudioPatchifier`).
        """
        frame = Fraction(1, self.frames) / self.rate
        first = (latent - 1) * self.frames + 1
        return max(0, first) * frame, (first + self.frames) * frame


@dataclass(frozen=True, slots=True)
class KeptSound:
    """An existing sound of a take that is preserved during a generation. Its samples begin at second `at` of
    the take. Only the samples in `windows` (ranges in seconds) must stay unchanged.
    """

    stereo: NDArray[np.float32]
    sample_rate: int
    windows: Sequence[Window]
    at: Fraction = Fraction(0)

    def encode_held_parts(
        self, begins: Fraction, seconds: Fraction, vae: Any, where: Any, grid: SoundGrid
    ) -> tuple[HeldSound, ...]:
        """Return the preserved latents for a chunk whose sound begins at second `begins` of the take and
        lasts `seconds`.

        A latent is preserved only if its complete time is in a window. A latent that a regenerated range only
        touches is generated again, as Lightricks do (ltx-core, `TemporalRegionMask`).
        """
        skipped = max(0, math.ceil((self.at - begins) * grid.rate))
        start = begins + skipped / grid.rate
        count = round_half_up((begins + seconds - start) * self.sample_rate)
        if count <= 0:
            return ()
        latents = encode_sound(vae, self._get_samples_from(start, count), self.sample_rate, where)
        found: list[HeldSound] = []
        for first, end in _find_true_runs(
            [self._is_latent_kept(start, grid, one) for one in range(latents.shape[2])]
        ):
            found.append(HeldSound(latents[:, :, first:end], skipped + first))
        return tuple(found)

    def _is_latent_kept(self, start: Fraction, grid: SoundGrid, latent: int) -> bool:
        begin, end = grid.get_latent_window(latent)
        return any(since <= start + begin and start + end <= until for since, until in self.windows)

    def _get_samples_from(self, second: Fraction, count: int) -> NDArray[np.float32]:
        """Return `count` samples from second `second` of the take on, with silence before and after the
        existing samples.
        """
        first = round_half_up((second - self.at) * self.sample_rate)
        found = self.stereo[:, max(0, first) : max(0, first + count)]
        before = min(count, max(0, -first))
        return np.pad(found, ((0, 0), (before, count - before - found.shape[1])))


def _find_true_runs(stay: Sequence[bool]) -> list[tuple[int, int]]:
    """Return (first, end) of each sequence of consecutive True values, with `end` exclusive."""
    edges = [place for place, one in enumerate([*stay, False]) if one != (place > 0 and stay[place - 1])]
    return list(zip(edges[::2], edges[1::2], strict=True))


def list_windows_outside(
    since: Fraction | None, until: Fraction | None, seconds: Fraction
) -> tuple[Window, ...]:
    """Return the windows (ranges in seconds) of a sound that lie outside the range from second `since` to
    second `until`. `seconds` is the duration of the sound. None as `since` means its start, and None as
    `until` its end.
    """
    before: Window = (Fraction(0), since or Fraction(0))
    window: Window = (until if until is not None else seconds, seconds + 1)
    return tuple(each for each in (before, window) if each[0] < each[1])


def combine_kept_sound(sound: KeptSound, made: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the generated sound `made` of a complete take, in which the preserved samples of `sound` replace
    the generated samples. Each cross-fade lies outside the preserved windows.
    """
    count = max(made.shape[1], sound.stereo.shape[1])
    made = np.pad(made, ((0, 0), (0, count - made.shape[1])))
    share = np.zeros(count, np.float32)
    for since, until in sound.windows:
        first, end = (min(count, round_half_up(one * sound.sample_rate)) for one in (since, until))
        share[first:end] = 1
        lap = min(round_half_up(LAP * sound.sample_rate), count)
        ramp = np.linspace(0, 1, lap, dtype=np.float32)
        before, after = share[max(0, first - lap) : first], share[end : end + lap]
        np.maximum(before, ramp[lap - len(before) :], out=before)
        np.maximum(after, ramp[::-1][: len(after)], out=after)
    there = np.pad(sound.stereo, ((0, 0), (0, count - sound.stereo.shape[1])))
    return np.where(share == 1, there, made * (1 - share) + there * share)
