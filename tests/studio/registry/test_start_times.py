"""Test start times of jobs as people write them."""

from __future__ import annotations

import contextlib
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.core.errors import BadInput
from milimo_tui.studio.registry.start_time import parse_start_time

NOW = datetime(2026, 11, 20, 22, 15, 30).timestamp()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("23:00", datetime(2026, 11, 20, 23, 0)),
        (" 6:05 ", datetime(2026, 11, 21, 6, 5)),
        ("22:15:31", datetime(2026, 11, 20, 22, 15, 31)),
        ("+2h", datetime(2026, 11, 21, 0, 15, 30)),
        ("+1h30m", datetime(2026, 11, 20, 23, 45, 30)),
        ("+90 min", datetime(2026, 11, 20, 23, 45, 30)),
        ("+1.5d", datetime(2026, 11, 22, 10, 15, 30)),
        ("2026-11-21 06:30", datetime(2026, 11, 21, 6, 30)),
        ("2026-11-21T06:30", datetime(2026, 11, 21, 6, 30)),
    ],
)
def test_usual_spellings_of_times_are_read(text: str, wanted: datetime) -> None:
    assert parse_start_time(text, NOW) == wanted.timestamp()


@pytest.mark.parametrize(
    "text", ["", "+", "soon", "25:00", "23:60", "+2", "+2x", "2h", "2020-01-01", "+9999d", "+h"]
)
def test_invalid_time_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_start_time(text, NOW)
    assert caught.value.hint


@given(st.text(max_size=12))
def test_no_text_raises_an_unexpected_error(text: str) -> None:
    with contextlib.suppress(BadInput):
        assert parse_start_time(text, NOW) >= NOW - 60


@given(st.times())
def test_time_of_day_is_within_the_next_day(time: object) -> None:
    found = parse_start_time(f"{time:%H:%M}", NOW)
    assert NOW - 60 <= found <= NOW + 25 * 3600
    assert datetime.fromtimestamp(found).strftime("%H:%M") == f"{time:%H:%M}"
