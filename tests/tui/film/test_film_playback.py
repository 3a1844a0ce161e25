"""Test watching films on the Film screen with keys: playback, marks, loops, zoom, and the full-screen player
with F.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.media.scopes.viewing import PLAIN_VIEWING, Viewing
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.play.playback import Shuttle
from milimo_tui.tui.play.player_screen import PlayerScreen
from milimo_tui.tui.widgets.picture import Picture
from tests.budget import thorough
from tests.tui.play.test_screen_pictures import alike, rendered
from tests.tui.rain_market import make_studio
from tests.tui.stage import Stage, on


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("film") / "home"
    make_studio(home).close()
    return home


@pytest.fixture
def studio(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    monkeypatch.setenv("COLORTERM", "truecolor")
    shutil.copytree(template, tmp_path / "home")
    studio = make_studio(tmp_path / "home")
    yield studio
    studio.close()


def picture(stage: Stage) -> Picture:
    found: Picture = stage.screen.query_one("#film-picture", Picture)
    return found


def viewing(stage: Stage) -> Viewing:
    found: Viewing = stage.screen.viewing_keys.viewing
    return found


async def drawn(stage: Stage) -> list[str]:
    """Return the picture after the newest request for it was answered."""
    player = stage.screen.player
    await stage.until(lambda: player._drawn is not None and player._drawn == player._requested)
    await stage.settle()
    drawing = picture(stage).drawing
    assert drawing is not None
    return [repr(list(strip)) for strip in drawing.strips]


async def ready(stage: Stage) -> Any:
    """Return the player of the screen once its films are listed."""
    await stage.until(lambda: "film.mov" in stage.text)
    return stage.screen.player


@pytest.mark.long("screens")
async def test_every_player_key_works_on_a_film(studio: Studio) -> None:
    rendered(studio)
    async with on(studio, "film", (110, 30)) as stage:
        player = await ready(stage)
        await stage.press("shift+right")
        assert player.frame == 25
        assert stage.lines()[-1].startswith(" WATCHING")
        await stage.press("shift+left", "1", "0", "l", "i", "9", "l", "o")
        assert player.source.range == (10, 20)
        assert "[" in stage.text
        await stage.press("I")
        assert player.frame == 10
        await stage.press("O")
        assert player.frame == 19
        await stage.press("0")
        assert player.frame == 0
        await stage.press("w")
        assert player.frame == 59, "a rendered film is of one piece"
        await stage.press("b")
        assert player.frame == 0
        await stage.press("R")
        assert "■ loop" in stage.text
        await stage.pilot.press("space")
        await stage.until(lambda: player.screen_player.pace.shown > 14)
        assert 0 <= player.frame < 20, "round and round the range"
        await stage.press("K")
        assert not player.playing
        await stage.press("R", "K")
        assert player.shuttle == Shuttle(0, True)
        assert "■ slow" in stage.text
        await stage.pilot.press("L")
        await stage.until(lambda: player.playing and "▶ ¼×" in stage.text)
        await stage.press("K", "K", "g", "x", "R")
        assert player.source.range == (0, 60)
        await stage.pilot.press("4", "J")
        await stage.until(lambda: "◀ 4× loop" in stage.text)
        await stage.press("K", "escape")
        assert player.source is None
        assert stage.lines()[-1].startswith(" NORMAL")


@pytest.mark.long("screens")
async def test_marks_on_the_cut_belong_to_the_cut(studio: Studio) -> None:
    async with on(studio, "film", (110, 30)) as stage:
        await stage.until(lambda: "space plays" in " ".join(stage.text.split()))
        await stage.press("5", "l")
        await stage.press("i", "9", "l", "o")
        await stage.until(lambda: stage.screen.film.cut.mark_out == 15)
        assert stage.screen.film.cut.mark_in == 5
        await stage.press("l")
        assert stage.screen.player.frame == 15, "the marks changed the cut, and the playhead stayed"
        await stage.press("escape", "R")
        await stage.until(lambda: " 10 f" in stage.text)


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", thorough("screens", [(80, 24), (120, 36)], one=True))
async def test_f_shows_the_film_from_its_frame_with_its_marks(studio: Studio, size: tuple[int, int]) -> None:
    path = rendered(studio)
    async with on(studio, "film", size) as stage:
        player = await ready(stage)
        await stage.press("1", "2", "l")
        await stage.press("i", "R", "F")
        alone = stage.screen
        assert isinstance(alone, PlayerScreen)
        await stage.until(lambda: alone.source_player.source is not None)
        await stage.settle()
        assert alone.source_player.source is not None
        assert (alone.source_player.frame, alone.source_player.source.mark_in) == (12, 12)
        assert alone.source_player.loop
        shown = alone.query_one("#picture", Picture)
        await stage.until(lambda: shown.drawing is not None)
        assert alike(shown.drawing, path, 12)
        assert shown.size == (size[0], size[1] - 1)
        await stage.press("3", "l", "o", "F")
        assert stage.screen.MODE == "film"
        assert player.frame == 15
        assert player.source.range == (12, 16)
        await stage.press("escape", "F")
        await stage.until(lambda: isinstance(stage.screen, PlayerScreen))
        await stage.press("q")
        assert stage.screen.MODE == "film"


async def test_f_plays_the_cut_without_a_rendered_film(studio: Studio) -> None:
    async with on(studio, "film", (110, 30)) as stage:
        await stage.until(lambda: "space plays" in " ".join(stage.text.split()))
        await stage.press("F")
        await stage.until(lambda: isinstance(stage.screen, PlayerScreen))
        await stage.until(lambda: stage.screen.source_player.source is not None)
        assert stage.screen.source_player.source.frames == 1098
        await stage.press("7", "l", "o", "F")
        await stage.until(lambda: stage.screen.film.cut.mark_out == 8)


@pytest.mark.long("screens")
async def test_poster_shows_the_middle_frame_in_full(studio: Studio) -> None:
    path = rendered(studio)
    async with on(studio, "film", (160, 45)) as stage:
        player = await ready(stage)
        await stage.press("%", "c")
        plain_words = stage.lines()[-2]
        await stage.until(lambda: "  RGB " in stage.lines()[-2], plain_words)
        assert stage.lines()[-1].startswith(" COLOUR")
        assert player.frame == 30
        wide, high = player.raster
        await stage.press("2", "l", "k")
        await stage.until(lambda: f" {wide // 2 + 2}, {high // 2 - 1}  RGB " in stage.lines()[-2])
        assert player.frame == 30, "the keys move the cross"
        await stage.press("escape")
        await drawn(stage)
        assert alike(picture(stage).drawing, path, 30)
        plain = await drawn(stage)
        await stage.press("%", "w", "%", "s", "%", "t")
        assert await drawn(stage) != plain
        assert re.search(r"waveform \d+–\d+ %  safe  thirds", stage.lines()[-2])
        await stage.press("%", "z", "+")
        assert viewing(stage).zoom == 4
        await stage.press("j")
        assert viewing(stage).centre[1] > 0.5
        await stage.press("escape", "escape")
        assert viewing(stage) == PLAIN_VIEWING, "Esc puts away what is watched, and how it was looked at"
        assert player.source is None


@pytest.mark.long("screens")
async def test_frame_is_saved_and_two_films_are_compared(studio: Studio) -> None:
    rendered(studio)
    async with on(studio, "film", (160, 45)) as stage:
        player = await ready(stage)
        await stage.press("%", "d")
        assert "to compare" in stage.said
        await stage.press("%", "g", "%", "d")
        await stage.until(lambda: "nothing differs" in stage.lines()[-2])
        await stage.press("shift+right")
        await stage.until(lambda: "% differs, by" in stage.lines()[-2])
        await stage.press("%", "x")
        rendered(studio, "other.mov", 40, 6.0)
        await stage.press("p")
        await stage.until(lambda: stage.screen.path_here.endswith("other.mov"))
        await stage.press("m", "j")
        await stage.press("5", "l")
        await stage.press("%", "i")
        assert stage.screen.path_here.endswith("film.mov")
        await stage.until(lambda: player.second_film_frame is not None)
        assert player.second_film_frame.frame == 5
        assert stage.lines()[-1].startswith(" WIPE")
        left = await drawn(stage)
        await stage.press("9", "9", "h")
        assert await drawn(stage) != left
        await stage.press("escape", "k")
        assert viewing(stage) == PLAIN_VIEWING, "another film under the cursor is not compared"


async def test_nothing_opens_without_a_film(tmp_path: Path) -> None:
    from tests.tui import studio_setup

    studio = studio_setup.make_studio(tmp_path / "home", script=None)
    async with on(studio, "film", (110, 30)) as stage:
        await stage.press("%", "c", "F", "%", "g")
        assert stage.screen.MODE == "film"
    studio.close()
