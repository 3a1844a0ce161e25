"""Test `milimo job watch`: it replays events from any number and then follows them live, even when
supervisors are killed or stopped.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.host import is_process_alive
from milimo_tui.core.paths import Home
from milimo_tui.jobs.client.client import Client
from milimo_tui.jobs.client.protocol import read_supervisor_note
from milimo_tui.studio.queue.event_lines import EventLines
from tests.front_door import Milimo
from tests.jobs.conftest import picture, until, until_ended

ENGINES = "tests.jobs.engines:ROWS"
ROOT = Path(__file__).parents[3]


class Watcher:
    """A running `milimo job watch` whose output goes to a file."""

    def __init__(self, milimo: Milimo, file: Path, *words: str) -> None:
        self.file = file
        command = [sys.executable, "-m", "milimo_tui.cli.main", "job", "watch", *words]
        with file.open("wb") as out:
            self.process = subprocess.Popen(
                command, env=milimo.env, cwd=milimo.cwd, stdout=out, stderr=subprocess.PIPE
            )

    def __enter__(self) -> Watcher:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def lines(self) -> list[str]:
        return [line for line in self.file.read_text().split("\n")[:-1] if line]

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines()]


@pytest.fixture
def queue(milimo: Milimo) -> tuple[Milimo, Home]:
    ours = Milimo({**milimo.env, "MILIMO_TEST_ENGINES": ENGINES, "PYTHONPATH": str(ROOT)}, milimo.cwd)
    ours.act("supervisor", "start")
    return ours, Home(Path(milimo.env["MILIMO_HOME"]))


def numbers(events: list[dict[str, Any]]) -> list[int]:
    return [event["seq"] for event in events]


def states(watcher: Watcher) -> list[str]:
    return [event["state"] for event in watcher.events() if event["kind"] == "state"]


def kill_after_more(watcher: Watcher, home: Home) -> None:
    """Kill the supervisor with SIGKILL after the watcher received further events."""
    count = len(watcher.events())
    until(lambda: len(watcher.events()) > count + 6, "events come")
    note = read_supervisor_note(home)
    assert note
    os.kill(note.pid, signal.SIGKILL)
    until(lambda: not is_process_alive(note.pid), "it is gone")


@pytest.mark.long("command_line")
def test_watch_survives_killed_supervisors_without_gap_or_repetition(
    queue: tuple[Milimo, Home], tmp_path: Path
) -> None:
    milimo, home = queue
    gate = milimo.cwd / "gate"
    with Client(home) as client:
        client.submit_jobs([picture(f"gate={gate} steps=4 step=0.05", label=f"{n}A take") for n in range(2)])
    with Watcher(milimo, tmp_path / "watched", "--json", "--until-idle") as watcher:
        for _ in range(2):
            kill_after_more(watcher, home)
        gate.touch()
        assert watcher.process.wait(300) == 0
        told = watcher.events()
    with Client(home) as client:
        events = [event for event in client.list_events(0, limit=2000) if event["seq"] <= told[-1]["seq"]]
        ends = {job.id: job.state for job in client.list_jobs()}
    assert set(ends.values()) == {"done"}
    assert numbers(told) == sorted(set(numbers(told)))
    # Progress events of a job are deleted when it ends. The watcher received all other events, in order.
    assert [n for n in numbers(events) if n not in numbers(told)] == []
    ended = [event["job"] for event in told if event["kind"] == "state" and event["state"] == "done"]
    assert sorted(ended) == sorted(ends)


@pytest.mark.long("command_line")
def test_watch_waits_for_the_next_supervisor_after_a_stop(queue: tuple[Milimo, Home], tmp_path: Path) -> None:
    milimo, home = queue
    with Client(home) as client:
        [held] = client.submit_jobs([picture(label="1A take", hold=True)])
    with Watcher(milimo, tmp_path / "watched", held, "--json") as watcher:
        until(lambda: len(watcher.events()) == 1, "the replay")
        milimo.inside("supervisor", "stop", "--now")
        until(lambda: not home.root.joinpath("supervisor.json").exists(), "it has ended")
        assert watcher.process.poll() is None
        with pytest.raises(AssertionError):
            until(lambda: home.root.joinpath("supervisor.json").exists(), "a watch starts none", 1.5)
        milimo.act("job", "release", held)
        until(lambda: states(watcher)[-1:] == ["done"], "what the next one does is told")
        told = numbers(watcher.events())
    assert told == sorted(set(told))


@pytest.mark.long("command_line")
def test_watch_replays_from_any_event_number(queue: tuple[Milimo, Home]) -> None:
    milimo, home = queue
    with Client(home) as client:
        ids = client.submit_jobs(
            [picture(label="1A take"), picture("fail=no", label="1B take", batch="batch_1")]
        )
        until_ended(client, ids)
    whole = [
        json.loads(line) for line in milimo("job", "watch", "--until-idle", "--json").stdout.splitlines()
    ]
    assert numbers(whole) == sorted(set(numbers(whole)))
    middle = whole[len(whole) // 2]["seq"]
    later = milimo("job", "watch", "--until-idle", "--json", "--since", str(middle)).stdout.splitlines()
    assert numbers([json.loads(line) for line in later]) == [n for n in numbers(whole) if n > middle]
    one = [
        json.loads(line)
        for line in milimo("job", "watch", "1A", "--until-idle", "--json").stdout.splitlines()
    ]
    assert {event["job"] for event in one} == {ids[0]}
    words = milimo("job", "watch", "--until-idle").stdout.decode().splitlines()
    assert any(line.endswith("  1A take: done") for line in words)
    assert any(line.endswith("  1B take: failed: no") for line in words)
    assert any("1 failed" in line for line in words)
    last = str(whole[-1]["seq"])
    assert not milimo("job", "watch", "--until-idle", "--since", last).stdout
    assert b"job_000000000000000000" in milimo("job", "watch", "job_000000000000000000", code=2).stderr


@pytest.mark.long("command_line")
def test_watch_waits_for_a_retried_job_that_ended_before(queue: tuple[Milimo, Home]) -> None:
    milimo, home = queue
    gate = milimo.cwd / "gate"
    with Client(home) as client:
        [id] = client.submit_jobs([picture("fail=no", label="1A take")])
        until_ended(client, [id])
        client.retry_jobs([id], spec={"prompt": f"gate={gate}"})
        with Watcher(milimo, milimo.cwd / "watched", id, "--json", "--until-idle") as watcher:
            until(lambda: states(watcher).count("running") == 2, "it follows the second attempt")
            assert watcher.process.poll() is None
            gate.touch()
            assert watcher.process.wait(300) == 0
            assert watcher.events()[-1].get("state") == "done"


def test_events_are_described_in_words() -> None:
    lines = EventLines({"job_1": "3B take"})

    def words(kind: str, job: str = "job_1", **data: Any) -> str:
        return lines.format_event({"seq": 1, "at": 0.0, "kind": kind, "job": job or None, **data})[10:]

    running = {"state": "running", "trigger": "claim", "worker": "gpu0"}
    assert words("state", **running) == "3B take: running on gpu0"
    assert words("state", state="failed", trigger="fail", error="no") == "3B take: failed: no"
    assert words("state", state="queued", trigger="change") == ""
    step: dict[str, Any] = {"stage": "denoise", "steps_total": 60, "eta": 30.0}
    told = words("progress", **step, steps_done=6, progress=0.1)
    assert re.findall(r"3B take|denoise|\d+ of \d+|\d+%|\d+ s", told) == [
        *("3B take", "denoise", "6 of 60", "10%", "30 s"),
    ]
    assert words("progress", **step, steps_done=9, progress=0.15) == ""
    assert words("progress", **step, steps_done=12, progress=0.2)
    assert words("progress", stage="decode", progress=0.2) == "3B take: decode, 20%"
    kept: dict[str, Any] = {"stage": "denoise", "step": 48, "total": 60}
    stored, resumed = words("checkpoint", **kept), words("checkpoint", **kept, resumed=True)
    assert "denoise 48 of 60" in stored
    assert "denoise 48 of 60" in resumed
    assert stored != resumed
    assert words("edit", changed=["spec", "label"], label="3B late").endswith("spec, label")
    assert words("notice", "", event="idle", text="the queue is empty") == "the queue is empty"
    assert words("notice", event="failed", text="3B take failed") == ""
    given_up: dict[str, Any] = {
        "event": "given_up",
        "target": "webhook",
        "error": "it answered 500",
        "tries": 9,
    }
    told = words("notice", "", **given_up)
    assert given_up["target"] in told
    assert given_up["error"] in told
    assert re.search("“Scene 3”.* paused", words("batch", "", label="Scene 3", paused=True))
    assert re.search(r"\bgpu\b.*: full", words("lane", "", lane="gpu", paused=True, reason="full"))
    assert (
        words("worker", "", worker="cpu", state="recycled", reason="500 jobs")
        == "worker cpu recycled: 500 jobs"
    )
    assert words("supervisor", "", state="ended") == "the supervisor ended"
    assert words("novelty", "", shade="blue") == "novelty shade blue"
