"""Test the list of the changes that a reading would make: `milimo script accept --dry-run`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.front_door import Milimo

SCRIPT = """INT. OFFICE - NIGHT

NORA (42), a ferry clerk, counts coins. Rain runs down the window.

IDA (19), a student in a red parka, waits at the door.
"""


def make_fact(text: str, line: int, quote: str) -> dict[str, Any]:
    return {"text": text, "line": line, "quote": quote}


def make_reading() -> dict[str, Any]:
    nora = {"name": "Nora", "build": make_fact("tall and thin", 2, "NORA (42)")}
    ida = {
        "name": "Ida",
        "age": make_fact("19", 4, "IDA (19)"),
        "clothes": make_fact("a red parka", 4, "in a red parka"),
    }
    opening = {
        "line": 0,
        "setting": "EXT",
        "time_of_day": make_fact("twenty years earlier", 0, "NIGHT"),
        "weather": make_fact("rain", 2, "Rain runs down"),
    }
    beats = [
        {"line": 2, "end_line": 2, "visible": [{"name": "Nora"}]},
        {"line": 4, "end_line": 4, "visible": [{"name": "Ida"}, {"name": "Nora"}]},
    ]
    scene = {"number": "1", "breakdown": {"circumstances": [opening], "beats": beats}}
    return {"reader": "a person", "film": {"people": [nora, ida]}, "scenes": [scene]}


def import_script(milimo: Milimo, folder: Path, script: str) -> None:
    path = folder / "office.fountain"
    path.write_text(script)
    milimo.act("script", "import", str(path))


@pytest.fixture
def film(milimo: Milimo, tmp_path: Path) -> Milimo:
    import_script(milimo, tmp_path, SCRIPT)
    path = tmp_path / "office.reading.json"
    path.write_text(json.dumps(make_reading()))
    milimo.act("script", "read", "--from", str(path))
    return milimo


def list_rows(film: Milimo, kind: str) -> list[dict[str, Any]]:
    return [row for row in film.json("script", "accept", "--dry-run") if row["kind"] == kind]


def test_statement_about_a_person_that_the_script_does_not_confirm_is_listed(film: Milimo) -> None:
    [row] = [row for row in list_rows(film, "open") if row["name"] == "Nora"]
    assert "tall and thin" in row["words"]
    assert not row["items"]


def test_listed_open_statements_are_asked_after_acceptance_and_dropped_ones_are_not(film: Milimo) -> None:
    wanted = {row["words"].partition("“")[2].rstrip("”") for row in list_rows(film, "open")}
    assert wanted == {"tall and thin", "twenty years earlier"}
    [dropped] = list_rows(film, "dropped")
    assert "EXT" in dropped["words"]
    film.act("script", "accept")
    asked = {row["words"].partition(": ")[2] for row in film.json("shot", "unsure")}
    assert wanted <= asked
    assert "EXT" not in asked


def test_row_of_a_shot_names_the_words_that_change(film: Milimo) -> None:
    [first, _] = list_rows(film, "shot")
    assert "rain" in first["words"]
    assert first["words"] != first["after"]
    assert len(first["words"]) < len(first["after"])


def test_person_whose_introduction_has_changed_is_outdated_and_not_accepted(
    film: Milimo, tmp_path: Path
) -> None:
    import_script(film, tmp_path, SCRIPT.replace("IDA (19), a student", "IDA (21), a nurse"))
    assert [row["name"] for row in list_rows(film, "outdated")] == ["Ida", "scene 1"]
    assert not list_rows(film, "kept")
    film.refusal("script", "accept", "--people", "Ida")
    film.act("script", "accept")
    ida = next(each for each in film.json("element", "list") if each["name"] == "Ida")
    assert "21" in ida["description"]
    film.refusal("script", "reading")


def test_lines_of_a_table_in_a_pipe_have_no_blanks_at_their_end(film: Milimo) -> None:
    lines = film.act("script", "accept", "--dry-run").splitlines()
    assert len(lines) > 3
    assert all(line == line.rstrip() for line in lines)


def test_import_says_what_it_counts(milimo: Milimo, tmp_path: Path) -> None:
    path = tmp_path / "office.fountain"
    path.write_text(SCRIPT)
    assert "shots: 2 new" in milimo.act("script", "import", str(path))
