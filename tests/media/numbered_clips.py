"""Write clips whose pictures contain their own number, and read the number back from any decoder's
picture.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

BITS = 12  # bits of the number in a picture, one bar for each
TENS = 10
SIZE = (192, 108)
SAMPLE_RATE = 48_000


def numbered(path: Path, first: int, frames: int, rate: Fraction, *, b_frames: bool) -> None:
    """Write a clip whose pictures show the numbers from `first` on as bars. The clip beeps during each
    picture whose number is a multiple of ten.
    """
    with av.open(str(path), "w") as container:
        options = {"bf": "3" if b_frames else "0", "g": "48", "preset": "veryfast"}
        pictures = container.add_stream("libx264", rate=rate, options=options)
        pictures.width, pictures.height = SIZE
        pictures.codec_context.time_base = 1 / rate
        sound = container.add_stream("pcm_s16le", rate=SAMPLE_RATE, layout="stereo")
        for number in range(frames):
            shown = av.VideoFrame.from_ndarray(_bars(first + number), "rgb24")
            shown.pts, shown.time_base = number, 1 / rate
            container.mux(pictures.encode(shown))
        container.mux(pictures.encode(None))
        heard = av.AudioFrame.from_ndarray(_beeps(first, frames, rate), "s16", layout="stereo")
        heard.sample_rate, heard.pts, heard.time_base = SAMPLE_RATE, 0, Fraction(1, SAMPLE_RATE)
        container.mux(sound.encode(heard))
        container.mux(sound.encode(None))


def _bars(number: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    width, height = SIZE
    picture = np.full((height, width, 3), 16, dtype=np.uint8)
    for bit in range(BITS):
        if number >> bit & 1:
            picture[:, bit * width // BITS : (bit + 1) * width // BITS] = 235
    return picture


def _beeps(first: int, frames: int, rate: Fraction) -> np.ndarray[Any, np.dtype[np.int16]]:
    samples = np.arange(int(frames / rate * SAMPLE_RATE))
    number = first + samples * rate.numerator // (rate.denominator * SAMPLE_RATE)
    wave = np.where(number % TENS == 0, 16_000 * np.sin(samples * 2 * np.pi * 1000 / SAMPLE_RATE), 0)
    return np.repeat(wave.astype(np.int16), 2)[None]


def number_in(picture: Path | av.VideoFrame) -> int:
    """Return the number shown in a picture."""
    if isinstance(picture, Path):
        with av.open(str(picture)) as container:
            picture = next(container.decode(video=0))
    grey = picture.to_ndarray(format="gray")
    height, width = grey.shape
    row = grey[height // 2]
    return sum(1 << bit for bit in range(BITS) if row[bit * width // BITS + width // BITS // 2] > 128)
