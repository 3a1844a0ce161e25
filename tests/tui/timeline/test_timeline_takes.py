"""Test takes and transitions on the timeline: comparing takes in place, editing the spec of the next take,
and dissolves with X.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from milimo_tui.tui.jobs.spec_panel import SpecPanel
from tests.tui.rain_market import add_take, make_studio
from tests.tui.stage import on
from tests.tui.timeline.test_timeline_screen import LENGTHS, cut_of


@pytest.mark.long("screens")
async def test_two_takes_are_compared_in_place_and_none_is_picked(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    shot = studio.take_snapshot().story.shots[0]
    first = add_take(studio.require_project(), shot, seed=40)
    async with on(studio, "timeline") as stage:
        await stage.press("A")
        assert "no other take" in stage.said
        second = add_take(studio.require_project(), shot, seed=41)
        stage.app.follower.check_film_now()
        await stage.until(lambda: len(stage.screen.film.story.takes) == 2)
        await stage.settle()
        picked = stage.screen.plan_key
        await stage.press("A")
        assert "B: take 2 of 2" in stage.said
        other = stage.screen.plan_key
        assert other != picked, "the cut plays with the other one"
        assert "TAKE B" in stage.lines()[-1]
        assert studio.take_snapshot().story.shots[0].take == first.id
        await stage.press("A")
        assert stage.screen.plan_key == picked
        await stage.press("A", ")")
        assert studio.take_snapshot().story.shots[0].take == second.id
        assert stage.screen.plan_key == other
        await stage.press("A")
        assert "B: take 1 of 2" in stage.said, "the one that was picked before"

        await stage.press("A", "x", "u", "u")
        assert "undone: pick" in stage.said, "what was done here last, the cut's edit before it first"
        assert studio.take_snapshot().story.shots[0].take == first.id
        assert stage.screen.plan_key == picked
        await stage.press("U")
        assert studio.take_snapshot().story.shots[0].take == second.id
        await stage.press("u", "w", "s", "b", "l", "s", "U")
        assert "to redo" in stage.said, "an edit made since leads elsewhere"
        await stage.press("u")
        assert "undone: split" in stage.said


async def test_spec_of_the_next_take_is_edited(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    async with on(studio, "timeline") as stage:
        await stage.pilot.press("C")
        await stage.until(lambda: isinstance(stage.screen, SpecPanel))
        await stage.until(lambda: any("next take" in line for line in stage.lines()))
        assert stage.screen.spec["frames"] >= LENGTHS[0]
        assert studio.client_or_none() is None, "no queue was started for a question"
        await stage.pilot.press("escape", "q")
        await stage.until(lambda: not isinstance(stage.screen, SpecPanel))


@pytest.mark.long("screens")
async def test_x_dissolves_at_the_nearest_edit_by_count_and_again_makes_a_cut(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    async with on(studio, "timeline") as stage:
        await stage.press("9", "0", "l", "X")
        (dissolve,) = cut_of(stage).transitions
        assert (dissolve.kind, dissolve.frames) == ("dissolve", 13)
        await stage.press("2", "0", "X")
        assert [each.frames for each in cut_of(stage).transitions] == [20]
        await stage.press("w", "w", ".")
        assert [each.frames for each in cut_of(stage).transitions] == [20, 20], "repeated at another edit"
        await stage.press("X")
        assert len(cut_of(stage).transitions) == 1
        await stage.press("u", "u", "u", "u")
        assert cut_of(stage).transitions == ()


@pytest.mark.long("screens")
async def test_second_x_lets_clips_without_media_overlap_beyond_their_edit(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home")
    async with on(studio, "timeline", (80, 24)) as stage:
        before = stage.screen.cutting.frames
        await stage.press("w", "X")
        assert "of media" in stage.said
        assert "overlap (X)" in stage.lines()[-2], "the way out is read at 80 columns"
        assert cut_of(stage).transitions == ()
        await stage.press("X")
        (dissolve,) = cut_of(stage).transitions
        assert stage.screen.cutting.frames == before - dissolve.frames, "as much shorter as they overlap"
        await stage.press("u")
        assert stage.screen.cutting.frames == before
