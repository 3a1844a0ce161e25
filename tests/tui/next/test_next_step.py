"""Test the line with the next step: its text on each screen, its key, its position, and the effect of `!`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from milimo_tui.core.screens import ListName, ScreenName
from milimo_tui.core.settings import KEY_PRESETS
from milimo_tui.jobs.values.views import JobView
from milimo_tui.studio.project.screen_next_step import (
    FILM,
    FilmQueueWork,
    FilmToDo,
    NextStep,
    ScreenPlace,
    choose_step_here,
    summarize_film_work,
)
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.app.modes import SCREENS
from milimo_tui.tui.keys import keymap_file
from milimo_tui.tui.shell.next_line import format_next_step
from milimo_tui.tui.terminal.palettes import ANSI
from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.widgets.hints import Hints
from milimo_tui.tui.widgets.lines import Line, StatusLine
from tests.tui import rain_market
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import make_studio

ROOT = Path(__file__).parents[3]
FOLDER = "/films/a"
MISSING = NextStep(
    "", "shot.make", "2 shots have no take", does="makes them", makes=frozenset({"1", "2"}), seconds=80.0
)


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """Open the sample film with four shots without a take, using the engines of these tests."""
    monkeypatch.setenv("MILIMO_TEST_ENGINES", "tests.tui.next.engines:ROWS")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    made = rain_market.make_studio(tmp_path / "home")
    registry.run_by_id(made, "project.set", {"engine": "swift", "size": "96x64"})
    yield made
    registry.run_by_id(made, "supervisor.stop", {"now": True})
    made.close()


async def known(stage: Stage) -> None:
    """Wait until the next step was computed for the current film."""
    steps = stage.app.next_steps
    await stage.settle()
    await stage.until(lambda: steps.is_known and steps.is_settled)


def next_line(stage: Stage) -> str:
    """Return the row of the screen with the next step."""
    return stage.lines()[-2].rstrip()


# Texts of the next step.


def job(id: str, state: str, **more: object) -> JobView:
    view = JobView(id=id, kind="make_video", state=state, shot="1", project=FOLDER, label="2D", created=1.0)
    return replace(view, **more)  # type: ignore[arg-type]


def text(found: NextStep | JobView | None, screen: str = "storyboard", room: int = 78) -> str:
    assert found is not None
    keymap = keymap_file.load_keymap("default")
    return format_next_step(found, ScreenPlace(screen), keymap, TextStyles(ANSI), room).plain


@pytest.mark.parametrize(
    ("step", "screen", "words"),
    [
        (MISSING, "storyboard", "→ 2 shots have no take   ! makes them, 1:20"),
        (replace(MISSING, seconds=39.6), "home", "→ 2 shots have no take   ! makes them, 40 s"),
        (replace(MISSING, seconds=None), "home", "→ 2 shots have no take   ! makes them"),
        (NextStep("", "", "3 takes wait", screen=ScreenName.REVIEW), "storyboard", "→ 3 takes wait   g v"),
        (
            NextStep("", "", "1 shot to be placed", screen=ListName.ARRIVALS),
            "timeline",
            "→ 1 shot to be placed   g p",
        ),
        (NextStep("", "", "1 open note", screen=ListName.NOTES), "timeline", "→ 1 open note   g n"),
        (
            NextStep("", "", "3E: out of memory", screen=ScreenName.JOBS, is_wrong=True),
            "storyboard",
            "✕ 3E: out of memory   g j, r tries again",
        ),
    ],
)
def test_step_is_shown_with_its_key_or_path(step: NextStep, screen: str, words: str) -> None:
    assert text(step, screen) == words


def test_running_work_shows_its_step_and_time_left() -> None:
    working = job("j", "running", steps=(5, 8), eta=18.0)
    assert text(working) == "▒ 2D step 5 of 8  0:18   g j"
    assert text(working, "jobs") == "▒ 2D step 5 of 8  0:18"


def test_narrow_screen_shortens_the_words_and_keeps_the_key() -> None:
    long = replace(MISSING, why="a reason that goes on and on " * 4)
    assert text(long, room=50).endswith("them, 1:20")
    assert len(text(long, room=50)) == 50


@pytest.mark.parametrize("preset", KEY_PRESETS)
def test_next_step_key_works_on_every_screen_in_both_presets(preset: str) -> None:
    keymap = keymap_file.load_keymap(preset)
    assert keymap.by_context["global"][("!",)].run == "ui.next_step"
    bindings = [each for each in keymap.bindings if each.chord[0] == "!" and each.context != "global"]
    assert not bindings


# Choice of the next step.


def test_running_work_is_waited_for_and_the_rest_named() -> None:
    to_do = FilmToDo(FOLDER, MISSING, live=frozenset("12"))
    one = summarize_film_work([job("j", "running")], to_do)
    assert one.coming == {"1"}
    assert choose_step_here(to_do, one, ScreenPlace("home")) is MISSING
    both = summarize_film_work([job("j", "running"), job("k", "queued", shot="2")], to_do)
    waited_for = choose_step_here(to_do, both, ScreenPlace("home"))
    assert isinstance(waited_for, JobView)
    assert waited_for.id == "j"
    other = summarize_film_work([job("j", "running", project="/films/b")], to_do)
    assert other == FilmQueueWork()


def test_failure_is_shown_until_reviewed_or_remade() -> None:
    to_do = FilmToDo(FOLDER, None, live=frozenset("1"))
    failed = job("j", "failed", error="out of memory")
    step = choose_step_here(to_do, summarize_film_work([failed], to_do), ScreenPlace("home"))
    assert isinstance(step, NextStep)
    assert (step.reason_text, step.screen, step.is_wrong) == ("2D: out of memory", "jobs", True)
    again = [failed, job("k", "done", created=2.0)]
    assert choose_step_here(to_do, summarize_film_work(again, to_do), ScreenPlace("home")) is None
    seen = replace(to_do, seen=frozenset("j"))
    assert choose_step_here(seen, summarize_film_work([failed], seen), ScreenPlace("home")) is None
    gone = replace(to_do, live=frozenset())
    assert choose_step_here(gone, summarize_film_work([failed], gone), ScreenPlace("home")) is None


def test_running_render_is_not_suggested_again() -> None:
    render = NextStep("", "film.render", "the film is not rendered", makes=frozenset({FILM}))
    to_do = FilmToDo(FOLDER, render)
    working = job("j", "running", kind="render_film", shot="")
    assert choose_step_here(to_do, summarize_film_work([working], to_do), ScreenPlace("film")) == working
    there = choose_step_here(
        to_do, FilmQueueWork(), ScreenPlace("film", instead={"film.render": "ui.render"})
    )
    assert isinstance(there, NextStep)
    assert there.act == "ui.render"


def test_resting_queue_is_reported() -> None:
    to_do = FilmToDo(FOLDER)
    work = summarize_film_work([job("j", "held")], to_do)
    step = choose_step_here(to_do, work, ScreenPlace("home"))
    assert isinstance(step, NextStep)
    assert (step.reason_text, step.screen) == ("1 job held or paused", "jobs")
    queued = [job("j", "queued")]
    assert choose_step_here(to_do, summarize_film_work(queued, to_do), ScreenPlace("home")) is None
    assert (
        choose_step_here(to_do, summarize_film_work(queued, to_do, is_paused=True), ScreenPlace("home"))
        is not None
    )


# The next step on the screens.


@pytest.mark.long("screens")
async def test_each_screen_shows_the_next_step_and_a_message_stays_until_a_key(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await known(stage)
        for mode in SCREENS:
            await stage.app.go_to_mode(mode)
            await known(stage)
            words = "1A take 1 waits" if mode == "review" else "4 shots have no take   ! makes them"
            assert words in next_line(stage), mode
        await stage.app.go_to_mode("storyboard")
        await stage.press("q")
        assert ":q or ctrl+q" in next_line(stage)
        await stage.press("j")
        assert "4 shots" in next_line(stage)


@pytest.mark.long("screens")
async def test_timecode_is_hidden_first_on_a_narrow_screen(studio: Studio) -> None:
    shot = next(iter(studio.take_snapshot().story.live_shots()))
    registry.run_by_id(studio, "shot.set", {"id": shot.id, "engine": "ltx2"})
    registry.run_by_id(studio, "cut.rename", {"name": "director's cut"})
    for size, has_place in (((80, 24), False), ((200, 50), True)):
        async with on(studio, "review", size) as stage:
            await known(stage)
            assert "skips it" in next_line(stage)
            assert ("00:00:00:00" in next_line(stage)) is has_place


@pytest.mark.long("screens")
async def test_key_makes_what_is_missing_and_the_line_disappears(studio: Studio) -> None:
    async with on(studio, "elements", (80, 24)) as stage:
        await known(stage)
        await stage.press("!")
        await stage.until(lambda: stage.screen.question.is_open)
        assert "4 takes" in stage.text, "of a model that was never measured here"
        await stage.press("y")
        await stage.until(lambda: "queued 4 takes" in stage.said)
        await stage.press("escape")
        await stage.until(lambda: len(studio.take_snapshot().story.takes) == 11)
        await known(stage)
        await stage.press("escape")
        await stage.until(lambda: "no take" not in next_line(stage) and "▒" not in next_line(stage))


@pytest.mark.long("screens")
async def test_work_over_a_minute_asks_first_with_its_estimate(studio: Studio) -> None:
    shots = studio.take_snapshot().story.live_shots()
    for shot in shots:
        registry.run_by_id(studio, "shot.set", {"id": shot.id, "length": "300s"})
    # The finished take provides the speed for the time estimate.
    registry.run_by_id(studio, "shot.make", {"ids": (shots[-1].id,)})
    registry.run_by_id(studio, "project.set", {"size": "1920x1080"})
    async with on(studio, "storyboard", (80, 24)) as stage:
        await known(stage)
        step = stage.app.film_tasks.get_step_here(stage.app.queue, stage.screen.get_current_place())
        assert isinstance(step, NextStep)
        assert step.seconds is not None
        assert step.seconds > 60
        await stage.press("!")
        await stage.until(lambda: stage.screen.question.is_open)
        assert "about" in stage.text
        await stage.press("n")
        assert not studio.require_client().list_jobs({"states": ["queued", "running"]})


@pytest.mark.long("screens")
async def test_step_on_another_screen_opens_it(studio: Studio) -> None:
    registry.run_by_id(studio, "shot.make", {"missing": True})
    cut = studio.take_snapshot().cut
    assert cut is not None
    registry.run_by_id(studio, "cut.note_add", {"text": "hold longer", "at": "10"})
    async with on(studio, "media", (80, 24)) as stage:
        await known(stage)
        assert "1 open note" in next_line(stage)
        await stage.press("!")
        await stage.until(lambda: stage.screen.MODE == "notes")
        await known(stage)
        assert "“hold longer”" in next_line(stage)
        await stage.press("!")
        await stage.until(lambda: stage.screen.MODE == "timeline")
        assert stage.screen.playhead == 10


@pytest.mark.long("screens")
async def test_failure_is_shown_and_retried(studio: Studio) -> None:
    shot = next(shot for shot in studio.take_snapshot().story.live_shots())
    registry.run_by_id(studio, "shot.make", {"ids": (shot.id,), "engine": "faulty"})
    async with on(studio, "storyboard", (80, 24)) as stage:
        await known(stage)
        await stage.until(lambda: "✕ 1A" in next_line(stage))
        assert next_line(stage).endswith("g j, r tries again")
        await stage.press("!")
        await stage.until(lambda: stage.screen.MODE == "jobs")
        await stage.until(lambda: "! tries again" in next_line(stage))
        await stage.press("!")
        [failed] = [job.id for job in studio.require_client().list_jobs({"shot": shot.id})]
        await stage.until(lambda: studio.require_client().fetch_job(failed).attempts > 1)


@pytest.mark.long("screens")
async def test_shot_screen_and_clip_under_the_playhead_show_their_next_step(
    studio: Studio,
) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await known(stage)
        stage.screen.go_to_shot(next(s.shot.id for s in stage.screen._states if s.picked is None))
        await stage.press("enter")
        await known(stage)
        assert "→ 2C" in next_line(stage)
        await stage.press("escape", "g", "t", "0")
        await known(stage)
        assert "4 shots" in next_line(stage)
        await stage.press("5", "w")
        await known(stage)
        assert "→ 2C" in next_line(stage)


async def test_key_does_nothing_while_typing(studio: Studio) -> None:
    async with on(studio, "script", (80, 24)) as stage:
        await known(stage)
        await stage.press("i")
        await stage.press("!")
        assert "!" in stage.screen.editor.text
        assert "→" not in next_line(stage)
        await stage.press("escape")
        assert "! saves the text" in next_line(stage)
        await stage.press("!")
        await known(stage)
        await stage.press("j")
        assert "no shots yet" not in next_line(stage)
        assert "not saved" not in next_line(stage)


async def test_next_step_without_a_film_is_home(tmp_path: Path) -> None:
    empty = make_studio(tmp_path / "home", None)
    async with on(empty, "home", (80, 24)) as stage:
        await known(stage)
        assert "! starts a film" in next_line(stage)
        await stage.press("!")
        await stage.until(lambda: isinstance(stage.app.focused, Input))
    empty.close()


# The footer of the screens.


@pytest.mark.long("screens")
async def test_footer_has_five_keys_by_the_state(studio: Studio) -> None:
    async with on(studio, "storyboard", (200, 50)) as stage:
        await known(stage)
        for mode in SCREENS:
            await stage.app.go_to_mode(mode)
            await known(stage)
            keys = stage.screen.query_one(StatusLine).keys
            assert len(keys) <= 6, mode
            assert keys[-1].keys == "?"
        await stage.app.go_to_mode("storyboard")
        await known(stage)
        keys = [each.keys for each in stage.screen.query_one(StatusLine).keys]
        assert keys[0] == "c m", "the key of the next step comes first"
        assert keys[1:3] == ["Enter", "e"], "the shot has a take"
        stage.screen.go_to_shot(next(s.shot.id for s in stage.screen._states if s.picked is None))
        await stage.settle()
        assert [each.keys for each in stage.screen.query_one(StatusLine).keys][1] == "c c"


@pytest.mark.long("screens")
async def test_hints_can_be_clicked(studio: Studio) -> None:
    async with on(studio, "storyboard", (120, 36)) as stage:
        await known(stage)
        row = stage.lines()[-1]
        await stage.pilot.click(StatusLine, offset=(row.index("open") + 1, 0))
        await stage.until(lambda: stage.screen.MODE == "shot")
        await stage.press("escape")
        stage.app.keyboard.hints_after = 0.01
        await stage.pilot.press("g")
        await stage.until(lambda: stage.screen.query_one(Hints).display)
        hints = stage.screen.query_one(Hints)
        at = next((y, text.index("Elements")) for y, text in enumerate(stage.lines()) if "Elements" in text)
        await stage.pilot.click(Hints, offset=(at[1], at[0] - hints.region.y))
        await stage.until(lambda: stage.app.current_mode == "elements")
        await known(stage)
        [line] = stage.screen.query("#message").results(Line)
        await stage.pilot.click(line, offset=(5, 0))
        await stage.until(lambda: stage.screen.question.is_open)
