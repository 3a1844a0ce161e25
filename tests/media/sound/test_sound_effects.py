"""Test every sound effect against one uninterrupted graph of libavfilter, from many random start points, and
the delay, tail and silence of effects.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import cast

import av
import numpy as np
import pytest
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as Ended
from numpy.typing import NDArray

from milimo_tui.cut.values.sound_effects import (
    SOUND_EFFECTS,
    SoundChain,
    make_sound_effect,
    measure_chain_tail,
)
from milimo_tui.cut.values.sound_presets import SOUND_PRESETS
from milimo_tui.media.sound.effect_chains import PITCH
from milimo_tui.media.sound.effect_filters import make_filter_steps, make_impulse_response
from milimo_tui.media.sound.filter_chain import FilteredSound
from milimo_tui.media.sound.samples import Sound
from tests.budget import BUDGETS

SECONDS = 24
LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}
# The filters that delay the sound, and the number of samples of the delay at 48 kHz, as an impulse shows it.
DELAYS = {"afftdn": 1200}
# The effects that are graphs of filters. `test_changing_effects` tests a change of pitch.
CONTINUOUS = [name for name, kind in SOUND_EFFECTS.items() if not kind.is_rendered_once and name != PITCH]


class SoundInMemory:
    """An array of samples as a source, with silence outside. It counts the samples that were read."""

    def __init__(self, sound: Sound, sample_rate: int = 48000) -> None:
        self.sound, self.sample_rate, self.channels = sound, sample_rate, len(sound)
        self.count = 0

    def read(self, start: int, samples: int) -> Sound:
        self.count += samples
        out = np.zeros((self.channels, samples), np.float32)
        first, last = max(0, start), min(self.sound.shape[1], start + samples)
        if last > first:
            out[:, first - start : last - start] = self.sound[:, first:last]
        return out

    def close(self) -> None:
        self.sound = np.zeros((self.channels, 0), np.float32)


def speech_like(rate: int = 48000, channels: int = 2, seconds: int = SECONDS) -> Sound:
    """Return loud and soft passages of tones, hiss and hum, between pauses with noise. The first tenth of a
    second is silent, because the first frames of `afftdn` differ if a graph begins within a sound.
    """
    random = np.random.default_rng(7)
    count = rate * seconds
    time = np.arange(count) / rate
    hold = rate // 5
    rows = []
    for channel in range(channels):
        level = np.repeat(random.choice([0.0, 0.05, 0.3, 1.0], count // hold + 1), hold)[:count]
        tones = 0.3 * np.sin(2 * np.pi * (220 + 40 * channel) * time) + 0.2 * np.sin(2 * np.pi * 3100 * time)
        hiss = random.standard_normal(count)
        rows.append(level * (tones + 0.15 * hiss) + 0.004 * hiss + 0.02 * np.sin(2 * np.pi * 50 * time))
    out = np.stack(rows).astype(np.float32)
    out[:, : rate // 10] = 0
    return out


def run_graph(chain: SoundChain, sound: Sound, rate: int = 48000) -> NDArray[np.float64]:
    """Return a sound filtered by one graph from its first to its last sample, without the filters' delay."""
    layout, tick = LAYOUTS[len(sound)], Fraction(1, rate)
    graph = av.filter.Graph()

    def make_input() -> av.filter.context.FilterContext:
        return graph.add_abuffer(sample_rate=rate, format="dblp", layout=layout, time_base=tick)

    def make_frame(values: NDArray[np.float64], at: int) -> av.AudioFrame:
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(values), format="dblp", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, at, tick
        return frame

    source, delay, responses = make_input(), 0, []
    last = source
    for step in (each for effect in chain for each in make_filter_steps(effect, rate)):
        each = graph.add(step.name, step.options or None)
        last.link_to(each)
        last = each
        delay += DELAYS.get(step.name, 0)
        if step.name == "alimiter":
            attack = dict(one.split("=") for one in step.options.split(":"))["attack"]
            delay += math.floor(float(attack) / 1000 * rate) - 1
        if step.reverb is not None:
            into = make_input()
            into.link_to(each, 0, 1)
            responses.append((into, make_impulse_response(step.reverb, rate, len(sound))))
    planes, sink = graph.add("aformat", "sample_fmts=dblp"), graph.add("abuffersink")
    last.link_to(planes)
    planes.link_to(sink)
    graph.configure()
    for into, response in responses:
        into.push(make_frame(response, 0))
        into.push(None)
    source.push(make_frame(sound.astype(np.float64), 0))
    source.push(None)
    parts = []
    while True:
        try:
            parts.append(cast(av.AudioFrame, sink.pull()).to_ndarray())
        except (NothingYet, Ended):
            return np.concatenate(parts, axis=1)[:, delay:].astype(np.float64)


