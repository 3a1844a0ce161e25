"""Describe the mixer of a cut as text, and the differences between the mixers of two cuts. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator

from milimo_tui.core.format import format_count
from milimo_tui.cut.layout.strips import has_mixer_settings, list_strips
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.values.mixer import MASTER_NAME, MixStrip, StripKind
from milimo_tui.cut.values.sound_effects_text import describe_sound_chain


def format_mixer_lines(cut: Cut) -> list[str]:
    """Return a line for each strip of a cut that has mixer settings; empty if there are none."""
    if not has_mixer_settings(cut):
        return []
    names = {strip.id: strip.name for strip in list_strips(cut)}
    lines = []
    for strip in list_strips(cut):
        words = ", ".join(_describe_compared_strip(strip, names))
        if words or strip.kind is StripKind.BUS:
            lines.append(f"  {strip.name}  {words}".rstrip())
    return lines


def compare_mixers(old: Cut, new: Cut) -> Iterator[tuple[str, str]]:
    """Yield the name of each strip whose mixer settings changed, with a sentence about the change."""
    before = {(strip.kind, strip.name): strip for strip in list_strips(old)}
    after = {(strip.kind, strip.name): strip for strip in list_strips(new)}
    names = [{strip.id: strip.name for strip in list_strips(cut)} for cut in (old, new)]
    for key, strip in after.items():
        was = before.get(key)
        if was is None:
            if strip.kind is StripKind.BUS:
                yield strip.name, f"the bus {strip.name} is new"
            continue
        older, newer = _describe_compared_strip(was, names[0]), _describe_compared_strip(strip, names[1])
        parts = [each for each in newer if each not in older] + [
            f"no longer {each}" for each in older if each.split()[0] not in {one.split()[0] for one in newer}
        ]
        if parts:
            yield strip.name, f"{strip.name} has another mix: {', '.join(parts)}"
    for kind, name in before.keys() - after.keys():
        if kind is StripKind.BUS:
            yield name, f"the bus {name} was removed"


def _describe_compared_strip(strip: MixStrip, names: dict[str, str]) -> list[str]:
    """Return the mixer settings of a strip that differ from their defaults. Each begins with another word.

    Level, mute and solo of a track are left out, because they are described with the track.
    """
    is_track = strip.kind is StripKind.TRACK
    sends = ", ".join(
        f"{names.get(send.bus, MASTER_NAME)} {send.gain_db:+g} dB"
        + (" before its fader" if send.before_fader else "")
        for send in strip.sends
    )
    keys = ", ".join(f"{name} {format_count(len(curve), 'key')}" for name, curve in strip.automation.curves)
    effects = describe_sound_chain(strip.chain)
    return [
        *([f"role {strip.role}"] if strip.role else []),
        *([f"to {names[strip.bus]}"] if strip.bus in names else []),
        *([f"level {strip.gain_db:+g} dB"] if strip.gain_db and not is_track else []),
        *([f"pan {strip.pan:+.2f}"] if strip.pan else []),
        *(["muted"] if strip.muted and not is_track else []),
        *(["solo"] if strip.solo and not is_track else []),
        *([f"sends {sends}"] if sends else []),
        *([f"effects {effects}"] if effects else []),
        *([f"automation {keys}"] if keys else []),
    ]
