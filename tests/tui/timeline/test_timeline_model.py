"""Test the motions, text objects and viewport of the timeline, with examples that editors rely on and with
properties of any film.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.core.time import get_timecode_base
from milimo_tui.cut.values.cut import Cut, Marker
from milimo_tui.tui.timeline.values import model
from milimo_tui.tui.timeline.values import view as views
from milimo_tui.tui.timeline.values.model import Lane, TimelineFilm
from milimo_tui.tui.timeline.values.view import TimelineViewport
from tests.tui.timeline.timeline_films import CUT, film, run, track

lengths = st.lists(st.integers(-60, 120).filter(bool), min_size=0, max_size=12)
films = st.builds(
    lambda v1, v2, a1, marks: film([abs(n) for n in v1], v2=v2, a1=a1, marks=dict.fromkeys(marks, "")),
    lengths,
    lengths,
    lengths,
    st.lists(st.integers(0, 900), max_size=4),
)
any_view = st.builds(
    TimelineViewport,
    st.integers(0, 900),
    st.integers(0, 2),
    st.sampled_from(views.ZOOMS[:12]),
    st.just(0),
    st.integers(1, 140),
)


def test_lanes_go_from_the_highest_picture_track_to_the_last_sound() -> None:
    tracks = (track("V1", "a", magnetic=True), track("V2", "b"), track("A1", "c"), track("A2", "d"))
    cut = Cut(id=CUT, name="long", tracks=tuple(reversed(tracks)))
    assert [lane.track.name for lane in model.order_lanes(cut, {})] == ["V2", "V1", "A1", "A2"]


def test_clip_is_found_under_a_frame_and_none_in_a_gap() -> None:
    lane = Lane(track("V2", "b"), run("V2", [10, -5, 10]))
    found = lane.clip_at(9)
    assert found is not None
    assert found.clip.id == "V2_0"
    assert lane.clip_at(10) is None
    assert lane.clip_at(14) is None
    assert lane.find_gap(12) == (10, 15)
    assert lane.find_gap(30) is None
    assert lane.clip_at_or_end(25) is lane.spans[-1]


def test_w_b_e_visit_the_edges_of_the_current_lane() -> None:
    cutting = film([100, 50, 25], v2=[-30, 40])
    assert model.move_to_next_edit(cutting, 1, 0).frame == 100
    assert model.move_to_next_edit(cutting, 1, 0, 2).frame == 150
    assert model.move_to_next_edit(cutting, 1, 0, 9).frame == 175, "a count past the end stops at the end"
    assert model.move_to_previous_edit(cutting, 1, 120).frame == 100
    assert model.move_to_previous_edit(cutting, 1, 100).frame == 0
    assert model.move_to_clip_end(cutting, 1, 0).frame == 99
    assert model.move_to_clip_end(cutting, 1, 99).frame == 149
    assert model.move_to_next_edit(cutting, 0, 0).frame == 30, "on V2 the overlay's own edges count"
    assert model.move_to_next_edit(cutting, 2, 0).frame == 100, "an empty lane follows V1"
    assert not model.move_to_next_edit(cutting, 1, 175).found


def test_scenes_and_markers_are_visited_in_both_directions() -> None:
    scenes = {"shot_0": "one", "shot_1": "one", "shot_2": "two"}
    cutting = film([100, 50, 25], scenes=scenes, marks={40: "", 160: "a"})
    assert cutting.scenes == (0, 150)
    assert model.move_to_next_scene(cutting, 0).frame == 150
    assert model.move_to_next_scene(cutting, 150).frame == 175, "after the last scene comes the end"
    assert model.move_to_previous_scene(cutting, 170).frame == 150
    assert model.find_scene_range(cutting, 149) == (0, 150)
    assert model.find_scene_range(cutting, 150) == (150, 175)
    assert model.move_to_next_marker(cutting, 0).frame == 40
    assert model.move_to_next_marker(cutting, 40).frame == 160
    assert not model.move_to_next_marker(cutting, 160).found
    assert model.move_to_previous_marker(cutting, 41).frame == 40
    assert model.move_to_named_mark(cutting, 0, "a").frame == 160
    assert not model.move_to_named_mark(cutting, 0, "z").found


def test_second_is_the_counting_base_of_the_rate() -> None:
    cutting = film([4000], rate=Fraction(30000, 1001))
    assert model.move_by_seconds(cutting, 0, 2).frame == 60
    assert not model.move_by_seconds(cutting, 0, -1).found


def test_marked_range_extends_to_the_ends_of_the_film_on_open_sides() -> None:
    assert film([100]).marked is None
    assert film([100], mark_in=20).marked == (20, 100)
    assert film([100], mark_out=20).marked == (0, 20)
    assert film([100], mark_in=30, mark_out=30).marked is None


def test_screen_scrolls_only_when_the_playhead_reaches_its_edge() -> None:
    cutting = film([1000])
    view = TimelineViewport(zoom=4, width=50)
    for frame in range(200):
        moved = views.seek_frame(view, cutting, frame)
        assert moved.origin == 0
    paged = views.seek_frame(view, cutting, 200)
    assert paged.origin > 0
    assert paged.frame_to_cell(200) <= 50 // 4, "it pages, and leaves a little of what was there"


def test_zooming_keeps_the_playhead_in_its_column() -> None:
    cutting = film([20000])
    view = views.seek_frame(TimelineViewport(zoom=16, width=80), cutting, 9000)
    near = views.zoom_in_steps(view, cutting, 4)
    assert near.zoom == 4
    assert near.frame_to_cell(9000) == view.frame_to_cell(9000)
    assert views.zoom_in_steps(near, cutting, 99).zoom == 1
    whole = views.zoom_to_film(view, cutting)
    assert whole.origin == 0
    assert whole.shows_frame(cutting.frames)


def test_nearest_edit_prefers_the_earlier_of_two() -> None:
    cutting = film([10, 10])
    assert model.find_nearest_edit(cutting, 1, 5) == 0
    assert model.find_nearest_edit(cutting, 1, 6) == 10
    assert model.find_nearest_edit(cutting, 2, 6) is None


@pytest.mark.parametrize(
    "rate", [Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(25, 2)]
)
@pytest.mark.parametrize("zoom", [1, 2, 8, 100, 5000, 100000])
def test_labels_of_the_ruler_never_touch(rate: Fraction, zoom: int) -> None:
    step = views.choose_ruler_step(rate, zoom, 8)
    assert step // zoom >= 10
    assert step % get_timecode_base(rate) == 0 or get_timecode_base(rate) % step == 0


@given(films, st.integers(0, 1200), st.integers(0, 2), st.integers(1, 5))
def test_motions_stay_inside_the_film_and_go_in_their_direction(
    cutting: TimelineFilm, at: int, lane: int, count: int
) -> None:
    at = model.clamp_frame(cutting, at)
    ahead = [
        model.move_to_next_edit(cutting, lane, at, count),
        model.move_to_next_scene(cutting, at, count),
        model.move_by_frames(cutting, at, count),
        model.move_by_seconds(cutting, at, count),
        model.move_to_clip_end(cutting, lane, at, count),
    ]
    back = [
        model.move_to_previous_edit(cutting, lane, at, count),
        model.move_to_previous_scene(cutting, at, count),
        model.move_by_frames(cutting, at, -count),
    ]
    for motion in ahead:
        assert at <= motion.frame <= cutting.frames
        assert motion.found == (motion.frame > at)
    for motion in back:
        assert 0 <= motion.frame <= at
        assert motion.found == (motion.frame < at)


@given(films, st.integers(0, 2))
def test_w_visits_every_edge_of_a_lane_once_and_b_in_reverse(cutting: TimelineFilm, index: int) -> None:
    lane = cutting.lanes[index] if cutting.lanes[index].spans else cutting.lanes[1]
    edges = sorted({edge for span in lane.spans for edge in (span.start, span.end)} - {0})
    visited, at = [], 0
    while (motion := model.move_to_next_edit(cutting, index, at)).found:
        visited.append(at := motion.frame)
    assert visited == edges
    back = []
    while (motion := model.move_to_previous_edit(cutting, index, at)).found:
        back.append(at := motion.frame)
    starts = {edge for span in lane.spans for edge in (span.start, span.end)}
    assert back == sorted(starts, reverse=True)[1:]


@given(films, any_view, st.lists(st.tuples(st.sampled_from("hlzZfcrj"), st.integers(0, 1300)), max_size=12))
def test_playhead_is_always_on_the_screen_and_inside_the_film(
    cutting: TimelineFilm, view: TimelineViewport, acts: list[tuple[str, int]]
) -> None:
    view = views.fit_view_to_film(view, cutting)
    for act, number in acts:
        if act == "h":
            view = views.seek_frame(view, cutting, view.playhead - number)
        elif act == "l":
            view = views.seek_frame(view, cutting, number)
        elif act == "z":
            view = views.zoom_in_steps(view, cutting, number % 5)
        elif act == "Z":
            view = views.zoom_out_steps(view, cutting, number % 5)
        elif act == "f":
            view = views.zoom_to_film(view, cutting)
        elif act == "c":
            view = views.centre_playhead(view, cutting)
        elif act == "r":
            view = views.resize_view(view, cutting, number % 150 + 1)
        else:
            view = views.move_current_lane(view, cutting, number - 600)
        assert 0 <= view.playhead <= cutting.frames
        assert view.shows_frame(view.playhead), (act, view)
        assert 0 <= view.lane < len(cutting.lanes)
        assert view.origin >= 0


@given(films, st.integers(0, 1000), st.integers(1, 400))
def test_between_returns_exactly_the_visible_clips(cutting: TimelineFilm, start: int, length: int) -> None:
    for lane in cutting.lanes:
        shown = list(lane.clips_between(start, start + length))
        assert shown == [span for span in lane.spans if span.end > start and span.start < start + length]


@given(st.integers(0, 10**6), st.integers(1, 300))
def test_fit_is_the_smallest_zoom_that_shows_all(frames: int, width: int) -> None:
    zoom = views.find_fitting_zoom(frames, width)
    assert zoom * width >= frames + 1
    assert zoom == 1 or (zoom - 1) * width < frames + 1


def test_markers_keep_their_frame_after_the_film_shrinks() -> None:
    cutting = replace(film([50]), markers=(Marker(id="m", cut=CUT, frame=90, name="q"),))
    assert model.move_to_named_mark(cutting, 0, "q").frame == 50
