"""Test colour processing against its formulas: lift, gamma, gain, saturation, LUTs, blend modes, bit depths
and matrices.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from milimo_tui.core.errors import BadInput, Failed, NotFound
from milimo_tui.cut.plan.plan import FileRef, Media
from milimo_tui.cut.values.effects import Blend
from milimo_tui.media.compose.layers import LayerSources
from milimo_tui.media.picture.colour import convert_for_encoder, to_rgb
from milimo_tui.media.picture.luts import load_lut
from milimo_tui.media.picture.yuv import choose_working_format, get_plane_views, parse_planar_format
from tests.media.stretch_frames import HEIGHT, WIDTH, close, composed, flat, layer, plan_of, saved, seen

Values = NDArray[np.floating]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create stills: a grey ramp, a colour ramp and a flat colour."""
    at = tmp_path_factory.mktemp("stills")
    grey = np.linspace(0, 255, WIDTH).round().astype(np.uint8)
    saved(at, "grey", np.broadcast_to(grey[None, :, None], (HEIGHT, WIDTH, 3)).copy())
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    many = np.stack([columns * 255 / WIDTH, rows * 255 / HEIGHT, 255 - columns * 255 / WIDTH], -1)
    saved(at, "many", many.astype(np.uint8))
    flat(at, "flat", (180, 90, 40))
    return at


def graded(folder: Path, **values: Any) -> Values:
    """Return the middle row of the graded grey ramp, as values from 0 to 1 of shape (width, 3)."""
    row: Values = seen(layer(folder / "grey.png", **values))[48].astype(float) / 255
    return row


def ramp() -> Values:
    levels: Values = np.linspace(0, 255, WIDTH).round() / 255
    return levels


@pytest.mark.parametrize(
    ("values", "formula"),
    [
        ({"lift": 0.2}, lambda v: v + 0.2 * (1 - v)),
        ({"lift": -0.2}, lambda v: v - 0.2 * (1 - v)),
        ({"gain": 1.5}, lambda v: 1.5 * v),
        ({"gamma": 2.2}, lambda v: v ** (1 / 2.2)),
        ({"lift": 0.1, "gamma": 0.8, "gain": 0.9}, lambda v: (0.9 * (v + 0.1 * (1 - v))) ** (1 / 0.8)),
    ],
    ids=["lift", "lower", "gain", "gamma", "all"],
)
def test_lift_gamma_and_gain_follow_their_formula(
    folder: Path, values: dict[str, float], formula: Callable[[Values], Values]
) -> None:
    wanted = np.clip(formula(ramp()), 0, 1)
    assert np.abs(graded(folder, **values) - wanted[:, None]).max() <= 1.6 / 255


@pytest.mark.parametrize("letter", "rgb")
def test_channels_are_changed_one_by_one(folder: Path, letter: str) -> None:
    row = graded(folder, **{f"gain_{letter}": 0.5, f"lift_{letter}": 0.1, f"gamma_{letter}": 1.5})
    at = "rgb".index(letter)
    wanted = (0.5 * (ramp() + 0.1 * (1 - ramp()))) ** (1 / 1.5)
    assert np.abs(row[:, at] - wanted).max() <= 2 / 255
    for other in {0, 1, 2} - {at}:
        assert np.abs(row[:, other] - ramp()).max() <= 2 / 255


def test_saturation_keeps_luma(folder: Path) -> None:
    plain = composed(plan_of(layer(folder / "many.png"))).frame
    for saturation in (0.0, 0.5, 1.7):
        frame = composed(plan_of(layer(folder / "many.png", saturation=saturation))).frame
        assert np.array_equal(get_plane_views(frame)[0], get_plane_views(plain)[0])
        strayed = (get_plane_views(plain)[1].astype(float) - 128) * saturation
        assert np.abs(get_plane_views(frame)[1] - np.clip(strayed + 128, 0, 255)).max() <= 0.5
    grey = to_rgb(composed(plan_of(layer(folder / "many.png", saturation=0.0))).frame).astype(int)
    assert np.ptp(grey, axis=2).max() <= 1


