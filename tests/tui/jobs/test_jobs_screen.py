"""Test the Jobs screen on given values without a supervisor: folding, filters, marks, panes and following."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.events import Key

from milimo_tui.jobs.values.queue_views import (
    Forecast,
    JobForecast,
    LaneView,
    OffWhenDoneView,
    SupervisorStatus,
)
from milimo_tui.jobs.values.views import JobView
from milimo_tui.tui.background.follower import QueueChanged
from milimo_tui.tui.background.queue_feed import LiveQueue, make_ended_key
from milimo_tui.tui.jobs.job_lines import BatchLine, JobLine
from milimo_tui.tui.jobs.job_table import JobTable
from milimo_tui.tui.jobs.past_jobs import PastPage
from milimo_tui.tui.widgets.lines import StatusLine
from tests.tui.jobs.test_jobs_model import FILM, NOW, SCENE, job
from tests.tui.rain_market import make_studio
from tests.tui.stage import Stage, on


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the clock to noon of the day of the test jobs."""
    monkeypatch.setenv("MILIMO_TEST_CLOCK", str(NOW - time.time()))


async def show(stage: Stage, *jobs: JobView, **more: Any) -> None:
    """Show jobs as if the supervisor had reported them. The app no longer listens to the real supervisor."""
    stage.app.follower.stop_following()
    queue = LiveQueue(True, jobs, **more)
    stage.app.post_message(QueueChanged(queue))
    await stage.until(lambda: stage.screen.queue is queue)
    await stage.pilot.pause()


def table(stage: Stage) -> JobTable:
    found: JobTable = stage.screen.table
    return found


@pytest.mark.long("screens")
async def test_impossible_action_gives_the_reason(tmp_path: Path) -> None:
    async with on(make_studio(tmp_path / "home", takes=False), "jobs") as stage:
        await stage.press("x")
        assert "no job" in stage.said
        await show(stage, job("1A take", "done", ended=NOW), *SCENE)
        told = {
            "J": "+ and -",
            "e": "is a batch",
        }
        for key, words in told.items():
            await stage.press(key)
            assert words in stage.said, key
        await stage.press("G")
        told = {
            "J": "be moved",
            "p": "be paused",
            "r": "has failed",
            "x": "ended already",
            "H": "be held",
            "+": "priority",
            "e": "its spec",
        }
        for key, words in told.items():
            await stage.press(key)
            assert stage.said.startswith("1A take is done: ")
            assert words in stage.said, key
        await stage.press("g", "g", "j", "j", "j", "R")
        assert stage.said.startswith("3C take is running")


async def test_keys_without_a_target_are_dimmed(tmp_path: Path) -> None:
    async with on(make_studio(tmp_path / "home", takes=False), "jobs", (140, 30)) as stage:
        done = job("9Z take", "done", ended=NOW)
        await show(stage, *SCENE, done)

        def idle() -> set[str]:
            return set(stage.screen.query_one(StatusLine).idle)

        assert idle() == {"e"}, "a batch with failures, and open"
        await stage.press("j", "j", "j")
        assert idle() == {"r", "H", "e"}, "one that runs"
        await stage.press("j")
        assert idle() == {"r", "p"}, "one that waits"
        await stage.press("j")
        assert idle() == {"p", "x", "H", "e"}, "one that failed"
        await stage.press("G")
        assert idle() == {"r", "p", "x", "H", "e"}, "one that is done"


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", [(80, 24), (110, 30), (120, 40), (200, 50)])
async def test_table_folds_filters_and_updates(tmp_path: Path, size: tuple[int, int]) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    async with on(studio, "jobs", size) as stage:
        assert any("Nothing is" in line for line in stage.lines())
        await show(stage, FILM, *SCENE)
        text = "\n".join(stage.lines())
        assert "1 running" in text
        assert "step 5 of 8" in text
        assert isinstance(table(stage).line, BatchLine)
        await stage.press("enter")
        assert [line.id for line in table(stage).lines] == ["b", FILM.id]
        await stage.press("enter", "f")
        assert [line.id for line in table(stage).lines] == ["job_3C_take"]
        await stage.press("f")
        assert [line.id for line in table(stage).lines] == ["b", "job_3D_take", "job_3F_take"]
        await stage.press("escape", "3", "j")
        assert "runs for" in "\n".join(stage.lines())
        after = tuple(replace(entry, progress=0.9) if entry.state == "running" else entry for entry in SCENE)
        await show(stage, FILM, *after)
        await stage.until(lambda: "90 %" in "\n".join(stage.lines()))
        here = table(stage).line
        assert here is not None
        assert here.id == "job_3C_take", "the cursor stays on its job"
        widths = {len(line) for line in stage.lines()}
        assert widths == {size[0]}
    studio.close()


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "xterm", "COLORTERM": ""}])
async def test_states_are_distinct_without_colour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    studio = make_studio(tmp_path / "home", takes=False)
    async with on(studio, "jobs", (110, 30)) as stage:
        assert stage.app.colours in ("none", "16")
        await show(stage, FILM, *SCENE)
        text = "\n".join(stage.lines())
        for words in ("▒ step 5 of 8", "… waiting", "✕ failed", "● done", "▾ takes 3A … 3F"):
            assert words in text
    studio.close()


