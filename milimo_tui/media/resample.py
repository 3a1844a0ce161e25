"""Sound at another sample rate, whole in memory. The file readers of `sound` resample for themselves."""

from __future__ import annotations

import av
import numpy as np

from milimo_tui.media.sound import Sound

BLOCK = 1 << 16


def resample(sound: Sound, rate: int, wanted: int) -> Sound:
    """Float (2, n) at `rate` as (2, round(n * wanted / rate)) at `wanted`; itself when they agree."""
    if rate == wanted:
        return sound
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=wanted)
    out = []
    for start in range(0, sound.shape[1], BLOCK):
        piece = np.ascontiguousarray(sound[:, start : start + BLOCK], np.float32)
        frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="stereo")
        frame.sample_rate = rate
        frame.pts = start
        out += [part.to_ndarray() for part in resampler.resample(frame)]
    out += [part.to_ndarray() for part in resampler.resample(None)]
    length = (sound.shape[1] * wanted * 2 + rate) // (2 * rate)
    made = np.concatenate(out, axis=1) if out else np.zeros((2, 0), np.float32)
    return np.pad(made, ((0, 0), (0, max(0, length - made.shape[1]))))[:, :length].astype(np.float32)
