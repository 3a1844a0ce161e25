"""Convert a chain of sound effects to and from JSON, for the film's file, the render plan and the metadata of
other programs.

Only values that differ from the default are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from milimo_tui.core.errors import BadInput, Damaged, Refused
from milimo_tui.cut.values.keyframes import keyframe_from_json, keyframe_to_json, read_json_number
from milimo_tui.cut.values.sound_effects import (
    SOUND_EFFECTS,
    ImpulseFile,
    SoundChain,
    SoundEffect,
    require_valid_chain,
    set_effect_curve,
    set_effect_numbers,
    set_impulse_file,
)


def chain_to_json(chain: SoundChain) -> list[dict[str, Any]]:
    """Return a chain as JSON: `[{"name": "eq", "numbers": {"low_cut": 80.0}, "bypassed": true}, …]`.

    An effect may also have `"keys": {"low_cut": [[0, 80.0], [25, 400.0]]}`, and a reverb
    `"impulse": {"asset": "asset_1", "seconds": 1.5}`.
    """
    out = []
    for effect in chain:
        body: dict[str, Any] = {"name": effect.name}
        if effect.numbers:
            body["numbers"] = dict(effect.numbers)
        if effect.bypassed:
            body["bypassed"] = True
        if effect.impulse is not None:
            body["impulse"] = {key: value for key, value in asdict(effect.impulse).items() if value}
        if effect.curves:
            body["keys"] = {name: [keyframe_to_json(key) for key in curve] for name, curve in effect.curves}
        out.append(body)
    return out


def chain_from_json(body: Any) -> SoundChain:
    """Return the chain that a JSON value describes. Raises Damaged for effects and numbers that this version
    does not know.
    """
    try:
        if not isinstance(body, list):
            raise Damaged("the sound effects can't be read: they are not a list")
        chain = tuple(_effect_from_json(each) for each in body)
        require_valid_chain(chain, is_clip=True)
    except (BadInput, Refused) as error:
        raise Damaged(f"the sound effects can't be read: {error.message}") from error
    except (TypeError, ValueError, AttributeError, IndexError, KeyError) as error:
        raise Damaged("the sound effects can't be read") from error
    return chain


def _effect_from_json(body: Mapping[str, Any]) -> SoundEffect:
    name, unknown = body.get("name", ""), set(body) - {"name", "numbers", "bypassed", "impulse", "keys"}
    if unknown:
        raise Damaged(f"this version of Milimo has no “{min(unknown)}” in sound effects")
    if name not in SOUND_EFFECTS:
        raise Damaged(f"this version of Milimo has no sound effect “{name}”")
    numbers = {key: _number_from_json(key, value) for key, value in body.get("numbers", {}).items()}
    effect = set_effect_numbers(SoundEffect(name, bypassed=bool(body.get("bypassed", False))), numbers)
    if "impulse" in body:
        effect = set_impulse_file(effect, _impulse_from_json(body["impulse"]))
    for number, keys in body.get("keys", {}).items():
        effect = set_effect_curve(effect, number, tuple(keyframe_from_json(key) for key in keys))
    return effect


def _number_from_json(name: str, value: Any) -> float:
    try:
        return read_json_number(value)
    except ValueError:
        raise Damaged(f"the sound effects can't be read: {name} is not a number") from None


def _impulse_from_json(body: Mapping[str, Any]) -> ImpulseFile:
    return ImpulseFile(**{**body, "seconds": read_json_number(body["seconds"])})


def describe_sound_chain(chain: Iterable[SoundEffect]) -> str:
    """Return a chain as text, such as `equaliser, compressor (off)`."""
    return ", ".join(
        f"{SOUND_EFFECTS[effect.name].title}{' (off)' if effect.bypassed else ''}" for effect in chain
    )
