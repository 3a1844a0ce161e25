"""Test snapping: the available points, which point wins, and both edges of a moved clip."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout import snapping
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.snapping import SnapKind, SnapPoint, SnapPoints
from tests.cut.films import clip_of, film, minter, on


def of(*frames: int) -> SnapPoints:
    return SnapPoints(tuple(SnapPoint(frame, SnapKind.HEAD) for frame in frames), frames)


def test_row_66_edits_playhead_markers_in_out_and_start_are_named_points() -> None:
    new_id = minter()
    cut = on(film(new_id, "A:40 B:60"), "V2", 55, "C", 10, new_id=new_id)
    cut = edits.add_marker(cut, 70, new_id=new_id, text="hold")
    cut = edits.add_marker(cut, 5, new_id=new_id, clip=clip_of(cut, "B").id, name="b")
    cut = replace(cut, mark_in=20, mark_out=80)
    points = snapping.collect_snap_points(layout(cut), playhead=33)
    told = {point.frame: point.describe_point(lambda clip: clip.label) for point in points.all}
    assert told == {
        0: "the start of the film", 20: "in", 33: "the playhead", 40: "the start of B", 45: "the marker b",
        55: "the start of C", 65: "the end of C", 70: "the marker “hold”", 80: "out", 100: "the end of B",
    }  # fmt: skip


def test_moving_clip_does_not_snap_to_itself() -> None:
    new_id = minter()
    cut = on(film(new_id, "A:40 B:60"), "V2", 55, "C", 10, new_id=new_id)
    points = snapping.collect_snap_points(layout(cut), without={clip_of(cut, "C").id})
    assert points.frames == (0, 40, 100)


def test_row_66_end_of_a_moving_clip_snaps_like_its_start() -> None:
    there = of(0, 40, 100)
    by_head = snapping.find_best_snap(there, (43, 53), 4)
    assert by_head is not None
    assert (by_head.by, by_head.point.frame, by_head.tail) == (-3, 40, False)
    by_tail = snapping.find_best_snap(there, (89, 99), 4)
    assert by_tail is not None
    assert (by_tail.by, by_tail.point.frame, by_tail.tail) == (1, 100, True)
    assert snapping.find_best_snap(there, (50, 60), 4) is None, "nothing lies within reach"


def test_head_wins_a_tie_and_the_earlier_of_two_points() -> None:
    tie = snapping.find_best_snap(of(40, 60), (42, 58), 4)
    assert tie is not None
    assert (tie.by, tie.tail) == (-2, False)
    between = snapping.find_best_snap(of(40, 44), (42,), 4)
    assert between is not None
    assert between.by == -2


def test_points_are_visited_by_count_up_to_the_last() -> None:
    there = of(0, 10, 20, 30)

    def walked(frame: int, count: int) -> int | None:
        found = there.find_beyond(frame, count)
        return found.frame if found else None

    assert [walked(10, 1), walked(10, 2), walked(10, 9), walked(30, 1)] == [20, 30, 30, None]
    assert [walked(10, -1), walked(25, -2), walked(25, -9), walked(0, -1)] == [0, 10, 0, None]
    assert there.find_at(20) == there.all[2]
    assert there.find_at(21) is None


@given(
    st.sets(st.integers(0, 200), max_size=12),
    st.lists(st.integers(-20, 220), min_size=1, max_size=2),
    st.integers(0, 20),
)
def test_snap_is_the_smallest_move_to_a_point(frames: set[int], edges: list[int], reach: int) -> None:
    found = snapping.find_best_snap(of(*sorted(frames)), edges, reach)
    moves = [abs(frame - edge) for frame in frames for edge in edges]
    if found is None:
        assert all(move > reach for move in moves)
    else:
        assert abs(found.by) == min(moves) <= reach
        assert edges[found.tail] + found.by == found.point.frame
