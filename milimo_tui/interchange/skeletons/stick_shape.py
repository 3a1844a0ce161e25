"""Build a simple mesh for a skeleton, with one stick for each bone, so that other programs can show and pose
it. Pure functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from milimo_tui.interchange.skeletons.bones import Bone

WIDE = 0.08  # The distance from a stick's axis to its corners, as a share of the stick's length.
LEAST = 0.004  # The smallest distance from a stick's axis to its corners, in metres.
# A stick has six vertices: its two ends, and four corners near its start. They form eight triangles that face
# outwards.
_FACES = ((0, 2, 3), (0, 3, 4), (0, 4, 5), (0, 5, 2), (1, 3, 2), (1, 4, 3), (1, 5, 4), (1, 2, 5))
_CORNERS = 6


def build_stick_shape(
    bones: Sequence[Bone], at: Mapping[str, tuple[float, float, float]]
) -> tuple[NDArray[np.float32], NDArray[np.uint16], NDArray[np.uint8]]:
    """Return the vertices (n, 3) in metres, the triangles (m, 3), and for each vertex the index of the bone
    that moves it.

    `at` has the position of each bone by name, in metres.
    """
    numbers = {bone.name: number for number, bone in enumerate(bones)}
    corners: list[NDArray[np.float64]] = []
    faces: list[tuple[int, ...]] = []
    owners: list[int] = []
    for bone in bones:
        if not bone.parent:
            continue
        begin, end = (np.asarray(at[name], dtype=np.float64) for name in (bone.parent, bone.name))
        length = float(np.linalg.norm(end - begin))
        if length < LEAST:
            continue
        along = (end - begin) / length
        sideways = np.cross(along, (0.0, 0.0, 1.0))
        sideways /= float(np.linalg.norm(sideways)) or 1.0
        front = np.cross(along, sideways)
        wide, waist = max(LEAST, WIDE * length), begin + along * length * 0.2
        first = len(corners)
        corners += [begin, end]
        corners += [waist + wide * one for one in (sideways, front, -sideways, -front)]
        faces += [tuple(first + corner for corner in face) for face in _FACES]
        owners += [numbers[bone.parent]] * _CORNERS
    return (
        np.asarray(corners, dtype=np.float32),
        np.asarray(faces, dtype=np.uint16),
        np.asarray(owners, dtype=np.uint8),
    )
