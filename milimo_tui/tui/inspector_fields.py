"""The numbers and choices of a clip as the inspector edits them: label, range, step, how each is written.

A table, and pure functions over it: reading a value from a clip, stepping it, telling it, reading what was
typed. What a change does to the cut is in `inspector_changes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import half_up, parse_ratio, parse_timecode, timecode
from milimo_tui.cut.changing import GAIN_DB
from milimo_tui.cut.effects import PARAMS, Blend
from milimo_tui.cut.speeds import FASTEST
from milimo_tui.cut.values import Clip, SourceKind, TrackKind
from milimo_tui.story.values import Shot

MINUS = "−"
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


def told(field: Field, value: Value, rate: Fraction) -> str:
    """A value as people write it, with its unit."""
    if value is None:
        return "auto" if field.auto else "composed"
    match field.shape:
        case Shape.SWITCH:
            return "on" if value else "off"
        case Shape.WORDS | Shape.NAME | Shape.ONE_OF:
            return str(value) or "none"
        case Shape.PAN:
            return pan_text(float(value))
        case Shape.FRAMES:
            seconds = float(Fraction(int(value)) / rate)
            return f"{int(value)} f" + (f"   {seconds:.2f} s" if field.group is Group.LENGTH else "")
        case Shape.NUMBER:
            return number_text(float(value) * field.times, field.digits, field.unit)


def number_text(value: float, digits: int, unit: str) -> str:
    """`−3.0 dB`, `120 %`, `12.5 %`: more digits than usual where the number has them."""
    text = f"{abs(value):.{digits}f}"
    finer = f"{abs(value):.{digits + 2}f}".rstrip("0").rstrip(".")
    text = finer if abs(float(finer) - float(text)) > 1e-9 else text
    sign = MINUS if value < 0 and float(text) else ""
    space = "" if unit in ("", "°") else " "
    return f"{sign}{text}{space}{unit}"


def pan_text(value: float) -> str:
    """`C`, `L 50`, `R 100`."""
    side = round(abs(value) * 100)
    return "C" if not side else f"{'L' if value < 0 else 'R'} {side}"


def to_type(field: Field, value: Value, rate: Fraction) -> str:
    """The value as the field for typing begins with it."""
    if value is None:
        return ""
    if field.shape in (Shape.FRAMES, Shape.WORDS, Shape.NAME):
        return str(value)
    return told(field, value, rate).replace(MINUS, "-")


def parsed(field: Field, text: str, rate: Fraction) -> Value:
    """What was typed as a value of the field. Raises BadInput with what it may be."""
    words = text.strip()
    if field.shape in (Shape.WORDS, Shape.NAME):
        return "" if words == "none" and field.shape is Shape.NAME else words
    if field.auto and words.lower() in ("", "auto"):
        return None
    if field.shape is Shape.SWITCH:
        return _choice(field, words.lower(), {"on": True, "yes": True, "off": False, "no": False})
    if field.shape is Shape.ONE_OF:
        return _choice(field, words.lower(), {word: word for word in field.words})
    if field.shape is Shape.PAN:
        return _within(field, _pan(field, words) / field.times)
    if field.shape is Shape.FRAMES:
        return int(_within(field, _frames(field, words, rate)))
    bare = words.replace(MINUS, "-").replace(",", ".").removesuffix(field.unit).strip()
    if field.group is Group.SPEED:
        return _speed(field, bare)
    try:
        number = float(bare) / field.times
    except ValueError:
        raise BadInput(f"{field.label}: “{text}” is not a number", _may_be(field)) from None
    number = _within(field, round(number, 9))
    return int(number) if field.group is Group.SHOT and float(field.step).is_integer() else number


def _speed(field: Field, text: str) -> Fraction:
    """`50`, `50%`, `1/2`, `2x`: a bare number is per cent."""
    try:
        if text.endswith(("x", "×")):
            speed = parse_ratio(text[:-1])
        else:
            speed = parse_ratio(text) if "/" in text else parse_ratio(text) / 100
    except BadInput:
        raise BadInput(f"speed: “{text}” is not a number", "50, 1/2 or 2x; below 0 backwards") from None
    return Fraction(str(_within(field, float(speed)))) if abs(float(speed)) > field.high else speed


def _pan(field: Field, words: str) -> float:
    side = words.lower().replace(MINUS, "-")
    if side in ("c", "centre", "center", ""):
        return 0.0
    sign = -1 if side.startswith("l") else 1
    try:
        return sign * float(side.lstrip("lr ").strip())
    except ValueError:
        raise BadInput(f"pan: “{words}” is no place between left and right", "C, L 50 or R 50") from None


def _frames(field: Field, words: str, rate: Fraction) -> int:
    """`12`, `12 f`, `1.5 s`, or a timecode."""
    bare = words.lower().strip()
    try:
        if bare.endswith("s"):
            return half_up(parse_ratio(bare[:-1].strip()) * rate)
        return parse_timecode(bare.removesuffix("f").strip(), rate)
    except BadInput:
        raise BadInput(f"{field.label}: “{words}” is no length", "12 f, 1.5 s or 00:01:12") from None


def _choice(field: Field, word: str, there: dict[str, bool] | dict[str, str]) -> Value:
    if word not in there:
        raise BadInput(f"{field.label}: there is no “{word}”", f"there is {', '.join(there)}")
    return there[word]


def _within(field: Field, value: float) -> float:
    if not field.low <= value <= field.high:
        raise BadInput(
            f"{field.label} can't be {number_text(value * field.times, 1, field.unit)}", _may_be(field)
        )
    return value


def _may_be(field: Field) -> str:
    """`from −96 to 24 dB`."""
    low, high = (number_text(edge * field.times, 0, field.unit) for edge in (field.low, field.high))
    return f"from {low} to {high}" + (", or auto" if field.auto else "")


def key_lane(frames: Sequence[int], length: int, at: int, cells: int) -> str:
    """A clip's keys on a line of cells: `◆──┃──◆`, the playhead between them. Keys outside are left out."""
    if cells < 3 or length <= 0:
        return ""
    out = ["─"] * cells
    if 0 <= at < length:
        out[at * (cells - 1) // max(1, length - 1)] = "┃"
    for frame in frames:
        if 0 <= frame < length:
            out[frame * (cells - 1) // max(1, length - 1)] = "◆"
    return "".join(out)


def place_text(frame: int, rate: Fraction) -> str:
    """A frame of a source as timecode; before its start there is nothing."""
    return timecode(max(0, frame), rate)
