"""Test the data of the source viewer: the length of a source, its marks, edits with three and four points,
and its bar.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.cut.values.cut import ClipSource, SourceKind
from milimo_tui.story.values.film import Shot
from milimo_tui.tui.timeline.values.registers import SourceClip
from milimo_tui.tui.timeline.values.source_side import (
    EditPoints,
    SourceSide,
    choose_edit_points,
    describe_marked_part,
    draw_position_bar,
    has_length_conflict,
    make_source_side,
    mark_source_clip,
    show_matched_frame,
)
from tests.cut import films
from tests.tui.timeline.timeline_films import clip

RATE = Fraction(25)
S = Fraction  # in seconds
SHOT = ClipSource(SourceKind.SHOT, "shot_1")
SIDE = SourceSide(SHOT, "1B", 100, RATE)


def test_source_is_as_long_as_its_media_or_as_requested() -> None:
    shots = {"shot_1": Shot(id="shot_1", scene="s", order="a", frames=48)}
    handled = films.lasting(3, head=Fraction(1, 2))
    assert make_source_side(SHOT, "1B", RATE, handled, shots, Fraction(24)).frames == 50, (
        "handles are not inserted"
    )
    assert make_source_side(SHOT, "1B", RATE, films.lasting(Fraction(3, 2)), shots, Fraction(24)).frames == 37
    assert make_source_side(SHOT, "1B", RATE, lambda source: None, shots, Fraction(24)).frames == 50
    still = ClipSource(SourceKind.ASSET, "asset_1")
    of = make_source_side(still, "a", RATE, films.lasting(Fraction(101, 24)), {}, RATE)
    assert of.frames == 105, "whole frames that there are"
    assert make_source_side(still, "a", Fraction(24000, 1001), lambda source: None, {}, RATE).frames == 96


def test_marks_are_ordered_and_define_the_yanked_range() -> None:
    side = SIDE.seek(20).with_mark_in().seek(29).with_mark_out()
    assert side.part == (20, 30)
    assert side.to_source_clip() == SourceClip(shot="shot_1", frames=10, source_in=Fraction(4, 5), name="1B")
    assert describe_marked_part(side) == "00:00:00:20 – 00:00:01:04  10 f"
    assert side.seek(5).with_mark_out().mark_in is None, "an out before the in takes it away"
    assert side.seek(40).with_mark_in().mark_out is None
    assert side.without_marks().part == (0, 100)
    assert SIDE.seek(40).with_mark_in().to_source_clip().frames == 0, (
        "without an out, as long as it is asked for"
    )
    assert SIDE.seek(400).playhead == 99
    assert mark_source_clip(SIDE, side.to_source_clip()).part == (20, 30)
    assert not mark_source_clip(SIDE, SourceClip(shot="shot_1")).is_marked
    assert mark_source_clip(SIDE, SourceClip(shot="shot_1", source_in=Fraction(2))).part == (50, 100)


def test_match_frame_marks_the_shown_range_at_its_speed() -> None:
    shown = replace(clip("c", "V1", 20, SHOT), source_in=Fraction(1))
    side = show_matched_frame(SIDE, shown, Fraction(9, 5), Fraction(1), Fraction(13, 5))
    assert side.playhead == 45
    assert side.used == (25, 65)


@pytest.mark.parametrize(
    ("marks", "film", "taken"),
    [
        ((None, None), (None, None), EditPoints(7, None, S(0), S(4))),
        ((20, 30), (None, None), EditPoints(7, None, S("4/5"), S("6/5"))),
        ((20, 30), (50, None), EditPoints(50, None, S("4/5"), S("6/5"))),
        ((20, 30), (None, 60), EditPoints(50, None, S("4/5"), S("6/5"))),
        ((20, None), (50, 65), EditPoints(50, 65, S("4/5"), None)),
        ((None, 30), (50, 65), EditPoints(50, 65, S("3/5"), None)),
        ((None, None), (50, 65), EditPoints(50, 65, S(0), None)),
        ((20, 30), (50, 65), EditPoints(50, 65, S("4/5"), None)),
    ],
)
def test_three_points_make_an_edit(
    marks: tuple[int | None, int | None], film: tuple[int | None, int | None], taken: EditPoints
) -> None:
    side = replace(SIDE, mark_in=marks[0], mark_out=marks[1])
    assert choose_edit_points(side, 7, *film) == taken


def test_fourth_point_asks_for_a_speed() -> None:
    side = replace(SIDE, mark_in=20, mark_out=30)
    assert has_length_conflict(side, 50, 65)
    assert not has_length_conflict(side, 50, 60)
    assert not has_length_conflict(side, 50, None)
    fitted = choose_edit_points(side, 7, 50, 65, fit=True)
    assert fitted == EditPoints(50, 65, S("4/5"), S("6/5"))
    assert fitted.frame_after_edit(RATE) == 65
    assert choose_edit_points(side, 7, None, None).frame_after_edit(RATE) == 17
    told_so = {"shot": "shot_1", "start": "50", "end": "65", "source_in": "4/5", "source_out": "6/5"}
    assert fitted.to_three_point_arguments(side) == told_so


@given(
    length=st.integers(1, 100_000),
    at=st.integers(0, 100_000),
    mark_in=st.none() | st.integers(0, 99_999),
    cells=st.integers(0, 120),
)
def test_bar_is_as_wide_as_its_row_and_shows_the_playhead(
    length: int, at: int, mark_in: int | None, cells: int
) -> None:
    drawn = draw_position_bar(length, min(at, length - 1), (mark_in, None), cells)
    assert len(drawn) == cells
    assert drawn.count("┃") == (cells > 0)


def test_bar_shows_its_marks() -> None:
    assert draw_position_bar(100, 50, (20, 80), 11) == "──[━━┃━]───"
    assert draw_position_bar(100, 0, (None, None), 5) == "┃────"
