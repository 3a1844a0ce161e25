"""Test pictures at the size that a screen requests: the shape is kept, bars are added on request, and nothing
is drawn twice.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.media.compose.effect_values import fit
from milimo_tui.media.viewer.preview import FilePreview, PictureCache, ViewSize, parse_source_seconds
from tests.media.cuts import CutBuilder
from tests.media.material import HEIGHT, WIDTH, make_take, near, numbered, read_number
from tests.media.plan_frames import PlanFrames


def test_fit_keeps_shape_even_and_inside() -> None:
    assert fit(768, 512, 768, 512) == (0, 0, 768, 512)
    assert fit(1920, 1080, 768, 512) == (0, 40, 768, 432)
    assert fit(100, 200, 768, 512) == (256, 0, 256, 512)
    assert fit(1, 5000, 768, 512) == (382, 0, 2, 512)
    for width, height in [(37, 91), (4096, 2160), (641, 481)]:
        x, y, w, h = fit(width, height, 768, 512)
        assert not any(value % 2 for value in (x, y, w, h))
        assert x + w <= 768
        assert y + h <= 512
        assert abs(w / h - width / height) < 0.02 * width / height


def test_frame_of_a_plan_has_the_requested_size(tmp_path: Path) -> None:
    bench = CutBuilder()
    bench.add("V1", make_take(tmp_path / "a.mov", 20), 20)
    plan, look = bench.plan(), PlanFrames()
    for size, shape in [
        (ViewSize(80, 48), (48, 80)),
        (ViewSize(200, 48), (48, 80)),
        (ViewSize(80, 80, letterbox=True, bars=(9, 9, 9)), (80, 80)),
        (ViewSize(333, 111), (111, 185)),
    ]:
        picture = look.frame(plan, 7, size)
        assert picture.shape[:2] == shape
    boxed = look.frame(plan, 7, ViewSize(80, 80, letterbox=True, bars=(9, 9, 9)))
    assert boxed[0, 0].tolist() == [9, 9, 9] == boxed[-1, -1].tolist()
    assert read_number(boxed[16:64]) == 7
    with pytest.raises(BadInput, match="outside the film"):
        look.frame(plan, 20, ViewSize(80, 48))
    look.close()


def test_files_of_every_kind_are_shown(tmp_path: Path) -> None:
    make_take(tmp_path / "a.mov", 20)
    Image.fromarray(numbered(33)).save(tmp_path / "p.png")
    frames = [Image.fromarray(numbered(index)) for index in (1, 2, 3)]
    frames[0].save(tmp_path / "g.gif", save_all=True, append_images=frames[1:], duration=100)
    look, size = FilePreview(), ViewSize(80, 48)
    assert read_number(look.picture(tmp_path / "a.mov", Fraction(13, 25), size)) == 13
    assert read_number(look.picture(tmp_path / "p.png", Fraction(0), size)) == 33
    assert read_number(look.picture(tmp_path / "g.gif", Fraction(1, 10), size)) == 2
    with pytest.raises(NotFound, match=r"gone\.png"):
        look.picture(tmp_path / "gone.png", Fraction(0), size)
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(BadInput, match=r"text\.png"):
        look.picture(tmp_path / "text.png", Fraction(0), size)
    look.close()


def test_changed_file_is_read_again(tmp_path: Path) -> None:
    look, size = FilePreview(), ViewSize(160, 96)
    for number in (5, 6):
        Image.fromarray(numbered(number)).save(tmp_path / "new.png")
        (tmp_path / "new.png").rename(tmp_path / "p.png")
        assert read_number(look.picture(tmp_path / "p.png", Fraction(0), size)) == number


def test_transparent_picture_has_the_colour_of_the_bars(tmp_path: Path) -> None:
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(tmp_path / "p.png")
    picture = FilePreview().picture(tmp_path / "p.png", Fraction(0), ViewSize(10, 10, bars=(10, 20, 30)))
    assert near(tuple(picture[5, 5]), (10, 20, 30), 1)


def test_rotated_film_is_upright(tmp_path: Path) -> None:
    """A clip filmed upright on a phone is stored wide and shown tall. The file's rotation decides which edge
    is on top.
    """
    wide = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    wide[:, :40] = (220, 30, 30)
    with av.open(str(tmp_path / "a.mov"), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.set_display_rotation(90)
        for _ in range(3):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(wide, format="rgb24")))
        container.mux(stream.encode(None))
    with av.open(str(tmp_path / "a.mov")) as container:
        turn = next(container.decode(video=0)).rotation
    assert abs(turn) == 90
    picture = FilePreview().picture(tmp_path / "a.mov", Fraction(0), ViewSize(96, 160))
    assert picture.shape[:2] == (160, 96)
    ends = [picture[5, 48], picture[-5, 48]]
    red = [bool(end[0] > 120) for end in ends]
    assert red == ([False, True] if turn == 90 else [True, False]), "against the clock is positive"

    bench = CutBuilder(width=96, height=160)
    bench.add("V1", tmp_path / "a.mov", 3)
    shown = PlanFrames().frame(bench.plan(), 0, ViewSize(96, 160))
    assert np.abs(shown.astype(int) - picture.astype(int)).mean() < 6


def test_cached_pictures_stay_within_their_limit() -> None:
    made: list[int] = []

    def make(index: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        made.append(index)
        return np.zeros((10, 10, 3), np.uint8)

    cache = PictureCache(most=1000)
    for index in (0, 1, 2, 0, 3, 0, 1):
        if cache.get((index,)) is None:
            cache.store_picture((index,), make(index))
    assert made == [0, 1, 2, 3, 1], "three of 300 bytes fit; the one unused for longest goes"


def test_impossible_sizes_are_refused() -> None:
    for width, height in [(0, 5), (5, -1), (100000, 5)]:
        with pytest.raises(BadInput):
            ViewSize(width, height)


def test_seconds_are_read_from_text_and_numbers() -> None:
    assert parse_source_seconds("1/25") == Fraction(1, 25)
    assert parse_source_seconds(2) == 2
    assert parse_source_seconds(0.04) == Fraction(1, 25)
