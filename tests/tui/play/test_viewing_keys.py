"""Test the keys for zoom and comparison on the Timeline and in Review: the requests to the viewer, and the
resulting picture.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from milimo_tui.core.errors import BadInput
from milimo_tui.media.scopes.viewing import PLAIN_VIEWING, PictureComparison, Scope, Viewing
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.play.viewing_keys import name_aspect_ratio, parse_aspect_ratio
from milimo_tui.tui.widgets.picture import Picture
from tests.tui.keyboard import press
from tests.tui.rain_market import add_take, make_studio
from tests.tui.review.night_film import make_night
from tests.tui.review.test_review_screen import reviewing
from tests.tui.stage import Stage, on


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create the home of the film once. Each test copies it."""
    home = tmp_path_factory.mktemp("film") / "home"
    make_studio(home).close()
    return home


@pytest.fixture
def studio(film: Path, tmp_path: Path) -> Iterator[Studio]:
    shutil.copytree(film, tmp_path / "home")
    studio = make_studio(tmp_path / "home")
    yield studio
    studio.close()


def viewing(stage: Stage) -> Viewing:
    found: Viewing = stage.screen.viewing_keys.viewing
    return found


def cells(stage: Stage, id: str = "picture") -> list[str]:
    """Return the drawn picture as one text for each row of cells."""
    drawing = stage.screen.query_one(f"#{id}", Picture).drawing
    return [repr(list(strip)) for strip in drawing.strips] if drawing is not None else []


async def seen(stage: Stage) -> list[str]:
    """Return the picture after the newest request was answered."""
    await stage.until(lambda: stage.screen.seen == stage.screen.wanted and stage.screen.plan is not None)
    await stage.settle()
    return cells(stage)


