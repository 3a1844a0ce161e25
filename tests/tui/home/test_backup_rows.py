"""Test where backups are shown: in the doctor's report, in the job's row and in the settings."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from milimo_tui.core.host import get_config_folder
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.home.settings_screen import SettingsScreen
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import make_studio

SIZE = (140, 50)


def _shows(stage: Stage, words: str) -> bool:
    return words in stage.text


def _file() -> str:
    path = get_config_folder() / "config.toml"
    return path.read_text() if path.exists() else ""


@pytest.mark.long("screens")
async def test_doctor_and_jobs_show_a_backup(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home")
    made = registry.run_by_id(studio, "backup.now").data
    async with on(studio, "home", SIZE) as stage:
        await stage.press("d")
        await stage.until(lambda: "newest of" in stage.text)
        [line] = [line for line in stage.lines() if " ✓ backups " in line]
        assert "1 in " in line  # The path may take several lines.
        await stage.press("escape", "g", "j")
        await stage.until(lambda: stage.app.current_mode == "jobs" and " backup " in stage.text)
    assert made["films"] == 1
    studio.close()


@pytest.mark.long("screens")
async def test_settings_have_a_group_of_backups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MILIMO_BACKUP")
    studio = Studio.open()
    async with on(studio, "home", SIZE) as stage:
        await stage.press("g", "comma")
        await stage.until(lambda: isinstance(stage.app.screen, SettingsScreen))
        screen = stage.app.screen
        assert isinstance(screen, SettingsScreen)
        await stage.until(lambda: bool(screen.table.key))
        for name in ("backup", "backup_hour", "backup_folder", "backup_share", "backup_days", "backup_weeks"):
            screen.table.show_rows(screen.table.rows, key=name)
            await stage.until(partial(_shows, stage, name))
        screen.table.show_rows(screen.table.rows, key="backup")
        await stage.press("enter", "down", "enter")
        await stage.until(lambda: 'backup = "off"' in _file())
    studio.close()
