"""Operations on the picture and sound effects of a clip: numbers such as `scale` and their keyframes, choices
such as a LUT, titles, and ready-made effects of the catalogue.

These operations don't move clips or change their lengths. Speed does, so it is in `cut.edit.speeds`. A number
that has no keyframe, or only one, is constant over the clip.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import fields, replace

from milimo_tui.core.errors import Ambiguous, BadInput, Refused
from milimo_tui.cut.edit.transitions import COLOUR_PATTERN
from milimo_tui.cut.values.cut import Clip, Cut, SourceKind, TrackKind
from milimo_tui.cut.values.effect_catalog import (
    BY_NAME,
    CatalogEffect,
    apply_catalog_effect,
    remove_catalog_effect,
)
from milimo_tui.cut.values.effects import (
    NO_EFFECTS,
    PARAMS,
    TITLE_LINES,
    TITLE_SIZES,
    Blend,
    EffectParameter,
    Effects,
    OnDamage,
    Title,
    evaluate_curve,
)
from milimo_tui.cut.values.guards import find_editable_track, find_existing_clip, require_unfrozen
from milimo_tui.cut.values.keyframes import Curve, Easing, Keyframe
from milimo_tui.cut.values.ramps import get_speed_ramp, replace_speed_ramp
from milimo_tui.cut.values.sound_effects import SoundChain, require_valid_chain
from milimo_tui.cut.values.title_styles import STYLES

CHOICES = ("flip_h", "flip_v", "blend", "lut", "matte", "matte_inverted", "damaged")
"""The effects whose value is a choice and not a number."""
SOUND_CHAIN = "chain"
"""The name of all sound effects together, for operations that copy or clear effects by name."""


def set_number(cut: Cut, clip_id: str, name: str, value: float) -> Cut:
    """Set a number of a clip, such as its `scale`, to a constant value for the complete clip. Existing
    keyframes of the number are removed.
    """
    clip = _find_changeable_clip(cut, clip_id)
    param = find_effect_parameter(name)
    return _replace_clip_effects(
        cut, clip, _replace_curve(clip.effects, name, (Keyframe(0, _check_parameter_value(param, value)),))
    )


def set_key(
    cut: Cut,
    clip_id: str,
    name: str,
    frame: int,
    value: float | None = None,
    easing: Easing | None = None,
) -> Cut:
    """Set or change the keyframe of a number, such as `scale`, at a frame of the clip. If `value` or `easing`
    is None, an existing keyframe keeps its own.

    `easing` is the interpolation from this keyframe to the next.
    """
    clip = _find_changeable_clip(cut, clip_id)
    param = find_effect_parameter(name)
    if not 0 <= frame < clip.frames:
        raise Refused(
            f"frame {frame} is not in the clip, which has {clip.frames} frames",
            "frames of a clip count from 0",
        )
    curve = clip.effects.get_curve(name)
    old = next((key for key in curve if key.frame == frame), None)
    if value is None:
        value = evaluate_curve(curve, frame) if curve else param.default
    if easing is None:
        easing = old.easing if old else Easing.LINEAR
    key = Keyframe(frame, _check_parameter_value(param, value), easing)
    others = [each for each in curve if each.frame != frame]
    return _replace_clip_effects(
        cut,
        clip,
        _replace_curve(clip.effects, name, tuple(sorted((*others, key), key=lambda each: each.frame))),
    )


def set_curve(cut: Cut, clip_id: str, name: str, keys: Curve) -> Cut:
    """Replace all keyframes of a number of a clip, such as `scale`. `keys` are in ascending order of frames,
    and may be outside the clip.

    If `keys` is empty, the number gets its default value.
    """
    clip = _find_changeable_clip(cut, clip_id)
    param = find_effect_parameter(name)
    if [key.frame for key in keys] != sorted({key.frame for key in keys}):
        raise Refused(f"two keys of {param.title} are on the same frame", "remove one of them")
    curve = tuple(replace(key, value=_check_parameter_value(param, key.value)) for key in keys)
    return _replace_clip_effects(cut, clip, _replace_curve(clip.effects, name, curve))


def remove_key(cut: Cut, clip_id: str, name: str, frame: int) -> Cut:
    """Remove the keyframe that a number of a clip, such as `scale`, has at a frame. If no keyframe is left,
    the number gets its default value.
    """
    clip = _find_changeable_clip(cut, clip_id)
    find_effect_parameter(name)
    curve = clip.effects.get_curve(name)
    kept = tuple(key for key in curve if key.frame != frame)
    if kept == curve:
        at = ", ".join(str(key.frame) for key in curve)
        raise Refused(
            f"{PARAMS[name].title} has no key at frame {frame} of the clip",
            f"it has keys at {at}" if at else "the effect has no keys",
        )
    return _replace_clip_effects(cut, clip, _replace_curve(clip.effects, name, kept))


def set_choices(
    cut: Cut,
    clip_id: str,
    *,
    flip_h: bool | None = None,
    flip_v: bool | None = None,
    blend: Blend | None = None,
    lut: str | None = None,
    matte: str | None = None,
    matte_inverted: bool | None = None,
    damaged: OnDamage | None = None,
) -> Cut:
    """Set effects of a clip that are not numbers: flips, blend mode, LUT, matte, and the replacement of
    damaged frames. Arguments of None change nothing.

    `lut` is the id of a media file and `matte` the id of a mask. An empty text removes the LUT or matte.
    """
    clip = _find_changeable_clip(cut, clip_id)
    old = clip.effects
    return _replace_clip_effects(
        cut,
        clip,
        replace(
            old,
            flip_h=old.flip_h if flip_h is None else flip_h,
            flip_v=old.flip_v if flip_v is None else flip_v,
            blend=old.blend if blend is None else blend,
            lut=old.lut if lut is None else lut,
            matte=old.matte if matte is None else matte,
            matte_inverted=old.matte_inverted if matte_inverted is None else matte_inverted,
            damaged=old.damaged if damaged is None else damaged,
        ),
    )


def set_sound_chain(cut: Cut, clip_id: str, chain: SoundChain) -> Cut:
    """Replace the sound effects of a clip. They are applied in the order of the chain. An empty chain removes
    them.
    """
    clip = _find_changeable_clip(cut, clip_id)
    if clip.source.kind is SourceKind.TITLE:
        raise Refused("a title has no sound", "name a clip with sound")
    require_valid_chain(chain, is_clip=True)
    return _replace_clip_effects(cut, clip, replace(clip.effects, chain=chain))


def set_title(cut: Cut, clip_id: str, title: Title) -> Cut:
    """Set the text and style of a title clip."""
    clip = _find_changeable_clip(cut, clip_id)
    if clip.source.kind is not SourceKind.TITLE:
        raise Refused("that clip is not a title", "milimo cut title adds a title to a track")
    require_valid_title(title)
    return _replace_clip_effects(cut, clip, replace(clip.effects, title=title))


def set_effects(cut: Cut, clip_id: str, effects: Effects) -> Cut:
    """Replace the effects of a clip. Its speed and the text of its title stay, because they belong to the
    source that this clip shows.
    """
    clip = _find_changeable_clip(cut, clip_id)
    require_valid_effects(effects)
    own = clip.effects
    timed = replace_speed_ramp(effects, get_speed_ramp(own))
    return _replace_clip_effects(
        cut,
        clip,
        replace(timed, speed=own.speed, keeps_pitch=own.keeps_pitch, blended=own.blended, title=own.title),
    )


def clear_effects(cut: Cut, clip_id: str, names: Collection[str] = ()) -> Cut:
    """Remove the named effects (numbers and choices) of a clip, or all effects if no name is given. The
    clip's speed and the text of its title stay.
    """
    clip = _find_changeable_clip(cut, clip_id)
    known = {*PARAMS, *CHOICES, SOUND_CHAIN}
    unknown = sorted(set(names) - known)
    if unknown:
        raise _create_unknown_effect_error(unknown[0])
    cleared = set(names) or {name for name in known if name not in PARAMS or not PARAMS[name].timed}
    defaults = {field.name: getattr(NO_EFFECTS, field.name) for field in fields(Effects)}
    kept = tuple((name, curve) for name, curve in clip.effects.curves if name not in cleared)
    choices = {name: defaults[name] for name in (*CHOICES, SOUND_CHAIN) if name in cleared}
    return _replace_clip_effects(cut, clip, replace(clip.effects, curves=kept, **choices))


def find_effect_parameter(name: str) -> EffectParameter:
    """Return the description of a number that can be set on a clip, such as `scale`. Raises BadInput for
    an unknown name, and Refused for a speed ramp.
    """
    if name not in PARAMS:
        raise _create_unknown_effect_error(name)
    if PARAMS[name].timed:
        raise Refused("a speed ramp can't be set with this command", "milimo cut ramp CLIP sets it")
    return PARAMS[name]


def require_valid_effects(effects: Effects) -> None:
    """Raise Refused for effects that the operations of this module could not have made: values out of range,
    unsorted keys, titles that can't be drawn.
    """
    for name, curve in effects.curves:
        param = PARAMS[name] if name in PARAMS else find_effect_parameter(name)
        if not curve or [key.frame for key in curve] != sorted({key.frame for key in curve}):
            raise Refused(f"the keys of {param.title} are not in order of their frames")
        for key in curve:
            _check_parameter_value(param, key.value)
    if effects.title is not None:
        require_valid_title(effects.title)
    require_valid_chain(effects.chain, is_clip=True)


def require_valid_title(title: Title) -> None:
    """Raise BadInput for an unknown style, and Refused for a title that can't be drawn."""
    if not title.text.strip():
        raise Refused("a title needs words", "write \\n between its lines")
    low, high = TITLE_SIZES
    if not low <= title.size <= high:
        raise Refused(
            f"the size of a title must be between {low:g} and {high:g} of the picture's height",
            "0.06 is usual",
        )
    for colour in (title.colour, title.background or title.colour, title.outline or title.colour):
        if not COLOUR_PATTERN.fullmatch(colour):
            raise Refused(f"“{colour}” is not a colour", "write one as #rrggbb, for example #ffffff")
    low, high = TITLE_LINES
    if not low <= title.lines <= high:
        raise Refused(f"the line spacing of a title must be between {low:g} and {high:g} times its size")
    if title.style and title.style not in STYLES:
        raise BadInput(f"there is no style “{title.style}”", f"choices: {', '.join(STYLES)}")


