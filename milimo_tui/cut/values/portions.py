"""The portions of a clip that remain when some of its frames are removed, with their fades, markers and
transitions.

The functions work on values only. They do not need the position of a portion in the cut.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from milimo_tui.cut.values.curves import shift_curves
from milimo_tui.cut.values.cut import Clip, Marker, Transition
from milimo_tui.cut.values.timing import get_portion_source_in


class ClipPortion(NamedTuple):
    """A portion of a clip that remains after frames of the clip were removed. `head` is the frame of the old
    clip at which the portion begins.
    """

    clip: Clip
    head: int


def extract_clip_portion(clip: Clip, head: int, tail: int, rate: Fraction) -> Clip:
    """Return frames [head, tail) of a clip, counted from its start. The range may extend beyond the clip.

    The source time of the portion is exact at every speed. Keyframes stay on the pictures they were set on,
    and keyframes outside the portion are hidden. A fade is preserved only if its edge of the clip is
    preserved. A fade is never longer than the portion.
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
    """Return the clip with its fades shortened to the clip's length. The fade-out is shortened first."""
    fade_in = min(clip.fade_in, clip.frames)
    fade_out = min(clip.fade_out, clip.frames - fade_in)
    if (fade_in, fade_out) == (clip.fade_in, clip.fade_out):
        return clip
    return replace(clip, fade_in=fade_in, fade_out=fade_out)


def move_markers_to_portions(
    markers: tuple[Marker, ...], old: Clip, parts: tuple[ClipPortion, ...]
) -> tuple[Marker, ...]:
    """Return the cut's markers after the clip `old` was replaced by its portions `parts`.

    Each marker of the old clip stays on its frame and is attached to the portion with that frame. A marker
    outside all portions is attached to the portion before it and hidden, so that a trim can show it again.
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
    """Return the cut's transitions after the clip `old` was replaced by its portions `parts`.

    The transition at the old clip's head is attached to the first portion, the transition at its tail to the
    last portion.
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
