"""Test the drawing of control maps by comparison with formulas and torch: trails, paths, skeletons and
tracked points.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from milimo_tui.engines.controls import paths, trails
from milimo_tui.engines.controls.following import PointTracker
from milimo_tui.engines.specs.control_specs import CameraKey
from milimo_tui.media.picture import drawn_people

NEW, OLD = (0, 0, 255), (255, 0, 0)


def large(ways: list[NDArray[np.float64]], frame: int, width: int, height: int) -> NDArray[np.float32]:
    """Draw the trails at 1080 pixels, circle by circle with Lightricks' own constants, and scale them down
    with torch.
    """
    wide, high = (width * 1080 // height, 1080) if height <= width else (1080, height * 1080 // width)
    picture = np.zeros((high, wide, 3), np.float32)
    for age in range(min(50, frame), -1, -1):
        ratio = 1 - age / 50
        red, green, blue = (
            (0.0, ratio * 3, 1 - ratio * 3)
            if ratio <= 1 / 3
            else ((ratio - 1 / 3) * 3, 1.0, 0.0)
            if ratio <= 2 / 3
            else (1.0, 1 - (ratio - 2 / 3) * 3, 0.0)
        )
        for way in ways:
            if frame - age >= len(way):
                continue
            x, y = (int(part) for part in np.rint(way[frame - age] * [wide / width, high / height]))
            for row in range(max(0, y - 9), min(high, y + 10)):
                for column in range(max(0, x - 9), min(wide, x + 10)):
                    if (column - x) ** 2 + (row - y) ** 2 <= (2 + 6 * ratio) ** 2:
                        picture[row, column] = (blue, green, red)
    channels = torch.from_numpy(picture).permute(2, 0, 1)[None]
    small = torch.nn.functional.interpolate(channels, size=(height, width), mode="bilinear")
    return np.asarray(small[0].permute(1, 2, 0).numpy(), np.float32)


@pytest.mark.parametrize(("width", "height"), [(96, 54), (54, 96)])
def test_trails_equal_the_authors_trails(width: int, height: int) -> None:
    ways = [
        paths.interpolate_path([(8, 8), (40, 20), (50, 50)], 60),
        paths.interpolate_path(
            [(-9, 30), (200, 31)], 30
        ),  # enters on the left, leaves on the right, and ends there
    ]
    for frame in (0, 7, 55):
        drawn = trails.draw_trails(ways, frame, width, height).astype(np.float32) / 255
        assert np.abs(drawn - large(ways, frame, width, height)).max() < 1 / 255
    assert not trails.draw_trails([], 3, 96, 54).any()


def test_trail_is_red_where_old_and_blue_where_new() -> None:
    rest = [np.concatenate([np.full((1, 2), 100.0), np.full((50, 2), 400.0)])]
    drawn = trails.draw_trails(rest, 50, 960, 540)
    assert tuple(drawn[100, 100]) == OLD
    assert tuple(drawn[400, 400]) == NEW
    columns = np.flatnonzero(drawn.any(axis=(0, 2)))
    assert columns.tolist() == [99, 100, 101, *range(396, 405)], "radii of 2 and 8, at half the size"


def test_path_passes_its_points_at_equal_times() -> None:
    way = paths.interpolate_path([(0, 0), (10, 20), (30, 20), (40, 0)], 31)
    assert way[[0, 10, 20, 30]].tolist() == [[0, 0], [10, 20], [30, 20], [40, 0]]
    assert way[15].tolist() == [20, 22]  # the midpoint: (9·20 − 0 + 9·20 − 0) / 16, rounded to even pixels
    assert paths.interpolate_path([(3, 4), (9, 4)], 4)[:, 0].tolist() == [3, 5, 7, 9]
    assert paths.interpolate_path([(3, 4)], 3).tolist() == [[3, 4]] * 3


def test_camera_move_sends_points_the_opposite_way() -> None:
    keys = (CameraKey(frame=2), CameraKey(frame=12, right=0.5, zoom=4.0))
    ways = paths.trace_camera_paths(keys, 15, 96, 64)
    assert len(ways) == paths.ACROSS * paths.DOWN
    middle = np.array([48, 32])
    for way in ways:
        rest = way[0] - middle
        assert (way[:3] == way[0]).all()
        assert np.allclose(way[12] - middle, (rest - [48, 0]) * 4)
        assert np.allclose(way[7] - middle, (rest - [24, 0]) * 2), "halfway the zoom is its root"
        assert (way[12:] == way[12]).all()


def test_mask_follows_its_centre_and_is_hidden_while_absent() -> None:
    masks = np.zeros((3, 540, 960), np.uint8)
    masks[0, 100:141, 200:241] = masks[2, 300:341, 600:641] = 255
    way = paths.trace_mask_path(masks)
    assert way[[0, 2]].tolist() == [[220, 120], [620, 320]]
    assert np.isnan(way[1]).all()
    drawn = trails.draw_trails([way], 2, 960, 540)
    assert tuple(drawn[320, 620]) == NEW
    assert drawn[120, 220].any()


def person(**joints: tuple[float, float]) -> NDArray[np.float32]:
    """Return the 17 COCO joints with the given joints (`j5`) at confidence 0.9 and all others at 0."""
    found = np.zeros((17, 3), np.float32)
    for name, at in joints.items():
        found[int(name[1:])] = (*at, 0.9)
    return found


def test_skeleton_has_the_colours_of_openpose() -> None:
    shoulders = person(j5=(140, 60), j6=(60, 60), j8=(60, 120))
    drawn = drawn_people.draw_skeletons([shoulders], 200, 200)
    assert tuple(drawn[60, 80]) == (153, 0, 0), "from the neck to the right shoulder, at six tenths"
    assert tuple(drawn[60, 120]) == (153, 51, 0), "to the left one"
    assert tuple(drawn[90, 60]) == (153, 102, 0), "the right upper arm"
    assert tuple(drawn[60, 100]) == (255, 85, 0), "the neck is between the shoulders"
    assert tuple(drawn[60, 140]) == (85, 255, 0)
    assert not drawn[150:].any()
    unsure = shoulders.copy()
    unsure[5, 2] = 0.2
    drawn = drawn_people.draw_skeletons([unsure], 200, 200)
    assert not drawn[60, 70:].any(), "without a shoulder there is no neck"
    assert drawn[90, 60].any()


def test_points_are_tracked_while_a_picture_slides() -> None:
    random = np.random.default_rng(3)
    ground = np.kron(random.integers(0, 255, (24, 36)), np.ones((8, 8))).astype(np.uint8)
    ground = np.repeat(ground[..., None], 3, axis=2)
    follower = PointTracker(ground[20:140, 20:200])
    for step in range(1, 9):
        kept = follower.track_picture(ground[20 + step : 140 + step, 20 + 3 * step : 200 + 3 * step])
    paths = follower.get_tracked_paths()
    whole = [way for way in paths if len(way) == 9]
    assert kept == len(whole) > len(paths) // 2
    gone = np.median([way[-1] - way[0] for way in whole], axis=0)
    assert np.allclose(gone, [-24, -8], atol=0.3)
    assert not PointTracker(np.full((90, 120, 3), 77, np.uint8)).get_tracked_paths(), (
        "an even picture has no corner"
    )
