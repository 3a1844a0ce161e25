"""Simplify a cut for other programs: replace speed ramps by their mean speed, and add the gains and volume
keys of tracks, buses and the master to the clips.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.strips import iterate_outputs
from milimo_tui.cut.values.cut import Clip, Cut, Track
from milimo_tui.cut.values.effects import DUCKING, VOLUME
from milimo_tui.cut.values.keyframes import Curve
from milimo_tui.cut.values.ramps import compute_distance, get_speed_ramp, replace_speed_ramp
from milimo_tui.interchange.values.bundle import CutBundle
from milimo_tui.interchange.values.level_curves import add_curves, limit_level

_FINEST = 10**6  # The largest denominator of a mean speed, which keeps the fraction small.


def flatten_bundle(bundle: CutBundle) -> CutBundle:
    """Return the bundle without speed ramps and track gains. Each clip shows the same source range at its
    mean speed, and has the gains and volume keys of its track, its buses and the master added to its own.
    """
    return replace(
        bundle,
        cut=_flatten_cut(bundle.cut),
        cuts={name: _flatten_cut(cut) for name, cut in bundle.cuts.items()},
    )


def _flatten_cut(cut: Cut) -> Cut:
    gains = {track.id: gain for track in cut.tracks if (gain := _compute_track_gain(cut, track))}
    keys = {track.id: curves for track in cut.tracks if (curves := _list_track_curves(cut, track))}
    if not gains and not keys and not any(get_speed_ramp(clip.effects) for clip in cut.clips):
        return cut
    laid_out = layout(cut)
    clips = tuple(
        _add_track_keys(
            _apply_track_gain(_replace_ramp_by_mean_speed(clip), gains.get(clip.track, 0.0)),
            keys.get(clip.track, ()),
            laid_out.get_start(clip.id),
        )
        for clip in cut.clips
    )
    tracks = tuple(replace(track, gain_db=0.0) if track.gain_db else track for track in cut.tracks)
    buses = tuple(replace(bus, gain_db=0.0) for bus in cut.buses)
    return replace(cut, clips=clips, tracks=tracks, buses=buses, master_gain_db=0.0)


def _compute_track_gain(cut: Cut, track: Track) -> float:
    """Return the gain of a track in dB, with the gains of the buses to which it goes and of the master."""
    return track.gain_db + sum(bus.gain_db for bus in iterate_outputs(cut, track.bus)) + cut.master_gain_db


def _list_track_curves(cut: Cut, track: Track) -> tuple[Curve, ...]:
    """Return the curves of volume and ducking of a track, its buses and the master."""
    buses = (bus.automation for bus in iterate_outputs(cut, track.bus))
    automations = (track.automation, *buses, cut.master_automation)
    curves = (each.get_curve(number.name) for each in automations for number in (VOLUME, DUCKING))
    return tuple(curve for curve in curves if curve)


def _add_track_keys(clip: Clip, curves: Sequence[Curve], start: int) -> Clip:
    """Add curves of the cut, in which the clip begins at frame `start`, to the volume of a clip."""
    if not curves:
        return clip
    moved = [tuple(replace(key, frame=key.frame - start) for key in curve) for curve in curves]
    volume = add_curves([clip.effects.get_curve(VOLUME.name), *moved], clip.frames)
    others = [each for each in clip.effects.curves if each[0] != VOLUME.name]
    mine = [(VOLUME.name, volume)] if volume else []
    return replace(clip, effects=replace(clip.effects, curves=tuple(sorted([*others, *mine]))))


def _replace_ramp_by_mean_speed(clip: Clip) -> Clip:
    ramp = get_speed_ramp(clip.effects)
    if not ramp:
        return clip
    mean = (compute_distance(ramp, 0, clip.frames) / clip.frames).limit_denominator(_FINEST)
    speed = clip.effects.speed * (mean or Fraction(1))
    return replace(clip, effects=replace(replace_speed_ramp(clip.effects, ()), speed=speed))


def _apply_track_gain(clip: Clip, gain: float) -> Clip:
    return replace(clip, gain_db=limit_level(clip.gain_db + gain)) if gain else clip
