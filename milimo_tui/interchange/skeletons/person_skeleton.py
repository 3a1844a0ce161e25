"""Hold the joints of one person in a picture: the positions that a model detected, and the corrections by the
user. Pure functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.interchange.skeletons.bones import BONES, JOINTS, NUMBERS

# Joints with at least this confidence (0 to 1) count as seen, all others as unsure. Pose maps use the same
# value.
SURE = 0.3
BY_HAND = 1.0
Seen = tuple[float, float, float]  # x and y in pixels of the picture, and the confidence.


@dataclass(frozen=True, slots=True)
class JointMove:
    """A correction of a joint by the user: its position in pixels, or `gone` if the joint is not in the
    picture.
    """

    joint: str
    x: float
    y: float
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Skeleton:
    """The joints of a person in a picture of `width` by `height` pixels.

    `source` is the picture's file, or a clip of which `frame` is used. `seen` are COCO's 17 joints as the
    model detected them; `moves` are the user's corrections in order.
    """

    name: str
    source: str
    frame: int
    width: int
    height: int
    seen: tuple[Seen, ...]
    moves: tuple[JointMove, ...] = ()
    model: str = ""

    def list_joints(self) -> tuple[Seen, ...]:
        """Return COCO's 17 joints with the user's corrections applied."""
        now = list(self.seen)
        for move in self.moves:
            now[NUMBERS[move.joint]] = (move.x, move.y, 0.0 if move.gone else BY_HAND)
        return tuple(now)

    def list_unsure_joints(self) -> tuple[tuple[str, float], ...]:
        """Return each joint whose confidence is below `SURE`, as a pair of its name and its confidence (0 to
        1).
        """
        rows = zip(JOINTS, self.list_joints(), strict=True)
        return tuple((name, confidence) for name, (_, _, confidence) in rows if confidence < SURE)

    def move_joint(self, joint: str, x: float, y: float) -> Skeleton:
        """Return the skeleton with a joint moved. Raises BadInput for an unknown joint or a position outside
        the picture.
        """
        if not (0 <= x <= self.width and 0 <= y <= self.height):
            raise BadInput(f"{x:g},{y:g} is outside the picture", f"it has {self.width}×{self.height} pixels")
        return replace(self, moves=(*self.moves, JointMove(parse_joint_name(joint), x, y)))

    def remove_joint(self, joint: str) -> Skeleton:
        """Return the skeleton with a joint marked as not in the picture. Raises BadInput for an unknown
        joint.
        """
        x, y, _ = self.list_joints()[NUMBERS[parse_joint_name(joint)]]
        return replace(self, moves=(*self.moves, JointMove(parse_joint_name(joint), x, y, gone=True)))

    def undo_last_move(self) -> Skeleton:
        """Return the skeleton without the user's last change. Raises Refused if there is none."""
        if not self.moves:
            raise Refused(f"no joint of {self.name} was changed by the user")
        return replace(self, moves=self.moves[:-1])


def parse_joint_name(joint: str) -> str:
    """Return COCO's name of the joint that a user means, for texts such as `left elbow` or `l-elbow`. Raises
    BadInput.
    """
    words = joint.casefold().replace("-", " ").replace("_", " ").split()
    if words and words[0] in ("l", "r"):
        words[0] = {"l": "left", "r": "right"}[words[0]]
    name = "_".join(words)
    if name not in NUMBERS:
        raise BadInput(f"there is no joint “{joint}”", ", ".join(JOINTS))
    return name


def compute_bone_positions(skeleton: Skeleton, tall: float) -> Mapping[str, tuple[float, float, float]]:
    """Return the position of each bone in metres: x to the person's left, y up from the lowest joint, z to
    the front.

    `tall` is the distance from the lowest joint to the highest in metres. A single picture gives no depth, so
    z is 0. A bone with unsure joints is left out, together with the bones attached to it.

    Raises Refused if hips or shoulders are missing, because a skeleton cannot exist without them.
    """
    joints = {name: one for name, one in zip(JOINTS, skeleton.list_joints(), strict=True) if one[2] >= SURE}
    kept: dict[str, tuple[float, float]] = {}
    for bone in BONES:
        if all(name in joints for name in bone.at) and (not bone.parent or bone.parent in kept):
            at = [joints[name] for name in bone.at]
            kept[bone.name] = (sum(x for x, _, _ in at) / len(at), sum(y for _, y, _ in at) / len(at))
        elif bone.is_needed:
            missing = ", ".join(
                f"{name} ({confidence:.2f})"
                for name, confidence in skeleton.list_unsure_joints()
                if name in bone.at
            )
            raise Refused(
                f"{skeleton.name} has no {bone.name}, because these points are missing: {missing}",
                f"milimo skeleton move {skeleton.name} JOINT X,Y",
            )
    heights = [y for _, y in kept.values()]
    span = max(heights) - min(heights)
    if span <= 0:
        raise Refused(
            f"all joints of {skeleton.name} are at one height",
            f"milimo skeleton move {skeleton.name} JOINT X,Y",
        )
    scale, ground, middle = tall / span, max(heights), kept["hips"][0]
    return {name: ((x - middle) * scale, (ground - y) * scale, 0.0) for name, (x, y) in kept.items()}
