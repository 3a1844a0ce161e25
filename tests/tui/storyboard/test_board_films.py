"""Test the storyboard between two versions of the film that it reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.storyboard.storyboard import StoryboardScreen
from tests.tui.stage import on
from tests.tui.studio_setup import make_studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


@pytest.mark.long("screens")
async def test_queue_news_before_a_newer_film_is_read_are_kept(studio: Studio) -> None:
    async with on(studio, "storyboard") as stage:
        board = stage.screen
        assert isinstance(board, StoryboardScreen)
        shots = len(board.cards.keys)
        registry.run_by_id(studio, "shot.delete", {"id": "1A"})
        stage.app.film = studio.take_snapshot()
        board.show_queue(stage.app.queue)
        assert len(board.cards.keys) == shots
        await stage.until(lambda: len(board.cards.keys) == shots - 1)
