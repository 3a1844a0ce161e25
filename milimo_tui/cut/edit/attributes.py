"""Paste attributes: copy settings of the picture and sound from one clip to other clips, all settings or only
named ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit.clip_effects import CHOICES, SOUND_CHAIN, set_effects
from milimo_tui.cut.edit.clip_settings import set_clip
from milimo_tui.cut.edit.speed_ramps import set_speed_ramp
from milimo_tui.cut.edit.speeds import set_speed
from milimo_tui.cut.values.cut import Clip, Cut, MediaLength, NewId, SourceKind, return_no_media_limit
from milimo_tui.cut.values.effects import NO_EFFECTS, PARAMS, Effects
from milimo_tui.cut.values.guards import find_existing_clip
from milimo_tui.cut.values.ramps import get_speed_ramp
from milimo_tui.cut.values.timing import ENDLESS

GENERAL_ATTRIBUTES = ("level", "fades", "mute", "effects", "speed")
"""The attributes of a clip that are not a single effect: sound level in dB, fades, muting, all effects,
speed.
"""

ATTRIBUTE_NAMES = (
    *GENERAL_ATTRIBUTES,
    *(name for name, param in PARAMS.items() if not param.timed),
    *CHOICES,
    SOUND_CHAIN,
)


def paste_attributes(
    cut: Cut,
    from_clip_id: str,
    clip_ids: Collection[str],
    what: Collection[str],
    *,
    new_id: NewId,
    bounds: MediaLength = return_no_media_limit,
) -> Cut:
    """Give the clips `clip_ids` the attributes of the clip `from_clip_id`. `what` are the attributes to copy,
    as names from `ATTRIBUTE_NAMES`.

    The attribute `opacity` includes the clip's opacity and its curve. Keyframes are copied with their frame
    numbers, counted from the start of the clip. Fades are shortened to the clip's length. A new speed changes
    the clip's length, and its track determines which other clips then move. Raises Refused for unknown names
    and for gaps.
    """
    unknown = sorted(set(what) - set(ATTRIBUTE_NAMES))
    if unknown or not what:
        problem = f"there is no attribute “{unknown[0]}”" if unknown else "no attribute is named"
        raise Refused(problem, f"choices: {', '.join(GENERAL_ATTRIBUTES)}, or the name of an effect")
    pattern = find_existing_clip(cut, from_clip_id)
    targets = [each for each in dict.fromkeys(clip_ids) if each != from_clip_id]
    if not targets:
        raise Refused("no other clip is selected", "name the clips to paste to")
    for clip_id in targets:
        if find_existing_clip(cut, clip_id).source.kind is SourceKind.GAP:
            raise Refused("a gap has no attributes", "name a clip instead of the gap")
        if "speed" in what and find_existing_clip(cut, clip_id).source.kind not in ENDLESS:
            speed, ramp = pattern.effects.speed, get_speed_ramp(pattern.effects)
            cut = set_speed(cut, clip_id, speed, new_id=new_id, bounds=bounds)
            if ramp:
                cut = set_speed_ramp(cut, clip_id, ramp, speed=speed, new_id=new_id, bounds=bounds)
        clip = find_existing_clip(cut, clip_id)
        given = _get_clip_settings(pattern, clip, what)
        cut = set_clip(cut, clip_id, **given) if given else cut
        effects = _copy_named_effects(pattern.effects, clip.effects, _get_effect_names(what))
        cut = set_effects(cut, clip_id, effects) if effects != clip.effects else cut
    return cut


def _get_clip_settings(pattern: Clip, clip: Clip, what: Collection[str]) -> dict[str, Any]:
    """Return the arguments with which `set_clip` copies the attributes `what` from `pattern` to `clip`."""
    given: dict[str, Any] = {}
    if "level" in what:
        given["gain_db"] = pattern.gain_db
    if "opacity" in what or "effects" in what:
        given["opacity"] = pattern.opacity
    if "mute" in what:
        given["muted"] = pattern.muted
    if "fades" in what:
        given["fade_in"] = min(pattern.fade_in, clip.frames)
        given["fade_out"] = min(pattern.fade_out, clip.frames - given["fade_in"])
    return given


def _get_effect_names(what: Collection[str]) -> frozenset[str]:
    """Return the names of the effects to copy. The attribute `effects` means all effects."""
    return frozenset(
        (*PARAMS, *CHOICES, SOUND_CHAIN)
        if "effects" in what
        else (name for name in what if name not in GENERAL_ATTRIBUTES)
    )


def _copy_named_effects(pattern: Effects, own: Effects, names: Iterable[str]) -> Effects:
    """Return the effects `own` with the named effects taken from `pattern`. An effect that `pattern` does not
    set gets its default value.
    """
    chosen = frozenset(names)
    curves = [each for each in own.curves if each[0] not in chosen]
    curves += [each for each in pattern.curves if each[0] in chosen]
    others = (name for name in (*CHOICES, SOUND_CHAIN) if name in chosen)
    choices = {name: getattr(pattern, name, getattr(NO_EFFECTS, name)) for name in others}
    return replace(own, curves=tuple(sorted(curves, key=lambda each: each[0])), **choices)