def apply_effect_by_name(
    cut: Cut, clip_id: str, name: str, amount: float | None = None, *, off: bool = False
) -> Cut:
    """Apply a ready-made effect of the catalogue to a clip with a strength `amount` from 0 to 1. With `off`,
    remove it. Other effects stay.
    """
    effect = find_catalog_effect(name)
    if amount is not None and not 0 <= amount <= 1:
        raise Refused("an amount must be between 0 and 100 %", "for example 30")
    clip = find_existing_clip(cut, clip_id)
    if any(track.id == clip.track and track.kind is TrackKind.AUDIO for track in cut.tracks):
        raise Refused(
            "this effect needs a picture, and the clip is a sound",
            "{ui.level|milimo cut louder CLIP DB} sets its level",
        )
    if off:
        return set_effects(cut, clip_id, remove_catalog_effect(clip.effects, effect))
    given = effect.amount if amount is None else amount
    return set_effects(cut, clip_id, apply_catalog_effect(clip.effects, effect, given, clip.frames))


def find_catalog_effect(name: str) -> CatalogEffect:
    """Return an effect of the catalogue by its name, or by search words that match no other effect. Raises
    BadInput if no effect matches, and Ambiguous if several do.
    """
    if name in BY_NAME:
        return BY_NAME[name]
    found = [each for each in BY_NAME.values() if name.strip() and each.matches_words(name)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(each.name for each in found or BY_NAME.values())
    if found:
        raise Ambiguous(f"“{name}” matches several effects", f"choices: {names}", name=name)
    raise BadInput(f"“{name}” matches no effect", f"choices: {names}")


def _find_changeable_clip(cut: Cut, clip_id: str) -> Clip:
    """Return a clip by id. Raises Refused if the cut is frozen, the track is locked, or the clip is a gap,
    which can't have effects.
    """
    require_unfrozen(cut)
    clip = next((each for each in cut.clips if each.id == clip_id), None)
    if clip is None:
        raise Refused(f"there is no clip {clip_id} in the cut “{cut.name}”")
    find_editable_track(cut, clip.track)
    if clip.source.kind is SourceKind.GAP:
        raise Refused("a gap has no effects", "name a clip instead of the gap")
    return clip


def _replace_clip_effects(cut: Cut, clip: Clip, effects: Effects) -> Cut:
    if effects == clip.effects:
        return cut
    changed = replace(clip, effects=effects)
    return replace(cut, clips=tuple(changed if each is clip else each for each in cut.clips))


def _replace_curve(effects: Effects, name: str, curve: Curve) -> Effects:
    others = [each for each in effects.curves if each[0] != name]
    mine = [(name, curve)] if curve else []
    return replace(effects, curves=tuple(sorted((*others, *mine), key=lambda each: each[0])))


def _check_parameter_value(param: EffectParameter, value: float) -> float:
    if not (math.isfinite(value) and param.low <= value <= param.high):
        unit = f" {param.unit}" if param.unit else ""
        raise Refused(
            f"{param.title} must be between {param.low:g} and {param.high:g}{unit}",
            f"for example {param.default:g}",
        )
    return float(value)


def _create_unknown_effect_error(name: str) -> BadInput:
    return BadInput(f"there is no effect “{name}”", f"choices: {', '.join((*PARAMS, *CHOICES, SOUND_CHAIN))}")
