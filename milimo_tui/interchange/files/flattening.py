"""Simplify a cut for other programs: replace speed ramps by their mean speed, and add the gains of tracks,
buses and the master to the clips.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from milimo_tui.cut.layout.strips import iterate_outputs
from milimo_tui.cut.values.cut import Clip, Cut, Track
from milimo_tui.cut.values.effects import GAIN_RANGE_DB
from milimo_tui.cut.values.ramps import compute_distance, get_speed_ramp, replace_speed_ramp
from milimo_tui.interchange.values.bundle import CutBundle

_FINEST = 10**6  # The largest denominator of a mean speed, which keeps the fraction small.


def flatten_bundle(bundle: CutBundle) -> CutBundle:
    """Return the bundle without speed ramps and track gains. Each clip shows the same source range at its
    mean speed, and has the gains of its track, its buses and the master added to its own.
    """
    return replace(
        bundle,
        cut=_flatten_cut(bundle.cut),
        cuts={name: _flatten_cut(cut) for name, cut in bundle.cuts.items()},
    )


def _flatten_cut(cut: Cut) -> Cut:
    gains = {track.id: gain for track in cut.tracks if (gain := _compute_track_gain(cut, track))}
    if not gains and not any(get_speed_ramp(clip.effects) for clip in cut.clips):
        return cut
    clips = tuple(
        _apply_track_gain(_replace_ramp_by_mean_speed(clip), gains.get(clip.track, 0.0)) for clip in cut.clips
    )
    tracks = tuple(replace(track, gain_db=0.0) if track.gain_db else track for track in cut.tracks)
    buses = tuple(replace(bus, gain_db=0.0) for bus in cut.buses)
    return replace(cut, clips=clips, tracks=tracks, buses=buses, master_gain_db=0.0)


def _compute_track_gain(cut: Cut, track: Track) -> float:
    """Return the gain of a track in dB, with the gains of the buses to which it goes and of the master."""
    return track.gain_db + sum(bus.gain_db for bus in iterate_outputs(cut, track.bus)) + cut.master_gain_db


def _replace_ramp_by_mean_speed(clip: Clip) -> Clip:
    ramp = get_speed_ramp(clip.effects)
    if not ramp:
        return clip
    mean = (compute_distance(ramp, 0, clip.frames) / clip.frames).limit_denominator(_FINEST)
    speed = clip.effects.speed * (mean or Fraction(1))
    return replace(clip, effects=replace(replace_speed_ramp(clip.effects, ()), speed=speed))


def _apply_track_gain(clip: Clip, gain: float) -> Clip:
    if not gain:
        return clip
    low, high = GAIN_RANGE_DB
    return replace(clip, gain_db=min(high, max(low, clip.gain_db + gain)))
