"""The table of all clip settings that the inspector edits, with label, range, step and group. Functions
return the next value of a setting.

Other modules: `subject` selects the settings of a clip and reads their values, `field_text` formats and
parses values, and `changes` makes the changed cut.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import Enum
from fractions import Fraction
from typing import Any, Literal

from milimo_tui.cut.edit.speeds import FASTEST
from milimo_tui.cut.notes.marker_colours import MARKER_COLOURS
from milimo_tui.cut.values.effects import (
    GAIN_RANGE_DB,
    PARAMS,
    TITLE_LINES,
    TITLE_SIZES,
    Blend,
    OnDamage,
    Title,
    TitleAlign,
    TitlePlace,
)
from milimo_tui.cut.values.transition_kinds import TRANSITIONS, Direction

Value = float | Fraction | int | bool | str | None


class FieldGroup(Enum):
    """The group of a setting. The group decides which command writes the setting."""

    NUMBER = "number"  # A number of the clip's effects, such as scale. It can have keyframes.
    CLIP = "clip"
    CHOICE = "choice"  # A setting of the clip's effects that is not a number.
    SPEED = "speed"
    LENGTH = "length"
    PLACE = "place"  # The frame of the source at which the clip begins.
    TITLE = "title"
    JOIN = "join"  # The transition at one of the clip's edges.
    SHOT = "shot"


class FieldShape(Enum):
    """The form in which a value is shown and typed."""

    NUMBER = "number"
    FRAMES = "frames"
    TIME = "time"  # A time in the source, as timecode.
    PAN = "pan"
    SWITCH = "switch"
    ONE_OF = "one of"
    WORDS = "words"
    TEXT = "text"  # Text that may contain line breaks.
    COLOUR = "colour"
    NAME = "name"  # The name of an asset or a mask.


NONE = "none"  # The choice that means no transition, or no LUT.
PALETTE: Mapping[str, str] = {
    **{name: row.shown for name, row in MARKER_COLOURS.items()}, "white": "#ffffff", "black": "#000000"
}  # fmt: skip
"""The colours by the names that a user can type, and that `h` and `l` step through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectorField:
    """A clip setting that the inspector edits.

    - `step` and `big` are the small and the big step, in the unit of the stored value.
    - `times` is the factor from the stored value to the displayed value, such as 100 for per cent.
    - `name` is the attribute that stores the value. If `name` is empty, the attribute is called like `key`.
    - `edge` is only used by settings of a transition: it names the edge of the clip at which the transition
      is.
    - `titles` are the displayed names of the choices, by id.
    """

    key: str
    label: str
    section: str
    group: FieldGroup
    shape: FieldShape = FieldShape.NUMBER
    step: float = 0.01
    big: float = 0.1
    low: float = 0.0
    high: float = 1.0
    times: float = 1.0
    digits: int = 0
    unit: str = ""
    default: Value = 0.0
    words: tuple[str, ...] = ()  # The allowed values of a setting with a fixed list of choices.
    auto: bool = False  # True if the value may be None, which lets the engine choose.
    name: str = ""
    edge: Literal["head", "tail"] = "tail"
    titles: Mapping[str, str] = dataclass_field(default_factory=dict, hash=False)

    @property
    def can_step(self) -> bool:
        """True if the keys `h` and `l` change the value by a step."""
        return not self.is_free_text and (self.shape is not FieldShape.NAME or bool(self.titles))

    @property
    def is_free_text(self) -> bool:
        """True if the value is text that the user writes."""
        return self.shape in (FieldShape.WORDS, FieldShape.TEXT)

    @property
    def accepts_empty(self) -> bool:
        """True if empty input is a valid value."""
        return self.auto or self.default == "" or self.group is FieldGroup.SHOT

    @property
    def attribute(self) -> str:
        """The name of the attribute that stores the value."""
        return self.name or self.key

    @property
    def can_have_keys(self) -> bool:
        """True if the value can have keyframes."""
        return self.group is FieldGroup.NUMBER


def _make_number_field(key: str, section: str, label: str = "", **more: Any) -> InspectorField:
    """Return the setting for a number of the effects. Its bounds, default and usual label come from `PARAMS`
    of `cut.values.effects`; `more` are other attributes of `InspectorField`.
    """
    param = PARAMS[key]
    more = {"low": param.low, "high": param.high, "default": param.default, **more}
    return InspectorField(
        key=key, label=label or param.title, section=section, group=FieldGroup.NUMBER, **more
    )


