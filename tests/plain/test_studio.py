"""Test that no text on any screen of the studio controls the terminal, and that copied text does not
either.
"""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

import pytest

from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.app.modes import SCREENS
from tests.budget import thorough
from tests.plain.hostile import HOSTILE, LOUD, MARK, spoil
from tests.tui.app.test_pty import run
from tests.tui.stage import on
from tests.tui.studio_setup import add_take, make_studio

SCREENPLAY = f"""Title: {HOSTILE}

INT. KITCHEN {HOSTILE} - NIGHT

MARA {HOSTILE} lights a lamp.

MARA
You are {HOSTILE} late.
"""
PANELS = {"timeline": ("g n", "g c"), "storyboard": ("enter",)}


def spoiled(home: Path) -> Studio:
    """Return a studio with a film in which every text contains control characters."""
    studio = make_studio(home, SCREENPLAY)
    for act, values in (
        ("element.add", {"name": "Rex", "description": "a dog"}),
        ("cut.marker", {"at": "10", "text": "look"}),
        ("cut.notes.add", {"text": "tighter", "at": "12"}),
        ("cut.title", {"text": "words", "at": "5"}),
    ):
        if act in registry.list_commands():
            registry.run_by_id(studio, act, values)
    add_take(studio, studio.take_snapshot().story.shots[0].id, "take one")
    studio.close_project()
    spoil(studio.home.root / "projects" / next((studio.home.root / "projects").iterdir()).name / "project.db")
    return studio


@pytest.mark.long("pages")
@pytest.mark.parametrize("mode", thorough("hostile", list(SCREENS), 3))
def test_no_cell_of_a_screen_controls_the_terminal(mode: str, tmp_path: Path) -> None:
    async def look() -> None:
        studio = spoiled(tmp_path / "home")
        async with on(studio, mode, (160, 50)) as stage:
            assert not LOUD.search(stage.text.replace("\n", "")), mode
            assert MARK in stage.text or mode in ("models", "jobs"), "an empty queue names no film"
            for keys in PANELS.get(mode, ()):
                await stage.press(*keys.split())
                assert not LOUD.search(stage.text.replace("\n", "")), keys
            stage.app.show_message(f"it failed: {HOSTILE}", "error", HOSTILE)
            await stage.settle()
            assert not LOUD.search(stage.text.replace("\n", ""))
            assert MARK in stage.text
            await stage.pilot.press("g", "l")  # open the list of past messages
            await stage.pilot.pause()
            assert not LOUD.search(stage.text.replace("\n", ""))
        studio.close()

    asyncio.run(look())


def test_copied_text_has_no_control_keys(tmp_path: Path) -> None:
    async def copy() -> str:
        studio = spoiled(tmp_path / "home")
        async with on(studio, "home") as stage:
            stage.app.copy_to_clipboard(HOSTILE)
            words = stage.app.clipboard
        studio.close()
        return words

    words = asyncio.run(copy())
    assert MARK in words
    assert not LOUD.search(words)


@pytest.mark.long("hostile")
def test_screenplay_controls_no_real_terminal(tmp_path: Path) -> None:
    spoiled(tmp_path / "home").close()
    with run(tmp_path / "home") as terminal:
        terminal.wait_for(MARK)
        for keys in (("g", "s"), ("g", "b"), ("g", "t"), ("g", "e"), ("g", "m")):
            terminal.press(*keys)
            terminal.wait_for(MARK)
        terminal.press(":", "q", "enter")
        assert terminal.wait() == 0
    secret = base64.b64encode(MARK.encode())
    for command in (
        b"\x1b]52",
        secret + b"\x07",
        b"\x1b]0;",
        f"\x9d0;{MARK}".encode(),
        b"\x1bP" + MARK.encode(),
    ):
        assert command not in terminal.raw
    for code in (*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)):
        assert chr(code).encode() not in terminal.raw
