"""Test that the terminal shows the current screen: no repaint is lost, whatever else happens at the same
time.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from milimo_tui.tui.terminal.patches.table import apply_patches
from tests.tui.rain_market import make_studio
from tests.tui.stage import on
from tests.tui.terminal.cell_recorder import owed, rendered, told, watched

# True in the child process that runs Textual without Milimo's patches
AS_IT_CAME = bool(os.environ.get("MILIMO_TEST_TEXTUAL_AS_IT_CAME"))
PATIENCE = 5.0 if AS_IT_CAME else 60.0  # seconds to wait, enough for a busy machine
FAULTS = (
    "test_partial_repaint_keeps_every_widget",
    "test_delayed_paint_arrives_when_allowed",
    "test_removed_widgets_are_painted_over",
)


class Pages(App[None]):
    """A screen with two lines, a box on top of them, and a hidden widget."""

    CSS = """
    Screen { layers: below above; }
    #hidden { display: none; }
    #over { layer: above; offset: 4 4; width: 20; height: 3; background: darkgreen; }
    """

    def compose(self) -> ComposeResult:
        yield Static("first", id="first")
        yield Static("second", id="second")
        with Vertical(id="hidden"):
            yield Static("never seen", id="unseen")
        yield Static("over", id="over")

    def on_mount(self) -> None:
        if not AS_IT_CAME:
            apply_patches()


async def until(so: Callable[[], bool], moments: int = 3) -> None:
    """Wait until `so` has been True at `moments` checks in a row."""
    quiet, end = 0, time.monotonic() + PATIENCE
    while quiet < moments:
        await asyncio.sleep(0.005)
        quiet = quiet + 1 if so() else 0
        assert time.monotonic() < end, "never so"


async def at_rest(pilot: Pilot[Any]) -> None:
    """Wait until nothing is left to paint."""
    await until(lambda: not owed(pilot.app))


async def changed(*widgets: Static) -> None:
    """Change the text of widgets, and wait until their screens have registered the change but not painted
    it.
    """
    for widget in widgets:
        widget.update("changed", layout=False)
    await until(lambda: all(widget in widget.screen._dirty_widgets for widget in widgets))


async def test_partial_repaint_keeps_every_widget() -> None:
    async with Pages().run_test(size=(40, 10)) as pilot:
        with watched(pilot.app) as glass:
            pilot.app.screen.refresh()
            await at_rest(pilot)
            with pilot.app.batch_update():
                await changed(pilot.app.query_one("#first", Static))
                pilot.app.screen.refresh(Region(0, 8, 2, 1))
            pilot.app.screen.check_idle()
            await at_rest(pilot)
            assert told(glass, rendered(pilot.app)) == ""


async def test_delayed_paint_arrives_when_allowed() -> None:
    """A new screen lays itself out while the app delays painting."""
    async with Pages().run_test(size=(40, 10)) as pilot:
        screen: Screen[Any] = pilot.app.screen
        with watched(pilot.app) as glass:
            screen.refresh()
            await at_rest(pilot)
            with pilot.app.batch_update():
                await changed(pilot.app.query_one("#first", Static))
                screen._refresh_layout()
                await changed(pilot.app.query_one("#second", Static))
                await asyncio.sleep(0.02)
            await at_rest(pilot)
            assert told(glass, rendered(pilot.app)) == ""


async def test_removed_widgets_are_painted_over() -> None:
    """A change to a hidden widget makes Textual lay out the screen again at the next change of any kind."""
    async with Pages().run_test(size=(40, 10)) as pilot:
        with watched(pilot.app) as glass:
            pilot.app.screen.refresh()
            await at_rest(pilot)
            pilot.app.query_one("#unseen").refresh()
            await at_rest(pilot)
            with pilot.app.batch_update():
                pilot.app.query_one("#over").display = False
                await until(lambda: pilot.app.screen._layout_required)
                await changed(pilot.app.query_one("#first", Static))
            pilot.app.screen.check_idle()
            await at_rest(pilot)
            assert told(glass, rendered(pilot.app)) == ""


@pytest.mark.long("screens")
def test_textual_still_forgets_widgets_in_three_places(tmp_path: Path) -> None:
    """If one of these tests passes without Milimo's patches, Textual has fixed the fault. Then remove the
    patch.
    """
    chosen = [f"{__file__}::{name}" for name in FAULTS]
    came = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-o", f"cache_dir={tmp_path}", "-p", "no:xdist", *chosen],
        env={**os.environ, "MILIMO_TEST_TEXTUAL_AS_IT_CAME": "1"},
        cwd=Path(__file__).resolve().parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert re.findall(r"^FAILED \S+::(\w+)", came.stdout, re.MULTILINE) == list(FAULTS), came.stdout


# Typical keys on the timeline, and keys that cover it: lanes, header, inspector, questions and panels.
ACTS = (
    "l", "w", "b", "5 l", "pagedown", "+ +", "-", "j", "k", "s", "u", "U", "v l l escape", "t l l escape",
    "t l enter", "tab j j tab", "tab j enter escape tab", ": s p escape", "? j q", "g l escape", "g u escape",
    "T n", "i", "m", ";", "space", "K", "g escape", "G", "x", "/ a escape", "ctrl+l",
)  # fmt: skip
# Keys after which single rows and parts of cards are painted: cursor, brackets, wrapped words, undo and
# lists.
SCRIPT_ACTS = (
    "j", "k", "5 j", "G", "g g", "pagedown", "/ r a i n enter", "n", "i a b escape", "i enter escape",
    "i ( x ) left left escape", "i shift+left shift+left right escape", "u", "U", "tab j j tab", "g l escape",
    "i " + "long " * 3 + "x " * 40 + "escape", "i backspace backspace escape", "? j q", "ctrl+l",
)  # fmt: skip
BOARD_ACTS = (
    "l", "h", "j", "k", "5 l", "G", "g g", ")", "(", "m", "m m", "/ a escape", "/ r a i n enter", "n",
    "pagedown", "f escape", "? j q", "g l escape", "enter escape", "ctrl+l",
)  # fmt: skip
LONG = "The film is told at such a length that one row of the screen does not hold the message " * 3


ROUNDS = 150 if os.environ.get("MILIMO_LENGTH") == "full" else 4


@pytest.mark.long("screens")
@pytest.mark.parametrize(
    ("mode", "acts_of", "size", "seed"),
    [
        ("timeline", ACTS, (80, 24), 1),
        ("timeline", ACTS, (200, 50), 2),
        ("script", SCRIPT_ACTS, (80, 24), 3),
        ("script", SCRIPT_ACTS, (160, 45), 4),
        ("storyboard", BOARD_ACTS, (120, 36), 5),
    ],
)
async def test_terminal_shows_the_screen(
    tmp_path: Path, mode: str, acts_of: Sequence[str], size: tuple[int, int], seed: int
) -> None:
    """After quick keys, the incrementally painted terminal equals a fresh rendering of the screen."""
    chosen = random.Random(seed)
    async with on(make_studio(tmp_path / "home", takes=False), mode, size) as stage:
        with watched(stage.app) as glass:
            stage.app.screen.refresh()
            await at_rest(stage.pilot)
            for turn in range(ROUNDS):
                acts = " ".join(chosen.choices(acts_of, k=3))
                for key in acts.split():
                    stage.app.post_message(events.Key(key, key if len(key) == 1 else None))
                    await until(stage.app._message_queue.empty, moments=1)
                if turn % 3 == 2:
                    stage.app.show_message(LONG)
                await at_rest(stage.pilot)
                assert told(glass, rendered(stage.app)) == "", acts
