"""Convert and format film time: frames at a rational rate, exact seconds, SMPTE timecode and audio sample
indexes.

Frames are integers and seconds are fractions. Decimals are only accepted in text that a person typed.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction

from milimo_tui.core.errors import BadInput

NTSC = {
    "23.976": Fraction(24000, 1001),
    "23.98": Fraction(24000, 1001),
    "29.97": Fraction(30000, 1001),
    "47.952": Fraction(48000, 1001),
    "59.94": Fraction(60000, 1001),
    "119.88": Fraction(120000, 1001),
}

RATE_LIMITS = (1, 240)  # The lowest and the highest frame rate of a film, in frames per second.

TIME_FORMATS_HINT = "write frames (50, 50f), seconds (2s, 2.5s) or timecode (SS:FF to HH:MM:SS:FF)"


def round_half_up(value: Fraction) -> int:
    """Return the nearest whole number. Halves round up (Python's `round` rounds them to even)."""
    return (value.numerator * 2 + value.denominator) // (value.denominator * 2)


def is_plain_number(text: str) -> bool:
    """Return True if a text can be a number that a person typed: only ASCII characters and no underscore.
    Python also accepts `1_000` and digits of other scripts, which other programs can't read.
    """
    return text.isascii() and "_" not in text


def parse_number(text: str) -> float:
    """Parse a finite number that a person typed, such as `-6` or `0.5`. Raises ValueError."""
    plain = text.strip().replace("−", "-")
    if not is_plain_number(plain) or not math.isfinite(number := float(plain)):
        raise ValueError(text)
    return number


def parse_ratio(text: str) -> Fraction:
    """Parse `"n/d"`, `"n"` or a decimal as an exact fraction. Raises BadInput, also for a number that is too
    long to convert.
    """
    try:
        if not is_plain_number(text) or re.search(r"e[+-]?[0-9_]{4,}", text.lower()):
            raise ValueError
        return Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        raise BadInput(f"“{text}” is not a number or a fraction like 24000/1001") from None


def format_ratio(value: Fraction) -> str:
    """Return a fraction as `"n/d"`, with the denominator even if it is 1."""
    return f"{value.numerator}/{value.denominator}"


def parse_rate(text: str) -> Fraction:
    """Parse a frame rate: `25`, `25/1`, `30000/1001` or an NTSC name such as `29.97`. Raises BadInput."""
    rate = NTSC.get(text.strip()) or parse_ratio(text)
    low, high = RATE_LIMITS
    if not low <= rate <= high:
        raise BadInput(f"a rate of {text} frames per second is outside {low} to {high}")
    return rate


def seconds_to_frames(seconds: Fraction, rate: Fraction) -> int:
    """Return the whole number of frames nearest to a duration in seconds. Halves round up."""
    return round_half_up(seconds * rate)


def frames_to_seconds(frames: int, rate: Fraction) -> Fraction:
    """Return the exact duration of a number of frames in seconds."""
    return Fraction(frames) / rate


def frame_to_sample(frame: int, rate: Fraction, sample_rate: int) -> int:
    """Return the index of the first audio sample of a frame.

    The index is computed from the absolute frame number, not by adding up lengths, so that rounding errors
    don't accumulate.
    """
    # Whole numbers, because this is computed several times for each clip of a film.
    seconds, frames = rate.denominator * sample_rate, rate.numerator
    return (2 * frame * seconds + frames) // (2 * frames)


def get_timecode_base(rate: Fraction) -> int:
    """Return the number of frames that timecode counts per second: 30 for a rate of 29.97, 24 for 23.976."""
    return round_half_up(rate)


def is_drop_frame(rate: Fraction) -> bool:
    """Return True if the rate uses drop-frame timecode: 29.97 and 59.94 do (SMPTE ST 12-1)."""
    return rate.denominator == 1001 and get_timecode_base(rate) % 30 == 0


def format_timecode(frame: int, rate: Fraction, *, drop: bool | None = None) -> str:
    """Return SMPTE timecode `HH:MM:SS:FF`, or `HH:MM:SS;FF` in drop-frame form.

    `drop` selects the form for a rate that has both forms. None selects drop-frame timecode for such a rate.
    """
    sign, frame = ("-", -frame) if frame < 0 else ("", frame)
    base, mark = get_timecode_base(rate), ":"
    if is_drop_frame(rate) and drop is not False:
        mark = ";"
        # Frame numbers that drop-frame timecode skips each minute: 2 at 29.97, 4 at 59.94.
        dropped = base // 15
        per_ten = base * 600 - dropped * 9
        tens, rest = divmod(frame, per_ten)
        minutes = 0 if rest < base * 60 else 1 + (rest - base * 60) // (base * 60 - dropped)
        frame += dropped * (tens * 9 + minutes)
    seconds, frames = divmod(frame, base)
    width = len(str(base - 1))
    return (
        f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        f"{mark}{frames:0{max(2, width)}d}"
    )


def parse_timecode(text: str, rate: Fraction, *, drop: bool | None = None) -> int:
    """Parse `FF`, `SS:FF`, `MM:SS:FF` or `HH:MM:SS:FF` and return the frame. `;` is accepted before the
    frames. For `drop`, see `format_timecode`.

    Missing numbers are those on the left, as editors type timecode: `12` is twelve frames, `1:12:08` is one
    minute, twelve seconds and eight frames. Raises BadInput.
    """
    parts = re.split(r"[:;]", text.strip())
    if not 1 <= len(parts) <= 4 or not all(re.fullmatch("[0-9]{1,12}", part) for part in parts):
        raise BadInput(f"“{text}” is not a timecode", TIME_FORMATS_HINT)
    hours, minutes, seconds, frames = [0] * (4 - len(parts)) + [int(part) for part in parts]
    base = get_timecode_base(rate)
    if len(parts) > 1 and (frames >= base or (len(parts) > 2 and seconds > 59) or minutes > 59):
        raise BadInput(f"“{text}” is not a timecode at {base} frames a second", TIME_FORMATS_HINT)
    total_minutes = hours * 60 + minutes
    count = (total_minutes * 60 + seconds) * base + frames
    if is_drop_frame(rate) and drop is not False and len(parts) > 1:
        dropped = base // 15
        if seconds == 0 and frames < dropped and total_minutes % 10:
            raise BadInput(
                f"“{text}” does not exist in drop-frame timecode", f"the next timecode is ;{dropped:02d}"
            )
        count -= dropped * (total_minutes - total_minutes // 10)
    return count


def parse_time(text: str, rate: Fraction) -> Fraction:
    """Parse a time that a person typed and return exact seconds. All commands and fields use this notation.

    - `50` and `50f` are frames.
    - `2s`, `2.5s` and `1/2s` are seconds.
    - `00:02` is timecode: two frames. `;` is accepted only for drop-frame rates.
    - `n/d` without a unit is seconds, because `--json` prints the times of a source in this form.

    Raises BadInput.
    """
    word = text.strip().lower()
    if re.fullmatch(r"[-−][0-9:;.,/]+[sf]?", word):
        raise BadInput(f"“{text}” is before the beginning: times begin at 0", TIME_FORMATS_HINT)
    if word.endswith("s") or re.fullmatch(r"[0-9]+/[0-9]+", word):
        try:
            seconds = parse_ratio(word.removesuffix("s").replace(",", "."))
        except BadInput:
            seconds = Fraction(-1)
        if seconds < 0:
            raise BadInput(f"“{text}” is not a number of seconds", TIME_FORMATS_HINT)
        return seconds
    if re.fullmatch(r"[0-9]*[.,][0-9]+", word):
        raise BadInput(f"“{text}” is not a whole number of frames", f"for seconds, write {word}s")
    if ";" in word and not is_drop_frame(rate):
        raise BadInput(
            f"“{text}” is drop-frame timecode, which does not exist at {format_rate(rate)} frames per second",
            f"write {word.replace(';', ':')}",
        )
    try:
        frames = parse_timecode(word.removesuffix("f").rstrip() if ":" not in word else word, rate)
    except BadInput as error:
        raise BadInput(error.message.replace(word, text), error.hint or TIME_FORMATS_HINT) from None
    return frames_to_seconds(frames, rate)


def parse_frame(text: str, rate: Fraction) -> int:
    """Parse a time (see `parse_time`) and return the nearest frame. Raises BadInput."""
    return seconds_to_frames(parse_time(text, rate), rate)


def parse_shift(text: str, rate: Fraction) -> int:
    """Parse a time with an optional sign (`-12`, `+2s`, `−1:00`) and return the number of frames, negative
    for a minus sign. Raises BadInput.
    """
    word = text.strip().replace("−", "-")
    frames = parse_frame(word[1:] if word[:1] in ("+", "-") else word, rate)
    return -frames if word.startswith("-") else frames


def format_rate(rate: Fraction) -> str:
    """Return a frame rate, or a number of seconds, as people write it: `25`, `23.976`, `12.5`."""
    return f"{float(rate):.3f}".rstrip("0").rstrip(".")
