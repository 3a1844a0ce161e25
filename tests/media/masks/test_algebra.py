"""Test the laws of masks: set operations at every level, growing keeps the original, holes are filled, and
outlines agree with other rasterisers.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from milimo_tui.media.masks import shapes
from milimo_tui.media.masks.algebra import (
    fill_mask_holes,
    intersect_masks,
    invert_mask,
    subtract_mask,
    unite_masks,
)
from milimo_tui.media.picture.mattes import FULL, Mask, grow_mask

SIDES = (13, 17)
masks = arrays(np.uint8, SIDES, elements=st.integers(0, 255))
hard = arrays(np.bool_, SIDES).map(lambda bits: bits.astype(np.uint8) * np.uint8(FULL))
places = st.tuples(st.floats(-6, 24), st.floats(-6, 20))


def equal(one: Mask, other: Mask) -> None:
    np.testing.assert_array_equal(one, other)


@given(masks, masks, masks)
def test_levels_combine_like_sets(a: Mask, b: Mask, c: Mask) -> None:
    equal(unite_masks(a, b), unite_masks(b, a))
    equal(unite_masks(a, unite_masks(b, c)), unite_masks(unite_masks(a, b), c))
    equal(intersect_masks(a, unite_masks(b, c)), unite_masks(intersect_masks(a, b), intersect_masks(a, c)))
    equal(invert_mask(invert_mask(a)), a)
    equal(invert_mask(unite_masks(a, b)), intersect_masks(invert_mask(a), invert_mask(b)))
    equal(subtract_mask(subtract_mask(a, b), c), subtract_mask(a, unite_masks(b, c)))
    equal(unite_masks(a, a), a)
    assert (subtract_mask(a, b) <= a).all()


@given(hard, hard)
def test_subtraction_of_hard_masks_leaves_nothing(a: Mask, b: Mask) -> None:
    assert not intersect_masks(subtract_mask(a, b), b).any()
    equal(unite_masks(subtract_mask(a, b), b), unite_masks(a, b))


@given(masks, st.integers(0, 5), st.integers(0, 5))
def test_grown_mask_contains_the_original_and_a_shrunk_one_is_inside(a: Mask, one: int, more: int) -> None:
    assert (grow_mask(a, one) >= a).all()
    assert (grow_mask(a, one + more) >= grow_mask(a, one)).all()
    assert (grow_mask(a, -one) <= a).all()
    equal(grow_mask(invert_mask(a), -one), invert_mask(grow_mask(a, one)))


@given(masks)
@settings(max_examples=60)
def test_holes_are_areas_without_a_way_out(a: Mask) -> None:
    full = fill_mask_holes(a)
    assert (full >= a).all()
    equal(fill_mask_holes(full), full)
    equal(full, flooded(a))


def flooded(mask: Mask) -> Mask:
    """Return the mask with its holes filled, by a flood from the border pixel by pixel. The reference for the
    real function.
    """
    height, width = mask.shape
    outside = np.zeros((height + 2, width + 2), bool)
    left = [(0, 0)]
    while left:
        y, x = left.pop()
        if not (0 <= y < height + 2 and 0 <= x < width + 2) or outside[y, x]:
            continue
        if 0 < y <= height and 0 < x <= width and mask[y - 1, x - 1] == FULL:
            continue
        outside[y, x] = True
        left += [(y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)]
    return np.where(outside[1:-1, 1:-1], mask, np.uint8(FULL))


@pytest.mark.parametrize("corners", [3, 4, 7])
@given(st.data())
def test_closed_line_contains_each_pixel_it_turns_around(corners: int, data: st.DataObject) -> None:
    points = data.draw(st.lists(places, min_size=corners, max_size=corners))
    height, width = SIDES
    made = shapes.fill_polygon(points, width, height)
    for y in range(height):
        for x in range(width):
            assert bool(made[y, x]) == (winding(points, x + 0.5, y + 0.5) != 0)


def winding(points: list[tuple[float, float]], x: float, y: float) -> int:
    """Return the winding number of a closed line around the point (x, y), edge by edge (Sunday 2001)."""
    turns = 0
    for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True):
        if min(y0, y1) <= y < max(y0, y1):
            crossing = x0 + (y - y0) * (x1 - x0) / (y1 - y0)
            if crossing <= x:
                turns += 1 if y1 > y0 else -1
    return turns


@given(st.lists(st.tuples(st.integers(4, 396), st.integers(4, 296)), min_size=3, max_size=3, unique=True))
@settings(max_examples=40)
def test_closed_line_is_filled_as_by_pillow_except_its_edge(points: list[tuple[int, int]]) -> None:
    image = Image.new("L", (400, 300))
    ImageDraw.Draw(image).polygon(points, fill=FULL)
    theirs: NDArray[np.uint8] = np.asarray(image, dtype=np.uint8)
    ours = shapes.fill_polygon(
        [(x + 0.5, y + 0.5) for x, y in points], 400, 300
    )  # Pillow's coordinates are pixel centres, hence the offset of 0.5.
    edge = Image.new("L", (400, 300))
    ImageDraw.Draw(edge).line([*points, points[0]], fill=FULL, width=3)
    inner = np.asarray(edge) == 0
    equal(ours[inner], theirs[inner])


@given(st.lists(places, min_size=1, max_size=5), st.floats(0.5, 6))
@settings(max_examples=60)
def test_brush_covers_the_area_near_its_path(points: list[tuple[float, float]], radius: float) -> None:
    height, width = SIDES
    stroke = shapes.draw_brush_stroke(points, radius, width, height)
    under = {(int(x), int(y)) for x, y in points if 0 <= x < width and 0 <= y < height}
    for y in range(height):
        for x in range(width):
            far = distance(points, x + 0.5, y + 0.5)
            if abs(far - radius) > 1e-6:
                assert bool(stroke[y, x]) == (far < radius or (x, y) in under)


def distance(points: list[tuple[float, float]], x: float, y: float) -> float:
    """Return the distance of the point (x, y) from a line: the nearest of the line's points and of the
    perpendiculars on its segments.
    """
    at = complex(x, y)
    spots = [complex(*point) for point in points]
    far = min(abs(at - spot) for spot in spots)
    for begin, end in itertools.pairwise(spots):
        way = end - begin
        if way:
            foot = ((at - begin) * way.conjugate()).real / abs(way) ** 2
            if 0 <= foot <= 1:
                far = min(far, abs(at - begin - foot * way))
    return far
