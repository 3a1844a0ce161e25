"""The editing of the automation of a strip of the mixer (a track, a bus or the master) as a curve. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

from milimo_tui.cut.layout.strips import get_master_strip, get_strip, iterate_outputs
from milimo_tui.cut.sound.mixing import set_automation
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.values.keyframes import Curve, Keyframe
from milimo_tui.cut.values.mixer import AUTOMATED, MixStrip, StripKind, format_strip_gain, format_strip_pan
from milimo_tui.tui.timeline.fields.keyed_number import (
    CurveAxis,
    CurveLane,
    KeyedNumber,
    choose_level_axis,
    format_short_level,
    make_curve_lane,
)

VOLUME, DUCKING, PAN = "volume", "ducking", "pan"
# Small and big step of volume and ducking in dB, as for the level of a clip.
_VOLUME_STEPS = (1.0, 6.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomationEdit(KeyedNumber):
    """A change of the automated volume, ducking or pan of a strip, over a cut of `frames` frames. Keyframes
    count frames of the cut.

    Without keyframes, volume and ducking are 0 dB, because they are added to the fader. The pan is that of
    the strip.
    """

    strip: MixStrip
    frames: int

    @property
    def title(self) -> str:
        return f"{self.strip.name} {self.name}"

    @property
    def last_frame(self) -> int:
        return max(0, self.frames - 1)

    @property
    def bounds(self) -> tuple[float, float]:
        return AUTOMATED[self.name]

    @property
    def steps(self) -> tuple[float, float]:
        return (self.field.step, self.field.big) if self.name == PAN else _VOLUME_STEPS

    @property
    def unautomated_value(self) -> float:
        """The value of the number without keyframes."""
        return self.strip.pan if self.name == PAN else 0.0

    def format_with_unit(self, value: float) -> str:
        return format_strip_pan(value) if self.name == PAN else format_strip_gain(value)

    def format_short(self, value: float) -> str:
        return format_strip_pan(value) if self.name == PAN else format_short_level(value)

    def choose_axis(self) -> CurveAxis:
        if self.name == PAN:
            return CurveAxis(-1.0, 1.0)
        return choose_level_axis([key.value for key in self.keys] or [self.whole])

    def without_key(self, frame: int) -> Self:
        """Return a copy of the edit without the keyframe at a frame. Without keyframes, nothing is
        automated.
        """
        edit = KeyedNumber.without_key(self, frame)
        return edit if edit.keys else replace(edit, whole=self.unautomated_value)

    def apply_to_cut(self, cut: Cut) -> Cut:
        """Return a copy of the cut in which the strip has the edited automation."""
        return set_automation(cut, self.strip.id, self.name, self._make_curve())

    def to_curve_command(self) -> tuple[str, dict[str, Any]]:
        keys = [f"{key.frame}:{key.value:g}:{key.easing.value}" for key in self._make_curve()]
        values: dict[str, Any] = {"keys": keys} if keys else {"clear": True}
        return "mix.automate", {"strip": self.strip.id, "parameter": self.name, **values}

    def _make_curve(self) -> Curve:
        if self.keys or self.whole == self.unautomated_value:
            return self.keys
        return (Keyframe(0, self.whole),)


def list_automation(cut: Cut, track_id: str) -> list[tuple[str, str]]:
    """Return the numbers that can be automated on the way of a track's sound: those of the track, then of
    each bus to which it goes, then of the master. Each is the id of a strip and the name of the number. The
    ducking is in the list only if it has keys.
    """
    track = get_strip(cut, track_id)
    strips = [
        track,
        *(get_strip(cut, bus.id) for bus in iterate_outputs(cut, track.bus)),
        get_master_strip(cut),
    ]
    return [(strip.id, name) for strip in strips for name in _list_strip_numbers(strip)]


def _list_strip_numbers(strip: MixStrip) -> list[str]:
    ducking = [DUCKING] if strip.automation.get_curve(DUCKING) else []
    return [VOLUME, *ducking, *([] if strip.kind is StripKind.MASTER else [PAN])]


def begin_automation_edit(cut: Cut, frames: int, strip_id: str, name: str) -> AutomationEdit:
    """Begin to edit the automated number `name` of a strip, in a cut of `frames` frames."""
    strip = get_strip(cut, strip_id)
    curve = strip.automation.get_curve(name)
    whole = strip.pan if name == PAN else 0.0
    return AutomationEdit(name=name, keys=curve, whole=whole, strip=strip, frames=frames)


def make_automation_lane(edit: AutomationEdit, lane: int) -> CurveLane:
    """Return the curve of an edit as the timeline draws it, under the lane with index `lane`."""
    return make_curve_lane(edit, edit.keys, lane, 0, max(1, edit.frames), 0.0, (edit.title,))
