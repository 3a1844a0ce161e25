"""Test that the pictures that a shot follows keep their time in the film when shots are split and joined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.story.shots import surgery
from milimo_tui.story.values.film import Shot, Story
from milimo_tui.story.values.making import Conditioning
from tests.story.films import Film, IdSource

SCRIPT = """INT. BAR - NIGHT

Steam on the windows of the bar.

A dog sleeps under the table.
"""
LENGTHS = st.integers(2, 60)
# Some pictures are outside their shots, as after a shot was shortened.
FRAMES = st.lists(st.integers(-70, 70), max_size=5)


def with_pictures(shot: Shot, frames: int, places: Iterable[int]) -> Shot:
    """Return a shot of `frames` frames that follows a picture at each of these frames."""
    pictures = tuple(
        Conditioning(
            id=f"{shot.id}-{nth}", shot=shot.id, order=str(nth), asset=f"{shot.id}-{nth}", frame=place
        )
        for nth, place in enumerate(places)
    )
    return replace(shot, frames=frames, conditioning=pictures)


def list_times(*shots: Shot) -> set[tuple[str, int]]:
    """Return each picture of neighbouring shots with its frame, counted from the beginning of the first shot.
    A picture outside its shot counts as its first or last frame.
    """
    found, begins = set(), 0
    for shot in shots:
        for one in shot.conditioning:
            frame = one.frame + shot.frames if one.frame < 0 else one.frame
            found.add((one.asset, begins + max(0, min(frame, shot.frames - 1))))
        begins += shot.frames
    return found


def require_pictures_inside(*shots: Shot) -> None:
    for shot in shots:
        for one in shot.conditioning:
            assert -shot.frames <= one.frame < shot.frames
            assert one.shot == shot.id


def make_pair(lengths: tuple[int, int], places: tuple[list[int], list[int]]) -> tuple[Story, Shot, Shot]:
    story = Film(SCRIPT).story
    first, second = (
        with_pictures(shot, frames, at)
        for shot, frames, at in zip(story.live_shots()[:2], lengths, places, strict=True)
    )
    return put(story, first, second), first, second


def put(story: Story, *changed: Shot) -> Story:
    """Return the story with these shots, which replace the shots with their ids."""
    by_id = {one.id: one for one in (*story.shots, *changed)}
    return replace(story, shots=tuple(by_id.values()))


@given(LENGTHS, FRAMES, st.data())
def test_split_and_join_keep_the_time_of_each_picture(
    frames: int, places: list[int], data: st.DataObject
) -> None:
    story, shot, _ = make_pair((frames, 10), (places, []))
    new_id = IdSource()
    halves = surgery.split_shot(story, shot, None, data.draw(st.integers(1, frames - 1)), new_id).after
    require_pictures_inside(*halves)
    assert list_times(*halves) == list_times(shot)
    whole = surgery.join_shots(put(story, *halves), halves[0], halves[1], new_id).after[0]
    require_pictures_inside(whole)
    assert list_times(whole) == list_times(shot)


@given(LENGTHS, LENGTHS, FRAMES, FRAMES)
def test_join_and_split_return_each_picture_to_its_shot(
    first_frames: int, second_frames: int, first_places: list[int], second_places: list[int]
) -> None:
    story, first, second = make_pair((first_frames, second_frames), (first_places, second_places))
    new_id = IdSource()
    joined = surgery.join_shots(story, first, second, new_id).after
    require_pictures_inside(joined[0])
    assert list_times(joined[0]) == list_times(first, second)
    seam = surgery.find_beat_by_text(joined[0], second.action)
    halves = surgery.split_shot(put(story, *joined), joined[0], seam, None, new_id).after
    assert [half.id for half in halves] == [first.id, second.id]
    require_pictures_inside(*halves)
    assert list_times(*halves) == list_times(first, second)


@given(LENGTHS, LENGTHS, LENGTHS, FRAMES, FRAMES)
def test_pictures_stay_inside_if_a_joined_shot_gets_another_length(
    first_frames: int, second_frames: int, later: int, first_places: list[int], second_places: list[int]
) -> None:
    story, first, second = make_pair((first_frames, second_frames), (first_places, second_places))
    new_id = IdSource()
    joined, *others = surgery.join_shots(story, first, second, new_id).after
    joined = replace(joined, frames=later)
    seam = surgery.find_beat_by_text(joined, second.action)
    halves = surgery.split_shot(put(story, joined, *others), joined, seam, None, new_id).after
    require_pictures_inside(*halves)
