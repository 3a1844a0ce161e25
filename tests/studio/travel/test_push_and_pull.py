"""Test a film sent to another machine over a real sshd and back: only changes are transferred, and the edits
of both users are preserved.
"""

from __future__ import annotations

import hashlib
import io
import os
import random
import shlex
import shutil
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from milimo_tui.core.host import hold_file_lock
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.store.project.opening import find_film_problem
from milimo_tui.studio.travel.frames import Frames
from tests.cli.film.test_transition_between_tracks import restore_older_schema
from tests.studio.travel.conftest import Machines
from tests.studio.travel.films import big_file, lengths, put_weights, set_length, state_of

OTHER_PROTOCOL = """
import sys
from milimo_tui.studio.travel.frames import Frames
frames = Frames(sys.stdin.buffer, sys.stdout.buffer)
frames.wait_for_message()
here = {"there": False, "film": "", "folder": "", "name": "", "seen": [], "cargo": "of a later protocol"}
frames.send_message(here | {"protocol": 99, "schema": 99, "version": "9.0.0"})
"""


@pytest.mark.long("command_line")
def test_first_push_sends_the_film_and_later_ones_only_changes(boxes: Machines) -> None:
    big_file(boxes, "film.mp4", 3)
    first = boxes.push()
    assert (first["made"], first["bytes"] > 3_000_000) == (True, True)
    boxes.here.act("shot", "set", "1A", "--length", "33")
    set_length(boxes.film_there(), "1B", 44)
    second = boxes.push()
    assert (second["made"], second["edits"], second["ahead"]) == (False, 1, 1)
    assert second["bytes"] < 1_000_000  # The second push sends the database and no media.
    found = state_of(ProjectPaths(boxes.film_there()))
    assert (found["1A"], found["1B"]) == (33, 44)
    assert (boxes.film_there() / "renders" / "film.mp4").stat().st_size == 3_000_000


@pytest.mark.long("travel")
def test_edits_of_both_sides_are_merged_like_those_of_two_terminals(boxes: Machines) -> None:
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
    error = boxes.here.refusal(*words, code=1)
    assert "length of shot 1A" in error
    assert "--keep mine" in error
    assert "--keep theirs" in error
    assert boxes.push("--keep", "mine")["differences"]
    assert lengths(boxes.there.json("shot", "list"))["1A"] == 51


@pytest.mark.long("travel")
def test_film_is_pulled_by_its_name_with_its_takes(boxes: Machines) -> None:
    boxes.here.act("shot", "make", "--all")
    [take, *_] = (boxes.film_here() / "media").rglob("*.m*")
    whole = take.read_bytes()
    take.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
    error = boxes.here.refusal("project", "push", boxes.box, *boxes.flags(), code=1)
    assert take.name in error
    assert not boxes.film_there().exists()
    take.write_bytes(whole)
    boxes.push()
    shutil.rmtree(boxes.film_here())
    came = boxes.pull("Two Lamps", "--name", "again")
    assert (came["made"], came["folder"], came["picked"]) == (True, "again", 3)
    assert find_film_problem(ProjectPaths(boxes.film_here("again"))) == ""
    assert boxes.here.json("asset", "check")
    assert boxes.pull()["bytes"] == 0


@pytest.mark.long("travel")
def test_impossible_push_is_refused_in_one_sentence(boxes: Machines) -> None:
    def refused(*words: str, code: int = 1, flags: list[str] | None = None) -> str:
        error = boxes.here.refusal(*words, *(boxes.flags() if flags is None else flags), code=code)
        assert len([line for line in error.splitlines() if line.strip()]) <= 2, error
        return error

    push = ("project", "push", boxes.box)
    assert "disk" in refused(*push, flags=boxes.flags(MILIMO_TEST_FREE_BYTES="1000"))
    assert not boxes.film_there().exists()
    assert "“-oProxyCommand=true”" in boxes.here.refusal("run", "project.push", "box=-oProxyCommand=true")
    nobody = ["--ssh", "ssh -F none -p 1 -o ConnectTimeout=5", "--program", "milimo"]
    assert "to 127.0.0.1" in refused("project", "push", "127.0.0.1", code=3, flags=nobody)
    lacking = ["--ssh", boxes.server.ssh, "--program", "/no/such/milimo"]
    assert "no milimo on" in refused(*push, code=3, flags=lacking)
    older = [
        "--ssh",
        boxes.server.ssh,
        "--program",
        "sh -c 'echo milimo: has no verb far-side >&2; exit 2' --",
    ]
    assert "another Milimo" in refused(*push, flags=older)
    newer = ["--ssh", boxes.server.ssh, "--program", shlex.join([sys.executable, "-c", OTHER_PROTOCOL])]
    assert "9.0.0 (schema 99)" in refused(*push, flags=newer)
    chatty = ["--ssh", boxes.server.ssh, "--program", "echo Welcome to this box, dear user;"]
    assert "milimo --version" in refused(*push, flags=chatty)
    assert "milimo project push" in refused("project", "pull", boxes.box, code=2)
    boxes.there.act("project", "new", "Two Lamps")
    assert "in two-lamps" in refused(*push, code=2)
    assert boxes.push("--name", "lamps")["made"]
    film = boxes.here.json("project", "show")["id"]
    (boxes.there.home / "arriving" / film).mkdir(parents=True)
    with hold_file_lock(boxes.there.home / "arriving" / film / ".lock", wait=False):
        assert "push or pull" in refused(*push, code=2)
    assert "weights “nothing”" in refused(*push, "--weights", "nothing", code=2)


