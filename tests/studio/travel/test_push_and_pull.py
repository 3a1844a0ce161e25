"""A film goes to another box by a real sshd and comes back: what changed alone, and both hands' work."""

from __future__ import annotations

import io
import json
import os
import random
import shlex
import shutil
import signal
import sqlite3
import struct
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.errors import Failed
from milimo_tui.core.host import locked
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.engines.catalog.installed_weights import Installed
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.store.project.opening import problem_of
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.studio.travel.frames import Frames
from tests.budget import rounds
from tests.studio.travel.conftest import Boxes

OTHER_PROTOCOL = """
import sys
from milimo_tui.studio.travel.frames import Frames
frames = Frames(sys.stdin.buffer, sys.stdout.buffer)
frames.hear()
here = {"there": False, "film": "", "folder": "", "name": "", "seen": [], "cargo": "of a later protocol"}
frames.say(here | {"protocol": 99, "schema": 99, "version": "9.0.0"})
"""


def set_length(film: Path, number: str, frames: int) -> None:
    """Edit a shot by another hand than the command line's."""
    with ProjectFile.open(ProjectPaths(film)) as file:
        story = file.story()
        (shot,) = [each for each in story.shots if story.numbers[each.id] == number]
        after = replace(shot, frames=frames)
        file.edit(f"{number}: length", scope="project", actor="terminal-1", before=[shot], after=[after])


def lengths(rows: list[dict[str, Any]]) -> dict[str, int]:
    return {row["number"]: row["frames"] for row in rows}


def big_file(boxes: Boxes, name: str, megabytes: int, seed: int = 1) -> Path:
    """A render of random bytes, which no line compresses."""
    path = boxes.film_here() / "renders" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(random.Random(seed).randbytes(megabytes * 1_000_000))
    return path


