"""Test the faces of a place: they are drawn together on tiny weights, and sent with shots that look in their
direction.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from milimo_tui.story.elements.prompt import BY_USER
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment

__all__ = ["tiny"]


@pytest.fixture
def studio(made: Path, tiny: Tiny, tmp_path: Path) -> Iterator[Milimo]:
    shutil.copytree(made / "home", tmp_path / "home", ignore=shutil.ignore_patterns("supervisor.*"))
    furnish(tmp_path / "home", tiny, "flux2-klein")
    env = {**environment(tmp_path), "TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1"}
    runner = Milimo(env, tmp_path / "work")
    yield runner
    runner.inside("supervisor", "stop", "--now")


def faces(milimo: Milimo) -> dict[str, str | None]:
    return {row["face"]: row["asset"] for row in milimo.json("element", "face", "list", "@Kitchen")}


@pytest.mark.long("command_line")
def test_faces_of_characters_who_meet_are_drawn_and_sent_with_shots(studio: Milimo) -> None:
    studio.act("element", "set", "@Kitchen", "--description", "blue tiles, a brass lamp")
    small = ("--side", "64", "--steps", "1", "--seed", "5")
    specs = studio.json("element", "face", "draw", "@Kitchen", *small, "--dry-run")["specs"]
    assert [spec["face"] for spec in specs] == ["front", "right", "back", "left", "up", "down"]
    assert [len(spec["references"]) for spec in specs] == [0, 1, 2, 2, 2, 2]
    assert all("blue tiles" in spec["prompt"] for spec in specs)
    studio.json("element", "face", "draw", "@Kitchen", "--only", "front, left", *small)
    there = faces(studio)
    assert [face for face, asset in there.items() if asset] == ["front", "left"]
    output = studio.act("shot", "show", "1A")
    assert "looks to" in output
    studio.act("shot", "set", "1A", "--face", "left")
    assert f"the left ({BY_USER})" in studio.act("shot", "show", "1A")
    studio.act("shot", "set", "1A", "--face", "off")
    assert "looks to   the" not in studio.act("shot", "show", "1A")
    more = studio.json("element", "face", "draw", "@Kitchen", *small, "--dry-run")["specs"]
    assert [spec["face"] for spec in more] == ["right", "back", "up", "down"]
    assert str(more[0]["references"][0]).endswith(".png")


def test_face_picture_is_set_and_removed_as_one_undo_each(film: Milimo) -> None:
    path = film.cwd / "left.png"
    Image.new("RGB", (64, 64), "teal").save(path)
    film.act("element", "face", "set", "@Kitchen", "left", str(path))
    there = faces(film)["left"]
    assert there
    film.act("element", "face", "set", "@Kitchen", "left")
    assert faces(film)["left"] is None
    film.act("cut", "undo", "--whole-project")
    assert faces(film)["left"] == there
    assert "not a place" in film.refusal("element", "face", "list", "@Mara")
    assert "no face" in film.refusal("element", "face", "set", "@Kitchen", "north", str(path))
    assert "no description" in film.refusal("element", "face", "draw", "@Kitchen")
