"""Test edge detection like OpenCV's Canny against the same algorithm written out pixel by pixel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.picture.edges import detect_canny_edges


def grey_steps(width: int, height: int, seed: int) -> NDArray[np.uint8]:
    """Return a picture of blocks, slopes and noise that has edges of every direction and strength."""
    random = np.random.default_rng(seed)
    down, across = np.mgrid[:height, :width]
    picture = 60.0 + 90 * (across > width // 3) + 70 * (across + down > width) + 25 * (down % 17 > 8)
    picture += random.normal(0, 6, picture.shape)
    colours = np.stack([picture, picture * 0.9, picture * 0.8 + 20], axis=2)
    return np.asarray(np.clip(colours, 0, 255), np.uint8)


def by_pixel(picture: NDArray[np.uint8], low: int, high: int) -> NDArray[np.bool_]:
    """Return the Canny edges by definition: pixel by pixel in integers. The reference for the real
    function.
    """
    red, green, blue = (picture[..., channel].astype(int) for channel in range(3))
    grey = (9798 * red + 19235 * green + 3735 * blue + 16384) >> 15
    rows, columns = grey.shape
    around = np.pad(grey, 1, mode="edge")
    gx, gy = np.zeros((2, rows, columns), int)
    for y in range(rows):
        for x in range(columns):
            part = around[y : y + 3, x : x + 3]
            gx[y, x] = (part[:, 2] * [1, 2, 1]).sum() - (part[:, 0] * [1, 2, 1]).sum()
            gy[y, x] = (part[2] * [1, 2, 1]).sum() - (part[0] * [1, 2, 1]).sum()
    strength = np.pad(np.abs(gx) + np.abs(gy), 1)
    found = np.zeros((rows, columns), int)
    for y in range(rows):
        for x in range(columns):
            here = strength[y + 1, x + 1]
            if here <= low:
                continue
            wide, tall = abs(gx[y, x]), abs(gy[y, x]) << 15
            if tall < wide * 13573:
                best = here > strength[y + 1, x] and here >= strength[y + 1, x + 2]
            elif tall > wide * 13573 + (wide << 16):
                best = here > strength[y, x + 1] and here >= strength[y + 2, x + 1]
            else:
                side = -1 if (gx[y, x] < 0) != (gy[y, x] < 0) else 1
                best = here > strength[y, x + 1 - side] and here > strength[y + 2, x + 1 + side]
            found[y, x] = (2 if here > high else 1) if best else 0
    grown = True
    while grown:
        near = np.lib.stride_tricks.sliding_window_view(np.pad(found, 1), (3, 3)).max(axis=(2, 3))
        reached = (found == 1) & (near == 2)
        grown = bool(reached.any())
        found[reached] = 2
    return np.asarray(found == 2)


def test_edges_follow_the_rule_for_each_pixel() -> None:
    for seed, (low, high) in enumerate([(100, 200), (60, 61), (10, 400)]):
        picture = grey_steps(61, 43, seed)
        drawn = detect_canny_edges(picture, low, high)
        assert drawn.shape == picture.shape
        assert set(np.unique(drawn)) == {0, 255}
        assert ((drawn[..., 0] == 255) == by_pixel(picture, low, high)).all()
        assert (drawn[..., 0] == drawn[..., 2]).all()


def test_step_is_one_line_and_a_flat_picture_has_none() -> None:
    step = np.zeros((24, 32, 3), np.uint8)
    step[:, 16:] = 255
    columns = np.flatnonzero(detect_canny_edges(step, 100, 200)[12, :, 0])
    assert columns.tolist() == [15]
    assert not detect_canny_edges(np.full((24, 32, 3), 90, np.uint8), 100, 200).any()
    faint = np.zeros((24, 32, 3), np.uint8)
    # A gradient of 120 is a weak edge. There is no strong edge next to it, so it is dropped.
    faint[:, 16:] = 30
    assert not detect_canny_edges(faint, 100, 200).any()
