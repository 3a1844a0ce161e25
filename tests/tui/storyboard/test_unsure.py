"""Test `g q`: the unsure values of a film, shown one after the other in the smallest terminal and in a wide
one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.storyboard.unsure import UnsureScreen
from milimo_tui.tui.widgets.picture import Picture
from tests.budget import thorough
from tests.cli.shot.test_unsure import LOOKS, SCRIPT
from tests.tui.stage import on
from tests.tui.studio_setup import make_studio

LONG = """INT. HALL - DAY

MARA, 61, grey overcoat, a red woollen scarf, hair in a long plait, comes in with TOM.

INT. HALL - NIGHT

Mara takes off a hat. The coat is on the hook.
"""


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    studio = make_studio(tmp_path / "home")
    script = tmp_path / "late.fountain"
    script.write_text(SCRIPT)
    registry.run_by_id(studio, "script.import", {"script": str(script)})
    registry.run_by_id(studio, "storyboard.commit")
    yield studio
    studio.close()


@pytest.mark.long("screens")
async def test_shot_of_a_guess_without_a_picture_is_drawn(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await stage.press("g", "q")
        picture = stage.screen.query_one(Picture)
        await stage.until(lambda: picture.drawing is not None)
        assert "no picture yet" not in stage.text


def guesses(studio: Studio) -> int:
    return sum(len(shot.doubts) for shot in studio.take_snapshot().story.live_shots())


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", thorough("screens", [(80, 24), (200, 50)], one=True))
async def test_guesses_are_accepted_and_corrected_by_a_key_each(
    studio: Studio, size: tuple[int, int]
) -> None:
    count = guesses(studio)
    assert count >= 2
    async with on(studio, "storyboard", size) as stage:
        await stage.press("g", "q")
        assert isinstance(stage.screen, UnsureScreen)
        assert f"1 of {count}" in stage.text
        assert "who is “She”?" in stage.text
        assert "Anna" in stage.text
        await stage.press(";")
        assert f"2 of {count}" in stage.text
        await stage.press(",", "enter")
        assert guesses(studio) == count - 1
        first = stage.screen.doubt
        assert first is not None
        await stage.press("c")
        await stage.type("Mara")
        await stage.press("enter")
        shot = next(one for one in studio.take_snapshot().story.shots if one.id == first["id"])
        assert "Mara" in shot.characters
        assert guesses(studio) == count - 2
        await stage.press("u")
        assert guesses(studio) == count - 1
        await stage.press("2", "enter")
        assert guesses(studio) == count - 2
        await stage.press("escape")
        assert not isinstance(stage.screen, UnsureScreen)


@pytest.mark.long("screens")
async def test_answers_and_reason_fit_the_smallest_terminal(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", LONG)
    async with on(studio, "storyboard", (80, 24)) as stage:
        await stage.press("g", "q")
        for _ in range(guesses(studio)):
            doubt = stage.screen.doubt
            # The text without the block glyphs of the picture next to it
            text = " ".join(re.sub("[▀-▟]", " ", stage.text).split())
            assert "…" not in text
            for words in (doubt["guess"], f"{doubt['sure']:.0%} {doubt['reason']}", *doubt["others"]):
                assert words in text
            await stage.press(";")
    studio.close()


@pytest.mark.long("screens")
@pytest.mark.parametrize(("typed", "worn"), [("2", "red scarf"), ("a black dress", "black dress")])
async def test_carried_look_is_selected_or_typed(tmp_path: Path, typed: str, worn: str) -> None:
    studio = make_studio(tmp_path / "home")
    script = tmp_path / "looks.fountain"
    again = "INT. HALL - NIGHT\n\nANNA (30), grey coat, waits.\n\nEXT. BEACH - DAY"
    script.write_text(LOOKS.replace("EXT. BEACH - NIGHT", again))
    registry.run_by_id(studio, "script.import", {"script": str(script)})
    async with on(studio, "storyboard", (120, 40)) as stage:
        await stage.press("g", "q")
        assert isinstance(stage.screen, UnsureScreen)
        while stage.screen.doubt is not None and stage.screen.doubt["kind"] != "look":
            await stage.press(";")
        doubt = stage.screen.doubt
        assert doubt is not None
        assert "Anna look" in stage.text
        await stage.press("c")
        assert "1 30, grey coat" in stage.text
        assert "2 30, grey coat, red scarf" in stage.text
        await stage.type(typed)
        await stage.press("enter")
        data = registry.run_by_id(studio, "shot.show", {"id": doubt["id"]}).data
        assert worn in str(data["prompt"])
        shot = next(one for one in studio.take_snapshot().story.shots if one.id == doubt["id"])
        assert not [one for one in shot.doubts if one.kind == "look"]
    studio.close()


async def test_value_of_the_user_is_asked_about_and_answered_by_keys(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home")
    text = "INT. BAR - NIGHT\n\nTom drinks.\n"
    for words in (text, text.replace("NIGHT", "DAY").replace("drinks", "drinks a beer")):
        (tmp_path / "bar.fountain").write_text(words)
        registry.run_by_id(studio, "script.import", {"script": str(tmp_path / "bar.fountain")})
        registry.run_by_id(studio, "storyboard.commit")
        if words == text:
            registry.run_by_id(studio, "shot.set", {"id": "1A", "size": "ECU", "time_of_day": "dawn"})
    [first] = [shot for shot in studio.take_snapshot().story.live_shots() if shot.time_of_day]
    assert {doubt.field for doubt in first.doubts if doubt.field} == {"size", "time_of_day"}
    async with on(studio, "storyboard", (80, 24)) as stage:
        await stage.press("g", "q")
        screen = stage.screen
        assert isinstance(screen, UnsureScreen)
        while screen.doubt is not None and screen.doubt["field"] != "time_of_day":
            await stage.press("enter")
        assert screen.doubt is not None
        assert (screen.doubt["guess"], screen.doubt["others"]) == ("dawn", ["DAY"])
        await stage.press("2", "enter")
        await stage.until(lambda: screen.doubt is None or screen.doubt["field"] != "time_of_day")
        for _ in range(guesses(studio)):
            await stage.press("enter")
        await stage.until(lambda: screen.doubt is None)
    [shot] = [shot for shot in studio.take_snapshot().story.live_shots() if shot.id == first.id]
    assert (shot.time_of_day, shot.size, shot.doubts) == ("", "ECU", ())
    studio.close()
