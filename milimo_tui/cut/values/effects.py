"""The picture and sound settings of a clip: curves of numbers over time, and choices such as a LUT or a
speed.

This module holds values only. `cut.edit.clip_effects` changes the values and `media` draws them. The frames
of a curve count from the clip's first frame at the cut's rate. Keys may be outside the clip if a trim has
hidden them.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from milimo_tui.cut.values.keyframes import Curve, Easing
from milimo_tui.cut.values.sound_effects import SoundChain


class Blend(StrEnum):
    """The mode in which a picture is combined with the picture below it (W3C Compositing and Blending Level
    1).
    """

    NORMAL = "normal"
    MULTIPLY = "multiply"
    SCREEN = "screen"
    OVERLAY = "overlay"
    DARKEN = "darken"
    LIGHTEN = "lighten"
    ADD = "add"
    DIFFERENCE = "difference"


class OnDamage(StrEnum):
    """The replacement for pictures and sound that can't be decoded because a clip's file is damaged.

    `refuse` means that no replacement was chosen for the clip. The film's setting applies then. If the film's
    setting is `refuse`, too, the render fails.
    """

    REFUSE = "refuse"
    HOLD = "hold"  # repeat the last good picture, without sound
    BLACK = "black"  # show black, without sound


class TitleAlign(StrEnum):
    """The horizontal alignment of a title's lines. The values are stored in films."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


class TitlePlace(StrEnum):
    """The vertical position of a title in the picture. The values are stored in films."""

    TOP = "top"
    MIDDLE = "middle"
    BOTTOM = "bottom"


class EffectGroup(StrEnum):
    """A group of a clip's numbers that other editing programs combine in one effect, such as the numbers that
    crop the four sides.
    """

    MOVE = "move"
    CROP = "crop"
    GRADE = "grade"


@dataclass(frozen=True, slots=True)
class EffectParameter:
    """A number of a clip, such as `scale`, that can change over time by keyframes. `default` is its value
    without keyframes. `low` and `high` are its lowest and highest value.
    """

    name: str
    title: str
    default: float
    low: float
    high: float
    unit: str = ""
    group: EffectGroup | None = None
    sound: bool = False
    # True if the number changes timing, not appearance. Only `cut.edit.speed_ramps` may set such a number
    timed: bool = False


RAMP = "ramp"
"""The name of the curve that multiplies a clip's speed over time. `cut.values.ramps` computes the source time
from it.
"""


def _index_parameters(*params: EffectParameter) -> Mapping[str, EffectParameter]:
    return MappingProxyType({param.name: param for param in params})


# The lowest and the highest gain of a clip or a track, and of the parameter `volume`, in dB.
GAIN_RANGE_DB = (-96.0, 24.0)
# A gain of this many dB or fewer is silence. Files of other programs have this gain in place of a muted clip.
MUTED_DB = -96.0

OPACITY = EffectParameter("opacity", "opacity", 1.0, 0.0, 1.0)
SCALE = EffectParameter("scale", "scale", 1.0, 0.01, 20.0, "×", EffectGroup.MOVE)
VOLUME = EffectParameter("volume", "volume", 0.0, *GAIN_RANGE_DB, "dB", sound=True)
# The reduction while somebody speaks. It is a curve of its own, so that ducking can be made again without a
# change of the volume's keys.
DUCKING = EffectParameter("ducking", "ducking", 0.0, *GAIN_RANGE_DB, "dB", sound=True)
PARAMS = _index_parameters(
    OPACITY,
    EffectParameter("x", "position across", 0.0, -10.0, 10.0, "widths", EffectGroup.MOVE),
    EffectParameter("y", "position down", 0.0, -10.0, 10.0, "heights", EffectGroup.MOVE),
    SCALE,
    EffectParameter("scale_x", "scale across", 1.0, 0.01, 20.0, "×", EffectGroup.MOVE),
    EffectParameter("scale_y", "scale down", 1.0, 0.01, 20.0, "×", EffectGroup.MOVE),
    EffectParameter("rotation", "rotation", 0.0, -3600.0, 3600.0, "° clockwise", EffectGroup.MOVE),
    EffectParameter("crop_left", "crop left", 0.0, 0.0, 1.0, "of the width", EffectGroup.CROP),
    EffectParameter("crop_right", "crop right", 0.0, 0.0, 1.0, "of the width", EffectGroup.CROP),
    EffectParameter("crop_top", "crop top", 0.0, 0.0, 1.0, "of the height", EffectGroup.CROP),
    EffectParameter("crop_bottom", "crop bottom", 0.0, 0.0, 1.0, "of the height", EffectGroup.CROP),
    EffectParameter("blur", "blur", 0.0, 0.0, 0.25, "of the height, as sigma"),
    EffectParameter("lift", "lift", 0.0, -1.0, 1.0, group=EffectGroup.GRADE),
    EffectParameter("lift_r", "lift, red", 0.0, -1.0, 1.0, group=EffectGroup.GRADE),
    EffectParameter("lift_g", "lift, green", 0.0, -1.0, 1.0, group=EffectGroup.GRADE),
    EffectParameter("lift_b", "lift, blue", 0.0, -1.0, 1.0, group=EffectGroup.GRADE),
    EffectParameter("gamma", "gamma", 1.0, 0.1, 10.0, group=EffectGroup.GRADE),
    EffectParameter("gamma_r", "gamma, red", 1.0, 0.1, 10.0, group=EffectGroup.GRADE),
    EffectParameter("gamma_g", "gamma, green", 1.0, 0.1, 10.0, group=EffectGroup.GRADE),
    EffectParameter("gamma_b", "gamma, blue", 1.0, 0.1, 10.0, group=EffectGroup.GRADE),
    EffectParameter("gain", "gain", 1.0, 0.0, 4.0, group=EffectGroup.GRADE),
    EffectParameter("gain_r", "gain, red", 1.0, 0.0, 4.0, group=EffectGroup.GRADE),
    EffectParameter("gain_g", "gain, green", 1.0, 0.0, 4.0, group=EffectGroup.GRADE),
    EffectParameter("gain_b", "gain, blue", 1.0, 0.0, 4.0, group=EffectGroup.GRADE),
    EffectParameter("saturation", "saturation", 1.0, 0.0, 4.0, group=EffectGroup.GRADE),
    EffectParameter("lut_mix", "share of the LUT", 1.0, 0.0, 1.0),
    EffectParameter("matte_feather", "feather of the matte", 0.0, 0.0, 0.1, "of the height, as sigma"),
    EffectParameter("vignette", "vignette", 0.0, 0.0, 1.0),
    EffectParameter("grain", "film grain", 0.0, 0.0, 1.0),
    EffectParameter(RAMP, "speed ramp", 1.0, 0.01, 100.0, "×", timed=True),
    VOLUME,
    DUCKING,
    EffectParameter("pan", "pan", 0.0, -1.0, 1.0, "left to right", sound=True),
)


