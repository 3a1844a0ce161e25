"""Test masks as pixels: scaled, grown, feathered, enclosed in boxes, and drawn over a picture."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from milimo_tui.media.picture.mattes import (
    FULL,
    Mask,
    PackedMask,
    enclose_boxes,
    encode_mask_glimpse,
    feather_mask,
    find_mask_box,
    grow_and_feather,
    grow_mask,
    make_empty_mask,
    mask_from_logits,
    unite_all_masks,
)


def dot(side: int = 121) -> Mask:
    mask = make_empty_mask(side, side)
    mask[side // 2, side // 2] = FULL
    return mask


def distances(side: int = 121) -> NDArray[np.float64]:
    rows, columns = np.mgrid[:side, :side] - side // 2
    away: NDArray[np.float64] = np.hypot(rows, columns)
    return away


@pytest.mark.parametrize("pixels", [1, 2, 3, 4, 7, 10, 31, 50])
def test_row_50_mask_grows_by_the_pixels_to_all_sides(pixels: int) -> None:
    made = grow_mask(dot(), pixels) > 0
    assert find_mask_box(grow_mask(dot(), pixels)) == (60 - pixels, 60 - pixels, 60 + pixels, 60 + pixels)
    away = distances()
    assert made[away <= 0.9 * pixels - 0.5].all(), "whole inside"
    assert not made[away > 1.09 * pixels + 0.9].any(), "and round enough"


@given(st.integers(0, 2**31), st.integers(1, 12))
def test_shrinking_undoes_no_more_than_growing_did(seed: int, pixels: int) -> None:
    noise = np.random.default_rng(seed).random((40, 60)) > 0.9
    mask: Mask = np.where(noise, np.uint8(FULL), np.uint8(0))
    wide = grow_mask(mask, pixels)
    assert (wide >= mask).all()
    assert (grow_mask(wide, -pixels) >= mask).all(), "closing covers what was there"
    assert (grow_mask(mask, -pixels) <= mask).all()
    assert (grow_mask(grow_mask(mask, -pixels), pixels) <= mask).all(), "opening adds nothing"


def test_mask_at_the_border_is_not_shrunk_there() -> None:
    mask = make_empty_mask(40, 40)
    mask[:, :20] = FULL
    assert find_mask_box(grow_mask(mask, -5)) == (0, 0, 14, 39)


def test_growing_beyond_the_picture_fills_it() -> None:
    assert (grow_mask(dot(9), 512) == FULL).all()
    assert not grow_mask(dot(9), -512).any()


def test_row_50_feathering_softens_only_the_edge() -> None:
    mask = make_empty_mask(100, 20)
    mask[:, 50:] = FULL
    soft = feather_mask(mask, 20)[10].astype(int)
    assert (np.diff(soft) >= 0).all()
    assert soft[30] < 3
    assert soft[70] > 252
    assert 110 < soft[49] < soft[50] < 145
    assert len(set(soft.tolist())) > 10
    assert feather_mask(mask, 0) is mask


def test_empty_mask_stays_empty() -> None:
    assert not grow_and_feather(make_empty_mask(9, 9), 8, 8).any()
    assert find_mask_box(make_empty_mask(9, 9)) is None
    assert not unite_all_masks([], 3, 4).any()
    assert unite_all_masks([], 3, 4).shape == (4, 3)


def test_logits_become_a_mask_of_the_picture_size_without_seams() -> None:
    rows, columns = np.mgrid[:12, :12]
    logits = (16 - (rows - 5.5) ** 2 - (columns - 5.5) ** 2).astype(np.float32)
    whole = mask_from_logits(logits, 301, 177)
    assert whole.shape == (177, 301)
    assert set(np.unique(whole)) == {0, FULL}
    assert whole[88, 150] == FULL
    assert not whole[:20].any()
    assert (mask_from_logits(logits, 301, 177, strip=301 * 10) == whole).all()


def test_logits_of_one_pixel_and_of_a_one_pixel_picture_work() -> None:
    assert mask_from_logits(np.ones((1, 1), np.float32), 5, 3).all()
    assert mask_from_logits(np.full((72, 72), 2, np.float32), 1, 1).tolist() == [[FULL]]


def test_boxes_include_their_corners() -> None:
    mask = make_empty_mask(10, 10)
    mask[3:5, 6:9] = FULL
    assert find_mask_box(mask) == (6, 3, 8, 4)


def test_masks_are_equal_after_packing() -> None:
    mask = make_empty_mask(1001, 333)
    mask[10:20, 30:1001] = FULL
    packed = PackedMask.of(mask)
    assert (packed.mask == mask).all()
    assert len(packed.bits) < 2000


def test_box_around_boxes_is_found() -> None:
    assert enclose_boxes([(4, 5, 9, 9), None, (2, 7, 3, 30)]) == (2, 5, 9, 30)
    assert enclose_boxes([None]) is None


def test_preview_is_small_and_shows_the_place_of_the_mask() -> None:
    picture = np.full((600, 1200, 3), 60, np.uint8)
    mask = make_empty_mask(1200, 600)
    mask[:, :600] = FULL
    shown = np.asarray(Image.open(io.BytesIO(encode_mask_glimpse(picture, mask))))
    assert shown.shape == (160, 320, 3)
    assert shown[80, 40, 0] > shown[80, 280, 0] + 50
