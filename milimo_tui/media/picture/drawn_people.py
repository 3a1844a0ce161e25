"""People as skeletons, in OpenPose's colours (Cao et al. 2017), drawn as in DWPose (Yang et al. 2023).

LTX-Desktop and its authors' example workflows use DWPose for the pose control. Uses numpy and Pillow alone.

Joints are in COCO's order of 17 (nose, eyes, ears, shoulders, elbows, wrists, hips, knees, ankles; left
before right) and are drawn as OpenPose's 18, with a neck between the shoulders. Hands and faces, which DWPose
also draws, are not among COCO's joints.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from milimo_tui.media.picture.colour import Rgb

FAR = 1e5  # pixels: larger coordinates are invalid
SURE = 0.3  # smallest confidence at which a joint or person is drawn (DWPose in LTX-Desktop)
SIDE = 512  # shorter side of a picture whose limbs are WIDE
WIDE = 4  # half the width of a limb, the radius of a joint
DIM = 0.6  # brightness of a limb's colour relative to a joint's
NECK = -1
# OpenPose's joints by COCO's number.
ORDER = (0, NECK, 6, 8, 10, 5, 7, 9, 12, 14, 16, 11, 13, 15, 2, 1, 4, 3)
SHOULDERS = (5, 6)
# Limbs by the joints of OpenPose that they join, in the order of their colours.
LIMBS = (
    (1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10), (1, 11), (11, 12), (12, 13),
    (1, 0), (0, 14), (14, 16), (0, 15), (15, 17),
)  # fmt: skip
COLOURS = (
    (255, 0, 0), (255, 85, 0), (255, 170, 0), (255, 255, 0), (170, 255, 0), (85, 255, 0), (0, 255, 0),
    (0, 255, 85), (0, 255, 170), (0, 255, 255), (0, 170, 255), (0, 85, 255), (0, 0, 255), (85, 0, 255),
    (170, 0, 255), (255, 0, 255), (255, 0, 170), (255, 0, 85),
)  # fmt: skip

Joint = tuple[float, float] | None


def draw_skeletons(people: Sequence[NDArray[np.float32]], width: int, height: int) -> Rgb:
    """Return skeletons on black, uint8 (height, width, 3).

    Each of `people` is (17, 3): x, y in pixels and the confidence, for each joint.
    """
    canvas = Image.new("RGB", (width, height))
    pen = ImageDraw.Draw(canvas)
    reach = WIDE * min(width, height) / SIDE
    for joints in people:
        _draw_skeleton(pen, _to_openpose_joints(joints), max(1.0, reach))
    return np.array(canvas, dtype=np.uint8)


def draw_skeletons_over(picture: Rgb, people: Sequence[NDArray[np.float32]]) -> Rgb:
    """Return the skeletons over the picture, which is dimmed so that they stand out."""
    height, width = picture.shape[:2]
    shown = draw_skeletons(people, width, height)
    is_drawn = shown.any(axis=2, keepdims=True)
    return np.where(is_drawn, shown, (picture * DIM).astype(np.uint8))


def _to_openpose_joints(joints: NDArray[np.float32]) -> list[Joint]:
    """Return the 18 joints of OpenPose; None for a joint with too little confidence."""
    left, right = (joints[number] for number in SHOULDERS)
    neck: Joint = None
    if min(left[2], right[2]) >= SURE and np.abs([left[:2], right[:2]]).max() < FAR:
        neck = float(left[0] + right[0]) / 2, float(left[1] + right[1]) / 2
    known: list[Joint] = [
        (float(x), float(y)) if sure >= SURE and max(abs(x), abs(y)) < FAR else None for x, y, sure in joints
    ]
    return [neck if number == NECK else known[number] for number in ORDER]


def _draw_skeleton(pen: ImageDraw.ImageDraw, joints: Sequence[Joint], reach: float) -> None:
    for (first, second), colour in zip(LIMBS, COLOURS, strict=False):
        one, other = joints[first], joints[second]
        if one is not None and other is not None:
            pen.polygon(_make_limb_ellipse(one, other, reach), fill=tuple(int(part * DIM) for part in colour))
    for joint, colour in zip(joints, COLOURS, strict=True):
        if joint is not None:
            x, y = joint
            pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=colour)


def _make_limb_ellipse(
    one: tuple[float, float], other: tuple[float, float], reach: float
) -> list[tuple[float, float]]:
    """Return an ellipse from joint to joint."""
    middle = (one[0] + other[0]) / 2, (one[1] + other[1]) / 2
    half = math.dist(one, other) / 2
    turn = math.atan2(other[1] - one[1], other[0] - one[0])
    points = []
    for step in range(0, 360, 10):
        along, aside = half * math.cos(math.radians(step)), reach * math.sin(math.radians(step))
        points.append(
            (
                middle[0] + along * math.cos(turn) - aside * math.sin(turn),
                middle[1] + along * math.sin(turn) + aside * math.cos(turn),
            )
        )
    return points
