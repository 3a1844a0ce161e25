"""Test more keys of the Review screen: rating with one key, the grid, notes on frames, tags, finishing, and
cleaning up.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.story.values.film import FrameNote, Take
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.forms.form_screen import FormScreen
from milimo_tui.tui.review.take_grid import GridCell
from milimo_tui.tui.shot.retake_form import AGAIN, FRAME, LARGER, make_retake_fields
from tests.tui.rain_market import add_take, make_studio
from tests.tui.review.night_film import make_night
from tests.tui.review.test_review_screen import reviewing, rows, shot_of, take_of
from tests.tui.stage import Stage, on

pytestmark = pytest.mark.long("screens")


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with the results of one night, made once for all tests. Shot 1A has five takes."""
    home = tmp_path_factory.mktemp("night") / "home"
    studio = make_night(home)
    file = studio.require_project()
    for seed in (601, 602, 603):
        add_take(file, file.load_story().shots[0], seed=seed)
    studio.close()
    return home


@pytest.fixture
def studio(night: Path, tmp_path: Path) -> Iterator[Studio]:
    shutil.copytree(night, tmp_path / "home")
    studio = make_studio(tmp_path / "home")
    yield studio
    client = studio.client_or_none()
    if client is not None:
        client.stop(now=True, wait=5.0)
    studio.close()


def takes_of(studio: Studio, number: str) -> list[Take]:
    shot = shot_of(studio, number)
    return [take for take in studio.take_snapshot().story.takes if take.shot == shot.id]


async def in_grid(stage: Stage, count: int) -> None:
    """Wait until the grid shows `count` takes."""
    player = stage.screen.grid_player
    await stage.until(lambda: player.source is not None and len(player.source.plans) == count)
    await stage.settle()


async def test_one_key_rates_and_moves_on(studio: Studio) -> None:
    async with on(studio, "review") as stage:
        await reviewing(stage)
        await stage.press("S")
        assert "RATING" in stage.lines()[-1]
        await stage.press("4")
        assert take_of(studio, "1A", 2).rating == 4
        assert stage.screen.place == 1
        await stage.press("x", "enter", "0")
        assert take_of(studio, "1A", 3).rejected
        assert shot_of(studio, "1A").take == take_of(studio, "1A", 4).id
        assert take_of(studio, "1A", 5).rating == 0
        assert stage.screen.item.number == "1B"
        takes = {row["take"] for row in rows(studio, all=True) if row["number"] == "1A" and row["seen"]}
        assert takes == {take.id for take in takes_of(studio, "1A")}
        await stage.press("escape")
        assert "NORMAL" in stage.lines()[-1]
        await stage.press("u")
        assert take_of(studio, "1A", 5).rating > 0
        await stage.press("u")
        assert shot_of(studio, "1A").take == take_of(studio, "1A", 1).id
        await stage.press("u", "u")
        assert not take_of(studio, "1A", 3).rejected
        assert take_of(studio, "1A", 2).rating == 0


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50)])
async def test_takes_are_shown_in_a_grid_and_judged_there(studio: Studio, size: tuple[int, int]) -> None:
    async with on(studio, "review", size) as stage:
        await reviewing(stage)
        await stage.press("7", "l", "v")
        await in_grid(stage, 5)
        assert stage.screen.player.frame == 7, "at the same moment"
        text = stage.text
        for place, take in enumerate(takes_of(studio, "1A"), 1):
            assert f"{place} " in text
            assert f"seed {take.seed}" in text
        shown = [cell for cell in stage.screen.query(GridCell) if cell.display]
        boxes = [cell.region for cell in shown]
        assert len(boxes) == 5
        assert min(box.height for box in boxes) >= 4
        assert not any(a.overlaps(b) for a in boxes for b in boxes if a is not b)
        assert re.search(r"▸ (take )?2 ", text)
        await stage.press(")", "enter")
        assert shot_of(studio, "1A").take == take_of(studio, "1A", 3).id
        await stage.until(lambda: re.search(r"▸ (take )?3 ●", stage.text))
        await stage.press("x")
        await stage.until(lambda: re.search(r"▸ (take )?3 –", stage.text))
        await stage.press("l", "l")
        assert stage.screen.player.frame == 9
        await stage.pilot.press("space")
        await stage.until(lambda: stage.screen.player.frame > 11)
        await stage.pilot.press("space")
        await stage.until(lambda: not stage.screen.player.playing)
        frame = stage.screen.player.frame
        await stage.press("escape")
        assert stage.screen.take_player.frame == frame
        assert "take 3 of 5" in stage.text


async def test_click_selects_a_take_of_the_grid(studio: Studio) -> None:
    async with on(studio, "review", (120, 36)) as stage:
        await reviewing(stage)
        await stage.press("v")
        await in_grid(stage, 5)
        cell = next(cell for cell in stage.screen.query(GridCell) if cell.place == 4)
        await stage.pilot.click(cell, offset=(3, 1))
        await stage.until(lambda: "▸ take 5" in stage.text)


async def test_single_take_is_shown_without_a_grid(studio: Studio) -> None:
    async with on(studio, "review") as stage:
        await reviewing(stage)
        await stage.until(lambda: stage.screen.review is not None)
        while stage.screen.item.number != "3A":
            await stage.press("j")
        await stage.press("v")
        assert "no other take" in stage.said


