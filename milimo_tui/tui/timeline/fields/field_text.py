"""Values of the inspector as text: formatted with sign and unit, and parsed as people type them. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import parse_frame, parse_ratio, timecode
from milimo_tui.cut.edit.transitions import COLOUR
from milimo_tui.tui.timeline.fields.fields import LONGEST, NONE, PALETTE, Field, Group, Shape, Value

MINUS = "−"
MOST_QUOTED = 24  # Longest quotation of typed text, in characters.
LARGEST_SHOWN = 10**12  # Larger values are not shown as a number.


def value_text(field: Field, value: Value, rate: Fraction) -> str:
    """Format a value for people, with its unit."""
    if value is None:
        return "auto" if field.auto else "composed"
    match field.shape:
        case Shape.SWITCH:
            return "on" if value else "off"
        case Shape.WORDS | Shape.TEXT | Shape.ONE_OF:
            return " / ".join(str(value).splitlines()) or NONE
        case Shape.NAME:
            return field.titles.get(str(value), str(value)) or NONE
        case Shape.COLOUR:
            named = {colour: name for name, colour in PALETTE.items()}
            return named.get(str(value), str(value)) or NONE
        case Shape.TIME:
            return timecode(int(value), rate)
        case Shape.PAN:
            return pan_text(float(value))
        case Shape.FRAMES:
            seconds = float(Fraction(int(value)) / rate)
            return f"{int(value)} f" + (f"   {seconds:.2f} s" if field.group is Group.LENGTH else "")
        case Shape.NUMBER:
            return number_text(float(value) * field.times, field.digits, field.unit)


def number_text(value: float, digits: int, unit: str) -> str:
    """Format a number, `−3.0 dB`, `120 %`, `12.5 %`; a number with a finer fraction gets more digits than
    usual.
    """
    text = f"{abs(value):.{digits}f}"
    finer = f"{abs(value):.{digits + 2}f}".rstrip("0").rstrip(".")
    text = finer if abs(float(finer) - float(text)) > 1e-9 else text
    sign = MINUS if value < 0 and float(text) else ""
    space = "" if unit in ("", "°") else " "
    return f"{sign}{text}{space}{unit}"


def pan_text(value: float) -> str:
    """Format a pan: `C`, `L 50`, `R 100`."""
    side = round(abs(value) * 100)
    return "C" if not side else f"{'L' if value < 0 else 'R'} {side}"


def to_type(field: Field, value: Value, rate: Fraction) -> str:
    """Format a value as the initial text of the field in which it is typed."""
    if value is None or value == "":
        return ""
    if field.shape is Shape.TEXT:
        return str(value).replace("\n", "\\n")
    if field.shape in (Shape.FRAMES, Shape.WORDS):
        return str(value)
    return value_text(field, value, rate).replace(MINUS, "-")


def parsed(field: Field, text: str, rate: Fraction) -> Value:
    """Parse typed text as a value of the field. Raises BadInput with the allowed values."""
    words = text.strip()
    if field.shape is Shape.TEXT:
        return words.replace("\\n", "\n")
    if field.shape is Shape.WORDS:
        return words
    if field.shape is Shape.NAME:
        return _named(field, words)
    if field.shape is Shape.COLOUR:
        return _colour(field, words.lower())
    if field.auto and words.lower() in ("", "auto"):
        return None
    if field.shape is Shape.SWITCH:
        return _choice(field, words.lower(), {"on": True, "yes": True, "off": False, "no": False})
    if field.shape is Shape.ONE_OF:
        return _choice(field, words.lower(), {word: word for word in field.words})
    if field.shape is Shape.PAN:
        return _within(field, _pan(field, words) / field.times)
    if field.shape in (Shape.FRAMES, Shape.TIME):
        return int(_within(field, _frames(field, words, rate)))
    bare = words.replace(MINUS, "-").replace(",", ".").removesuffix(field.unit).strip()
    if field.group is Group.SPEED:
        return _speed(field, bare)
    try:
        number = float(bare) / field.times
    except ValueError:
        raise BadInput(f"{field.label}: {_quoted(text)} is not a number", may_be(field)) from None
    number = _within(field, round(number, 9))
    return int(number) if field.group is Group.SHOT and float(field.step).is_integer() else number


def _speed(field: Field, text: str) -> Fraction:
    """Parse a speed, `50`, `50%`, `1/2`, `2x`; a plain number is per cent."""
    try:
        if text.endswith(("x", "×")):
            speed = parse_ratio(text[:-1])
        else:
            speed = parse_ratio(text) if "/" in text else parse_ratio(text) / 100
    except BadInput:
        raise BadInput(
            f"speed: {_quoted(text)} is not a number", "50, 1/2 or 2x; below 0 backwards"
        ) from None
    if abs(speed) > field.high:
        _within(field, float(speed) if abs(speed) < LARGEST_SHOWN else math.copysign(LARGEST_SHOWN, speed))
    return speed


def _pan(field: Field, words: str) -> float:
    side = words.lower().replace(MINUS, "-")
    if side in ("c", "centre", "center", ""):
        return 0.0
    sign = -1 if side.startswith("l") else 1
    try:
        return sign * float(side.lstrip("lr ").strip())
    except ValueError:
        raise BadInput(
            f"pan: {_quoted(words)} is no place between left and right", "C, L 50 or R 50"
        ) from None


def _named(field: Field, words: str) -> str:
    """Return the id of the item with that name; else the text itself, because the film may know the item by
    its text.
    """
    if words.lower() in ("", NONE):
        return ""
    low = words.casefold()
    return next((id for id, title in field.titles.items() if low in (id, title.casefold())), words)


def _colour(field: Field, word: str) -> str:
    """Parse a colour: a name, #rrggbb, or the short form #rgb."""
    if word in ("", NONE) and field.default == "":
        return ""
    bare = word.removeprefix("#")
    long = "#" + ("".join(digit * 2 for digit in bare) if len(bare) == 3 else bare)
    if word in PALETTE:
        return PALETTE[word]
    if not COLOUR.fullmatch(long):
        raise BadInput(f"{field.label}: {_quoted(word)} is no colour", f"#rrggbb, or {', '.join(PALETTE)}")
    return long


