"""Test reading a frame position as a person types it, at all rates: frames, seconds, timecode, and drop-frame
timecode where it exists.
"""

from __future__ import annotations

import pytest

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import parse_frame, parse_rate


@pytest.mark.parametrize(
    ("text", "rate", "frame"),
    [
        ("250", "25", 250),
        ("250f", "29.97", 250),
        ("10s", "25", 250),
        ("1/2s", "23.976", 12),
        ("2.5 s", "12.5", 31),
        ("2,5s", "24", 60),
        ("12 f", "25", 12),
        ("3/2", "24", 36),
        ("50", "25", 50),
        ("00:02", "25", 2),
        ("1:12:08", "25", 1808),
        ("00:01:00;02", "29.97", 1800),
        ("00:01:00:04", "59.94", 3600),
        ("10:00:00:00", "23.976", 864000),
    ],
)
def test_frames_seconds_and_timecode_are_read(text: str, rate: str, frame: int) -> None:
    assert parse_frame(text, parse_rate(rate)) == frame


@pytest.mark.parametrize(
    ("text", "rate", "why"),
    [
        (
            "00:00:10;00",
            "25",
            "“00:00:10;00” is drop-frame timecode, which does not exist at 25 frames per second",
        ),
        ("0;10", "23.976", "“0;10” is drop-frame timecode, which does not exist at 23.976 frames per second"),
        ("00:01:00;00", "29.97", "“00:01:00;00” does not exist in drop-frame timecode"),
        ("0:0:1:25", "25", "“0:0:1:25” is not a timecode at 25 frames a second"),
        ("-3", "25", "“-3” is before the beginning: times begin at 0"),
        ("-3s", "25", "“-3s” is before the beginning: times begin at 0"),
        ("Soon", "25", "“Soon” is not a timecode"),
        ("s", "25", "“s” is not a number of seconds"),
        ("2.5", "25", "“2.5” is not a whole number of frames"),
    ],
)
def test_other_values_are_refused_with_the_accepted_forms(text: str, rate: str, why: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_frame(text, parse_rate(rate))
    assert refused.value.message == why
    assert refused.value.hint
