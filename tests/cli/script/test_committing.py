"""`storyboard commit` from the command line: doing nothing where it costs, new names answered."""

from __future__ import annotations

from dataclasses import replace

from tests.cli.script.test_renaming import people
from tests.front_door import TINY, Milimo


def saved(film: Milimo, text: str) -> None:
    path = film.cwd / "editor.sh"
    path.write_text(f"#!/bin/sh\ncat > $1 <<'END'\n{text}END\n")
    path.chmod(0o700)
    replace(film, env=film.env | {"EDITOR": str(path)}).act("script", "edit")


def test_careful_does_nothing_where_somebody_would_be_renamed(film: Milimo) -> None:
    film.act("element", "set", "@Mara", "--description", "a courier")
    saved(film, TINY.replace("MARA", "JUNE"))
    told = film.json("storyboard", "commit", "--careful")
    assert [(row["kind"], row["name"], row["follows"]) for row in told if row["kind"] == "renamed"] == [
        ("renamed", "June", True)
    ]
    assert list(people(film)) == ["Mara"]
    film.act("storyboard", "commit", "--apart", "@Mara")
    assert set(people(film)) == {"Mara", "June"}
    assert people(film)["Mara"]["description"] == "a courier"


def test_careful_commits_what_costs_nothing(film: Milimo) -> None:
    saved(film, TINY + "\n\nThe lamp goes out.\n")
    told = film.json("storyboard", "commit", "--careful")
    assert told["new"] == 1


def test_an_element_that_nobody_knows_is_named(film: Milimo) -> None:
    told = film.json("storyboard", "commit", "--same", "@Nobody", code=2)["error"]
    assert told["message"] == "there is no element “@Nobody”"
