"""Test detaching: a batch starts in one terminal, the connection is lost, another terminal attaches, and
together the two see every event once.
"""

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
    """A new terminal that runs one command."""

    def __init__(self, milimo: Milimo, command: str) -> None:
        # Quoted because the path may contain spaces.
        program = f"{shlex.quote(sys.executable)} -m milimo_tui.cli.main"
        words = ["/bin/sh", "-c", command.replace("milimo", program)]
        self.pid, self._line = in_terminal(words, milimo.env, cwd=milimo.cwd)
        self._said = b""

    def events(self, enough: int = 0) -> list[dict[str, Any]]:
        """Return the JSON objects of all complete lines that the terminal has shown. Waits for at least
        `enough` lines; 0 waits until the command ends.
        """
        while not enough or len(self._whole()) < enough:
            try:
                data = os.read(self._line, 1 << 16)
            except OSError:  # Linux raises an error at the end of a terminal.
                break
            if not data:
                break
            self._said += data
        return self._whole()

    def _whole(self) -> list[dict[str, Any]]:
        lines = self._said.split(b"\n")[:-1]
        return [json.loads(line) for line in lines if line.startswith(b'{"seq"')]

    def hang_up(self) -> int:
        """Close the terminal, so that the kernel sends SIGHUP to its processes. Returns the signal that ended
        the command, or 0.
        """
        os.close(self._line)
        _, status = os.waitpid(self.pid, 0)
        return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0

    def end(self) -> int:
        """Wait until the command ends by itself, and return its exit code."""
        _, status = os.waitpid(self.pid, 0)
        os.close(self._line)
        return os.waitstatus_to_exitcode(status)


def numbers_in_file(home: Path) -> dict[int, str]:
    """Return the kind of every stored event by its number."""
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
    time.sleep(1.0)  # let the queue work while no terminal is attached
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
    ids = {job["id"] for job in film.json("job", "list", "--limit", "0") if job["state"] == "done"}
    shots = film.json("shot", "list")
    assert len(done) == len(set(done)) == 2 * len(shots)
    assert set(done) <= ids
    assert {shot["takes"] for shot in shots} == {3}
