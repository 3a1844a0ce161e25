"""Convert a chain of sound effects to and from JSON, for the film's file, the render plan and the metadata of
other programs.

Only values that differ from the default are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from milimo_tui.core.errors import BadInput, Damaged, Refused
from milimo_tui.cut.values.sound_effects import (
    SOUND_EFFECTS,
    SoundChain,
    SoundEffect,
    require_valid_chain,
    set_effect_numbers,
)


def chain_to_json(chain: SoundChain) -> list[dict[str, Any]]:
    """Return a chain as JSON: `[{"name": "eq", "numbers": {"low_cut": 80.0}, "bypassed": true}, …]`."""
    out = []
    for effect in chain:
        body: dict[str, Any] = {"name": effect.name}
        if effect.numbers:
            body["numbers"] = dict(effect.numbers)
        if effect.bypassed:
            body["bypassed"] = True
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
    except (TypeError, ValueError, AttributeError) as error:
        raise Damaged("the sound effects can't be read") from error
    return chain


def _effect_from_json(body: Mapping[str, Any]) -> SoundEffect:
    name, unknown = body.get("name", ""), set(body) - {"name", "numbers", "bypassed"}
    if unknown:
        raise Damaged(f"this version of Milimo has no “{min(unknown)}” in sound effects")
    if name not in SOUND_EFFECTS:
        raise Damaged(f"this version of Milimo has no sound effect “{name}”")
    numbers = {key: float(value) for key, value in body.get("numbers", {}).items()}
    return set_effect_numbers(SoundEffect(name, bypassed=bool(body.get("bypassed", False))), numbers)


def describe_sound_chain(chain: Iterable[SoundEffect]) -> str:
    """Return a chain as text, such as `equaliser, compressor (off)`."""
    return ", ".join(
        f"{SOUND_EFFECTS[effect.name].title}{' (off)' if effect.bypassed else ''}" for effect in chain
    )