def list_group_parameters(*groups: EffectGroup) -> tuple[str, ...]:
    """Return the names of a clip's numbers, such as `scale`, that belong to at least one of the groups."""
    return tuple(name for name, param in PARAMS.items() if param.group in groups)


# The smallest and the largest `Title.size` and `Title.lines`.
TITLE_SIZES, TITLE_LINES = (0.005, 1.0), (0.1, 2.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A title: text that is drawn as a picture. `size` is the height of the letters as a share of the
    picture's height.
    """

    text: str
    size: float = 0.08
    font: str = ""  # font family, as fontconfig knows it; empty for the default font
    colour: str = "#ffffff"
    background: str = ""  # colour behind the words; empty for transparent
    align: TitleAlign = TitleAlign.CENTRE
    place: TitlePlace = TitlePlace.MIDDLE
    lines: float = 1.0  # size of the second and later lines, as a share of the first line's size
    outline: str = ""  # colour of the outline of the letters; empty for no outline
    fills: bool = False  # True if the background fills the entire picture
    roll: bool = False  # True if the words scroll from bottom to top during the clip
    style: str = ""  # name of the style in `cut.values.title_styles` that the title was created with


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """All effects of a clip.

    `curves` is sorted by name and holds only the numbers that were set. The opacity curve is multiplied by
    the clip's own opacity. The curves of volume and ducking are added to the clip's own gain.
    """

    curves: tuple[tuple[str, Curve], ...] = ()
    flip_h: bool = False
    flip_v: bool = False
    blend: Blend = Blend.NORMAL
    lut: str = ""  # id of the media file of a LUT; empty for none
    matte: str = ""  # id of the mask that limits the clip's picture; empty for none
    matte_inverted: bool = False
    damaged: OnDamage = OnDamage.REFUSE
    # Source seconds per second of the cut; negative plays backwards, 0 is a freeze frame
    speed: Fraction = Fraction(1)
    # True preserves the pitch of the sound at another speed; False lets the pitch change as on tape
    keeps_pitch: bool = False
    # True mixes the two source frames nearest to the exact time when the speed is not 1
    blended: bool = False
    title: Title | None = None
    # The sound effects, in the order in which they are applied
    chain: SoundChain = ()

    def get_curve(self, name: str) -> Curve:
        """Return the keyframes of the number `name`. Empty if the number was never set."""
        for each, curve in self.curves:
            if each == name:
                return curve
        return ()

    def get_value_at(self, name: str, frame: float) -> float:
        """Return the value of the number `name` at a frame of the clip."""
        curve = self.get_curve(name)
        return evaluate_curve(curve, frame) if curve else PARAMS[name].default


NO_EFFECTS = Effects()


def evaluate_curve(curve: Curve, frame: float) -> float:
    """Return the value of a curve at a frame. It is constant before the first and after the last key."""
    after = bisect_right(curve, frame, key=lambda key: key.frame)
    if after == 0:
        return curve[0].value
    if after == len(curve):
        return curve[-1].value
    left, right = curve[after - 1], curve[after]
    share = apply_easing(left.easing, (frame - left.frame) / (right.frame - left.frame))
    return left.value + (right.value - left.value) * share


def apply_easing(easing: Easing, x: float) -> float:
    """Return the share of a value's change that is complete after the share `x` of the time between two
    keyframes. Both shares are from 0 to 1.

    The smooth easings are arcs of a sine, so the change has speed 0 at the smooth end.
    """
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
