"""The Jobs screen: lines of the queue as text, folding and filters, and acts on a real supervisor's jobs."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.jobs.client import JobRequest
from milimo_tui.jobs.states import State
from milimo_tui.studio.registry import run
from milimo_tui.studio.studio import Studio
from milimo_tui.tui import jobs_model as model
from milimo_tui.tui.follow import Queue, QueueChanged
from milimo_tui.tui.jobs_model import BatchLine, JobLine
from milimo_tui.tui.theme import DARK, Ink
from milimo_tui.tui.widgets.job_table import JobTable, line_text
from tests.tui.rain_market import make_studio, write_small_take
from tests.tui.stage import Stage, on

NOW = 10_000.0


def job(label: str, state: str, **more: Any) -> dict[str, Any]:
    """A job as the queue's client tells it."""
    return {
        "id": f"job_{label.replace(' ', '_')}", "kind": "make_video", "engine": "ltx2", "lane": "gpu",
        "state": state, "progress": None, "stage": "", "eta": None, "shot": "", "project": "", "label": label,
        "attempts": 1, "error": "", "reason": "", "created": NOW - 900, "started": None, "ended": None,
        "worker": "", "batch": "", "depends_on": [], "outputs": {}, "priority": 0, **more,
    }  # fmt: skip


QUEUE = (
    job(
        "film “long”",
        "done",
        kind="render_film",
        engine="film",
        lane="render",
        started=NOW - 500,
        ended=NOW - 488,
    ),
    job("3A take", "done", batch="b", started=NOW - 200, ended=NOW - 162, worker="gpu0"),
    job("3B take", "done", batch="b", started=NOW - 160, ended=NOW - 122, worker="gpu0"),
    job(
        "3C take",
        "running",
        batch="b",
        progress=0.62,
        stage="step 5 of 8",
        eta=18.0,
        started=NOW - 70,
        worker="gpu0",
    ),
    job("3D take", "waiting", batch="b", depends_on=["job_3C_take"]),
    job("3E take", "failed", batch="b", error="out of memory", started=NOW - 120, ended=NOW - 80),
    job("3F take", "queued", batch="b"),
)
JOBS = {entry["id"]: entry for entry in QUEUE}


def texts(width: int = 107) -> list[str]:
    ink = Ink(DARK)
    return [line_text(line, JOBS, NOW, width, ink).plain for line in model.lines_of(JOBS)]


def test_the_newest_comes_first_and_a_batch_keeps_its_own_order() -> None:
    lines = model.lines_of(JOBS)
    assert isinstance(lines[0], BatchLine)
    assert [line.id for line in lines[1:]] == [*lines[0].jobs, QUEUE[0]["id"]]
    assert (lines[0].done, lines[0].total, lines[0].bad) == (2, 6, 1)
    assert lines[0].title == "takes 3A … 3F"
    folded = model.lines_of(JOBS, folded=frozenset({"b"}))
    assert len(folded) == 2


def test_lines_tell_state_by_glyph_and_word() -> None:
    drawn = texts()
    assert drawn[0].startswith("▾ takes 3A … 3F")
    assert "2 of 6" in drawn[0]
    assert "✕ 1 failed" in drawn[0]
    assert drawn[1].startswith("    3A take")
    assert "● done" in drawn[1]
    assert drawn[1].endswith("38 s")
    assert "▒ running" in drawn[3]
    assert "62 %" in drawn[3]
    assert "step 5 of 8" in drawn[3]
    assert drawn[3].endswith("0:18")
    assert "… waiting" in drawn[4]
    assert "after 3C take" in drawn[4]
    assert "✕ failed" in drawn[5]
    assert "out of memory" in drawn[5]


@pytest.mark.parametrize("width", [40, 57, 77, 107, 197])
def test_every_line_is_exactly_as_wide_as_the_table(width: int) -> None:
    ink = Ink(DARK)
    for line in model.lines_of(JOBS):
        text = line_text(line, JOBS, NOW, width, ink)
        assert text.cell_len == width, text.plain


def test_all_states_have_a_glyph_and_a_word() -> None:
    assert set(model.STATES) == {state.value for state in State}
    for state in model.STATES:
        glyph, word, colour = model.state_of(job("x", state))
        assert glyph.strip()
        assert word
        assert colour in ("stale", "working", "picked", "failed", "muted")
    assert model.state_of(job("x", "dreaming"))[1] == "dreaming"


def test_filters_by_state_and_by_words() -> None:
    def shown(which: str, text: str = "") -> list[str]:
        return [entry["label"] for entry in QUEUE if model.accepts(entry, which, text)]

    assert shown("active") == ["3C take", "3D take", "3F take"]
    assert shown("failed") == ["3E take"]
    assert shown("done", "film") == ["film “long”"]
    assert shown("all", "memory 3e") == ["3E take"]


def test_the_time_left_of_a_batch_follows_the_pace_of_those_done() -> None:
    batch = [entry for entry in QUEUE if entry["batch"]]
    assert model.batch_eta(batch) == pytest.approx(18 + 2 * 38)
    assert model.batch_eta(batch[:2]) is None, "nothing is left"
    assert model.batch_eta([batch[3], batch[5]]) is None, "nothing tells the pace yet"


def test_cancelling_asks_only_for_what_has_run_over_a_minute() -> None:
    running = JOBS["job_3C_take"]
    assert "3C take" in model.cancel_question([running], NOW)
    assert not model.cancel_question([{**running, "started": NOW - 59}], NOW)
    assert not model.cancel_question([JOBS["job_3F_take"]], NOW)