def cube(path: Path, size: int, change: Callable[[float, float, float], tuple[float, float, float]]) -> Path:
    steps = [index / (size - 1) for index in range(size)]
    rows = [change(r, g, b) for b in steps for g in steps for r in steps]
    text = "\n".join(" ".join(f"{value:.6f}" for value in row) for row in rows)
    path.write_text(f'TITLE "test"\n# made here\nLUT_3D_SIZE {size}\n{text}\n')
    return path


def test_identity_lut_changes_nothing(folder: Path, tmp_path: Path) -> None:
    same = FileRef(path=str(cube(tmp_path / "a b:c.cube", 5, lambda r, g, b: (r, g, b))))
    plain, looked = seen(layer(folder / "many.png")), seen(layer(folder / "many.png", lut=same))
    assert np.abs(plain.astype(int) - looked).max() <= 1


def test_lut_is_mixed_by_its_share(folder: Path, tmp_path: Path) -> None:
    swapped = FileRef(path=str(cube(tmp_path / "swap.cube", 2, lambda r, g, b: (b, g, 1 - r))))
    plain = seen(layer(folder / "many.png")).astype(float)
    wanted = np.stack([plain[..., 2], plain[..., 1], 255 - plain[..., 0]], -1)
    for share in (1.0, 0.25, 0.0):
        looked = seen(layer(folder / "many.png", lut=swapped, lut_mix=share)).astype(float)
        assert np.abs(looked - (plain + share * (wanted - plain))).max() <= 2


def test_lut_follows_saturation_and_is_reloaded(folder: Path, tmp_path: Path) -> None:
    path = cube(tmp_path / "x.cube", 2, lambda r, g, b: (r, 0, 0))
    ref = FileRef(path=str(path))
    plan, sources = plan_of(layer(folder / "flat.png", lut=ref, saturation=0.0)), LayerSources(WIDTH, HEIGHT)
    luma = 0.2126 * 180 + 0.7152 * 90 + 0.0722 * 40
    assert close(to_rgb(composed(plan, pixels="yuv444p12le", sources=sources).frame), (luma, 0, 0))
    cube(path, 3, lambda r, g, b: (0, g, 0))
    assert close(to_rgb(composed(plan, pixels="yuv444p12le", sources=sources).frame), (0, luma, 0))


def test_one_dimensional_lut_is_applied(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "one.cube"
    path.write_text("LUT_1D_SIZE 3\n1 0 0\n0.5 0.5 0.25\n0 1 0.5\n")
    row = seen(layer(folder / "grey.png", lut=FileRef(path=str(path))))[48].astype(float) / 255
    assert np.abs(row - np.stack([1 - ramp(), ramp(), ramp() / 2], -1)).max() <= 2 / 255


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not a LUT"),
        ("hello\n", "is not a LUT: line 1 is not three numbers"),
        ("\x89PNG\r\n", "is not a LUT"),
        ("LUT_3D_SIZE 2\n0 0 0\n", "is a damaged LUT: it has 1 colours"),
        ("LUT_3D_SIZE 9999\n", "is a damaged LUT: LUT_3D_SIZE"),
        ("LUT_1D_SIZE many\n", "is a damaged LUT"),
    ],
)
def test_file_that_is_no_lut_is_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "x.cube"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(BadInput, match=said):
        load_lut(str(path))
    with pytest.raises(NotFound, match="LUT"):
        load_lut(str(tmp_path / "gone.cube"))


def test_damaged_lut_names_clip_and_timecode(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "x.cube").write_text("nothing")
    plan = plan_of(layer(folder / "flat.png", "mara", lut=FileRef(path=str(tmp_path / "x.cube"))))
    with pytest.raises(Failed, match=r"clip “mara” at 00:00:00:02: x\.cube is not a LUT"):
        composed(plan, 2)


FORMULAS: dict[Blend, Callable[[float, float], float]] = {
    Blend.NORMAL: lambda below, above: above,
    Blend.MULTIPLY: lambda below, above: below * above,
    Blend.SCREEN: lambda below, above: 1 - (1 - below) * (1 - above),
    Blend.OVERLAY: lambda below, above: (
        2 * below * above if below <= 0.5 else 1 - 2 * (1 - below) * (1 - above)
    ),
    Blend.DARKEN: min,
    Blend.LIGHTEN: max,
    Blend.ADD: lambda below, above: min(1.0, below + above),
    Blend.DIFFERENCE: lambda below, above: abs(below - above),
}


