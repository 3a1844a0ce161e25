"""Convert the times in notes, as people write them, to frames of a cut. Pure functions.

A full timecode is unambiguous. A shorter time such as `1:12` is read as clock time: one minute and twelve
seconds. If such a time would be after the end of the film, all short times of the file are read as timecode
without hours instead: one second and twelve frames.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import (
    format_timecode,
    get_timecode_base,
    is_drop_frame,
    parse_timecode,
    seconds_to_frames,
)


class NoteTimes:
    """A converter for the times of one file. First call `analyze_times` with all times of the file, then
    `parse_note_time` for each of them.
    """

    def __init__(self, rate: Fraction, length: int, *, dropless: bool = False) -> None:
        """Prepare for a cut of `length` frames at `rate`. With `dropless`, timecodes are read as non-drop
        timecode.
        """
        self.rate = rate
        self.length = length
        self.dropless = dropless
        self.remarks: tuple[str, ...] = ()
        self._clock = True
        self._off = 0

    def analyze_times(self, codes: Sequence[str]) -> None:
        """Decide how the times of a file are to be read, given all of them as text, and store remarks about
        the decision.
        """
        short = [code for code in codes if _count_time_parts(code) in (2, 3)]
        if short and any(self._parse_unshifted(code) > self.length for code in short if self._is_time(code)):
            self._clock = False
        remarks = []
        if short and not self._clock:
            remarks.append("read as timecodes without hours, as some clock times would be after the end")
        hours = self._find_start_hour(codes)
        if hours:
            self._off = hours * self._get_hour_frames()
            remarks.append(f"timecodes begin at {hours:02}:00:00:00, the film at 0")
        self.remarks = tuple(remarks)

    def parse_note_time(self, code: str) -> int:
        """Return the frame of the cut for a time. Raises BadInput for a text that is not a time, and for a
        time outside the cut.
        """
        frame = self._parse_unshifted(code) - self._off
        if frame < 0:
            raise BadInput(
                f"{code} is before the cut, which begins at "
                f"{self._off // self._get_hour_frames():02}:00:00:00"
            )
        if frame > max(0, self.length - 1):
            end = format_timecode(self.length, self.rate)
            raise BadInput(f"{code} is outside the cut, which ends at {end}")
        return frame

    def _get_hour_frames(self) -> int:
        """Return the number of frames in an hour of timecode. At 23.976 fps, this hour is a little longer
        than an hour on a clock.
        """
        return self._parse_unshifted("01:00:00:00")

    def _find_start_hour(self, codes: Sequence[str]) -> int:
        """Return the hour at which the file's timecodes begin. It is the hour with which most of the times
        are inside the cut; 0 is preferred.
        """
        known = [self._parse_unshifted(code) for code in codes if self._is_time(code)]
        hour = self._get_hour_frames()
        inside = Counter(
            hours
            for hours in {0, *(frame // hour for frame in known)}
            for frame in known
            if 0 <= frame - hours * hour < self.length
        )
        return max(sorted({0, *inside}), key=inside.__getitem__)

    def _is_time(self, code: str) -> bool:
        try:
            return self._parse_unshifted(code) >= 0
        except BadInput:
            return False

    def _parse_unshifted(self, code: str) -> int:
        text = code.strip().replace(",", ".")
        if found := re.fullmatch(r"(\d+)f", text):
            return int(found[1])
        if found := re.fullmatch(r"(\d+(?:\.\d+)?)s", text):
            return seconds_to_frames(Fraction(found[1]), self.rate)
        if _count_time_parts(text) in (2, 3) and (self._clock or "." in text):
            return self._parse_clock_time(text)
        return self._parse_note_timecode(text.replace(".", ":"))

    def _parse_note_timecode(self, text: str) -> int:
        """Return the frame of a timecode. If drop-frame timecode has no such number, the text is read as
        non-drop timecode.
        """
        try:
            return self._parse_non_drop_timecode(text) if self.dropless else parse_timecode(text, self.rate)
        except BadInput:
            if not is_drop_frame(self.rate):
                raise
            return self._parse_non_drop_timecode(text)

    def _parse_non_drop_timecode(self, text: str) -> int:
        """Return the frame of a non-drop timecode. Raises BadInput."""
        return parse_timecode(text, Fraction(get_timecode_base(self.rate)))

    def _parse_clock_time(self, text: str) -> int:
        parts = re.split("[:;]", text)
        if not all(re.fullmatch(r"\d+(?:\.\d+)?", part) for part in parts):
            raise BadInput(f"“{text}” is not a time", "write HH:MM:SS:FF, for example 00:01:12:08")
        if any(Fraction(part) >= 60 for part in parts[1:]):
            raise BadInput(f"“{text}” is not a time: minutes and seconds must be below 60")
        seconds = Fraction(0)
        for part in parts:
            seconds = seconds * 60 + Fraction(part)
        return seconds_to_frames(seconds, self.rate)


def _count_time_parts(code: str) -> int:
    """Return the number of parts of a time. The parts are separated by colons or semicolons. A time with
    three dots and no colon, such as `01.02.03.04`, has four parts.
    """
    colons = len(re.split("[:;]", code))
    return 4 if colons == 1 and code.count(".") == 3 else colons
