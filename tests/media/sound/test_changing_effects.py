"""Test effects whose numbers change over time, and changes of pitch: from any start, without clicks, and with
the right numbers at the keys.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from milimo_tui.cut.values.keyframes import Curve, Easing, Keyframe
from milimo_tui.cut.values.sound_effects import (
    SOUND_EFFECTS,
    SoundChain,
    SoundEffect,
    make_sound_effect,
    set_effect_curve,
)
from milimo_tui.media.sound.effect_chains import open_effects
from milimo_tui.media.sound.samples import FrameClock, Sound
from tests.budget import BUDGETS
from tests.media.sound.test_sound_effects import SoundInMemory, difference, loudness, speech_like

RATE, SECONDS = 48000, 12
CLOCK = FrameClock(25 / RATE, 30)  # The clip begins 1.2 s after the start of the film.


def with_keys(
    name: str, number: str, *values: float, easing: Easing = Easing.LINEAR, **numbers: float
) -> SoundEffect:
    """Return an effect in which a number has keys every 3 s, from the second second of the clip."""
    keys: Curve = tuple(Keyframe(25 + 75 * place, value, easing) for place, value in enumerate(values))
    return set_effect_curve(make_sound_effect(name, numbers), number, keys)


def process(chain: SoundChain, sound: Sound) -> Sound:
    return open_effects(SoundInMemory(sound), chain, CLOCK).read(0, sound.shape[1])


def make_changing_chains() -> dict[str, SoundChain]:
    """Return a chain for each effect that can have keys, in which its first number goes through its range,
    and some longer chains.
    """
    chains: dict[str, SoundChain] = {}
    for name, kind in SOUND_EFFECTS.items():
        if kind.allows_keys:
            number = next(iter(kind.numbers.values()))
            high = 3.0 if name == "reverb" else 400.0 if name == "delay" else number.high
            chains[name] = (with_keys(name, number.name, number.low, high, number.low),)
    mixed = with_keys("eq", "mid_gain", -12, 12, easing=Easing.BOTH, low_cut=80)
    chains["two numbers"] = (set_effect_curve(mixed, "mid_q", (Keyframe(0, 0.5), Keyframe(200, 8))),)
    chains["held"] = (with_keys("compressor", "threshold", -10, -50, -20, easing=Easing.HOLD),)
    chains["one key"] = (with_keys("eq", "low_cut", 200),)
    changing = with_keys("eq", "high_cut", 20000, 800)
    chains["three"] = (make_sound_effect("compressor"), changing, make_sound_effect("reverb"))
    chains["pitch"] = (make_sound_effect("pitch", {"semitones": -4}),)
    chains["pitch last"] = (
        make_sound_effect("compressor"),
        changing,
        make_sound_effect("pitch", {"semitones": 7}),
    )
    return chains


CHAINS = make_changing_chains()


@pytest.mark.long("sound_effects")
@pytest.mark.parametrize("name", CHAINS)
def test_changing_effect_is_the_same_from_any_start(name: str) -> None:
    chain, sound = CHAINS[name], speech_like(seconds=SECONDS)
    wanted = process(chain, sound)
    random = np.random.default_rng(len(name))
    level, worst = loudness(wanted), -200.0
    for _ in range(BUDGETS["sound_effects"].rounds):
        start, count = int(random.integers(0, RATE * (SECONDS - 1))), int(random.integers(100, 12000))
        heard = open_effects(SoundInMemory(sound), chain, CLOCK).read(start, count)
        worst = max(worst, difference(heard, wanted[:, start : start + count], level))
    assert worst < -80


@pytest.mark.parametrize("name", ["eq", "limiter", "two numbers", "pitch last"])
def test_random_reads_of_one_object_are_the_same(name: str) -> None:
    chain, sound = CHAINS[name], speech_like(seconds=SECONDS)
    wanted, random = process(chain, sound), np.random.default_rng(3)
    source, at = open_effects(SoundInMemory(sound), chain, CLOCK), 0
    for number in range(30):
        at = int(random.integers(0, RATE * 11)) if number % 5 == 0 else at + int(random.integers(-900, 900))
        at, count = max(0, min(at, RATE * 11)), int(random.integers(1, 9000))
        assert difference(source.read(at, count), wanted[:, at : at + count], loudness(wanted)) < -80
        at += count


def make_tone(frequency: float, seconds: float = SECONDS) -> Sound:
    tone = 0.25 * np.sin(2 * np.pi * frequency * np.arange(round(seconds * RATE)) / RATE)
    return np.stack([tone, tone]).astype(np.float32)


def measure_gain(heard: NDArray[np.float32], sound: Sound, second: float) -> float:
    part = slice(round(second * RATE), round((second + 0.2) * RATE))
    return 20 * math.log10(loudness(heard[:, part]) / loudness(sound[:, part]))


def test_numbers_are_exact_before_and_after_the_keys_and_between_them_in_the_middle() -> None:
    """A tone at the middle of a band has the gain of the band, at each moment."""
    sound = make_tone(500)
    heard = process((with_keys("eq", "mid_gain", -12, 12),), sound)
    # The keys are at frames 25 and 100 of a clip that begins at 1.2 s, which are 2.2 s and 5.2 s of the film.
    assert measure_gain(heard, sound, 1) == pytest.approx(-12, abs=0.05)
    assert measure_gain(heard, sound, 3.6) == pytest.approx(0, abs=0.3)
    assert measure_gain(heard, sound, 4.35) == pytest.approx(6, abs=0.3)
    assert measure_gain(heard, sound, 6) == pytest.approx(12, abs=0.05)


@pytest.mark.parametrize(
    "effect",
    [
        with_keys("eq", "low_cut", 0, 300, 20),
        with_keys("eq", "mid_gain", -24, 24, -24),
        with_keys("eq", "mid_gain", -24, 24, -24, easing=Easing.HOLD),
        with_keys("compressor", "threshold", -5, -50, -5),
        with_keys("reverb", "decay", 0.3, 3, mix=0.5),
        with_keys("delay", "time", 100, 400),
        with_keys("dehum", "frequency", 50, 100),
    ],
)
def test_change_makes_no_click(effect: SoundEffect) -> None:
    """A click is a short wideband sound. Far above a tone of 1 kHz, nothing is heard at any moment."""
    heard = process((effect,), make_tone(1000))[0].astype(np.float64)
    window = np.hanning(4096)
    loudest = 0.0
    for start in range(RATE, len(heard) - 4096, 2048):
        spectrum = np.abs(np.fft.rfft(heard[start : start + 4096] * window)) / 1024
        loudest = max(loudest, float(spectrum[4096 * 6000 // RATE :].max()))
    assert 20 * math.log10(loudest + 1e-12) < -75


@pytest.mark.parametrize("semitones", [-12, -4, 0.5, 7, 12])
def test_pitch_changes_by_semitones_and_the_level_stays(semitones: float) -> None:
    sound = make_tone(220)
    heard = process((make_sound_effect("pitch", {"semitones": semitones}),), sound)
    assert heard.shape == sound.shape
    part = heard[0, RATE : RATE + (1 << 18)].astype(np.float64)
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), 1 << 20))
    found = float(spectrum.argmax()) * RATE / (1 << 20)
    assert 1200 * math.log2(found / 220) == pytest.approx(100 * semitones, abs=4)
    assert measure_gain(heard, sound, 4) == pytest.approx(0, abs=0.5)


def test_pitch_of_nothing_changes_nothing_and_sound_is_not_delayed() -> None:
    sound = speech_like(seconds=4)
    assert np.array_equal(process((make_sound_effect("pitch"),), sound), sound)
    noise = np.zeros((2, 4 * RATE), np.float32)
    noise[:, RATE : 2 * RATE] = speech_like(seconds=2)[:, RATE : 2 * RATE] + 0.2
    for semitones in (-7, 7):
        heard = np.abs(process((make_sound_effect("pitch", {"semitones": semitones}),), noise)[0])
        active = np.flatnonzero(heard > 0.01)
        assert abs(int(active[0]) - RATE) < 0.03 * RATE
        assert abs(int(active[-1]) - 2 * RATE) < 0.03 * RATE
