"""Test `storyboard commit` from the command line: it refuses to lose work without confirmation, and new names
are answered.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.cli.script.test_renaming import people
from tests.front_door import TINY, Milimo


def saved(film: Milimo, text: str) -> None:
    path = film.cwd / "editor.sh"
    path.write_text(f"#!/bin/sh\ncat > $1 <<'END'\n{text}END\n")
    path.chmod(0o700)
    replace(film, env=film.env | {"EDITOR": str(path)}).act("script", "edit")


def test_careful_commit_refuses_a_rename(film: Milimo) -> None:
    film.act("element", "set", "@Mara", "--description", "a courier")
    saved(film, TINY.replace("MARA", "JUNE"))
    data = film.json("storyboard", "commit", "--careful")
    assert [(row["kind"], row["name"], row["follows"]) for row in data if row["kind"] == "renamed"] == [
        ("renamed", "June", True)
    ]
    assert list(people(film)) == ["Mara"]
    film.act("storyboard", "commit", "--apart", "@Mara")
    assert set(people(film)) == {"Mara", "June"}
    assert people(film)["Mara"]["description"] == "a courier"


def test_careful_commit_applies_changes_without_losses(film: Milimo) -> None:
    saved(film, TINY + "\n\nThe lamp goes out.\n")
    data = film.json("storyboard", "commit", "--careful")
    assert data["new"] == 1


def test_unknown_element_is_named(film: Milimo) -> None:
    error = film.json("storyboard", "commit", "--same", "@Nobody", code=2)["error"]
    assert error["kind"] == "not_found"
    assert "@Nobody" in error["message"]


THREE = """INT. HALL - DAY

Ada waits.

INT. CELLAR - NIGHT

Ada digs.

EXT. ROAD - DUSK

Ada walks.
"""
CELLAR = "INT. CELLAR - NIGHT\n\nAda digs.\n\n"


def test_moved_scene_is_reported_and_named_in_the_history(film: Milimo) -> None:
    saved(film, THREE)
    film.act("storyboard", "commit")
    saved(film, THREE.replace(CELLAR, "") + "\n" + CELLAR)
    data = film.json("storyboard", "commit", "--careful")
    moved = next(row for row in data if row["kind"] == "moved")
    assert moved["name"].startswith("scene ")
    assert re.findall(r"\d", moved["words"]) in (
        ["2", "2"],
        ["1", "3"],
    )  # The numbers of the preceding scene and of the new scene.
    assert film.json("storyboard", "show")[1]["heading"] == "INT. CELLAR - NIGHT", "nothing is done yet"
    assert "1 scene moved" in film.act("storyboard", "commit", "--dry-run")
    film.act("storyboard", "commit")
    states = film.json("cut", "history", "--whole-project")
    assert "1 scene moved" in str(states)


@pytest.mark.long("command_line")
def test_changed_heading_is_reported_with_the_stale_takes(film: Milimo) -> None:
    saved(film, THREE)
    film.act("storyboard", "commit")
    film.act("shot", "make", "2A")
    saved(film, THREE.replace("CELLAR - NIGHT", "BUNKER - DAWN").replace("ROAD - DUSK", "ROAD - DAWN"))
    rows = {row["name"]: row for row in film.json("storyboard", "commit", "--dry-run")}
    assert rows["scene 3"]["words"] == "EXT. ROAD - DUSK → EXT. ROAD - DAWN"
    assert rows["scene 2"]["kind"] == "changed"
    assert rows["2A"]["kind"] == "stale"
    assert "heading" in rows["2A"]["words"]
    film.act("storyboard", "commit")
    assert "2 scenes changed" in str(film.json("cut", "history", "--whole-project"))


@pytest.mark.long("command_line")
def test_removed_shot_without_a_take_promises_none(film: Milimo) -> None:
    saved(film, THREE)
    film.act("storyboard", "commit")
    film.act("shot", "make", "2A")
    saved(film, THREE.split("INT. CELLAR")[0])
    rows = {row["name"]: row for row in film.json("storyboard", "commit", "--dry-run")}
    assert re.fullmatch("its takes .*: Ada digs\\.", rows["2A"]["words"])
    assert rows["3A"]["words"] == "Ada walks."


def test_dry_run_counts_equal_the_commit(film: Milimo) -> None:
    """A dry run counts the same changes as the commit: a split shot with one reworded half, a longer text, a
    removed scene and a new scene.
    """
    text = THREE.replace("Ada digs.", "Ada digs a hole by the wall. She lifts a tin out of the wet earth.")
    saved(film, text)
    film.act("storyboard", "commit")
    film.act("shot", "split", "2A", "--beat", "2")
    for before, after in (
        ("out of the wet earth", "out of the mud"),
        ("Ada waits.", "Ada waits by the door."),
        ("EXT. ROAD - DUSK\n\nAda walks.\n", ""),
        ("INT. CELLAR", "EXT. YARD - DAWN\n\nTom sings.\n\nINT. CELLAR"),
    ):
        text = text.replace(before, after)
        saved(film, text)
        told = film.act("storyboard", "commit", "--dry-run").partition("effects of a commit: ")[2].strip()
        done = film.act("storyboard", "commit")
        kinds = ("new", "changed", "back from parking", "parked")
        counts = [part for part in told.split(", ") if part.split(" ", 1)[1] in kinds]
        assert counts, told
        for part in counts:
            assert part in done, f"{told}: {done}"
        for kind in kinds:
            assert (f" {kind}" in f" {told}") == (f" {kind}" in done), f"{told}: {done}"
