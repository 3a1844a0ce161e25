"""Drawing of people as skeletons in OpenPose's colours (Cao et al. 2017), in the style of DWPose (Yang et al.
2023).

LTX-Desktop and the example workflows of its authors use DWPose for the pose control. The module uses numpy
and Pillow alone.

The input joints are in COCO's order of 17: nose, eyes, ears, shoulders, elbows, wrists, hips, knees, ankles;
left before right. They are drawn as OpenPose's 18 joints, with a neck between the shoulders. Hands and faces,
which DWPose also draws, are not among COCO's joints.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from milimo_tui.media.picture.colour import Rgb

FAR = 1e5  # A joint with a larger coordinate, in pixels, is not valid.
# The smallest confidence (0…1) at which a joint or person is drawn, as with DWPose in LTX-Desktop.
SURE = 0.3
# The shorter side in pixels of a picture in which limbs have the width `WIDE`. Other sizes scale the width.
SIDE = 512
WIDE = 4  # Half the width of a limb and the radius of a joint, in pixels.
DIM = 0.6  # The brightness of a limb, as a share of the full colour that joints have.
NECK = -1
# The COCO number of each of OpenPose's 18 joints; the neck is computed.
ORDER = (0, NECK, 6, 8, 10, 5, 7, 9, 12, 14, 16, 11, 13, 15, 2, 1, 4, 3)
SHOULDERS = (5, 6)
# The limbs as pairs of OpenPose joints, in the order of their colours.
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
    """Draw the skeletons of people on black, uint8 (height, width, 3).

    Each item of `people` has the shape (17, 3): x and y in pixels, and the confidence (0…1) of each joint.
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
    skeletons = draw_skeletons(people, width, height)
    is_drawn = skeletons.any(axis=2, keepdims=True)
    return np.where(is_drawn, skeletons, (picture * DIM).astype(np.uint8))


def _to_openpose_joints(joints: NDArray[np.float32]) -> list[Joint]:
    """Convert COCO's 17 joints to OpenPose's 18. A joint with too little confidence is None."""
    left, right = (joints[number] for number in SHOULDERS)
    neck: Joint = None
    if min(left[2], right[2]) >= SURE and np.abs([left[:2], right[:2]]).max() < FAR:
        neck = float(left[0] + right[0]) / 2, float(left[1] + right[1]) / 2
    known: list[Joint] = [
        (float(x), float(y)) if confidence >= SURE and max(abs(x), abs(y)) < FAR else None
        for x, y, confidence in joints
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
    """Return the points of an ellipse from joint `one` to joint `other`, which is drawn as a limb. `reach` is
    half its width in pixels.
    """
    middle = (one[0] + other[0]) / 2, (one[1] + other[1]) / 2
    half = math.dist(one, other) / 2
    turn = math.atan2(other[1] - one[1], other[0] - one[0])
    points = []
    for step in range(0, 360, 10):
        along, across = half * math.cos(math.radians(step)), reach * math.sin(math.radians(step))
        points.append(
            (
                middle[0] + along * math.cos(turn) - across * math.sin(turn),
                middle[1] + along * math.sin(turn) + across * math.cos(turn),
            )
        )
    return points
