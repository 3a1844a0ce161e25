"""Join the chunks of a long take: match the colours of each chunk to the chunk before, and cross-fade the
sound in the overlap. Pure numpy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.time import frame_to_sample
from milimo_tui.media.picture.delta_e import compute_delta_e, srgb_to_lab

FADE = Fraction(1, 8)  # seconds of the cross-fade, which is in the middle of an overlap
# Largest correction of a colour channel: of its mean by this fraction of 255, and of its spread by this
# fraction of the present spread.
DRIFT = 0.1
HELD = 40.0  # A fit of colours is pulled towards no change as strongly as by this number of pixels.
# A fit of colours uses at most about this number of pictures, and this number of pixels on their longer side.
MOST_FITTED, SIDE_FITTED = 9, 96
Pictures = NDArray[np.uint8]
Sound = NDArray[np.float32]


def match_colour(pictures: Pictures, overlap: Pictures, before: Pictures) -> Pictures:
    """Change the colours of a chunk's `pictures` in place, so that they match the colours of the chunk
    before.

    `overlap` are the first frames of the new chunk, and `before` are the frames of the previous chunk at the
    same times. Two corrections are tried: one changes the mean and spread of each channel, and one applies
    curves fitted to all three channels. The correction that leaves the smaller CIEDE2000 difference in the
    overlap is applied. If neither reduces the difference, the pictures stay unchanged.
    """
    both = min(len(overlap), len(before))
    if not both:
        return pictures
    own, wanted = _subsample_pictures(overlap[:both]), _subsample_pictures(before[:both])
    corrections = [_match_mean_and_spread(own, wanted), _fit_colour_curves(own, wanted)]
    left = [_compute_mean_delta_e(correction.of(own), wanted) for correction in corrections]
    least = min(left)
    if least >= _compute_mean_delta_e(own, wanted):
        return pictures
    correction = corrections[left.index(least)]
    for picture in pictures:
        picture[...] = correction.of(picture)
    return pictures


@dataclass(frozen=True, slots=True)
class ColourCurves:
    """A change of colours as a lookup table (input channel, level, output channel). An output channel is the
    sum of the table's values for the three input channels.
    """

    table: NDArray[np.float32]

    def of(self, pixels: Pictures) -> Pictures:
        """Return the pixels (…, 3) with the change applied."""
        red, green, blue = (self.table[channel][pixels[..., channel]] for channel in range(3))
        pictures: Pictures = np.clip(np.rint(red + green + blue), 0, 255).astype(np.uint8)
        return pictures


def _match_mean_and_spread(own: Pictures, wanted: Pictures) -> ColourCurves:
    """Return the curves that change the mean and spread of each channel from those of `own` to those of
    `wanted`. No change is larger than `DRIFT`.
    """
    table = np.zeros((3, 256, 3), np.float32)
    for channel in range(3):
        mine, theirs = own[..., channel].astype(np.float32), wanted[..., channel].astype(np.float32)
        gain = float(np.clip(theirs.std() / max(mine.std(), 1e-3), 1 - DRIFT, 1 + DRIFT))
        shift = float(np.clip(theirs.mean() - mine.mean() * gain, -255 * DRIFT, 255 * DRIFT))
        table[channel, :, channel] = np.arange(256) * gain + shift
    return ColourCurves(table)


def _fit_colour_curves(own: Pictures, wanted: Pictures) -> ColourCurves:
    """Return curves that change the colours of `own` to those of `wanted`, fitted by least squares to pixels
    of the same time.

    Each output channel is a parabola of each input channel, so that one fit corrects gain, gamma, tint and
    saturation. The worst-fitting fifth of the pixels is left out, because there the motion differs. A weight
    of `HELD` pixels pulls the fit towards no change, so that colours that do not occur stay almost unchanged.
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
    """Return a sample of the pictures: every n-th picture and every m-th pixel, enough to fit and measure
    colours.
    """
    nth = max(1, -(-len(pictures) // MOST_FITTED))
    step = max(1, -(-max(pictures.shape[1:3]) // SIDE_FITTED))
    return pictures[::nth, ::step, ::step]


def _compute_mean_delta_e(one: Pictures, other: Pictures) -> float:
    return float(compute_delta_e(srgb_to_lab(one), srgb_to_lab(other)).mean())


@dataclass(slots=True)
class ChainSound:
    """The sound of a long take, joined while its chunks are made. The frames given to its methods are frames
    of the take at `rate` frames per second.
    """

    rate: Fraction
    sample_rate: int
    _kept: Sound = field(default_factory=lambda: np.zeros((2, 0), np.float32))
    _from: int = 0  # the sample of the take at which `_kept` begins

    def add_chunk_sound(self, sound: Sound, start: int, overlap: int) -> Sound:
        """Add the sound of a chunk that begins at frame `start` and overlaps the existing sound by `overlap`
        frames. Return the samples that are now final, because no later chunk can change them.

        In the first half of the overlap the sound of the chunk before is used, and in the second half that of
        the new chunk.
        """
        begin = frame_to_sample(start, self.rate, self.sample_rate)
        if not overlap:
            self._kept, self._from = sound, begin
            return sound[:, :0]
        end = frame_to_sample(start + overlap, self.rate, self.sample_rate)
        fade = min(int(FADE * self.sample_rate), end - begin)
        first = (begin + end - fade) // 2  # sample of the take at which the fade begins
        done, span = self._get_sound_up_to(first), self._get_sound_span(first, fade)
        own = _cut_sound_span(sound, first - begin, fade)
        ramp = np.linspace(0, 1, fade, dtype=np.float32)
        joined = span * (1 - ramp) + own * ramp
        self._kept = np.concatenate([joined, sound[:, first - begin + fade :]], axis=1)
        self._from = first
        return done

    def get_joined_sound(self, start: int, frames: int) -> Sound:
        """Return the joined sound of `frames` frames from frame `start` on. Samples that `add_chunk_sound`
        has already returned as final are deleted when the next chunk is added, so they can't be requested
        after that.
        """
        begin, end = (
            frame_to_sample(frame, self.rate, self.sample_rate) for frame in (start, start + frames)
        )
        return self._get_sound_span(begin, end - begin)

    def get_remaining_sound(self) -> Sound:
        """Return the rest of the sound, after the last chunk was added: all samples that `add_chunk_sound`
        has not returned.
        """
        return self._kept

    def _get_sound_up_to(self, sample: int) -> Sound:
        return _cut_sound_span(self._kept, 0, sample - self._from)

    def _get_sound_span(self, sample: int, count: int) -> Sound:
        return _cut_sound_span(self._kept, sample - self._from, count)


def shift_sound(sound: Sound, late: int) -> Sound:
    """Return a sound that begins `late` samples later, with silence before it. If `late` is negative, the
    first samples are removed.
    """
    return np.pad(sound, ((0, 0), (late, 0))) if late > 0 else sound[:, -late:]


def _cut_sound_span(sound: Sound, start: int, count: int) -> Sound:
    """Return samples [start, start + count). Silence is added after the end, because the model's sound ends
    slightly before its pictures.
    """
    found = sound[:, max(0, start) : max(0, start) + count]
    return np.pad(found, ((0, 0), (0, count - found.shape[1])))
