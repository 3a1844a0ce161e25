"""Format values of inspector settings with sign and unit, and parse values that the user types. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import format_timecode, parse_frame, parse_ratio
from milimo_tui.cut.edit.transitions import COLOUR_PATTERN
from milimo_tui.tui.fields.reading import MINUS
from milimo_tui.tui.timeline.fields.fields import (
    LONGEST,
    NONE,
    PALETTE,
    FieldGroup,
    FieldShape,
    InspectorField,
    Value,
)

# Messages quote at most this many characters of typed text. The rest is replaced by an ellipsis.
MAX_QUOTED_CHARS = 24
# A message repeats a typed number below this limit. Beyond it, the message says “that large” or “that small”,
# to stay short.
LARGEST_SHOWN = 10**12


def format_setting_value(field: InspectorField, value: Value, rate: Fraction) -> str:
    """Format the value of a setting for display, with its unit. `rate` is the frame rate for values that are
    times.
    """
    if value is None:
        return "auto" if field.auto else "composed"
    match field.shape:
        case FieldShape.SWITCH:
            return "on" if value else "off"
        case FieldShape.WORDS | FieldShape.TEXT | FieldShape.ONE_OF:
            return " / ".join(str(value).splitlines()) or NONE
        case FieldShape.NAME:
            return field.titles.get(str(value), str(value)) or NONE
        case FieldShape.COLOUR:
            named = {colour: name for name, colour in PALETTE.items()}
            return named.get(str(value), str(value)) or NONE
        case FieldShape.TIME:
            return format_timecode(int(value), rate)
        case FieldShape.PAN:
            return format_pan(float(value))
        case FieldShape.FRAMES:
            seconds = float(Fraction(int(value)) / rate)
            return f"{int(value)} f" + (f"   {seconds:.2f} s" if field.group is FieldGroup.LENGTH else "")
        case FieldShape.NUMBER:
            return format_setting_number(float(value) * field.times, field.digits, field.unit)


def format_setting_number(value: float, digits: int, unit: str) -> str:
    """Format a number with `digits` decimals and its unit: `−3.0 dB`, `120 %`. If rounding would change the
    number, up to two more decimals are shown: `12.5 %`.
    """
    text = f"{abs(value):.{digits}f}"
    finer = f"{abs(value):.{digits + 2}f}".rstrip("0").rstrip(".")
    text = finer if abs(float(finer) - float(text)) > 1e-9 else text
    sign = MINUS if value < 0 and float(text) else ""
    space = "" if unit in ("", "°") else " "
    return f"{sign}{text}{space}{unit}"


def format_pan(value: float) -> str:
    """Format a pan: `C`, `L 50`, `R 100`."""
    side = round(abs(value) * 100)
    return "C" if not side else f"{'L' if value < 0 else 'R'} {side}"


def format_for_typing(field: InspectorField, value: Value, rate: Fraction) -> str:
    """Format a value as the initial text of the input field in which the user edits it."""
    if value is None or value == "":
        return ""
    if field.shape is FieldShape.TEXT:
        return str(value).replace("\n", "\\n")
    if field.shape in (FieldShape.FRAMES, FieldShape.WORDS):
        return str(value)
    return format_setting_value(field, value, rate).replace(MINUS, "-")


def parse_setting_value(field: InspectorField, text: str, rate: Fraction) -> Value:
    """Parse typed text as a value of the field. Raises BadInput with the allowed values."""
    words = text.strip()
    if field.shape is FieldShape.TEXT:
        return words.replace("\\n", "\n")
    if field.shape is FieldShape.WORDS:
        return words
    if field.shape is FieldShape.NAME:
        return _find_named_id(field, words)
    if field.shape is FieldShape.COLOUR:
        return _parse_setting_colour(field, words.lower())
    if field.auto and words.lower() in ("", "auto"):
        return None
    if field.shape is FieldShape.SWITCH:
        return _parse_setting_choice(
            field, words.lower(), {"on": True, "yes": True, "off": False, "no": False}
        )
    if field.shape is FieldShape.ONE_OF:
        return _parse_setting_choice(field, words.lower(), {word: word for word in field.words})
    if field.shape is FieldShape.PAN:
        return _require_in_range(field, _parse_pan(field, words) / field.times)
    if field.shape in (FieldShape.FRAMES, FieldShape.TIME):
        return int(_require_in_range(field, _parse_setting_frames(field, words, rate)))
    bare = words.replace(MINUS, "-").replace(",", ".").removesuffix(field.unit).strip()
    if field.group is FieldGroup.SPEED:
        return _parse_speed(field, bare)
    try:
        number = float(bare) / field.times
    except ValueError:
        raise BadInput(
            f"{field.label}: {_quote_typed(text)} is not a number", describe_allowed_range(field)
        ) from None
    number = _require_in_range(field, round(number, 9))
    return int(number) if field.group is FieldGroup.SHOT and float(field.step).is_integer() else number


def _parse_speed(field: InspectorField, text: str) -> Fraction:
    """Parse a speed, such as `50`, `50%`, `1/2` or `2x`. A plain number is a percentage."""
    try:
        if text.endswith(("x", "×")):
            speed = parse_ratio(text[:-1])
        else:
            speed = parse_ratio(text) if "/" in text else parse_ratio(text) / 100
    except BadInput:
        raise BadInput(
            f"speed: {_quote_typed(text)} is not a number",
            "write 50, 1/2 or 2x; a negative speed plays backwards",
        ) from None
    if abs(speed) > field.high:
        _require_in_range(
            field, float(speed) if abs(speed) < LARGEST_SHOWN else math.copysign(LARGEST_SHOWN, speed)
        )
    return speed


def _parse_pan(field: InspectorField, words: str) -> float:
    side = words.lower().replace(MINUS, "-")
    if side in ("c", "centre", "center", ""):
        return 0.0
    sign = -1 if side.startswith("l") else 1
    try:
        return sign * float(side.lstrip("lr ").strip())
    except ValueError:
        raise BadInput(
            f"pan: {_quote_typed(words)} is not a position between left and right", "write C, L 50 or R 50"
        ) from None


def _find_named_id(field: InspectorField, words: str) -> str:
    """Return the id of the asset or mask named `words`. If there is none, return `words` unchanged, because
    the command may still find a file by that text.
    """
    if words.lower() in ("", NONE):
        return ""
    low = words.casefold()
    return next((id for id, title in field.titles.items() if low in (id, title.casefold())), words)


def _parse_setting_colour(field: InspectorField, word: str) -> str:
    """Parse a colour: a name, #rrggbb, or the short form #rgb."""
    if word in ("", NONE) and field.default == "":
        return ""
    bare = word.removeprefix("#")
    long = "#" + ("".join(digit * 2 for digit in bare) if len(bare) == 3 else bare)
    if word in PALETTE:
        return PALETTE[word]
    if not COLOUR_PATTERN.fullmatch(long):
        raise BadInput(
            f"{field.label}: {_quote_typed(word)} is not a colour", f"write #rrggbb, or {', '.join(PALETTE)}"
        )
    return long


