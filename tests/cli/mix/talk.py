"""A film without a script whose cut has one sound on A1, for tests of sound through the command line."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.front_door import Milimo, environment

RATE = 48000


def write_samples(path: Path, samples: NDArray[Any], rate: int = RATE) -> Path:
    """Write an array (channels, samples) as a WAV of float samples, without any change."""
    raw = ["-f", "f32le", "-ar", str(rate), "-ac", str(len(samples)), "-i", "-"]
    data = np.ascontiguousarray(samples.T, "<f4").tobytes()
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", *raw, "-c:a", "pcm_f32le", str(path)], input=data, check=True
    )
    return path


def write_noise(path: Path, seconds: float = 4.0, channels: int = 2, rate: int = RATE) -> Path:
    """Write noise of −20 dBFS."""
    random = np.random.default_rng(5)
    return write_samples(path, 0.1 * random.standard_normal((channels, round(seconds * rate))), rate)


def write_response(path: Path, seconds: float = 0.5, channels: int = 2, rate: int = RATE) -> Path:
    """Write an impulse response: a click, followed by decaying noise."""
    random = np.random.default_rng(9)
    time = np.arange(round(seconds * rate)) / rate
    sound = 0.2 * random.standard_normal((channels, len(time))) * 10 ** (-3 * time / seconds)
    sound[:, 0] = 0.9
    return write_samples(path, sound, rate)


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Milimo]:
    """Return a runner with a film whose cut has four seconds of noise on A1."""
    milimo = Milimo(environment(tmp_path), tmp_path / "work")
    milimo.inside("project", "new", "Talk")
    milimo.inside("run", "cut.new", "name=talk", "empty=true")
    write_noise(milimo.cwd / "noise.wav")
    milimo.inside("run", "asset.add", f"file={milimo.cwd / 'noise.wav'}", "prepare=false")
    milimo.inside("cut", "append", "--asset", "noise.wav", "--track", "A1")
    try:
        yield milimo
    finally:
        milimo.inside("supervisor", "stop", "--now")


def render_samples(talk: Milimo, *words: str) -> NDArray[np.float64]:
    """Render the cut to a WAV and return its samples as an array (channels, samples)."""
    talk.inside("render", "-o", "out.wav", *words)
    with av.open(str(talk.cwd / "out.wav")) as film:
        stream = film.streams.audio[0]
        parts = [frame.to_ndarray().reshape(-1, stream.channels) for frame in film.decode(stream)]
    (talk.cwd / "out.wav").unlink()
    return np.concatenate(parts).T.astype(float) / 2**31


def measure_level(samples: NDArray[Any]) -> float:
    """Return the RMS level in dB."""
    return float(10 * np.log10(np.mean(np.square(samples.astype(np.float64))) + 1e-20))


def measure_band(samples: NDArray[Any], low: float, high: float) -> float:
    """Return the level of a band of frequencies of the first channel in dB."""
    spectrum = np.abs(np.fft.rfft(samples[0].astype(np.float64))) ** 2
    frequencies = np.fft.rfftfreq(samples.shape[1], 1 / RATE)
    chosen = spectrum[(frequencies >= low) & (frequencies < high)]
    return float(10 * np.log10(chosen.sum() / samples.shape[1] ** 2 + 1e-20))
