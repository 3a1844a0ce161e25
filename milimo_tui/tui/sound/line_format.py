"""The formats in which the sound process sends sound over a network connection: 16-bit samples, or less data
for a slow connection.

A format for slow connections is reduced in three ways: only every nth sample after a low-pass, one channel
instead of two, and 8-bit µ-law samples (ITU-T G.711). PulseAudio accepts these formats directly, so the other
end needs no codec.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

# The fraction of the connection's rate that sound may use, because pictures share the connection.
SHARE = 0.25
# Parameters of the low-pass. It attenuates by 70 dB, which is far below the noise of µ-law.
CROSSINGS, BETA, CUTOFF = 16, 7.0, 0.9
BIAS, CLIP = 33, 8158  # Constants of G.711 for 14-bit samples.


@dataclass(frozen=True, slots=True)
class LineFormat:
    """A sound format: every `step`th sample of `channels` channels. A µ-law sample has one byte, any other
    sample two.
    """

    step: int
    channels: int
    is_law: bool

    @property
    def frame_bytes(self) -> int:
        """Bytes of one sample frame (one sample of each channel)."""
        return self.channels * (1 if self.is_law else 2)

    def compute_sample_rate(self, sample_rate: int) -> int:
        """Return the sample rate of this format, for sound whose original sample rate is `sample_rate`. Both
        are in samples per second.
        """
        return sample_rate // self.step

    def compute_byte_rate(self, sample_rate: int) -> int:
        """Return the bytes per second in this format, for sound with `sample_rate` samples per second."""
        return self.compute_sample_rate(sample_rate) * self.frame_bytes


FORMATS = (
    LineFormat(1, 2, False),
    *(LineFormat(step, 2, True) for step in (1, 2)),
    *(LineFormat(step, 1, True) for step in (2, 3, 6)),
)
"""The sound formats from the highest to the lowest bit rate. At 48 kHz: 1,536, 768, 384, 192, 128 and 64
kbit/s.
"""


def choose_line_format(line: float, sample_rate: int) -> LineFormat:
    """Return the sound format for a connection that carries `line` bytes per second: the best format that
    uses at most the fraction `SHARE` of that rate, or the smallest format if none does.
    """
    fit = (one for one in FORMATS if one.compute_byte_rate(sample_rate) <= SHARE * line)
    return next(fit, FORMATS[-1])


class SoundPacker:
    """A converter of sound to a network format. It accepts interleaved float32 stereo in successive
    pieces.
    """

    def __init__(self, form: LineFormat) -> None:
        self._form = form
        self._taps = make_low_pass(form.step)
        self.reset_filter()

    def reset_filter(self) -> None:
        """Forget the previous sound, so that the next sound is filtered as if silence came before it."""
        self._kept = np.zeros((len(self._taps) // 2, self._form.channels), np.float32)

    def pack(self, pcm: bytes) -> bytes:
        """Convert a piece of sound to bytes. The last samples are held back for the next call, because the
        filter needs the samples that follow them.
        """
        sound = np.frombuffer(pcm, np.float32).reshape(-1, 2)
        if self._form.channels == 1:
            sound = sound.mean(axis=1, keepdims=True)
        if self._form.step > 1:
            sound = self._thin_samples(np.concatenate([self._kept, sound]))
        samples = np.rint(np.clip(sound, -1, 1) * 32767).astype("<i2")
        return (LAW[samples.view(np.uint16) >> 2] if self._form.is_law else samples).tobytes()

    def _thin_samples(self, sound: NDArray[np.float32]) -> NDArray[np.float32]:
        step, size = self._form.step, len(self._taps)
        if len(sound) < size:
            self._kept = sound
            return sound[:0]
        out: NDArray[np.float32] = sliding_window_view(sound, size, axis=0)[::step] @ self._taps
        self._kept = sound[len(out) * step :]
        return out


def make_low_pass(step: int) -> NDArray[np.float32]:
    """Return the coefficients of the low-pass filter that is applied before only every `step`th sample is
    kept. It removes the frequencies that the remaining samples cannot represent.
    """
    half = CROSSINGS * step
    places = np.arange(-half, half + 1)
    taps = np.sinc(CUTOFF * places / step) * np.kaiser(2 * half + 1, BETA)
    return np.asarray(taps / taps.sum(), np.float32)


def make_mu_law_table() -> NDArray[np.uint8]:
    """Return a table with the µ-law byte of each sample value. The index is the upper 14 bits of a 16-bit
    sample.
    """
    levels = np.arange(1 << 14)
    signed = np.where(levels < 1 << 13, levels, levels - (1 << 14))
    size = np.minimum(np.abs(signed) + BIAS, CLIP + BIAS)
    # Number of the value's segment in the µ-law curve. Each of the eight segments is twice as long as the one
    # before.
    power = np.frexp(size)[1] - 6
    bits = power << 4 | (size >> power + 1) & 15
    return np.asarray(~bits & 0x7F | np.where(signed < 0, 0, 0x80), np.uint8)


LAW = make_mu_law_table()