def _parse_setting_frames(field: InspectorField, words: str, rate: Fraction) -> int:
    try:
        return parse_frame(words, rate)
    except BadInput as error:
        why = error.message.replace(f"“{words}”", _quote_typed(words))
        raise BadInput(f"{field.label}: {why}", error.hint) from None


def _parse_setting_choice(field: InspectorField, word: str, there: dict[str, bool] | dict[str, str]) -> Value:
    if word not in there:
        raise BadInput(f"{field.label}: there is no {_quote_typed(word)}", f"choices: {', '.join(there)}")
    return there[word]


def _require_in_range(field: InspectorField, value: float) -> float:
    if not field.low <= value <= field.high:
        size_text = "that large" if value > 0 else "that small"
        shown = (
            format_setting_number(value * field.times, 0, field.unit)
            if abs(value) < LARGEST_SHOWN
            else size_text
        )
        raise BadInput(f"{field.label} can't be {shown}", describe_allowed_range(field))
    return value


def _quote_typed(words: str) -> str:
    """Shorten typed text so that a message can quote it."""
    return f"“{words if len(words) <= MAX_QUOTED_CHARS else words[:MAX_QUOTED_CHARS] + '…'}”"


def describe_allowed_range(field: InspectorField) -> str:
    """Describe the allowed range of a setting: `from −96 to 24 dB`."""
    if field.shape is FieldShape.PAN:
        return "from L 100 over C to R 100"
    low, high = (format_setting_number(edge * field.times, 0, field.unit) for edge in (field.low, field.high))
    if field.group in (FieldGroup.LENGTH, FieldGroup.PLACE) or field.high == LONGEST:
        return f"from {low} on"
    return f"from {low} to {high}" + (", or auto" if field.auto else "")


def key_lane(frames: Sequence[int], length: int, at: int, cells: int) -> str:
    """Draw a clip's keyframes and the playhead on one row of `cells` cells: `◆──┃──◆`. `frames` are the
    keyframes, `length` is the clip's length and `at` the playhead, all in frames of the clip. Keyframes
    outside the clip are left out.
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
