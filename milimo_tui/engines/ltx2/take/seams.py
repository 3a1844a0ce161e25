"""Measure the seam between two chunks of a take, by comparing their pictures and sound in the overlap. Pure
numpy.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.picture.delta_e import compute_delta_e, srgb_to_lab

# Pictures are sampled so that at most this number of pixels is compared along their longer side.
LOOKED_AT = 160
LATE_MS = 20  # longest delay between the two sounds that is searched, in milliseconds
# Amplitude (−100 dB) below which a sound counts as silent: it has no level to compare and no phase.
_SILENT = 1e-5
_STRETCH = 4096  # samples for each spectrum, a resolution of 12 Hz at 48 kHz
_LOWEST = 40  # lowest frequency in Hz whose phase is measured, because lower ones are inaudible


@dataclass(frozen=True, slots=True)
class Seam:
    """The comparison of two chunks at a seam. `frame` is the frame of the take at which the later chunk
    begins. The other values compare the later chunk with the earlier one in the frames that both contain.

    - `colour` is the mean CIEDE2000 difference of the pictures, and `colour_most` is that of the frame that
      differs most.
    - `level` is the difference of sound level in dB.
    - `late_ms` is the delay, in milliseconds, at which the two sounds match best, and `alike` is their
      correlation at this delay (1 equal, −1 inverted).
    - `phase` is the phase in degrees (−180 to 180) by which the later chunk lags at the strongest common
      frequency, and `phase_hz` is that frequency in Hz.

    The sound values are None if one of the two sounds is silent.
    """

    frame: int
    colour: float
    colour_most: float
    level: float | None
    alike: float | None
    late_ms: float | None
    phase: float | None
    phase_hz: float | None

    def as_json(self) -> dict[str, Any]:
        """Return the values as a dictionary by field name, rounded to three decimals."""
        return {name: round(value, 3) if value else value for name, value in asdict(self).items()}

    def __str__(self) -> str:
        picture = f"pictures differ by ΔE {self.colour:.1f} (at most {self.colour_most:.1f})"
        if self.level is None:
            return f"frame {self.frame}: {picture}, no sound"
        wave = f"phase {self.phase:+.0f}° at {self.phase_hz:.0f} Hz"
        return (
            f"frame {self.frame}: {picture}, sound by {self.level:+.1f} dB, "
            f"{self.alike:.2f} alike at {self.late_ms:+.1f} ms, {wave}"
        )


def measure_seam(
    frame: int,
    pictures: tuple[NDArray[np.uint8], NDArray[np.uint8]],
    sounds: tuple[NDArray[np.float32], NDArray[np.float32]],
    sample_rate: int,
) -> Seam:
    """Return the seam at a frame. `pictures` (frames, height, width, 3) and `sounds` (2, samples) are pairs
    for the overlap: first the chunk before, then the new chunk.
    """
    before, own = pictures
    nth = max(1, -(-max(before.shape[1:3]) // LOOKED_AT))
    apart = [
        float(compute_delta_e(srgb_to_lab(one[::nth, ::nth]), srgb_to_lab(other[::nth, ::nth])).mean())
        for one, other in zip(before, own, strict=True)
    ]
    return Seam(frame, float(np.mean(apart)), max(apart), *_compare_sounds(sounds, sample_rate))


def measure_sound_seam(
    frame: int, sounds: tuple[NDArray[np.float32], NDArray[np.float32]], sample_rate: int
) -> Seam:
    """Compare two sounds of a take at a seam and return the result. Used for takes whose pictures already
    exist, so that there is no difference between the pictures.
    """
    return Seam(frame, 0.0, 0.0, *_compare_sounds(sounds, sample_rate))


def _compare_sounds(
    sounds: tuple[NDArray[np.float32], NDArray[np.float32]], sample_rate: int
) -> tuple[float | None, float | None, float | None, float | None, float | None]:
    """Return the level, correlation, delay and phase of the second sound relative to the first, and the
    frequency of the phase. All are None if one sound is silent.
    """
    before, own = (sound.mean(axis=0) for sound in sounds)
    loud = [float(np.sqrt(np.mean(np.square(sound, dtype=np.float64)))) for sound in (before, own)]
    if min(loud) < _SILENT:
        return None, None, None, None, None
    most = sample_rate * LATE_MS // 1000
    size = 2 * len(own)
    crossed = np.fft.irfft(np.fft.rfft(own, size) * np.conj(np.fft.rfft(before, size)), size)
    lags = np.concatenate([crossed[-most:], crossed[: most + 1]]) / (len(own) * loud[0] * loud[1])
    best = int(np.argmax(np.abs(lags)))
    level = 20 * np.log10(loud[1] / loud[0])
    delay = (best - most) * 1000 / sample_rate
    return float(level), float(lags[best]), delay, *_measure_phase(before, own, sample_rate)


def _measure_phase(
    before: NDArray[np.float32], own: NDArray[np.float32], sample_rate: int
) -> tuple[float, float]:
    """Return the phase in degrees by which the sound `own` lags behind `before` at their strongest common
    frequency, and that frequency in Hz. Both come from the cross spectrum, averaged over segments that
    overlap by half (Welch 1967).
    """
    size = min(_STRETCH, len(own))
    window = np.hanning(size)
    starts = range(0, len(own) - size + 1, max(1, size // 2))
    spectra = [
        np.conj(np.fft.rfft(before[at : at + size] * window)) * np.fft.rfft(own[at : at + size] * window)
        for at in starts
    ]
    crossed = np.stack(spectra).sum(axis=0)
    hertz = np.fft.rfftfreq(size, 1 / sample_rate)
    strength = np.where(hertz >= min(_LOWEST, hertz[-1]), np.abs(crossed), 0)
    peak = int(np.argmax(strength))
    return -float(np.degrees(np.angle(crossed[peak]))) + 0.0, float(hertz[peak])
