"""Test that the same ten tasks can be done by mouse in a terminal of 200×50 cells. Everything except text is
a click on words on the screen.

Words and numbers are typed. Each test names the keys that a mouse cannot replace.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from milimo_tui.cut.values.cut import SourceKind
from milimo_tui.media.read.probe import probe
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.app.context_menu import ContextMenu
from tests.front_door import Milimo
from tests.tui import rain_market, studio_setup
from tests.tui.stage import Stage, on
from tests.tui.tasks.mouse import RIGHT, Mouse
from tests.tui.tasks.test_by_keys import TICKET, all_clips, clips, cut_of

pytestmark = pytest.mark.long("ten tasks")

LARGE = (200, 50)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = rain_market.make_studio(tmp_path / "home", actor="test")
    yield made
    client = made.client_or_none()
    if client is not None:
        client.stop(now=True, wait=5.0)
    made.close()


@pytest.fixture
def two_lamps(film: Milimo) -> Iterator[Studio]:
    studio = Studio.open(home=str(film.home), actor="test")
    yield studio
    studio.close()


@asynccontextmanager
async def sitting(studio: Studio, mode: str) -> AsyncIterator[tuple[Stage, Mouse]]:
    async with on(studio, mode, LARGE) as stage:
        yield stage, Mouse(stage)


async def at_clip(stage: Stage, mouse: Mouse, track: str, place: int, *, button: int = 1) -> None:
    """Click into the clip at index `place` of a track, near its middle."""
    timeline, placed = stage.screen.timeline, clips(stage.app.studio, track)[place]
    lane = next(index for index, lane in enumerate(stage.screen.cutting.lanes) if lane.track.name == track)
    row = next(y for y, line in enumerate(timeline.lines) if line.lane == lane)
    cell = timeline.head_width + int(stage.screen.view.frame_to_cell(placed.start + placed.clip.frames // 2))
    await mouse.cell(timeline.region.x + cell, timeline.region.y + row, button=button)


async def by_menu(stage: Stage, mouse: Mouse, words: str) -> None:
    """Click on a row of the context menu that the right button has opened."""
    await stage.until(lambda: isinstance(stage.screen, ContextMenu), "no menu came")
    await mouse.wheel_to(f"  {words}")  # Each row of the menu begins with two spaces.
    await mouse.on(f"  {words}")
    await stage.settle()


async def test_1_new_film_from_a_script_on_disk(tmp_path: Path) -> None:
    """The path is typed, because the form has a text field and no list of files to click on."""
    script = tmp_path / "night train.fountain"
    script.write_text(studio_setup.SCRIPT.replace("Rain Market", "Night Train"))
    studio = studio_setup.make_studio(tmp_path / "home", None)
    async with sitting(studio, "home") as (stage, mouse):
        await mouse.on("Start a film")
        await stage.until(lambda: stage.screen.MODE == "new_film" and stage.screen.typing)
        await stage.type(str(script))
        await mouse.foot("Enter start")
        await stage.until(lambda: stage.screen.list.key == "format")
        await mouse.foot("Enter open, start")
        await stage.until(lambda: stage.app.current_mode == "storyboard")
    assert len(studio.take_snapshot().story.live_shots()) > 3
    studio.close()


async def test_2_fix_a_line_and_remake_its_shot(two_lamps: Studio, film: Milimo) -> None:
    [before] = [shot for shot in film.json("shot", "list") if "You are late" in shot["dialogue"]]
    async with sitting(two_lamps, "script") as (stage, mouse):
        # Click on the first letter of the last occurrence; the outline next to the text has the same words
        # further up.
        await mouse.on(" You are late.", last=True)
        await mouse.foot("i write")
        await stage.type("Listen. ")
        await stage.until(lambda: "Listen. You are late." in stage.text)
        await mouse.foot("Esc stop writing")
        await mouse.foot("c c commit")
        await stage.until(lambda: "1 stale" in stage.text)
        await mouse.foot("m commit and make")

        def is_made() -> bool:
            [shot] = [shot for shot in film.json("shot", "list") if shot["id"] == before["id"]]
            return shot["takes"] == before["takes"] + 1 and not shot["stale"] and "Listen" in shot["dialogue"]

        await stage.until(is_made)


async def test_3_reject_a_take_and_pick_another(studio: Studio) -> None:
    shot = studio.take_snapshot().story.shots[0]
    second = rain_market.add_take(studio.require_project(), shot, seed=77)
    async with sitting(studio, "storyboard") as (stage, mouse):
        await mouse.foot("Enter open")
        await mouse.on("take 1")
        await mouse.on("take 1", button=RIGHT)
        await by_menu(stage, mouse, "reject the take")
        await stage.until(lambda: any(take.rejected for take in studio.take_snapshot().story.takes))
        await mouse.on("take 2")
        await mouse.foot("Enter edit, pick")
        await stage.until(lambda: studio.take_snapshot().story.shots[0].take == second.id)


async def test_4_title_over_the_second_shot(studio: Studio) -> None:
    async with sitting(studio, "timeline") as (stage, mouse):
        await at_clip(stage, mouse, "V1", 1, button=RIGHT)
        await by_menu(stage, mouse, "add a title")
        await stage.until(lambda: "Title over 1B" in stage.text)
        await stage.type("The Last Night")
        await mouse.foot("Enter apply")
        made = [placed for placed in all_clips(studio) if placed.clip.effects.title is not None]
        assert [each.clip.effects.title.text for each in made if each.clip.effects.title] == [
            "The Last Night"
        ]
        second = clips(studio, "V1")[1]
        assert second.start <= made[0].start < second.start + second.clip.frames


async def test_5_dissolve_at_an_edit(studio: Studio) -> None:
    async with sitting(studio, "timeline") as (stage, mouse):
        # The takes are as long as their shots, so only the second request lets the clips overlap.
        for _ in range(2):
            await at_clip(stage, mouse, "V1", 1, button=RIGHT)
            await by_menu(stage, mouse, "dissolve")
        await stage.until(lambda: cut_of(studio).transitions)


async def test_6_louder_music_under_speech(studio: Studio) -> None:
    rain_market.add_sound(studio.require_project(), cut_of(studio))
    async with sitting(studio, "timeline") as (stage, mouse):
        await at_clip(stage, mouse, "A2", 0, button=RIGHT)
        await by_menu(stage, mouse, "raise the level")
        await stage.until(lambda: clips(studio, "A2")[0].clip.gain_db == 1)


async def test_7_slow_a_clip_to_half(studio: Studio) -> None:
    """The number is typed and ended with Enter."""
    async with sitting(studio, "timeline") as (stage, mouse):
        await at_clip(stage, mouse, "V1", 1, button=RIGHT)
        await by_menu(stage, mouse, "change the speed")
        await stage.until(lambda: "SPEED" in stage.lines()[-1])
        await stage.type("50")
        await stage.press("enter")
        await stage.until(lambda: clips(studio, "V1")[1].clip.effects.speed == Fraction(1, 2))


async def test_8_place_a_photo_for_three_seconds(studio: Studio, tmp_path: Path) -> None:
    folder = tmp_path / "user"
    folder.mkdir()
    Image.fromarray(np.full((60, 90, 3), 120, np.uint8)).save(folder / "photo.png")
    async with sitting(studio, "media") as (stage, mouse):
        await mouse.foot("a add")
        await mouse.on("photo.png")
        await stage.until(lambda: stage.screen.MODE == "media" and "picture" in stage.text)
        await mouse.on("photo.png")
        await mouse.foot("p insert in cut")
        await stage.until(lambda: stage.screen.prompt.is_open)
        await stage.type("3s")
        await mouse.foot("Enter accept")

        def photos() -> list[int]:
            shown = (each.clip for each in clips(studio, "V1"))
            return [clip.frames for clip in shown if clip.source.kind is SourceKind.ASSET]

        await stage.until(lambda: photos() == [75])


async def test_9_deliver_h264_and_prores(two_lamps: Studio, film: Milimo) -> None:
    film.act("cut", "remove", "1B")  # The change makes the film that was rendered before outdated.
    async with sitting(two_lamps, "film") as (stage, mouse):
        before = len(film.json("run", "film.list"))
        for preset in ("h264", "prores"):
            for _ in range(2):  # The first click moves to the row, the second selects it.
                if preset not in stage.screen.output_presets:
                    # The spaces select the row in the list. In the facts next to the list, the name has fewer
                    # spaces after it.
                    await mouse.on(f"{preset}    ")
        await stage.until(lambda: "2 outputs as one batch" in stage.text)
        await mouse.foot("c c render")
        await stage.until(lambda: len(film.json("run", "film.list")) == before + 2)
        made = [probe(Path(each["film"])).video_codec for each in film.json("run", "film.list")[before:]]
        assert sorted(made) == ["h264", "prores"]


async def test_10_find_who_said_ticket(tmp_path: Path) -> None:
    studio = studio_setup.make_studio(tmp_path / "home", TICKET)
    async with sitting(studio, "storyboard") as (stage, mouse):
        await mouse.foot("? keys")
        await mouse.on("find anything")
        await mouse.on("find anything")
        await stage.until(lambda: stage.screen.MODE == "finder")
        await stage.type("ticket")
        await stage.until(lambda: "MARA" in stage.text and "You lost the ticket?" in stage.text)
    studio.close()
