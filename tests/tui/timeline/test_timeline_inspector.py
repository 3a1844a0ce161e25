"""What the timeline's inspector says of a clip, as values."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from milimo_tui.cut.values.cut import Source, SourceKind
from milimo_tui.cut.values.effects import NO_EFFECTS
from milimo_tui.tui.timeline.fields.facts import source_range
from milimo_tui.tui.timeline.widgets.row_layout import WIDE, shared
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
def test_the_source_is_told_at_the_clips_speed(speed: str, source_in: str, told: str) -> None:
    plain = clip("c", "V1", 100, Source(SourceKind.SHOT, "shot_1"))
    shown = replace(plain, source_in=Fraction(source_in), effects=replace(NO_EFFECTS, speed=Fraction(speed)))
    assert source_range(shown, RATE) == told


@pytest.mark.parametrize("columns", [80, 110, 139, 140, 200, 300])
@pytest.mark.parametrize("rows", [20, 36, 46])
def test_viewers_inspector_and_tracks_all_have_room(columns: int, rows: int) -> None:
    top, width = shared(rows, columns, 12, 1.5)
    assert 8 <= top <= rows - 9
    viewers = 2 if columns >= WIDE else 1
    assert columns - viewers * width >= 36, "the inspector can be read"
    assert width >= 18
    assert width <= round(top * 3), "no wider than the picture is high"
