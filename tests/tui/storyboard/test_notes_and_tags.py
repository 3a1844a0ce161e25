"""Test notes, tags and boards set by the user with keys, on Storyboard and in the inspector, and the screens
that show them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PIL import Image

from milimo_tui.story.values.film import Shot
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from tests.budget import thorough
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import make_studio

SIZES = [(80, 24), (200, 50)]
PLACES = ["board", "inspector"]


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    # File names are typed one key at a time, so the test uses short relative names.
    monkeypatch.chdir(tmp_path)
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


def first(studio: Studio) -> Shot:
    return studio.take_snapshot().story.live_shots()[0]


@asynccontextmanager
async def at(studio: Studio, place: str, size: tuple[int, int]) -> AsyncIterator[Stage]:
    """Open Storyboard on the first shot, or the inspector of that shot."""
    async with on(studio, "storyboard", size) as stage:
        if place == "inspector":
            await stage.press("enter")
            await stage.until(lambda: stage.screen.MODE == "shot" and stage.screen.details is not None)
            await stage.settle()
        yield stage


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", thorough("screens", SIZES, one=True))
@pytest.mark.parametrize("place", PLACES)
async def test_note_and_tags_are_set_by_keys_and_shown(
    studio: Studio, place: str, size: tuple[int, int]
) -> None:
    last = studio.take_snapshot().story.live_shots()[-1].id
    registry.run_by_id(studio, "shot.set", {"id": last, "tags": "hero"})
    async with at(studio, place, size) as stage:
        await stage.press("i")
        await stage.type("mind the lamp")
        await stage.press("enter", "t")
        await stage.type("wet, he")
        await stage.press("tab", "enter")
        assert (first(studio).note, first(studio).tags) == ("mind the lamp", ("wet", "hero"))
        if place == "inspector":
            assert "note      mind the lamp" in stage.text
            assert "tags      #wet #hero" in stage.text
        else:
            assert "note #" in stage.text
        await stage.press("u")
        assert first(studio).tags == ()
        await stage.press("u")
        assert first(studio).note == ""


@pytest.mark.long("screens")
async def test_tags_are_set_on_all_selected_shots(studio: Studio) -> None:
    def tags() -> list[tuple[str, ...]]:
        return [shot.tags for shot in studio.take_snapshot().story.live_shots()[:3]]

    registry.run_by_id(studio, "shot.set", {"id": first(studio).id, "tags": "hero, wet"})
    registry.run_by_id(
        studio, "shot.set", {"id": studio.take_snapshot().story.live_shots()[1].id, "tags": "wet"}
    )
    async with at(studio, "board", (80, 24)) as stage:
        await stage.press("space", "g", "g", "l", "space", "t")
        assert "2 shots tags:" in stage.text
        assert stage.screen.prompt.typed == "wet", "what both have"
        await stage.press("ctrl+u")
        await stage.type("night")
        await stage.press("enter")
        assert tags() == [("hero", "night"), ("night",), ()]
        assert "2 shots: night" in stage.said
        await stage.press("u")
        assert tags() == [("hero", "wet"), ("wet",), ()], "one act, one undo"


@pytest.mark.long("screens")
async def test_tagged_shots_are_found_by_searching(studio: Studio) -> None:
    last = studio.take_snapshot().story.live_shots()[-1].id
    registry.run_by_id(studio, "shot.set", {"id": last, "tags": "hero", "note": "ask the smith"})
    async with at(studio, "board", (80, 24)) as stage:
        for words in ("#hero", "the smith"):
            await stage.press("g", "g", "/")
            await stage.type(words)
            await stage.press("enter")
            assert stage.screen.cards.key == last


async def test_tags_survive_a_new_reading_of_the_screenplay(studio: Studio, tmp_path: Path) -> None:
    registry.run_by_id(studio, "shot.set", {"id": first(studio).id, "tags": "hero", "note": "ask the smith"})
    path = tmp_path / "rain-market.fountain"
    path.write_text(path.read_text().replace("tin roofs", "wet tin roofs"))
    registry.run_by_id(studio, "script.import", {"script": str(path)})
    assert "wet tin" in first(studio).action
    assert (first(studio).note, first(studio).tags) == ("ask the smith", ("hero",))


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", thorough("screens", SIZES, one=True))
@pytest.mark.parametrize("place", PLACES)
async def test_own_picture_becomes_the_board(
    studio: Studio, tmp_path: Path, place: str, size: tuple[int, int]
) -> None:
    Image.new("RGB", (96, 64), (200, 30, 30)).save(tmp_path / "own.png")
    before = first(studio).board
    async with at(studio, place, size) as stage:
        await stage.press("c", "f")
        assert "for the board of" in stage.text
        await stage.type("ow")
        await stage.press("tab")
        await stage.until(lambda: "own.png" in stage.text)
        await stage.press("enter")
        await stage.until(lambda: "own.png" in stage.said)
        assert first(studio).board not in ("", before)
        if place == "inspector":
            await stage.until(lambda: stage.screen.get_selected_file().endswith(".png"))
        await stage.press("u")
        assert first(studio).board == before
        await stage.press("c", "f")
        await stage.type("gone.png")
        await stage.press("enter")
        assert "no file" in stage.said
