"""Six faces of a place: what one sees who stands in its middle and looks ahead, round, up and down.

They are drawn as one set, each beside the ones before it, and go along with the shots that look that way.
Which way a shot looks follows from who stands where in it (`story.plan.sides`): the master looks ahead; who
stands left faces right, so that behind them is the left of the place, and the other way round. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from milimo_tui.core.errors import BadInput
from milimo_tui.core.spelling import closest_names
from milimo_tui.story.values.film import Angle, Element, Function, Shot

# In the order they are drawn: round from the front, then up and down. What each shows, and which faces it
# meets at an edge, nearest first: those that are drawn already are shown to who draws it.
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
class Looking:
    """Which face a shot looks at, and why."""

    face: str
    reason: str


def check_face(name: str) -> str:
    """A face by its name. Raises BadInput with those there are."""
    wanted = name.strip().lower()
    if wanted not in FACES:
        near = closest_names(name, FACES)
        hint = f"near it: {near}" if near else f"one of: {', '.join(FACES)}"
        raise BadInput(f"a place has no face “{name}”", hint)
    return wanted


def looks_at(shot: Shot) -> Looking | None:
    """The face of its place that a shot looks at; None where it shows none of it."""
    if shot.face == OFF:
        return None
    if shot.face != AUTO:
        return Looking(shot.face, "by hand")
    if shot.angle is Angle.OVERHEAD:
        return Looking("down", "it looks straight down")
    if shot.angle is Angle.LOW and not shot.characters:
        return Looking("up", "it looks up, and nobody is in it")
    stands = dict(shot.stands)
    if shot.function is Function.REVERSE and not stands:
        return Looking("back", "it looks the other way")
    if len(shot.characters) > 1 and shot.function is not Function.OTS:
        return Looking("front", "it shows several people, as the master does")
    # Over a shoulder the one whose face is seen comes first.
    side = _SIDES.get(stands.get(shot.characters[0], "")) if shot.characters else None
    if side is not None:
        return Looking(side, f"{shot.characters[0]} stands {side}")
    return Looking("front", "nothing says that it looks elsewhere")


def face_prompt(element: Element, described: str, face: str) -> str:
    """The prompt of one face of a place, in the words that the place has."""
    shows = FACES[face][0]
    words = described.strip().rstrip(".")
    text = TEMPLATE if words else TEMPLATE.replace(": {description}", "")
    return text.format(name=element.name, description=words, shows=shows)


def shown_first(place: Element, looking: Looking | None) -> tuple[str, ...]:
    """The pictures (asset ids) of a place, that of the face one looks at before the others."""
    face = dict(place.faces).get(looking.face, "") if looking is not None else ""
    return tuple(dict.fromkeys((face, *place.references))) if face else place.references
