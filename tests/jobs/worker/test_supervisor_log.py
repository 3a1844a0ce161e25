"""Test the supervisor's log: its levels, the rotation of its file, and the capture of stderr in the same
file.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from milimo_tui.core.paths import Home
from tests.front_door import Milimo
from tests.jobs.conftest import JobHome, picture, until, until_ended

PROGRAM = """
import logging, os, sys
from pathlib import Path
from milimo_tui.core.settings import Settings
from milimo_tui.jobs.worker.rotated_log import set_up_logging
path = Path(sys.argv[1])
if sys.argv[2] == "own":
    os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 2)
settings = Settings(log_mb=0.01, log_files=int(sys.argv[3]), log_level=sys.argv[4], notify_secret="swordfish")
set_up_logging(settings)
set_up_logging(settings, path)
for number in range(400):
    logging.getLogger("test").info("line %03d swordfish", number)
logging.getLogger("test").warning("the end")
print("printed at the end", file=sys.stderr, flush=True)
"""


def run(path: Path, stderr: str, files: int, level: str) -> str:
    words = [sys.executable, "-c", PROGRAM, str(path), stderr, str(files), level]
    return subprocess.run(words, capture_output=True, text=True, check=True).stderr


def test_log_is_rotated_with_stderr(tmp_path: Path) -> None:
    path = tmp_path / "home" / "supervisor.log"
    path.parent.mkdir()
    assert run(path, "own", 2, "info") == ""
    assert sorted(each.name for each in path.parent.iterdir()) == [
        path.name,
        f"{path.name}.1",
        f"{path.name}.2",
    ]
    for each in path.parent.iterdir():
        assert each.stat().st_size < 12_000
        assert each.stat().st_mode & 0o777 == 0o600
        assert "swordfish" not in each.read_text()
    assert path.read_text().splitlines()[-2].endswith("WARNING test: the end")
    assert path.read_text().splitlines()[-1] == "printed at the end"


def test_log_without_older_ones_is_truncated(tmp_path: Path) -> None:
    path = tmp_path / "home" / "supervisor.log"
    path.parent.mkdir()
    run(path, "own", 0, "info")
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert path.stat().st_size < 12_000
    assert path.read_text().splitlines()[-1] == "printed at the end"


def test_supervisor_in_a_terminal_logs_each_line_once_to_both(tmp_path: Path) -> None:
    path = tmp_path / "home" / "supervisor.log"
    path.parent.mkdir()
    lines = run(path, "other", 2, "warning").splitlines()
    assert [line.rpartition(": ")[2] for line in lines] == ["the end", "printed at the end"]
    assert path.read_text().count("\n") == 1


@pytest.mark.long("queue")
def test_supervisor_logs_by_level_into_the_home(house: JobHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILIMO_LOG_LEVEL", "error")
    client = house.start()
    until_ended(client, client.submit_jobs([picture("text=x")]))
    assert house.home.log.read_text() == ""
    house.end()
    monkeypatch.setenv("MILIMO_LOG_LEVEL", "debug")
    house.start()
    until(lambda: " DEBUG " in house.home.log.read_text(), "it says more")


@pytest.mark.long("queue")
def test_foreground_supervisor_writes_both_logs_and_its_command_reads_older_ones(milimo: Milimo) -> None:
    done = milimo("supervisor", "start", "--foreground", MILIMO_IDLE_SECONDS="0.3")
    log = Home(milimo.home).log
    assert "supervises" in done.stderr.decode()
    assert [line for line in log.read_text().splitlines() if "supervises" in line]
    log.rename(log.with_name("supervisor.log.1"))
    log.write_text("a new one\n")
    text = milimo.act("supervisor", "log")
    assert "supervises" in text
    assert text.splitlines()[-1] == "a new one"
    assert milimo.act("supervisor", "log", "--lines", "1").strip() == "a new one"