async def show(stage: Stage, jobs: tuple[dict[str, Any], ...]) -> None:
    """The queue as if the supervisor had said so; the app no longer listens to the real one."""
    stage.app.follower.stop()
    stage.app.post_message(QueueChanged(Queue(True, jobs, {"workers": []})))
    await stage.until(lambda: len(stage.screen.jobs) == len(jobs))
    await stage.pilot.pause()


async def test_what_does_not_wait_is_not_moved_and_says_so(tmp_path: Path) -> None:
    async with on(make_studio(tmp_path / "home", takes=False), "jobs") as stage:
        await show(stage, (job("1A take", "done"),))
        await stage.press("J")
        assert stage.said == "only what waits can be moved"


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_the_table_folds_filters_and_follows(tmp_path: Path, size: tuple[int, int]) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    async with on(studio, "jobs", size) as stage:
        assert any("Nothing is being made" in line for line in stage.lines())
        await show(stage, QUEUE)
        text = "\n".join(stage.lines())
        assert "1 running" in text
        assert "3C take" in text
        table = stage.app.screen.query_one(JobTable)
        assert isinstance(table.line, BatchLine)
        await stage.press("enter")
        assert "3C take" not in "\n".join(stage.lines()[2:-12])
        await stage.press("enter", "f")
        assert [line.id for line in table.lines if isinstance(line, JobLine)] == [
            "job_3C_take", "job_3D_take", "job_3F_take",
        ]  # fmt: skip
        await stage.press("escape", "3", "j")
        assert "runs for" in "\n".join(stage.lines())
        after = tuple({**entry, "progress": 0.9} if entry["state"] == "running" else entry for entry in QUEUE)
        await show(stage, after)
        await stage.until(lambda: "90 %" in "\n".join(stage.lines()))
        assert table.line is not None
        assert table.line.id == "job_3C_take", "the cursor stays on its job"
    studio.close()


async def test_a_tick_draws_only_the_rows_that_changed(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    many = tuple(job(f"{index:04d} take", "queued", project="/p") for index in range(2000))
    async with on(studio, "jobs", (110, 40)) as stage:
        await show(stage, many)
        table = stage.app.screen.query_one(JobTable)
        table.refresh()
        await stage.until(lambda: stage.lines() and len(table._strips) > 10)
        assert len(table._strips) < 60, "only what is seen was drawn"
        kept = dict(table._strips)
        last = {**many[-1], "state": "running", "progress": 0.5, "started": time.time()}
        began = time.perf_counter()
        table.show_jobs(table.lines, {**table.jobs, last["id"]: last}, time.time())
        assert time.perf_counter() - began < 0.25
        gone = [key for key in kept if key not in table._strips]
        assert {key[0] for key in gone} == {0}, "the newest stands first, and it alone changed"
    studio.close()


# -- on a real supervisor ------------------------------------------------------------------------------


@pytest.fixture
async def working(tmp_path: Path) -> AsyncIterator[tuple[Studio, list[str]]]:
    """A film and its supervisor with three held jobs: two that can be done and one that can't."""
    studio = make_studio(tmp_path / "home", takes=False)
    clip = tmp_path / "clip.mov"
    write_small_take(clip, 10, 1)
    probes = [clip, clip, tmp_path / "nothing.mov"]
    ids = studio.client().submit(
        [
            JobRequest(
                spec={"kind": "probe", "engine": "quick", "input": str(path)},
                label=f"look at {index}",
                project=str(studio.project().paths.root),
                hold=True,
            )
            for index, path in enumerate(probes)
        ]
    )
    yield studio, ids
    run(studio, "supervisor.stop", {"now": True})
    studio.close()


async def test_release_cancel_fail_and_retry_by_keys(working: tuple[Studio, list[str]]) -> None:
    studio, (good, cancelled, bad) = working

    def state(id: str) -> str:
        return str(studio.client().job(id)["state"])

    async with on(studio, "jobs") as stage:
        await stage.until(lambda: len(stage.screen.jobs) == 3)
        table = stage.app.screen.query_one(JobTable)
        assert [line.id for line in table.lines] == [bad, cancelled, good]
        await stage.press("H")
        await stage.until(lambda: state(bad) == "failed")
        await stage.until(lambda: "✕ failed" in "\n".join(stage.lines()))
        assert "nothing.mov" in "\n".join(stage.lines()), "the reason stands below"
        await stage.press("j", "x")
        assert state(cancelled) == "cancelled"
        await stage.press("j", "H")
        await stage.until(lambda: state(good) == "done")
        await stage.press("k", "r")
        await stage.until(lambda: state(cancelled) == "done")
        await stage.until(lambda: stage.screen.jobs[cancelled]["state"] == "done")
        await stage.press("x")
        assert "ended already" in stage.said
        await stage.press("j", "r")
        assert "nothing here has failed" in stage.said


async def test_priority_and_the_log(working: tuple[Studio, list[str]]) -> None:
    studio, (good, _, _) = working
    async with on(studio, "jobs") as stage:
        await stage.until(lambda: len(stage.screen.jobs) == 3)
        await stage.press("G", "3", "+")
        assert studio.client().job(good)["priority"] == 3
        await stage.until(lambda: "priority +3" in "\n".join(stage.lines()))
        await stage.press("H")
        await stage.until(lambda: studio.client().job(good)["state"] == "done")
        await stage.press("enter")
        assert stage.app.focused is not None
        assert stage.app.focused.id == "job-log"
        await stage.press("escape")
        assert stage.app.focused.id == "jobs"
