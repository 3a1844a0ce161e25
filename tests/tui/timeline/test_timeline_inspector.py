"""Test the data that the timeline's inspector shows about a clip."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from milimo_tui.cut.values.cut import ClipSource, SourceKind
from milimo_tui.cut.values.effects import NO_EFFECTS
from milimo_tui.tui.timeline.fields.facts import format_source_range
from milimo_tui.tui.timeline.widgets.shares import WIDE, TopView, divide_rows_and_columns
from tests.tui.timeline.timeline_films import clip

RATE = Fraction(25)


@pytest.mark.parametrize(
    ("speed", "source_in", "told"),
    [
        ("1", "1", "00:00:01:00 – 00:00:04:24"),
        ("2", "1", "00:00:01:00 – 00:00:08:23"),
        ("1/2", "1", "00:00:01:00 – 00:00:03:00"),
        ("-1", "4", "00:00:04:00 – 00:00:00:01"),
        ("0", "4", "00:00:04:00"),
    ],
)
def test_source_time_follows_the_speed_of_the_clip(speed: str, source_in: str, told: str) -> None:
    plain = clip("c", "V1", 100, ClipSource(SourceKind.SHOT, "shot_1"))
    shown = replace(plain, source_in=Fraction(source_in), effects=replace(NO_EFFECTS, speed=Fraction(speed)))
    assert format_source_range(shown, RATE) == told


@pytest.mark.parametrize("shape", [9 / 16, 1.5, 2.39])
@pytest.mark.parametrize("columns", [80, 110, 139, 140, 200, 300])
@pytest.mark.parametrize("rows", [20, 36, 46])
def test_viewers_inspector_and_tracks_all_fit(columns: int, rows: int, shape: float) -> None:
    for seen in (TopView.ONE, TopView.BOTH) if columns >= WIDE else (TopView.ONE,):
        shares = divide_rows_and_columns(rows, columns, 12, shape, seen)
        assert 8 <= shares.top <= rows - 9
        viewers = 2 if seen is TopView.BOTH else 1
        assert columns - viewers * shares.viewer >= 36, "the inspector can be read"
        assert shares.viewer <= round(shares.top * 2 * shape), "no wider than the picture is high"
        assert shares.picture < shares.top


@pytest.mark.parametrize(("rows", "columns"), [(20, 80), (32, 120), (46, 200)])
def test_pictures_of_an_edit_are_as_large_as_the_screen_allows(rows: int, columns: int) -> None:
    edge, four = (
        divide_rows_and_columns(rows, columns, 12, 1.5, seen) for seen in (TopView.EDGE, TopView.CLIP)
    )
    assert min(rows - 7, columns // 6) <= edge.top <= rows - 7
    assert not edge.inspector
    assert not four.inspector
    assert rows - 8 <= four.top <= rows - 7
    pictures = columns - 1 - 2 * four.words
    assert four.words >= 18
    assert pictures >= 2 * 3 * ((four.top - 1) // 2 - 1), "two pictures of that height side by side"


def test_scope_has_its_own_pane() -> None:
    small, large = (
        divide_rows_and_columns(20, 80, 12, 1.5, TopView.SCOPE),
        divide_rows_and_columns(46, 200, 12, 1.5, TopView.SCOPE),
    )
    assert (small.viewer, small.inspector) == (0, False), "picture and scope have the whole width"
    assert large.inspector
    assert large.viewer - round(large.top * 3) >= 40
