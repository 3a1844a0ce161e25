"""Screens beside a real supervisor, worker and viewer: a take is made, seen at work, its picture comes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.storyboard.storyboard import StoryboardScreen
from tests.tui.house import make_studio, opened, press, screen_text, until

ROOT = Path(__file__).parents[3]


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    monkeypatch.setenv("MILIMO_TEST_ENGINES", "tests.tui.storyboard.engines:ROWS")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)
    made = make_studio(tmp_path / "home")
    registry.run(made, "project.set", {"engine": "sketch"})
    yield made
    registry.run(made, "supervisor.stop", {"now": True})
    made.close()


async def test_a_take_is_made_seen_and_survives_the_studio(studio: Studio) -> None:
    async with opened(studio, size=(120, 40)) as (app, pilot):
        board = app.screen
        assert isinstance(board, StoryboardScreen)
        await until(pilot, lambda: bool(board.cards.key))
        await press(pilot, "c c")
        await until(pilot, lambda: app.queue.running and len(app.queue.jobs) == 1)
        await until(pilot, lambda: "● take 1" in screen_text(pilot))
        await until(pilot, lambda: any(message.text.startswith("made 1A") for message in app.messages))
        await until(pilot, lambda: "1 picked" in screen_text(pilot).splitlines()[0])

        def pictured() -> bool:
            shown = board.cards.card  # asked anew: the card is another value once its take is known
            return shown is not None and bool(shown.picture) and board.cards.has_picture(shown.picture)

        await until(pilot, pictured)
        await press(pilot, "l c c")
    async with opened(studio, size=(120, 40)) as (app, pilot):
        await until(pilot, lambda: "2 picked" in screen_text(pilot))
