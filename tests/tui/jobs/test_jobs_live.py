"""Test the Jobs screen on a real supervisor: actions by key, live logs and histories, older jobs by pages,
and restarts.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.events import Key
from textual.message import Message

from milimo_tui.jobs.client.client import BatchRequest, JobRequest
from milimo_tui.jobs.client.protocol import get_socket_path, shorten_socket_path
from milimo_tui.store.jobs.studio_file import StudioFile
from milimo_tui.store.jobs.studio_values import Job
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.background.follower import QueueTrouble, StudioFollower
from milimo_tui.tui.jobs.spec_panel import SpecPanel
from tests.jobs.conftest import JobHome
from tests.tui.rain_market import make_studio
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import PATIENCE, until

ROOT = Path(__file__).parents[3]


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    monkeypatch.setenv("MILIMO_TEST_ENGINES", "tests.jobs.engines:ROWS")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    made = make_studio(tmp_path / "home", takes=False)
    yield made
    client = made.client_or_none()
    if client is not None:
        client.stop(now=True, wait=60)
    made.close()


def request(label: str, prompt: str = "", **more: Any) -> JobRequest:
    """Return a job for the test engine. `tests.jobs.engines` describes the meaning of its prompt."""
    spec = {"kind": "make_picture", "engine": more.pop("engine", "tester"), "prompt": prompt}
    spec |= {"width": 64, "height": 64, "seed": 1, "steps": 8, **more.pop("spec", {})}
    return JobRequest(spec=spec, label=label, **more)


def submit(studio: Studio, *requests: JobRequest, label: str = "") -> list[str]:
    batches = [BatchRequest(id="batch_one", label=label)] if label else []
    return studio.require_client().submit_jobs(list(requests), batches=batches)


def state(studio: Studio, id: str) -> str:
    return str(studio.require_client().fetch_job(id).state)


async def showing(stage: Stage, *words: str) -> None:
    """Wait until all given words are on the screen."""

    def missing() -> list[str]:
        text = "\n".join(stage.lines())
        return [word for word in words if word not in text]

    end = time.monotonic() + PATIENCE
    while missing():
        assert time.monotonic() < end, f"{missing()} never came:\n" + "\n".join(stage.lines())
        await asyncio.sleep(0.02)


@pytest.mark.long("screens")
async def test_hold_release_cancel_retry_and_priority_work_by_keys(studio: Studio) -> None:
    first, second, bad = submit(
        studio,
        request("one", hold=True),
        request("two", hold=True),
        request("three", "fail=no_such_thing", hold=True),
    )
    async with on(studio, "jobs", (120, 36)) as stage:
        await stage.until(lambda: len(stage.screen.live) == 3)
        assert [line.id for line in stage.screen.table.lines] == [first, second, bad]
        for _ in range(3):  # Three times without a pause.
            stage.app.post_message(Key("plus", "+"))
        await stage.until(lambda: studio.require_client().fetch_job(first).priority == 3)
        await showing(stage, "+3")
        await stage.press("H")
        await stage.until(lambda: state(studio, first) == "done")
        await showing(stage, "● done")
        stage.screen.go_to_job(bad)
        await stage.press("H")
        await stage.until(lambda: state(studio, bad) == "failed")
        await showing(stage, "✕ failed", "no_such_thing")
        await stage.press("r")
        await stage.until(lambda: studio.require_client().fetch_job(bad).attempts == 2)
        stage.screen.go_to_job(second)
        await stage.press("x")
        assert state(studio, second) == "cancelled"
        await showing(stage, "○ cancelled")
        await stage.press("r")
        await stage.until(lambda: state(studio, second) == "done")
        await showing(stage, "2 done", "1 failed")


@pytest.mark.long("screens")
async def test_batch_is_paused_moved_and_cancelled_as_one(studio: Studio, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    ids = submit(
        studio,
        *(request(f"{n}A", f"gate={gate}", batch="batch_one") for n in range(1, 5)),
        label="Scene 3, all shots",
    )
    async with on(studio, "jobs", (120, 36)) as stage:
        await showing(stage, "Scene 3, all shots", "0 of 4")
        await stage.until(lambda: state(studio, ids[0]) == "running")
        await stage.press("2", "+")
        assert [studio.require_client().fetch_job(id).priority for id in ids[2:]] == [2, 2]
        await stage.press("p")
        await showing(stage, "… paused")
        await stage.until(lambda: state(studio, ids[0]) == "paused")
        stage.screen.go_to_job(ids[3])
        await stage.press("K")
        place = {id: studio.require_client().fetch_job(id).position for id in ids}
        assert place[ids[3]] < place[ids[2]]
        await stage.until(lambda: [line.id for line in stage.screen.table.lines][3:] == [ids[3], ids[2]])
        await stage.press("g", "g", "p")
        await stage.until(lambda: "running" in {state(studio, id) for id in ids})
        await stage.pilot.press("x")
        await showing(stage, "Cancel what is left of Scene 3, all shots?")
        await stage.press("y")
        await stage.until(lambda: {state(studio, id) for id in ids} == {"cancelled"})
        await stage.until(lambda: stage.screen.get_cursor_batch().open == 0)
        gate.touch()
        await stage.press("r")
        await stage.until(lambda: {state(studio, id) for id in ids} == {"done"})
        await showing(stage, "4 of 4", "all done")


@pytest.mark.long("screens")
async def test_log_and_history_grow_while_the_job_runs(studio: Studio, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    prompt = f"steps=8 save=2 at=5 gate={gate} part=4 show"
    [id] = submit(studio, request("long one", prompt, engine="keeper"))
    async with on(studio, "jobs", (200, 50)) as stage:
        await showing(stage, "attempt 1 on cpu", "checkpoint", "memory", "disk")
        await stage.until(lambda: stage.screen.panes.details.id == id)
        preview = stage.screen.get_selected_file()
        assert Path(preview).exists()
        await stage.until(lambda: stage.screen.query_one("#job-picture").drawing is not None, preview)
        before = len(stage.screen.panes.get_pane_rows("log").rows)
        gate.touch()
        await stage.until(lambda: state(studio, id) == "done")
        await showing(stage, "taken in", "● done")
        await stage.until(lambda: len(stage.screen.panes.get_pane_rows("log").rows) > before)


@pytest.mark.long("screens")
async def test_dead_worker_is_reported_with_the_place_of_its_successor(
    studio: Studio, tmp_path: Path
) -> None:
    [id] = submit(studio, request("fragile", "steps=8 save=2 die=5", engine="keeper"))
    async with on(studio, "jobs", (160, 44)) as stage:
        await stage.until(lambda: state(studio, id) == "done")
        await showing(stage, "attempt 2 on", "resumed from", "to be tried again")


@pytest.mark.long("screens")
async def test_spec_is_edited_and_an_error_shows_its_place(studio: Studio) -> None:
    [id] = submit(studio, request("to edit", hold=True))
    async with on(studio, "jobs", (120, 36)) as stage:
        await stage.until(lambda: len(stage.screen.live) == 1)
        await stage.pilot.press("e")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, SpecPanel))
        panel: Any = stage.app.screen
        text = panel.field.text
        assert '"steps": 8' in text
        panel.field.load_text(text.replace('"steps": 8', '"steps" 8'))
        await stage.pilot.press("escape", "w")
        await until(stage.pilot, lambda: panel.problem != "")
        assert panel.problem.startswith("line ")
        assert '"steps" 8' in panel.field.text
        panel.field.load_text(text.replace('"steps": 8', '"steps": "many"'))
        await stage.pilot.press("w")
        await until(stage.pilot, lambda: "steps" in panel.problem)
        assert "steps" in panel.field.document.get_line(panel.field.cursor_location[0])
        panel.field.load_text(text.replace('"steps": 8', '"steps": 12').replace('"seed": 1', '"seed": 7'))
        await stage.pilot.press("w")
        await until(stage.pilot, lambda: stage.app.screen is not panel)
        spec = studio.require_client().fetch_job(id).spec
        assert (spec["steps"], spec["seed"]) == (12, 7)


@pytest.mark.long("screens")
async def test_two_editors_of_one_spec_are_warned(studio: Studio) -> None:
    [id] = submit(studio, request("to edit", hold=True))
    async with on(studio, "jobs", (120, 36)) as stage:
        await stage.until(lambda: len(stage.screen.live) == 1)
        await stage.pilot.press("e")
        await until(
            stage.pilot, lambda: isinstance(stage.app.screen, SpecPanel) and stage.app.screen.is_mounted
        )
        panel: Any = stage.app.screen
        studio.require_client().edit_job(id, spec={"seed": 5})
        panel.field.load_text(panel.field.text.replace('"steps": 8', '"steps": 12'))
        await stage.pilot.press("escape", "w")
        await until(stage.pilot, lambda: "changed" in panel.problem)
        assert '"steps": 12' in panel.field.text, "what was written stays"
        await stage.pilot.press("q", "q")
        await until(stage.pilot, lambda: stage.app.screen is not panel)
        assert studio.require_client().fetch_job(id).spec["steps"] == 8


@pytest.mark.long("screens")
async def test_job_is_repeated_with_changes(studio: Studio) -> None:
    done, bad = submit(studio, request("good"), request("bad", "fail=no"))
    async with on(studio, "jobs", (120, 36)) as stage:
        await stage.until(lambda: (state(studio, done), state(studio, bad)) == ("done", "failed"))
        await showing(stage, "● done", "✕ failed")
        stage.screen.go_to_job(bad)
        await stage.pilot.press("R")
        await until(
            stage.pilot, lambda: isinstance(stage.app.screen, SpecPanel) and stage.app.screen.is_mounted
        )
        panel: Any = stage.app.screen
        panel.field.load_text(panel.field.text.replace("fail=no", "steps=2"))
        await stage.pilot.press("escape", "w")
        await stage.until(lambda: state(studio, bad) == "done")
        stage.screen.go_to_job(done)
        await stage.pilot.press("R")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, SpecPanel))
        await stage.pilot.press("escape", "w")
        await stage.until(lambda: len(studio.require_client().list_jobs()) == 3)
        assert [entry.origin for entry in studio.require_client().list_jobs() if entry.origin] == [done]


def seed(studio: Studio, count: int) -> None:
    """Write `count` jobs that finished long ago in one transaction, alternating between a batch of forty and
    forty single jobs.
    """
    file, now = StudioFile.open(studio.home.studio_db), time.time()
    spec = json.dumps(request("").spec)
    with file.start_transaction():
        for at in range(count):
            ended = now - 7200 - 60 * (count - at)
            file.add_job(
                Job(
                    id=f"job_{at:018}",
                    label="7 rain" if at == 7 else f"{at} board",
                    batch=f"batch_old{at // 80}" if at % 80 < 40 else "",
                    position=at,
                    kind="make_picture",
                    engine="tester",
                    lane="cpu",
                    state="done",
                    spec=spec,
                    created=ended - 90,
                    started=ended - 38,
                    ended=ended,
                    attempts=1,
                    progress=1.0,
                )
            )
    file.close()


@pytest.mark.long("screens")
async def test_ten_thousand_past_jobs_are_loaded_while_scrolling(studio: Studio) -> None:
    seed(studio, 10_000)
    studio.require_client()
    async with on(studio, "jobs", (120, 40)) as stage:
        await showing(stage, "10,000 done", "9999 board")
        screen = stage.screen
        assert len(screen.live) + len(screen.past.jobs) < 1000, "the rest is not read until it is looked at"
        for key, times in (("j", 4), ("pagedown", 16)):
            for _ in range(times):
                before = screen.table.cursor
                await stage.press(key)
                assert screen.table.cursor > before, "no end of the list is met while there is more"
        reached = len(screen.past.jobs)
        assert reached < 3000
        await stage.press("slash", "7", "space", "r", "a", "i", "n", "enter")
        await showing(stage, "7 rain")
        assert len(screen.table.lines) <= 2
        await stage.press("escape", "G")
        await stage.until(
            lambda: screen.past.is_complete and screen.table.cursor == len(screen.table.lines) - 1
        )
        assert len(screen.live) + len(screen.past.jobs) == 10_000


@pytest.mark.long("screens")
async def test_killed_supervisor_is_replaced_and_the_screen_continues(studio: Studio, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    [id] = submit(studio, request("survivor", f"gate={gate}"))
    async with on(studio, "jobs", (120, 36)) as stage:
        await showing(stage, "survivor", "1 running")
        os.kill(int(studio.require_client().fetch_status().pid), signal.SIGKILL)
        gate.touch()
        await stage.until(lambda: stage.screen.queue.running and state(studio, id) == "done")
        await showing(stage, "● done")


@pytest.mark.long("screens")
async def test_screen_shows_on_return_what_happened_meanwhile(studio: Studio) -> None:
    studio.require_client()
    async with on(studio, "jobs", (120, 36)) as stage:
        await stage.press("g", "h")
        submit(studio, *(request(f"{n}B", batch="batch_one") for n in range(1, 4)), label="Three boards")
        await stage.until(lambda: studio.require_client().fetch_status().counts.get("done") == 3)
        await stage.press("g", "j")
        await showing(stage, "Three boards", "3 of 3", "all done", "queue empty")


@pytest.mark.long("screens")
async def test_two_studios_show_one_queue_and_each_others_changes(studio: Studio, tmp_path: Path) -> None:
    [id] = submit(studio, request("shared", hold=True))
    other = make_studio(tmp_path / "home", actor="terminal-b")
    async with on(studio, "jobs", (110, 30)) as here, on(other, "jobs", (80, 24)) as there:
        await showing(here, "… held")
        await showing(there, "… held")
        await there.press("+")
        await showing(here, "+1")
        await here.press("H")
        await showing(there, "● done")
        assert state(other, id) == "done"
    other.close()


@pytest.mark.long("screens")
async def test_open_jobs_screen_counts_as_present(studio: Studio) -> None:
    studio.require_client()
    async with on(studio, "jobs", (110, 30)) as stage:
        await showing(stage, "queue empty")
        await stage.until(lambda: all(absence.ended for absence in studio.require_client().list_absences()))


def test_waiting_take_is_recorded_when_its_film_opens(studio: Studio) -> None:
    film = studio.require_project().paths.root
    (film / "refuse").touch()
    client = JobHome(studio.home.root).start()
    [id] = client.submit_jobs([request("1A", project=str(film))])
    wait(lambda: "read-only" in client.fetch_job(id).reason)
    (film / "refuse").unlink()
    follower = StudioFollower(studio, lambda message: None)
    follower.start_film()
    follower.start_queue()
    wait(lambda: client.fetch_job(id).state == "done")
    follower.stop_following()


def wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_older_supervisor_is_reported_once_and_polled_slowly(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    place = get_socket_path(studio.home)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    messages: list[Message] = []
    asked: list[str] = []
    with socket.socket(socket.AF_UNIX) as server:
        with shorten_socket_path(place) as name:
            server.bind(name)
        server.listen()
        threading.Thread(target=_older, args=(server, asked), daemon=True).start()
        follower = StudioFollower(studio, messages.append)
        follower.start_film()
        follower.start_queue()
        end = time.monotonic() + PATIENCE
        while asked.count("watch") < 2:
            assert time.monotonic() < end, asked
            time.sleep(0.02)
        follower.stop_following()
    place.unlink()
    told = [message for message in messages if isinstance(message, QueueTrouble)]
    assert len(told) == 1
    assert "older" in told[0].error.message
    assert "supervisor stop" in told[0].error.hint
    studio.close()


def _older(server: socket.socket, asked: list[str]) -> None:
    """Act as a supervisor with the first protocol version, which can be watched but has no pages of older
    jobs.
    """
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=_answer, args=(connection, asked), daemon=True).start()


def _answer(connection: socket.socket, asked: list[str]) -> None:
    with connection, connection.makefile("rwb") as stream:
        for line in stream:
            message = json.loads(line)
            asked.append(message.get("op", "hello"))
            answer = (
                {"hello": {"protocol": 1}} if "hello" in message else {"id": message.get("id", 0), "ok": {}}
            )
            stream.write(json.dumps(answer).encode() + b"\n")
            stream.flush()
