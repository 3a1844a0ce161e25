"""Test `milimo next` for cases that no other test covers."""

from __future__ import annotations

import shlex

import pytest
from PIL import Image

from tests.cli.mix.talk import write_noise
from tests.front_door import Milimo


def test_empty_cut_is_assembled_and_not_rendered(film: Milimo) -> None:
    film.act("review", "seen", "--all")
    for track in film.json("cut", "show")["tracks"]:
        for clip in track["clips"]:
            film.act("cut", "remove", clip["id"])
    data = film.json("next")
    assert (data["command"], data["id"]) == ("milimo cut new 'main 2'", "cut.new")
    assert "“main”" in data["why"]
    film.act("cut", "new", "main 2")
    assert film.json("next")["id"] == "film.render"


def test_next_command_of_a_blocked_take_has_no_words_of_the_hint(milimo: Milimo) -> None:
    text = "INT. HALL - DAY\n\nMara opens the door."
    milimo.act("project", "new", "Door", "--text", text, "--engine", "ltx2")
    manifest = milimo.home / "models" / "bad" / "milimo.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text("{")
    data = milimo.json("next")
    assert (data["command"], data["id"]) == ("milimo model download", "model.download")


@pytest.mark.parametrize("name", ["an interview.wav", "an interview.png"])
def test_film_without_screenplay_begins_with_its_media(milimo: Milimo, name: str) -> None:
    milimo.act("project", "new", "Interview")
    first = milimo.json("next")
    assert first["id"] == "script.import"
    assert "milimo asset add" in first["why"]
    if name.endswith(".png"):
        Image.new("RGB", (96, 64), (200, 30, 30)).save(milimo.cwd / name)
    else:
        write_noise(milimo.cwd / name, 1)
    milimo.act("asset", "add", name)
    for id in ("cut.new", "cut.append"):
        step = milimo.json("next")
        assert step["id"] == id
        assert "milimo script import" in step["why"]
        milimo.act(*shlex.split(step["command"])[1:])
    assert milimo.json("next")["id"] == "film.render"
