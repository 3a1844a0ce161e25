"""Portions of clips: the remaining part when frames of a clip are removed, and its fades, markers and
transitions.

Functions on values only; the position of a portion in the cut plays no role here.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from milimo_tui.cut.values.curves import shift_curves
from milimo_tui.cut.values.cut import Clip, Marker, Transition
from milimo_tui.cut.values.timing import get_portion_source_in


class ClipPortion(NamedTuple):
    """A remaining portion of a clip. `head` is the frame of the old clip at which the new clip begins."""

    clip: Clip
    head: int


def extract_clip_portion(clip: Clip, head: int, tail: int, rate: Fraction) -> Clip:
    """Return frames [head, tail) of a clip, counted from its start. The range may extend beyond the clip.

    The source time is exact at every speed. Keys of curves stay on their pictures; keys outside are hidden. A
    fade stays on an edge that stays, and is never longer than the clip.
    """
    return shorten_fades_to_fit(
        replace(
            clip,
            source_in=get_portion_source_in(clip, head, rate),
            frames=tail - head,
            fade_in=0 if head > 0 else clip.fade_in,
            fade_out=0 if tail < clip.frames else clip.fade_out,
            effects=shift_curves(clip.effects, -head),
        )
    )


def trim_clip(clip: Clip, head: int, tail: int, rate: Fraction) -> Clip:
    """Return frames [head, tail) of a clip after a trim, with both fades preserved."""
    part = extract_clip_portion(clip, head, tail, rate)
    return shorten_fades_to_fit(replace(part, fade_in=clip.fade_in, fade_out=clip.fade_out))


def shorten_fades_to_fit(clip: Clip) -> Clip:
    """Return the clip with fades that fit its length. The fade-in has priority over the fade-out."""
    fade_in = min(clip.fade_in, clip.frames)
    fade_out = min(clip.fade_out, clip.frames - fade_in)
    if (fade_in, fade_out) == (clip.fade_in, clip.fade_out):
        return clip
    return replace(clip, fade_in=fade_in, fade_out=fade_out)


def move_markers_to_portions(
    markers: tuple[Marker, ...], old: Clip, parts: tuple[ClipPortion, ...]
) -> tuple[Marker, ...]:
    """Return markers with those of a clip moved to its portions, on the same frames.

    A marker outside all portions stays hidden on the portion before it, so that trimming back shows it again.
    """
    if not parts or not any(marker.clip == old.id for marker in markers):
        return markers
    out = []
    for marker in markers:
        if marker.clip == old.id:
            part = next((part for part in reversed(parts) if part.head <= marker.frame), parts[0])
            marker = replace(marker, clip=part.clip.id, frame=marker.frame - part.head)
        out.append(marker)
    return tuple(out)


def move_transitions_to_portions(
    transitions: tuple[Transition, ...], old: Clip, parts: tuple[ClipPortion, ...]
) -> tuple[Transition, ...]:
    """Return transitions with those of a clip moved to its portions: to the head of the first, the tail of
    the last.
    """
    if not parts or not transitions:
        return transitions
    first, last = parts[0].clip.id, parts[-1].clip.id
    return tuple(
        replace(
            each,
            left=last if each.left == old.id else each.left,
            right=first if each.right == old.id else each.right,
        )
        if old.id in (each.left, each.right)
        else each
        for each in transitions
    )
