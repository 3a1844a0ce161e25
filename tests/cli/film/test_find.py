"""Test `milimo find`: search by words, limited to a kind, and in other films."""

from __future__ import annotations

import time

import pytest

from tests.front_door import Milimo


def test_line_is_found_with_its_shot(film: Milimo) -> None:
    found = film.json("find", "late")
    assert (found[0]["kind"], found[0]["who"], found[0]["name"]) == ("line", "MARA", "1B")
    assert found[0]["line"] == 8
    text = film.act("find", "late")
    assert "You are late." in text


def test_search_is_limited_to_a_kind_by_flag_or_colon(film: Milimo) -> None:
    assert {each["kind"] for each in film.json("find", "lamp", "--kind", "shots")} == {"shot"}
    assert film.json("find", "shot:", "lamp") == film.json("find", "lamp", "--kind", "shot")
    assert "kinds: scene" in film.refusal("find", "lamp", "--kind", "hat")


@pytest.mark.long("command_line")
def test_search_names_matches_in_other_films(film: Milimo) -> None:
    assert film.json("find", "zeppelin") == []
    script = film.cwd / "airship.fountain"
    script.write_text("Title: Airship\n\nEXT. FIELD - DAY\n\nA zeppelin lands.\n")
    film.act("script", "import", str(script))
    film.act("project", "use", "two-lamps")
    assert film.json("find", "zeppelin") == []
    found = film("find", "zeppelin")
    assert b"other films" in found.stdout + found.stderr
    assert {each["film"] for each in film.json("find", "zeppelin", "--films")} == {"airship"}


def test_search_without_words_is_refused(film: Milimo) -> None:
    assert film.json("find", " ", code=2)["error"]["kind"] == "bad_input"
    assert "shows" not in film.act("find", "line:")
    assert len(film.json("find", "e", "--limit", "1")) == 1


def test_long_word_that_matches_nothing_ends_the_search_at_once(film: Milimo) -> None:
    """A search with a pattern that tries every division of the name takes years for this word."""
    film.act("cut", "new", "banana " * 16)
    began = time.process_time()
    assert film.json("find", "banana" * 8 + "z") == []
    assert [each["kind"] for each in film.json("find", "bnnana bananaba")] == ["cut"]
    assert time.process_time() - began < 20