@pytest.mark.long("travel")
def test_weights_are_sent_once_by_their_names(boxes: Machines) -> None:
    name = "noise"
    size = put_weights(boxes, name)
    first = boxes.push("--weights", name)
    assert (first["weights_sent"], first["weights_bytes"]) == (1, size)
    again = boxes.push("--weights", name)
    assert (again["weights_sent"], again["weights_bytes"]) == (0, 0)
    (row,) = ModelStore(boxes.there.home / "models").list_installed()
    assert (row.id, row.title) == (name, "Noise")
    assert boxes.there.json("model", "verify", name)


@pytest.mark.long("travel")
def test_peer_with_another_protocol_is_reported(boxes: Machines) -> None:
    """In the opposite direction, a newer Milimo pushes to this one."""
    hello = {"ask": "hello", "film": "", "protocol": 99, "schema": 99, "version": "9.0.0", "more": 1}
    out = io.BytesIO()
    Frames(io.BytesIO(), out).send_message(hello)
    answered = boxes.there("far-side", stdin=out.getvalue())
    told = Frames(io.BytesIO(answered.stdout), io.BytesIO()).wait_for_message()
    assert told is not None
    assert (told["error"], "9.0.0 (schema 99)" in told["message"]) == ("newer", True)


@pytest.mark.long("travel")
def test_different_clocks_decide_nothing(boxes: Machines) -> None:
    """The clock of the other machine is ten years behind, then ten years ahead. Both sides edit and
    render.
    """
    for turn, years in enumerate((-10, 10, -10)):
        flags = boxes.flags(MILIMO_TEST_CLOCK=str(years * 365 * 86400.0))
        big_file(boxes, "film.mp4", 1, seed=turn)
        boxes.here.act("shot", "set", "1A", "--length", str(40 + turn))
        boxes.here.act("project", "push", boxes.box, *flags)
        # A disk restored from a backup may give the stored states wrong file times.
        for state in (boxes.film_there() / "met").iterdir():
            os.utime(state, (0, 0))
        set_length(boxes.film_there(), "1B", 50 + turn)
        boxes.here.act("project", "pull", boxes.box, *flags)
        for film in (boxes.film_here(), boxes.film_there()):
            assert state_of(ProjectPaths(film))["1A"] == 40 + turn
            assert state_of(ProjectPaths(film))["1B"] == 50 + turn
    assert (boxes.film_there() / "renders" / "film.mp4").read_bytes() == random.Random(2).randbytes(1_000_000)


@pytest.mark.long("travel")
def test_many_pushes_to_one_machine_keep_the_common_state_with_another(
    boxes: Machines, tmp_path: Path
) -> None:
    env = {**boxes.there.env, "MILIMO_HOME": str(tmp_path / "third")}
    third = replace(boxes, there=replace(boxes.there, env=env))
    for each in (boxes, third):
        assert each.push()["made"]
    set_length(third.film_there(), "1B", 44)
    for turn in range(14):  # More turns than the number of states that a home stores.
        set_length(boxes.film_here(), "1A", 50 + turn)
        boxes.push()
    assert third.pull()["edits"] == 1
    third.push()
    found = state_of(ProjectPaths(third.film_there()))
    assert (found["1A"], found["1B"]) == (63, 44)


@pytest.mark.long("travel")
def test_film_with_a_transition_between_tracks_is_merged_without_it(boxes: Machines) -> None:
    """Earlier versions stored such a transition in a merge. Both sides then have it."""
    boxes.here.act("build")
    first, _, last = (clip["id"] for clip in boxes.here.json("cut", "show")["tracks"][0]["clips"])
    boxes.here.act("cut", "move", last, "--track", "V2", "--at", "100")
    boxes.here.act("cut", "transition", first, "--kind", "dip", "--frames", "4")
    boxes.push()
    for film in (boxes.film_here(), boxes.film_there()):
        with closing(sqlite3.connect(film / "project.db")) as connection:
            connection.execute('UPDATE transition SET "right" = ?', (last,))
            restore_older_schema(connection)
            connection.commit()
    boxes.push()
    boxes.there.act("project", "use", "two-lamps")
    boxes.there.act("cut", "move", first, "--by", "1")
    assert boxes.pull()["edits"] == 1
    for film in (boxes.film_here(), boxes.film_there()):
        with closing(sqlite3.connect(film / "project.db")) as connection:
            assert connection.execute("SELECT count(*) FROM transition").fetchone() == (0,)


@pytest.mark.long("travel")
@pytest.mark.parametrize("direction", ["push", "pull"])
def test_playlist_among_the_media_is_refused(boxes: Machines, direction: str) -> None:
    """A film that was made by another program, or by an earlier version, may contain a playlist."""
    boxes.push()
    sender = boxes.here if direction == "push" else boxes.there
    film = boxes.film_here() if direction == "push" else boxes.film_there()
    receiver = boxes.film_there() if direction == "push" else boxes.film_here()
    sender.act("project", "use", "two-lamps")
    Image.new("RGB", (64, 48)).save(sender.cwd / "cloud.png")
    id = sender.inside("run", "asset.add", "file=cloud.png", "prepare=false")["id"]
    data = b"ffconcat version 1.0\nfile private.mov\n"
    digest = hashlib.sha256(data).hexdigest()
    place = ProjectPaths(film).build_media_path(digest, ".png")
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(data)
    with closing(sqlite3.connect(film / "project.db")) as connection:
        path = place.relative_to(film).as_posix()
        connection.execute("UPDATE asset SET path = ?, digest = ? WHERE id = ?", (path, digest, id))
        connection.commit()
    before = state_of(ProjectPaths(receiver))
    error = boxes.here.refusal("project", direction, boxes.box, *boxes.flags())
    assert "cloud.png" in error
    assert not list(receiver.rglob(place.name))
    assert state_of(ProjectPaths(receiver)) == before
