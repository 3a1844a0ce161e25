"""Test `milimo next` for cases that no other test covers."""

from __future__ import annotations

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
