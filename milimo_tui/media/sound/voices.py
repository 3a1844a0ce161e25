"""The position, gain and panning of a plan's sound clips, expressed in samples of the film.

The module only computes with the values of the plan; `mix` reads the sound.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.time import frame_to_sample
from milimo_tui.cut.plan.plan import RenderPlan, SoundClip
from milimo_tui.cut.values.effects import DUCKING, MUTED_DB, VOLUME, evaluate_curve
from milimo_tui.cut.values.keyframes import Curve
from milimo_tui.cut.values.sound_effects import measure_chain_tail
from milimo_tui.media.sound.eased_curves import evaluate_curve_at_frames
from milimo_tui.media.sound.samples import Sound

Gain = NDArray[np.float64]
# The indices of the centre, left and right channels among six channels.
_CENTRE, _LEFTS, _RIGHTS = 2, (0, 4), (1, 5)


@dataclass(frozen=True, slots=True)
class GainRamp:
    """A fade over samples [first, last) of the film: from silence to full gain if `rising` is True, else from
    full gain to silence.
    """

    first: int
    last: int
    rising: bool
    # True for the equal-power curve of a cross-fade; False for half a period of a cosine, which has no
    # corners.
    power: bool

    def is_active_in(self, first: int, last: int) -> bool:
        """Return True if any of samples [first, last) is not at full gain."""
        return self.last > self.first and (first < self.last if self.rising else last > self.first)

    def compute_ramp_gain(self, position: Gain) -> Gain:
        """Return the gain, 0…1, at positions in samples of the film."""
        x = np.clip((position - self.first) / (self.last - self.first), 0.0, 1.0)
        x = x if self.rising else 1.0 - x
        shaped: Gain = np.sin(x * (math.pi / 2)) if self.power else 0.5 - 0.5 * np.cos(x * math.pi)
        return shaped


@dataclass(frozen=True, slots=True)
class MixVoice:
    """A sound clip that plays in samples [start, end) of the film.

    Sample s of the film plays second `origin + s · speed / sample_rate` of the source. When a sound is split,
    all pieces have the same origin, so that they join without a gap.
    """

    clip: SoundClip
    start: int
    end: int
    origin: Fraction
    frame: float  # The number of film frames per sample of sound, a small fraction.
    begins: int  # The frame of the film at which the clip begins.
    gain: float
    ramps: tuple[GainRamp, ...]
    levels: tuple[Curve, ...]  # The curves that change the level: volume and ducking, without empty curves.
    pan: Curve
    # The samples [first, last) of the film in which the clip itself plays, with its cross-fades. Only a
    # reverb or an echo is heard outside.
    window: tuple[int, int]

    @property
    def has_tail(self) -> bool:
        """True if an effect sounds on after the clip. The fades are then applied before that effect."""
        return measure_chain_tail(self.clip.effects.chain) > 0

    def compute_voice_gain(self, first: int, last: int) -> NDArray[np.float32] | None:
        """Return the gain of the clip in samples [first, last) of the film. The result is an array of one
        number if the gain is constant, else of one number per sample, and None if the gain is 1 throughout.
        """
        total: Gain = np.array([self.gain], np.float64)
        for curve in self.levels:
            total = total * decibels_to_gain(self._evaluate_over(curve, first, last))
        if not self.has_tail:
            total = total * self.compute_fade_gain(first, last)
        return None if total.size == 1 and total[0] == 1.0 else total.astype(np.float32)

    def compute_fade_gain(self, first: int, last: int) -> Gain:
        """Return the gain of the fades and cross-fades in samples [first, last): one number if it is 1
        throughout, else one number per sample.
        """
        total: Gain = np.ones(1, np.float64)
        position: Gain | None = None
        for ramp in self.ramps:
            if ramp.is_active_in(first, last):
                position = np.arange(first, last, dtype=np.float64) + 0.5 if position is None else position
                total = total * ramp.compute_ramp_gain(position)
        return total

    def apply_pan(self, sound: Sound, first: int, last: int) -> Sound:
        """Return samples [first, last) panned with equal power: 0 dB in the middle, +3 dB at either side."""
        if not self.pan or sound.shape[0] == 1:
            return sound
        return pan_sound(sound, self._evaluate_over(self.pan, first, last))

    def _evaluate_over(self, curve: Curve, first: int, last: int) -> Gain:
        return evaluate_curve_over(curve, first, last, self.frame, self.begins)


def pan_sound(sound: Sound, side: Gain) -> Sound:
    """Return sound panned with equal power: 0 dB in the middle, +3 dB at either side. `side` is −1…1, as one
    value or one per sample.
    """
    if sound.shape[0] == 1 or (side.size == 1 and side[0] == 0.0):
        return sound
    side = np.clip(side, -1.0, 1.0)
    angle = (side + 1) * (math.pi / 4)
    left, right = math.sqrt(2) * np.cos(angle), math.sqrt(2) * np.sin(angle)
    out = sound.copy()
    if sound.shape[0] == 2:
        out[0] *= left
        out[1] *= right
        return out
    out[list(_LEFTS)] *= left
    out[list(_RIGHTS)] *= right
    out[_CENTRE] *= np.cos(np.abs(side) * (math.pi / 2))
    out[0] += sound[_CENTRE] * np.sin(np.clip(-side, 0, 1) * (math.pi / 2))
    out[1] += sound[_CENTRE] * np.sin(np.clip(side, 0, 1) * (math.pi / 2))
    return out


def evaluate_curve_over(curve: Curve, first: int, last: int, frame: float, begins: float) -> Gain:
    """Return the values of a curve over samples [first, last): one value if the curve is constant there, else
    one per sample. `frame` is the number of frames per sample, and the curve's frame 0 is frame `begins`.
    """
    low, high = first * frame - begins, (last - 1) * frame - begins
    if high <= curve[0].frame or low >= curve[-1].frame:
        return np.array([evaluate_curve(curve, low)])
    return evaluate_curve_at_frames(curve, np.arange(first, last, dtype=np.float64) * frame - begins)


def make_voice(plan: RenderPlan, clip: SoundClip) -> MixVoice:
    """Return the voice of a sound clip: the clip with its edges in samples, counted from the first frame of
    the plan.
    """

    def edge(frame: int) -> int:
        return frame_to_sample(frame, plan.rate, plan.sample_rate)

    begins = clip.start - clip.clip_offset
    ends = begins + (clip.clip_frames or clip.clip_offset + clip.frames)
    rises, falls = begins - clip.rise // 2, ends - clip.fall // 2
    return MixVoice(
        clip=clip,
        start=edge(clip.start),
        end=edge(clip.start + clip.frames),
        origin=clip.source_in - clip.start / plan.rate * clip.speed,
        frame=float(plan.rate / plan.sample_rate),
        begins=begins,
        gain=10 ** (clip.gain_db / 20),
        ramps=(
            GainRamp(edge(rises), edge(rises + clip.rise), rising=True, power=True),
            GainRamp(edge(falls), edge(falls + clip.fall), rising=False, power=True),
            GainRamp(edge(begins), edge(begins + clip.fade_in), rising=True, power=False),
            GainRamp(edge(ends - clip.fade_out), edge(ends), rising=False, power=False),
        ),
        levels=tuple(filter(None, map(clip.effects.get_curve, (VOLUME.name, DUCKING.name)))),
        pan=clip.effects.get_curve("pan"),
        window=(edge(rises), edge(falls + clip.fall)),
    )


def decibels_to_gain(decibels: Gain) -> Gain:
    """Return the factors for gains in dB. A gain of `MUTED_DB` is silence."""
    return np.where(decibels <= MUTED_DB, 0.0, 10.0 ** (decibels / 20))