def _make_percent_field(
    key: str, section: str, label: str = "", step: float = 0.01, digits: int = 0
) -> InspectorField:
    return _make_number_field(
        key, section, label, times=100, unit="%", step=step, big=step * 10, digits=digits
    )


def _make_grade_field(key: str, label: str = "") -> InspectorField:
    return _make_number_field(key, LOOK, label, step=0.01, big=0.1, digits=2)


def _make_title_field(
    name: str, label: str, shape: FieldShape = FieldShape.NUMBER, **more: Any
) -> InspectorField:
    more = {"name": name, "shape": shape, "default": getattr(Title(text=""), name), **more}
    return InspectorField(key=f"title_{name}", label=label, section=TITLE, group=FieldGroup.TITLE, **more)


def _make_transition_fields(edge: Literal["head", "tail"], section: str) -> tuple[InspectorField, ...]:
    """Return the settings of the transition at an edge of a clip: its kind, its duration and the options of
    its kind, such as the direction of a wipe.
    """

    def make_edge_field(name: str, label: str, **more: Any) -> InspectorField:
        return InspectorField(
            key=f"{edge}_{name}",
            name=name,
            label=label,
            section=section,
            group=FieldGroup.JOIN,
            edge=edge,
            **more,
        )

    return (
        make_edge_field(
            "kind", "transition", shape=FieldShape.ONE_OF, default=NONE, words=(NONE, *TRANSITIONS)
        ),
        make_edge_field(
            "frames",
            "length",
            shape=FieldShape.FRAMES,
            step=1,
            big=10,
            low=1,
            high=LONGEST,
            unit="f",
            default=None,
        ),
        make_edge_field(
            "direction", "goes", shape=FieldShape.ONE_OF, default=Direction.RIGHT, words=tuple(Direction)
        ),
        make_edge_field("colour", "through", shape=FieldShape.COLOUR, default="#000000"),
        make_edge_field("softness", "softness", times=100, unit="%", step=0.01, big=0.1),
    )


CLIP, SOUND, PICTURE, LOOK, SHOT = "Clip", "Sound", "Picture", "Look", "Shot, for its next take"
TITLE, HEAD, TAIL = "Title", "At its head", "At its tail"
LONGEST = 10**9  # The upper limit of settings that are a number of frames.

