"""The settings of a clip that the inspector edits: a table with their label, range, step and command group.

This module also steps values. `subject` chooses the settings of a clip and reads their values, `field_text`
formats and parses values, `changes` makes the changed cut.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import Enum
from fractions import Fraction
from typing import Any, Literal

from milimo_tui.cut.edit.clip_effects import ALIGNS, PLACES
from milimo_tui.cut.edit.clip_settings import GAIN_DB
from milimo_tui.cut.edit.speeds import FASTEST
from milimo_tui.cut.edit.transitions import DIRECTIONS, KINDS
from milimo_tui.cut.notes.marker_colours import COLOURS
from milimo_tui.cut.values.effects import PARAMS, Blend, OnDamage

Value = float | Fraction | int | bool | str | None


class Group(Enum):
    """The group of a setting, which decides the command that writes it."""

    NUMBER = "number"  # A number of the effects, with optional keyframes.
    CLIP = "clip"
    CHOICE = "choice"  # A setting of the effects that is not a number.
    SPEED = "speed"
    LENGTH = "length"
    PLACE = "place"  # The clip's first frame in its source.
    TITLE = "title"
    JOIN = "join"  # The transition at one of the clip's edges.
    SHOT = "shot"


class Shape(Enum):
    """The form in which a value is shown and typed."""

    NUMBER = "number"
    FRAMES = "frames"
    TIME = "time"  # A time in the source, as timecode.
    PAN = "pan"
    SWITCH = "switch"
    ONE_OF = "one of"
    WORDS = "words"
    TEXT = "text"  # Text that may have several lines.
    COLOUR = "colour"
    NAME = "name"  # The name of an asset or a mask.


NONE = "none"  # The choice of no transition or no LUT.
PALETTE: Mapping[str, str] = {**COLOURS, "white": "#ffffff", "black": "#000000"}
"""Colours by the names that people may type, and that `h l` go through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A setting that the inspector edits.

    A value is shown multiplied by `times`; `step` and `big` are in the unit of the stored value. `name` is
    the stored attribute, by default the key; `edge` is the edge of a transition; `titles` are the names of
    the choices by id.
    """

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
    words: tuple[str, ...] = ()  # The choices.
    auto: bool = False  # None is allowed and means that the engine chooses.
    name: str = ""
    edge: Literal["head", "tail"] = "tail"
    titles: Mapping[str, str] = dataclass_field(default_factory=dict, hash=False)

    @property
    def steps(self) -> bool:
        """True if `h l` change the value."""
        return not self.written and (self.shape is not Shape.NAME or bool(self.titles))

    @property
    def written(self) -> bool:
        """True if the value is text that the user writes."""
        return self.shape in (Shape.WORDS, Shape.TEXT)

    @property
    def empties(self) -> bool:
        """True if empty input is a valid value."""
        return self.auto or self.default == "" or self.group is Group.SHOT

    @property
    def attribute(self) -> str:
        """The stored attribute of the value."""
        return self.name or self.key

    @property
    def keyed(self) -> bool:
        """True if the value can have keyframes."""
        return self.group is Group.NUMBER


def _number(key: str, section: str, label: str, **more: float | int | str | Shape) -> Field:
    """Make the field of a number, with bounds and default of `cut.values.effects`."""
    param = PARAMS[key]
    base = {"low": param.low, "high": param.high, "default": param.default}
    return Field(key=key, label=label, section=section, group=Group.NUMBER, **{**base, **more})  # type: ignore[arg-type]


def _percent(key: str, section: str, label: str, step: float = 0.01, digits: int = 0) -> Field:
    return _number(key, section, label, times=100, unit="%", step=step, big=step * 10, digits=digits)


def _grade(key: str, label: str) -> Field:
    return _number(key, LOOK, label, step=0.01, big=0.1, digits=2)


def _title(name: str, label: str, shape: Shape, default: Value, words: tuple[str, ...] = ()) -> Field:
    return Field(key=f"title_{name}", name=name, label=label, section=TITLE, group=Group.TITLE, shape=shape,
                 default=default, words=words)  # fmt: skip


def _joins(edge: Literal["head", "tail"], section: str) -> tuple[Field, ...]:
    """Make the fields of the transition at an edge: its kind, and its other settings."""

    def made(name: str, label: str, **more: Any) -> Field:
        return Field(
            key=f"{edge}_{name}", name=name, label=label, section=section, group=Group.JOIN, edge=edge, **more
        )

    return (
        made("kind", "transition", shape=Shape.ONE_OF, default=NONE, words=(NONE, *KINDS)),
        made("frames", "length", shape=Shape.FRAMES, step=1, big=10, low=1, high=LONGEST, unit="f",
             default=None),
        made("direction", "goes", shape=Shape.ONE_OF, default="right", words=DIRECTIONS),
        made("colour", "through", shape=Shape.COLOUR, default="#000000"),
        made("softness", "softness", times=100, unit="%", step=0.01, big=0.1),
    )  # fmt: skip


CLIP, SOUND, PICTURE, LOOK, SHOT = "Clip", "Sound", "Picture", "Look", "Shot, for its next take"
TITLE, HEAD, TAIL = "Title", "At its head", "At its tail"
LONGEST = 10**9  # In frames.

FIELDS: tuple[Field, ...] = (
    _title("text", "words", Shape.TEXT, None),
    Field(key="title_size", name="size", label="letters", section=TITLE, group=Group.TITLE, step=0.005,
          big=0.05, low=0.005, high=1, times=100, digits=1, unit="%", default=0.08),
    _title("font", "font", Shape.WORDS, ""),
    _title("colour", "colour", Shape.COLOUR, "#ffffff"),
    _title("background", "behind", Shape.COLOUR, ""),
    Field(key="title_lines", name="lines", label="further lines", section=TITLE, group=Group.TITLE, step=0.05,
          big=0.25, low=0.1, high=2, times=100, unit="%", default=1.0),
    _title("outline", "outline", Shape.COLOUR, ""),
    _title("fills", "fills", Shape.SWITCH, False),
    _title("roll", "rolls", Shape.SWITCH, False),
    _title("align", "set", Shape.ONE_OF, "centre", ALIGNS),
    _title("place", "stands", Shape.ONE_OF, "middle", PLACES),
    Field(key="length", label="length", section=CLIP, group=Group.LENGTH, shape=Shape.FRAMES, step=1,
          big=10, low=1, high=LONGEST, unit="f", default=None),
    Field(key="speed", label="speed", section=CLIP, group=Group.SPEED, step=0.05, big=0.5,
          low=-float(FASTEST), high=float(FASTEST), times=100, unit="%", default=1.0),
    Field(key="source_in", label="source from", section=CLIP, group=Group.PLACE, shape=Shape.TIME, step=1,
          big=25, high=LONGEST, default=0),
    Field(key="fade_in", label="fade in", section=CLIP, group=Group.CLIP, shape=Shape.FRAMES, step=1,
          big=10, high=LONGEST, unit="f"),
    Field(key="fade_out", label="fade out", section=CLIP, group=Group.CLIP, shape=Shape.FRAMES, step=1,
          big=10, high=LONGEST, unit="f"),
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
    Field(key="damaged", label="if damaged", section=PICTURE, group=Group.CHOICE, shape=Shape.ONE_OF,
          default=OnDamage.REFUSE.value, words=tuple(way.value for way in OnDamage)),
    Field(key="clip_opacity", name="opacity", label="clip opacity", section=PICTURE, group=Group.CLIP,
          step=0.01, big=0.1, times=100, unit="%", default=1.0),
    _percent("blur", LOOK, "blur", step=0.001, digits=1),
    _percent("vignette", LOOK, "vignette"),
    _percent("grain", LOOK, "film grain"),
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
    *_joins("head", HEAD),
    *_joins("tail", TAIL),
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
    Field(key="prompt", label="prompt", section=SHOT, group=Group.SHOT, shape=Shape.TEXT, default=None),
    Field(key="negative", label="negative", section=SHOT, group=Group.SHOT, shape=Shape.TEXT, default=""),
)  # fmt: skip

BY_KEY = {field.key: field for field in FIELDS}


def stepped(field: Field, value: Value, count: int, *, big: bool = False) -> Value:
    """Step a value within its bounds; a switch toggles, and a choice wraps around."""
    if field.shape is Shape.SWITCH:
        return not value if count % 2 else value
    if field.shape is Shape.ONE_OF:
        at = field.words.index(str(value)) if value in field.words else 0
        return field.words[(at + count) % len(field.words)]
    if field.shape in (Shape.COLOUR, Shape.NAME):
        return _next_of(field, str(value or ""), count)
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


def _next_of(field: Field, value: str, count: int) -> str:
    """Return the colour or name `count` places further on; if the setting may be empty, the empty value comes
    first.
    """
    there = [*field.titles] if field.shape is Shape.NAME else [*PALETTE.values()]
    if field.default == "":
        there.insert(0, "")
    at = there.index(value) if value in there else -1 if count > 0 else 0
    return there[(at + count) % len(there)]
