"""Test job logs: everything logged or printed by a job or its programs is in the job's own log, and a silent
job has no log.
"""

from __future__ import annotations

import logging
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.core.errors import Failed
from milimo_tui.core.paths import Home
from milimo_tui.jobs.worker.capture import OutputCapture, get_spool_path
from milimo_tui.jobs.worker.job_log import JobLogs
from tests.jobs.conftest import JobHome, picture, until, until_ended


@pytest.fixture
def capture(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Iterator[OutputCapture]:
    made = OutputCapture()
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.INFO)
    root.addHandler(made)
    yield made
    root.removeHandler(made)
    root.setLevel(level)


def attempt(capture: OutputCapture, log: Path, *acts: object) -> str:
    capture.start_capture(log, "cpu")
    capture.add_note("attempt 1")
    for act in acts:
        assert callable(act)
        act()
    capture.add_note("made nothing")
    capture.end_capture()
    return log.read_text() if log.exists() else ""


def shout() -> None:
    subprocess.run(["echo", "from a program"], check=True)


def test_silent_job_has_no_log(capture: OutputCapture, tmp_path: Path) -> None:
    assert attempt(capture, tmp_path / "logs/a.log") == ""
    assert not (tmp_path / "logs/a.log").exists()


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda: logging.getLogger("job").info("from the engine"), "from the engine"),
        (lambda: logging.getLogger("some.library").warning("from a library"), "from a library"),
        (lambda: os.write(2, b"from C\n"), "from C"),
        (shout, "from a program"),
    ],
)
def test_output_of_every_source_is_captured(
    capture: OutputCapture, tmp_path: Path, act: object, words: str
) -> None:
    lines = attempt(capture, tmp_path / "logs/a.log", act).splitlines()
    assert lines[0].endswith("attempt 1")
    assert words in lines[1]
    assert lines[2].endswith("made nothing")
    again = attempt(capture, tmp_path / "logs/a.log", shout)
    assert again.count("attempt 1") == 2
    assert attempt(capture, tmp_path / "logs/b.log") == "", "nothing of it reaches the next job"


def test_early_output_is_written_when_the_log_exists(capture: OutputCapture, tmp_path: Path) -> None:
    text = attempt(
        capture,
        tmp_path / "logs/a.log",
        lambda: os.write(1, b"first\n"),
        capture.open,
        lambda: os.write(1, b"second\n"),
        lambda: logging.getLogger("job").info("third"),
        shout,
    )
    places = [text.index(word) for word in ("attempt", "first", "second", "third", "from a program", "made")]
    assert places == sorted(places)


def test_log_that_cannot_be_created_is_reported_on_request(capture: OutputCapture, tmp_path: Path) -> None:
    log = tmp_path / "logs/a.log"
    capture.start_capture(log, "cpu")
    log.mkdir()
    with pytest.raises(Failed, match=r"could not write .*a\.log"):
        capture.open()
    logging.getLogger("job").info("said all the same")
    with pytest.raises(Failed):
        capture.end_capture()
    capture.start_capture(tmp_path / "logs/b.log", "cpu")
    capture.end_capture()


def test_last_output_of_a_dead_worker_is_saved(tmp_path: Path) -> None:
    home = Home(tmp_path)
    logs = JobLogs(home)
    logs.save_last_output("job_a", "cpu")  # there is no output, so nothing happens
    home.logs.mkdir()
    get_spool_path(logs.get_log_path("job_a"), "cpu").write_text("Fatal error: device-side assert\n")
    logs.save_last_output("job_a", "cpu")
    logs.save_last_output("job_a", "cpu")
    assert logs.read_log_tail("job_a").count("device-side assert") == 1


@pytest.mark.long("queue")
def test_output_of_a_job_that_dies_early_is_in_its_log(house: JobHome) -> None:
    client = house.start()
    (id,) = client.submit_jobs([picture("print=farewell", "silent")])
    job = until_ended(client, [id])[id]
    assert job.state == "set_aside"
    until(lambda: client.read_job_log(id).count("farewell") == 3, "each death is told with its last words")
