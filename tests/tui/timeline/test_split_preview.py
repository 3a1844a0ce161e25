"""Test that the preview of a split, shown before the split is written, equals the result."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from milimo_tui.core.errors import Refused
from milimo_tui.core.ids import new_id
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Cut
from milimo_tui.story.values.film import Project, Story
from milimo_tui.tui.timeline.values.film import make_timeline_film, predict_split
from milimo_tui.tui.timeline.values.model import TimelineFilm
from tests.cut.layout.test_excerpt import film as long_cut
from tests.tui.stage import on
from tests.tui.studio_setup import make_studio

STORY = Story(project=Project(id="prj_1", name="Film"))


def places(film: TimelineFilm) -> list[list[tuple[int, int, str, int]]]:
    """Return the start, end, source and first source frame of the clips of each lane, without their ids."""
    rate = film.rate
    return [
        [(s.start, s.end, s.clip.source.ref, int(s.clip.source_in * rate)) for s in lane.spans]
        for lane in film.lanes
    ]


def of(cut: Cut) -> TimelineFilm:
    return make_timeline_film(layout(cut), STORY)


@pytest.mark.parametrize("track", ["V1", "V2", "A1", ""])
def test_preview_of_a_split_equals_its_result(track: str) -> None:
    cut = long_cut(30)
    id = next((one.id for one in cut.tracks if one.name == track), "")
    for at in (5, 31, 100, 333):
        foreseen = predict_split(of(cut), at, id)
        try:
            made = of(edits.split_clips(cut, at, new_id=new_id, track=id or None))
        except Refused:
            assert foreseen is None
        else:
            assert foreseen is not None
            assert places(foreseen) == places(made), at


def test_preview_without_a_split_shows_nothing() -> None:
    cut = long_cut(3)
    assert predict_split(of(cut), 0) is None
    locked = replace(cut, tracks=tuple(replace(track, locked=True) for track in cut.tracks))
    assert predict_split(of(locked), 5) is None


async def test_paint_that_never_arrives_is_not_waited_for(tmp_path: Path) -> None:
    """A closed page never reports a paint. Before, keys after a split waited for that report for ever."""
    async with on(make_studio(tmp_path / "home"), "timeline") as stage:
        screen = stage.screen
        await asyncio.wait_for(screen.wait_for_paint(), 30)
    await asyncio.wait_for(screen.wait_for_paint(), 30)
