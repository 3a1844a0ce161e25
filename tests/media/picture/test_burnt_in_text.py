"""Test burnt-in text as pixels: its position, its visibility, and that it stays inside the raster."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from milimo_tui.cut.plan.plan import Media
from milimo_tui.media.picture.burns import BurnIn, draw_burn_in, make_burn_in_text

RASTERS = [(64, 36), (160, 90), (1280, 720), (720, 1280), (854, 480)]
LONG = "Words that go on and on, " * 12


def made(kind: str, text: str, size: tuple[int, int], at: Fraction = Fraction(0)) -> BurnIn:
    return draw_burn_in(Media(kind="burn", title=kind, text=text, rate=Fraction(25)), at, *size)


@pytest.mark.parametrize("size", RASTERS)
@pytest.mark.parametrize("kind", ["timecode", "watermark", "caption", "slate"])
@pytest.mark.parametrize("text", ["PREVIS", LONG, "Ω 雨 👁", "a\nb\nc\nd\ne", ""])
def test_burnt_in_text_is_inside_the_frame_at_even_places(
    kind: str, text: str, size: tuple[int, int]
) -> None:
    found = made(kind, text, size)
    sides = (*found.image.size, found.x, found.y)
    assert all(side % 2 == 0 for side in sides)
    assert found.image.mode == "RGBA"
    assert found.x + found.image.width <= size[0]
    assert found.y + found.image.height <= size[1]


def test_timecode_counts_and_keeps_its_place() -> None:
    media = Media(kind="burn", title="timecode", rate=Fraction(30000, 1001))
    assert make_burn_in_text(media, Fraction(1800 * 1001, 30000)) == "00:01:00;02"
    first, second = made("timecode", "", (1280, 720)), made("timecode", "", (1280, 720), Fraction(71, 25))
    assert (first.image.size, first.x, first.y) == (second.image.size, second.x, second.y)
    assert not np.array_equal(np.asarray(first.image), np.asarray(second.image))


def test_watermark_is_faint_and_a_slate_covers() -> None:
    assert 0 < np.asarray(made("watermark", "PREVIS", (640, 360)).image)[..., 3].max() <= 84
    assert np.asarray(made("slate", "Rain\nlength\t0:10", (640, 360)).image)[..., 3].min() == 255
