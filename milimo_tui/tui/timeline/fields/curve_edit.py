"""The editing of one number of a clip over time: its keyframes, the steps that change them, and the command
that writes the result. Pure.

Keyframes are at frames of the unchanged clip. A changed speed also changes the clip's length, so `CurveEdit`
converts frames between the unchanged and the changed clip.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from milimo_tui.core.errors import Refused
from milimo_tui.core.time import round_half_up
from milimo_tui.cut.edit import edits
from milimo_tui.cut.values.cut import Clip, Cut, MediaLength, NewId
from milimo_tui.cut.values.effects import RAMP, VOLUME, Curve, Easing, Keyframe, evaluate_curve
from milimo_tui.cut.values.ramps import compute_distance, find_arrival_frame, get_speed_ramp
from milimo_tui.tui.timeline.fields.changes import is_animated
from milimo_tui.tui.timeline.fields.field_text import format_setting_value
from milimo_tui.tui.timeline.fields.fields import BY_KEY, InspectorField

SPEED, LEVEL = "speed", VOLUME.name
EASINGS = (Easing.BOTH, Easing.LINEAR, Easing.IN, Easing.OUT, Easing.HOLD)
# Small and big step when a curve is edited, for numbers whose steps in the inspector differ. Speeds are
# factors, levels are in dB.
STEPS = {SPEED: (0.1, 0.5), LEVEL: (1.0, 6.0)}
LEAST_SPEED, MOST_SPEED = 0.01, 100.0


@dataclass(frozen=True, slots=True)
class CurveEdit:
    """A change of one number of a clip, such as its speed or level, over the length of the clip. `keys` are
    the number's keyframes. If there are none, `whole` is its constant value.

    A speed is a factor without direction: 2.0 is twice as fast, forwards or backwards.
    """

    clip: Clip
    name: str
    keys: Curve = ()
    whole: float = 1.0
    keep_length: bool = False
    keeps_pitch: bool = False
    blended: bool = False

    @property
    def field(self) -> InspectorField:
        """The inspector setting for this number, which has its label, limits, steps and unit."""
        return BY_KEY[self.name]

    @property
    def is_speed(self) -> bool:
        return self.name == SPEED

    @property
    def title(self) -> str:
        """The displayed name of the number, such as `level`."""
        return "level" if self.name == LEVEL else self.field.label

    def value_at_frame(self, frame: int) -> float:
        """Return the value of the number at a frame of the unchanged clip."""
        return evaluate_curve(self.keys, frame) if self.keys else self.whole

    def format_with_unit(self, value: float) -> str:
        """Format a value with its unit."""
        return format_setting_value(self.field, value, Fraction(25)).strip()

    def format_short(self, value: float) -> str:
        """Format a value briefly for the scale in the track's header. The unit is left out, except for %."""
        if self.field.unit == "%":
            return f"{value * 100:.0f} %"
        if self.name == LEVEL:
            return f"{round(value):+d}".replace("-", "−") if round(value) else "0"
        return f"{value:g}"

    def key_at(self, frame: int) -> Keyframe | None:
        """Return the keyframe at a frame, or None."""
        return next((key for key in self.keys if key.frame == frame), None)

    def find_key_before(self, frame: int) -> Keyframe | None:
        """Return the keyframe at a frame, else the last keyframe before the frame, else None."""
        return next((key for key in reversed(self.keys) if key.frame <= frame), None)

    def step_value(self, frame: int, count: int, *, big: bool = False) -> CurveEdit:
        """Return a copy of the edit in which the value at `frame` is `count` steps higher, within the limits.
        If the number has keyframes, the new value is set by a keyframe at `frame`. Otherwise the constant
        value changes.
        """
        small, large = STEPS.get(self.name, (self.field.step, self.field.big))
        value = self.value_at_frame(frame) + count * (large if big else small)
        return self.with_value(frame, self._clamp_value(round(value, 4)))

    def with_value(self, frame: int, value: float) -> CurveEdit:
        """Return a copy of the edit with the value `value` at a frame. If the number has keyframes, a
        keyframe is set at that frame. Otherwise the value applies to the entire clip.
        """
        if not self.keys:
            return replace(self, whole=value)
        old = self.key_at(frame)
        easing = old.easing if old else self._choose_easing(frame)
        return self._put_key(Keyframe(frame, value, easing))

    def with_constant_value(self, value: float) -> CurveEdit:
        """Return the edit with one value for the entire clip and no keyframes. Raises Refused for a speed of
        0 and for a value outside the limits.
        """
        if self.is_speed and value == 0:
            raise Refused("0 % is a freeze frame", "{cut.freeze_frame} makes one")
        if self.is_speed:
            value = abs(value)
        bounded = self._clamp_value(value)
        if bounded != value:
            low, high = self._bounds
            raise Refused(
                f"{self.title} must be between {self.format_with_unit(low)} and {self.format_with_unit(high)}"
            )
        return replace(self, keys=(), whole=value)

    def with_key_here(self, frame: int) -> CurveEdit:
        """Return a copy of the edit with an additional keyframe at a frame. The keyframe has the value that
        the curve has at that frame, so the curve keeps its shape.
        """
        return self._put_key(
            Keyframe(frame, round(self.value_at_frame(frame), 4), self._choose_easing(frame))
        )

    def without_key(self, frame: int) -> CurveEdit:
        """Return a copy of the edit without the keyframe at a frame. If it was the last keyframe, its value
        then applies to the entire clip.
        """
        keys = tuple(key for key in self.keys if key.frame != frame)
        return replace(self, keys=keys, whole=self.value_at_frame(frame) if not keys else self.whole)

    def with_next_easing(self, frame: int) -> CurveEdit:
        """Return a copy of the edit in which one keyframe has the next easing. This is the keyframe at a
        frame, or the last keyframe before that frame.
        """
        key = self.find_key_before(frame)
        if key is None:
            return self
        at = EASINGS.index(key.easing)
        return self._put_key(replace(key, easing=EASINGS[(at + 1) % len(EASINGS)]))

    def _choose_easing(self, frame: int) -> Easing:
        near = self.find_key_before(frame)
        return near.easing if near else (Easing.BOTH if self.is_speed else Easing.LINEAR)

    def _put_key(self, key: Keyframe) -> CurveEdit:
        others = [each for each in self.keys if each.frame != key.frame]
        return replace(self, keys=tuple(sorted([*others, key], key=lambda each: each.frame)))

    @property
    def _bounds(self) -> tuple[float, float]:
        return (LEAST_SPEED, MOST_SPEED) if self.is_speed else (self.field.low, self.field.high)

    def _clamp_value(self, value: float) -> float:
        low, high = self._bounds
        return min(high, max(low, value))

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
            clip,
            name,
            curve if is_animated(curve) else (),
            curve[0].value if curve else default,
        )
    speed, ramp = abs(effects.speed), effects.get_curve(RAMP)
    if not speed:
        raise Refused("a freeze frame has no speed to change", "give the clip a speed first")
    changed = speed != 1 or bool(ramp)
    keys = tuple(replace(key, value=round(key.value * float(speed), 4)) for key in ramp)
    return CurveEdit(
        clip,
        name,
        keys,
        float(speed),
        keeps_pitch=effects.keeps_pitch if changed else True,
        blended=effects.blended,
    )