def difference(heard: Sound, wanted: NDArray[np.floating], level: float) -> float:
    """Return the level of the difference of two sounds in dB below `level`."""
    error = math.sqrt(float(np.mean(np.square(heard.astype(np.float64) - wanted))))
    return 20 * math.log10(max(error, 1e-12) / level)


def loudness(sound: NDArray[np.floating]) -> float:
    return max(1e-6, math.sqrt(float(np.mean(np.square(sound.astype(np.float64))))))


def make_chains() -> dict[str, SoundChain]:
    """Return every effect at its defaults and at the ends of its ranges, and every preset."""
    chains: dict[str, SoundChain] = {}
    for name in CONTINUOUS:
        numbers = SOUND_EFFECTS[name].numbers
        chains[name] = (make_sound_effect(name),)
        chains[f"{name} low"] = (make_sound_effect(name, {key: each.low for key, each in numbers.items()}),)
        if name not in ("reverb", "delay"):  # Their longest tail is longer than the signal.
            chains[f"{name} high"] = (
                make_sound_effect(name, {key: each.high for key, each in numbers.items()}),
            )
    chains["reverb high"] = (make_sound_effect("reverb", {"decay": 5, "size": 1, "mix": 1}),)
    chains["delay high"] = (make_sound_effect("delay", {"time": 400, "feedback": 0.8, "mix": 1}),)
    return chains | {
        f"preset {name}": preset.chain
        for name, preset in SOUND_PRESETS.items()
        if all(effect.name != PITCH for effect in preset.chain)
    }


CHAINS = make_chains()


@pytest.mark.long("sound_effects")
@pytest.mark.parametrize("name", CHAINS)
def test_effect_from_any_start_equals_one_uninterrupted_graph(name: str) -> None:
    """No exceptions: from every start, the difference is below −80 dB of the filtered sound."""
    chain, sound = CHAINS[name], speech_like()
    wanted = run_graph(chain, sound)
    random = np.random.default_rng(len(name))
    level, worst = loudness(wanted), -200.0
    for _ in range(BUDGETS["sound_effects"].rounds):
        filtered = FilteredSound(SoundInMemory(sound), chain)
        start = int(random.integers(0, 48000 * (SECONDS - 1)))
        heard = filtered.read(start, int(random.integers(100, 12000)))
        worst = max(worst, difference(heard, wanted[:, start : start + heard.shape[1]], level))
    assert worst < -80


@pytest.mark.parametrize("name", ["dialogue-clean", "hall", "effects"])
def test_random_access_equals_one_uninterrupted_graph(name: str) -> None:
    """Read forwards, backwards and far away with one object, as the studio does."""
    chain, sound = SOUND_PRESETS[name].chain, speech_like(seconds=12)
    wanted, random = run_graph(chain, sound), np.random.default_rng(3)
    filtered, level, at = FilteredSound(SoundInMemory(sound), chain), loudness(wanted), 0
    for number in range(40):
        at = int(random.integers(0, 48000 * 11)) if number % 5 == 0 else at + int(random.integers(-900, 900))
        at = max(0, min(at, 48000 * 11))
        count = int(random.integers(1, 9000))
        heard = filtered.read(at, count)
        assert heard.shape == (2, count)
        assert difference(heard, wanted[:, at : at + count], level) < -80
        at += count