@pytest.mark.parametrize("mode", Blend)
@pytest.mark.parametrize("opacity", [1.0, 0.5])
def test_blend_modes_follow_their_formulas(tmp_path: Path, mode: Blend, opacity: float) -> None:
    """Blend modes follow W3C Compositing and Blending Level 1. The opacity of the upper picture is applied to
    the result.
    """
    below, above = (200, 60, 110), (90, 180, 110)
    low = layer(flat(tmp_path, "below", below), "below")
    high = layer(flat(tmp_path, "above", above), "above", blend=mode, opacity=opacity, scale=0.5)
    wanted = [
        255 * (opacity * FORMULAS[mode](b / 255, a / 255) + (1 - opacity) * b / 255)
        for b, a in zip(below, above, strict=True)
    ]
    picture = seen(low, high)
    assert close(picture[24:72, 40:120], tuple(wanted), 2.5)
    assert close(picture[:24], below)


PLANAR = ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv422p10le", "yuv444p10le", "yuv444p12le"]


@pytest.mark.parametrize("pixels", PLANAR)
def test_every_effect_works_in_every_depth_and_sampling(folder: Path, pixels: str) -> None:
    """The same layers look the same in every pixel format."""
    layers = (
        layer(folder / "many.png", scale=((0, 1.0), (19, 1.3)), gamma=1.2, opacity=0.8),
        layer(folder / "flat.png", scale=0.4, rotation=15.0, blend=Blend.SCREEN, opacity=0.6),
        layer(folder / "grey.png", scale=0.3, x=0.3, y=0.3, blur=0.02, saturation=0.4),
    )
    frame = composed(plan_of(*layers), 7, pixels).frame
    assert frame.format.name == pixels
    wanted = seen(*layers, frame=7).astype(float)
    assert np.abs(to_rgb(frame).astype(float) - wanted).mean() < (1.2 if "444" in pixels else 2.5)


def test_ten_bits_are_kept(tmp_path: Path) -> None:
    """A ramp with finer steps than eight bits passes unchanged, both opaque and at half opacity."""
    path = tmp_path / "deep.mkv"
    levels = np.linspace(64, 940, 640).round().astype(np.uint16)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 640, 96, "yuv420p10le"
        stream.codec_context.colorspace, stream.codec_context.color_range = 1, 1
        frame = av.VideoFrame(640, 96, "yuv420p10le")
        for view, level in zip(get_plane_views(frame), (levels, 512, 512), strict=True):
            view[:] = level
        frame.pts, frame.time_base = 0, Fraction(1, 25)
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    media = Media(kind="video", path=str(path), title="deep")
    whole = composed(plan_of(layer(media), width=640), pixels="yuv420p10le")
    assert not whole.composited
    assert np.array_equal(get_plane_views(whole.frame)[0][0], levels)
    faded = composed(plan_of(layer(media, opacity=0.5), width=640), pixels="yuv420p10le")
    assert np.abs(get_plane_views(faded.frame)[0][0] - (levels / 2 + 32)).max() <= 0.51
    graded = composed(plan_of(layer(media, gain=0.9), width=640), pixels="yuv420p10le")
    assert len(np.unique(get_plane_views(graded.frame)[0])) > 550


def test_other_formats_are_composed_in_planar_yuv(folder: Path) -> None:
    pairs = {
        "rgb24": "yuv444p",
        "pal8": "yuv444p",
        "yuvj420p": "yuv420p",
        "p010le": "yuv420p10le",
        "nv12": "yuv420p",
    }
    assert {pixels: choose_working_format(pixels) for pixels in pairs} == pairs
    assert choose_working_format("gbrp10le") == "yuv444p10le"
    assert choose_working_format("yuva444p12le") == "yuv444p12le"
    with pytest.raises(BadInput, match="there is no pixel format"):
        choose_working_format("nonsense")
    with pytest.raises(BadInput, match="composed as nv12"):
        parse_planar_format("nv12")
    frame = composed(plan_of(layer(folder / "flat.png")), pixels="rgb24").frame
    assert close(to_rgb(convert_for_encoder(frame, "rgb24")), (180, 90, 40))
    assert close(to_rgb(convert_for_encoder(frame, "yuvj420p")), (180, 90, 40))
    assert convert_for_encoder(frame, "yuv444p") is frame
