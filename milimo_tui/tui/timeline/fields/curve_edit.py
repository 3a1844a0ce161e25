"""The editing of one number of a clip over time: its keyframes, the steps that change them, and the command
that writes the result. Pure.

Keyframes are at frames of the unchanged clip. A changed speed also changes the clip's length, so `CurveEdit`
converts frames between the unchanged and the changed clip.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Self

from milimo_tui.core.errors import Refused
from milimo_tui.core.time import round_half_up
from milimo_tui.cut.edit import edits
from milimo_tui.cut.values.cut import Clip, Cut, MediaLength, NewId
from milimo_tui.cut.values.effects import DUCKING, RAMP, VOLUME
from milimo_tui.cut.values.keyframes import Curve, Easing, Keyframe
from milimo_tui.cut.values.ramps import compute_distance, find_arrival_frame, get_speed_ramp
from milimo_tui.tui.timeline.fields.changes import is_animated
from milimo_tui.tui.timeline.fields.fields import BY_KEY
from milimo_tui.tui.timeline.fields.keyed_number import (
    CurveAxis,
    CurveLane,
    KeyedNumber,
    choose_level_axis,
    format_short_level,
    make_curve_lane,
)

SPEED, LEVEL = "speed", VOLUME.name
LEVELS = (LEVEL, DUCKING.name)
# Small and big step when a curve is edited, for numbers whose steps in the inspector differ. Speeds are
# factors, levels are in dB.
STEPS = {SPEED: (0.1, 0.5)} | dict.fromkeys(LEVELS, (1.0, 6.0))
LEAST_SPEED, MOST_SPEED = 0.01, 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveEdit(KeyedNumber):
    """A change of one number of a clip, such as its speed or level, over the length of the clip. `keys` are
    the number's keyframes. If there are none, `whole` is its constant value.

    A speed is a factor without direction: 2.0 is twice as fast, forwards or backwards.
    """

    clip: Clip
    keep_length: bool = False
    keeps_pitch: bool = False
    blended: bool = False

    @property
    def is_speed(self) -> bool:
        return self.name == SPEED

    @property
    def title(self) -> str:
        return "level" if self.name == LEVEL else self.field.label

    @property
    def last_frame(self) -> int:
        return self.clip.frames - 1

    @property
    def bounds(self) -> tuple[float, float]:
        return (LEAST_SPEED, MOST_SPEED) if self.is_speed else (self.field.low, self.field.high)

    @property
    def steps(self) -> tuple[float, float]:
        return STEPS.get(self.name, (self.field.step, self.field.big))

    def format_short(self, value: float) -> str:
        return format_short_level(value) if self.name in LEVELS else KeyedNumber.format_short(self, value)

    def with_constant_value(self, value: float) -> Self:
        """Return the edit with one value for the entire clip and no keyframes. Raises Refused for a speed of
        0 and for a value outside the limits.
        """
        if self.is_speed and value == 0:
            raise Refused("0 % is a freeze frame", "{cut.freeze_frame} makes one")
        return KeyedNumber.with_constant_value(self, abs(value) if self.is_speed else value)

    def choose_easing(self, frame: int) -> Easing:
        if self.is_speed and self.find_key_before(frame) is None:
            return Easing.BOTH
        return KeyedNumber.choose_easing(self, frame)

    def choose_axis(self) -> CurveAxis:
        values = [key.value for key in self.keys] or [self.whole]
        if self.is_speed:
            low = 2.0 ** math.floor(math.log2(min(0.5, *values)))
            return CurveAxis(low, 2.0 ** math.ceil(math.log2(max(2.0, *values))), log=True)
        if self.name in LEVELS:
            return choose_level_axis(values)
        low, high = self.field.low, self.field.high
        default = float(self.field.default or 0.0)
        if high - low > 4:
            wide = max(0.5, *(abs(value - default) for value in values))
            low, high = max(low, default - wide), min(high, default + wide)
        return CurveAxis(low, high)

    def apply_to_cut(self, cut: Cut, new_id: NewId, bounds: MediaLength) -> Cut:
        """Return a copy of the cut in which the clip has the edited number. Raises Refused if the clip cannot
        have this number.
        """
        if not self.is_speed:
            return edits.set_curve(cut, self.clip.id, self.name, self._make_curve())
        cut = edits.set_speed_ramp(
            cut,
            self.clip.id,
            self.keys,
            new_id=new_id,
            bounds=bounds,
            speed=self._signed_speed(),
            keep_length=self.keep_length,
        )
        return edits.set_time_quality(
            cut, self.clip.id, new_id=new_id, keeps_pitch=self.keeps_pitch, blended=self.blended
        )

    def to_curve_command(self) -> tuple[str, dict[str, Any]]:
        """Return the command that writes the edit, and its arguments."""
        keys = [f"{key.frame}:{key.value:g}:{key.easing.value}" for key in self._make_curve()]
        if not self.is_speed:
            return "cut.keys", {"clip": self.clip.id, "name": self.name, "keys": keys}
        speed = self._signed_speed()
        return "cut.ramp", {
            "clip": self.clip.id,
            "keys": keys,
            "speed": f"{speed.numerator}/{speed.denominator}",
            "keep_length": self.keep_length,
            "pitch": "keep" if self.keeps_pitch else "tape",
            "between": "blend" if self.blended else "nearest",
        }

    def _make_curve(self) -> Curve:
        if self.keys or self.is_speed:
            return self.keys
        return () if self.whole == self.field.default else (Keyframe(0, self.whole),)

    def _signed_speed(self) -> Fraction:
        sign = -1 if self.clip.effects.speed < 0 else 1
        return sign * (Fraction(1) if self.keys else Fraction(str(self.whole)))

    def to_new_frame(self, frame: int, after: Clip) -> int:
        """Convert a frame of the unchanged clip to the frame of the changed clip `after` that shows the same
        picture.
        """
        if not self._moves:
            return frame
        distance = compute_distance(get_speed_ramp(self.clip.effects), 0, frame) * abs(
            self.clip.effects.speed
        )
        return round_half_up(
            find_arrival_frame(get_speed_ramp(after.effects), 0, distance / abs(after.effects.speed))
        )

    def to_old_frame(self, shown: int, after: Clip) -> int:
        """Convert frame `shown` of the changed clip `after` to the frame of the unchanged clip that shows the
        same picture.
        """
        if not self._moves:
            return shown
        distance = compute_distance(get_speed_ramp(after.effects), 0, shown) * abs(after.effects.speed)
        return round_half_up(
            find_arrival_frame(get_speed_ramp(self.clip.effects), 0, distance / abs(self.clip.effects.speed))
        )

    @property
    def _moves(self) -> bool:
        return self.is_speed and not self.keep_length


def begin_curve_edit(clip: Clip, name: str) -> CurveEdit:
    """Begin to edit the number `name` of a clip, and return the edit with the number's present keyframes or
    value. Raises Refused for the speed of a freeze frame.
    """
    effects = clip.effects
    if name != SPEED:
        curve = effects.get_curve(name)
        default = float(BY_KEY[name].default or 0.0)
        return CurveEdit(
            clip=clip,
            name=name,
            keys=curve if is_animated(curve) else (),
            whole=curve[0].value if curve else default,
        )
    speed, ramp = abs(effects.speed), effects.get_curve(RAMP)
    if not speed:
        raise Refused("a freeze frame has no speed to change", "give the clip a speed first")
    changed = speed != 1 or bool(ramp)
    keys = tuple(replace(key, value=round(key.value * float(speed), 4)) for key in ramp)
    return CurveEdit(
        clip=clip,
        name=name,
        keys=keys,
        whole=float(speed),
        keeps_pitch=effects.keeps_pitch if changed else True,
        blended=effects.blended,
    )


def make_curve_lane_of(
    edit: CurveEdit, after: Clip, lane: int, start: int, words: tuple[str, ...] = ()
) -> CurveLane:
    """Return the curve of an edit as the timeline draws it. `after` is the changed clip, `lane` the index of
    its lane, `start` its first frame in the film, and `words` the text next to the curve.
    """
    keys: Curve = edit.keys
    ramp = get_speed_ramp(after.effects)
    if edit.is_speed and len(ramp) == len(edit.keys):
        keys = tuple(replace(key, frame=now.frame) for key, now in zip(edit.keys, ramp, strict=True))
    middle = 1.0 if edit.is_speed else float(edit.field.default or 0.0)
    return make_curve_lane(edit, keys, lane, start, start + after.frames, middle, words)


def list_editable_curves(clip: Clip) -> tuple[str, ...]:
    """List the numbers of a clip that can be edited as curves: its speed, its level, and other numbers that
    already change over time.
    """
    others = [name for name, curve in clip.effects.curves if is_animated(curve) and name in BY_KEY]
    return tuple(dict.fromkeys((SPEED, LEVEL, *others)))