@dataclass(frozen=True, slots=True)
class CurveAxis:
    """The vertical scale of the lane in which a curve is drawn. `low` is the value at the bottom and `high`
    the value at the top. If `log` is True, the scale is logarithmic, as for speeds.
    """

    low: float
    high: float
    log: bool = False

    def to_height(self, value: float) -> float:
        """Return the height of a value in the lane, from 0 at the bottom to 1 at the top."""
        if self.log:
            low, high = math.log2(self.low), math.log2(self.high)
            return min(1.0, max(0.0, (math.log2(max(value, 1e-6)) - low) / (high - low)))
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


def choose_curve_axis(edit: CurveEdit) -> CurveAxis:
    """Return a vertical scale for the lane that contains all values of the curve."""
    values = [key.value for key in edit.keys] or [edit.whole]
    if edit.is_speed:
        low = 2.0 ** math.floor(math.log2(min(0.5, *values)))
        return CurveAxis(low, 2.0 ** math.ceil(math.log2(max(2.0, *values))), log=True)
    if edit.name == LEVEL:
        return CurveAxis(-12.0 * math.ceil(-min(-24.0, *values) / 12), max(6.0, *values))
    low, high = edit.field.low, edit.field.high
    default = float(edit.field.default or 0.0)
    if high - low > 4:
        wide = max(0.5, *(abs(value - default) for value in values))
        low, high = max(low, default - wide), min(high, default + wide)
    return CurveAxis(low, high)


@dataclass(frozen=True, slots=True)
class CurveLane:
    """A curve as the timeline draws it, in a lane under its clip. `keys` are at frames of the changed clip.

    - `lane` is the index of the clip's lane.
    - `start` and `end` are the clip's first frame and end in the film.
    - `labels` are texts in the track's header, each with its height from 0 to 1.
    - `words` are rows of text next to the curve.
    """

    lane: int
    start: int
    end: int
    keys: Curve
    whole: float
    axis: CurveAxis
    labels: tuple[tuple[float, str], ...] = ()
    words: tuple[str, ...] = ()

    def curve_value_at(self, frame: int) -> float:
        """Return the value at a frame of the clip."""
        return evaluate_curve(self.keys, frame) if self.keys else self.whole


def make_curve_lane_of(
    edit: CurveEdit, after: Clip, lane: int, start: int, words: tuple[str, ...] = ()
) -> CurveLane:
    """Return the curve of an edit as the timeline draws it. `after` is the changed clip, `lane` the index of
    its lane, `start` its first frame in the film, and `words` the text next to the curve.
    """
    axis = choose_curve_axis(edit)
    keys: Curve = edit.keys
    ramp = get_speed_ramp(after.effects)
    if edit.is_speed and len(ramp) == len(edit.keys):
        keys = tuple(replace(key, frame=now.frame) for key, now in zip(edit.keys, ramp, strict=True))
    middle = 1.0 if edit.is_speed else float(edit.field.default or 0.0)
    marks = sorted({axis.high, axis.low, min(axis.high, max(axis.low, middle))})
    labels = tuple((axis.to_height(value), edit.format_short(value)) for value in marks)
    return CurveLane(lane, start, start + after.frames, keys, edit.whole, axis, labels, words)


def list_editable_curves(clip: Clip) -> tuple[str, ...]:
    """List the numbers of a clip that can be edited as curves: its speed, its level, and other numbers that
    already change over time.
    """
    others = [name for name, curve in clip.effects.curves if is_animated(curve) and name in BY_KEY]
    return tuple(dict.fromkeys((SPEED, LEVEL, *others)))
