"""Make room tones: the quiet sound of each kind of place and of the weather, from filtered noise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
LOOP = 1 << 17  # number of samples after which the noise repeats


@dataclass(frozen=True, slots=True)
class ToneNoise:
    """The source of a room tone: length in samples, sample rate and random numbers."""

    count: int
    rate: int
    chance: np.random.Generator

    @property
    def time(self) -> Samples:
        """The time of each sample in seconds."""
        return np.arange(self.count, dtype=np.float32) / np.float32(self.rate)

    def make_noise(self, low: float, high: float, slope: float = 0.0) -> Samples:
        """Return stereo noise between two frequencies in Hz, with RMS 1 and shape (2, n).

        Its level falls by `slope` for each doubling of the frequency. The noise repeats seamlessly after 2.7
        s, the period of the Fourier transform.
        """
        size = min(1 << max(8, (max(1, self.count) - 1).bit_length()), LOOP)
        frequency = np.fft.rfftfreq(size, 1 / self.rate).astype(np.float32)
        safe = np.maximum(frequency, 1.0)
        gain = (safe / (safe + low)) ** 2 / (1 + (safe / high) ** 4) * (safe / 1000) ** (-slope)
        parts = self.chance.standard_normal((3, 2, frequency.size), dtype=np.float32)
        loops = np.fft.irfft((parts[:, 0] + 1j * parts[:, 1]) * gain, size, axis=1)
        # The channels share part of their sound, so that the result is wide but keeps a centre.
        stereo = loops[:2] * 0.75 + loops[2] * 0.65
        stereo /= np.sqrt(np.mean(stereo * stereo)) or 1.0
        return np.asarray(np.tile(stereo, -(-self.count // size))[:, : self.count], dtype=np.float32)

    def make_swell(self, period: float, depth: float) -> Samples:
        """Return a factor for the level of each sample. The factor swells slowly between about 1 − `depth`
        and 1 + `depth`, with a period of `period` seconds.
        """
        phase = self.chance.random(2) * 2 * np.pi
        turn = 2 * np.pi * self.time / period
        wave = 0.6 * np.sin(turn + phase[0]) + 0.4 * np.sin(turn / 0.43 + phase[1])
        return np.asarray(1 + depth * wave, dtype=np.float32)

    def make_hum(self, base: float, harmonics: tuple[int, ...], fall: float) -> Samples:
        """Return a steady hum that consists of harmonics of the frequency `base` in Hz. `harmonics` are their
        numbers. Harmonic n has the amplitude 1 / n to the power of `fall`.
        """
        turn = 2 * np.pi * base * self.time
        out = np.zeros(self.count, dtype=np.float32)
        for harmonic in harmonics:
            out += np.sin(harmonic * turn + harmonic) / np.float32(harmonic**fall)
        return out


def _make_street(air: ToneNoise) -> Samples:
    return air.make_noise(40, 420, 0.5) * 0.02 * air.make_swell(5.5, 0.45)


def _make_murmur(air: ToneNoise) -> Samples:
    out = air.make_noise(240, 900, 0.3) * 0.006
    for _ in range(3):
        pace, phase = 2.4 + 2.2 * air.chance.random(), 6 * air.chance.random()
        babble = np.clip(np.sin(2 * np.pi * air.time * pace + phase), 0, 1).astype(np.float32)
        out += air.make_noise(260 + 200 * air.chance.random(), 1100, 0.4) * babble * np.float32(0.007)
    return out


def _make_electric(air: ToneNoise) -> Samples:
    return air.make_noise(120, 2600, 0.4) * 0.005 + 0.004 * air.make_hum(50, (1, 2, 4), 1.4)


def _make_vault(air: ToneNoise) -> Samples:
    return air.make_noise(30, 300, 0.6) * 0.012 * air.make_swell(7, 0.3)


def _make_rails(air: ToneNoise) -> Samples:
    beat = np.exp(-18 * (air.time % 0.92)) + 0.8 * np.exp(-18 * ((air.time - 0.17) % 0.92))
    return np.asarray(air.make_noise(40, 320, 0.5) * (0.016 + 0.05 * beat), dtype=np.float32)


def _make_motor(air: ToneNoise) -> Samples:
    return air.make_noise(60, 700, 0.4) * 0.012 + 0.008 * air.make_hum(38, (1, 2, 3, 4), 1.0)


def _make_surf(air: ToneNoise) -> Samples:
    return air.make_noise(120, 2400, 0.35) * 0.02 * np.clip(air.make_swell(6.5, 0.85), 0.08, None)


def _make_wind(air: ToneNoise) -> Samples:
    return air.make_noise(160, 620, 0.2) * 0.012 * np.clip(air.make_swell(4.2, 0.7), 0.1, None)


def _make_room_sound(air: ToneNoise) -> Samples:
    return air.make_noise(80, 1200, 0.5) * 0.005


_PLACES: dict[str, Callable[[ToneNoise], Samples]] = {
    "street": _make_street,
    "bar": _make_murmur,
    "hum": _make_electric,
    "hall": _make_vault,
    "train": _make_rails,
    "car": _make_motor,
    "sea": _make_surf,
    "wind": _make_wind,
    "interior": _make_room_sound,
}


def make_tone(kind: str, weather: tuple[str, ...], air: ToneNoise, *, inside: bool) -> Samples:
    """Return the room tone of a place with its weather, as floats of shape (2, n), quiet enough for
    dialogue.
    """
    out = _PLACES[kind](air)
    if "rain" in weather:
        out = out + (
            air.make_noise(250, 1500, 0.1) * 0.01 if inside else air.make_noise(900, 9000, 0.1) * 0.02
        )
    if "fire" in weather:
        crackle = air.chance.random(air.count, dtype=np.float32) > 0.9994
        out = out + air.make_noise(900, 6000) * (0.05 * crackle + 0.003)
    if "neon" in weather:
        buzz = np.sign(np.sin(2 * np.pi * 100 * air.time)) * (np.sin(2 * np.pi * 3.1 * air.time) > -0.4)
        out = out + 0.004 * buzz
    return np.asarray(out, dtype=np.float32)
