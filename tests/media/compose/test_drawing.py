"""Test the position and visibility of pictures in a frame: geometry, mattes, alpha, flips and blur."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image, ImageDraw

from milimo_tui.core.errors import Failed
from milimo_tui.cut.plan.plan import FileRef, Media
from milimo_tui.media.compose.layers import LayerSources, PlacedImage
from milimo_tui.media.picture.colour import to_rgb
from milimo_tui.media.picture.matte_files import MatteWriter
from milimo_tui.media.picture.yuv import get_plane_views
from tests.media.material import make_take
from tests.media.stretch_frames import (
    HEIGHT,
    WIDTH,
    close,
    composed,
    flat,
    layer,
    middle_of,
    plan_of,
    saved,
    seen,
)

RED, BLUE = (180, 50, 50), (40, 60, 200)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create stills of the raster's size: red, blue, white, a white dot on black, and four quarters of
    different colours.
    """
    at = tmp_path_factory.mktemp("stills")
    flat(at, "red", RED)
    flat(at, "blue", BLUE)
    flat(at, "white", (255, 255, 255))
    dot = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    dot[40:48, 100:108] = 255
    saved(at, "dot", dot)
    four = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    for index, level in enumerate(((200, 40, 40), (40, 200, 40), (40, 40, 200), (200, 200, 40))):
        y, x = index // 2 * HEIGHT // 2, index % 2 * WIDTH // 2
        four[y : y + HEIGHT // 2, x : x + WIDTH // 2] = level
    saved(at, "four", four)
    return at


def test_picture_at_rest_is_on_whole_pixels(folder: Path) -> None:
    picture = seen(layer(folder / "blue.png"), layer(folder / "red.png", scale=0.5, x=0.25, y=-0.25))
    assert close(picture[0:48, 80:160], RED)
    assert close(picture[48:], BLUE)
    assert close(picture[:48, :80], BLUE)


def test_separate_scales_may_exceed_the_frame(folder: Path) -> None:
    picture = seen(layer(folder / "blue.png"), layer(folder / "red.png", scale_x=0.5, scale_y=2.0, x=-0.5))
    assert close(picture[:, :40], RED)
    assert close(picture[:, 40:], BLUE)
    assert close(seen(layer(folder / "blue.png"), layer(folder / "red.png", x=1.0)), BLUE)


def test_crop_uses_fractions_of_the_picture(folder: Path) -> None:
    cropped = layer(folder / "red.png", crop_left=0.25, crop_right=0.125, crop_top=0.5, crop_bottom=0.0)
    picture = seen(layer(folder / "blue.png"), cropped)
    assert close(picture[48:, 40:140], RED)
    assert close(picture[:48], BLUE)
    assert close(picture[:, :40], BLUE)
    assert close(picture[:, 140:], BLUE)
    assert close(
        seen(layer(folder / "blue.png"), layer(folder / "red.png", crop_left=0.6, crop_right=0.6)), BLUE
    )


def test_picture_moves_by_parts_of_a_pixel(folder: Path) -> None:
    """A picture that moves by one pixel (1/160 of the width) in 20 frames moves by a twentieth of a pixel in
    each frame.
    """
    plan = plan_of(layer(folder / "dot.png", x=((0, 0.0), (20, 1 / WIDTH))))
    lights = [get_plane_views(composed(plan, frame).frame)[0].astype(float) - 16 for frame in range(0, 20, 3)]
    for index, light in enumerate(lights):
        assert middle_of(light)[0] == pytest.approx(104 + 3 * index / 20, abs=0.03)
        assert middle_of(light)[1] == pytest.approx(44, abs=0.03)


def test_edge_of_a_moving_picture_is_as_bright_as_its_coverage(folder: Path) -> None:
    glides = layer(folder / "white.png", x=((0, 0.0), (16, 4 / WIDTH)), crop_right=0.5)
    rows = [seen(glides, frame=frame)[48, 76:88, 0].astype(float) for frame in (0, 1, 2, 3, 4)]
    edges = [76 + row.sum() / 255 for row in rows]
    assert edges == pytest.approx([80, 80.25, 80.5, 80.75, 81], abs=0.06)


def test_rotation_is_clockwise_about_the_middle(folder: Path) -> None:
    for degrees in (0.0, 30.0, 90.0, -45.0, 180.0, 725.0):
        picture = seen(layer(folder / "dot.png", rotation=degrees))
        angle = math.radians(degrees)
        dx, dy = 104 - 80, 44 - 48
        wanted = (
            80 + dx * math.cos(angle) - dy * math.sin(angle),
            48 + dx * math.sin(angle) + dy * math.cos(angle),
        )
        assert middle_of(picture[..., 1].astype(float)) == pytest.approx(wanted, abs=0.1), degrees


def test_crop_rotates_with_its_picture(folder: Path) -> None:
    picture = seen(layer(folder / "blue.png"), layer(folder / "red.png", rotation=180.0, crop_left=0.5))
    assert close(picture[:, :79], RED)
    assert close(picture[:, 81:], BLUE)


def test_enlarged_picture_keeps_its_detail(tmp_path: Path) -> None:
    """An enlarged picture is scaled from the pixels of its source, not from a copy that was reduced to the
    raster.
    """
    large = np.zeros((HEIGHT * 4, WIDTH * 4, 3), np.uint8)
    large[:, ::2] = 255
    picture = seen(layer(saved(tmp_path, "stripes", large), scale=4.0))
    assert picture[48, 20:140, 0].std() > 100


def test_flips_mirror_the_whole_picture(folder: Path) -> None:
    four = seen(layer(folder / "four.png"))
    assert np.array_equal(seen(layer(folder / "four.png", flip_h=True)), four[:, ::-1])
    assert np.array_equal(seen(layer(folder / "four.png", flip_v=True)), four[::-1])
    both = layer(folder / "four.png", flip_h=True, flip_v=True, crop_left=0.5)
    picture = seen(both)
    assert close(picture[:, :80], (0, 0, 0)), "a crop is of the picture as it is seen"
    assert np.array_equal(picture[:, 82:], four[::-1, ::-1][:, 82:])


def test_blur_is_a_gaussian_of_its_sigma(folder: Path) -> None:
    light = seen(layer(folder / "dot.png", blur=0.05))[..., 1].astype(float)
    columns = np.arange(WIDTH) + 0.5
    spread = math.sqrt((light.sum(axis=0) * (columns - 104) ** 2).sum() / light.sum())
    assert spread == pytest.approx(math.hypot(0.05 * HEIGHT, 8 / math.sqrt(12)), rel=0.06)
    assert middle_of(light) == pytest.approx((104, 44), abs=0.1)
    assert light.sum() == pytest.approx(64 * 255, rel=0.05)


def test_blur_keeps_the_edges(folder: Path) -> None:
    assert close(seen(layer(folder / "red.png", blur=0.1)), RED)


@pytest.fixture(scope="module")
def matte(folder: Path) -> Path:
    """Create a matte that shows only the left half."""
    levels = np.zeros((HEIGHT // 2, WIDTH // 2), np.uint8)
    levels[:, : WIDTH // 4] = 255
    return saved(folder, "matte", levels)


def test_matte_shows_a_part_of_the_picture(folder: Path, matte: Path) -> None:
    ref = FileRef(path=str(matte))
    picture = seen(layer(folder / "blue.png"), layer(folder / "red.png", matte=ref))
    assert close(picture[:, :76], RED)
    assert close(picture[:, 84:], BLUE)
    other = seen(layer(folder / "blue.png"), layer(folder / "red.png", matte=ref, matte_inverted=True))
    assert close(other[:, :76], BLUE)
    assert close(other[:, 84:], RED)
    flipped = seen(layer(folder / "blue.png"), layer(folder / "red.png", matte=ref, flip_h=True, scale=0.5))
    assert close(flipped[26:70, 84:118], RED)
    assert close(flipped[26:70, 42:76], BLUE)


@pytest.mark.parametrize("kind", ["picture", "video"])
def test_replaced_matte_is_read_again(folder: Path, tmp_path: Path, kind: str) -> None:
    clip = make_take(tmp_path / "clip.mov", 1, colour=RED) if kind == "video" else folder / "red.png"
    path = flat(tmp_path, "matte", (255, 255, 255))
    ref = FileRef(path=str(path))
    plan = plan_of(layer(folder / "blue.png"), layer(Media(kind=kind, path=str(clip)), matte=ref))
    sources = LayerSources(WIDTH, HEIGHT)
    shown = [to_rgb(composed(plan, sources=sources).frame)[80:90, 80:90]]
    flat(tmp_path, "new", (0, 0, 0)).replace(path)
    shown.append(to_rgb(composed(plan, sources=sources).frame)[80:90, 80:90])
    assert close(shown[0], RED, 4)
    assert close(shown[1], BLUE, 4)


def test_matte_is_feathered_by_a_fraction_of_the_height(folder: Path, matte: Path) -> None:
    soft = layer(folder / "white.png", matte=FileRef(path=str(matte)), matte_feather=0.05)
    row = seen(soft)[48, :, 0].astype(float) / 255
    assert row[80] == pytest.approx(0.5, abs=0.06)
    assert row[80 - 5] == pytest.approx(0.84, abs=0.05), "one sigma is 4.8 pixels"
    assert row[80 + 5] == pytest.approx(0.16, abs=0.05)


def test_moving_matte_follows_its_picture(folder: Path, tmp_path: Path) -> None:
    with MatteWriter(tmp_path / "m.mov", width=WIDTH, height=HEIGHT, rate=Fraction(25), frames=10) as writer:
        for index in range(10):
            levels = np.zeros((HEIGHT, WIDTH), np.uint8)
            levels[:, index * 16 : index * 16 + 16] = 255
            writer.add_mask_picture(levels)
    ref = FileRef(path=str(tmp_path / "m.mov"), moving=True)
    for frame in (0, 3, 7):
        picture = seen(layer(folder / "white.png", matte=ref, source_in=Fraction(2, 25)), frame=frame)
        assert middle_of(picture[..., 0].astype(float))[0] == pytest.approx((frame + 2) * 16 + 8, abs=0.1)


def test_pixels_hidden_under_transparency_are_never_seen(tmp_path: Path) -> None:
    """A white disc with transparent black around it shows no dark rim on white, however it is scaled, rotated
    or blurred.
    """
    image = Image.new("RGBA", (WIDTH, HEIGHT), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((40, 20, 100, 80), fill=(250, 250, 250, 255))
    image.save(tmp_path / "disc.png")
    below = layer(flat(tmp_path, "white", (250, 250, 250)), "below")
    looks: list[dict[str, Any]] = [
        {},
        {"scale": 0.7},
        {"rotation": 20.0},
        {"blur": 0.03},
        {"scale": ((0, 1.1), (9, 1.2))},
    ]
    for values in looks:
        picture = seen(below, layer(tmp_path / "disc.png", **values), pixels="yuv420p")
        assert picture.min() >= 246, values


def test_transparent_still_keeps_its_soft_edge(tmp_path: Path) -> None:
    ramp = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    ramp[..., :3] = 255
    ramp[..., 3] = np.linspace(0, 255, WIDTH).round()
    picture = seen(layer(saved(tmp_path, "ramp", ramp)))
    assert np.abs(picture[48, :, 0] - np.linspace(0, 255, WIDTH)).max() <= 2


def test_missing_matte_names_clip_and_timecode(folder: Path) -> None:
    lost = layer(folder / "red.png", "red", matte=FileRef(path=str(folder / "lost.png")))
    with pytest.raises(Failed, match=r"clip “red” at 00:00:00:03"):
        composed(plan_of(lost), 3)


def test_title_and_slate_are_placed_like_any_picture() -> None:
    slate = Media(kind="slate", title="3B", text="Rain.")
    whole = seen(layer(slate))
    half = seen(layer(slate, scale=0.5, x=-0.25, y=-0.25))
    assert close(half[48:], (0, 0, 0))
    small = np.asarray(Image.fromarray(whole).resize((80, 48), Image.Resampling.BICUBIC), dtype=float)
    assert np.abs(half[:48, :80] - small).mean() < 3


@pytest.mark.parametrize(("side", "fit"), [((1920, 1080), 10), ((192, 108), 16)])
def test_large_images_stay_within_their_memory_limit(side: tuple[int, int], fit: int) -> None:
    sources, made = LayerSources(*side), list[int]()

    def image(index: int) -> PlacedImage:
        made.append(index)
        return PlacedImage(av.VideoFrame(*side, "yuv420p"), 0, 0)

    for index in (*range(20), *range(19, -1, -1)):
        sources.cache_image(index, partial(image, index))
    assert made[: 20 + 1] == [*range(20), 19 - fit], "the newest were held"
    sources.close()
