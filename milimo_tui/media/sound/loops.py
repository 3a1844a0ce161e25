"""Join sound without an audible seam: sound that repeats, and sound of which a range was replaced."""

from __future__ import annotations

import numpy as np

from milimo_tui.media.sound.samples import Sound

SPLICE_FADE = 0.02  # seconds of the cross-fade between old and new sound, inside the range


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


def splice_sound(old: Sound, new: Sound, begin: int, end: int, sample_rate: int) -> Sound:
    """Return the old sound (2, n) with samples [begin, end) replaced by the first samples of `new`.

    The sound is cross-faded over at most 20 ms at each edge of the range, inside the range. An edge that is
    also the start or end of the sound has no cross-fade.
    """
    out = old.copy()
    length = end - begin
    fresh = np.pad(new[:, :length], ((0, 0), (0, max(0, length - new.shape[1]))))
    share = np.ones(length, np.float32)
    fade = min(round(SPLICE_FADE * sample_rate), length // 2)
    rising = (np.arange(fade, dtype=np.float32) + 1) / (fade + 1)
    if begin > 0:
        share[:fade] = rising
    if end < old.shape[1] and fade:
        share[length - fade :] = rising[::-1]
    out[:, begin:end] = old[:, begin:end] * (1 - share) + fresh * share
    return out
