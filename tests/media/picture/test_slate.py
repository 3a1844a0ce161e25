"""Test slates: the words fit at every raster and in every script, and letters beyond Latin are drawn."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from milimo_tui.media.picture import fonts
from milimo_tui.media.picture.slate import GROUND, NO_TAKE, OFFLINE, draw_slate

LONG = "Mara turns to the glass while the rain hammers at the window. " * 20


def ink(image: Image.Image) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return True for every pixel that is brighter than the background."""
    return np.asarray(image.convert("L")).astype(int) > 100


@pytest.mark.parametrize("size", [(768, 512), (160, 96), (576, 1024), (1920, 800), (64, 64)])
@pytest.mark.parametrize("title", ["3B", "a-very-long-file-name-of-linked-media-2026.mov", ""])
def test_words_stay_inside_the_picture(size: tuple[int, int], title: str) -> None:
    image = draw_slate(title, LONG, *size)
    assert image.size == size
    assert image.mode == "RGB"
    drawn = ink(image)
    width = size[0]
    assert drawn.any()
    assert not drawn[:, : int(width * 0.05)].any()
    assert not drawn[:, int(width * 0.96) :].any()


def test_number_words_and_label_distinguish_slates() -> None:
    base = np.asarray(draw_slate("3B", "Rain.", 320, 200))
    assert base[0, 160].tolist() == list(GROUND)
    for other in (
        draw_slate("3C", "Rain.", 320, 200),
        draw_slate("3B", "Snow.", 320, 200),
        draw_slate("3B", "Rain.", 320, 200, OFFLINE),
    ):
        assert np.abs(base.astype(int) - np.asarray(other)).max() > 60
    assert np.array_equal(base, np.asarray(draw_slate("3B", "Rain.", 320, 200, NO_TAKE)))


def test_wrapped_text_keeps_its_words_and_marks_a_cut() -> None:
    words = "one two three four five six seven eight nine ten"
    lines = fonts.wrap_to_width(words, 20, 120, 10)
    assert " ".join(lines) == words
    assert all(fonts.measure_text_width(line, 20) <= 120 for line in lines)
    short = fonts.wrap_to_width(words, 20, 120, 2)
    assert len(short) == 2
    assert short[-1].endswith("…")
    assert fonts.measure_text_width(short[-1], 20) <= 120
    assert fonts.wrap_to_width("", 20, 120, 3) == []
    broken = fonts.wrap_to_width("x" * 60, 20, 100, 99)
    assert "".join(broken) == "x" * 60
    assert len(broken) > 3


def test_letter_without_a_font_is_drawn() -> None:
    image = draw_slate("\ue123", "市場 Юра \U0001f3ac \x07", 320, 200)
    assert ink(image).any()
