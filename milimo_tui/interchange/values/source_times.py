"""Convert between the source times of an edit decision list and seconds of a source.

An edit decision list writes the source times of an event as timecodes of the source's own file, at the file's
own rate. Record times are timecodes at the rate of the list. A line M2 specifies the speed as the number of
frames of the file that are played in a second.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import format_timecode, get_timecode_base, is_drop_frame, parse_timecode
from milimo_tui.cut.values.cut import Clip, Cut
from milimo_tui.interchange.values.bundle import Medium, SourceTimes

TIMECODE_RATES = frozenset(
    Fraction(base * step, over)
    for step, over in ((1, 1), (1000, 1001))
    for base in (24, 25, 30, 48, 50, 60)
    if over == 1 or base not in (25, 50)
)
# Denominators for a speed that is read from rounded text, in the order in which they are tried.
_DENOMINATORS = (1, 2, 4, 8, 20, 100, 1000, 10**4, 10**6)


def get_source_rate(medium: Medium, rate: Fraction) -> Fraction:
    """Return the rate at which a list counts the source times of a medium. This is the rate of the medium's
    file, or `rate` for media without such a rate.
    """
    has_own_rate = medium.kind == "video" and medium.rate in TIMECODE_RATES
    return medium.rate if has_own_rate and medium.rate is not None else rate


def format_source_timecode(frame: int, rate: Fraction, *, drops: bool) -> str:
    """Return the timecode of a source's frame. `drops` selects drop-frame timecode, if the rate has it. The
    timecode begins again at 00:00:00:00 after 24 hours.
    """
    return format_timecode(frame % _count_frames_per_day(rate, drops=drops), rate, drop=drops)


def _count_frames_per_day(rate: Fraction, *, drops: bool) -> int:
    return parse_timecode("24:00:00:00", rate, drop=drops)


def parse_list_timecode(text: str, rate: Fraction, *, drops: bool = False) -> int:
    """Return the frame of a timecode, or of a plain frame number. A timecode with `;` before the frames is
    drop-frame timecode, and so is one with `.` or `,` only before the frames. If `drops` is True, every
    timecode is.

    Raises BadInput for a timecode that does not exist at this rate.
    """
    parts = re.fullmatch(r"([0-9]{1,2})([:;.,])([0-9]{1,2})\2([0-9]{1,2})([:;.,])([0-9]{1,3})", text)
    if parts is None:
        if re.fullmatch("[0-9]{1,9}", text):
            return int(text)
        raise BadInput(f"“{text[:20]}” is not a timecode")
    is_marked = parts[5] == ";" or (parts[2] == ":" and parts[5] != ":")
    drops = (drops or is_marked) and is_drop_frame(rate)
    hours, minutes, seconds, frames = (int(parts[at]) for at in (1, 3, 4, 6))
    base = get_timecode_base(rate)
    if minutes > 59 or seconds > 59 or frames >= base:
        raise BadInput(f"“{text}” is not a timecode at {base} frames a second")
    if drops and not seconds and minutes % 10:
        # Drop-frame timecode skips the first numbers of a minute. Some programs write them nevertheless.
        frames = max(frames, base // 15)
    return parse_timecode(f"{hours}:{minutes}:{seconds}:{frames}", rate, drop=drops)


@dataclass(frozen=True, slots=True)
class SourceStart:
    """The source second of a clip's first picture, counted from timecode 00:00:00:00, and the clip's
    speed.
    """

    second: Fraction
    speed: Fraction


def find_source_start(times: SourceTimes, list_rate: Fraction, medium: Medium) -> SourceStart:
    """Return the first picture and the speed of an event. `list_rate` is the rate of the list.

    Raises BadInput if its source times do not exist at any rate.
    """
    rate = _choose_source_rate(times, get_source_rate(medium, list_rate))
    drops = medium.drops if medium.starts else times.drops
    start, end = (parse_list_timecode(text, rate, drops=drops) for text in (times.start, times.end))
    if end < start:
        # Some programs write the source times of a reversed clip in the order in which it plays them.
        day = _count_frames_per_day(rate, drops=drops)
        start, end = (end, start) if times.is_reversed else (start, end + day)
    speed = Fraction(0) if times.is_frozen else Fraction(1)
    if times.speed and not times.is_frozen:
        speed = _find_speed(times, rate, list_rate, end - start)
    first = max(start, end - 1) if speed < 0 else start
    return SourceStart(Fraction(first) / rate, speed)


def _choose_source_rate(times: SourceTimes, rate: Fraction) -> Fraction:
    """Return `rate`, or the next higher rate of the source if its timecodes do not exist at `rate`: a frame
    number is too high, or the timecode is drop-frame timecode of another rate.
    """
    codes = times.start, times.end
    frames = [int(re.split("[:;.,]", code)[-1]) for code in codes if re.search("[:;.,][0-9]+$", code)]
    highest = max(frames, default=0)
    is_dropping = any(";" in code for code in codes)
    if highest < get_timecode_base(rate) and (is_drop_frame(rate) or not is_dropping):
        return rate
    fitting = (
        each
        for each in sorted(TIMECODE_RATES)
        if get_timecode_base(each) > highest and is_drop_frame(each) >= is_dropping
    )
    return next(fitting, rate)


def _find_speed(times: SourceTimes, rate: Fraction, list_rate: Fraction, frames: int) -> Fraction:
    """Return the speed in a line M2. `frames` is the length of the source in frames at `rate`.

    The number in this line counts frames of the source in a second. Some programs count frames of the list
    instead. If both rates differ, the result is the speed that fits the lengths of source and record, or else
    the simpler fraction.
    """
    speed, other = _read_speed(times.speed, rate), _read_speed(times.speed, list_rate)
    seconds = Fraction(times.frames) / list_rate
    fits, other_fits = (abs(abs(each) * seconds * rate - frames) <= 2 for each in (speed, other))
    if fits == other_fits:
        return min(speed, other, key=lambda each: each.denominator)
    return speed if fits else other


def _read_speed(text: str, rate: Fraction) -> Fraction:
    """Return the speed for a number of frames in a second that is written with a limited number of digits.
    The result is the fraction with the smallest denominator that can be rounded or cut off to this text.

    Programs write 23.976 frames in a second as 24, 23.9, 23.98 or 23.976.
    """
    number = Fraction(text)
    digits = max(1, len(text.partition(".")[2]))
    # Numbers at integer rates are rounded. At other rates, some programs cut off digits.
    error = Fraction(1, (2 if rate.denominator == 1 else 1) * 10**digits)
    for denominator in _DENOMINATORS:
        for base in dict.fromkeys((rate, Fraction(get_timecode_base(rate)))):
            speed = (number / base).limit_denominator(denominator)
            if abs(speed * base - number) <= error and (speed or not number):
                return speed
    return number / rate


def convert_source_times(
    cut: Cut, times: Mapping[str, SourceTimes], media: Mapping[str, Medium], rate: Fraction
) -> Cut:
    """Return an imported cut whose source times count from the first picture of each file.

    `times` are the source times of clips as the list contains them, by clip id. `media` describes the files
    of clips that were found, also by clip id. `rate` is the rate of the list.
    """
    return replace(
        cut,
        clips=tuple(
            _convert_clip_times(clip, times[clip.id], media[clip.id], rate)
            if clip.id in times and clip.id in media
            else clip
            for clip in cut.clips
        ),
    )


def _convert_clip_times(clip: Clip, times: SourceTimes, medium: Medium, rate: Fraction) -> Clip:
    known = find_source_start(times, rate, medium)
    read = find_source_start(times, rate, Medium(name=""))
    # A transition may have moved the start of the clip after it was read.
    moved = (clip.source_in - read.second) / (read.speed or 1) * (known.speed or 1)
    second = known.second + moved
    own_rate = get_source_rate(medium, rate)
    day = _count_frames_per_day(own_rate, drops=medium.drops) / own_rate
    if second < medium.starts and second + day < medium.starts + (medium.seconds or 0):
        second += day  # The timecode of the file begins again at midnight.
    begin = medium.starts if second >= medium.starts else Fraction(0)
    return replace(
        clip,
        source_in=max(Fraction(0), second - begin),
        effects=replace(clip.effects, speed=known.speed),
    )