async def test_batch_that_ends_while_shown_stays_open(tmp_path: Path) -> None:
    async with on(make_studio(tmp_path / "home", takes=False), "jobs") as stage:
        await show(stage, *SCENE)
        done = tuple(replace(entry, state="done", ended=NOW) for entry in SCENE)
        await show(stage, *done)
        assert len(table(stage).lines) == 7
        await stage.press("z", "a")
        assert len(table(stage).lines) == 1
    async with on(make_studio(tmp_path / "home", takes=False), "jobs") as stage:
        await show(stage, *done)
        assert len(table(stage).lines) == 1, "one that had ended at first sight is folded"


async def test_list_is_limited_to_a_batch_then_to_a_shot(tmp_path: Path) -> None:
    other = job("9Z take", "queued", shot="shot_z", position=9)
    mine = tuple(replace(entry, shot=f"shot_{entry.label[:2]}") for entry in SCENE)
    async with on(make_studio(tmp_path / "home", takes=False), "jobs", (140, 30)) as stage:
        await show(stage, *mine, other)
        await stage.press("j", "F")
        assert len(table(stage).lines) == 7
        assert "only takes 3A … 3F" in stage.lines()[0]
        await stage.press("F")
        assert [line.id for line in table(stage).lines] == ["job_3A_take"]
        await stage.press("escape")
        assert len(table(stage).lines) == 8
        await stage.press("slash", "9", "z", "enter")
        assert [line.id for line in table(stage).lines] == ["job_9Z_take"]
        assert "“9z”" in stage.lines()[0]
        await stage.press("escape", "o")
        assert all(isinstance(line, JobLine) for line in table(stage).lines)
        assert table(stage).lines[0].id == "job_3C_take", "what runs stands first"


async def test_marks_select_jobs_and_batches(tmp_path: Path) -> None:
    other = job("9Z take", "queued", position=9)
    async with on(make_studio(tmp_path / "home", takes=False), "jobs") as stage:
        await show(stage, *SCENE, other)
        await stage.press("space", "G", "space")
        assert {entry.label for entry in stage.screen.list_selected_jobs()} == {
            *(entry.label for entry in SCENE),
            "9Z take",
        }
        await stage.press("escape")
        assert [entry.label for entry in stage.screen.list_selected_jobs()] == ["9Z take"]


async def test_message_after_the_last_job_of_a_batch_counts_all_its_jobs(tmp_path: Path) -> None:
    async with on(make_studio(tmp_path / "home", takes=False), "jobs") as stage:
        names = ("1C.1 Jun", "3C.1 Tam", "3E.1 Mara", "4C.1 Mara")
        queued = [job(name, "queued", batch="b") for name in names]
        done = [job(name, "done", batch="b", ended=time.time() + 60) for name in names]
        await show(stage, *queued)
        await show(stage, *done[:2], *queued[2:])
        await stage.until(lambda: "made 1C.1 Jun, 3C.1 Tam" in stage.said)
        await show(stage, *done)
        await stage.until(lambda: "made 3E.1 Mara, 4C.1 Mara, 1C.1 Jun and 1 more" in stage.said)


async def test_stopped_lane_shows_the_reason(tmp_path: Path) -> None:
    async with on(make_studio(tmp_path / "home", takes=False), "jobs") as stage:
        stage.app.follower.stop_following()
        lanes = [
            LaneView(id="gpu", paused=True, reason="the disk is full"),
            LaneView(id="cpu", paused=True, reason="paused by request"),
            LaneView(id="render"),
        ]
        stage.app.post_message(QueueChanged(LiveQueue(True, SCENE, SupervisorStatus(lanes=lanes))))
        await stage.until(lambda: "… gpu:" in "\n".join(stage.lines()))
        assert "… gpu, cpu paused" in stage.lines()[0]


