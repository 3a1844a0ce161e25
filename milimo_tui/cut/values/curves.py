"""What is done to a clip's curves and effects as a whole: moved, stretched, held, told apart.

Values in, values out; which clip they belong to is no matter here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.time import half_up
from milimo_tui.cut.values.effects import NO_EFFECTS, PARAMS, Curve, Effects, Key, value_at
from milimo_tui.cut.values.ramps import with_ramp


def shifted(effects: Effects, frames: int) -> Effects:
    """All keys moved by frames, to the right when positive."""
    if not frames:
        return effects
    return _each(effects, lambda curve: tuple(replace(key, frame=key.frame + frames) for key in curve))


def stretched(effects: Effects, ratio: Fraction) -> Effects:
    """Keys at so many times their frames, halves up; of two that meet the later one stays."""
    return effects if ratio == 1 else remapped(effects, lambda frame: half_up(frame * ratio))


def remapped(effects: Effects, to: Callable[[int], int]) -> Effects:
    """Keys at the frames that theirs become; of two that meet the later one stays."""

    def remap(curve: Curve) -> Curve:
        kept = {to(key.frame): key for key in curve}
        return tuple(replace(kept[frame], frame=frame) for frame in sorted(kept))

    return _each(effects, remap)


def frozen_at(effects: Effects, frame: int) -> Effects:
    """Every number as it is at a frame, for good; what is held has no ramp."""
    return _each(with_ramp(effects, ()), lambda curve: (Key(0, value_at(curve, frame)),))


def picture_part(effects: Effects) -> Effects:
    """What a clip's picture is drawn with; its speed and its files are told beside it in a plan."""
    if effects is NO_EFFECTS:
        return effects
    drawn = _only(effects, sound=False)
    return replace(drawn, lut="", matte="", speed=Fraction(1), keeps_pitch=False)


def sound_part(effects: Effects) -> Effects:
    """What a clip's sound is mixed with."""
    part = Effects(
        curves=_only(effects, sound=True).curves, damaged=effects.damaged, keeps_pitch=effects.keeps_pitch
    )
    return NO_EFFECTS if part == NO_EFFECTS else part


def _only(effects: Effects, *, sound: bool) -> Effects:
    curves = tuple(
        (name, curve) for name, curve in effects.curves if PARAMS[name].sound is sound or PARAMS[name].timed
    )
    return effects if curves == effects.curves else replace(effects, curves=curves)


def _each(effects: Effects, change: Callable[[Curve], Curve]) -> Effects:
    if not effects.curves:
        return effects
    return replace(effects, curves=tuple((name, change(curve)) for name, curve in effects.curves))
