"""Test the finder with keys: words, kinds, preview, opening a result, its actions, other films, the
palette.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.widgets import Input

from milimo_tui.core.format import format_count
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.app.palette import Palette
from milimo_tui.tui.finder import find_going
from milimo_tui.tui.finder.screen import FinderScreen
from milimo_tui.tui.timeline.values import registers
from milimo_tui.tui.timeline.values.registers import SourceClip
from milimo_tui.tui.widgets.picture import Picture
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import SCRIPT, add_take, make_studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


async def _finder(stage: Stage, words: str = "") -> FinderScreen:
    await stage.pilot.press("ctrl+f")
    await stage.until(lambda: isinstance(stage.app.screen, FinderScreen) and stage.app.screen.is_mounted)
    await stage.type(words)
    screen = stage.app.screen
    assert isinstance(screen, FinderScreen)
    await stage.until(lambda: screen.field.value == words)
    await stage.settle()
    return screen


@pytest.mark.long("screens")
async def test_line_is_found_shown_and_opened(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        screen = await _finder(stage, "late")
        await stage.until(lambda: "You are late" in stage.text and "INT. NOODLE BAR" in stage.text)
        assert "line 1" in stage.text
        assert "all " in stage.lines()[0]
        assert "FIND" in stage.lines()[-1]
        assert screen.here is not None
        number = screen.here.line
        await stage.press("enter")
        await stage.until(lambda: stage.app.current_mode == "script")
        await stage.until(lambda: stage.app.screen.editor.cursor_location[0] == number - 1)  # type: ignore[attr-defined]


@pytest.mark.long("screens")
async def test_element_without_a_picture_is_drawn_as_previs(studio: Studio) -> None:
    async with on(studio, "storyboard", (110, 30)) as stage:
        await _finder(stage, "element: jun")
        await stage.until(lambda: "@Jun" in stage.text)
        picture = stage.screen.query_one(Picture)
        await stage.until(lambda: picture.drawing is not None)
        assert "no picture" not in stage.text


@pytest.mark.long("screens")
@pytest.mark.parametrize(
    ("words", "mode"), [("shot: coin", "storyboard"), ("clip: 2b", "timeline"), ("element: jun", "elements")]
)
async def test_enter_opens_the_result(studio: Studio, words: str, mode: str) -> None:
    async with on(studio, "home", (110, 30)) as stage:
        await _finder(stage, words)
        await stage.press("enter")
        await stage.until(lambda: stage.app.current_mode == mode)
        await stage.settle()
        if mode == "storyboard":
            coin = next(shot for shot in studio.take_snapshot().story.live_shots() if "coin" in shot.action)
            await stage.until(lambda: stage.app.shot == coin.id)
        if mode == "timeline":
            await stage.until(lambda: stage.screen.playhead > 0)
        if mode == "elements":
            await stage.until(lambda: stage.screen.element is not None and stage.screen.element.name == "Jun")


@pytest.mark.long("screens")
async def test_empty_query_lists_the_last_places(studio: Studio) -> None:
    async with on(studio, "storyboard") as stage:
        screen = await _finder(stage)
        await stage.until(lambda: "search the entire" in stage.text)
        assert screen.here is None
        await stage.type("shot: coin")
        await stage.press("enter")
        await stage.until(lambda: stage.app.current_mode == "storyboard" and not screen.is_attached)
    async with on(studio, "storyboard") as stage:
        screen = await _finder(stage)
        await stage.until(lambda: screen.here is not None)
        assert screen.here is not None
        assert "coin" in screen.here.text
        assert "last places" in stage.text


@pytest.mark.long("screens")
async def test_one_kind_is_searched_by_word_and_by_key(studio: Studio) -> None:
    async with on(studio, "storyboard") as stage:
        screen = await _finder(stage, "jun")
        await stage.until(lambda: len({each.kind for each in screen._listed}) > 2)
        every = len(screen._listed)
        await stage.press("escape", "f")
        await stage.until(lambda: len({each.kind for each in screen._listed}) == 1)
        assert screen.field.value.endswith(": jun")
        assert f"all {every}" in stage.text, "the others are still counted"
        assert screen.rows.has_focus


@pytest.mark.long("screens")
async def test_keys_of_a_row_act_on_the_list(studio: Studio) -> None:
    async with on(studio, "storyboard", (110, 30)) as stage:
        screen = await _finder(stage, "shot: coin")
        await stage.press("escape")
        assert screen.rows.has_focus
        await stage.press("e")
        await stage.until(lambda: screen.prompt.is_open)
        await stage.press("ctrl+u")
        await stage.type("a ticket on the counter")
        await stage.press("enter")
        await stage.until(
            lambda: any("ticket" in shot.action for shot in studio.take_snapshot().story.live_shots()),
            stage.said,
        )
        await stage.settle()
        await stage.press("u")
        await stage.until(
            lambda: any("coin" in shot.action for shot in studio.take_snapshot().story.live_shots())
        )
        await stage.until(lambda: screen.here is not None)
        await stage.press("y")
        await stage.until(lambda: "copied 2D" in stage.said)
        held = registers.recall_register(studio, "")
        assert isinstance(held, SourceClip)
        assert held.shot == screen.here.id  # type: ignore[union-attr]
        count = len(studio.take_snapshot().story.live_shots())
        await stage.press("x")
        await stage.until(
            lambda: screen.question.is_open or len(studio.take_snapshot().story.live_shots()) < count
        )
        if screen.question.is_open:
            await stage.press("y")
        await stage.until(lambda: len(studio.take_snapshot().story.live_shots()) == count - 1)
        await stage.press("escape")
        assert stage.app.screen is not screen


@pytest.mark.long("screens")
async def test_take_is_rejected_and_restored(studio: Studio) -> None:
    shot = studio.take_snapshot().story.live_shots()[0]
    take = add_take(studio, shot.id, "job1")

    def rejected() -> bool:
        return next(each for each in studio.take_snapshot().story.takes if each.id == take).rejected

    async with on(studio, "storyboard") as stage:
        await _finder(stage, "take: 1a")
        await stage.press("escape", "x")
        await stage.until(rejected)
        await stage.settle()
        await stage.press("x")
        await stage.until(lambda: not rejected())


@pytest.mark.long("screens")
async def test_c_c_requests_a_take_of_the_result(studio: Studio) -> None:
    async with on(studio, "storyboard") as stage:
        await _finder(stage, "line: late")
        await stage.press("escape", "c", "c")
        await stage.until(lambda: bool(studio.require_client().list_jobs()), stage.said)
        assert [job.label.split()[0] for job in studio.require_client().list_jobs()] == ["2B"]


@pytest.mark.long("screens")
async def test_matches_in_other_films_are_named_and_opened_by_enter(studio: Studio, tmp_path: Path) -> None:
    other = tmp_path / "salt-road.fountain"
    other.write_text("Title: Salt Road\n\nEXT. DESERT - DAY\n\nIDA\nThe zeppelin was for two.\n")
    registry.run_by_id(studio, "script.import", {"script": str(other)})
    registry.run_by_id(studio, "project.use", {"name": "rain-market"})
    async with on(studio, "storyboard", (110, 30)) as stage:
        screen = await _finder(stage, "zeppelin")
        await stage.until(lambda: "in another film" in stage.text)
        await stage.press("enter")
        await stage.until(lambda: screen.here is not None and screen.here.film == "salt-road")
        await stage.press("escape", "x")
        assert "another film" in stage.said
        await stage.press("enter")
        await stage.until(
            lambda: stage.app.film is not None and stage.app.film.story.project.name == "Salt Road"
        )
        await stage.until(lambda: stage.app.current_mode in ("script", "storyboard"))


@pytest.mark.long("screens")
async def test_film_that_is_open_is_shown_at_once(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        screen = await _finder(stage, "film: rain")
        await stage.until(lambda: screen.here is not None and screen.here.kind == "film")
        begun = time.monotonic()
        await stage.press("enter")
        await stage.until(lambda: stage.app.current_mode == "storyboard")
        assert time.monotonic() - begun < find_going.FILM_SECONDS, "nothing waits for a film to open"
        assert "did not open" not in stage.said


@pytest.mark.long("screens")
async def test_no_match_anywhere_is_reported(studio: Studio) -> None:
    async with on(studio, "storyboard") as stage:
        await _finder(stage, "qqqqq")
        await stage.until(lambda: "no results" in stage.text)
        await stage.press("enter", "escape")
        assert not isinstance(stage.app.screen, FinderScreen)


@pytest.mark.long("screens")
async def test_palette_is_the_other_tab(studio: Studio) -> None:
    async with on(studio, "storyboard") as stage:
        await stage.pilot.press("ctrl+p")
        await stage.until(lambda: isinstance(stage.app.screen, Palette))
        await stage.type("coin")
        await stage.pilot.press("ctrl+f")
        await stage.until(lambda: isinstance(stage.app.screen, FinderScreen) and stage.app.screen.is_mounted)
        await stage.until(lambda: stage.app.screen.here is not None)  # type: ignore[attr-defined]
        assert stage.app.screen.field.value == "coin"  # type: ignore[attr-defined]
        await stage.pilot.press("ctrl+f")
        await stage.until(lambda: isinstance(stage.app.screen, Palette))
        assert stage.app.screen.query_one(Input).value == "coin"
        await stage.pilot.press("escape")
        await stage.until(lambda: not isinstance(stage.app.screen, Palette))
        await stage.press(":")
        await stage.type("coin")
        await stage.pilot.press("ctrl+f")
        await stage.until(lambda: isinstance(stage.app.screen, FinderScreen))
        await stage.until(lambda: stage.app.screen.field.value == "coin")  # type: ignore[attr-defined]


@pytest.mark.long("screens")
async def test_tab_completes_and_never_erases(studio: Studio) -> None:
    async with on(studio, "storyboard") as stage:
        screen = await _finder(stage, "li")
        await stage.press("tab")
        await stage.until(lambda: screen.field.value == "line: ")
        await stage.type("lat")
        await stage.press("tab")
        await stage.until(lambda: screen.field.value == "line: late")


async def test_finder_works_without_a_film(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", None)
    async with on(studio, "home") as stage:
        await _finder(stage, "anything")
        await stage.until(lambda: "no results" in stage.text)
    studio.close()


@pytest.mark.long("screens")
async def test_keys_work_with_many_shots_and_results_stay(tmp_path: Path) -> None:
    scenes = "\n\n".join(
        f"INT. ROOM {number} - NIGHT\n\nA lamp number {number} burns.\n\nMARA\nThis is door {number}."
        for number in range(1, 61)
    )
    studio = make_studio(tmp_path / "home", f"Title: Doors\n\n{scenes}\n")
    async with on(studio, "storyboard", (110, 30)) as stage:
        screen = await _finder(stage, "door 5")
        await stage.until(lambda: bool(screen._listed))
        before = [each.unique_key for each in screen._listed]
        await stage.until(lambda: screen._lane.is_busy is False)
        assert [each.unique_key for each in screen._listed][: len(before)] == before
        found = [each for each in screen._listed if each.kind == "line"]
        assert found[0].text == "“This is door 5.”"
        assert format_count(len(screen._found), "find")
    studio.close()


def test_script_of_these_tests_has_the_searched_words() -> None:
    assert "You are late." in SCRIPT
