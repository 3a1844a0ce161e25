"""Test the speed and the remaining time of a download: the figures are plausible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.core.format import format_bytes, format_duration
from milimo_tui.engines.hub.download_rate import WINDOW, DownloadRate, format_done_of_total

GB = 10**9


def test_nothing_is_predicted_too_early() -> None:
    pace = DownloadRate(GB, 0, 0.0)
    pace.add(10**6, 0.5)
    assert pace.format_progress(0.5) == "0.0 of 1.0 GB"


def test_steady_line_is_predicted_correctly() -> None:
    pace = DownloadRate(69 * GB, 0, 0.0)
    for second in range(1, 301):
        pace.add(100 * 10**6, float(second))
    assert pace.format_progress(300.0) == "30.0 of 69.0 GB, 100 MB/s, 6 min left"


def test_change_of_speed_is_accepted_within_the_window() -> None:
    pace = DownloadRate(100 * GB, 0, 0.0)
    for second in range(1, 61):
        pace.add(GB, float(second))
    for second in range(61, 61 + int(WINDOW) + 2):
        pace.add(GB // 100, float(second))
    rate = pace.rate(61.0 + WINDOW)
    assert rate is not None
    assert rate < GB / 50


def test_stalled_line_is_reported() -> None:
    pace = DownloadRate(GB, 0, 0.0)
    assert "nothing comes" in pace.format_progress(60.0)
    assert pace.left(60.0) is None


def test_earlier_data_does_not_count_as_speed() -> None:
    pace = DownloadRate(100 * GB, 60 * GB, 0.0)
    for second in range(1, 11):
        pace.add(GB, float(second))
    assert pace.left(10.0) == pytest.approx(30.0)


@given(
    st.lists(st.tuples(st.integers(-(10**9), 10**9), st.floats(0.0, 100.0)), max_size=60),
    st.integers(1, 10**12),
)
def test_any_events_give_a_valid_pace(steps: list[tuple[int, float]], total: int) -> None:
    pace, now = DownloadRate(total, 0, 0.0), 0.0
    for count, seconds in steps:
        now += seconds
        pace.add(count, now)
        assert pace.format_progress(now)
        rate = pace.rate(now)
        assert rate is None or rate >= 0


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (12_000, "12.0 kB"), (85 * 10**6, "85.0 MB"), (69 * GB, "69.0 GB")],
)
def test_sizes_are_formatted(count: int, text: str) -> None:
    assert format_bytes(count) == text


def test_amounts_use_the_unit_of_the_total() -> None:
    assert format_done_of_total(3_100_000_000, 69 * GB) == "3.1 of 69.0 GB"
    assert format_done_of_total(5, 700_000) == "0 of 700 kB"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "0 s"), (40, "40 s"), (89, "89 s"), (780, "13 min"), (7800, "2 h 10 min")]
)
def test_durations_are_formatted(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text
