"""Start a batch in one terminal, lose the line, attach in another: together they saw every event, once."""

from __future__ import annotations

import json
import os
import shlex
import signal
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.front_door import Milimo
from tests.jobs.conftest import until
from tests.terminal import in_terminal


class Terminal:
    """A terminal of its own with one command in it."""

    def __init__(self, milimo: Milimo, command: str) -> None:
        program = f"{shlex.quote(sys.executable)} -m milimo_tui.cli.main"  # its path may have spaces
        words = ["/bin/sh", "-c", command.replace("milimo", program)]
        self.pid, self._line = in_terminal(words, milimo.env, cwd=milimo.cwd)
        self._said = b""

    def events(self, enough: int = 0) -> list[dict[str, Any]]:
        """Whole lines of JSON that it has shown, once there are enough of them; 0: all until it ends."""
        while not enough or len(self._whole()) < enough:
            try:
                data = os.read(self._line, 1 << 16)
            except OSError:  # what Linux says at the end of a terminal
                break
            if not data:
                break
            self._said += data
        return self._whole()

    def _whole(self) -> list[dict[str, Any]]:
        lines = self._said.split(b"\n")[:-1]
        return [json.loads(line) for line in lines if line.startswith(b'{"seq"')]

    def hang_up(self) -> int:
        """Close the line: the kernel sends SIGHUP to what runs there. Returns the signal that ended it."""
        os.close(self._line)
        _, status = os.waitpid(self.pid, 0)
        return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0

    def end(self) -> int:
        """Its exit code, once it has ended by itself."""
        _, status = os.waitpid(self.pid, 0)
        os.close(self._line)
        return os.waitstatus_to_exitcode(status)


def numbers_in_file(home: Path) -> dict[int, str]:
    """Every event that is kept, by number, with its kind."""
    with sqlite3.connect(f"file:{home / 'studio.db'}?mode=ro", uri=True) as db:
        found = dict(db.execute("SELECT seq, kind FROM event"))
    db.close()
    return found


@pytest.mark.long("queue")
def test_two_terminals_in_turn_see_every_event_once(film: Milimo) -> None:
    before = max(numbers_in_file(film.home), default=0)
    watch = f"exec milimo job watch --json --since {before}"
    first = Terminal(film, f"milimo shot make --all --takes 2 --detach && {watch}")
    seen = first.events(enough=12)
    assert first.hang_up() == signal.SIGHUP
    last = seen[-1]["seq"]
    time.sleep(1.0)  # it works on while nobody looks
    second = Terminal(film, f"exec milimo job watch --json --until-idle --since {last}")
    later = second.events()
    assert second.end() == 0
    numbers = [event["seq"] for event in seen + later]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), "no gap and no repeat"
    done = [event["job"] for event in seen + later if event.get("state") == "done"]
    queued = [event["job"] for event in seen + later if event.get("trigger") == "submit"]
    assert len(done) == len(set(done))
    assert set(done) == set(queued)


@pytest.mark.long("queue")
def test_waiting_client_may_lose_the_connection_and_nothing_else(film: Milimo) -> None:
    before = max(numbers_in_file(film.home), default=0)
    first = Terminal(film, "exec milimo shot make --all --takes 2")
    until(lambda: film.json("supervisor", "status")["active"], "something runs")
    assert first.hang_up() == signal.SIGHUP
    second = Terminal(film, f"exec milimo job watch --json --until-idle --since {before}")
    seen = second.events()
    assert second.end() == 0
    done = [event["job"] for event in seen if event.get("state") == "done"]
    made = {job["id"] for job in film.json("job", "list", "--limit", "0") if job["state"] == "done"}
    shots = film.json("shot", "list")
    assert len(done) == len(set(done)) == 2 * len(shots)
    assert set(done) <= made
    assert {shot["takes"] for shot in shots} == {3}
