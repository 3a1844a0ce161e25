"""Test that no true peak of a mastered mix is above its limit, measured by FFmpeg's `ebur128`, for random
mixes: signals, levels, pans, buses, sends and automation.
"""

from __future__ import annotations

from fractions import Fraction
from typing import cast

import av
import numpy as np
import pytest

from milimo_tui.cut.plan.plan import PlanMixer, PlanSend, PlanStrip
from milimo_tui.cut.values.keyframes import Keyframe
from milimo_tui.cut.values.mixer import Automation, StripKind
from milimo_tui.media.loudness.master import MasteredMix
from milimo_tui.media.sound.bus_mix import StripMix
from milimo_tui.media.sound.samples import Sound, make_silence
from tests.budget import BUDGETS

RATE, LIMIT = 48000, -1.0


class RecordedSound:
    """A sound in memory as a sample source."""

    sample_rate, channels = RATE, 2

    def __init__(self, sound: Sound) -> None:
        self.sound = sound

    def read(self, start: int, samples: int) -> Sound:
        out = make_silence(samples)
        low, high = max(0, start), min(self.sound.shape[1], start + samples)
        if low < high:
            out[:, low - start : high - start] = self.sound[:, low:high]
        return out

    def close(self) -> None:
        pass


class RandomMix:
    """A mix of one second with two to five random tracks and a random bus. Stands for a `Mixer`."""

    sample_rate, channels, samples = RATE, 2, RATE

    def __init__(self, seed: int) -> None:
        random = np.random.default_rng(seed)
        count = int(random.integers(2, 6))
        bus, master = count, count + 1
        strips = [
            PlanStrip(
                name=f"A{number}",
                kind=StripKind.TRACK,
                gain_db=float(random.uniform(-12, 18)),
                pan=float(random.uniform(-1, 1)),
                output=int(random.choice([bus, master])),
                sends=(PlanSend(strip=bus, gain_db=float(random.uniform(-12, 6))),),
            )
            for number in range(count)
        ]
        curve = (Keyframe(0, float(random.uniform(-20, 12))), Keyframe(20, float(random.uniform(-20, 12))))
        strips += [
            PlanStrip(
                name="bus", kind=StripKind.BUS, output=master, automation=Automation((("volume", curve),))
            ),
            PlanStrip(name="master", kind=StripKind.MASTER, gain_db=float(random.uniform(-6, 6))),
        ]
        tracks = {number: RecordedSound(make_random_sound(random)) for number in range(count)}
        self._mix = StripMix(PlanMixer(rate=Fraction(25), strips=tuple(strips)), tracks, RATE, 2)

    def read_unclipped(self, start: int, samples: int) -> Sound:
        return self._mix.read(start, samples)

    def close(self) -> None:
        pass


def make_random_sound(random: np.random.Generator) -> Sound:
    time = np.arange(RATE) / RATE
    kind = int(random.integers(0, 5))
    if kind == 0:
        sound = np.sin(2 * np.pi * random.uniform(20, 20000) * time + random.uniform(0, 6))
    elif kind == 1:
        sound = random.normal(0, 0.4, RATE)
    elif kind == 2:
        sound = np.sign(np.sin(2 * np.pi * random.uniform(30, 8000) * time))
    elif kind == 3:
        sound = np.where(random.uniform(size=RATE) < 0.001, random.uniform(-1, 1, RATE), 0.0)
    else:
        sound = np.cos(2 * np.pi * (RATE / 4) * time + np.pi / 4) * (time % 0.1 < 0.05)
    other = np.roll(sound, int(random.integers(0, 5)))
    return np.stack([sound, other]).astype(np.float32)


def measure_true_peak(sound: Sound) -> float:
    """Return the true peak in dBTP, as FFmpeg's filter `ebur128` measures it."""
    graph = av.filter.Graph()
    into = graph.add_abuffer(sample_rate=RATE, format="fltp", layout="stereo", time_base=Fraction(1, RATE))
    meter, out = graph.add("ebur128", "metadata=1:peak=true"), graph.add("abuffersink")
    into.link_to(meter)
    meter.link_to(out)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound), format="fltp", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
    into.push(frame)
    into.push(None)
    peak = 0.0
    while True:
        try:
            metadata = cast("av.AudioFrame", out.pull()).metadata
        except (av.error.BlockingIOError, av.error.EOFError):
            return 20 * np.log10(peak) if peak else -np.inf
        peak = max(peak, float(metadata.get("lavfi.r128.true_peak", 0.0)))


def check_random_mixes(first: int, count: int) -> float:
    """Master random mixes and return their highest true peak in dBTP."""
    highest = -np.inf
    for seed in range(first, first + count):
        mastered = MasteredMix(RandomMix(seed), float(seed % 13), LIMIT)  # type: ignore[arg-type]
        peak = measure_true_peak(mastered.read(0, RATE))
        assert peak <= LIMIT, f"seed {seed}: {peak:.3f} dBTP"
        highest = max(highest, peak)
    return float(highest)


def test_true_peak_of_random_mixes_is_within_the_limit() -> None:
    assert check_random_mixes(0, 20) > LIMIT - 0.5, "the limiter must not reduce more than necessary"


@pytest.mark.long("true_peak")
def test_true_peak_of_many_random_mixes_is_within_the_limit() -> None:
    check_random_mixes(100, BUDGETS["true_peak"].rounds)
