"""Test Home, the wall of films, with keys: no film, one, many; the text of each; filter, order, names and the
bin.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.core.paths import ProjectPaths
from milimo_tui.jobs.values.queue_views import Forecast, JobForecast, OffWhenDoneView, SupervisorStatus
from milimo_tui.jobs.values.views import JobView
from milimo_tui.store.jobs.studio_values import Absence
from milimo_tui.studio.project.film_rows import FilmRowCache
from milimo_tui.studio.project.review import AbsenceRecord, UnseenCounts
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.background.follower import QueueChanged
from milimo_tui.tui.background.queue_feed import LiveQueue
from milimo_tui.tui.home.film_cards import build_film_card, collect_film_work, count_unseen_results
from milimo_tui.tui.terminal.palettes import DARK
from milimo_tui.tui.terminal.theme import TextStyles
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import SCRIPT, make_studio

NAMES = (
    "Rain Market", "Salt Road", "The Lamp", "Night Bus", "Jetty", "Two Lamps", "Winter", "Orchard", "Ferry",
    "Archive", "Tunnel", "Chess Club",
)  # fmt: skip


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home", None)
    yield made
    made.close()


def start(studio: Studio, *names: str) -> None:
    for name in names:
        registry.run_by_id(studio, "project.new", {"text": SCRIPT, "name": name})


async def settled(stage: Stage) -> None:
    """Wait until every film of the home was read."""
    await stage.until(lambda: stage.screen._known and not stage.screen._left_to_read)
    await stage.settle()


async def test_home_without_a_film_explains_how_to_start(studio: Studio) -> None:
    (Path.home()).mkdir(exist_ok=True)
    (Path.home() / "salt-road.fountain").write_text(SCRIPT)
    async with on(studio, "home", (80, 24)) as stage:
        await settled(stage)
        for words in (
            "No film yet.",
            "Start a film",
            "Take the tour",
            "Scripts here",
            "~/salt-road.fountain",
        ):
            assert words in stage.text
        assert "studio home" not in stage.text, "nothing about homes where there is one"
        await stage.press("G", "enter")
        await stage.until(lambda: stage.screen.MODE == "new_film")
        await stage.until(lambda: "3 scenes" in stage.text)


@pytest.mark.long("screens")
@pytest.mark.parametrize(("size", "across"), [((80, 24), 3), ((120, 36), 4), ((200, 50), 4)])
async def test_twelve_films_are_cards_and_an_unreadable_one_is_a_card(
    studio: Studio, size: tuple[int, int], across: int
) -> None:
    start(studio, *NAMES)
    broken = studio.home.get_project_paths("winter").db
    broken.write_bytes(b"no database at all" * 20)
    async with on(studio, "home", size) as stage:
        await settled(stage)
        wall = stage.screen.wall
        assert wall._grid.across == across
        assert "12 films" in stage.lines()[0]
        assert wall.key == "chess-club", "the open one comes first"
        assert ("Scenes" in stage.text or "EXT. ROOFTOP - DAWN" in stage.text) == (size[0] == 200)
        await stage.press("l", "j")
        assert wall._cursor == 1 + across
        assert wall.move_to_key("winter")
        await stage.settle()
        assert "✕ Winter" in stage.text or "✕ winter" in stage.text
        await stage.press("enter")
        assert stage.screen.MODE == "home"
        assert "brings" in stage.said or "bin" in stage.said
        await stage.press("x")
        await stage.until(lambda: "11 films" in stage.text)
    assert broken.exists()


@pytest.mark.long("screens")
async def test_filter_order_and_name_are_set_by_keys(studio: Studio) -> None:
    start(studio, *NAMES[:4])
    async with on(studio, "home", (120, 36)) as stage:
        await settled(stage)
        wall = stage.screen.wall
        await stage.press("slash")
        await stage.type("la")
        await stage.until(lambda: wall.keys == ["the-lamp"])
        await stage.press("enter")
        assert wall.keys == ["the-lamp"]
        await stage.press("escape")
        assert len(wall.keys) == 4
        await stage.press("o", "o")
        assert wall.keys == ["night-bus", "rain-market", "salt-road", "the-lamp"]
        assert "by name" in stage.lines()[0]
        assert wall.move_to_key("salt-road")
        await stage.press("e", "ctrl+u")
        await stage.type("Pepper Road")
        await stage.press("enter")
        await stage.until(lambda: "Pepper Road" in stage.text)
        assert studio.read_current()["project"] == "night-bus", "a name opens nothing"
        await stage.press("u")
        await stage.until(lambda: "Salt Road" in stage.text)


@pytest.mark.long("screens")
async def test_film_is_moved_to_the_bin_and_restored_after_a_restart(studio: Studio) -> None:
    start(studio, "Rain Market", "Salt Road")
    async with on(studio, "home", (80, 24)) as stage:
        await settled(stage)
        assert stage.screen.wall.key == "salt-road"
        await stage.press("x")
        assert "“Salt Road” is in the bin" in stage.said
        await stage.until(lambda: stage.screen.wall.keys == ["rain-market"])
        assert studio.read_current() == {}
    again = Studio.open(home=str(studio.home.root), actor="test")
    async with on(again, "home", (80, 24)) as stage:
        await settled(stage)
        await stage.press("u")
        await stage.until(lambda: set(stage.screen.wall.keys) == {"rain-market", "salt-road"})
        assert "“Salt Road” is back" in stage.said
    again.close()
    assert studio.read_current()["project"] == "salt-road", "it was the open one, and no other is"


async def test_actions_below_the_cards_are_reached_by_j(studio: Studio) -> None:
    start(studio, "Rain Market")
    async with on(studio, "home", (80, 24)) as stage:
        await settled(stage)
        assert stage.app.focused is stage.screen.wall
        await stage.press("j")
        assert stage.app.focused is stage.screen.act_list
        await stage.press("k")
        assert stage.app.focused is stage.screen.wall
        await stage.until(lambda: "shots have no" in stage.text, "what is to do with the chosen film")


def test_card_shows_running_and_finished_work() -> None:
    film = {
        "folder": "salt-road", "path": "/films/salt-road", "name": "Salt Road", "length": "12:04",
        "scenes": 31,
        "shots": 223, "picked": 214, "stale": 0, "current": False, "script_changed": False, "read_only": "",
        "updated": 0.0, "poster": None, "problem": "", "unseen": [5.0, 15.0, 25.0],
        "status": "draft", "tags": [],
    }  # fmt: skip
    now = time.mktime((2027, 1, 15, 12, 0, 0, 0, 0, -1))
    jobs = tuple(JobView(id=f"j{n}", state="queued", project="/films/salt-road") for n in range(9))
    ahead = {f"j{n}": JobForecast(start=now, end=now + 600.0 * n) for n in range(9)}
    works = collect_film_work(LiveQueue(True, jobs, forecast=Forecast(jobs=ahead)))
    ink = TextStyles(DARK)
    failed = tuple(
        JobView(id=id, kind="make_video", state="failed", project=f"/films/{film}", ended=at)
        for id, film, at in (("a", "salt-road", 5.0), ("b", "salt-road", 11.0), ("c", "jetty", 5.0))
    )
    away = AbsenceRecord((Absence(0.0, 10.0), Absence(12.0, 20.0)), failed)
    assert count_unseen_results(film, away) == UnseenCounts(2, 1)
    assert count_unseen_results({**film, "seen": frozenset("a")}, away) == UnseenCounts(2, 0)
    card = build_film_card(film, works["/films/salt-road"], UnseenCounts(), ink, str, now)
    assert card.state.plain.split() == ["31", "scenes", "●", "214", "○", "9", "▒", "9"] or (
        card.state.plain.split() == ["●", "214", "○", "9", "▒", "9"]
    )
    assert card.words.plain == "ready 13:20"
    for arrived, words in (
        (UnseenCounts(3), "open  3 takes arrived"),
        (UnseenCounts(failed=1), "open  1 job failed"),
        (UnseenCounts(3, 1), "3 arrived, 1 failed"),
    ):
        now_open = build_film_card(
            {**film, "current": True}, works["/films/salt-road"], arrived, ink, str, now
        )
        assert now_open.words.plain == words
    changed = build_film_card({**film, "script_changed": True}, None, UnseenCounts(), ink, str, now)
    assert changed.words.plain == "script changed"


def test_film_is_read_again_only_after_a_change(studio: Studio) -> None:
    start(studio, *NAMES[:3])
    studio.close_project()
    known = FilmRowCache()
    folders = studio.list_films()

    def read(paths: ProjectPaths) -> object:
        known.read_row(studio, paths)
        return known._rows[paths.root][1]

    first = [read(paths) for paths in folders]
    assert all(read(paths) is row for paths, row in zip(folders, first, strict=True))
    registry.run_by_id(studio, "project.rename", {"name": "Another", "film": "the-lamp"})
    rows = {paths.root.name: read(paths) for paths in folders}
    assert rows["the-lamp"] is not first[[paths.root.name for paths in folders].index("the-lamp")]
    assert known.read_row(studio, studio.home.get_project_paths("the-lamp"))["name"] == "Another"


@pytest.mark.long("screens")
async def test_next_step_on_home_belongs_to_the_film_under_the_cursor(studio: Studio) -> None:
    start(studio, *NAMES[:2])
    async with on(studio, "home", (80, 24)) as stage:
        await settled(stage)
        assert stage.screen.wall.key == "salt-road"
        await stage.until(lambda: "! makes them" in stage.lines()[-2], "of the open one it is done here")
        await stage.press("l")
        await stage.until(lambda: "Rain Market: 7 shots" in stage.lines()[-2])
        assert stage.text.count("have no take") == 1, "it is said in one place"
        await stage.press("!")
        await stage.until(lambda: stage.screen.MODE == "storyboard")
        film = stage.app.film
        assert film is not None
        assert film.story.project.name == "Rain Market"


async def test_home_shows_the_command_at_the_end_and_full_films(studio: Studio) -> None:
    start(studio, "Rain Market")
    async with on(studio, "home", (120, 36)) as stage:
        await settled(stage)
        stage.app.follower.stop_following()
        full = {str(studio.home.projects / "rain-market"): "rain-market holds too much"}
        status = SupervisorStatus(off=OffWhenDoneView(command="true", seconds=60.0), full=full)
        stage.app.post_message(QueueChanged(LiveQueue(True, (), status)))
        await stage.until(lambda: "off when done   full: rain-market" in stage.lines()[0])
