"""People: who stands where in a shot, what of them changes, and the tones they are painted in. Values."""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.engines.animatic.draw.colour import Colour, measure_luma, mix_colours
from milimo_tui.engines.animatic.draw.palette import Palette
from milimo_tui.engines.animatic.draw.pens import QUARTER, Shade
from milimo_tui.engines.animatic.figures.cast import Appearance

# How much lower than standing the trunk is, of an adult of 1.75 m.
DOWN = {"sit": 0.42, "kneel": 0.44, "run": 0.04}


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Someone in the shot: where they stand (metres), how they face (-1 left … 1 right) and what they do."""

    appearance: Appearance
    x: float = 0.0
    z: float = 0.0
    view: str = QUARTER
    facing: int = 1
    pose: str = "stand"
    in_hand: str = ""
    mood: str = ""
    seat: bool = True  # whether sitting brings its own chair
    near: bool = False  # a dark shoulder before the lens (over-the-shoulder)
    rest: str = ""  # what one who lies or leans does so on: bed, couch, floor, wall, rail
    asleep: bool = False  # with eyes shut

    @property
    def unit(self) -> float:
        """How large they are beside an adult of 1.75 m, for whom figures are drawn."""
        return self.appearance.height / 1.75

    @property
    def top(self) -> float:
        """The crown's height over the ground; of one who lies, that of the uppermost side."""
        if self.pose == "lie":
            return self.lift + 0.24 * self.unit
        return self.appearance.height - DOWN.get(self.pose, 0.0) * self.unit

    @property
    def lift(self) -> float:
        """How high over the ground one lies, in metres of their middle."""
        return {"bed": 0.62, "couch": 0.56}.get(self.rest, 0.15 * self.unit)

    @property
    def head(self) -> tuple[float, float]:
        """Where the middle of their head is: x and height in metres."""
        ahead = {"lie": 0.72, "swim": 0.54, "bend": 0.36, "lean": -0.24}.get(self.pose, 0.0)
        if self.pose == "lean" and self.rest == "rail":
            ahead = 0.3
        low = 0.13 * self.unit if self.pose == "bend" else 0.0
        half = measure_head(self.appearance) / 2
        high = self.lift if self.pose == "lie" else self.top - half - low
        return (self.x + ahead * self.unit * (self.facing or 1), high)


@dataclass(frozen=True, slots=True)
class ActorState:
    """What changes from frame to frame: the mouth (0…2), a blink, a gesture of speech, the stride."""

    mouth: int = 0
    blink: bool = False
    gesture: bool = False
    stride: int = 0


REST = ActorState()


def measure_head(appearance: Appearance) -> float:
    """Return chin to crown in metres: a child's head is large for its body, a giant's grows with it."""
    size = {"child": 0.215, "adult": 0.242, "old": 0.24}[appearance.age] * (0.98 if appearance.woman else 1.0)
    if appearance.age == "child":
        return size * min(1.0, 0.55 + 0.45 * appearance.height / 1.2)
    return size * max(1.0, appearance.height / 2.0)


def make_shade(palette: Palette, colour: Colour, *, near: bool = False) -> Shade:
    """Return the three tones of a colour: in the light on people, in the place's light, and at the edge."""
    base = palette.light_colour(colour, 0.66, palette.face)
    cool = palette.light_colour(colour, 0.6)
    if near:
        base, cool = mix_colours(base, palette.tone(0.06), 0.7), mix_colours(cool, palette.tone(0.06), 0.7)
    # Dark cloth by night is told from the dark by its edge alone.
    edge = 0.42 if measure_luma(base) > 0.22 or not palette.lamps else 0.62
    return Shade(
        base,
        mix_colours(mix_colours(base, cool, 0.55), palette.tone(0.1), 0.4),
        mix_colours(base, palette.key, edge),
    )


def make_skin_shade(palette: Palette, colour: Colour, *, near: bool = False) -> Shade:
    """Return the tones of skin; skin keeps more of its own colour than cloth, so that faces stand out."""
    base = palette.light_colour(colour, 0.85, palette.face)
    cool = palette.light_colour(colour, 0.7)
    if near:
        base, cool = mix_colours(base, palette.tone(0.06), 0.66), mix_colours(cool, palette.tone(0.06), 0.66)
    dark = mix_colours(mix_colours(base, cool, 0.5), (120, 40, 48), 0.12)
    return Shade(base, mix_colours(dark, palette.tone(0.12), 0.32), mix_colours(base, palette.key, 0.4))
