"""Functions on all curves and effects of a clip together: shift, stretch and freeze curves, and separate
effects of the picture from effects of the sound.

The functions only need the effects, not the clip.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.time import round_half_up
from milimo_tui.cut.values.effects import NO_EFFECTS, PARAMS, Effects, evaluate_curve
from milimo_tui.cut.values.keyframes import Curve, Keyframe
from milimo_tui.cut.values.ramps import replace_speed_ramp
from milimo_tui.cut.values.sound_effects import SoundChain


def shift_curves(effects: Effects, frames: int) -> Effects:
    """Return effects in which all keys are `frames` frames later, or earlier if negative."""
    if not frames:
        return effects
    return _map_curves(effects, lambda curve: tuple(replace(key, frame=key.frame + frames) for key in curve))


def stretch_curves(effects: Effects, ratio: Fraction) -> Effects:
    """Return effects in which the frame of every key is multiplied by `ratio`. Halves are rounded up.

    If two keys end up on one frame, the later key stays.
    """
    return effects if ratio == 1 else remap_curves(effects, lambda frame: round_half_up(frame * ratio))


def remap_curves(effects: Effects, to: Callable[[int], int]) -> Effects:
    """Return effects in which every key is moved. `to` returns the new frame for the old frame of a key.

    If two keys end up on one frame, the later key stays.
    """

    return _map_curves(effects, lambda curve: remap_keys(curve, to))


def remap_keys(curve: Curve, to: Callable[[int], int]) -> Curve:
    """Return a curve in which every key is moved. `to` returns the new frame for the old frame of a key.

    If two keys end up on one frame, the later key stays.
    """
    kept = {to(key.frame): key for key in curve}
    return tuple(replace(kept[frame], frame=frame) for frame in sorted(kept))


def freeze_effects(effects: Effects, frame: int) -> Effects:
    """Return effects in which each number, such as `scale`, is constant at the value that it has at a frame.
    A speed ramp is removed.
    """
    return _map_curves(
        replace_speed_ramp(effects, ()), lambda curve: (Keyframe(0, evaluate_curve(curve, frame)),)
    )


def get_picture_effects(effects: Effects) -> Effects:
    """Return the effects that are needed to draw a clip's picture. Speed, LUT and matte are removed, because
    a plan stores them elsewhere.
    """
    if effects is NO_EFFECTS:
        return effects
    drawn = _filter_curves(effects, sound=False)
    return replace(drawn, lut="", matte="", speed=Fraction(1), keeps_pitch=False, chain=())


def get_sound_effects(effects: Effects) -> Effects:
    """Return the effects that are used to mix a clip's sound."""
    part = Effects(
        curves=_filter_curves(effects, sound=True).curves,
        damaged=effects.damaged,
        keeps_pitch=effects.keeps_pitch,
        chain=effects.chain,
    )
    return NO_EFFECTS if part == NO_EFFECTS else part


def _filter_curves(effects: Effects, *, sound: bool) -> Effects:
    curves = tuple(
        (name, curve) for name, curve in effects.curves if PARAMS[name].sound is sound or PARAMS[name].timed
    )
    return effects if curves == effects.curves else replace(effects, curves=curves)


def map_chain_curves(chain: SoundChain, change: Callable[[Curve], Curve]) -> SoundChain:
    """Return sound effects in which the keys of all numbers are changed by a function."""
    if not any(effect.curves for effect in chain):
        return chain
    return tuple(
        replace(effect, curves=tuple((name, change(curve)) for name, curve in effect.curves))
        for effect in chain
    )


def _map_curves(effects: Effects, change: Callable[[Curve], Curve]) -> Effects:
    chain = map_chain_curves(effects.chain, change)
    if not effects.curves and chain == effects.chain:
        return effects
    curves = tuple((name, change(curve)) for name, curve in effects.curves)
    return replace(effects, curves=curves, chain=chain)