def test_size_of_reads_does_not_change_the_sound() -> None:
    chain, sound = SOUND_PRESETS["dialogue-clean"].chain, speech_like(seconds=4)
    whole = FilteredSound(SoundInMemory(sound), chain).read(0, sound.shape[1])
    for size in (1, 777, 12000):
        filtered, end = FilteredSound(SoundInMemory(sound), chain), 3000 if size == 1 else sound.shape[1]
        parts = [filtered.read(at, min(size, end - at)) for at in range(0, end, size)]
        assert difference(np.concatenate(parts, axis=1), whole[:, :end], loudness(whole)) < -120


def test_reading_on_hears_each_sample_once() -> None:
    memory = SoundInMemory(speech_like(seconds=20))
    filtered = FilteredSound(memory, (make_sound_effect("compressor"),))
    for at in range(0, 48000 * 19, 12000):
        filtered.read(at, 12000)
    assert memory.count < 48000 * 22


@pytest.mark.parametrize("name", CONTINUOUS)
def test_effect_does_not_move_the_sound(name: str) -> None:
    """A pulse stays at its sample, at every rate, also in filters that look ahead."""
    for rate in (44100, 48000):
        numbers = {"mix": 0.2} if "mix" in SOUND_EFFECTS[name].numbers else {}
        sound = np.zeros((2, rate * 3), np.float32)
        sound[:, 2 * rate : 2 * rate + 40] = np.hanning(40) * 0.5
        heard = FilteredSound(SoundInMemory(sound, rate), (make_sound_effect(name, numbers),)).read(
            0, rate * 3
        )
        # The steep filters of a narrow band move its frequencies by about a millisecond.
        most = rate // 800 if name in ("telephone", "radio") else 30
        assert abs(int(np.abs(heard[0]).argmax()) - (2 * rate + 20)) <= most


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_effects_keep_the_channels(channels: int) -> None:
    sound = speech_like(channels=channels, seconds=3)
    chain = (make_sound_effect("eq", {"mid_gain": 6}), make_sound_effect("reverb"))
    heard = FilteredSound(SoundInMemory(sound), chain).read(48000, 48000)
    assert heard.shape == (channels, 48000)
    assert difference(heard, run_graph(chain, sound)[:, 48000:96000], loudness(heard)) < -80


def test_effect_follows_the_channel_that_has_sound() -> None:
    sound = np.zeros((6, 48000), np.float32)
    sound[4] = speech_like(seconds=1)[0]
    heard = FilteredSound(SoundInMemory(sound), (make_sound_effect("telephone"),)).read(0, 48000)
    assert loudness(heard[4]) > 0.01
    assert all(loudness(heard[number]) < 1e-5 for number in (0, 1, 2, 3, 5))