FIELDS: tuple[InspectorField, ...] = (
    _make_title_field("text", "words", FieldShape.TEXT, default=None),
    _make_title_field(
        "size",
        "letters",
        step=0.005,
        big=0.05,
        low=TITLE_SIZES[0],
        high=TITLE_SIZES[1],
        times=100,
        digits=1,
        unit="%",
    ),
    _make_title_field("font", "font", FieldShape.WORDS),
    _make_title_field("colour", "colour", FieldShape.COLOUR),
    _make_title_field("background", "behind", FieldShape.COLOUR),
    _make_title_field(
        "lines",
        "further lines",
        step=0.05,
        big=0.25,
        low=TITLE_LINES[0],
        high=TITLE_LINES[1],
        times=100,
        unit="%",
    ),
    _make_title_field("outline", "outline", FieldShape.COLOUR),
    _make_title_field("fills", "fills", FieldShape.SWITCH),
    _make_title_field("roll", "rolls", FieldShape.SWITCH),
    _make_title_field("align", "set", FieldShape.ONE_OF, words=tuple(TitleAlign)),
    _make_title_field("place", "stands", FieldShape.ONE_OF, words=tuple(TitlePlace)),
    InspectorField(
        key="length",
        label="length",
        section=CLIP,
        group=FieldGroup.LENGTH,
        shape=FieldShape.FRAMES,
        step=1,
        big=10,
        low=1,
        high=LONGEST,
        unit="f",
        default=None,
    ),
    InspectorField(
        key="speed",
        label="speed",
        section=CLIP,
        group=FieldGroup.SPEED,
        step=0.05,
        big=0.5,
        low=-float(FASTEST),
        high=float(FASTEST),
        times=100,
        unit="%",
        default=1.0,
    ),
    InspectorField(
        key="source_in",
        label="source from",
        section=CLIP,
        group=FieldGroup.PLACE,
        shape=FieldShape.TIME,
        step=1,
        big=25,
        high=LONGEST,
        default=0,
    ),
    InspectorField(
        key="fade_in",
        label="fade in",
        section=CLIP,
        group=FieldGroup.CLIP,
        shape=FieldShape.FRAMES,
        step=1,
        big=10,
        high=LONGEST,
        unit="f",
    ),
    InspectorField(
        key="fade_out",
        label="fade out",
        section=CLIP,
        group=FieldGroup.CLIP,
        shape=FieldShape.FRAMES,
        step=1,
        big=10,
        high=LONGEST,
        unit="f",
    ),
    InspectorField(
        key="label", label="label", section=CLIP, group=FieldGroup.CLIP, shape=FieldShape.WORDS, default=""
    ),
    InspectorField(
        key="gain_db",
        label="clip gain",
        section=SOUND,
        group=FieldGroup.CLIP,
        step=0.5,
        big=3,
        low=GAIN_RANGE_DB[0],
        high=GAIN_RANGE_DB[1],
        digits=1,
        unit="dB",
    ),
    InspectorField(
        key="muted",
        label="mute",
        section=SOUND,
        group=FieldGroup.CLIP,
        shape=FieldShape.SWITCH,
        default=False,
    ),
    _make_number_field("volume", SOUND, step=0.5, big=3, digits=1, unit="dB"),
    _make_number_field("ducking", SOUND, step=0.5, big=3, digits=1, unit="dB"),
    _make_number_field("pan", SOUND, shape=FieldShape.PAN, step=0.05, big=0.25, times=100),
    _make_percent_field("opacity", PICTURE),
    _make_percent_field("scale", PICTURE),
    _make_percent_field("scale_x", PICTURE),
    _make_percent_field("scale_y", PICTURE),
    _make_percent_field("x", PICTURE, "move across"),
    _make_percent_field("y", PICTURE, "move down"),
    _make_number_field("rotation", PICTURE, step=1, big=15, digits=1, unit="°"),
    _make_percent_field("crop_left", PICTURE),
    _make_percent_field("crop_right", PICTURE),
    _make_percent_field("crop_top", PICTURE),
    _make_percent_field("crop_bottom", PICTURE),
    InspectorField(
        key="flip_h",
        label="flip across",
        section=PICTURE,
        group=FieldGroup.CHOICE,
        shape=FieldShape.SWITCH,
        default=False,
    ),
    InspectorField(
        key="flip_v",
        label="flip down",
        section=PICTURE,
        group=FieldGroup.CHOICE,
        shape=FieldShape.SWITCH,
        default=False,
    ),
    InspectorField(
        key="blend",
        label="blend",
        section=PICTURE,
        group=FieldGroup.CHOICE,
        shape=FieldShape.ONE_OF,
        default=Blend.NORMAL.value,
        words=tuple(blend.value for blend in Blend),
    ),
    InspectorField(
        key="damaged",
        label="if damaged",
        section=PICTURE,
        group=FieldGroup.CHOICE,
        shape=FieldShape.ONE_OF,
        default=OnDamage.REFUSE.value,
        words=tuple(choice.value for choice in OnDamage),
    ),
    InspectorField(
        key="clip_opacity",
        name="opacity",
        label="clip opacity",
        section=PICTURE,
        group=FieldGroup.CLIP,
        step=0.01,
        big=0.1,
        times=100,
        unit="%",
        default=1.0,
    ),
    _make_percent_field("blur", LOOK, step=0.001, digits=1),
    _make_percent_field("vignette", LOOK),
    _make_percent_field("grain", LOOK),
    _make_grade_field("lift"),
    _make_grade_field("gamma"),
    _make_grade_field("gain"),
    _make_percent_field("saturation", LOOK),
    _make_grade_field("lift_r", "lift red"),
    _make_grade_field("lift_g", "lift green"),
    _make_grade_field("lift_b", "lift blue"),
    _make_grade_field("gamma_r", "gamma red"),
    _make_grade_field("gamma_g", "gamma green"),
    _make_grade_field("gamma_b", "gamma blue"),
    _make_grade_field("gain_r", "gain red"),
    _make_grade_field("gain_g", "gain green"),
    _make_grade_field("gain_b", "gain blue"),
    InspectorField(
        key="lut", label="LUT", section=LOOK, group=FieldGroup.CHOICE, shape=FieldShape.NAME, default=""
    ),
    _make_percent_field("lut_mix", LOOK, "LUT mix"),
    InspectorField(
        key="matte", label="matte", section=LOOK, group=FieldGroup.CHOICE, shape=FieldShape.NAME, default=""
    ),
    InspectorField(
        key="matte_inverted",
        label="inverted",
        section=LOOK,
        group=FieldGroup.CHOICE,
        shape=FieldShape.SWITCH,
        default=False,
    ),
    _make_percent_field("matte_feather", LOOK, "feather", step=0.001, digits=1),
    *_make_transition_fields("head", HEAD),
    *_make_transition_fields("tail", TAIL),
    InspectorField(
        key="frames",
        label="wanted",
        section=SHOT,
        group=FieldGroup.SHOT,
        shape=FieldShape.FRAMES,
        step=1,
        big=25,
        low=1,
        high=10**6,
        unit="f",
        default=None,
    ),
    InspectorField(
        key="size", label="size", section=SHOT, group=FieldGroup.SHOT, shape=FieldShape.WORDS, default=None
    ),
    InspectorField(
        key="seed",
        label="seed",
        section=SHOT,
        group=FieldGroup.SHOT,
        step=1,
        big=100,
        high=2**32 - 1,
        default=None,
    ),
    InspectorField(
        key="seed_locked",
        label="locked",
        section=SHOT,
        group=FieldGroup.SHOT,
        shape=FieldShape.SWITCH,
        default=False,
    ),
    InspectorField(
        key="steps",
        label="steps",
        section=SHOT,
        group=FieldGroup.SHOT,
        step=1,
        big=10,
        low=1,
        high=1000,
        default=None,
        auto=True,
    ),
    InspectorField(
        key="guidance",
        label="guidance",
        section=SHOT,
        group=FieldGroup.SHOT,
        step=0.5,
        big=2,
        high=100,
        digits=1,
        default=None,
        auto=True,
    ),
    InspectorField(
        key="prompt", label="prompt", section=SHOT, group=FieldGroup.SHOT, shape=FieldShape.TEXT, default=None
    ),
    InspectorField(
        key="negative",
        label="negative",
        section=SHOT,
        group=FieldGroup.SHOT,
        shape=FieldShape.TEXT,
        default="",
    ),
)

