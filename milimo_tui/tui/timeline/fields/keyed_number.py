"""The editing of a number that changes over time: its keyframes, the steps that change them, and the values
from which its lane is drawn. Pure.

`curve_edit` edits a number of a clip, and `automation_edit` a number of a strip of the mixer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Self

from milimo_tui.core.errors import Refused
from milimo_tui.cut.values.effects import evaluate_curve
from milimo_tui.cut.values.keyframes import Curve, Easing, Keyframe
from milimo_tui.tui.timeline.fields.field_text import format_setting_value
from milimo_tui.tui.timeline.fields.fields import BY_KEY, InspectorField

EASINGS = (Easing.BOTH, Easing.LINEAR, Easing.IN, Easing.OUT, Easing.HOLD)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedNumber:
    """A change of a number over time, such as a level. `keys` are the number's keyframes. If there are none,
    `whole` is its constant value.
    """

    name: str
    keys: Curve = ()
    whole: float = 1.0

    @property
    def field(self) -> InspectorField:
        """The inspector setting for this number, which has its label, limits, steps and unit."""
        return BY_KEY[self.name]

    @property
    def title(self) -> str:
        """The displayed name of the number, such as `level`."""
        return self.field.label

    @property
    def last_frame(self) -> int:
        """The last frame at which the number can have a keyframe."""
        raise NotImplementedError

    @property
    def bounds(self) -> tuple[float, float]:
        """The lowest and the highest allowed value."""
        return self.field.low, self.field.high

    @property
    def steps(self) -> tuple[float, float]:
        """The small and the big step."""
        return self.field.step, self.field.big

    def choose_axis(self) -> CurveAxis:
        """Return a vertical scale for the lane that contains all values of the curve."""
        raise NotImplementedError

    def to_curve_command(self) -> tuple[str, dict[str, Any]]:
        """Return the command that writes the edit, and its arguments."""
        raise NotImplementedError

    def value_at_frame(self, frame: int) -> float:
        """Return the value of the number at a frame."""
        return evaluate_curve(self.keys, frame) if self.keys else self.whole

    def format_with_unit(self, value: float) -> str:
        """Format a value with its unit."""
        return format_setting_value(self.field, value, Fraction(25)).strip()

    def format_short(self, value: float) -> str:
        """Format a value briefly for the scale in the track's header. The unit is left out, except for %."""
        return f"{value * 100:.0f} %" if self.field.unit == "%" else f"{value:g}"

    def key_at(self, frame: int) -> Keyframe | None:
        """Return the keyframe at a frame, or None."""
        return next((key for key in self.keys if key.frame == frame), None)

    def find_key_before(self, frame: int) -> Keyframe | None:
        """Return the keyframe at a frame, else the last keyframe before the frame, else None."""
        return next((key for key in reversed(self.keys) if key.frame <= frame), None)

    def step_value(self, frame: int, count: int, *, big: bool = False) -> Self:
        """Return a copy of the edit in which the value at `frame` is `count` steps higher, within the limits.
        If the number has keyframes, the new value is set by a keyframe at `frame`. Otherwise the constant
        value changes.
        """
        small, large = self.steps
        value = self.value_at_frame(frame) + count * (large if big else small)
        return self.with_value(frame, self._clamp_value(round(value, 4)))

    def with_value(self, frame: int, value: float) -> Self:
        """Return a copy of the edit with the value `value` at a frame. If the number has keyframes, a
        keyframe is set at that frame. Otherwise the constant value changes.
        """
        if not self.keys:
            return replace(self, whole=value)
        old = self.key_at(frame)
        easing = old.easing if old else self.choose_easing(frame)
        return self._put_key(Keyframe(frame, value, easing))

    def with_constant_value(self, value: float) -> Self:
        """Return the edit with one value and no keyframes. Raises Refused for a value outside the limits."""
        bounded = self._clamp_value(value)
        if bounded != value:
            low, high = self.bounds
            raise Refused(
                f"{self.title} must be between {self.format_with_unit(low)} and {self.format_with_unit(high)}"
            )
        return replace(self, keys=(), whole=value)

    def with_key_here(self, frame: int) -> Self:
        """Return a copy of the edit with an additional keyframe at a frame. The keyframe has the value that
        the curve has at that frame, so the curve keeps its shape.
        """
        return self._put_key(Keyframe(frame, round(self.value_at_frame(frame), 4), self.choose_easing(frame)))

    def without_key(self, frame: int) -> Self:
        """Return a copy of the edit without the keyframe at a frame. If it was the last keyframe, its value
        becomes the constant value.
        """
        keys = tuple(key for key in self.keys if key.frame != frame)
        return replace(self, keys=keys, whole=self.value_at_frame(frame) if not keys else self.whole)

    def with_next_easing(self, frame: int) -> Self:
        """Return a copy of the edit in which one keyframe has the next easing. This is the keyframe at a
        frame, or the last keyframe before that frame.
        """
        key = self.find_key_before(frame)
        if key is None:
            return self
        at = EASINGS.index(key.easing)
        return self._put_key(replace(key, easing=EASINGS[(at + 1) % len(EASINGS)]))

    def choose_easing(self, frame: int) -> Easing:
        """Return the easing of a new keyframe: that of the keyframe before it."""
        near = self.find_key_before(frame)
        return near.easing if near else Easing.LINEAR

    def _put_key(self, key: Keyframe) -> Self:
        others = [each for each in self.keys if each.frame != key.frame]
        return replace(self, keys=tuple(sorted([*others, key], key=lambda each: each.frame)))

    def _clamp_value(self, value: float) -> float:
        low, high = self.bounds
        return min(high, max(low, value))

    def move_key(self, frame: int, count: int) -> tuple[Self, int]:
        """Return a copy of the edit in which the keyframe at a frame is `count` frames later, and its new
        frame. A keyframe stays between its neighbours.
        """
        key = self.key_at(frame)
        if key is None:
            return self, frame
        index = self.keys.index(key)
        lowest = self.keys[index - 1].frame + 1 if index else 0
        highest = self.keys[index + 1].frame - 1 if index + 1 < len(self.keys) else self.last_frame
        moved = min(max(frame + count, lowest), max(highest, frame))
        keys = (*self.keys[:index], replace(key, frame=moved), *self.keys[index + 1 :])
        return replace(self, keys=keys), moved


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


