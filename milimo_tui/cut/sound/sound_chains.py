"""Pure functions that add, set, bypass and remove an effect in a chain of sound effects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.core.time import parse_number
from milimo_tui.cut.layout.strips import list_strips
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.values.effects import evaluate_curve
from milimo_tui.cut.values.keyframes import Curve, Easing, Keyframe
from milimo_tui.cut.values.sound_effects import (
    MAX_CHAIN,
    SOUND_EFFECTS,
    ImpulseFile,
    SoundChain,
    SoundEffect,
    find_effect_number,
    find_sound_effect,
    set_effect_curve,
    set_effect_numbers,
    set_impulse_file,
)


def find_in_chain(chain: SoundChain, name: str) -> int:
    """Return the index of an effect in a chain. `name` is its position, from 1, or its name if it occurs
    once. Raises BadInput and Refused.
    """
    if not chain:
        raise Refused("there is no sound effect yet", "milimo mix effect add adds one")
    listed = ", ".join(f"{number} {effect.name}" for number, effect in enumerate(chain, 1))
    if name.strip().isdecimal():
        if not 1 <= int(name) <= len(chain):
            raise BadInput(f"there is no sound effect {int(name)}", f"sound effects: {listed}")
        return int(name) - 1
    kind = find_sound_effect(name)
    found = [index for index, effect in enumerate(chain) if effect.name == kind.name]
    if not found:
        raise BadInput(f"there is no {kind.title} among the sound effects", f"sound effects: {listed}")
    if len(found) > 1:
        raise BadInput(
            f"the {kind.title} occurs {len(found)} times", f"name its position: {found[0] + 1}, for example"
        )
    return found[0]


def add_to_chain(chain: SoundChain, effect: SoundEffect, position: int | None = None) -> SoundChain:
    """Return a chain with an effect added at a position, from 1, or at the end. Raises Refused."""
    if len(chain) >= MAX_CHAIN:
        raise Refused(f"there can be at most {MAX_CHAIN} sound effects", "remove one first")
    at = len(chain) if position is None else min(max(0, position - 1), len(chain))
    return (*chain[:at], effect, *chain[at:])


def set_in_chain(chain: SoundChain, index: int, numbers: Mapping[str, float]) -> SoundChain:
    """Return a chain with some numbers of one effect replaced. Raises BadInput, and Refused for a number that
    has keys.
    """
    for name in numbers:
        if chain[index].get_curve(name):
            title = find_effect_number(chain[index].name, name).title
            raise Refused(
                f"{title} has keys", f"milimo mix effect key CLIP {chain[index].name} {name} --clear"
            )
    return (*chain[:index], set_effect_numbers(chain[index], numbers), *chain[index + 1 :])


def bypass_in_chain(chain: SoundChain, index: int | None, *, bypassed: bool) -> SoundChain:
    """Return a chain with one effect switched off or on. If `index` is None, all effects are switched."""
    return tuple(
        replace(effect, bypassed=bypassed) if index in (None, number) else effect
        for number, effect in enumerate(chain)
    )


def remove_from_chain(chain: SoundChain, index: int) -> SoundChain:
    """Return a chain without one effect."""
    return (*chain[:index], *chain[index + 1 :])


def list_impulse_files(cut: Cut) -> Iterator[ImpulseFile]:
    """Yield the recorded impulse responses of all clips and strips of a cut."""
    chains = (*(clip.effects.chain for clip in cut.clips), *(strip.chain for strip in list_strips(cut)))
    for chain in chains:
        yield from list_chain_impulses(chain)


def list_chain_impulses(chain: SoundChain) -> Iterator[ImpulseFile]:
    """Yield the recorded impulse responses of a chain."""
    return (effect.impulse for effect in chain if effect.impulse is not None)


def replace_impulse_assets(chain: SoundChain, assets: Mapping[str, str]) -> SoundChain:
    """Return a chain in which impulse responses are other media files, by the ids of the old files. An
    impulse response that is not in `assets` keeps its id.
    """
    return tuple(
        replace(
            effect,
            impulse=replace(effect.impulse, asset=assets.get(effect.impulse.asset, effect.impulse.asset)),
        )
        if effect.impulse is not None
        else effect
        for effect in chain
    )


def get_number_at(effect: SoundEffect, name: str, frame: float) -> float:
    """Return the value that a number of an effect has at a frame."""
    curve = effect.get_curve(name)
    return evaluate_curve(curve, frame) if curve else effect.get_number(name)


def set_key_in_chain(
    chain: SoundChain, index: int, name: str, frame: int, value: float | None, easing: Easing | None = None
) -> SoundChain:
    """Return a chain in which a number of one effect has a key at a frame. A key at that frame is replaced.
    Without a value, the key gets the value that the number has there, and without an easing, the easing of
    the key that it replaces. Raises BadInput and Refused.
    """
    effect = chain[index]
    find_effect_number(effect.name, name)
    keys = {key.frame: key for key in effect.get_curve(name)}
    before = keys.get(frame, Keyframe(frame, 0.0))
    value = get_number_at(effect, name, frame) if value is None else value
    keys[frame] = Keyframe(frame, value, easing or before.easing)
    return set_curve_in_chain(chain, index, name, tuple(keys[each] for each in sorted(keys)))


def remove_key_from_chain(chain: SoundChain, index: int, name: str, frame: int) -> SoundChain:
    """Return a chain in which a number of one effect has no key at a frame. Without its last key, the number
    gets the value of that key. Raises BadInput and Refused.
    """
    number = find_effect_number(chain[index].name, name)
    curve = chain[index].get_curve(name)
    rest = tuple(key for key in curve if key.frame != frame)
    if rest == curve:
        frames = ", ".join(str(key.frame) for key in curve)
        raise Refused(
            f"{number.title} has no key at frame {frame}",
            f"it has keys at {frames}" if frames else "it has no keys yet",
        )
    return set_curve_in_chain(chain, index, name, rest) if rest else clear_keys_in_chain(chain, index, name)


def clear_keys_in_chain(chain: SoundChain, index: int, name: str) -> SoundChain:
    """Return a chain in which a number of one effect has no keys, and the value of its first key."""
    find_effect_number(chain[index].name, name)
    curve = chain[index].get_curve(name)
    cleared = set_curve_in_chain(chain, index, name, ())
    return set_in_chain(cleared, index, {name: curve[0].value}) if curve else cleared


def set_curve_in_chain(chain: SoundChain, index: int, name: str, curve: Curve) -> SoundChain:
    """Return a chain with other keys for a number of one effect. Raises BadInput and Refused."""
    return (*chain[:index], set_effect_curve(chain[index], name, curve), *chain[index + 1 :])


def set_impulse_in_chain(chain: SoundChain, index: int, impulse: ImpulseFile | None) -> SoundChain:
    """Return a chain in which a reverb has another impulse response. Raises BadInput and Refused."""
    return (*chain[:index], set_impulse_file(chain[index], impulse), *chain[index + 1 :])


def parse_effect_numbers(effect: str, values: tuple[str, ...]) -> dict[str, float]:
    """Parse the numbers of an effect, such as `threshold=-20` or `mix=30%`. Raises BadInput."""
    out = {}
    for text in values:
        name, mark, value = text.partition("=")
        try:
            number = parse_number(value.strip().removesuffix("%"))
        except ValueError:
            numbers = SOUND_EFFECTS[effect].numbers
            example = f"{next(iter(numbers))}={next(iter(numbers.values())).default:g}"
            raise BadInput(
                f"“{text}” is not a number" if mark else f"“{text}” has no value", f"for example {example}"
            ) from None
        out[name.strip().replace("-", "_")] = number / 100 if value.strip().endswith("%") else number
    return out
