"""Pure functions that add, set, bypass and remove an effect in a chain of sound effects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.cut.values.sound_effects import (
    MAX_CHAIN,
    SOUND_EFFECTS,
    SoundChain,
    SoundEffect,
    find_sound_effect,
    set_effect_numbers,
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
    """Return a chain with some numbers of one effect replaced. Raises BadInput and Refused."""
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


def parse_effect_numbers(effect: str, values: tuple[str, ...]) -> dict[str, float]:
    """Parse the numbers of an effect, such as `threshold=-20` or `mix=30%`. Raises BadInput."""
    out = {}
    for text in values:
        name, mark, value = text.partition("=")
        try:
            number = float(value.strip().removesuffix("%").replace("−", "-"))
        except ValueError:
            numbers = SOUND_EFFECTS[effect].numbers
            example = f"{next(iter(numbers))}={next(iter(numbers.values())).default:g}"
            raise BadInput(
                f"“{text}” is not a number" if mark else f"“{text}” has no value", f"for example {example}"
            ) from None
        out[name.strip().replace("-", "_")] = number / 100 if value.strip().endswith("%") else number
    return out
