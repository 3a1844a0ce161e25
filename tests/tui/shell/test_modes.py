"""Test modes. A mode is one class from which a screen gets the mode's name, its keys, and the action that
leaves it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.keys.key_parser import KeyCommand
from milimo_tui.tui.shell.modes import Mode
from milimo_tui.tui.shell.screen import StudioScreen
from tests.tui.stage import on
from tests.tui.studio_setup import make_studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    studio = make_studio(tmp_path / "home")
    yield studio
    studio.close()


class CountingMode(Mode):
    """A mode that counts how often `l` is pressed. It uses the keys of the hand tool for pictures."""

    NAME = "COUNTING"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("viewing_hand",)
    count: int | None = None

    @property
    def is_on(self) -> bool:
        return self.count is not None

    @property
    def first_parts(self) -> tuple[object, ...]:
        return (self,)

    @action
    def act_nudge(self, key_command: KeyCommand) -> None:
        self.count = (self.count or 0) + key_command.times

    def leave_by_close(self) -> bool:
        self.count = 0
        return True

    async def cancel_work(self) -> bool:
        self.count = None
        return True


class EscapedMode(CountingMode):
    """A mode on top of another mode. It handles only Esc and shows its own name; all other keys go to the
    mode below.
    """

    NAME = "OVER"
    CONTEXTS = ()

    @property
    def first_parts(self) -> tuple[object, ...]:
        return ()

    def leave_by_escape(self, key_command: KeyCommand) -> bool:
        self.count = None
        return True

    def leave_by_close(self) -> bool:
        return False

    async def cancel_work(self) -> bool:
        return False


class CountingScreen(StudioScreen):
    """A screen with two stacked modes."""

    MODE = "counting"
    NEEDS_FILM = False

    def __init__(self) -> None:
        super().__init__()
        self.over, self.counting = EscapedMode(), CountingMode()
        self.modes = self.stack_modes(self.over, self.counting)


async def test_one_class_adds_a_mode_with_keys_and_a_name(studio: Studio) -> None:
    async with on(studio, "home") as stage:
        screen = CountingScreen()
        await stage.app.push_screen(screen)
        assert (screen.get_mode_name(), screen.contexts) == ("NORMAL", screen.CONTEXTS)

        screen.counting.count = 0
        screen.refresh_lines()
        assert "COUNTING" in stage.lines()[-1]
        await stage.press("l", "3", "l")
        assert screen.counting.count == 4
        await stage.press("q")
        assert (screen.counting.count, stage.screen) == (0, screen), "the mode answers before the screen"
        await stage.press("ctrl+c")
        assert (screen.counting.is_on, screen.get_mode_name()) == (False, "NORMAL")
        await stage.press("escape")
        assert stage.screen is not screen, "no mode is on, so Esc leaves the screen"


async def test_mode_passes_on_actions_it_does_not_handle(studio: Studio) -> None:
    async with on(studio, "home") as stage:
        screen = CountingScreen()
        await stage.app.push_screen(screen)
        screen.over.count, screen.counting.count = 0, 0
        assert screen.get_mode_name() == "OVER"
        await stage.press("l")
        assert screen.counting.count == 1, "the keys of the mode below are in force"
        await stage.press("escape")
        assert screen.get_mode_name() == "COUNTING"
