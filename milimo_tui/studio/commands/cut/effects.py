"""Commands for the look and sound of clips in the current cut: effects, keyframes and transitions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Literal

from milimo_tui.core.errors import BadInput
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import format_ratio, is_plain_number, parse_number, parse_ratio
from milimo_tui.cut.edit import edits
from milimo_tui.cut.edit.clip_effects import CHOICES, find_catalog_effect, find_effect_parameter
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.effect_catalog import CATALOG
from milimo_tui.cut.values.effects import NO_EFFECTS, PARAMS, Blend, OnDamage
from milimo_tui.cut.values.keyframes import Easing, Keyframe
from milimo_tui.cut.values.transition_kinds import Direction, TransitionKind
from milimo_tui.story.values.film import AssetKind
from milimo_tui.studio.commands.cut.current_cut import (
    edit_cut,
    find_clip,
    get_clip_name,
    get_current_cut,
    make_current_media_length_lookup,
    make_cut_command,
    parse_cut_frame,
)
from milimo_tui.studio.commands.media.asset import find_asset
from milimo_tui.studio.pictures import masks
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio

YES_NO_WORDS = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


class EffectClipArgs(Args):
    clip: str = arg(description="a clip (its id, 3B, or its name)")


def _list_clip_effects(studio: Studio, args: EffectClipArgs) -> Outcome:
    """List every effect with the value that it has on the clip."""
    effects = find_clip(studio, args.clip).effects
    rows: list[dict[str, Any]] = []
    for param in PARAMS.values():
        curve = effects.get_curve(param.name)
        keys = [[key.frame, key.value, key.easing.value] for key in curve]
        value = curve[0].value if len(curve) == 1 else None if curve else param.default
        rows.append(
            {
                "id": param.name,
                "title": param.title,
                "value": value,
                "keys": keys if len(curve) > 1 else [],
                "set": bool(curve),
                "default": param.default,
                "low": param.low,
                "high": param.high,
                "unit": param.unit,
            }
        )
    for name in (*CHOICES, "speed"):
        value, default = getattr(effects, name), getattr(NO_EFFECTS, name)
        row = {
            "value": _convert_ratio_to_text(value),
            "set": value != default,
            "default": _convert_ratio_to_text(default),
        }
        rows.append({"id": name, "title": name.replace("_", " "), "keys": [], **row})
    return Outcome(data=rows, columns=("id", "value", "keys", "default", "unit"))


def _convert_ratio_to_text(value: Any) -> Any:
    return format_ratio(value) if isinstance(value, Fraction) else value


class EffectArgs(EffectClipArgs):
    name: str = arg(description="effect: scale, blur, blend, lut … (milimo cut effects CLIP lists all)")
    value: str = arg(
        description="value: a number, yes, no, a mode, hold, black, or a LUT or mask (empty: none)"
    )


def _set_clip_effect(studio: Studio, args: EffectArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    label = f"{args.name} {args.value or 'none'} on {get_clip_name(studio, clip)}"
    if args.name in CHOICES:
        given = {args.name: _parse_effect_choice(studio, args.name, args.value)}
        return edit_cut(studio, label, lambda cut: edits.set_choices(cut, clip.id, **given))
    number = _parse_effect_number(args.name, args.value)
    return edit_cut(studio, label, lambda cut: edits.set_number(cut, clip.id, args.name, number))


def _parse_effect_number(name: str, text: str) -> float:
    try:
        return parse_number(text)
    except ValueError:
        find_effect_parameter(name)
        raise BadInput(f"“{text}” is not a number, but {name} needs one", "for example 0.5") from None


def _parse_effect_choice(studio: Studio, name: str, text: str) -> Any:
    if name == "blend":
        if text not in list(Blend):
            raise BadInput(f"there is no blend mode “{text}”", f"blend modes: {', '.join(Blend)}")
        return Blend(text)
    if name == "damaged":
        if text not in list(OnDamage):
            raise BadInput(f"“{text}” is not a method for damaged frames", f"methods: {', '.join(OnDamage)}")
        return OnDamage(text)
    if name == "lut":
        return _find_lut_id(studio, text)
    if name == "matte":
        return masks.find_mask(studio, text).id if text else ""
    if text.lower() not in YES_NO_WORDS:
        raise BadInput(f"{name} must be yes or no, not “{text}”")
    return YES_NO_WORDS[text.lower()]


def _find_lut_id(studio: Studio, name: str) -> str:
    if not name:
        return ""
    asset = find_asset(studio, name)
    if asset.kind is not AssetKind.LUT:
        raise BadInput(f"{asset.name or asset.id} is not a LUT", "milimo asset add FILE.cube imports one")
    return asset.id


class KeyframeArgs(EffectClipArgs):
    name: str = arg(description="the number to animate: opacity, scale, x, volume …")
    at: str = arg("", description="a timecode or frame of the cut (default: the playhead)")
    frame: int | None = arg(None, ge=0, description="or a frame of the clip, from 0")
    value: float | None = arg(None, description="value at this frame (default: the present value)")
    easing: Easing | None = arg(None, description="easing to the next key")
    remove: bool = arg(False, description="remove the key instead")


def _set_keyframe(studio: Studio, args: KeyframeArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    frame = args.frame
    if frame is None:
        frame = parse_cut_frame(studio, args.at) - layout(get_current_cut(studio)).get_start(clip.id)
    name, on = args.name, get_clip_name(studio, clip)
    if args.remove:
        label = f"remove a key of {name} from {on}"
        return edit_cut(studio, label, lambda cut: edits.remove_key(cut, clip.id, name, frame))
    value_text = "" if args.value is None else f" {args.value:g}"
    return edit_cut(
        studio,
        f"key {name}{value_text} at frame {frame} of {on}",
        lambda cut: edits.set_key(cut, clip.id, name, frame, args.value, args.easing),
    )


class KeyframeCurveArgs(EffectClipArgs):
    name: str = arg(description="the number to animate: opacity, scale, x, volume …")
    keys: tuple[str, ...] = arg((), description="FRAME:VALUE or FRAME:VALUE:EASING; none: remove all keys")


def _set_keyframe_curve(studio: Studio, args: KeyframeCurveArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    curve = tuple(sorted(parse_keyframes(args.keys), key=lambda key: key.frame))
    words = f"{len(curve)} key{'s' * (len(curve) != 1)}" if curve else "no keys"
    label = f"{args.name} of {get_clip_name(studio, clip)}: {words}"
    return edit_cut(studio, label, lambda cut: edits.set_curve(cut, clip.id, args.name, curve))


def parse_keyframes(texts: Sequence[str]) -> list[Keyframe]:
    """Parse keyframes. One text can contain several, separated by commas or spaces. Raises BadInput."""
    return [_parse_keyframe(each) for text in texts for each in text.replace(",", " ").split() or [text]]


def _parse_keyframe(text: str) -> Keyframe:
    """Parse a keyframe: frame, value and easing, such as `25:-6:ease`. Raises BadInput."""
    frame, _, rest = text.partition(":")
    value, _, easing = rest.partition(":")
    try:
        return Keyframe(
            _parse_frame_number(frame), parse_number(value), Easing(easing) if easing else Easing.LINEAR
        )
    except ValueError:
        raise BadInput(
            f"“{text}” is not a keyframe", f"for example 25:-6 or 25:0.5:{'|'.join(Easing)}"
        ) from None


def _parse_frame_number(text: str) -> int:
    if not is_plain_number(text):
        raise ValueError(text)
    return int(text)


class EffectPresetArgs(EffectClipArgs):
    effect: str = arg(description="effect: film grain, sepia, slow push in … (milimo cut catalog lists all)")
    amount: str = arg("", description="amount: 30%, 0.3 (default: that of the effect)")
    off: bool = arg(False, description="remove the effect instead")


def _apply_effect_preset(studio: Studio, args: EffectPresetArgs) -> Outcome:
    clip, effect = find_clip(studio, args.clip), find_catalog_effect(args.effect)
    amount = float(parse_share(args.amount)) if args.amount else None
    how = f" {effect.amount if amount is None else amount:.0%}" if effect.has_amount else ""
    label = f"{effect.name}{how} {'off' if args.off else 'on'} {get_clip_name(studio, clip)}"
    return edit_cut(
        studio, label, lambda cut: edits.apply_effect_by_name(cut, clip.id, effect.name, amount, off=args.off)
    )


def _list_effect_catalog(studio: Studio, args: NoArgs) -> Outcome:
    """List the effects that can be put on a clip."""
    rows = [{"effect": each.name, "kind": each.kind, "amount": f"{each.amount:.0%}"} for each in CATALOG]
    return Outcome(data=rows, columns=("effect", "kind", "amount"))


def parse_share(text: str) -> Fraction:
    """Parse a share written as `30%`, `0.3` or `3/10`, and return it as a fraction of 1. Raises BadInput."""
    bare = text.strip().removesuffix("×").removesuffix("x")
    return parse_ratio(bare[:-1]) / 100 if bare.endswith("%") else parse_ratio(bare)


class EffectClearArgs(EffectClipArgs):
    names: tuple[str, ...] = arg((), description="only these effects (default: all but speed and title)")


def _clear_clip_effects(studio: Studio, args: EffectClearArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    label = f"clear {', '.join(args.names) or 'the effects'} of {get_clip_name(studio, clip)}"
    return edit_cut(studio, label, lambda cut: edits.clear_effects(cut, clip.id, args.names))


class TransitionEdgeArgs(EffectClipArgs):
    edge: Literal["head", "tail"] = arg("tail", description="edge that has the transition")


class TransitionArgs(TransitionEdgeArgs):
    kind: TransitionKind | None = arg(None, description="kind of transition (default: dissolve)")
    frames: int | None = arg(
        None, ge=1, description="length in frames (default: half a second, or what fits)"
    )
    direction: Direction | None = arg(None, description="direction of a wipe or push")
    colour: str | None = arg(None, description="colour of a dip, #rrggbb")
    softness: float | None = arg(None, ge=0, le=1, description="softness of a wipe's edge, from 0 to 1")
    overlap: bool = arg(False, description="trim the clips if their media are too short for the transition")


def _set_transition(studio: Studio, args: TransitionArgs) -> Outcome:
    clip, bounds = find_clip(studio, args.clip), make_current_media_length_lookup(studio)
    given = args.given("clip", "edge")
    return edit_cut(
        studio,
        f"{args.kind or 'transition'} at the {args.edge} of {get_clip_name(studio, clip)}",
        lambda cut: edits.set_transition(cut, clip.id, new_id=new_id, edge=args.edge, bounds=bounds, **given),
    )


def _remove_transition(studio: Studio, args: TransitionEdgeArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    return edit_cut(
        studio,
        f"cut hard at the {args.edge} of {get_clip_name(studio, clip)}",
        lambda cut: edits.remove_transition(cut, clip.id, edge=args.edge),
    )


EFFECTS: tuple[Command, ...] = (
    make_cut_command(
        "effects",
        "List clip effects",
        "list all effects with their values on a clip",
        _list_clip_effects,
        EffectClipArgs,
        "clip",
    ),
    make_cut_command(
        "effect",
        "Set effect",
        "set one effect of a clip",
        _set_clip_effect,
        EffectArgs,
        "clip",
        "name",
        "value",
    ),
    make_cut_command(
        "keyframe",
        "Set keyframe",
        "set the value of an effect at a frame",
        _set_keyframe,
        KeyframeArgs,
        "clip",
        "name",
    ),
    make_cut_command(
        "keys",
        "Set keyframes",
        "set all keyframes of an effect at once",
        _set_keyframe_curve,
        KeyframeCurveArgs,
        "clip",
        "name",
        "keys",
    ),
    make_cut_command(
        "put_on",
        "Add effect",
        "apply an effect from the catalogue: grain, sepia, a push in …",
        _apply_effect_preset,
        EffectPresetArgs,
        "clip",
        "effect",
    ),
    Command(
        "cut.catalog",
        "List available effects",
        "list the effects that can be applied",
        _list_effect_catalog,
        NoArgs,
        cli="cut catalog",
    ),
    make_cut_command(
        "clear_effects",
        "Clear effects",
        "remove effects from a clip",
        _clear_clip_effects,
        EffectClearArgs,
        "clip",
    ),
    make_cut_command(
        "transition",
        "Add transition",
        "add a transition between a clip and its neighbour",
        _set_transition,
        TransitionArgs,
        "clip",
    ),
    make_cut_command(
        "transition_remove",
        "Remove transition",
        "remove a transition",
        _remove_transition,
        TransitionEdgeArgs,
        "clip",
    ),
)
