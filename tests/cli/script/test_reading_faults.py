"""Test faults around the reading of a screenplay: a full disk, and two acceptances at the same time."""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.cli.script.test_reading import (
    SCENES,
    answer,
    film,
    is_at_question,
    list_read_scenes,
    server,
    wait_until,
)
from tests.engines.llm.text_server import TextServer, words_of
from tests.front_door import Milimo
from tests.small_disk import fill_disk, mount_small_disk

__all__ = ["film", "server"]
DISK_BYTES = 110 << 20  # More than the 64 MiB that must be free for a job to start
HELD = "4"  # The scene about which the model answers only when the disk is full.


@pytest.fixture
def disk(milimo: Milimo) -> Iterator[Path]:
    """Mount a small file system for the home."""
    root = Path(milimo.env["MILIMO_HOME"])
    root.mkdir(parents=True, exist_ok=True)
    with mount_small_disk(root, DISK_BYTES):
        yield root
        milimo("supervisor", "stop")


@pytest.mark.long("command_line")
def test_reading_continues_when_a_full_disk_has_space_again(
    disk: Path, film: Milimo, server: TextServer
) -> None:
    released = threading.Event()

    def answer_late(body: dict[str, Any]) -> str:
        user = words_of(body, "user")
        if re.search(rf"Scene {HELD}\b", user) and "Names:" not in user:
            released.wait(120)
        return answer(body)

    server.answer = answer_late
    job = film.json("script", "read", "--detach")["job"]
    wait_until(partial(is_at_question, film, job, 5))
    fill_disk(disk / "ballast")
    released.set()
    wait_until(lambda: is_disk_full(film, job))
    (disk / "ballast").unlink()
    wait_until(lambda: not is_disk_full(film, job))
    film.act("job", "wait", job)
    # Only the answer that did not fit on the disk is asked for again.
    assert sorted({*list_read_scenes(server)}) == [str(number) for number in range(1, SCENES + 1)]
    assert len(list_read_scenes(server)) <= SCENES + 1
    assert film.json("script", "reading")["not_read"] == {}
    film.act("script", "accept")


def is_disk_full(film: Milimo, job: str) -> bool:
    command = [film.python, "-m", "milimo_tui.cli.main", "job", "show", job, "--json"]
    done = subprocess.run(command, env=film.env, cwd=film.cwd, capture_output=True, check=False, timeout=60)
    return b"disk_full" in done.stdout


@pytest.mark.long("command_line")
def test_reading_accepted_by_two_studios_at_once_is_accepted_once(film: Milimo) -> None:
    film.act("script", "read")
    before = film.json("element", "list")
    command = [film.python, "-m", "milimo_tui.cli.main", "script", "accept", "--json"]
    started = [
        subprocess.Popen(command, env=film.env, cwd=film.cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    outputs = [each.communicate(timeout=120)[0] for each in started]
    codes = [each.returncode for each in started]
    assert codes.count(0) == 1
    refused = [output for output, code in zip(outputs, codes, strict=True) if code]
    # A later one finds a film that has changed, or no reading that waits.
    assert {json.loads(output)["error"]["kind"] for output in refused} <= {"conflict", "not_found"}
    film.refusal("script", "reading")
    film.act("cut", "undo", "--whole-project")
    assert film.json("element", "list") == before


def test_reason_of_a_stopped_reading_is_given_once(film: Milimo, server: TextServer) -> None:
    def answer_some(body: dict[str, Any]) -> str:
        user = words_of(body, "user")
        if re.search(rf"Scene {HELD}\b", user) and "Names:" not in user:
            server.pause = 5
        return answer(body)

    server.answer = answer_some
    job = film.json("script", "read", "--detach")["job"]
    wait_until(partial(is_at_question, film, job, 5))
    film.act("job", "cancel", job)
    wait_until(lambda: film.json("job", "show", job)["state"] in ("cancelled", "done"))
    assert film.act("script", "reading").count("the reading stopped") == 1