@pytest.mark.parametrize(
    "rate", [8000, 22050, 96000, pytest.param(192000, marks=pytest.mark.long("sound_effects"))]
)
def test_effects_work_at_every_sample_rate(rate: int) -> None:
    """Frequencies above half the sample rate are lowered, so that a filter never fails."""
    sound = speech_like(rate=rate, seconds=3)
    for name in CONTINUOUS:
        numbers = SOUND_EFFECTS[name].numbers
        for value in ("default", "high"):
            given = {
                key: min(getattr(each, value), 2.0 if each.unit == "s" else 1e9)
                for key, each in numbers.items()
            }
            if name == "delay":
                given |= {"time": 100, "feedback": 0.3}
            filtered = FilteredSound(SoundInMemory(sound, rate), (make_sound_effect(name, given),))
            assert np.isfinite(filtered.read(rate, rate // 2)).all()


@pytest.mark.parametrize("name", CONTINUOUS)
def test_samples_that_are_not_numbers_count_as_silence(name: str) -> None:
    sound = speech_like(seconds=2)
    sound[0, 20000], sound[1, 20001], sound[0, 20002] = np.nan, np.inf, -np.inf
    heard = FilteredSound(SoundInMemory(sound), (make_sound_effect(name),)).read(0, 96000)
    assert np.isfinite(heard).all()
    assert loudness(heard[:, 48000:]) > 1e-4


@pytest.mark.parametrize("name", ["reverb", "delay", "distance"])
def test_tail_is_silent_after_the_measured_seconds(name: str) -> None:
    chain = (make_sound_effect(name, {"mix": 1.0} if name != "distance" else {"metres": 100}),)
    sound = np.zeros((2, 48000 * 8), np.float32)
    sound[:, 40000:48000] = speech_like(seconds=1)[:, 40000:]
    heard = FilteredSound(SoundInMemory(sound), chain).read(0, 48000 * 8)
    tail = math.ceil(measure_chain_tail(chain) * 48000)
    assert loudness(heard[:, 48000 : 48000 + tail // 4]) > 1e-3
    assert float(np.abs(heard[:, 48000 + tail :]).max()) < 1e-6


def test_reverb_decays_by_sixty_decibels_in_its_decay() -> None:
    chain = (
        make_sound_effect("reverb", {"decay": 2, "pre_delay": 0, "size": 0, "mix": 1, "damping": 20000}),
    )
    sound = np.zeros((2, 48000 * 3), np.float32)
    sound[:, 0] = 1.0
    heard = FilteredSound(SoundInMemory(sound), chain).read(0, 48000 * 3)
    early, late = heard[:, 4800:9600], heard[:, 52800:57600]  # one second apart
    assert 20 * math.log10(loudness(early) / loudness(late)) == pytest.approx(30, abs=1.5)
    assert not np.allclose(heard[0], heard[1]), "the reverb surrounds the listener"


def test_bypassed_effects_change_no_sample() -> None:
    sound = speech_like(seconds=1)
    chain = (make_sound_effect("radio", bypassed=True), make_sound_effect("reverb", bypassed=True))
    assert np.array_equal(FilteredSound(SoundInMemory(sound), chain).read(0, 48000), sound)


def test_equaliser_compressor_gate_and_notches_do_what_they_say() -> None:
    time = np.arange(48000 * 3) / 48000

    def gain(effect: str, frequency: float, level: float, **numbers: float) -> float:
        sound = np.stack([level * np.sin(2 * np.pi * frequency * time)] * 2).astype(np.float32)
        heard = FilteredSound(SoundInMemory(sound), (make_sound_effect(effect, numbers),)).read(48000, 96000)
        return 20 * math.log10(loudness(heard) / loudness(sound))

    assert gain("eq", 500, 0.1, mid_gain=6) == pytest.approx(6, abs=0.1)
    assert gain("eq", 3500, 0.1, presence_gain=-9) == pytest.approx(-9, abs=0.1)
    assert gain("eq", 30, 0.1, low_cut=120) < -20
    assert gain("eq", 12000, 0.1, high_cut=3000) < -20
    assert gain("compressor", 1000, 0.7, threshold=-30, ratio=20, knee=0) < -15
    assert gain("compressor", 1000, 0.001) == pytest.approx(0, abs=0.1)
    assert gain("gate", 1000, 0.001, range=-40, ratio=20) < -20
    assert gain("gate", 1000, 0.3) == pytest.approx(0, abs=0.1)
    assert gain("dehum", 50, 0.3) < -40
    assert gain("dehum", 150, 0.3) < -40
    assert gain("dehum", 1000, 0.3) == pytest.approx(0, abs=0.2)
    assert gain("telephone", 80, 0.3) < -25
    assert gain("telephone", 10000, 0.3) < -20
    assert gain("distance", 200, 0.3, metres=32, loss=6) < -25
    assert gain("limiter", 200, 1.0, limit=-12) == pytest.approx(-12, abs=0.5)
