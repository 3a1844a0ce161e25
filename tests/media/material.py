"""Media made by the tests: pictures with their frame number as bars, and sound with clicks at known
samples.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.time import frame_to_sample
from milimo_tui.media.encode.take_file import write_take
from milimo_tui.media.picture.colour import Rgb, to_rgb

WIDTH, HEIGHT = 160, 96
BITS = 16
Sound = NDArray[np.float32]
FILM_RATES = [Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001)]


def numbered(
    number: int, colour: tuple[int, int, int] = (90, 90, 90), width: int = WIDTH, height: int = HEIGHT
) -> Rgb:
    """Return a flat picture with `number` as 16 bars in its upper half: white for 1, black for 0, the most
    significant bit on the left.
    """
    picture = np.empty((height, width, 3), np.uint8)
    picture[:] = colour
    edges = np.linspace(0, width, BITS + 1).astype(int)
    for bit in range(BITS):
        on = number >> (BITS - 1 - bit) & 1
        picture[: height // 2, edges[bit] : edges[bit + 1]] = 235 if on else 20
    return picture


def read_number(picture: Rgb) -> int:
    """Return the number in the bars of a picture."""
    height, width = picture.shape[:2]
    row = picture[height // 8 : height * 3 // 8].mean(axis=(0, 2))
    edges = np.linspace(0, width, BITS + 1)
    value = 0
    for bit in range(BITS):
        middle = int((edges[bit] + edges[bit + 1]) / 2)
        value = value << 1 | int(row[middle] > 128)
    return value


def ground_of(picture: Rgb) -> tuple[int, int, int]:
    """Return the mean colour of a picture's lower half."""
    height = picture.shape[0]
    red, green, blue = picture[height * 5 // 8 : height * 7 // 8].mean(axis=(0, 1))
    return round(red), round(green), round(blue)


def near(colour: tuple[int, int, int], other: tuple[int, int, int], within: int = 6) -> bool:
    return all(abs(int(a) - int(b)) <= within for a, b in zip(colour, other, strict=True))


def clicks(samples: int, at: list[int], level: float = 0.9) -> Sound:
    """Return silence of `samples` samples with one-sample clicks on both channels at the samples `at`."""
    sound = np.zeros((2, samples), np.float32)
    sound[:, at] = level
    return sound


def found_clicks(sound: Sound, least: float = 0.3) -> list[int]:
    """Return the sample index of each click, where the left channel exceeds `least`."""
    loud = np.flatnonzero(np.abs(sound[0]) > least)
    groups = np.split(loud, np.flatnonzero(np.diff(loud) > 50) + 1)
    return [int(group[np.argmax(np.abs(sound[0][group]))]) for group in groups if group.size]


def make_take(
    path: Path,
    frames: int,
    *,
    rate: Fraction = Fraction(25),
    first: int = 0,
    colour: tuple[int, int, int] = (90, 90, 90),
    width: int = WIDTH,
    height: int = HEIGHT,
    sound: Sound | None = None,
) -> Path:
    """Write a take whose frame k shows the number first + k, and return its path."""
    write_take(
        path,
        (numbered(first + index, colour, width, height) for index in range(frames)),
        width=width,
        height=height,
        rate=rate,
        frames=frames,
        sound=sound,
    )
    return path


def tone(frames: int, rate: Fraction, level: float = 0.25, hertz: float = 440.0) -> Sound:
    time = np.arange(frame_to_sample(frames, rate, 48000)) / 48000
    wave = (level * np.sin(2 * np.pi * hertz * time)).astype(np.float32)
    return np.stack([wave, wave])


def pictures_of(path: Path) -> Iterator[Rgb]:
    """Yield every picture of a file, decoded from its start."""
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield to_rgb(frame)


def sound_of(path: Path) -> Sound:
    """Return all sound of a file as floats of shape (2, n), at the file's own rate."""
    parts: list[NDArray[np.float32]] = []
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="fltp", layout="stereo")
        for frame in container.decode(audio=0):
            parts.extend(part.to_ndarray().astype(np.float32) for part in resampler.resample(frame))
    return np.concatenate(parts, axis=1)
