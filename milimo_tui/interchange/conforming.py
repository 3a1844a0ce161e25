"""A cut at another rate and raster: every edge at the nearest frame, the source's own seconds kept.

The rule for a cut as a whole; how one file is conformed to a cut's time is `cut.conform`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.time import half_up
from milimo_tui.cut.editing import fit_fades
from milimo_tui.cut.effects import Effects
from milimo_tui.cut.layout import Layout, layout
from milimo_tui.cut.values import Clip, Cut
from milimo_tui.interchange.bundle import Kept


def conformed(cut: Cut, rate: Fraction, width: int, height: int, sample_rate: int) -> Cut:
    """The cut at another rate and size. No clip becomes shorter than a frame.

    Lengths of neighbours add up as they did: edges are rounded, never lengths.
    """
    cut = replace(cut, width=width, height=height, sample_rate=sample_rate)
    if rate == cut.rate:
        return cut
    ratio = rate / cut.rate
    laid_out = layout(cut)
    spans = _spans(laid_out, ratio)
    return replace(
        cut,
        rate=rate,
        clips=tuple(_clip(clip, spans, ratio) for clip in cut.clips),
        transitions=tuple(
            replace(each, frames=max(1, half_up(each.frames * ratio))) for each in cut.transitions
        ),
        markers=tuple(replace(each, frame=half_up(each.frame * ratio)) for each in cut.markers),
        mark_in=None if cut.mark_in is None else half_up(cut.mark_in * ratio),
        mark_out=None if cut.mark_out is None else half_up(cut.mark_out * ratio),
        playhead=half_up(cut.playhead * ratio),
    )


def conformed_kept(kept: Mapping[str, Kept], ratio: Fraction) -> dict[str, Kept]:
    """What tracks can't hold, at another rate; edges of tracks stay as long as they were, in frames."""
    return {id: replace(each, tail=half_up(each.tail * ratio)) for id, each in kept.items()}


def _spans(laid_out: Layout, ratio: Fraction) -> dict[str, tuple[int, int]]:
    """The new [start, end) of every clip."""
    out = {}
    for track in laid_out.tracks:
        free_from = 0
        for placed in laid_out.on(track.id):
            start = max(free_from, half_up(placed.start * ratio))
            end = max(start + 1, half_up(placed.end * ratio))
            out[placed.clip.id] = start, end
            free_from = end
    return out


def _clip(clip: Clip, spans: Mapping[str, tuple[int, int]], ratio: Fraction) -> Clip:
    start, end = spans[clip.id]
    placed = replace(
        clip,
        frames=end - start,
        fade_in=half_up(clip.fade_in * ratio),
        fade_out=half_up(clip.fade_out * ratio),
        effects=_effects(clip.effects, ratio),
    )
    if clip.anchor is not None:
        placed = replace(placed, offset=start - spans[clip.anchor][0])
    elif clip.start is not None:
        placed = replace(placed, start=start)
    return fit_fades(placed)


def _effects(effects: Effects, ratio: Fraction) -> Effects:
    """Curves with their keys at the nearest frame; of two that fall on one, the later stands."""
    if not effects.curves:
        return effects
    curves = []
    for name, curve in effects.curves:
        keys = {half_up(key.frame * ratio): key for key in curve}
        curves.append((name, tuple(replace(keys[frame], frame=frame) for frame in sorted(keys))))
    return replace(effects, curves=tuple(curves))
