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


def test_next_command_of_a_blocked_take_has_no_words_of_the_hint(milimo: Milimo) -> None:
    text = "INT. HALL - DAY\n\nMara opens the door."
    milimo.act("project", "new", "Door", "--text", text, "--engine", "ltx2")
    manifest = milimo.home / "models" / "bad" / "milimo.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text("{")
    data = milimo.json("next")
    assert (data["command"], data["id"]) == ("milimo model download", "model.download")
