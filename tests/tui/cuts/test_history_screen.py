"""Test the History screen with keys: every state of every branch, names, and edits by another terminal
meanwhile.
"""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from milimo_tui.studio.registry.registry import run_by_id
from tests.tui import studio_setup
from tests.tui.rain_market import make_studio
from tests.tui.stage import on


@pytest.mark.long("screens")
async def test_branch_is_shown_and_opened_by_keys(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    async with on(studio, "timeline", (80, 24)) as stage:

        def clips() -> int:
            cut = studio.take_snapshot().cut
            assert cut is not None
            return len(cut.clips)

        await stage.press("g", "u")
        assert "in “long” yet" in stage.text
        await stage.press("escape")
        began = clips()
        await stage.press("1", "0", "l", "s")
        assert clips() == began + 1
        await stage.press("u", "w", "x", "x")
        assert clips() == began - 2
        await stage.press("g", "u")
        assert "Rain Market · History of “long”" in stage.text
        assert "3 states   1 undone   0 named" in stage.text
        assert "what was done" in stage.text
        assert "● the beginning" in stage.text
        assert "1  ├╴○ split" in stage.text
        assert "◀ here" in stage.text
        cut = studio.take_snapshot().cut
        assert cut is not None
        assert stage.screen.list.key == studio.require_project().list_history(cut.id)[-1].id
        await stage.press("k", "k")
        await stage.press("enter")
        assert stage.screen.MODE == "timeline"
        assert "now after “split" in stage.said
        assert "2 undone, 1" in stage.said
        assert clips() == began + 1
        await stage.press("g", "u", "u")
        assert clips() == began
        assert "● the beginning" in stage.text
        assert next(row for row in stage.lines() if "the beginning" in row).rstrip().endswith("◀ here")


@pytest.mark.long("screens")
async def test_states_are_named_and_edits_of_another_terminal_appear(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    run_by_id(studio, "cut.split", {"at": "20"})
    run_by_id(studio, "cut.split", {"at": "40"})
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("g", "u", "k", "e")
        await stage.type("for Ada")
        await stage.press("enter")
        await stage.until(lambda: any("1  ● split" in row and "“for Ada”" in row for row in stage.lines()))
        chosen = stage.screen.list.key
        await stage.press("e", "ctrl+u")
        await stage.type("12")
        await stage.press("enter")
        assert "already" in stage.said
        assert "1 named" in stage.text

        other = make_studio(tmp_path / "home", actor="terminal-b")
        run_by_id(other, "cut.split", {"at": "60"})
        await stage.until(lambda: "by terminal-b" in stage.text)
        assert stage.screen.list.key == chosen, "the cursor stays where it was"
        run_by_id(other, "cut.name_state", {"name": "cold open"})
        await stage.until(lambda: "“cold open”" in stage.text)
        other.close()
        await stage.press(";")
        assert "another person" in stage.text, "what Enter would do is told below the tree"
        await stage.press(",")
        assert stage.screen.list.key == chosen


@pytest.mark.long("screens")
async def test_empty_list_closes_after_the_panel_above_it(tmp_path: Path) -> None:
    studio = studio_setup.make_studio(tmp_path / "home")
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("g", "c", "g", "l")
        other = studio_setup.make_studio(tmp_path / "home", None)
        assert stage.app.film is not None
        run_by_id(other, "cut.undo", {"whole_project": True})
        other.close()
        await stage.until(lambda: stage.app.film is not None and not stage.app.film.cuts)
        await stage.settle()
        assert len(stage.app.screen_stack) == 3
        await stage.press("q")
        await stage.until(lambda: len(stage.app.screen_stack) == 1)
        await stage.press("q", "q")
        assert stage.screen.MODE == "timeline"


@pytest.mark.long("screens")
async def test_screen_may_close_before_its_completions_arrive(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    async with on(studio, "timeline", (80, 24)) as stage:
        is_read = threading.Event()
        await stage.press("g", "u")
        stage.app.reading.run(is_read.wait)  # Block the reading lane, as a slow disk would.
        await stage.pilot.press(":", "escape", "escape")
        assert stage.screen.MODE == "timeline"
        is_read.set()
        await stage.settle()
        await stage.press("l")
        assert stage.screen.playhead == 1


@pytest.mark.long("screens")
async def test_each_list_opens_once_above_the_others(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("l", "l", "s")
        for _ in range(2):
            await stage.press("g", "u")
            assert "History" in stage.lines()[0]
            await stage.press("g", "c", "F")
            await stage.until(lambda: stage.screen.MODE == "player")
            await stage.press("g", "n")
            await stage.until(lambda: stage.screen.MODE == "notes")
        open_now = [getattr(each, "MODE", "") for each in stage.app.screen_stack]
        assert open_now == ["timeline", "history", "cuts", "player", "notes"]
        await stage.press("escape", "escape", "escape", "escape")
        assert stage.screen.MODE == "timeline"
