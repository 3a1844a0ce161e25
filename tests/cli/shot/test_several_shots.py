"""Test `shot set` with several shots: all get the same values in one edit."""

from __future__ import annotations

from tests.front_door import Milimo


def tags(film: Milimo) -> list[list[str]]:
    return [row["tags"] for row in film.json("shot", "list")]


def test_tags_of_several_shots_are_one_edit(film: Milimo) -> None:
    ids = [row["id"] for row in film.json("shot", "list")]
    numbers = [row["number"] for row in film.json("shot", "list")]
    film.act("shot", "set", numbers[0], "--tags", "wet, hero")
    before = tags(film)
    output = film.act("shot", "set", *numbers[:3], "--tag", "night", "--untag", "wet")
    assert f"{', '.join(numbers[:3])}: tag, untag" in output
    assert tags(film)[:3] == [["hero", "night"], ["night"], ["night"]]
    film.act("cut", "undo", "--whole-project")
    assert tags(film) == before, "one step"
    rows = film.json("shot", "set", *ids[:2], "--size", "CU")
    assert [row["size"] for row in rows] == ["CU", "CU"]
    assert film.json("shot", "set", ids[0], "--tag", "wet")["tags"] == ["wet", "hero"], "it has that one"


def test_missing_shot_of_several_stops_the_change(film: Milimo) -> None:
    before = tags(film)
    number = film.json("shot", "list")[0]["number"]
    assert "99Z" in film.refusal("shot", "set", number, "99Z", "--tag", "night")
    assert tags(film) == before
