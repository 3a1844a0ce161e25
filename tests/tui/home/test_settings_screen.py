"""Test the Settings screen: list and details next to each other, values changed in place, undo, and both
settings files.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.core.host import get_config_folder
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.home.settings_screen import SettingsScreen
from milimo_tui.tui.widgets.rows import Rows
from tests.tui.stage import Stage, on


@pytest.fixture
def studio() -> Iterator[Studio]:
    opened = Studio.open()
    yield opened
    opened.close()


def _file() -> str:
    path = get_config_folder() / "config.toml"
    return path.read_text() if path.exists() else ""


async def _settings(stage: Stage) -> SettingsScreen:
    await stage.press("g", "comma")
    await stage.until(lambda: isinstance(stage.app.screen, SettingsScreen))
    screen = stage.app.screen
    assert isinstance(screen, SettingsScreen)
    await stage.until(lambda: bool(screen.table.key))
    return screen


async def _at(stage: Stage, screen: SettingsScreen, name: str) -> None:
    screen.table.show_rows(screen.table.rows, key=name)
    await stage.settle()


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_list_and_detail_are_side_by_side(studio: Studio, size: tuple[int, int]) -> None:
    async with on(studio, "home", size) as stage:
        screen = await _settings(stage)
        await _at(stage, screen, "render_crf")
        await stage.until(lambda: "0 to 51" in stage.text)
        table, detail = screen.table.region, screen.query_one("#detail").region
        assert table.y == detail.y
        assert table.right < detail.x
        assert any("render_crf" in row and " 18" in row for row in stage.lines())


@pytest.mark.long("screens")
async def test_value_is_edited_in_place_undone_and_redone(studio: Studio) -> None:
    async with on(studio, "home", (80, 24)) as stage:
        screen = await _settings(stage)
        await _at(stage, screen, "render_crf")
        await stage.press("enter")
        await stage.press("9", "9", "enter")
        await stage.until(lambda: "51" in stage.text and screen.prompt.is_open)
        await stage.press("escape")
        assert _file() == ""
        await stage.press("enter")
        await stage.press("2", "0", "enter")
        await stage.until(lambda: _file() == "render_crf = 20\n", stage.said)
        assert "next start" in stage.said
        assert any("render_crf" in row and "own" in row for row in stage.lines())
        await stage.press("u")
        await stage.until(lambda: _file() == "")
        await stage.press("U")
        await stage.until(lambda: _file() == "render_crf = 20\n")
        await stage.press("f")
        await stage.until(lambda: "motion" not in [row.key for row in screen.table.rows])
        await _at(stage, screen, "render_crf")
        await stage.press("x")
        await stage.until(lambda: _file() == "" and "no longer set" in stage.said, stage.said)


@pytest.mark.long("screens")
async def test_settings_name_what_works_on_the_screen_and_no_shell_command(studio: Studio) -> None:
    async with on(studio, "home", (120, 40)) as stage:
        screen = await _settings(stage)
        for name in ("theme", "backup", "off_command"):
            await _at(stage, screen, name)
            assert "milimo " not in stage.text
        await _at(stage, screen, "theme")
        await stage.press("enter")
        assert "milimo theme" not in stage.text
        assert ":theme" in stage.text


async def test_refused_value_shows_the_accepted_form(studio: Studio) -> None:
    async with on(studio, "home", (120, 30)) as stage:
        screen = await _settings(stage)
        await _at(stage, screen, "notify_webhook")
        await stage.press("enter")
        await stage.press(*"nowhere", "enter")
        await stage.until(lambda: "an address: https://HOST/PATH" in stage.text, stage.said)
        assert _file() == ""


@pytest.mark.long("screens")
async def test_settings_file_of_the_home_names_no_program(studio: Studio) -> None:
    async with on(studio, "home", (110, 30)) as stage:
        screen = await _settings(stage)
        await stage.press("o")
        await _at(stage, screen, "mpv")
        assert "o edits yours" in " ".join(
            row.left.plain.strip() for row in screen.query_one("#detail", Rows).rows
        )
        await stage.press("enter")
        assert "not allowed" in stage.said
        await _at(stage, screen, "beats")
        await stage.press("enter")
        path = Path(studio.home.root) / "config.toml"
        await stage.until(lambda: path.exists() and path.read_text() == "beats = false\n", stage.said)


async def test_motion_setting_applies_at_once(studio: Studio) -> None:
    async with on(studio, "home", (110, 30)) as stage:
        screen = await _settings(stage)
        await _at(stage, screen, "motion")
        await stage.press("enter")
        await stage.type("reduced")
        await stage.press("enter")
        await stage.until(lambda: stage.app.is_still, stage.said)
        assert _file() == 'motion = "reduced"\n'


@pytest.mark.long("screens")
async def test_command_in_a_value_is_shown_as_it_is_stored(studio: Studio) -> None:
    """Commands in help are shown as keys. A value of a setting is never rewritten."""
    folder = get_config_folder()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text('notify_command = "milimo job list"\n')
    async with on(studio, "home", (200, 50)) as stage:
        screen = await _settings(stage)
        await _at(stage, screen, "notify_command")
        detail = screen.query_one("#detail", Rows)
        await stage.until(lambda: any("milimo job list" in row.left.plain for row in detail.rows))
        await stage.press("enter")
        await stage.type(" --all")
        await stage.press("enter")
        await stage.until(lambda: "milimo job list --all" in stage.said)