async def test_end_command_full_films_and_cost_are_below_the_table(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    studio.settings = replace(studio.settings, price_hour=36.0, price_currency="EUR")
    async with on(studio, "jobs", (160, 45)) as stage:
        full = "rain holds 750 kB of its 500 kB: milimo room free, or room quota"
        off = OffWhenDoneView(command="systemctl poweroff", seconds=60.0)
        forecast = Forecast(jobs={"a": JobForecast(seconds=50.0), "b": JobForecast(seconds=100.0)})
        status = SupervisorStatus(off=off, full={"/films/rain": full})
        await show(stage, *SCENE, status=status, forecast=forecast)
        text = "\n".join(stage.lines())
        assert "… off when done   … full: rain" in text
        assert "about 1.50 EUR" in text


async def test_resting_lane_shows_its_end_on_a_narrow_screen(tmp_path: Path) -> None:
    async with on(make_studio(tmp_path / "home", takes=False), "jobs", (80, 24)) as stage:
        stage.app.follower.stop_following()
        reason = "its workers end as soon as they start; next try at 14:03:10"
        lanes = [LaneView(id="cpu", paused=True, reason=reason, next_try=1.0)]
        stage.app.post_message(QueueChanged(LiveQueue(True, SCENE, SupervisorStatus(lanes=lanes))))
        await stage.until(lambda: f"… cpu: {reason}" in "\n".join(stage.lines()))


async def test_tab_moves_between_panes_that_fit_their_content(tmp_path: Path) -> None:
    async with on(make_studio(tmp_path / "home", takes=False), "jobs", (80, 24)) as stage:
        await show(stage, *SCENE)
        await stage.press("j", "j", "j", "enter")
        assert stage.app.focused is not None
        assert stage.app.focused.id == "job-log"
        await stage.pilot.pause()
        assert stage.app.focused.size.height > table(stage).size.height
        await stage.press("tab")
        assert stage.app.focused.id == "job-history"
        for _ in range(2):  # Twice without a pause.
            stage.app.post_message(Key("tab", "\t"))
        await stage.until(lambda: stage.app.focused is not None and stage.app.focused.id == "jobs")
        await stage.press("shift+tab")
        assert stage.app.focused.id == "job-machine"
        await stage.press("escape")
        assert stage.app.focused.id == "jobs"
        await stage.pilot.resize_terminal(200, 50)
        await stage.pilot.pause()
        assert all(stage.screen.panes.get_pane_rows(name).display for name in ("log", "history", "machine"))


async def test_event_redraws_only_its_row(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    many = tuple(job(f"{index:04d} take", "queued", position=index) for index in range(2000))
    async with on(studio, "jobs", (110, 40)) as stage:
        await show(stage, *many)
        shown = table(stage)
        shown.refresh()
        await stage.until(lambda: len(shown._drawn) > 10)
        assert len(shown._drawn) < 60, "only what is seen was drawn"
        before = dict(shown._drawn)
        changed = replace(many[1], state="running", progress=0.5, started=NOW)
        await show(stage, many[0], changed, *many[2:])
        await stage.until(lambda: "50 %" in "\n".join(stage.lines()))
        drawn = {index for index, kept in shown._drawn.items() if before.get(index) is not kept}
        assert drawn == {1}, "and its row alone was drawn again"
    studio.close()


async def test_older_jobs_are_loaded_while_scrolling(tmp_path: Path) -> None:
    """The queue's client is real but disconnected, so the test passes the pages to the screen as the client's
    reader would.
    """
    recent = tuple(job(f"r{at}", "done", id=f"job_r{at:04}", ended=NOW - at) for at in range(200))
    async with on(make_studio(tmp_path / "home", takes=False), "jobs") as stage:
        await show(stage, *recent, floor=make_ended_key(recent[-1]))
        screen = stage.screen
        assert not screen.past.is_complete
        older = tuple(job(f"p{at}", "done", id=f"job_p{at:04}", ended=NOW - 200 - at) for at in range(200))
        screen.past.add_page(PastPage(older, None, {}))
        screen.draw_queue()
        await stage.press("G")
        assert table(stage).key == "job_p0199"
        fresh = tuple(job(f"n{at}", "done", id=f"job_n{at:04}", ended=NOW + 1 + at) for at in range(100))
        await show(stage, *recent[:100], *fresh, floor=make_ended_key(recent[99]))
        jobs = [line.id for line in table(stage).lines if isinstance(line, JobLine)]
        assert len(jobs) == 500, "what is held no longer is not lost"
        assert jobs == sorted(jobs, key=lambda id: -screen.known_jobs.get_job(id).ended)
        assert table(stage).key == "job_p0199", "and the cursor stays where it was"


async def test_messages_name_the_film_of_a_job_of_another_film(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    own, other = str(studio.require_project().paths.root), "/films/two"

    def in_state(state: str) -> list[JobView]:
        return [job("1A take", state, project=own), job("1C.1 Anna", state, project=other)]

    async with on(studio, "jobs") as stage:
        await show(stage, *in_state("running"))
        await show(stage, *in_state("done"))
        assert "made 1A take, 1C.1 Anna (film “two”)" in stage.said
        await show(stage, job("2A take", "running", project=other))
        await show(stage, job("2A take", "failed", project=other, error="out of memory"))
        assert "2A take (film “two”): out of memory" in stage.said