async def test_remarks_on_frames_and_tags_are_undone(studio: Studio) -> None:
    async with on(studio, "review") as stage:
        await reviewing(stage)
        await stage.press("9", "l", "m")
        await stage.type("eyes too wide")
        await stage.press("enter")
        assert take_of(studio, "1A", 2).notes == (FrameNote(9, "eyes too wide"),)
        await stage.until(lambda: "◆ 00:00:09" in stage.text and "eyes too wide" in stage.text)
        await stage.press("9", "h")
        await stage.press("]")
        assert stage.screen.take_player.frame == 9
        await stage.press("t")
        await stage.type("alt, hero")
        await stage.press("enter")
        assert take_of(studio, "1A", 2).tags == ("alt", "hero")
        await stage.until(lambda: "#alt #hero" in stage.text)
        await stage.press("G", "/")
        await stage.type("#hero")
        await stage.press("enter")
        assert stage.screen.item.take == take_of(studio, "1A", 2).id
        await stage.press("u", "u")
        assert take_of(studio, "1A", 2).notes == ()
        assert take_of(studio, "1A", 2).tags == ()
        await stage.press("i")
        await stage.type("no")
        await stage.press("enter", "u")
        assert take_of(studio, "1A", 2).note == ""


async def test_newest_rejected_take_is_next_to_the_picked_one(studio: Studio) -> None:
    async with on(studio, "review", (160, 45)) as stage:
        await reviewing(stage)
        await stage.press("x")
        await stage.until(lambda: stage.screen.take.rejected)
        await stage.press("A")
        take = stage.screen.take
        assert take.id == take_of(studio, "1A", 5).id
        assert stage.screen.compared_take == shot_of(studio, "1A").take == take_of(studio, "1A", 1).id
        assert "newest take" in stage.said


async def test_skipped_takes_can_be_reviewed_later(studio: Studio) -> None:
    async with on(studio, "review") as stage:
        await reviewing(stage)
        await stage.press(";", ",", "w")
        assert all(not row["seen"] for row in rows(studio) if row["take"] == take_of(studio, "1A", 2).id)
        assert "as new" in stage.said


async def test_unpicked_takes_are_deleted_after_their_size_is_shown(studio: Studio) -> None:
    kept = [take_of(studio, "1A", 1).id, take_of(studio, "1A", 4).id]
    files = studio.require_project().paths.root / "media"
    before = sum(path.stat().st_size for path in files.rglob("*") if path.is_file())
    for place, stars in ((2, 0), (3, 0), (4, 3), (5, 0)):
        registry.run_by_id(studio, "shot.rate", {"id": "1A", "take": str(place), "rating": stars})
    async with on(studio, "review", (110, 30)) as stage:
        await reviewing(stage)
        await stage.press("g", "g", "X")
        await stage.until(lambda: "not picked" in stage.text)
        text = stage.text
        assert "not picked" in text
        assert "3 takes" in text
        assert "frees" in text
        await stage.press("enter")
        await stage.until(lambda: getattr(stage.screen, "is_asking", False))
        assert "Delete for good" in stage.text
        assert "again" in stage.text
        await stage.press("n")
        assert len(takes_of(studio, "1A")) == 5, "no is no"
        await stage.press("X")
        await stage.until(lambda: "not picked" in stage.text)
        await stage.press("enter", "y")
        await stage.until(lambda: len(takes_of(studio, "1A")) == 2)
    assert [take.id for take in takes_of(studio, "1A")] == kept
    assert sum(path.stat().st_size for path in files.rglob("*") if path.is_file()) <= before


async def test_drawing_cannot_be_finished_without_a_model(studio: Studio) -> None:
    async with on(studio, "review") as stage:
        await reviewing(stage)
        await stage.press("c", "c")
        assert "no model" in stage.said


async def test_form_asks_how_to_change_a_take(studio: Studio) -> None:
    async with on(studio, "review", (110, 30)) as stage:
        await reviewing(stage)
        await stage.press("c", "r")
        await stage.until(lambda: isinstance(stage.screen, FormScreen) and stage.screen.is_mounted)
        await stage.settle()
        for label in ("range", "region", "mask", "strength", "prompt", "sound"):
            assert label in stage.text
        await stage.press("j", "enter")
        await stage.type("9..4")
        await stage.press("enter", "w")
        await stage.until(lambda: "outside the take" in stage.text)
        assert isinstance(stage.screen, FormScreen), "what was typed stays"
        await stage.press("escape")


def test_form_asks_by_the_kind_of_change() -> None:
    asked = {way: [field.key for field in make_retake_fields({"way": way})] for way in (AGAIN, FRAME, LARGER)}
    assert asked[AGAIN] == ["way", "range", "region", "mask", "prompt", "strength", "sound"]
    assert asked[FRAME] == ["way", "frame", "place", "prompt", "strength"]
    by_mask = [field.key for field in make_retake_fields({"way": AGAIN, "mask": "the lamp"})]
    assert by_mask[3:6] == ["mask", "grow", "feather"]
    assert "grow" not in [field.key for field in make_retake_fields({"way": AGAIN, "region": "0,0,9,9"})]
    assert asked[LARGER] == ["way", "strength"]
