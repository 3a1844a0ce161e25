"""Commands on sound effects: list, add, set, bypass and remove them, and apply a preset."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from milimo_tui.core.errors import BadInput, Damaged
from milimo_tui.core.format import format_count
from milimo_tui.core.time import format_timecode
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.strips import list_strips
from milimo_tui.cut.sound.mixing import set_strip
from milimo_tui.cut.sound.sound_chains import (
    add_to_chain,
    bypass_in_chain,
    clear_keys_in_chain,
    find_in_chain,
    get_number_at,
    parse_effect_numbers,
    remove_from_chain,
    remove_key_from_chain,
    set_impulse_in_chain,
    set_in_chain,
    set_key_in_chain,
)
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.values.keyframes import Easing, keyframe_to_json
from milimo_tui.cut.values.sound_effects import (
    SOUND_EFFECTS,
    ImpulseFile,
    SoundChain,
    SoundEffect,
    find_effect_number,
    find_sound_effect,
    make_sound_effect,
    require_impulse_effect,
    set_impulse_file,
)
from milimo_tui.cut.values.sound_effects_text import chain_from_json, describe_sound_chain
from milimo_tui.cut.values.sound_presets import SOUND_PRESETS, find_sound_preset
from milimo_tui.studio.commands.cut.current_cut import (
    edit_cut,
    find_clip,
    get_clip_name,
    get_current_cut,
    parse_cut_frame,
    require_frame_in_cut,
)
from milimo_tui.studio.commands.mix.strips import find_strip
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.sounds.impulse_files import find_impulse_file, is_impulse_missing

NUMBERS_HELP = "NUMBER=VALUE, for example threshold=-20 or mix=30%; for a reverb also impulse=FILE"


@dataclass(frozen=True, slots=True)
class _ChainTarget:
    """A clip, or a strip of the mixer (a track, a bus or the master), with its sound effects."""

    id: str
    name: str
    chain: SoundChain
    is_strip: bool
    # The frame of the cut from which keys count: the first frame of a clip, and 0 for a strip.
    start: int = 0

    def replace_chain(self, cut: Cut, chain: SoundChain) -> Cut:
        if self.is_strip:
            return set_strip(cut, self.id, chain=chain)
        return edits.set_sound_chain(cut, self.id, chain)


def _find_target(studio: Studio, name: str) -> _ChainTarget:
    """Find a strip of the mixer by its exact name or id, or else a clip. Raises NotFound and Ambiguous."""
    cut = get_current_cut(studio)
    if any(name in (strip.id, strip.name) for strip in list_strips(cut)):
        strip = find_strip(cut, name)
        return _ChainTarget(strip.id, strip.name, strip.chain, True)
    clip = find_clip(studio, name)
    start = layout(cut).get_start(clip.id)
    return _ChainTarget(clip.id, get_clip_name(studio, clip), clip.effects.chain, False, start)


class SoundEffectsArgs(Args):
    clip: str = arg(
        description="a clip (its id, 3B, or its name), a track, a bus, or master", names="clip_or_strip"
    )


def _list_sound_effects(studio: Studio, args: SoundEffectsArgs) -> Outcome:
    chain = _find_target(studio, args.clip).chain
    rows = [
        {
            "position": number,
            "effect": effect.name,
            "title": SOUND_EFFECTS[effect.name].title,
            "bypassed": effect.bypassed,
            "set": " ".join(_list_set_values(studio, effect)),
            "impulse": effect.impulse.name if effect.impulse else "",
            "missing": effect.impulse is not None and is_impulse_missing(studio, effect.impulse),
            "keys": {name: [keyframe_to_json(key) for key in curve] for name, curve in effect.curves},
            "numbers": {name: effect.get_number(name) for name in SOUND_EFFECTS[effect.name].numbers},
        }
        for number, effect in enumerate(chain, 1)
    ]
    message = "" if rows else "no sound effects yet: milimo mix effect add CLIP eq adds one"
    return Outcome(data=rows, columns=("position", "effect", "set", "bypassed"), message=message)


def _list_set_values(studio: Studio, effect: SoundEffect) -> list[str]:
    """Return the numbers that were set, the numbers with keys, and the impulse response, as text."""
    curves = dict(effect.curves)
    out = [f"{name}={value:g}" for name, value in effect.numbers if name not in curves]
    out += [f"{name}: {format_count(len(curve), 'key')}" for name, curve in curves.items()]
    if effect.impulse is not None:
        missing = " (missing)" if is_impulse_missing(studio, effect.impulse) else ""
        out.append(f"impulse={effect.impulse.name}{missing}")
    return out


class SoundEffectCatalogArgs(Args):
    effect: str = arg("", description="list the numbers of this effect", names="sound_effect")


def _list_sound_effect_catalog(studio: Studio, args: SoundEffectCatalogArgs) -> Outcome:
    if not args.effect:
        rows: list[dict[str, Any]] = [
            {
                "effect": kind.name,
                "title": kind.title,
                "purpose": kind.purpose,
                "numbers": ", ".join(kind.numbers),
                "keys": kind.allows_keys,
            }
            for kind in SOUND_EFFECTS.values()
        ]
        return Outcome(data=rows, columns=("effect", "purpose", "numbers"))
    rows = [
        {
            "number": number.name,
            "title": number.title,
            "default": number.default,
            "low": number.low,
            "high": number.high,
            "unit": number.unit,
        }
        for number in find_sound_effect(args.effect).numbers.values()
    ]
    return Outcome(data=rows, columns=("number", "title", "default", "low", "high", "unit"))


class SoundEffectAddArgs(SoundEffectsArgs):
    effect: str = arg(
        description="effect: eq, compressor, reverb … (milimo mix effect catalog lists all)",
        names="sound_effect",
    )
    numbers: tuple[str, ...] = arg((), description=NUMBERS_HELP)
    position: int | None = arg(None, ge=1, description="position among the effects (default: the last)")


def _add_sound_effect(studio: Studio, args: SoundEffectAddArgs) -> Outcome:
    kind = find_sound_effect(args.effect)
    impulse, numbers = _split_impulse(args.numbers)
    effect = make_sound_effect(kind.name, parse_effect_numbers(kind.name, numbers))
    if impulse is not None:
        effect = set_impulse_file(effect, _find_impulse(studio, effect, impulse))
    return _edit_chain(
        studio, args.clip, lambda chain: (add_to_chain(chain, effect, args.position), f"{kind.title} on")
    )


class SoundEffectArgs(SoundEffectsArgs):
    effect: str = arg(description="the effect: its position, from 1, or its name", names="sound_effect")


class SoundEffectSetArgs(SoundEffectArgs):
    numbers: tuple[str, ...] = arg((), description=NUMBERS_HELP)


def _set_sound_effect(studio: Studio, args: SoundEffectSetArgs) -> Outcome:
    if not args.numbers:
        raise BadInput("no number is named", "for example threshold=-20")

    def change(chain: SoundChain) -> tuple[SoundChain, str]:
        index = find_in_chain(chain, args.effect)
        impulse, rest = _split_impulse(args.numbers)
        numbers = parse_effect_numbers(chain[index].name, rest)
        after = set_in_chain(chain, index, numbers)
        if impulse is not None:
            after = set_impulse_in_chain(after, index, _find_impulse(studio, chain[index], impulse))
        return after, f"{_get_title(chain[index])} {' '.join(args.numbers)} on"

    return _edit_chain(studio, args.clip, change)


def _split_impulse(values: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
    """Return the file in `impulse=FILE`, and all other values. The file is None if it is not given."""
    files = [value for value in values if value.partition("=")[0].strip() == "impulse"]
    rest = tuple(value for value in values if value not in files)
    return (files[-1].partition("=")[2] if files else None), rest


def _find_impulse(studio: Studio, effect: SoundEffect, name: str) -> ImpulseFile | None:
    """Return the impulse response that a user names for an effect. Raises BadInput before the file is added
    to the film if the effect has no impulse response.
    """
    require_impulse_effect(effect)
    return find_impulse_file(studio, name)


class SoundEffectKeyArgs(SoundEffectArgs):
    number: str = arg(description="NUMBER=VALUE, or NUMBER for its present value")
    at: str = arg("", description="a timecode or frame of the cut (default: the playhead)")
    easing: Easing | None = arg(None, description="course to the next key")
    delete: bool = arg(False, description="delete the key at that frame")
    clear: bool = arg(False, description="delete all keys of the number")


def _set_sound_effect_key(studio: Studio, args: SoundEffectKeyArgs) -> Outcome:
    target = _find_target(studio, args.clip)
    index = find_in_chain(target.chain, args.effect)
    name, mark, _ = args.number.partition("=")
    name = name.strip().replace("-", "_")
    effect = target.chain[index]
    title = find_effect_number(effect.name, name).title
    if args.delete and args.clear:
        raise BadInput("give --delete or --clear, not both", "--clear deletes all keys")
    if mark and (args.delete or args.clear):
        raise BadInput("a key that is deleted has no value", f"name the number only: {name}")
    value = parse_effect_numbers(effect.name, (args.number,))[name] if mark else None
    if args.clear:
        return _edit_chain(
            studio,
            args.clip,
            lambda chain: (clear_keys_in_chain(chain, index, name), f"no keys of {title} on"),
        )
    frame = parse_cut_frame(studio, args.at) - target.start
    at = format_timecode(frame + target.start, get_current_cut(studio).rate)
    if args.delete:
        return _edit_chain(
            studio,
            args.clip,
            lambda chain: (remove_key_from_chain(chain, index, name, frame), f"delete a key of {title} on"),
        )
    require_frame_in_cut(get_current_cut(studio), frame + target.start)
    shown = get_number_at(effect, name, frame) if value is None else value
    return _edit_chain(
        studio,
        args.clip,
        lambda chain: (
            set_key_in_chain(chain, index, name, frame, value, args.easing),
            f"key {title} {shown:g} at {at} of",
        ),
    )


class SoundEffectBypassArgs(SoundEffectsArgs):
    effect: str = arg(
        "", description="the effect: its position or its name (default: all effects)", names="sound_effect"
    )
    off: bool = arg(False, description="use the effect again")


def _bypass_sound_effect(studio: Studio, args: SoundEffectBypassArgs) -> Outcome:
    def change(chain: SoundChain) -> tuple[SoundChain, str]:
        find_in_chain(chain, args.effect or "1")
        index = find_in_chain(chain, args.effect) if args.effect else None
        title = "sound effects" if index is None else _get_title(chain[index])
        words = f"use the {title} of" if args.off else f"bypass the {title} of"
        return bypass_in_chain(chain, index, bypassed=not args.off), words

    return _edit_chain(studio, args.clip, change)


def _remove_sound_effect(studio: Studio, args: SoundEffectArgs) -> Outcome:
    def change(chain: SoundChain) -> tuple[SoundChain, str]:
        index = find_in_chain(chain, args.effect)
        return remove_from_chain(chain, index), f"remove the {_get_title(chain[index])} of"

    return _edit_chain(studio, args.clip, change)


class SoundPresetArgs(Args):
    clip: str = arg(
        "",
        description="a clip, a track, a bus, or master; without one, list all presets",
        names="clip_or_strip",
    )
    preset: str = arg(
        "", description="preset: dialogue, telephone, radio, off-screen, hall …", names="sound_preset"
    )
    off: bool = arg(False, description="remove all sound effects instead")


def _apply_sound_preset(studio: Studio, args: SoundPresetArgs) -> Outcome:
    if not args.clip:
        rows = [
            {"preset": each.name, "role": each.role, "description": each.description}
            for each in SOUND_PRESETS.values()
        ]
        return Outcome(data=rows, columns=("preset", "role", "description"))
    if args.off:
        return _edit_chain(studio, args.clip, lambda chain: ((), "remove the sound effects of"))
    preset = find_sound_preset(args.preset)
    return _edit_chain(studio, args.clip, lambda chain: (preset.chain, f"preset {preset.name} on"))


class SoundChainArgs(SoundEffectsArgs):
    chain: str = arg("[]", description='the sound effects as JSON, for example [{"name": "eq"}]')


def _replace_sound_chain(studio: Studio, args: SoundChainArgs) -> Outcome:
    try:
        chain = chain_from_json(parse_untrusted_json(args.chain or "[]"))
    except (ValueError, Damaged) as error:
        raise BadInput(
            error.message if isinstance(error, Damaged) else "the sound effects are not JSON",
            'for example [{"name": "eq", "numbers": {"low_cut": 80}}]',
        ) from error
    names = describe_sound_chain(chain)
    return _edit_chain(
        studio, args.clip, lambda _: (chain, f"{names} on" if names else "remove the sound effects of")
    )


def _edit_chain(studio: Studio, name: str, change: Callable[[SoundChain], tuple[SoundChain, str]]) -> Outcome:
    """Change the sound effects of a clip or a strip as one undoable edit. `change` returns the new chain, and
    the words that name the edit before the name of the clip or strip.
    """
    target = _find_target(studio, name)
    chain, words = change(target.chain)
    return edit_cut(studio, f"{words} {target.name}", lambda cut: target.replace_chain(cut, chain))


def _get_title(effect: SoundEffect) -> str:
    return SOUND_EFFECTS[effect.name].title


def _make_effect_command(
    id: str, title: str, help: str, run: Callable[..., Outcome], args: type[Args], *positional: str
) -> Command:
    return Command(
        f"mix.effect_{id}",
        title,
        help,
        run,
        args,
        refuse_without_film,
        cli=f"mix effect {id}",
        positional=positional,
    )


SOUND_EFFECT_COMMANDS: tuple[Command, ...] = (
    _make_effect_command(
        "list",
        "List sound effects",
        "list the sound effects of a clip, a track or a bus",
        _list_sound_effects,
        SoundEffectsArgs,
        "clip",
    ),
    _make_effect_command(
        "add",
        "Add sound effect",
        "add a sound effect to a clip, a track or a bus: eq, reverb …",
        _add_sound_effect,
        SoundEffectAddArgs,
        "clip",
        "effect",
        "numbers",
    ),
    _make_effect_command(
        "set",
        "Set sound effect",
        "set numbers of a sound effect",
        _set_sound_effect,
        SoundEffectSetArgs,
        "clip",
        "effect",
        "numbers",
    ),
    _make_effect_command(
        "key",
        "Set key of sound effect",
        "let a number of a sound effect change over time by keys",
        _set_sound_effect_key,
        SoundEffectKeyArgs,
        "clip",
        "effect",
        "number",
    ),
    _make_effect_command(
        "bypass",
        "Bypass sound effect",
        "switch sound effects off, or on again",
        _bypass_sound_effect,
        SoundEffectBypassArgs,
        "clip",
        "effect",
    ),
    _make_effect_command(
        "remove",
        "Remove sound effect",
        "remove a sound effect",
        _remove_sound_effect,
        SoundEffectArgs,
        "clip",
        "effect",
    ),
    _make_effect_command(
        "preset",
        "Apply sound preset",
        "replace all sound effects by a preset, or list the presets",
        _apply_sound_preset,
        SoundPresetArgs,
        "clip",
        "preset",
    ),
    _make_effect_command(
        "chain",
        "Replace sound effects",
        "replace all sound effects by JSON",
        _replace_sound_chain,
        SoundChainArgs,
        "clip",
        "chain",
    ),
    Command(
        "mix.effect_catalog",
        "List available sound effects",
        "list the sound effects, or the numbers of one effect",
        _list_sound_effect_catalog,
        SoundEffectCatalogArgs,
        cli="mix effect catalog",
        positional=("effect",),
    ),
)
