"""Test custom keys made in the studio: choosing an action and its key, conflicts, undo, presets, and export
to a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.core.host import read_settings
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.home.own_keys_screen import OwnKeysScreen
from milimo_tui.tui.shell.keyboard import get_studio_keymap_path
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import make_studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


async def _keys(stage: Stage) -> OwnKeysScreen:
    await stage.press("g", "k")
    await stage.until(lambda: isinstance(stage.app.screen, OwnKeysScreen))
    screen = stage.app.screen
    assert isinstance(screen, OwnKeysScreen)
    await stage.until(lambda: bool(screen.rows.key))
    return screen


def _run_of(stage: Stage, chord: str, context: str) -> str:
    binding = stage.app.keyboard.keymap.by_context[context].get(tuple(chord.split()))
    return binding.run if binding is not None else ""


@pytest.mark.long("screens")
async def test_action_gets_another_key_that_works_at_once(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        screen = await _keys(stage)
        assert "Storyboard" in stage.lines()[2], "the screen that one came from is first"
        await stage.press("space", "x")
        await stage.until(lambda: "delete" in stage.text and "press its key" in stage.text)
        await stage.press("ctrl+k")
        await stage.until(lambda: "free here" in stage.text)
        await stage.press("enter")
        await stage.until(lambda: _run_of(stage, "ctrl+k", "storyboard") == "ui.delete", stage.said)
        assert get_studio_keymap_path().exists()
        assert "1 your own" in stage.text
        await stage.press("u")
        await stage.until(lambda: not _run_of(stage, "ctrl+k", "storyboard"))
        await stage.press("U")
        await stage.until(lambda: _run_of(stage, "ctrl+k", "storyboard") == "ui.delete")
        await stage.press("f")
        await stage.until(lambda: len([row for row in screen.rows.rows if row.key]) == 1)
        await stage.press("x")
        await stage.until(lambda: not _run_of(stage, "ctrl+k", "storyboard"))
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is not screen)


@pytest.mark.long("screens")
async def test_conflicting_key_is_explained_and_refused(studio: Studio) -> None:
    async with on(studio, "storyboard", (110, 30)) as stage:
        await _keys(stage)
        await stage.press("space", "e")
        await stage.press("t")
        await stage.until(lambda: "then has no key" in stage.text)
        await stage.press("backspace", "c")
        await stage.until(lambda: "one begins with" in stage.text)
        await stage.press("enter")
        assert "one begins with" in stage.said
        await stage.press("backspace", "t", "enter")
        await stage.until(lambda: _run_of(stage, "t", "storyboard") == "ui.edit")
        await stage.press("space", "escape")
        assert stage.app.keyboard.capture is None
        await stage.press("space", "ctrl+b")
        assert "does nothing yet" in stage.said


async def test_conflicts_of_a_key_are_shown(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        await _keys(stage)
        await stage.press("enter", "x")  # The first action of the timeline.
        await stage.until(lambda: "means “delete”" in stage.text)
        assert "“extract” on Timeline" in stage.text, "each in a row of its own"
        await stage.press("escape")
        assert "“extract” on Timeline" not in stage.text


@pytest.mark.long("screens")
async def test_preset_of_keys_is_used_at_once_and_stored(studio: Studio) -> None:
    async with on(studio, "storyboard", (110, 30)) as stage:
        await _keys(stage)
        await stage.press("p")
        await stage.until(lambda: stage.screen.prompt.is_open and "arrows, Enter, Delete" in stage.text)
        await stage.press("ctrl+u")
        await stage.type("plain")
        await stage.press("enter")
        await stage.until(lambda: _run_of(stage, "delete", "storyboard") == "ui.delete", stage.said)
        assert read_settings()[0].keymap == "plain"
        await stage.press("escape")
        assert "ctrl+g make a take" in stage.text


@pytest.mark.long("screens")
async def test_keys_are_exported_to_a_file_and_imported(studio: Studio, tmp_path: Path) -> None:
    async with on(studio, "storyboard", (110, 30)) as stage:
        await _keys(stage)
        await stage.press("space", "e", "f9", "enter")
        await stage.until(lambda: _run_of(stage, "f9", "storyboard") == "ui.edit")
        for name in ("mine.toml", "mine.txt"):
            await stage.press("w", "ctrl+u")
            await stage.type(str(tmp_path / name))
            await stage.press("enter")
            await stage.until((tmp_path / name).exists, stage.said)
        assert "F9" in (tmp_path / "mine.txt").read_text()
        await stage.press("u")
        await stage.until(lambda: not _run_of(stage, "f9", "storyboard"))
        await stage.press("i")
        await stage.type(str(tmp_path / "mine.toml"))
        await stage.press("enter")
        await stage.until(lambda: _run_of(stage, "f9", "storyboard") == "ui.edit", stage.said)
        await stage.press("i")
        await stage.type(str(tmp_path / "mine.txt"))
        await stage.press("enter")
        await stage.until(lambda: stage.app.messages[-1].kind == "error")
