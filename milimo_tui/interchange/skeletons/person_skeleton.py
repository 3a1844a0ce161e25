"""The joints of one person in a picture, as a model saw them and a hand corrected them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.interchange.skeletons.bones import BONES, JOINTS, NUMBERS

SURE = 0.3  # how sure of a joint one must be for it to count, as for maps of poses
BY_HAND = 1.0
Seen = tuple[float, float, float]  # x, y in pixels of the picture, how sure


@dataclass(frozen=True, slots=True)
class Move:
    """A joint put somewhere by hand, in pixels; `gone`: it is not in the picture."""

    joint: str
    x: float
    y: float
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Skeleton:
    """A person of a picture of `width` by `height` pixels. `seen` are COCO's 17 joints as the model had them,
    `moves` what a hand changed, in order; `source` is the picture's file, `frame` which of a clip.
    """

    name: str
    source: str
    frame: int
    width: int
    height: int
    seen: tuple[Seen, ...]
    moves: tuple[Move, ...] = ()
    model: str = ""

    def joints(self) -> tuple[Seen, ...]:
        """COCO's 17 joints as they stand now."""
        now = list(self.seen)
        for move in self.moves:
            now[NUMBERS[move.joint]] = (move.x, move.y, 0.0 if move.gone else BY_HAND)
        return tuple(now)

    def unsure(self) -> tuple[tuple[str, float], ...]:
        """Joints that do not count, with how sure the model was of each."""
        rows = zip(JOINTS, self.joints(), strict=True)
        return tuple((name, sure) for name, (_, _, sure) in rows if sure < SURE)

    def moved(self, joint: str, x: float, y: float) -> Skeleton:
        """With a joint put there. Raises BadInput for none of ours, or a place outside of the picture."""
        if not (0 <= x <= self.width and 0 <= y <= self.height):
            raise BadInput(
                f"{x:g},{y:g} is outside of the picture", f"it has {self.width}×{self.height} pixels"
            )
        return replace(self, moves=(*self.moves, Move(named(joint), x, y)))

    def without(self, joint: str) -> Skeleton:
        """With a joint that is not in the picture. Raises BadInput."""
        x, y, _ = self.joints()[NUMBERS[named(joint)]]
        return replace(self, moves=(*self.moves, Move(named(joint), x, y, gone=True)))

    def undone(self) -> Skeleton:
        """Without the last change by hand. Raises Refused where there is none."""
        if not self.moves:
            raise Refused(f"nothing was changed by hand in {self.name}")
        return replace(self, moves=self.moves[:-1])


def named(joint: str) -> str:
    """A joint's name as people write it: `left elbow`, `l-elbow`. Raises BadInput."""
    words = joint.casefold().replace("-", " ").replace("_", " ").split()
    if words and words[0] in ("l", "r"):
        words[0] = {"l": "left", "r": "right"}[words[0]]
    name = "_".join(words)
    if name not in NUMBERS:
        raise BadInput(f"no joint is called “{joint}”", ", ".join(JOINTS))
    return name


def places(skeleton: Skeleton, tall: float) -> Mapping[str, tuple[float, float, float]]:
    """Where each bone begins, in metres: x to the person's left, y up from the lowest joint, z to the front.
    The person is `tall` metres from the lowest joint to the highest; one picture tells no depth: z is 0.
    A bone whose joints nobody is sure of is left out, with what it carries.

    Raises Refused where hips or shoulders are missing: there is no skeleton without them.
    """
    joints = {name: one for name, one in zip(JOINTS, skeleton.joints(), strict=True) if one[2] >= SURE}
    kept: dict[str, tuple[float, float]] = {}
    for bone in BONES:
        if all(name in joints for name in bone.at) and (not bone.parent or bone.parent in kept):
            at = [joints[name] for name in bone.at]
            kept[bone.name] = (sum(x for x, _, _ in at) / len(at), sum(y for _, y, _ in at) / len(at))
        elif bone.is_needed:
            missing = ", ".join(f"{name} ({sure:.2f})" for name, sure in skeleton.unsure() if name in bone.at)
            raise Refused(
                f"{skeleton.name} has no {bone.name}: missing {missing}",
                f"milimo skeleton move {skeleton.name} JOINT X,Y",
            )
    heights = [y for _, y in kept.values()]
    span = max(heights) - min(heights)
    if span <= 0:
        raise Refused(
            f"all joints of {skeleton.name} lie at one height",
            f"milimo skeleton move {skeleton.name} JOINT X,Y",
        )
    scale, ground, middle = tall / span, max(heights), kept["hips"][0]
    return {name: ((x - middle) * scale, (ground - y) * scale, 0.0) for name, (x, y) in kept.items()}
