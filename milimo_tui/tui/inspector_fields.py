"""The numbers and choices of a clip as the inspector edits them: label, range, step, how each is written.

A table, and pure functions over it: reading a value from a clip, and stepping it. `inspector_text` tells and
reads values as words, `inspector_changes` what a change does to the cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from milimo_tui.cut.changing import GAIN_DB
from milimo_tui.cut.effects import PARAMS, Blend
from milimo_tui.cut.speeds import FASTEST
from milimo_tui.cut.values import Clip, SourceKind, TrackKind
from milimo_tui.story.values import Shot

Value = float | Fraction | int | bool | str | None


class Group(Enum):
    """Whose a field is, and by what it is written."""

    NUMBER = "number"  # of the effects, with keys over time
    CLIP = "clip"
    CHOICE = "choice"  # of the effects, not a number
    SPEED = "speed"
    LENGTH = "length"
    SHOT = "shot"


class Shape(Enum):
    """How a value is told and typed."""

    NUMBER = "number"
    FRAMES = "frames"
    PAN = "pan"
    SWITCH = "switch"
    ONE_OF = "one of"
    WORDS = "words"
    NAME = "name"  # of an asset or a mask


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One editable line. A value is shown `times` itself; `step` and `big` are in what is stored."""

    key: str
    label: str
    section: str
    group: Group
    shape: Shape = Shape.NUMBER
    step: float = 0.01
    big: float = 0.1
    low: float = 0.0
    high: float = 1.0
    times: float = 1.0
    digits: int = 0
    unit: str = ""
    default: Value = 0.0
    words: tuple[str, ...] = ()  # what there is to choose from
    auto: bool = False  # None is a value: the engine chooses

    @property
    def steps(self) -> bool:
        """Whether `h l` change it."""
        return self.shape not in (Shape.WORDS, Shape.NAME)

    @property
    def keyed(self) -> bool:
        return self.group is Group.NUMBER


def _number(key: str, section: str, label: str, **more: float | int | str | Shape) -> Field:
    """A number of the effects, with the bounds and the default of `cut.effects`."""
    param = PARAMS[key]
    base = {"low": param.low, "high": param.high, "default": param.default}
    return Field(key=key, label=label, section=section, group=Group.NUMBER, **{**base, **more})  # type: ignore[arg-type]


def _percent(key: str, section: str, label: str, step: float = 0.01, digits: int = 0) -> Field:
    return _number(key, section, label, times=100, unit="%", step=step, big=step * 10, digits=digits)


def _grade(key: str, label: str) -> Field:
    return _number(key, LOOK, label, step=0.01, big=0.1, digits=2)


CLIP, SOUND, PICTURE, LOOK, SHOT = "Clip", "Sound", "Picture", "Look", "Shot, for its next take"

