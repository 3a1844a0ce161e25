"""Test themes: chosen with keys and applied at once, saved in config.toml, defined by the user; and reduced
motion.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.core.host import get_config_folder
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.terminal.theme import get_theme_colours
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import make_studio


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("MILIMO_THEME", raising=False)
    return tmp_path / "config" / "milimo" / "config.toml"


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


def grounds(stage: Stage) -> set[str]:
    """Return the background colours of the current screen."""
    strips = stage.app.screen._compositor.render_strips()
    styles = [segment.style for strip in strips for segment in strip if segment.style is not None]
    return {style.bgcolor.name for style in styles if style.bgcolor is not None}


@pytest.mark.long("screens")
async def test_theme_is_previewed_under_the_cursor_and_kept_by_enter(studio: Studio, config: Path) -> None:
    async with on(studio, "storyboard") as stage:
        await stage.press("g", "o")
        assert "nord" in stage.text
        await stage.press("j", "j")
        await stage.until(lambda: stage.app.theme == "nord")
        await stage.until(lambda: get_theme_colours("nord").background in grounds(stage))
        await stage.press("escape")
        await stage.until(lambda: stage.app.theme == "milimo-dark")
        assert not config.exists()
        await stage.press("g", "o", "slash")
        await stage.type("dracula")
        await stage.press("enter", "enter")
        await stage.until(lambda: stage.app.theme == "dracula")
        await stage.until(config.exists)
        assert tomllib.loads(config.read_text())["theme"] == "dracula"
        await stage.until(lambda: get_theme_colours("dracula").background in grounds(stage))
        await stage.press("g", "s")
        await stage.until(lambda: get_theme_colours("dracula").background in grounds(stage))
        assert get_theme_colours("milimo-dark").background not in grounds(stage)


@pytest.mark.long("screens")
async def test_theme_is_selected_by_its_name(studio: Studio, config: Path) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press(":")
        await stage.type("theme solarized-light")
        await stage.press("enter")
        await stage.until(lambda: stage.app.theme == "solarized-light")
        assert tomllib.loads(config.read_text())["theme"] == "solarized-light"
        await stage.press(":")
        await stage.type("theme solarised-light")
        await stage.press("enter")
        assert "similar names: solarized-light" in stage.said
        assert stage.app.theme == "solarized-light"


async def test_each_theme_has_numbers_of_the_256_colours(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLORTERM")
    async with on(studio, "timeline") as stage:
        await stage.app.themes.show_theme("gruvbox-light")
        await stage.settle()
        assert stage.app.theme == "gruvbox-light-256"
        await stage.press("g", "o")
        assert "● ◐ ✕ ▒" in stage.text


@pytest.mark.long("screens")
async def test_own_theme_file_is_shown_and_reloaded(studio: Studio, config: Path) -> None:
    folder = studio.home.root / "themes"
    folder.mkdir()
    file = folder / "dusk.toml"
    file.write_text('base = "nord"\nbackground = "#202030"\n')
    async with on(studio, "storyboard") as stage:
        await stage.press("g", "o", "G")
        assert "dusk.toml" in stage.text
        await stage.press("enter")
        await stage.until(lambda: "#202030" in grounds(stage))
        assert tomllib.loads(config.read_text())["theme"] == "dusk.toml"
        file.write_text('base = "nord"\nbackground = "#301020"\n')
        os.utime(file, (1, 1))
        await stage.until(lambda: "#301020" in grounds(stage))
        file.write_text('base = "nord"\nbackgruond = "#301020"\n')
        os.utime(file, (2, 2))
        await stage.until(lambda: "similar names: background" in stage.said)
        assert "#301020" in grounds(stage), "what was shown stays"
        file.write_bytes(b'base = "nord"\nbackground = "#401020"\n' + b"#" * 1_000_000)
        os.utime(file, (3, 3))
        await stage.until(lambda: "1 MB" in stage.said)
        assert "#301020" in grounds(stage), "a file that is too large is refused"


@pytest.mark.long("screens")
async def test_unreadable_theme_file_is_one_sentence(tmp_path: Path, config: Path) -> None:
    config.parent.mkdir(parents=True)
    config.write_text('theme = "gone.toml"\n')
    assert get_config_folder() == config.parent
    made = make_studio(tmp_path / "home")
    async with on(made, "storyboard") as stage:
        await stage.until(lambda: "gone.toml" in stage.said)
        assert stage.app.theme == "milimo-dark"
    made.close()


async def test_reduced_motion_does_not_move(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from milimo_tui.tui.play.meters import Meters

    monkeypatch.setenv("MILIMO_MOTION", "reduced")
    made = make_studio(tmp_path / "home")
    async with on(made, "timeline") as stage:
        assert stage.app.animation_level == "none"
        meters = stage.screen.query_one(Meters)
        meters.show_level((-3.0, -6.0, -14.0))
        assert not meters.is_at_rest
        meters.start_falling()
        assert meters.is_at_rest
    made.close()


@pytest.mark.long("screens")
async def test_motion_is_reduced_by_key_and_command_and_stays_reduced(studio: Studio, config: Path) -> None:
    async with on(studio, "storyboard") as stage:
        assert not stage.app.is_still
        await stage.press("g", "o", "m")
        await stage.until(lambda: stage.app.is_still and stage.app.animation_level == "none")
        await stage.until(config.exists)
        assert tomllib.loads(config.read_text()) == {"motion": "reduced"}
        assert "motion is reduced" in stage.said
        await stage.press("escape", ":")
        await stage.type("motion full")
        await stage.press("enter")
        await stage.until(lambda: not stage.app.is_still and stage.app.animation_level == "full")
        assert tomllib.loads(config.read_text()) == {"motion": "full"}


@pytest.mark.long("screens")
async def test_own_theme_starts_from_the_one_under_the_cursor(studio: Studio, config: Path) -> None:
    file = studio.home.root / "themes" / "my-nord.toml"
    file.parent.mkdir()
    (file.parent / "zebra.toml").write_text('base = "milimo-light"')
    async with on(studio, "storyboard", (80, 24)) as stage:
        await stage.press("g", "o", "j", "j", "e")
        await stage.until(file.exists)
        await stage.until(lambda: "your own copy" in stage.text)
        await stage.press("j")
        assert "your own copy" not in stage.text, "until the next key"
        await stage.press("k", "e")
        rows = "".join(row.strip() for row in stage.lines()[-6:])
        assert str(file) in rows, "complete, and before the panel"
        assert stage.app.messages[-1].hint == str(file), "the cursor is on it"
        assert tomllib.loads(config.read_text())["theme"] == "my-nord.toml"
        assert get_theme_colours("nord").background in grounds(stage), "it looks as the one that it stands on"
        await stage.press("escape")
        await stage.until(lambda: get_theme_colours("nord").background in grounds(stage))
        old = f'# background = "{get_theme_colours("nord").background}"'
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, 'background = "#123456"'))
        os.utime(file, (1, 1))
        await stage.until(lambda: "#123456" in grounds(stage))
        await stage.press("g", "o", "e")
        assert str(file) in stage.app.messages[-1].hint, "of one's own it is said where it lies"
        await stage.press("k", "e")
        assert "the terminal's colours" in stage.said
