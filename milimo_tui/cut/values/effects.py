"""What a clip looks and sounds like beyond its source: numbers with curves over time, and a few choices.

Values alone; `cut.edit.clip_effects` changes them, `media` draws them. A curve's frames count from the clip's
first frame at the cut's rate and may lie outside the clip, where a trim has hidden them.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType


class Easing(StrEnum):
    """How a value goes from its key to the next one."""

    LINEAR = "linear"
    IN = "ease-in"
    OUT = "ease-out"
    BOTH = "ease"
    HOLD = "hold"


class Blend(StrEnum):
    """How a picture meets what is below it (W3C Compositing and Blending Level 1)."""

    NORMAL = "normal"
    MULTIPLY = "multiply"
    SCREEN = "screen"
    OVERLAY = "overlay"
    DARKEN = "darken"
    LIGHTEN = "lighten"
    ADD = "add"
    DIFFERENCE = "difference"


class OnDamage(StrEnum):
    """What stands where a clip's file is damaged. `refuse` is no choice: the film's, or there is no film."""

    REFUSE = "refuse"
    HOLD = "hold"  # the last good picture; silence
    BLACK = "black"  # black; silence


@dataclass(frozen=True, slots=True)
class Key:
    """A value at a frame of the clip; `easing` leads to the next key."""

    frame: int
    value: float
    easing: Easing = Easing.LINEAR


Curve = tuple[Key, ...]
"""Keys by rising frame, each frame once. One key alone is a constant."""


@dataclass(frozen=True, slots=True)
class Param:
    """A number of a clip that can be keyframed. Bounds are inclusive."""

    name: str
    title: str
    default: float
    low: float
    high: float
    unit: str = ""
    sound: bool = False
    timed: bool = False  # it says when, not how: `cut.edit.speed_ramps` sets it, and no other


RAMP = "ramp"
"""The number that multiplies a clip's speed at each moment; `cut.values.ramps` knows where that leads."""


def _table(*params: Param) -> Mapping[str, Param]:
    return MappingProxyType({param.name: param for param in params})


PARAMS = _table(
    Param("opacity", "opacity", 1.0, 0.0, 1.0),
    Param("x", "position across", 0.0, -10.0, 10.0, "widths"),
    Param("y", "position down", 0.0, -10.0, 10.0, "heights"),
    Param("scale", "scale", 1.0, 0.01, 20.0, "×"),
    Param("scale_x", "scale across", 1.0, 0.01, 20.0, "×"),
    Param("scale_y", "scale down", 1.0, 0.01, 20.0, "×"),
    Param("rotation", "rotation", 0.0, -3600.0, 3600.0, "° clockwise"),
    Param("crop_left", "crop left", 0.0, 0.0, 1.0, "of the width"),
    Param("crop_right", "crop right", 0.0, 0.0, 1.0, "of the width"),
    Param("crop_top", "crop top", 0.0, 0.0, 1.0, "of the height"),
    Param("crop_bottom", "crop bottom", 0.0, 0.0, 1.0, "of the height"),
    Param("blur", "blur", 0.0, 0.0, 0.25, "of the height, as sigma"),
    Param("lift", "lift", 0.0, -1.0, 1.0),
    Param("lift_r", "lift, red", 0.0, -1.0, 1.0),
    Param("lift_g", "lift, green", 0.0, -1.0, 1.0),
    Param("lift_b", "lift, blue", 0.0, -1.0, 1.0),
    Param("gamma", "gamma", 1.0, 0.1, 10.0),
    Param("gamma_r", "gamma, red", 1.0, 0.1, 10.0),
    Param("gamma_g", "gamma, green", 1.0, 0.1, 10.0),
    Param("gamma_b", "gamma, blue", 1.0, 0.1, 10.0),
    Param("gain", "gain", 1.0, 0.0, 4.0),
    Param("gain_r", "gain, red", 1.0, 0.0, 4.0),
    Param("gain_g", "gain, green", 1.0, 0.0, 4.0),
    Param("gain_b", "gain, blue", 1.0, 0.0, 4.0),
    Param("saturation", "saturation", 1.0, 0.0, 4.0),
    Param("lut_mix", "share of the LUT", 1.0, 0.0, 1.0),
    Param("matte_feather", "feather of the matte", 0.0, 0.0, 0.1, "of the height, as sigma"),
    Param("vignette", "vignette", 0.0, 0.0, 1.0),
    Param("grain", "film grain", 0.0, 0.0, 1.0),
    Param(RAMP, "speed ramp", 1.0, 0.01, 100.0, "×", timed=True),
    Param("volume", "volume", 0.0, -96.0, 24.0, "dB", sound=True),
    Param("pan", "pan", 0.0, -1.0, 1.0, "left to right", sound=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """Words as a picture of their own. `size` is the letters' height as a share of the raster's."""

    text: str
    size: float = 0.08
    font: str = ""  # a family that fontconfig finds; empty: the house's own
    colour: str = "#ffffff"
    background: str = ""  # behind the words; empty: clear
    align: str = "centre"  # left, centre, right
    place: str = "middle"  # top, middle, bottom
    lines: float = 1.0  # the letters of the lines after the first, as a share of the first one's
    outline: str = ""  # a line round the letters; empty: none
    fills: bool = False  # the background fills the picture
    roll: bool = False  # the words come from below and leave above while the clip lasts
    style: str = ""  # the one of `cut.values.title_styles` that it began with


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """All of a clip's. `curves` is sorted by name and holds only what was set; a product with the clip's own
    opacity and a sum with its own gain.
    """

    curves: tuple[tuple[str, Curve], ...] = ()
    flip_h: bool = False
    flip_v: bool = False
    blend: Blend = Blend.NORMAL
    lut: str = ""  # id of an asset
    matte: str = ""  # id of a mask
    matte_inverted: bool = False
    damaged: OnDamage = OnDamage.REFUSE
    speed: Fraction = Fraction(1)  # source seconds a second; below 0 backwards, 0 a freeze frame
    keeps_pitch: bool = False  # at another speed sound is as high as at its own; else as on tape
    blended: bool = False  # at another speed a picture between two frames is a mixture of both
    title: Title | None = None

    def curve(self, name: str) -> Curve:
        """The keys of a number; none where it was never set."""
        for each, curve in self.curves:
            if each == name:
                return curve
        return ()

    def at(self, name: str, frame: float) -> float:
        """A number at a frame of the clip."""
        curve = self.curve(name)
        return value_at(curve, frame) if curve else PARAMS[name].default


NO_EFFECTS = Effects()


def value_at(curve: Curve, frame: float) -> float:
    """A curve's value; before its first and after its last key it holds."""
    after = bisect_right(curve, frame, key=lambda key: key.frame)
    if after == 0:
        return curve[0].value
    if after == len(curve):
        return curve[-1].value
    left, right = curve[after - 1], curve[after]
    share = eased(left.easing, (frame - left.frame) / (right.frame - left.frame))
    return left.value + (right.value - left.value) * share


def eased(easing: Easing, x: float) -> float:
    """0…1 to 0…1. The eased ones are arcs of a sine, so their speed is 0 at the soft end."""
    match easing:
        case Easing.LINEAR:
            return x
        case Easing.IN:
            return 1.0 - math.cos(x * math.pi / 2)
        case Easing.OUT:
            return math.sin(x * math.pi / 2)
        case Easing.BOTH:
            return 0.5 - 0.5 * math.cos(x * math.pi)
        case Easing.HOLD:
            return 0.0