def _frames(field: Field, words: str, rate: Fraction) -> int:
    try:
        return parse_frame(words, rate)
    except BadInput as error:
        why = error.message.replace(f"“{words}”", _quoted(words))
        raise BadInput(f"{field.label}: {why}", error.hint) from None


def _choice(field: Field, word: str, there: dict[str, bool] | dict[str, str]) -> Value:
    if word not in there:
        raise BadInput(f"{field.label}: there is no {_quoted(word)}", f"there is {', '.join(there)}")
    return there[word]


def _within(field: Field, value: float) -> float:
    if not field.low <= value <= field.high:
        much = "so much" if value > 0 else "so little"
        shown = number_text(value * field.times, 0, field.unit) if abs(value) < LARGEST_SHOWN else much
        raise BadInput(f"{field.label} can't be {shown}", may_be(field))
    return value


def _quoted(words: str) -> str:
    """Shorten typed text so that a message can quote it."""
    return f"“{words if len(words) <= MOST_QUOTED else words[:MOST_QUOTED] + '…'}”"


def may_be(field: Field) -> str:
    """Describe a field's range: `from −96 to 24 dB`."""
    if field.shape is Shape.PAN:
        return "from L 100 over C to R 100"
    low, high = (number_text(edge * field.times, 0, field.unit) for edge in (field.low, field.high))
    if field.group in (Group.LENGTH, Group.PLACE) or field.high == LONGEST:
        return f"from {low} on"
    return f"from {low} to {high}" + (", or auto" if field.auto else "")


def key_lane(frames: Sequence[int], length: int, at: int, cells: int) -> str:
    """Draw a clip's keyframes on a row of cells, `◆──┃──◆`, with the playhead. Keyframes outside the clip are
    left out.
    """
    if cells < 3 or length <= 0:
        return ""
    out = ["─"] * cells
    if 0 <= at < length:
        out[at * (cells - 1) // max(1, length - 1)] = "┃"
    for frame in frames:
        if 0 <= frame < length:
            out[frame * (cells - 1) // max(1, length - 1)] = "◆"
    return "".join(out)
