"""Computes the values of a clip's effects at one frame: the placement of its picture and the change of its
colours.

The module only computes numbers. It uses no pictures and no files.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from operator import add, mul

from milimo_tui.cut.plan.plan import PlanLayer
from milimo_tui.cut.values.effects import EffectGroup, Effects, list_group_parameters

Rgb = tuple[float, float, float]

_GEOMETRY = list_group_parameters(EffectGroup.MOVE, EffectGroup.CROP)


@dataclass(frozen=True, slots=True)
class PicturePlacing:
    """The crop, scale, position and rotation of a picture after it was fitted into the raster. The picture is
    cropped first, then scaled, moved and rotated.

    `moves` is True if a value changes over the clip. Such a picture is placed at fractions of a pixel; any
    other picture is placed on whole pixels.
    """

    x: float = 0.0  # The offset from the middle, as a share of the raster's width (`x`) or height (`y`).
    y: float = 0.0
    scale_x: float = 1.0
    scale_y: float = 1.0
    degrees: float = 0.0  # The rotation in degrees, clockwise.
    left: float = 0.0  # The parts that are cropped off, as shares of the picture's width or height.
    right: float = 0.0
    top: float = 0.0
    bottom: float = 0.0
    moves: bool = False

    @property
    def is_plain(self) -> bool:
        """True if the picture is only fitted into the raster, without any crop, move, scale or rotation."""
        return self == FITTED


FITTED = PicturePlacing()


@dataclass(frozen=True, slots=True)
class Grade:
    """The colour correction of a clip. Lift, gamma and gain (red, green, blue) are applied first, then the
    saturation, then the LUT. `share` (0 to 1) is the strength of the LUT.
    """

    lift: Rgb = (0.0, 0.0, 0.0)
    gamma: Rgb = (1.0, 1.0, 1.0)
    gain: Rgb = (1.0, 1.0, 1.0)
    saturation: float = 1.0
    lut: str = ""  # The path of a .cube file; empty without a LUT.
    share: float = 1.0

    @property
    def is_plain(self) -> bool:
        """True if the grade changes no colour."""
        return self == UNGRADED

    @property
    def has_levels(self) -> bool:
        """True if lift, gamma or gain change a colour channel."""
        return (self.lift, self.gamma, self.gain) != (UNGRADED.lift, UNGRADED.gamma, UNGRADED.gain)


UNGRADED = Grade()


@dataclass(frozen=True, slots=True)
class EffectValues:
    """The values of all effects of a clip at one frame. `blur` and `feather` are the sigmas of a Gaussian
    blur, as shares of the raster's height. `vignette` and `grain` are amounts from 0 to 1.
    """

    placing: PicturePlacing = FITTED
    grade: Grade = UNGRADED
    blur: float = 0.0
    feather: float = 0.0
    flip_h: bool = False
    flip_v: bool = False
    vignette: float = 0.0
    grain: float = 0.0
    # The frame number in the clip if there is grain, which changes with every frame; otherwise 0.
    moment: int = 0

    @property
    def is_plain(self) -> bool:
        """True if no effect is active."""
        return self == PLAIN


PLAIN = EffectValues()


def compute_effect_values(layer: PlanLayer, frame: int) -> EffectValues:
    """Return the values of a layer's effects. `frame` is the frame number in the layer's clip."""
    effects = layer.effects
    if not (effects.curves or effects.flip_h or effects.flip_v or layer.lut):
        return PLAIN
    grain = effects.get_value_at("grain", frame)
    return EffectValues(
        placing=_compute_placing(effects, frame),
        grade=_compute_grade(layer, frame),
        blur=effects.get_value_at("blur", frame),
        feather=effects.get_value_at("matte_feather", frame) if layer.matte else 0.0,
        flip_h=effects.flip_h,
        flip_v=effects.flip_v,
        vignette=effects.get_value_at("vignette", frame),
        grain=grain,
        moment=frame if grain else 0,
    )


def compute_opacity(layer: PlanLayer, frame: int) -> float:
    """Return the opacity of a layer (0 to 1) at a frame of its clip. It is the product of the layer's
    opacity, the value of its opacity curve, and the fades.
    """
    return max(
        0.0,
        min(1.0, layer.opacity * layer.effects.get_value_at("opacity", frame) * _compute_fade(layer, frame)),
    )


def _compute_fade(layer: PlanLayer, frame: int) -> float:
    """Return the factor (0 to 1) by which fade-in and fade-out reduce the opacity at the middle of a
    frame.
    """
    left = layer.clip_frames - 1 - frame  # Negative if a transition shows the clip after its own end.
    factor = 1.0
    if layer.fade_in and frame < layer.fade_in:
        factor *= max(0.0, (frame + 0.5) / layer.fade_in)
    if layer.fade_out and layer.clip_frames and left < layer.fade_out:
        factor *= max(0.0, (left + 0.5) / layer.fade_out)
    return factor


def _compute_placing(effects: Effects, frame: int) -> PicturePlacing:
    if not any(effects.get_curve(name) for name in _GEOMETRY):
        return FITTED
    scale = effects.get_value_at("scale", frame)
    placing = PicturePlacing(
        x=effects.get_value_at("x", frame),
        y=effects.get_value_at("y", frame),
        scale_x=scale * effects.get_value_at("scale_x", frame),
        scale_y=scale * effects.get_value_at("scale_y", frame),
        degrees=math.fmod(effects.get_value_at("rotation", frame), 360.0),
        left=effects.get_value_at("crop_left", frame),
        right=effects.get_value_at("crop_right", frame),
        top=effects.get_value_at("crop_top", frame),
        bottom=effects.get_value_at("crop_bottom", frame),
        moves=any(len({key.value for key in effects.get_curve(name)}) > 1 for name in _GEOMETRY),
    )
    return FITTED if placing == FITTED else placing


def _compute_grade(layer: PlanLayer, frame: int) -> Grade:
    effects = layer.effects

    def channels(name: str, join: Callable[[float, float], float]) -> Rgb:
        whole = effects.get_value_at(name, frame)
        red, green, blue = (join(whole, effects.get_value_at(f"{name}_{letter}", frame)) for letter in "rgb")
        return red, green, blue

    share = effects.get_value_at("lut_mix", frame) if layer.lut else 0.0
    return Grade(
        lift=channels("lift", add),
        gamma=channels("gamma", mul),
        gain=channels("gain", mul),
        saturation=effects.get_value_at("saturation", frame),
        lut=layer.lut.path if layer.lut and share > 0 else "",
        share=share if share > 0 else 1.0,
    )


@dataclass(frozen=True, slots=True)
class Rect:
    """The rectangle of a complete picture on the raster, in fractional pixels, before the picture is
    rotated.
    """

    left: float
    top: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of the rectangle (x, y), about which the picture is rotated."""
        return self.left + self.width / 2, self.top + self.height / 2


def fit(width: int, height: int, into_width: int, into_height: int) -> tuple[int, int, int, int]:
    """Fit a picture into a raster without changing its aspect ratio. Return x, y, width and height in pixels,
    all even.
    """
    scale = min(Fraction(into_width, width), Fraction(into_height, height))
    fitted_width = min(into_width, max(2, 2 * round(width * scale / 2)))
    fitted_height = min(into_height, max(2, 2 * round(height * scale / 2)))
    return (
        (into_width - fitted_width) // 4 * 2,
        (into_height - fitted_height) // 4 * 2,
        fitted_width,
        fitted_height,
    )


def locate_picture(placing: PicturePlacing, size: tuple[int, int], raster: tuple[int, int]) -> Rect:
    """Return the rectangle of a picture of the given size on the raster: fitted into the raster, then scaled
    about its middle and moved.
    """
    x, y, width, height = fit(*size, *raster)
    wide, high = width * placing.scale_x, height * placing.scale_y
    middle_x = x + width / 2 + placing.x * raster[0]
    middle_y = y + height / 2 + placing.y * raster[1]
    return Rect(middle_x - wide / 2, middle_y - high / 2, wide, high)
