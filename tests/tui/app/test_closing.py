"""Test events that arrive while the studio is closing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textual.screen import Screen

from milimo_tui.tui.cuts.history import HistoryScreen
from milimo_tui.tui.cuts.notes import NotesScreen
from milimo_tui.tui.home.card_screen import CardScreen
from milimo_tui.tui.jobs.spec_panel import SpecPanel
from milimo_tui.tui.shell.overlay import Overlay
from milimo_tui.tui.shot.shot import ShotScreen
from milimo_tui.tui.storyboard.plan import PlanScreen
from milimo_tui.tui.storyboard.suggestions import SuggestionsScreen
from tests.tui.studio_setup import make_studio, opened


async def test_change_during_closing_is_shown_on_no_screen(tmp_path: Path) -> None:
    made = make_studio(tmp_path / "home")
    async with opened(made) as (app, _):
        board = app.screen
        # Textual removes the screen in the same way when an app ends. A job may finish at that time.
        app._prune(board)
        for child in list(board.children):
            await child._close_messages()
        board._nodes._clear()
        app.queue = app.queue.__class__()
        app.catch_up()
    made.close()


async def save(patch: Mapping[str, Any]) -> None:
    """Accept the values that the panel saves and ignore them."""


async def test_screen_closed_before_it_is_ready_stops_nothing(tmp_path: Path) -> None:
    made = make_studio(tmp_path / "home")
    shot = made.take_snapshot().story.live_shots()[0]
    panels: list[Screen[Any]] = [
        Overlay("Keys", []), SpecPanel("Job", {}, save), CardScreen(), HistoryScreen("cut"),
        NotesScreen(), ShotScreen(shot.id), PlanScreen(shot.scene), SuggestionsScreen(shot.scene, shot.id),
    ]  # fmt: skip
    async with opened(made) as (app, pilot):
        front = app.screen
        for panel in panels:
            app.push_screen(panel)
            app.pop_screen()
            await pilot.pause()
            assert app.screen is front
    made.close()
