"""Simplification of a cut for other programs: speed ramps become their mean speed, track gains are added to
the clips.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from milimo_tui.cut.edit.clip_settings import GAIN_DB
from milimo_tui.cut.values.cut import Clip, Cut
from milimo_tui.cut.values.ramps import ramp_of, travel, with_ramp
from milimo_tui.interchange.values.bundle import Bundle

_FINEST = 10**6  # The largest denominator of a mean speed.


def flattened(bundle: Bundle) -> Bundle:
    """Return a bundle whose clips show the same source range at one speed, and are as loud as with the
    track's gain.
    """
    return replace(
        bundle,
        cut=_flat(bundle.cut),
        cuts={name: _flat(cut) for name, cut in bundle.cuts.items()},
    )


def _flat(cut: Cut) -> Cut:
    gains = {track.id: track.gain_db for track in cut.tracks if track.gain_db}
    if not gains and not any(ramp_of(clip.effects) for clip in cut.clips):
        return cut
    clips = tuple(_level(_steady(clip), gains.get(clip.track, 0.0)) for clip in cut.clips)
    tracks = tuple(replace(track, gain_db=0.0) if track.gain_db else track for track in cut.tracks)
    return replace(cut, clips=clips, tracks=tracks)


def _steady(clip: Clip) -> Clip:
    ramp = ramp_of(clip.effects)
    if not ramp:
        return clip
    mean = (travel(ramp, 0, clip.frames) / clip.frames).limit_denominator(_FINEST)
    speed = clip.effects.speed * (mean or Fraction(1))
    return replace(clip, effects=replace(with_ramp(clip.effects, ()), speed=speed))


def _level(clip: Clip, gain: float) -> Clip:
    if not gain:
        return clip
    return replace(clip, gain_db=min(GAIN_DB[1], max(GAIN_DB[0], clip.gain_db + gain)))
