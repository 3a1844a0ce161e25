"""Test that a loop continues at its end with its beginning."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.media.sound.loops import close_loop


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 400), st.integers(0, 300), st.integers(0, 500), st.integers(0, 1000))
def test_loop_begins_with_the_sample_after_its_end(count: int, more: int, fade: int, seed: int) -> None:
    sound = np.random.default_rng(seed).standard_normal((2, count + more)).astype(np.float32)
    loop = close_loop(sound, count, fade)
    faded = min(fade, more, count)
    assert loop.shape == (2, count)
    assert np.array_equal(loop[:, faded:], sound[:, faded:count])
    if faded:
        assert np.allclose(loop[:, 0], sound[:, count])


def test_sound_that_is_too_short_ends_with_silence() -> None:
    loop = close_loop(np.ones((1, 3), np.float32), 5, 2)
    assert loop.tolist() == [[1, 1, 1, 0, 0]]
