"""The joining of a long take's chunks: colours are matched, and sound is cross-faded in the overlap. Pure
numpy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.time import frame_to_sample
from milimo_tui.media.picture.delta_e import compute_delta_e, srgb_to_lab

FADE = Fraction(1, 8)  # seconds, in the middle of an overlap
DRIFT = 0.1  # maximum relative change of a channel's mean and spread
HELD = 40.0  # weight, in pixels, that pulls a fit towards no change
MOST_FITTED, SIDE_FITTED = 9, 96  # number of pictures, and pixels of their longer side, that a fit uses
Pictures = NDArray[np.uint8]
Sound = NDArray[np.float32]


def match_colour(pictures: Pictures, overlap: Pictures, before: Pictures) -> Pictures:
    """Match the colours of the pictures to the chunk before. Changes them in place.

    `overlap` are their own frames of the times that `before` shows, pixel by pixel. Two corrections are
    tried: mean and spread of each channel, and a curve fitted to all three channels. The one with the smaller
    CIEDE2000 difference in the overlap is applied; nothing is changed if neither reduces the difference.
    """
    both = min(len(overlap), len(before))
    if not both:
        return pictures
    own, wanted = _subsample_pictures(overlap[:both]), _subsample_pictures(before[:both])
    ways = [_match_mean_and_spread(own, wanted), _fit_colour_curves(own, wanted)]
    left = [_compute_mean_delta_e(way.of(own), wanted) for way in ways]
    least = min(left)
    if least >= _compute_mean_delta_e(own, wanted):
        return pictures
    way = ways[left.index(least)]
    for picture in pictures:
        picture[...] = way.of(picture)
    return pictures


@dataclass(frozen=True, slots=True)
class ColourCurves:
    """A change of colours: the amount that each level of each channel adds to each channel, as (from, level,
    to).
    """

    table: NDArray[np.float32]

    def of(self, pixels: Pictures) -> Pictures:
        """Return the pixels (…, 3) with the change applied."""
        red, green, blue = (self.table[channel][pixels[..., channel]] for channel in range(3))
        made: Pictures = np.clip(np.rint(red + green + blue), 0, 255).astype(np.uint8)
        return made


def _match_mean_and_spread(own: Pictures, wanted: Pictures) -> ColourCurves:
    """Return the curves that bring mean and spread of each channel to the wanted values, by at most
    `DRIFT`.
    """
    table = np.zeros((3, 256, 3), np.float32)
    for channel in range(3):
        mine, theirs = own[..., channel].astype(np.float32), wanted[..., channel].astype(np.float32)
        gain = float(np.clip(theirs.std() / max(mine.std(), 1e-3), 1 - DRIFT, 1 + DRIFT))
        shift = float(np.clip(theirs.mean() - mine.mean() * gain, -255 * DRIFT, 255 * DRIFT))
        table[channel, :, channel] = np.arange(256) * gain + shift
    return ColourCurves(table)


def _fit_colour_curves(own: Pictures, wanted: Pictures) -> ColourCurves:
    """Fit a parabola of each channel into each channel, by least squares over pixels of the same time: gain,
    gamma, tint and saturation at once. The fifth of the pixels that fits worst is left out (different
    motion), and the fit is pulled towards no change with a weight of `HELD` pixels, so that colours that do
    not occur stay almost unchanged.
    """
    levels = np.arange(256, dtype=np.float64) / 255
    x, y = own.reshape(-1, 3) / 255, wanted.reshape(-1, 3) / 255
    shape = np.concatenate([x, x * x, np.ones((len(x), 1))], axis=1)
    hold = np.diag(np.sqrt([HELD] * 7))
    change = np.zeros((7, 3))
    kept = np.ones(len(x), bool)
    for _ in range(2):
        rows = np.concatenate([shape[kept], hold])
        right = np.concatenate([(y - x)[kept], np.zeros((7, 3))])
        change = np.linalg.lstsq(rows, right, rcond=None)[0]
        missed = np.abs(shape @ change - (y - x)).sum(axis=1)
        kept = missed <= np.quantile(missed, 0.8)
    table = np.zeros((3, 256, 3), np.float32)
    for channel in range(3):
        own_part = levels[:, None] * change[channel] + (levels**2)[:, None] * change[3 + channel]
        table[channel] = 255 * (own_part + change[6] / 3)
        table[channel, :, channel] += np.arange(256)
    return ColourCurves(table)


def _subsample_pictures(pictures: Pictures) -> Pictures:
    """Return every n-th pixel of every n-th picture, enough to fit and to measure."""
    nth = max(1, -(-len(pictures) // MOST_FITTED))
    step = max(1, -(-max(pictures.shape[1:3]) // SIDE_FITTED))
    return pictures[::nth, ::step, ::step]


def _compute_mean_delta_e(one: Pictures, other: Pictures) -> float:
    return float(compute_delta_e(srgb_to_lab(one), srgb_to_lab(other)).mean())


@dataclass(slots=True)
class ChainSound:
    """The growing sound of a chain. `start` and `frames` of chunks are frames of the take at `rate`."""

    rate: Fraction
    sample_rate: int
    _kept: Sound = field(default_factory=lambda: np.zeros((2, 0), np.float32))
    _from: int = 0  # the sample of the take at which `_kept` begins

    def add_chunk_sound(self, sound: Sound, start: int, overlap: int) -> Sound:
        """Add the sound of a chunk that begins at frame `start` and overlaps the existing sound by `overlap`
        frames; return the samples that are final. The first half of the overlap comes from the chunk before,
        the second half from this one.
        """
        begin = frame_to_sample(start, self.rate, self.sample_rate)
        if not overlap:
            self._kept, self._from = sound, begin
            return sound[:, :0]
        end = frame_to_sample(start + overlap, self.rate, self.sample_rate)
        fade = min(int(FADE * self.sample_rate), end - begin)
        first = (begin + end - fade) // 2  # sample of the take at which the fade begins
        done, there = self._get_sound_up_to(first), self._get_sound_span(first, fade)
        own = _cut_sound_span(sound, first - begin, fade)
        ramp = np.linspace(0, 1, fade, dtype=np.float32)
        joined = there * (1 - ramp) + own * ramp
        self._kept = np.concatenate([joined, sound[:, first - begin + fade :]], axis=1)
        self._from = first
        return done

    def get_joined_sound(self, start: int, frames: int) -> Sound:
        """Return the existing sound of `frames` frames; not available before the last added chunk."""
        begin, end = (
            frame_to_sample(frame, self.rate, self.sample_rate) for frame in (start, start + frames)
        )
        return self._get_sound_span(begin, end - begin)

    def get_remaining_sound(self) -> Sound:
        """Return the remaining sound after the last chunk was added."""
        return self._kept

    def _get_sound_up_to(self, sample: int) -> Sound:
        return _cut_sound_span(self._kept, 0, sample - self._from)

    def _get_sound_span(self, sample: int, count: int) -> Sound:
        return _cut_sound_span(self._kept, sample - self._from, count)


def shift_sound(sound: Sound, late: int) -> Sound:
    """Return a sound that begins `late` samples later: with silence before it, or without its first samples
    if negative.
    """
    return np.pad(sound, ((0, 0), (late, 0))) if late > 0 else sound[:, -late:]


def _cut_sound_span(sound: Sound, start: int, count: int) -> Sound:
    """Return samples [start, start + count), with silence past the end: the model's sound ends slightly
    early.
    """
    found = sound[:, max(0, start) : max(0, start) + count]
    return np.pad(found, ((0, 0), (0, count - found.shape[1])))