@pytest.mark.long("screens")
async def test_scopes_and_guides_are_shown_and_hidden(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("w")
        plain = await seen(stage)
        await stage.press("%", "w")
        assert stage.screen.wanted[5] == Viewing(scope=Scope.WAVEFORM), "what the viewer is asked for"
        assert len((await seen(stage))[0]) > len(plain[0]), "the scope stands beside it"
        drawing = stage.screen.query_one("#picture", Picture).drawing
        assert drawing is not None
        scale = "\n".join(strip.text for strip in drawing.strips)
        assert all(number in scale for number in ("100 ", " 50 ", "  0 "))
        assert re.search(r"waveform −?\d+–\d+ %", stage.lines()[-2])
        await stage.press("%", "w")
        assert viewing(stage) == Viewing(scope=Scope.WAVEFORM, large=True)
        assert (await seen(stage))[0] != plain[0]
        await stage.press("%", "v", "%", "t", "%", "s")
        assert viewing(stage) == Viewing(scope=Scope.VECTORSCOPE, thirds=True, safe=True)
        await stage.press("l")
        assert viewing(stage).thirds, "it stays as the playhead moves"
        await stage.press("h", "%", "x")
        assert viewing(stage) == PLAIN_VIEWING
        assert await seen(stage) == plain


@pytest.mark.long("screens")
async def test_mask_is_chosen_by_its_aspect_ratio(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("%", "r")
        await stage.type("9:16")
        await stage.press("enter")
        assert viewing(stage).ratio == Fraction(9, 16)
        assert "9:16" in stage.lines()[-2]
        await stage.press("%", "r")
        assert viewing(stage).ratio is None
        await stage.press("%", "r", "enter")
        assert viewing(stage).ratio == Fraction(239, 100)
        await stage.press("%", "x", "%", "r")
        await stage.type("wide")
        await stage.press("enter")
        assert "“wide”" in stage.said
        assert viewing(stage) == PLAIN_VIEWING


async def test_colour_of_a_pixel_is_shown_and_its_cross_moved(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("w", "%", "c")
        await seen(stage)
        assert stage.lines()[-1].startswith(" COLOUR")
        plan, playhead = stage.screen.plan, stage.screen.playhead
        x, y = plan.width // 2, plan.height // 2
        await stage.until(lambda: f" {x}, {y}  RGB " in stage.lines()[-2])
        assert "luma" in stage.lines()[-2]
        await stage.press("3", "l", "L", "k")
        await stage.until(lambda: f" {x + 13}, {y - 1}  RGB " in stage.lines()[-2])
        assert stage.screen.playhead == playhead, "the keys move the cross"
        await stage.press("escape", "l")
        assert viewing(stage) == PLAIN_VIEWING
        assert stage.screen.playhead == playhead + 1, "and have their own meaning again"


@pytest.mark.long("screens")
async def test_picture_is_zoomed_to_pixels_and_panned(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("w")
        whole = await seen(stage)
        await stage.press("%", "z", "+", "+")
        assert stage.lines()[-1].startswith(" ZOOM")
        assert viewing(stage).zoom == 8
        near = await seen(stage)
        assert near != whole
        await stage.press("2", "l")
        assert viewing(stage).centre == (0.5 + 2 / 64, 0.5)
        await stage.press("9", "9", "9", "h")
        assert viewing(stage).centre[0] == 1 / 16, "it stops at the edge"
        await stage.press("enter", "z", "j")
        assert viewing(stage).centre == (1 / 16, 0.5 + 1 / 64), "z h j k l pan without taking it in hand"
        assert stage.lines()[-1].startswith(" NORMAL")
        await stage.press("%", "z", "9", "9", "+")
        assert viewing(stage).zoom == 64
        await stage.press("f", "escape")
        assert viewing(stage) == PLAIN_VIEWING
        assert await seen(stage) == whole
        await stage.press("z", "h")
        assert "entire picture" in stage.said


@pytest.mark.long("screens")
async def test_frame_is_compared_with_a_saved_one(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("w", "%", "d")
        assert "% g grabs" in stage.said
        grabbed = await seen(stage)
        await stage.press("%", "g", "%", "d")
        await seen(stage)
        await stage.until(lambda: "nothing differs" in stage.lines()[-2])
        await stage.press("w")
        other = await seen(stage)
        await stage.until(lambda: "% differs, by" in stage.lines()[-2])
        await stage.press("%", "x")
        plain = await seen(stage)
        assert plain not in (other, grabbed)
        await stage.press("%", "i", "9", "9", "h")
        assert stage.lines()[-1].startswith(" WIPE")
        assert viewing(stage).wipe == 0
        assert await seen(stage) == grabbed, "right of the line is what was grabbed"
        await stage.press("9", "9", "l")
        assert await seen(stage) == plain
        await stage.press("escape", "%", "f")
        await stage.until(lambda: cells(stage) == grabbed, "a flicker shows the one")
        await stage.until(lambda: cells(stage) == plain, "and the other")
        await stage.press("%", "f")
        assert viewing(stage) == PLAIN_VIEWING


@pytest.mark.long("screens")
async def test_leader_key_lists_its_continuations(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        stage.app.keyboard.hints_after = 0.01
        await stage.press("%")
        await stage.until(lambda: stage.screen.hints.display)
        text = "\n".join(stage.lines())
        for words in ("waveform", "vectorscope", "pixel", "flicker", "zoom and pan"):
            assert words in text
        await stage.press("escape")


@pytest.mark.long("screens")
async def test_both_sides_of_an_edit_are_seen_while_trimming(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("w")
        plain, at = await seen(stage), stage.screen.playhead
        await stage.press("t")
        await seen(stage)
        assert stage.screen.wanted[2] == (at - 1, at)
        assert not stage.screen.query_one("#inspector").display
        (words,) = (line for line in stage.lines() if "1A last" in line)
        assert "1A last  00:00:03:24   0 f left" in words
        assert "1B first  00:00:00:00   0 f left" in words
        await stage.press("tab", "4", "h")
        await seen(stage)
        assert stage.screen.wanted[2] == (at - 1, at), "1A can't give what 1B has not"
        await stage.press("escape", "t", "6", "l")
        await seen(stage)
        (words,) = (line for line in stage.lines() if "1A last" in line)
        assert "1B first  00:00:00:06   6 f left" in words
        assert stage.screen.wanted[2] == (at - 1, at)
        await stage.press("escape")
        assert await seen(stage) == plain
        assert stage.screen.query_one("#inspector").display
        assert "1A last" not in stage.text


@pytest.mark.long("screens")
async def test_four_pictures_are_seen_while_slipping_or_sliding(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("w")
        start = stage.screen.playhead
        end = start + stage.screen.span.clip.frames
        await stage.press("t", "tab", "tab")
        await seen(stage)
        assert stage.lines()[-1].startswith(" TRIM SLIP")
        assert stage.screen.wanted[2] == (start - 1, start, end - 1, end)
        for words in ("1A last", "1B first", "1B last", "1C first"):
            assert words in stage.text
        await press(stage.pilot, "space")
        await stage.until(lambda: stage.screen.wanted[2] == (), "playing shows the film")
        await press(stage.pilot, "space")
        await stage.until(lambda: len(stage.screen.wanted[2]) == 4, "and then the four again")
        await stage.press("tab", "enter")
        await seen(stage)
        assert stage.screen.wanted[2] == ()


@pytest.mark.long("screens")
async def test_take_is_compared_with_the_picked_one_at_the_same_frame(studio: Studio) -> None:
    add_take(studio.require_project(), studio.take_snapshot().story.shots[0], seed=77)
    async with on(studio, "timeline") as stage:
        await stage.press("l", "l", "A")
        assert "B: take" in stage.said
        await stage.press("%", "i", "l")
        wanted = stage.screen.wanted
        assert wanted[6].frame == wanted[1] == 2
        assert wanted[6].key != wanted[0], "the same frame of the cut with the picked take"
        await stage.press("%", "x", "A", "%", "d")
        assert "to compare" in stage.said


@pytest.mark.long("screens")
async def test_pictures_of_a_shot_are_shown_too(studio: Studio) -> None:
    async with on(studio, "storyboard") as stage:
        await stage.press("enter")
        await stage.until(lambda: bool(cells(stage)))
        plain = cells(stage)
        await stage.press("%", "w", "%", "c")
        await stage.until(lambda: "  RGB " in stage.lines()[-2] and "waveform" in stage.lines()[-2])
        assert cells(stage) != plain
        await stage.press("l", "escape", "%", "g", "%", "d")
        await stage.until(lambda: "nothing differs" in stage.lines()[-2])
        await stage.press("%", "x")
        await stage.until(lambda: cells(stage) == plain)


@pytest.mark.long("screens")
async def test_review_compares_two_takes_in_one_picture(tmp_path: Path) -> None:
    studio = make_night(tmp_path / "home")
    async with on(studio, "review", (160, 40)) as stage:
        await reviewing(stage)
        await stage.until(lambda: bool(cells(stage)))
        one = cells(stage)
        await stage.press("%", "f")
        await stage.until(lambda: "flicker" in stage.lines()[-2])
        assert not stage.screen.query_one("#other").display
        await stage.until(lambda: cells(stage) not in ([], one), "the other take was never seen")
        await stage.press("%", "d")
        await stage.until(lambda: "% differs, by" in stage.lines()[-2])
        await stage.press("%", "w", "z", "i")
        assert viewing(stage) == Viewing(scope=Scope.WAVEFORM, zoom=2, compare=PictureComparison.DIFFERENCE)
        await stage.press("escape")
        assert viewing(stage).compare is None, "Esc ends the comparison"
        assert stage.screen.compared_take == ""
    client = studio.client_or_none()
    if client is not None:
        client.stop(now=True, wait=5.0)
    studio.close()


def test_aspect_ratios_are_read_in_usual_spellings() -> None:
    assert parse_aspect_ratio("2.39") == Fraction(239, 100)
    assert parse_aspect_ratio("16 : 9") == parse_aspect_ratio("16/9") == Fraction(16, 9)
    assert parse_aspect_ratio("1.33") == Fraction(4, 3)
    assert [name_aspect_ratio(each) for each in (Fraction(4, 3), Fraction(16, 9))] == ["1.33", "1.78"]
    for wrong in ("", "a", "1:0", "0", "-2", "1000"):
        with pytest.raises(BadInput):
            parse_aspect_ratio(wrong)
