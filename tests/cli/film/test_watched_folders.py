"""Test `milimo watch`: scripts, media and workflows are imported automatically, and folders that can't be
watched are refused.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from tests.front_door import TINY, Milimo
from tests.jobs.conftest import until

FLOW = {
    "3": {"class_type": "KSampler", "inputs": {"seed": 1, "model": ["4", 0], "positive": ["6", 0]}},
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "x"}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a cat", "clip": ["4", 1]}},
    "9": {"class_type": "SaveImage", "inputs": {"images": ["3", 0], "filename_prefix": "x"}},
}


@pytest.fixture
def watching(film: Milimo) -> Milimo:
    """Return the film with a supervisor that checks its watched folders every 0.2 seconds."""
    return replace(film, env={**film.env, "MILIMO_WATCH_SECONDS": "0.2"})


def files(milimo: Milimo) -> dict[str, str]:
    return {file["name"]: file["problem"] for row in milimo.json("watch", "list") for file in row["files"]}


@pytest.mark.long("command_line")
def test_new_files_of_a_watched_folder_are_added_by_their_kind(watching: Milimo) -> None:
    folder = watching.cwd / "in"
    folder.mkdir()
    Image.new("RGB", (96, 54), (40, 90, 160)).save(folder / "lamp.png")
    added = watching.json("watch", "add", "in", "--film", "Two Lamps")
    assert (added["film"], added["there"], added["folder"]) == ("two-lamps", 1, str(folder))
    (folder / "flow.json").write_text(json.dumps(FLOW))
    (folder / "two-lamps.fountain").write_text(TINY.replace("You are late.", "You are early."))
    (folder / "broken.mov").write_bytes(b"no film at all")
    (folder / "notes.json").write_text("no JSON")
    until(lambda: len(files(watching)) == 5, "all five were looked at")
    there = files(watching)
    assert {name for name, problem in there.items() if not problem} == {
        "lamp.png",
        "flow.json",
        "two-lamps.fountain",
    }
    assert there["broken.mov"]
    assert there["notes.json"]
    assert [asset["name"] for asset in watching.json("asset", "list")] == ["lamp.png"]
    assert "You are early." in watching.act("script", "export", "-")
    assert "flow" in watching.act("workflow", "list")
    assert "broken.mov: " in watching.act("watch", "list")
    assert "✓ watch" in watching.act("doctor")
    assert "1 folder watched" in watching.act("supervisor", "status")
    watching.act("watch", "remove", "in")
    assert watching.json("watch", "list") == []
    assert (folder / "lamp.png").is_file()


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        ("nowhere", "nowhere"),
        ("plain.txt", "plain.txt"),
        ("{home}", "studio home"),
        ("{home}/projects", "studio home"),
        ("{home}/..", "studio home"),
        ("link", "studio home"),
        ("/", "studio home"),
    ],
)
def test_file_that_cannot_be_watched_is_refused(film: Milimo, folder: str, said: str) -> None:
    (film.cwd / "plain.txt").write_text("x")
    (film.cwd / "link").symlink_to(film.home)
    refusal = film.refusal("watch", "add", folder.format(home=film.home))
    assert said in refusal
    assert len(refusal.splitlines()) == 2
    assert film.json("watch", "list") == []


def test_missing_film_and_repeated_folder_are_refused(film: Milimo) -> None:
    (film.cwd / "in").mkdir()
    assert "“x”" in film.refusal("watch", "add", "in", "--film", "x")
    film.act("watch", "add", "in")
    film.json("watch", "add", "in", code=1)
    assert film.json("watch", "remove", "out", code=2)["error"]["kind"] == "not_found"
    id = film.json("watch", "list")[0]["id"]
    assert film.json("watch", "remove", id) == [id]


def test_watching_without_a_film_is_refused(milimo: Milimo) -> None:
    (milimo.cwd / "in").mkdir()
    milimo.json("watch", "add", "in", code=2)
    assert milimo.json("watch", "list") == []


@pytest.mark.long("command_line")
def test_shutdown_when_done_shows_its_time_and_can_be_cancelled(film: Milimo, tmp_path: Path) -> None:
    done = tmp_path / "done"
    film.act("job", "off-when-done", "--cancel")
    film.act("job", "pause")
    film.act("shot", "make", "1A", "--detach")
    output = film.act("job", "off-when-done", "--run", f"touch {done}", "--seconds", "0.2")
    assert f"touch {done}" in output
    assert f"touch {done}" in film.act("supervisor", "status")
    assert "✓ off when done" in film.act("doctor")
    film.act("job", "off-when-done", "--cancel")
    assert film.json("supervisor", "status")["off"] is None
    film.act("job", "off-when-done", "--run", f"touch {done}", "--seconds", "0.2")
    film.act("job", "resume")
    until(done.exists, "it is run")
    for command in ("'", " "):
        film.json("job", "off-when-done", "--run", command, code=2)
    assert "off_command" in film.refusal("config", "set", "off_command", " ")
    assert "seconds" in film.refusal("job", "off-when-done", "--seconds", "-1")
