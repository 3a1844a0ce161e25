"""Six faces of a place: the views from its middle to the front, right, back, left, up and down.

The faces are generated as a set, each with the earlier faces as references. A shot uses the face that its
camera looks at. The direction follows from the positions of people in the shot (`story.plan.sides`). The
master shot looks to the front. A person on the left of the frame looks to the right, so the left of the place
is in the background, and vice versa. Pure functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from milimo_tui.core.errors import BadInput
from milimo_tui.core.spelling import find_closest_names
from milimo_tui.story.elements.prompt import BY_USER
from milimo_tui.story.values.film import Element, Shot
from milimo_tui.story.values.shot_words import Angle, Function

# Faces in the order in which they are generated: around from the front, then up and down. Each face has its
# prompt words and the earlier faces that share an edge with it, nearest first. Those earlier faces are the
# references for the new picture.
FACES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "front": ("what lies ahead of somebody who stands in the middle of it", ()),
    "right": ("what one sees who stands in its middle and has turned a quarter to the right", ("front",)),
    "back": ("what one sees who stands in its middle and has turned round", ("right", "front")),
    "left": (
        "what one sees who stands in its middle and has turned a quarter to the left", ("front", "back"),
    ),
    "up": ("its ceiling or the sky, from the middle of it, straight up", ("front", "left")),
    "down": ("its floor or the ground, from the middle of it, straight down", ("front", "right")),
}  # fmt: skip
_SIDES = {"left": "left", "right": "right"}
AUTO, OFF = "auto", "off"
TEMPLATE = (
    "A place, {name}: {description}. A square view with a quarter of the circle in it, {shows}. It joins the "
    "other views of the same room or street without a break: the same walls, things, colours and light. "
    "Nobody is in it."
)


@dataclass(frozen=True, slots=True)
class FaceDirection:
    """The face of a place (one of six views from its middle) that a shot looks at, and the reason for this
    choice.
    """

    face: str
    reason: str


def check_face(name: str) -> str:
    """Return the face with this name. Raises BadInput with the valid names."""
    wanted = name.strip().lower()
    if wanted not in FACES:
        near = find_closest_names(name, FACES)
        hint = f"similar names: {near}" if near else f"one of: {', '.join(FACES)}"
        raise BadInput(f"a place has no face “{name}”", hint)
    return wanted


def choose_place_face(shot: Shot) -> FaceDirection | None:
    """Return the face of the place that a shot looks at, with the reason. Return None if the user switched
    off faces for the shot.
    """
    if shot.face == OFF:
        return None
    if shot.face != AUTO:
        return FaceDirection(shot.face, BY_USER)
    if shot.angle is Angle.OVERHEAD:
        return FaceDirection("down", "it looks straight down")
    if shot.angle is Angle.LOW and not shot.characters:
        return FaceDirection("up", "it looks up, and nobody is in it")
    stands = dict(shot.stands)
    if shot.function is Function.REVERSE and not stands:
        return FaceDirection("back", "it looks in the opposite direction")
    if len(shot.characters) > 1 and shot.function is not Function.OTS:
        return FaceDirection("front", "it shows several people, as the master does")
    # In an over-the-shoulder shot the person whose face is visible comes first.
    side = _SIDES.get(stands.get(shot.characters[0], "")) if shot.characters else None
    if side is not None:
        return FaceDirection(side, f"{shot.characters[0]} stands {side}")
    return FaceDirection("front", "nothing in the script gives another direction")


def compose_face_prompt(element: Element, described: str, face: str) -> str:
    """Return the prompt for one face of a place; `described` is the description of the place."""
    shows = FACES[face][0]
    words = described.strip().rstrip(".")
    text = TEMPLATE if words else TEMPLATE.replace(": {description}", "")
    return text.format(name=element.name, description=words, shows=shows)


def order_place_pictures(place: Element, looking: FaceDirection | None) -> tuple[str, ...]:
    """Return the pictures (asset ids) of a place, beginning with the picture of the face that the shot looks
    at.
    """
    face = dict(place.faces).get(looking.face, "") if looking is not None else ""
    return tuple(dict.fromkeys((face, *place.references))) if face else place.references
