"""Test that the terminal can change to another kind while the studio runs. The pictures of every screen then
use the new terminal's protocol.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.session.studio import Studio
from tests.budget import thorough
from tests.tui.rain_market import make_studio
from tests.tui.stage import Stage, on

LEAST = 40  # fewest cells of pictures that each screen must show
PLACEHOLDER = "\U0010eeee"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("film") / "home"
    made = make_studio(home)
    run_by_id(
        made, "element.add", {"name": "Mara", "kind": "character", "description": "grey coat, red scarf"}
    )
    run_by_id(made, "cut.new", {"name": "late", "copy_of": "long"})
    made.close()
    return home


@pytest.fixture
def studio(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    monkeypatch.setenv("COLORTERM", "truecolor")
    home = tmp_path / "home"
    shutil.copytree(template, home)
    made = make_studio(home)
    yield made
    made.close()


def in_cells(stage: Stage) -> int:
    """Return the number of cells that show part of a picture as a block glyph."""
    return sum("\u2580" <= sign <= "\u259f" for sign in stage.text)


def in_full(stage: Stage) -> int:
    """Return the number of cells with a placeholder of a picture in full resolution."""
    return stage.text.count(PLACEHOLDER)


async def most(stage: Stage, count: Callable[[Stage], int], least: int) -> int:
    """Wait until `count` returns at least `least` and then stops growing. Return the final count."""
    await stage.until(lambda: count(stage) >= least)
    seen = 0
    while count(stage) > seen:
        seen = count(stage)
        await stage.settle()
    return seen


SCREENS: list[tuple[str, tuple[str, ...]]] = [
    ("storyboard", ()), ("timeline", ()), ("home", ()), ("media", ("A",)), ("elements", ()),
    ("timeline", ("g", "c")), ("storyboard", ("enter",)), ("storyboard", ("F",)), ("film", ("l",)),
    ("review", ()), ("home", ("g", "t", "g", "b")),
]  # fmt: skip


@pytest.mark.long("screens")
@pytest.mark.parametrize(("mode", "keys"), thorough("screens", SCREENS, quick=3))
async def test_pictures_use_the_protocol_of_the_current_terminal(
    studio: Studio, mode: str, keys: tuple[str, ...]
) -> None:
    async with on(studio, mode, (120, 40)) as stage:
        if keys:
            await stage.press(*keys)
        cells = await most(stage, in_cells, LEAST)
        assert in_full(stage) == 0
        before = stage.app.terminal
        stage.app.use_terminal(replace(before, pictures="kitty"))
        full = await most(stage, in_full, LEAST)
        # Waveforms and bars are still drawn with block glyphs.
        await stage.until(lambda: in_cells(stage) <= max(cells - full, cells / 2))
        stage.app.use_terminal(before)
        await stage.until(lambda: in_full(stage) == 0)
        await stage.until(lambda: in_cells(stage) > cells * 0.9)
