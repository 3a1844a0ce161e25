"""Test decoded pictures as they enter a film: colour matrices, ranges, bit depths, rotation, pixel shapes and
alpha; also burnt-in text.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from milimo_tui.cut.delivery.burns import TIMECODE
from milimo_tui.cut.plan.plan import Media, PlanLayer
from milimo_tui.media.compose.effect_values import PLAIN
from milimo_tui.media.compose.frame import compose
from milimo_tui.media.compose.layer_drawing import place_image
from milimo_tui.media.compose.layers import LayerSources, SourcePicture
from milimo_tui.media.files.orientation import Orientation
from milimo_tui.media.picture import alpha
from milimo_tui.media.picture.colour import conform_frame, from_rgb, to_rgb
from milimo_tui.media.picture.yuv import get_plane_views, parse_planar_format
from tests.media.stretch_frames import RATE, close, flat, layer, plan_of, seen

COLOUR = (180, 60, 40)
# Luma weights of red and blue by FFmpeg's matrix number: BT.601 (5 and 6), FCC, SMPTE 240M and BT.2020.
WEIGHTS = {5: (0.299, 0.114), 6: (0.299, 0.114), 4: (0.30, 0.11), 7: (0.212, 0.087), 9: (0.2627, 0.0593)}


def encoded(space: int, span: int, pixels: str) -> av.VideoFrame:
    """Return a picture of `COLOUR` encoded by the formula of the matrix `space`, in limited (`span` 1) or
    full (2) range.
    """
    red, green, blue = (level / 255 for level in COLOUR)
    of_red, of_blue = WEIGHTS[space]
    luma = of_red * red + (1 - of_red - of_blue) * green + of_blue * blue
    levels = [luma, (blue - luma) / (2 - 2 * of_blue), (red - luma) / (2 - 2 * of_red)]
    kind = parse_planar_format(pixels)
    scale = 1 << (kind.depth - 8)
    full = (1 << kind.depth) - 1
    limited = (16 + 219 * levels[0], 128 + 224 * levels[1], 128 + 224 * levels[2])
    wide = (full * levels[0], 128 * scale + full * levels[1], 128 * scale + full * levels[2])
    frame = av.VideoFrame(64, 48, pixels)
    for view, low, high in zip(get_plane_views(frame), limited, wide, strict=True):
        view[:] = round(low * scale if span == 1 else high)
    frame.colorspace, frame.color_range = space, span
    return frame


@pytest.mark.parametrize("wanted", ["yuv420p", "yuv422p10le", "yuv444p12le"])
@pytest.mark.parametrize("pixels", ["yuv420p", "yuv420p10le", "yuv444p"])
@pytest.mark.parametrize("span", [1, 2])
@pytest.mark.parametrize("space", sorted(WEIGHTS))
def test_every_matrix_and_range_gives_the_same_colour(
    space: int, span: int, pixels: str, wanted: str
) -> None:
    for width, height in ((64, 48), (32, 24)):
        made = conform_frame(encoded(space, span, pixels), width, height, wanted)
        assert (made.format.name, made.width, made.height) == (wanted, width, height)
        assert (int(made.colorspace), int(made.color_range)) == (1, 1)
        assert close(to_rgb(made), COLOUR, 5)


def test_fitting_picture_is_returned_unchanged() -> None:
    frame = from_rgb(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24"), "yuv420p")
    assert conform_frame(frame, 64, 48) is frame
    assert conform_frame(frame, 64, 48, "yuv420p10le") is not frame


def test_chroma_stays_in_place_in_every_format() -> None:
    """A colour edge that is converted to RGB or another chroma sampling and back does not move, not even by
    part of a pixel.
    """
    kind = parse_planar_format("yuv420p")
    frame = conform_frame(av.VideoFrame.from_ndarray(np.zeros((32, 64, 3), np.uint8), format="rgb24"), 64, 32)
    for view, levels in zip(get_plane_views(frame), (120, 128, 128), strict=True):
        view[:] = levels
    get_plane_views(frame)[1][:, 10:22] = 200
    first = get_plane_views(frame)[1].astype(float) - 128
    middle = (first * np.arange(32)).sum() / first.sum()
    through = from_rgb(av.VideoFrame.from_ndarray(to_rgb(frame), format="rgb24"), kind.name)
    finer = conform_frame(conform_frame(frame, 64, 32, "yuv444p10le"), 64, 32)
    for made in (through, finer):
        chroma = get_plane_views(made)[1].astype(float) - 128
        assert (chroma * np.arange(32)).sum() / chroma.sum() == pytest.approx(middle, abs=0.15)


def marked() -> av.VideoFrame:
    """Return a grey picture of 64×32 pixels whose upper left quarter is nearly white."""
    picture = np.full((32, 64, 3), 60, np.uint8)
    picture[:16, :32] = 240
    return conform_frame(av.VideoFrame.from_ndarray(picture, format="rgb24"), 64, 32, "yuv444p")


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_picture_is_oriented_as_its_file_asks(turns: int, mirrored: bool) -> None:
    """A picture is mirrored, rotated counterclockwise by its quarter turns and then fitted into the frame in
    its new shape.
    """
    picture = SourcePicture(marked(), orientation=Orientation(turns, mirrored))
    assert picture.size == ((32, 64) if turns % 2 else (64, 32))
    pane = place_image(picture, PLAIN, None, (64, 64), parse_planar_format("yuv444p"))
    assert pane is not None
    assert (pane.x, pane.y) == ((16, 0) if turns % 2 else (0, 16))
    stored = to_rgb(marked())
    wanted = np.rot90(stored[:, ::-1] if mirrored else stored, turns)
    assert np.abs(to_rgb(pane.frame).astype(int) - wanted).max() <= 1


def test_non_square_pixel_is_shown_at_its_width() -> None:
    picture = SourcePicture(marked(), aspect=Fraction(2))
    pane = place_image(picture, PLAIN, None, (128, 64), parse_planar_format("yuv444p"))
    assert pane is not None
    assert (picture.size, pane.frame.width, pane.frame.height, pane.y) == ((128, 32), 128, 32, 16)
    turned = SourcePicture(marked(), aspect=Fraction(2), orientation=Orientation(1))
    assert turned.size == (32, 128)


@pytest.mark.parametrize("form", ["rgba", "yuva420p", "yuva444p10le", "gbrap", "ya8"])
def test_alpha_of_every_form_is_read(form: str) -> None:
    pixels = np.full((32, 64, 4), (200, 200, 200, 0), np.uint8)
    pixels[:, 16:48, 3] = 255
    pixels[8:16, :, 3] = 128
    frame = av.VideoFrame.from_ndarray(pixels, format="rgba").reformat(format=form)
    assert alpha.has_alpha(frame)
    assert np.abs(alpha.extract_alpha(frame).astype(int) - pixels[..., 3]).max() <= 1
    assert not alpha.has_alpha(marked())


def test_clip_with_alpha_shows_the_film_behind(tmp_path: Path) -> None:
    path = tmp_path / "clear.mov"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("qtrle", rate=25)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "argb"
        for index in range(4):
            pixels = np.zeros((96, 160, 4), np.uint8)
            pixels[:, index * 40 : index * 40 + 40] = (*COLOUR, 255)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgba").reformat(format="argb")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    below = layer(flat(tmp_path, "blue", (40, 60, 200)), "below")
    clip = layer(Media(kind="video", path=str(path), title="clear"), "clear")
    for index in range(4):
        picture = seen(below, clip, frame=index)
        assert close(picture[:, index * 40 + 1 : index * 40 + 39], COLOUR, 3)
        if index:
            assert close(picture[:, : index * 40 - 1], (40, 60, 200), 3)


def test_burnt_in_text_is_where_it_was_drawn_and_counts(tmp_path: Path) -> None:
    media = Media(kind="burn", title=TIMECODE, rate=RATE)
    burnt = PlanLayer(clip="burn", media=media, source_in=Fraction(0), clip_frames=20)
    plan = plan_of(layer(flat(tmp_path, "grey", (120, 120, 120))), burnt)
    sources = LayerSources(plan.width, plan.height)
    first, same, later = (
        to_rgb(compose(plan, plan.stretches[0], frame, sources).frame) for frame in (0, 0, 7)
    )
    sources.close()
    assert np.array_equal(first, same)
    assert close(first[60:], (120, 120, 120))
    assert (np.abs(first.astype(int) - 120) > 60).any()
    assert not np.array_equal(first, later)