def put_weights(boxes: Boxes, name: str) -> int:
    """Weights of random numbers on the shelf here; returns their bytes."""
    folder = boxes.here.home / "models" / name
    folder.mkdir()
    data = random.Random(1).randbytes(2_000_000)
    tensor = {"dtype": "F32", "shape": [len(data) // 4], "data_offsets": [0, len(data)]}
    header = json.dumps({"noise": tensor}).encode()
    path = folder / "model.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + data)
    ModelStore(folder.parent).register(Installed(id=name, family="z-image", title="Noise", tiny=True))
    return path.stat().st_size


def test_a_film_goes_there_and_then_what_changed_alone(boxes: Boxes) -> None:
    big_file(boxes, "film.mp4", 3)
    first = boxes.push()
    assert (first["made"], first["bytes"] > 3_000_000) == (True, True)
    boxes.here.act("shot", "set", "1A", "--length", "33")
    set_length(boxes.film_there(), "1B", 44)
    second = boxes.push()
    assert (second["made"], second["edits"], second["ahead"]) == (False, 1, 1)
    assert second["bytes"] < 1_000_000  # the database, and no media again
    assert _state(ProjectPaths(boxes.film_there())) | {"1A": 33, "1B": 44} == _state(
        ProjectPaths(boxes.film_there())
    )
    assert (boxes.film_there() / "renders" / "film.mp4").stat().st_size == 3_000_000


@pytest.mark.long("travel")
def test_both_hands_meet_as_two_terminals_do(boxes: Boxes) -> None:
    boxes.push()
    boxes.here.act("shot", "set", "1A", "--length", "33")
    boxes.there.act("project", "use", "two-lamps")
    boxes.there.act("shot", "set", "1B", "--length", "44")
    boxes.push()
    assert boxes.pull()["edits"] == 1
    assert lengths(boxes.here.json("shot", "list")) == lengths(boxes.there.json("shot", "list"))
    boxes.here.act("shot", "set", "1A", "--length", "51")
    boxes.there.act("shot", "set", "1A", "--length", "52")
    words = ["project", "push", boxes.box, *boxes.flags()]
    told = boxes.here.refusal(*words, code=1)
    assert "the length of shot 1A was changed here and on " in told
    assert "--keep mine or --keep theirs" in told
    assert boxes.push("--keep", "mine")["differences"]
    assert lengths(boxes.there.json("shot", "list"))["1A"] == 51


@pytest.mark.long("travel")
def test_a_film_is_pulled_by_its_name_with_its_takes(boxes: Boxes) -> None:
    boxes.here.act("shot", "make", "--all")
    [take, *_] = (boxes.film_here() / "media").rglob("*.m*")
    whole = take.read_bytes()
    take.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
    told = boxes.here.refusal("project", "push", boxes.box, *boxes.flags(), code=1)
    assert "is not what it was when it came in" in told
    assert not boxes.film_there().exists()
    take.write_bytes(whole)
    boxes.push()
    shutil.rmtree(boxes.film_here())
    came = boxes.pull("Two Lamps", "--name", "again")
    assert (came["made"], came["folder"], came["picked"]) == (True, "again", 3)
    assert problem_of(ProjectPaths(boxes.film_here("again"))) == ""
    assert boxes.here.json("asset", "check")
    assert boxes.pull()["bytes"] == 0


@pytest.mark.long("travel")
def test_a_push_that_is_cut_goes_on_where_it_was(boxes: Boxes, tmp_path: Path) -> None:
    big_file(boxes, "film.mp4", 60)
    running = boxes.pushing(tmp_path / "far.pid")
    arriving = boxes.there.home / "arriving"
    end = time.monotonic() + 60
    while not _came(arriving) > 5_000_000 and time.monotonic() < end:
        time.sleep(0.005)
    running.kill()
    running.wait()
    came = _came(arriving)
    assert not boxes.film_there().exists()
    if came < 60_000_000:
        assert boxes.push()["bytes"] < 60_000_000 + 1_000_000 - 4_000_000
    else:
        boxes.push()
    assert (boxes.film_there() / "renders" / "film.mp4").stat().st_size == 60_000_000
    assert not any(arriving.iterdir())


def _came(arriving: Path) -> int:
    return sum(path.stat().st_size for path in arriving.rglob("*.part")) if arriving.is_dir() else 0


@pytest.mark.long("travel")
def test_a_push_killed_at_random_leaves_the_other_side_whole(boxes: Boxes, tmp_path: Path) -> None:
    rng = random.Random(18)
    big_file(boxes, "film.mp4", 12)
    begun = time.monotonic()
    boxes.push()
    takes = time.monotonic() - begun
    where = ProjectPaths(boxes.film_there())
    landed = 0
    for turn in range(rounds("travel")):
        boxes.here.act("shot", "set", "1A", "--length", str(60 + turn))
        big_file(boxes, f"film-{turn % 3}.mp4", 12, seed=turn)
        before = _state(where)
        far = tmp_path / "far.pid"
        far.unlink(missing_ok=True)
        running = boxes.pushing(far)
        time.sleep(rng.uniform(0.2, 1.2) * takes)
        if turn % 2 and far.exists():
            with suppress(ProcessLookupError):
                os.kill(int(far.read_text()), signal.SIGKILL)
            running.wait()
        running.kill()
        running.wait()
        after = _state(where)
        expected = 60 + turn
        assert problem_of(where) == ""
        assert before["1A"] <= after["1A"] <= expected  # one whose near side was killed may end meanwhile
        assert after["1B"] == before["1B"]
        landed += after["1A"] == expected
        for path in (boxes.film_there() / "renders").iterdir():
            if not path.name.startswith("."):
                assert path.stat().st_size == 12_000_000
    boxes.push()
    assert _state(where)["1A"] == 60 + rounds("travel") - 1
    mine = {path.name: path.read_bytes() for path in (boxes.film_here() / "renders").iterdir()}
    theirs = {path.name: path.read_bytes() for path in (boxes.film_there() / "renders").iterdir()}
    assert {name: theirs[name] for name in mine} == mine
    assert boxes.pull()["edits"] == 0


def _state(paths: ProjectPaths) -> dict[str, int]:
    end = time.monotonic() + 20
    while True:  # the other side may hold the file a moment longer than who was killed
        try:
            with ProjectFile.open(paths) as film:
                story = film.story()
                return {story.numbers[shot.id]: shot.frames for shot in story.shots}
        except (Failed, sqlite3.Error):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


@pytest.mark.long("travel")
def test_what_can_not_be_is_one_sentence(boxes: Boxes) -> None:
    def refused(*words: str, code: int = 1, flags: list[str] | None = None) -> str:
        told = boxes.here.refusal(*words, *(boxes.flags() if flags is None else flags), code=code)
        assert len([line for line in told.splitlines() if line.strip()]) <= 2, told
        return told

    push = ("project", "push", boxes.box)
    assert "the disk is full" in refused(*push, flags=boxes.flags(MILIMO_TEST_FREE_BYTES="1000"))
    assert not boxes.film_there().exists()
    assert "is no box" in boxes.here.refusal("run", "project.push", "box=-oProxyCommand=true")
    nobody = ["--ssh", "ssh -F none -p 1 -o ConnectTimeout=5", "--program", "milimo"]
    assert "no connection to 127.0.0.1" in refused("project", "push", "127.0.0.1", code=3, flags=nobody)
    lacking = ["--ssh", boxes.server.ssh, "--program", "/no/such/milimo"]
    assert "there is no milimo on" in refused(*push, code=3, flags=lacking)
    older = [
        "--ssh",
        boxes.server.ssh,
        "--program",
        "sh -c 'echo milimo: has no verb far-side >&2; exit 2' --",
    ]
    assert "has another Milimo" in refused(*push, flags=older)
    newer = ["--ssh", boxes.server.ssh, "--program", shlex.join([sys.executable, "-c", OTHER_PROTOCOL])]
    assert "has Milimo 9.0.0 (schema 99), here is" in refused(*push, flags=newer)
    chatty = ["--ssh", boxes.server.ssh, "--program", "echo Welcome to this box, dear user;"]
    assert "said what is not Milimo's" in refused(*push, flags=chatty)
    assert "this film is not on" in refused("project", "pull", boxes.box, code=2)
    boxes.there.act("project", "new", "Two Lamps")
    assert "another film in two-lamps" in refused(*push, code=2)
    assert boxes.push("--name", "lamps")["made"]
    film = boxes.here.json("project", "show")["id"]
    (boxes.there.home / "arriving" / film).mkdir(parents=True)
    with locked(boxes.there.home / "arriving" / film / ".lock", wait=False):
        assert "the same is coming in at this moment" in refused(*push, code=2)
    assert "there are no weights “nothing”" in refused(*push, "--weights", "nothing", code=2)


@pytest.mark.long("travel")
def test_weights_go_by_their_names_and_once(boxes: Boxes) -> None:
    name = "noise"
    size = put_weights(boxes, name)
    first = boxes.push("--weights", name)
    assert (first["weights_sent"], first["weights_bytes"]) == (1, size)
    again = boxes.push("--weights", name)
    assert (again["weights_sent"], again["weights_bytes"]) == (0, 0)
    (row,) = ModelStore(boxes.there.home / "models").installed()
    assert (row.id, row.title) == (name, "Noise")
    assert boxes.there.json("model", "verify", name)


@pytest.mark.long("travel")
def test_one_who_asks_by_another_protocol_is_told(boxes: Boxes) -> None:
    """The other way round: a later Milimo pushes to this one."""
    hello = {"ask": "hello", "film": "", "protocol": 99, "schema": 99, "version": "9.0.0", "more": 1}
    out = io.BytesIO()
    Frames(io.BytesIO(), out).say(hello)
    answered = boxes.there("far-side", stdin=out.getvalue())
    told = Frames(io.BytesIO(answered.stdout), io.BytesIO()).hear()
    assert told is not None
    assert (told["error"], "has Milimo 9.0.0 (schema 99)" in told["message"]) == ("newer", True)


@pytest.mark.long("travel")
def test_clocks_that_differ_decide_nothing(boxes: Boxes) -> None:
    """The other box lives ten years ago, then ten years on; each edits and each has renders."""
    for turn, years in enumerate((-10, 10, -10)):
        flags = boxes.flags(MILIMO_TEST_CLOCK=str(years * 365 * 86400.0))
        big_file(boxes, "film.mp4", 1, seed=turn)
        boxes.here.act("shot", "set", "1A", "--length", str(40 + turn))
        boxes.here.act("project", "push", boxes.box, *flags)
        for state in (boxes.film_there() / "met").iterdir():  # as a disk brought back from a copy has them
            os.utime(state, (0, 0))
        set_length(boxes.film_there(), "1B", 50 + turn)
        boxes.here.act("project", "pull", boxes.box, *flags)
        for film in (boxes.film_here(), boxes.film_there()):
            assert _state(ProjectPaths(film))["1A"] == 40 + turn
            assert _state(ProjectPaths(film))["1B"] == 50 + turn
    assert (boxes.film_there() / "renders" / "film.mp4").read_bytes() == random.Random(2).randbytes(1_000_000)


@pytest.mark.long("travel")
def test_pushes_that_are_cut_do_not_make_the_boxes_forget_where_they_met(boxes: Boxes) -> None:
    boxes.push()
    set_length(boxes.film_there(), "1B", 44)
    for turn in range(15):  # more states than are kept
        boxes.here.act("shot", "set", "1A", "--length", str(30 + turn))
        full = boxes.flags(MILIMO_TEST_FREE_BYTES="1000")
        assert "the disk is full" in boxes.here.refusal("project", "push", boxes.box, *full, code=1)
    assert boxes.push()["edits"] == 15
    assert _state(ProjectPaths(boxes.film_there())) | {"1A": 44, "1B": 44} == _state(
        ProjectPaths(boxes.film_there())
    )
