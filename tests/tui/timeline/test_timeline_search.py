"""Test the search on the timeline: by words of prompt, dialogue and name, by state, on every track, and past
the ends of the film.
"""

from __future__ import annotations

import pytest

from milimo_tui.story.elements.prompt import ShotPlace, compose
from milimo_tui.story.values.film import Shot, Story
from milimo_tui.tui.timeline.values.clip_style import ClipState, ShotWork, build_clip_styles
from milimo_tui.tui.timeline.values.search import SearchHit, find_next_hit, search_clips
from tests.tui.timeline.timeline_films import film, story

FILM = film([40, 40, 40, 40], v2=[-40, 20])
STORY = story(4, picked={0, 1}, dialogue={2})


def prompt_of(shot: Shot, story: Story = STORY) -> str:
    return compose(story.project, ShotPlace.from_scene(story.scenes[0]), shot, story.elements).text


def starts(words: str) -> list[tuple[int, int]]:
    clip_styles = build_clip_styles(
        STORY,
        {"shot_3": ShotWork(ClipState.FAILED)},
        stale=frozenset({"shot_1"}),
        offline=frozenset({"V1_0"}),
    )
    return [(hit.start, hit.lane) for hit in search_clips(FILM, clip_styles, words, prompt_of)]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("1c", [(80, 1)]),  # the shot's number
        ("You are LATE", [(80, 1)]),  # the shot's dialogue
        ("close-up", [(0, 1), (40, 0), (40, 1), (80, 1), (120, 1)]),  # the prompt, on every track
        ("steam fills", [(0, 1), (40, 0), (40, 1), (80, 1), (120, 1)]),
        ("missing", [(80, 1), (120, 1)]),  # No take is picked, with or without a failed job.
        ("stale", [(40, 0), (40, 1)]),
        ("offline", [(0, 1)]),
        ("failed", [(120, 1)]),
        ("nobody says this", []),
    ],
)
def test_clips_are_found_by_content_and_by_state(words: str, found: list[tuple[int, int]]) -> None:
    assert starts(words) == found


def test_matches_are_visited_both_ways_and_around_the_ends() -> None:
    hits = (SearchHit(0, 1), SearchHit(40, 0), SearchHit(40, 1))
    assert find_next_hit(hits, SearchHit(0, 1), 1) == 1
    assert find_next_hit(hits, SearchHit(40, 0), 1) == 2
    assert find_next_hit(hits, SearchHit(60, 1), 1) == 0
    assert find_next_hit(hits, SearchHit(60, 1), -1) == 2
    assert find_next_hit(hits, SearchHit(0, 1), -1) == 2
    assert find_next_hit((), SearchHit(0, 1), 1) is None
