"""Test the levels of a meter: peaks equal the samples, and momentary loudness equals FFmpeg's measurement for
EBU R 128.
"""

from __future__ import annotations

from dataclasses import astuple
from fractions import Fraction

import av
import numpy as np
import pytest
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as Ended

from milimo_tui.media.loudness.levels import A_SECOND, LOWEST, LevelMeter, MeterLevel
from milimo_tui.media.sound.samples import Sound

RATE = 48_000


def by_ffmpeg(sound: Sound, rate: int) -> dict[int, float]:
    """Return FFmpeg's momentary loudness in LUFS, by the sample after the measured window."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(
        sample_rate=rate, format="fltp", layout="stereo", time_base=Fraction(1, rate)
    )  # fmt: skip
    meter, sink = graph.add("ebur128", "metadata=1"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound), format="fltp", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
    source.push(frame)
    source.push(None)
    found: dict[int, float] = {}
    at = 0
    while True:
        try:
            piece = sink.pull()
        except (NothingYet, Ended):
            return found
        assert isinstance(piece, av.AudioFrame)
        at += piece.samples
        if "lavfi.r128.M" in piece.metadata:
            found[at] = float(piece.metadata["lavfi.r128.M"])


def speech_like(rate: int, seconds: float) -> Sound:
    """Return bursts of noise over a hum, different on each channel."""
    random = np.random.default_rng(7)
    count = int(rate * seconds)
    at = np.arange(count) / rate
    burst = 0.02 + np.clip(np.sin(2 * np.pi * 0.4 * at), 0, None) ** 2
    noise = random.normal(0, 0.15, (2, count)) * np.stack([burst, burst[::-1]])
    return (noise + 0.01 * np.sin(2 * np.pi * 60 * at)).astype(np.float32)


def levels(sound: Sound, rate: int, piece: int) -> list[MeterLevel]:
    meter, out = LevelMeter(rate), []
    for first in range(0, sound.shape[1], piece):
        out += meter.measure_levels(sound[:, first : first + piece])
    return out


@pytest.mark.parametrize("rate", [48_000, 44_100])
def test_momentary_loudness_equals_that_of_ffmpeg(rate: int) -> None:
    sound = speech_like(rate, 6.0)
    hop = rate // A_SECOND
    ours, theirs = levels(sound, rate, 3 * hop), by_ffmpeg(sound, rate)
    both = [(ours[at // hop - 1].loudness, loud) for at, loud in theirs.items() if at % hop == 0]
    assert len(both) > 20
    moving = [(one, other) for one, other in both if other > -70]
    assert max(abs(one - other) for one, other in moving) < 0.1, "Tech 3341 allows 0.1 LU"
    assert max(loud for _, loud in both) - min(loud for _, loud in moving) > 6, "it moved"


def test_pieces_of_any_length_measure_the_same() -> None:
    sound = speech_like(RATE, 2.0)
    hop = RATE // A_SECOND
    one, other = (np.array([astuple(x) for x in levels(sound, RATE, hop * by)]) for by in (1, 10))
    assert np.abs(one - other).max() < 1e-6


def test_each_channel_has_its_own_peak() -> None:
    sound = np.zeros((2, RATE), np.float32)
    sound[0, 1000], sound[1, 30_000] = 0.5, -1.0
    found = levels(sound, RATE, RATE)
    assert len(found) == A_SECOND
    assert found[0].left == pytest.approx(-6.02, abs=0.01)
    assert found[0].right == LOWEST
    assert max(one.right for one in found) == pytest.approx(0.0)
    assert levels(np.zeros((2, RATE), np.float32), RATE, RATE)[-1] == MeterLevel(LOWEST, LOWEST, LOWEST)
