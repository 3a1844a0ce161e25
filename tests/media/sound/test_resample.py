"""Test resampling by numbers: passed frequencies, suppressed frequencies, and sample positions. Levels are in
dB of full scale.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from milimo_tui.media.sound.resample import ResampledSound, resample
from milimo_tui.media.sound.samples import Sound, make_silence

PASSED = 0.91  # Highest frequency that passes unchanged, as a share of half the lower sample rate.
RATES = [(44100, 48000), (48000, 44100), (22050, 48000), (96000, 48000), (32000, 48000), (44056, 48000)]


class Wave:
    """A sound source that is an endless sine."""

    def __init__(self, rate: int, hertz: float) -> None:
        self.sample_rate, self.channels, self._turn = rate, 1, 2 * np.pi * hertz / rate

    def read(self, start: int, samples: int) -> Sound:
        sound: Sound = np.sin(self._turn * np.arange(start, start + samples))[None].astype(np.float32)
        return sound

    def close(self) -> None:
        """Do nothing, because there is no open file."""


class Numbers:
    """A sound source with the samples of an array, and silence outside of it."""

    def __init__(self, rate: int, sound: Sound) -> None:
        self.sample_rate, self.channels, self._sound = rate, len(sound), sound

    def read(self, start: int, samples: int) -> Sound:
        out = make_silence(samples, self.channels)
        first, last = max(0, start), min(self._sound.shape[1], start + samples)
        if last > first:
            out[:, first - start : last - start] = self._sound[:, first:last]
        return out

    def close(self) -> None:
        """Do nothing, because there is no open file."""


def decibels(value: float) -> float:
    return float(20 * np.log10(max(value, 1e-12)))


def fit(heard: NDArray[np.floating], hertz: float, rate: int) -> tuple[float, float]:
    """Return the level of a tone and the level of everything else, both in dB."""
    turn = 2 * np.pi * hertz / rate * np.arange(heard.size)
    basis = np.stack([np.sin(turn), np.cos(turn)], 1)
    values = heard.astype(np.float64)
    found, *_ = np.linalg.lstsq(basis, values, rcond=None)
    rest = values - basis @ found
    return decibels(float(np.hypot(*found))), decibels(float(np.sqrt(2 * np.mean(rest**2))))


def step(source: Wave | Numbers, ratio: Fraction, origin: Fraction = Fraction(0)) -> ResampledSound:
    return ResampledSound(source, ratio, origin, 48000)


@pytest.mark.parametrize(("native", "wanted"), RATES)
def test_tones_up_to_the_limit_pass_unchanged(native: int, wanted: int) -> None:
    """The level of a tone is kept within 0.001 dB. Everything else (aliases, images, noise) is below −120
    dB.
    """
    for share in (0.01, 0.2, 0.5, 0.8, PASSED):
        hertz = share * min(native, wanted) / 2
        sound = ResampledSound(Wave(native, hertz), Fraction(native, wanted), Fraction(0), wanted)
        level, rest = fit(sound.read(10_000, 8_000)[0], hertz, wanted)
        assert abs(level) < 0.001, (share, level)
        assert rest < -120, (share, rest)


@pytest.mark.parametrize(("native", "wanted"), [(48000, 44100), (96000, 48000), (192000, 44100)])
def test_tones_above_the_lower_rate_leave_no_alias(native: int, wanted: int) -> None:
    for hertz in np.linspace(wanted / 2 * 1.001, native / 2 * 0.999, 7):
        sound = ResampledSound(Wave(native, float(hertz)), Fraction(native, wanted), Fraction(0), wanted)
        assert decibels(float(np.abs(sound.read(10_000, 4_000)).max())) < -115, hertz


@pytest.mark.parametrize("speed", [Fraction(2), Fraction(1, 2), Fraction(5, 4), Fraction(997, 1009)])
def test_speed_moves_the_pitch_and_adds_nothing(speed: Fraction) -> None:
    heard = step(Wave(48000, 3000), speed)
    level, rest = fit(heard.read(10_000, 8_000)[0], 3000 * float(speed), 48000)
    assert abs(level) < 0.001
    assert rest < -110


@pytest.mark.parametrize("speed", [Fraction(100), Fraction(1009, 10), Fraction(1, 100), Fraction(1, 333)])
def test_fastest_and_slowest_speeds_are_equally_clean(speed: Fraction) -> None:
    hertz = min(10_000.0, 1000 / float(speed))
    heard = step(Wave(48000, hertz), speed).read(10_000, 8_000)[0]
    level, rest = fit(heard, hertz * float(speed), 48000)
    assert abs(level) < 0.001
    assert rest < -95


@pytest.mark.parametrize("speed", [Fraction(-1), Fraction(-2), Fraction(-1, 2)])
def test_reverse_is_the_same_sound_backwards(speed: Fraction) -> None:
    sound = np.random.default_rng(3).normal(0, 0.2, (2, 9600)).astype(np.float32)
    turned = step(Numbers(48000, sound[:, ::-1].copy()), -speed).read(0, 4000)
    heard = step(Numbers(48000, sound), speed, Fraction(9599)).read(0, 4000)
    assert np.abs(heard - turned).max() < 1e-6


@pytest.mark.parametrize(("native", "wanted"), [*RATES, (8000, 48000), (11025, 44100), (48000, 48000)])
def test_lengths_are_exact(native: int, wanted: int) -> None:
    for samples in (1, 147, 1000, 12345):
        made = resample(np.zeros((2, samples), np.float32), native, wanted)
        assert made.shape == (2, int(Fraction(samples * wanted, native) + Fraction(1, 2)))


@pytest.mark.parametrize(
    "ratio", [Fraction(147, 160), Fraction(160, 147), Fraction(7), Fraction(44056, 48000), Fraction(3, 2)]
)
def test_any_start_and_any_block_give_the_same_samples(ratio: Fraction) -> None:
    sound = np.random.default_rng(4).normal(0, 0.2, (2, 60_000)).astype(np.float32)
    whole = step(Numbers(44100, sound), ratio, Fraction(5)).read(0, 8000)
    piece = step(Numbers(44100, sound), ratio, Fraction(5))
    for start, samples in ((1, 1), (3, 700), (777, 1601), (4001, 3999)):
        assert np.abs(piece.read(start, samples) - whole[:, start : start + samples]).max() < 2e-7


@pytest.mark.parametrize("ratio", [Fraction(147, 160), Fraction(2), Fraction(44056, 48000)])
def test_origin_shifts_the_sound_exactly(ratio: Fraction) -> None:
    """The position of a sample is exact to a thousandth of a sample, even two hours into a film."""
    far = 48000 * 7200
    for origin in (Fraction(0), Fraction(1000), Fraction(-33) / ratio.denominator):
        heard = step(Wave(48000, 1000), ratio, origin).read(far, 2000)[0]
        turns = [float((origin + place * ratio) / 48 % 1) for place in range(far, far + 2000)]
        # The wave has a period of 48 samples, so this error is less than a thousandth of a sample.
        assert np.abs(heard - np.sin(2 * np.pi * np.array(turns))).max() < 1e-4
