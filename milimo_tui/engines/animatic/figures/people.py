"""People: the actors of a shot, their state in a frame, and the tones of cloth and skin."""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.engines.animatic.draw.colour import Colour, measure_luma, mix_colours
from milimo_tui.engines.animatic.draw.palette import LightPalette
from milimo_tui.engines.animatic.draw.pens import QUARTER, Shade
from milimo_tui.engines.animatic.figures.cast import CastLook

# Metres by which the trunk of an adult of 1.75 m is lower in each pose than when standing.
DOWN = {"sit": 0.42, "kneel": 0.44, "run": 0.04}


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person in the shot: position in metres, the direction they face (−1 left to 1 right) and their
    action.
    """

    appearance: CastLook
    x: float = 0.0
    z: float = 0.0
    view: str = QUARTER
    facing: int = 1
    pose: str = "stand"
    in_hand: str = ""
    mood: str = ""
    seat: bool = True  # True if a seat is drawn for the actor when they sit
    near: bool = False  # True for the dark shoulder in front of the lens in an over-the-shoulder shot
    rest: str = ""  # support of an actor who lies or leans: bed, couch, floor, wall or rail
    asleep: bool = False  # True if the eyes are shut

    @property
    def unit(self) -> float:
        """The actor's size as a multiple of an adult of 1.75 m. The drawings have that size."""
        return self.appearance.height / 1.75

    @property
    def top(self) -> float:
        """The height over the ground in metres of the actor's crown, or of the upper side of a lying
        actor.
        """
        if self.pose == "lie":
            return self.lift + 0.24 * self.unit
        return self.appearance.height - DOWN.get(self.pose, 0.0) * self.unit

    @property
    def lift(self) -> float:
        """The height of a lying actor's middle over the ground, in metres."""
        return {"bed": 0.62, "couch": 0.56}.get(self.rest, 0.15 * self.unit)

    @property
    def head(self) -> tuple[float, float]:
        """The middle of the actor's head: x and height in metres."""
        ahead = {"lie": 0.72, "swim": 0.54, "bend": 0.36, "lean": -0.24}.get(self.pose, 0.0)
        if self.pose == "lean" and self.rest == "rail":
            ahead = 0.3
        low = 0.13 * self.unit if self.pose == "bend" else 0.0
        half = measure_head(self.appearance) / 2
        high = self.lift if self.pose == "lie" else self.top - half - low
        return (self.x + ahead * self.unit * (self.facing or 1), high)


@dataclass(frozen=True, slots=True)
class ActorState:
    """The state of an actor in a frame: the mouth (0 shut to 2 open), a blink, a gesture of speech and the
    stride.
    """

    mouth: int = 0
    blink: bool = False
    gesture: bool = False
    stride: int = 0


REST = ActorState()


def measure_head(appearance: CastLook) -> float:
    """Return the height of the head in metres. A child's head is large for its body; a giant's head grows
    with the body.
    """
    size = {"child": 0.215, "adult": 0.242, "old": 0.24}[appearance.age] * (0.98 if appearance.woman else 1.0)
    if appearance.age == "child":
        return size * min(1.0, 0.55 + 0.45 * appearance.height / 1.2)
    return size * max(1.0, appearance.height / 2.0)


def make_shade(palette: LightPalette, colour: Colour, *, near: bool = False) -> Shade:
    """Return the three tones of a coloured surface: in the light on people, in the place's light, and at the
    bright edge.
    """
    base = palette.light_colour(colour, 0.66, palette.face)
    cool = palette.light_colour(colour, 0.6)
    if near:
        base, cool = mix_colours(base, palette.tone(0.06), 0.7), mix_colours(cool, palette.tone(0.06), 0.7)
    # At night, dark cloth gets a brighter edge, because only the edge distinguishes it from the background.
    edge = 0.42 if measure_luma(base) > 0.22 or not palette.lamps else 0.62
    return Shade(
        base,
        mix_colours(mix_colours(base, cool, 0.55), palette.tone(0.1), 0.4),
        mix_colours(base, palette.key, edge),
    )


def make_skin_shade(palette: LightPalette, colour: Colour, *, near: bool = False) -> Shade:
    """Return the three tones of skin. Skin keeps more of its own colour than cloth, so that faces stand
    out.
    """
    base = palette.light_colour(colour, 0.85, palette.face)
    cool = palette.light_colour(colour, 0.7)
    if near:
        base, cool = mix_colours(base, palette.tone(0.06), 0.66), mix_colours(cool, palette.tone(0.06), 0.66)
    dark = mix_colours(mix_colours(base, cool, 0.5), (120, 40, 48), 0.12)
    return Shade(base, mix_colours(dark, palette.tone(0.12), 0.32), mix_colours(base, palette.key, 0.4))
