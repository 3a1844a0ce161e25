"""Test elements on the command line: looks, merges, aliases, and names that are no elements."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.front_door import Milimo

SCRIPT = """Title: The Scar

INT. ROOM - NIGHT

MARA (61), grey braid, a knitted cardigan, sits at the bedside.

MARA
You still owe me a boat.

EXT. STREET - NIGHT

Mara runs, soaked, to the door.

MARRA
Hello.

CROWD
Ahoy!
"""


@pytest.fixture
def scar(milimo: Milimo, tmp_path: Path) -> Milimo:
    (tmp_path / "scar.fountain").write_text(SCRIPT)
    milimo.act("script", "import", str(tmp_path / "scar.fountain"))
    return milimo


def looks(milimo: Milimo) -> list[dict[str, Any]]:
    return list(milimo.json("element", "show", "@Mara"))


def prompt(milimo: Milimo, number: str) -> str:
    return str(milimo.json("shot", "show", number)["prompt"])


def test_looks_are_found_with_their_source_text(scar: Milimo) -> None:
    [look] = looks(scar)
    assert (look["age"], look["hair"], look["wardrobe"]) == ("61", "grey braid", "a knitted cardigan")
    assert look["quote"] == "MARA (61), grey braid, a knitted cardigan"
    assert "knitted cardigan" in prompt(scar, "1A")


def test_look_set_by_user_stays_in_its_range_and_each_change_is_undone(scar: Milimo) -> None:
    before, shown = looks(scar), prompt(scar, "1A")
    scar.act("element", "look", "add", "@Mara", "--begins", "2A", "--ends", "2A", "--text", "a red scarf")
    assert "red scarf" in prompt(scar, "2A")
    assert prompt(scar, "1A") == shown
    place = str(next(row["place"] for row in looks(scar) if row["look"] == "a red scarf"))
    scar.act("element", "look", "set", "@Mara", place, "--text", "a blue hat")
    scar.act("element", "look", "move", "@Mara", place, "--begins", "", "--ends", "1A")
    assert "blue hat" in prompt(scar, "1A")
    for _ in range(3):
        scar.act("cut", "undo", "--whole-project")
    assert looks(scar) == before


def test_commit_keeps_elements_that_a_person_changed(scar: Milimo, tmp_path: Path) -> None:
    scar.act("element", "look", "set", "@Mara", "1", "--text", "an old woman in grey")
    (tmp_path / "scar.fountain").write_text(SCRIPT.replace("soaked", "drenched"))
    scar.act("script", "import", str(tmp_path / "scar.fountain"))
    assert [row["look"] for row in looks(scar)] == ["an old woman in grey"]


def test_elements_are_merged_given_an_alias_and_removed(scar: Milimo) -> None:
    extras = {row["name"]: row["extra"] for row in scar.json("element", "list")}
    assert extras["Crowd"]
    assert not extras["Mara"]
    scar.act("element", "merge", "@Mara", "@Marra")
    assert scar.json("shot", "show", "2B")["characters"] == ["Mara"]
    scar.act("element", "alias", "@Mara", "the old woman")
    scar.act("element", "dismiss", "@Crowd")
    scar.act("storyboard", "commit")
    rows = {row["name"]: row for row in scar.json("element", "list")}
    assert "Marra" not in rows
    assert rows["Mara"]["aliases"] == ["Marra", "the old woman"]
    assert rows["Crowd"]["dismissed"]


@pytest.mark.long("command_line")
def test_bad_input_is_refused_in_one_sentence(scar: Milimo) -> None:
    scar("element", "look", "add", "@Mara", code=2)
    scar("element", "look", "add", "@Mara", "--begins", "2A", "--ends", "1A", "--text", "x", code=2)
    scar("element", "merge", "@Mara", "@Mara", code=2)
    scar("element", "alias", "@Mara", "Crowd", code=2)


def test_names_one_letter_apart_are_offered_for_merging_and_not_merged(scar: Milimo) -> None:
    assert "element merge @Mara @Marra" in "".join(scar._main(["element", "list"], 0))
    assert {"Mara", "Marra"} <= {row["name"] for row in scar.json("element", "list")}


@pytest.mark.long("command_line")
def test_similar_names_are_reported_in_pairs(milimo: Milimo, tmp_path: Path) -> None:
    words = "".join(f"{name}\nHello.\n\n" for name in ("MARA", "MARIA", "STELLA", "STELLAN"))
    (tmp_path / "near.fountain").write_text(f"INT. HALL - DAY\n\nRain.\n\n{words}")
    milimo("script", "import", str(tmp_path / "near.fountain"))
    text = "".join(milimo._main(["element", "list"], 0))
    assert "Mara and Maria, Stella and Stellan" in text
    assert "element merge @Mara @Maria" in text
