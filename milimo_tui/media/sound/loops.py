"""Make sound that repeats without an audible seam."""

from __future__ import annotations

import numpy as np

from milimo_tui.media.sound.samples import Sound


def close_loop(sound: Sound, count: int, fade: int) -> Sound:
    """Return the first `count` samples of a sound as a loop: at most `fade` samples after them are faded into
    the beginning, so that the end of the result continues with its beginning.

    If the sound is shorter than `count` samples, silence is added.
    """
    loop = np.zeros((sound.shape[0], count), np.float32)
    part = sound[:, :count]
    loop[:, : part.shape[1]] = part
    fade = min(fade, count, max(0, sound.shape[1] - count))
    if fade:
        # The two parts are unlike each other, so equal power keeps the level in the middle of the fade. The
        # first sample is the one that follows the end.
        angle = np.arange(fade, dtype=np.float32) * np.float32(np.pi / 2 / fade)
        loop[:, :fade] = loop[:, :fade] * np.sin(angle) + sound[:, count : count + fade] * np.cos(angle)
    return loop
