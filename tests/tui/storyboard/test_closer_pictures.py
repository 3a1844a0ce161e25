"""Test that a closer shot is shown as the film crops it: on its card, next to the board, and in the
inspector.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.tui.shot.shot import ShotScreen
from milimo_tui.tui.terminal.images.drawing import Drawing
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.rows import Rows
from tests.cli.film.test_performances import (
    CLOSER,
    FIRST,
    SCRIPT,
    clips,
    cropped,
    frame_of,
    number_of,
    rgb_of,
)
from tests.front_door import Milimo
from tests.media.viewer import cell_pictures
from tests.tui.stage import Stage, on


@pytest.fixture
def keeper(milimo: Milimo) -> Milimo:
    """Return a film with a performance. Its first shot has the take that the closer shot crops."""
    script = milimo.cwd / "keeper.fountain"
    script.write_text(SCRIPT)
    milimo.act("script", "import", str(script))
    milimo.act("shot", "make", FIRST)
    return milimo


@pytest.fixture
def studio(keeper: Milimo, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    monkeypatch.setenv("COLORTERM", "truecolor")
    opened = Studio.open(home=str(keeper.home), actor="test")
    yield opened
    opened.close()


def wide_and_closer(milimo: Milimo) -> tuple[Path, Path]:
    """Return two pictures of the middle frame of the closer shot: the complete frame, and the frame as the
    film's clip crops it.
    """
    shots = {shot["number"]: shot for shot in milimo.json("shot", "list")}
    [take] = milimo.json("shot", "takes", FIRST)
    [clip] = [clip for clip in clips(milimo)["V1"] if clip["shot"] == shots[CLOSER]["id"]]
    frame = frame_of(take["path"], shots[FIRST]["frames"] + shots[CLOSER]["frames"] // 2)
    closer = cropped(frame, *(number_of(clip, name) for name in ("scale", "x", "y")))
    paths = milimo.cwd / "wide.png", milimo.cwd / "closer.png"
    for path, picture in zip(paths, (rgb_of(frame), closer), strict=True):
        Image.fromarray(picture.astype(np.uint8)).save(path)
    return paths


def colours(drawing: Drawing) -> cell_pictures.Picture:
    """Return the colours of a drawing's cells as a picture in which all cells have the same size."""
    cells = []
    for strip in drawing.strips:
        for segment in strip:
            style = segment.style
            assert style is not None
            front, back = (
                np.asarray(
                    one.triplet if one is not None and one.triplet is not None else (0, 0, 0), np.float32
                )
                for one in (style.color, style.bgcolor)
            )
            for sign in segment.text:
                filled = cell_pictures.ink(sign)[..., None]
                cells.append(filled * front + (1 - filled) * back)
    return np.asarray(cells, np.float32)


async def is_closer(stage: Stage, drawing: Drawing | None, pictures: tuple[Path, Path]) -> bool:
    """Return True if a drawing is far more similar to the crop than to the complete picture."""
    assert drawing is not None
    rows, columns = len(drawing.strips), drawing.strips[0].cell_length
    found = []
    for path in pictures:
        other = await stage.app.pictures.draw_file(
            path, columns, rows, bars=stage.app.ink.get_rgb("background")
        )
        assert other is not None
        found.append(cell_pictures.psnr(colours(drawing), colours(other)))
    wide, closer = found
    return closer > wide + 4


@pytest.mark.long("screens")
async def test_card_and_large_picture_show_the_crop(keeper: Milimo, studio: Studio) -> None:
    pictures = wide_and_closer(keeper)
    shot = shot_spec.find_shot(studio.take_snapshot().story, CLOSER).id
    async with on(studio, "storyboard", (200, 60)) as stage:
        cards = stage.screen.cards
        stage.screen.go_to_shot(shot)
        await stage.until(lambda: cards.key == shot and cards.has_picture(cards.card.picture))
        await stage.settle()
        assert await is_closer(stage, cards._pictures[cards.card.picture], pictures)
        beside = stage.screen.shot_pane.query_one(Picture)
        await stage.until(lambda: beside.drawing is not None)
        assert await is_closer(stage, beside.drawing, pictures)


@pytest.mark.long("screens")
async def test_inspector_shows_the_crop_of_the_shot_and_of_each_take(keeper: Milimo, studio: Studio) -> None:
    pictures = wide_and_closer(keeper)
    shot = shot_spec.find_shot(studio.take_snapshot().story, CLOSER).id
    async with on(studio, "storyboard", (120, 40)) as stage:
        stage.app.push_screen(ShotScreen(shot))
        await stage.until(lambda: isinstance(stage.screen, ShotScreen) and stage.screen.details is not None)
        await stage.settle()
        picture = stage.screen.query_one(Picture)
        await stage.until(lambda: picture.drawing is not None)
        assert await is_closer(stage, picture.drawing, pictures)
        stage.screen.query_one("#takes", Rows).focus()
        await stage.settle()
        assert stage.screen.cursor_key.startswith("take:")
        assert await is_closer(stage, picture.drawing, pictures)
        # The enlarged view shows the same crop.
        await stage.press("%", "s")
        await stage.settle()
        assert await is_closer(stage, picture.drawing, pictures)
