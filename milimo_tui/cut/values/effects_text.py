"""Convert a clip's effects to and from JSON, for the film's file, the render plan and the metadata of other
programs.

Only values that differ from the default are written. A clip without effects is therefore `{}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from fractions import Fraction
from typing import Any

from milimo_tui.core.errors import Damaged
from milimo_tui.core.reasons import reason
from milimo_tui.core.time import format_ratio
from milimo_tui.cut.values.effects import (
    NO_EFFECTS,
    PARAMS,
    Blend,
    Effects,
    OnDamage,
    Title,
    TitleAlign,
    TitlePlace,
)
from milimo_tui.cut.values.keyframes import Curve, keyframe_from_json, keyframe_to_json
from milimo_tui.cut.values.sound_effects_text import chain_from_json, chain_to_json

_WORDS = ("lut", "matte")
_FLAGS = ("flip_h", "flip_v", "matte_inverted", "keeps_pitch", "blended")
_NO_TITLE = Title(text="")
_TITLE = tuple(field.name for field in fields(Title))


def effects_to_json(effects: Effects) -> dict[str, Any]:
    """Return effects as JSON: `{"curves": {"opacity": [[0, 1.0], [12, 0.5, "ease"]]}, "speed": "2/1", …}`."""
    out: dict[str, Any] = {}
    if effects.curves:
        out["curves"] = {name: [keyframe_to_json(key) for key in curve] for name, curve in effects.curves}
    for name in (*_FLAGS, *_WORDS):
        if getattr(effects, name):
            out[name] = getattr(effects, name)
    if effects.blend is not Blend.NORMAL:
        out["blend"] = effects.blend.value
    if effects.damaged is not OnDamage.REFUSE:
        out["damaged"] = effects.damaged.value
    if effects.speed != 1:
        out["speed"] = format_ratio(effects.speed)
    if effects.title is not None:
        title = effects.title
        values = {name: getattr(title, name) for name in _TITLE}
        out["title"] = {
            name: value
            for name, value in values.items()
            if name == "text" or value != getattr(_NO_TITLE, name)
        }
    if effects.chain:
        out["chain"] = chain_to_json(effects.chain)
    return out


def effects_from_json(body: Mapping[str, Any]) -> Effects:
    """Return the effects that a JSON value describes. Raises Damaged for effects that this version does not
    know.
    """
    if not body:
        return NO_EFFECTS
    more = {name: value for name, value in body.items() if name in (*_FLAGS, *_WORDS)}
    try:
        unknown = set(body) - {*more, "curves", "blend", "damaged", "speed", "title", "chain"}
        if unknown:
            raise Damaged(f"this version of Milimo has no effect “{min(unknown)}”")
        if "blend" in body:
            more["blend"] = Blend(body["blend"])
        if "damaged" in body:
            more["damaged"] = OnDamage(body["damaged"])
        if "speed" in body:
            more["speed"] = Fraction(body["speed"])
        if "title" in body:
            more["title"] = _title_from_json(body["title"])
        if "chain" in body:
            more["chain"] = chain_from_json(body["chain"])
        return Effects(curves=_parse_curves(body.get("curves", {})), **more)
    except (TypeError, ValueError, ZeroDivisionError) as error:
        raise Damaged(f"the effects of a clip can't be read: {reason(error)}") from error


def _title_from_json(body: Mapping[str, Any]) -> Title:
    align, place = body.get("align", _NO_TITLE.align), body.get("place", _NO_TITLE.place)
    return Title(**{**body, "align": TitleAlign(align), "place": TitlePlace(place)})


def _parse_curves(body: Mapping[str, Any]) -> tuple[tuple[str, Curve], ...]:
    out = []
    for name in sorted(body):
        if name not in PARAMS:
            raise Damaged(f"this version of Milimo has no effect “{name}”")
        out.append((name, tuple(keyframe_from_json(key) for key in body[name])))
    return tuple(out)
