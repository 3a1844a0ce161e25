"""Test transfers while both sides edit the film: an open studio shows arriving changes, and no edit is
lost.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import threading
from pathlib import Path

import pytest

from milimo_tui.core.errors import Conflict
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.opening import find_film_problem
from milimo_tui.studio.session.studio import Studio
from tests.jobs.conftest import until
from tests.studio.travel.conftest import Machines
from tests.studio.travel.films import big_file, came, lengths, set_length
from tests.tui.stage import on


@pytest.mark.long("travel")
async def test_open_studio_shows_what_was_pushed(boxes: Machines, tmp_path: Path) -> None:
    boxes.push()
    studio = Studio.open(home=str(boxes.there.home), project="two-lamps", actor="test")
    try:
        async with on(studio, "storyboard") as stage:
            boxes.here("shot", "set", "1A", "--action", "A lantern is lit.")
            running = boxes.pushing(tmp_path / "far.pid")
            await asyncio.to_thread(running.wait)
            assert running.returncode == 0
            await stage.until(lambda: studio.take_snapshot().story.shots[0].action == "A lantern is lit.")
            await stage.press("g", "b")
            await stage.until(lambda: "A lantern is lit." in stage.text, stage.text)
    finally:
        studio.close()


class _OtherUser:
    """A second user in a thread, who sets one shot to ever longer lengths until the thread is stopped."""

    def __init__(self, film: Path, number: str) -> None:
        self._film, self._number = film, number
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self.last = 0
        self._thread.start()

    def _work(self) -> None:
        length = 30
        while not self._stop.wait(0.02):
            length += 1
            try:
                set_length(self._film, self._number, length)
            except Conflict:  # An arriving change had modified the film, so the edit is repeated.
                continue
            self.last = length

    def stop(self) -> int:
        self._stop.set()
        self._thread.join()
        return self.last


@pytest.mark.long("travel")
def test_edits_made_on_both_sides_during_a_push_are_kept(boxes: Machines) -> None:
    boxes.push()
    hands = [_OtherUser(boxes.film_here(), "1A"), _OtherUser(boxes.film_there(), "1B")]
    try:
        for _ in range(3):
            boxes.push()
            boxes.pull()
    finally:
        here, there = (hand.stop() for hand in hands)
    boxes.push()
    boxes.pull()
    boxes.there.act("project", "use", "two-lamps")
    for box in (boxes.here, boxes.there):
        found = lengths(box.json("shot", "list"))
        assert (found["1A"], found["1B"]) == (here, there)
    for film in (boxes.film_here(), boxes.film_there()):
        assert find_film_problem(ProjectPaths(film)) == ""


@pytest.mark.long("travel")
async def test_home_screen_pushes_the_selected_film_and_pulls_one_as_jobs(
    boxes: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("ssh", boxes.server.ssh), ("far_program", boxes.program()), ("box", boxes.box)):
        boxes.here("config", "set", name, value)
    for name, value in boxes.here.env.items():
        monkeypatch.setenv(name, value)
    studio = Studio.open(project="two-lamps", actor="test")

    def ended() -> list[str]:
        return [job.state for job in studio.require_client().list_jobs() if job.kind == "travel_film"]

    try:
        async with on(studio, "home", (120, 36)) as stage:
            await stage.until(lambda: stage.screen._known and not stage.screen._left_to_read)
            assert f"from {boxes.box}"[:40] in stage.text
            await stage.press("p", "enter")
            assert "push two-lamps to" in stage.said
            await stage.until(lambda: ended() == ["done"])
            set_length(boxes.film_there(), "1B", 44)
            await stage.press("P", "enter", "enter")
            await stage.until(lambda: ended() == ["done", "done"])
            await stage.until(lambda: [shot.frames for shot in studio.take_snapshot().story.shots][1] == 44)
    finally:
        studio.close()


@pytest.mark.long("travel")
def test_push_job_reports_a_conflict_and_is_not_retried(boxes: Machines) -> None:
    for name, value in (("ssh", boxes.server.ssh), ("far_program", boxes.program()), ("box", boxes.box)):
        boxes.here("config", "set", name, value)
    error = boxes.here.refusal("project", "push", "--detach", *boxes.flags())
    assert "milimo config set ssh" in error
    boxes.push()
    set_length(boxes.film_here(), "1A", 51)
    set_length(boxes.film_there(), "1A", 52)
    [job] = boxes.here.json("project", "push", "--detach")["jobs"]
    boxes.here("job", "wait", job, code=1)
    found = boxes.here.json("job", "show", job)
    assert "length of shot 1A" in found["error"]
    assert (found["state"], found["attempts"]) == ("failed", 1)
    [job] = boxes.here.json("project", "push", "--keep", "mine", "--detach")["jobs"]
    boxes.here("job", "wait", job)
    boxes.there.act("project", "use", "two-lamps")
    assert lengths(boxes.there.json("shot", "list"))["1A"] == 51


@pytest.mark.long("travel")
def test_push_job_continues_where_the_connection_ended(boxes: Machines, tmp_path: Path) -> None:
    far = tmp_path / "far.pid"
    program = shlex.join(["sh", "-c", f'echo $$ >{far}; exec {boxes.program()} "$@"', "sh"])
    for name, value in (("ssh", boxes.server.ssh), ("far_program", program), ("box", boxes.box)):
        boxes.here("config", "set", name, value)
    big_file(boxes, "film.mp4", 150)
    [job] = boxes.here.json("project", "push", "--detach")["jobs"]
    until(lambda: came(boxes.there.home / "arriving") > 5_000_000, "it is under way")
    os.kill(int(far.read_text()), signal.SIGKILL)
    boxes.here("job", "wait", job)
    found = boxes.here.json("job", "show", job)
    assert (found["state"], found["attempts"]) == ("done", 1)
    assert (boxes.film_there() / "renders" / "film.mp4").stat().st_size == 150_000_000
    assert "continues" in boxes.here.text("job", "log", job)


@pytest.mark.long("travel")
def test_cancelled_push_ends_at_once_and_keeps_what_arrived(boxes: Machines) -> None:
    for name, value in (("ssh", boxes.server.ssh), ("far_program", boxes.program()), ("box", boxes.box)):
        boxes.here("config", "set", name, value)
    big_file(boxes, "film.mp4", 150)
    [job] = boxes.here.json("project", "push", "--detach")["jobs"]
    arriving = boxes.there.home / "arriving"
    until(lambda: came(arriving) > 5_000_000, "it is under way")
    boxes.here.act("job", "cancel", job)
    boxes.here("job", "wait", job, code=1)
    assert boxes.here.json("job", "show", job)["state"] == "cancelled"
    assert not boxes.film_there().exists()
    assert came(arriving) > 5_000_000
    assert boxes.push()["bytes"] < 150_000_000
