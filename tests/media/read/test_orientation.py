"""Test the eight orientations of a display matrix: every reader of pictures shows a file as ffmpeg does."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.cut.delivery.render_methods import RenderMethod, choose_render_method
from milimo_tui.cut.plan.plan import Media, PlanLayer, PlanStretch, RenderPlan
from milimo_tui.media.compose.layers import LayerSources
from milimo_tui.media.files.orientation import parse_display_matrix
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.read.footage import Footage
from milimo_tui.media.read.frames import open_picture_reader
from milimo_tui.media.read.probe import probe
from milimo_tui.media.read.proxies import make_proxy
from milimo_tui.media.viewer.preview import FilePreview, ViewSize
from tests.media.read.test_presentation_times import run_ffmpeg
from tests.media.reading import delivery_of, picture_at

WIDTH, HEIGHT = 64, 32
# The numbers a, b, c and d of each matrix: a stored position (x, y) is shown at (a·x + c·y, b·x + d·y).
MATRICES = {
    "upright": (1, 0, 0, 1),
    "mirrored": (-1, 0, 0, 1),
    "upside-down": (-1, 0, 0, -1),
    "flipped": (1, 0, 0, -1),
    "clockwise": (0, 1, -1, 0),
    "anticlockwise": (0, -1, 1, 0),
    "transposed": (0, 1, 1, 0),
    "transposed-other-diagonal": (0, -1, -1, 0),
}
MARK = (slice(0, 12), slice(0, 20))  # the bright corner of the stored picture


def pack_matrix(a: float, b: float, c: float, d: float) -> bytes:
    """Return the display matrix in FFmpeg's form: 16.16 fixed point, and the last column in 2.30."""
    return struct.pack("@9i", *(round(each * 65536) for each in (a, b, 0, c, d, 0, 0, 0)), 1 << 30)


def as_shown(stored: Rgb, a: int, b: int, c: int, d: int) -> Rgb:
    """Return a picture mapped by a matrix, position by position."""
    height, width = stored.shape[:2]
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    across, down = a * x + c * y, b * x + d * y
    shown = np.zeros((height, width, 3) if a else (width, height, 3), stored.dtype)
    shown[down - down.min(), across - across.min()] = stored
    return shown


def marked() -> Rgb:
    """Return a grey picture whose upper left corner is bright."""
    pixels = np.full((HEIGHT, WIDTH, 3), 60, np.uint8)
    pixels[MARK] = 230
    return pixels


def write_clip(path: Path, matrix: tuple[int, int, int, int], *encode: str) -> Path:
    """Write a clip of five pictures whose file specifies the display matrix."""
    raw = f"-f rawvideo -pix_fmt rgb24 -s {WIDTH}x{HEIGHT} -r 25 -i -".split()
    plain = path.with_stem("plain")
    run_ffmpeg(*raw, *encode, str(plain), sent=marked().tobytes() * 5)
    data = plain.read_bytes()
    usual = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30)
    begin = data.index(usual, data.index(b"tkhd"))
    wanted = struct.pack(">9i", *struct.unpack("@9i", pack_matrix(*matrix)))
    path.write_bytes(data[:begin] + wanted + data[begin + len(usual) :])
    return path


def is_close(picture: Rgb, wanted: Rgb) -> bool:
    return picture.shape == wanted.shape and float(np.abs(picture.astype(int) - wanted).mean()) < 4


@pytest.mark.parametrize("name", MATRICES)
def test_every_reader_shows_a_clip_as_its_matrix_specifies(tmp_path: Path, name: str) -> None:
    matrix = MATRICES[name]
    path = write_clip(tmp_path / "clip.mp4", matrix, *["-pix_fmt", "yuv420p", "-c:v", "libx264", "-crf", "1"])
    wanted = as_shown(marked(), *matrix)
    height, width = wanted.shape[:2]
    facts = probe(path)
    assert (facts.width, facts.height) == (width, height)
    picture = facts.streams.picture
    assert picture is not None
    assert picture.mirrored == (matrix[0] * matrix[3] - matrix[1] * matrix[2] < 0)

    with Footage(path) as clip:
        assert is_close(clip.frame(2), wanted)
    reader = open_picture_reader(path)
    assert is_close(reader.picture(Fraction(0)), wanted)
    reader.close()
    preview = FilePreview()
    assert is_close(preview.picture(path, Fraction(0), ViewSize(width, height)), wanted)
    preview.close()

    media = Media(kind="video", path=str(path), seconds=facts.seconds, rate=facts.rate, facts=facts.streams)
    layer = PlanLayer(clip="c", media=media, source_in=Fraction(0), speed=Fraction(1), clip_frames=5)
    stretch = PlanStretch(start=0, frames=5, layers=(layer,))
    plan = RenderPlan(
        cut="cut", name="turned", rate=Fraction(25), width=width, height=height, sample_rate=48000, frames=5,
        stretches=(stretch,),
    )  # fmt: skip
    sources = LayerSources(width, height)
    assert is_close(picture_at(plan, 2, sources), wanted)
    sources.close()
    if name != "upright":
        method = choose_render_method(stretch, plan, delivery_of("h264"))
        assert method is not RenderMethod.COPY

    proxy = make_proxy(path, facts, tmp_path / "cache")
    with Footage(proxy) as small:
        assert is_close(small.frame(2), wanted)


@pytest.mark.parametrize("name", MATRICES)
def test_transparent_clip_is_mirrored_with_its_alpha(tmp_path: Path, name: str) -> None:
    path = write_clip(tmp_path / "clip.mov", MATRICES[name], *["-pix_fmt", "argb", "-c:v", "qtrle"])
    wanted = as_shown(marked(), *MATRICES[name])
    height, width = wanted.shape[:2]
    facts = probe(path)
    media = Media(kind="video", path=str(path), seconds=facts.seconds, rate=facts.rate, facts=facts.streams)
    layer = PlanLayer(clip="c", media=media, source_in=Fraction(0), speed=Fraction(1), clip_frames=5)
    plan = RenderPlan(
        cut="cut", name="turned", rate=Fraction(25), width=width, height=height, sample_rate=48000, frames=5,
        stretches=(PlanStretch(start=0, frames=5, layers=(layer,)),),
    )  # fmt: skip
    sources = LayerSources(width, height)
    assert is_close(picture_at(plan, 0, sources), wanted)
    sources.close()


@given(st.sampled_from(sorted(MATRICES)), st.floats(-0.6, 0.6), st.floats(0.01, 8))
def test_matrix_of_any_scale_and_angle_is_rounded_to_quarter_turns(
    name: str, angle: float, scale: float
) -> None:
    a, b, c, d = MATRICES[name]
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    turned = (cos * a - sin * b, sin * a + cos * b, cos * c - sin * d, sin * c + cos * d)
    assert parse_display_matrix(pack_matrix(*turned)) == parse_display_matrix(pack_matrix(a, b, c, d))


@given(st.binary(max_size=48))
def test_any_bytes_are_read_as_a_matrix(data: bytes) -> None:
    assert 0 <= parse_display_matrix(data).turns <= 3
