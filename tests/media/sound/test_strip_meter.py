"""Test the meter of a strip against FFmpeg's filters on ten signals."""

from __future__ import annotations

from fractions import Fraction
from typing import cast

import av
import numpy as np
import pytest

from milimo_tui.media.loudness.levels import LOWEST
from milimo_tui.media.loudness.strip_meter import RMS_SECONDS, StripMeter
from milimo_tui.media.sound.samples import Sound

RATE = 48000
HOP = RATE // 25


def make_signals() -> dict[str, Sound]:
    random, time = np.random.default_rng(3), np.arange(6 * RATE) / RATE
    tone, noise = np.sin(2 * np.pi * 997 * time), random.normal(0, 0.1, (2, time.size))
    swell = np.linspace(0, 1, time.size)
    bursts = (time % 0.5 < 0.1) * tone
    return {
        name: np.clip(np.stack(pair), -1, 1).astype(np.float32)
        for name, pair in {
            "tone": (tone * 0.5, tone * 0.5),
            "left alone": (tone * 0.5, tone * 0),
            "opposite": (tone * 0.3, -tone * 0.3),
            "quarter turn": (tone * 0.4, np.cos(2 * np.pi * 997 * time) * 0.4),
            "noise": (noise[0], noise[1]),
            "correlated noise": (noise[0], 0.7 * noise[0] + 0.3 * noise[1]),
            "swell": (swell * tone, swell**2 * tone),
            "bursts": (bursts, bursts * 0.25),
            "bass": (np.sin(2 * np.pi * 41 * time) * 0.8, np.sin(2 * np.pi * 43 * time) * 0.8),
            "full scale": (np.sign(tone), np.sign(tone)),
        }.items()
    }


SIGNALS = make_signals()


def filter_metadata(sound: Sound, name: str, options: str, step: int = 1 << 30) -> list[dict[str, str]]:
    """Return the metadata of each frame after one of FFmpeg's filters, which gets `step` samples at once."""
    graph = av.filter.Graph()
    into = graph.add_abuffer(sample_rate=RATE, format="fltp", layout="stereo", time_base=Fraction(1, RATE))
    each, out = graph.add(name, options), graph.add("abuffersink")
    into.link_to(each)
    each.link_to(out)
    graph.configure()
    for at in range(0, sound.shape[1], step):
        part = np.ascontiguousarray(sound[:, at : at + step])
        frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, at, Fraction(1, RATE)
        into.push(frame)
    into.push(None)
    found = []
    while True:
        try:
            found.append(dict(cast("av.AudioFrame", out.pull()).metadata))
        except (av.error.BlockingIOError, av.error.EOFError):
            return found


@pytest.mark.parametrize("name", SIGNALS)
def test_meter_measures_as_ffmpeg(name: str) -> None:
    sound = SIGNALS[name]
    meter, levels = StripMeter(RATE), []
    for at in range(0, sound.shape[1], 5 * HOP):
        levels += meter.measure_strip_levels(sound[:, at : at + 5 * HOP])
    assert len(levels) == 150

    (stats,) = filter_metadata(sound, "astats", "metadata=1:reset=0")[-1:]
    assert max(each.peak_left for each in levels) == pytest.approx(
        float(stats["lavfi.astats.1.Peak_level"]), abs=0.1
    )
    for index in (20, 77, 149):
        end = (index + 1) * HOP
        window = sound[:, end - round(RMS_SECONDS * RATE) : end]
        stats = filter_metadata(window, "astats", "metadata=1:reset=0")[-1]
        for channel, value in ((1, levels[index].rms_left), (2, levels[index].rms_right)):
            wanted = max(LOWEST, float(stats[f"lavfi.astats.{channel}.RMS_level"]))
            assert value == pytest.approx(wanted, abs=0.1)

    loudness = filter_metadata(sound, "ebur128", "metadata=1")
    for step, facts in enumerate(loudness, 1):
        if step % 2 or step <= 30:  # The meters have a value in common every 0.2 s, after 3 s of sound.
            continue
        level = levels[step * 5 // 2 - 1]
        assert level.momentary == pytest.approx(max(LOWEST, float(facts["lavfi.r128.M"])), abs=0.1)
        assert level.short_term == pytest.approx(max(LOWEST, float(facts["lavfi.r128.S"])), abs=0.1)

    phases = filter_metadata(sound, "aphasemeter", "video=0", HOP)
    assert len(phases) == len(levels)
    for level, facts in zip(levels, phases, strict=True):
        assert level.correlation == pytest.approx(float(facts["lavfi.aphasemeter.phase"]), abs=0.02)


def test_silence_has_the_lowest_level_and_correlates() -> None:
    (level, *_) = StripMeter(RATE).measure_strip_levels(np.zeros((2, RATE), np.float32))
    assert (level.peak_left, level.rms_right, level.momentary, level.short_term) == (LOWEST,) * 4
    assert level.correlation == 1.0