FIELDS: tuple[Field, ...] = (
    Field(key="length", label="length", section=CLIP, group=Group.LENGTH, shape=Shape.FRAMES, step=1,
          big=10, low=1, high=10**9, unit="f", default=None),
    Field(key="speed", label="speed", section=CLIP, group=Group.SPEED, step=0.05, big=0.5,
          low=-float(FASTEST), high=float(FASTEST), times=100, unit="%", default=1.0),
    Field(key="fade_in", label="fade in", section=CLIP, group=Group.CLIP, shape=Shape.FRAMES, step=1,
          big=10, high=10**9, unit="f"),
    Field(key="fade_out", label="fade out", section=CLIP, group=Group.CLIP, shape=Shape.FRAMES, step=1,
          big=10, high=10**9, unit="f"),
    Field(key="label", label="label", section=CLIP, group=Group.CLIP, shape=Shape.WORDS, default=""),
    Field(key="gain_db", label="clip gain", section=SOUND, group=Group.CLIP, step=0.5, big=3, low=GAIN_DB[0],
          high=GAIN_DB[1], digits=1, unit="dB"),
    Field(key="muted", label="mute", section=SOUND, group=Group.CLIP, shape=Shape.SWITCH, default=False),
    _number("volume", SOUND, "volume", step=0.5, big=3, digits=1, unit="dB"),
    _number("pan", SOUND, "pan", shape=Shape.PAN, step=0.05, big=0.25, times=100),
    _percent("opacity", PICTURE, "opacity"),
    _percent("scale", PICTURE, "scale"),
    _percent("scale_x", PICTURE, "scale across"),
    _percent("scale_y", PICTURE, "scale down"),
    _percent("x", PICTURE, "move across"),
    _percent("y", PICTURE, "move down"),
    _number("rotation", PICTURE, "rotation", step=1, big=15, digits=1, unit="°"),
    _percent("crop_left", PICTURE, "crop left"),
    _percent("crop_right", PICTURE, "crop right"),
    _percent("crop_top", PICTURE, "crop top"),
    _percent("crop_bottom", PICTURE, "crop bottom"),
    Field(key="flip_h", label="flip across", section=PICTURE, group=Group.CHOICE, shape=Shape.SWITCH,
          default=False),
    Field(key="flip_v", label="flip down", section=PICTURE, group=Group.CHOICE, shape=Shape.SWITCH,
          default=False),
    Field(key="blend", label="blend", section=PICTURE, group=Group.CHOICE, shape=Shape.ONE_OF,
          default=Blend.NORMAL.value, words=tuple(blend.value for blend in Blend)),
    _percent("blur", LOOK, "blur", step=0.001, digits=1),
    _grade("lift", "lift"),
    _grade("gamma", "gamma"),
    _grade("gain", "gain"),
    _percent("saturation", LOOK, "saturation"),
    _grade("lift_r", "lift red"),
    _grade("lift_g", "lift green"),
    _grade("lift_b", "lift blue"),
    _grade("gamma_r", "gamma red"),
    _grade("gamma_g", "gamma green"),
    _grade("gamma_b", "gamma blue"),
    _grade("gain_r", "gain red"),
    _grade("gain_g", "gain green"),
    _grade("gain_b", "gain blue"),
    Field(key="lut", label="LUT", section=LOOK, group=Group.CHOICE, shape=Shape.NAME, default=""),
    _percent("lut_mix", LOOK, "LUT mix"),
    Field(key="matte", label="matte", section=LOOK, group=Group.CHOICE, shape=Shape.NAME, default=""),
    Field(key="matte_inverted", label="inverted", section=LOOK, group=Group.CHOICE, shape=Shape.SWITCH,
          default=False),
    _percent("matte_feather", LOOK, "feather", step=0.001, digits=1),
    Field(key="frames", label="wanted", section=SHOT, group=Group.SHOT, shape=Shape.FRAMES, step=1, big=25,
          low=1, high=10**6, unit="f", default=None),
    Field(key="size", label="size", section=SHOT, group=Group.SHOT, shape=Shape.WORDS, default=None),
    Field(key="seed", label="seed", section=SHOT, group=Group.SHOT, step=1, big=100, high=2**32 - 1,
          default=None),
    Field(key="seed_locked", label="locked", section=SHOT, group=Group.SHOT, shape=Shape.SWITCH,
          default=False),
    Field(key="steps", label="steps", section=SHOT, group=Group.SHOT, step=1, big=10, low=1, high=1000,
          default=None, auto=True),
    Field(key="guidance", label="guidance", section=SHOT, group=Group.SHOT, step=0.5, big=2, high=100,
          digits=1, default=None, auto=True),
    Field(key="prompt", label="prompt", section=SHOT, group=Group.SHOT, shape=Shape.WORDS, default=None),
    Field(key="negative", label="negative", section=SHOT, group=Group.SHOT, shape=Shape.WORDS, default=""),
)  # fmt: skip

BY_KEY = {field.key: field for field in FIELDS}
_SILENT = frozenset({SourceKind.TITLE})


def fields_for(clip: Clip, kind: TrackKind, shot: Shot | None) -> tuple[Field, ...]:
    """What can be set of a clip, in order: a gap has a length alone, sound no picture, a title no sound."""
    if clip.source.kind is SourceKind.GAP:
        return (BY_KEY["length"],)
    sections = {CLIP}
    if clip.source.kind not in _SILENT:
        sections.add(SOUND)
    if kind is TrackKind.VIDEO:
        sections |= {PICTURE, LOOK}
    if shot is not None:
        sections.add(SHOT)
    return tuple(
        field
        for field in FIELDS
        if field.section in sections and not (field.key == "speed" and clip.source.kind is SourceKind.TITLE)
    )


def value_of(field: Field, clip: Clip, frame: int, shot: Shot | None, size: str = "") -> Value:
    """What a field is at a frame of the clip."""
    match field.group:
        case Group.NUMBER:
            return clip.effects.at(field.key, frame)
        case Group.SPEED:
            return clip.effects.speed
        case Group.LENGTH:
            return clip.frames
        case Group.CHOICE:
            value = getattr(clip.effects, field.key)
            return value.value if isinstance(value, Blend) else value
        case Group.CLIP:
            return getattr(clip, field.key)  # type: ignore[no-any-return]
        case Group.SHOT:
            return size if field.key == "size" else getattr(shot, field.key, None)


def stepped(field: Field, value: Value, count: int, *, big: bool = False) -> Value:
    """The value so many steps on: within its bounds; a switch turns, a choice goes round."""
    if field.shape is Shape.SWITCH:
        return not value if count % 2 else value
    if field.shape is Shape.ONE_OF:
        at = field.words.index(str(value)) if value in field.words else 0
        return field.words[(at + count) % len(field.words)]
    if value is None:
        return field.low if field.key != "guidance" else 3.0
    assert not isinstance(value, str)
    size = field.big if big else field.step
    if field.group is Group.SPEED:
        raw = Fraction(value) + count * Fraction(str(size))
        return min(Fraction(str(field.high)), max(Fraction(str(field.low)), raw))
    if isinstance(value, int) and float(size).is_integer():
        return int(min(field.high, max(field.low, value + count * int(size))))
    return min(field.high, max(field.low, round(float(value) + count * size, 6)))