BY_KEY = {field.key: field for field in FIELDS}


def step_setting_value(field: InspectorField, value: Value, count: int, *, big: bool = False) -> Value:
    """Return the value that is `count` steps after `value`, within the setting's limits. A switch is toggled.
    In a list of choices, the first choice comes again after the last.
    """
    if field.shape is FieldShape.SWITCH:
        return not value if count % 2 else value
    if field.shape is FieldShape.ONE_OF:
        at = field.words.index(str(value)) if value in field.words else 0
        return field.words[(at + count) % len(field.words)]
    if field.shape in (FieldShape.COLOUR, FieldShape.NAME):
        return _find_next_choice(field, str(value or ""), count)
    if value is None:
        return field.low if field.key != "guidance" else 3.0
    assert not isinstance(value, str)
    size = field.big if big else field.step
    if field.group is FieldGroup.SPEED:
        raw = Fraction(value) + count * Fraction(str(size))
        return min(Fraction(str(field.high)), max(Fraction(str(field.low)), raw))
    if isinstance(value, int) and float(size).is_integer():
        return int(min(field.high, max(field.low, value + count * int(size))))
    return min(field.high, max(field.low, round(float(value) + count * size, 6)))


def _find_next_choice(field: InspectorField, value: str, count: int) -> str:
    """Return the colour or name that is `count` positions after `value` in its list. If the setting may be
    empty, the list begins with the empty value.
    """
    there = [*field.titles] if field.shape is FieldShape.NAME else [*PALETTE.values()]
    if field.default == "":
        there.insert(0, "")
    at = there.index(value) if value in there else -1 if count > 0 else 0
    return there[(at + count) % len(there)]
