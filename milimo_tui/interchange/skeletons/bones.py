"""List the bones of a person, from the hips outwards, with the range of each rotation. The module has tables
only.

Joints are in COCO's order. Limits are the usual ranges of motion of adults in degrees (American Academy of
Orthopaedic Surgeons, “Joint Motion: Method of Measuring and Recording”). The person faces +Z, and Y points
up. Positive rotations about x bend forwards, about y turn to the person's left, and about z lean to the
person's right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

JOINTS = (
    "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow",
    "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee",
    "left_ankle", "right_ankle",
)  # fmt: skip
NUMBERS: Mapping[str, int] = {name: number for number, name in enumerate(JOINTS)}
Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Bone:
    """A bone of the skeleton. `parent` is the name of the bone to which it is attached; empty for the hips.

    `limits` are the ranges of its rotations about x, y and z in degrees. `at` are the names of detected
    joints. The bone starts at the centre of these joints.
    """

    name: str
    parent: str
    at: tuple[str, ...]
    limits: tuple[Range, Range, Range]

    @property
    def is_needed(self) -> bool:
        """True if a skeleton cannot be exported without this bone."""
        return self.name in NEEDED


NEEDED = ("hips", "spine", "neck")
_STILL: Range = (0.0, 0.0)


def _make_bone_pair(name: str, parent: str, at: str, x: Range, y: Range, z: Range) -> tuple[Bone, Bone]:
    """Return the left and the right bone of a pair. `at` is the name of the joint where the bone starts,
    without its side. The ranges about y and z are given for the left bone, and mirrored for the right.
    """
    carried = parent if parent in ("neck", "hips", "head") else ""
    left = Bone(f"left_{name}", carried or f"left_{parent}", (f"left_{at}",), (x, y, z))
    mirrored = ((-y[1], -y[0]), (-z[1], -z[0]))
    right = Bone(f"right_{name}", carried or f"right_{parent}", (f"right_{at}",), (x, *mirrored))
    return left, right


_SHOULDERS, _HIPS = ("left_shoulder", "right_shoulder"), ("left_hip", "right_hip")
BONES: tuple[Bone, ...] = (
    Bone("hips", "", _HIPS, ((-180.0, 180.0), (-180.0, 180.0), (-180.0, 180.0))),
    Bone("spine", "hips", (*_HIPS, *_SHOULDERS), ((-25.0, 80.0), (-45.0, 45.0), (-35.0, 35.0))),
    Bone("neck", "spine", _SHOULDERS, ((-45.0, 45.0), (-60.0, 60.0), (-45.0, 45.0))),
    Bone("head", "neck", ("nose",), ((-20.0, 20.0), (-20.0, 20.0), (-10.0, 10.0))),
    *_make_bone_pair("eye", "head", "eye", _STILL, _STILL, _STILL),
    *_make_bone_pair("ear", "head", "ear", _STILL, _STILL, _STILL),
    *_make_bone_pair("shoulder", "neck", "shoulder", (-180.0, 60.0), (-70.0, 90.0), (-180.0, 50.0)),
    *_make_bone_pair("elbow", "shoulder", "elbow", (-150.0, 0.0), (-80.0, 80.0), _STILL),
    *_make_bone_pair("wrist", "elbow", "wrist", (-80.0, 70.0), _STILL, (-30.0, 20.0)),
    *_make_bone_pair("hip", "hips", "hip", (-120.0, 30.0), (-45.0, 45.0), (-45.0, 30.0)),
    *_make_bone_pair("knee", "hip", "knee", (0.0, 135.0), _STILL, _STILL),
    *_make_bone_pair("ankle", "knee", "ankle", (-20.0, 50.0), _STILL, (-35.0, 15.0)),
)