@dataclass(frozen=True, slots=True)
class CurveLane:
    """A curve as the timeline draws it, in a lane under its track. `keys` count from `start`.

    - `lane` is the index of the track's lane.
    - `start` and `end` are the first frame and the end of the curve in the film.
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
        """Return the value at a frame, counted from `start`."""
        return evaluate_curve(self.keys, frame) if self.keys else self.whole


def make_curve_lane(
    edit: KeyedNumber,
    keys: Curve,
    lane: int,
    start: int,
    end: int,
    middle: float,
    words: tuple[str, ...] = (),
) -> CurveLane:
    """Return the curve of an edit as the timeline draws it. `keys` are its keyframes, counted from `start`.
    `middle` is a value that is named at the lane besides the lowest and the highest.
    """
    axis = edit.choose_axis()
    marks = sorted({axis.high, axis.low, min(axis.high, max(axis.low, middle))})
    labels = tuple((axis.to_height(value), edit.format_short(value)) for value in marks)
    return CurveLane(lane, start, end, keys, edit.whole, axis, labels, words)


def choose_level_axis(values: Sequence[float]) -> CurveAxis:
    """Return a vertical scale for levels in dB."""
    return CurveAxis(-12.0 * math.ceil(-min(-24.0, *values) / 12), max(6.0, *values))


def format_short_level(value: float) -> str:
    """Format a level in dB briefly, for the scale in the track's header."""
    return f"{round(value):+d}".replace("-", "−") if round(value) else "0"
