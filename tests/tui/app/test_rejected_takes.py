"""Test that no screen shows a rejected take as picked or finished, or counts it. All screens use one function
for this.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.tui.timeline.values.clip_style import ClipState
from tests.tui.rain_market import add_take, make_studio
from tests.tui.stage import Stage, on


async def go(stage: Stage, mode: str) -> str:
    await stage.app.go_to_mode(mode)
    await stage.until(lambda: stage.app.current_mode == mode and stage.screen.is_mounted)
    await stage.settle()
    return stage.text


@pytest.mark.long("screens")
async def test_shot_whose_only_take_is_rejected_has_none_on_every_screen(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    shot = studio.take_snapshot().story.shots[0]
    add_take(studio.require_project(), shot, seed=40)
    async with on(studio, "storyboard") as stage:
        assert "1 picked" in stage.text
        assert "1 with a take" in await go(stage, "film")
        await go(stage, "timeline")
        assert (
            stage.screen.clip_styles.find_state(stage.screen.clip_styles.shots[shot.id]) is ClipState.PICKED
        )
        run_by_id(studio, "shot.rate", {"id": "1A", "reject": True})
        stage.app.follower.check_film_now()
        await stage.until(lambda: stage.screen.film.story.takes[0].rejected)
        await stage.settle()
        styles = stage.screen.clip_styles
        assert styles.find_state(styles.shots[shot.id]) is ClipState.EMPTY
        assert "0 picked" in await go(stage, "storyboard")
        film = await go(stage, "film")
        assert "1 with a take" not in film
        await go(stage, "review")
        await stage.until(lambda: stage.screen.review is not None)
        items = [item for item in stage.screen.review.items if item.shot == shot.id]
        assert [(item.picked, item.rejected) for item in items] in ([], [(False, True)])
        refused = await stage.app.run_and_wait("shot.pick", {"id": "1A", "take": "1"})
        assert refused is None
        assert "of 1A is rejected" in stage.said


async def test_restored_take_is_shown_again(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    shot = studio.take_snapshot().story.shots[0]
    take = add_take(studio.require_project(), shot, seed=40)
    async with on(studio, "timeline") as stage:
        run_by_id(studio, "shot.rate", {"id": "1A", "reject": True})
        assert studio.take_snapshot().story.shots[0].take == ""
        run_by_id(studio, "shot.rate", {"id": "1A", "take": take.id, "accept": True})
        assert studio.take_snapshot().story.shots[0].take == take.id
        assert stage.app.film is not None
