"""Test readings in files by commands: a film takes the reading of a file, and exports the same."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.front_door import Milimo
from tests.story.commit.test_reading_file import list_without_digests

EXAMPLES = Path(__file__).parents[3] / "examples"
SCRIPT, READING = EXAMPLES / "the-jetty.fountain", EXAMPLES / "the-jetty.reading.json"


@pytest.fixture
def film(milimo: Milimo) -> Milimo:
    milimo.json("script", "import", str(SCRIPT))
    return milimo


def get_shot(film: Milimo, number: str) -> dict[str, Any]:
    shots = [shot for scene in film.json("storyboard", "show") for shot in scene["shots"]]
    return next(shot for shot in shots if shot["number"] == number)


def test_reading_of_a_file_waits_for_the_user_and_is_one_undo_step(film: Milimo) -> None:
    assert get_shot(film, "3B")["characters"] == ["Tom"]
    read = film.json("script", "read", "--from", str(READING))
    assert read["reader"] == "a person"
    assert len(read["scenes"]) == 3
    assert get_shot(film, "3B")["characters"] == ["Tom"], "a reading changes nothing by itself"
    film.act("script", "accept")
    assert get_shot(film, "3B")["characters"] == ["Tom", "Mara"]
    film.act("cut", "undo", "--whole-project")
    assert get_shot(film, "3B")["characters"] == ["Tom"]


def get_accepted_scenes(film: Milimo) -> int:
    [database] = (Path(film.env["MILIMO_HOME"]) / "projects").glob("*/project.db")
    with sqlite3.connect(database) as connection:
        [(count,)] = connection.execute("SELECT count(*) FROM scene WHERE breakdown <> ''")
    return int(count)


def test_dry_run_of_a_file_stores_nothing(film: Milimo) -> None:
    assert len(film.json("script", "read", "--from", str(READING), "--dry-run")["scenes"]) == 3
    film.json("script", "reading", code=2)
    film.json("script", "accept", code=2)


@pytest.mark.parametrize(
    "words",
    [
        ("--scenes", "abc"),
        ("--scenes", "9"),
        ("--scenes", ""),
        ("--scenes", ","),
        ("--scenes", "1,,2"),
        ("--scenes", "2-1"),
        ("--people", "Zorro"),
        ("--people", ""),
        ("--people", "Mara,Zorro"),
        ("--facts", "1:look:99:Mara"),
        ("--prompts", "9Z"),
    ],
)
def test_choice_of_unknown_items_is_refused(film: Milimo, words: tuple[str, str]) -> None:
    film.json("script", "read", "--from", str(READING))
    for more in (("--dry-run",), ()):
        film.json("script", "accept", *words, *more, code=2)
    assert get_accepted_scenes(film) == 0


@pytest.mark.parametrize("command", [("script", "read", "--dry-run"), ("script", "prompts")])
def test_empty_list_of_scenes_is_refused(film: Milimo, command: tuple[str, ...]) -> None:
    assert film.json(*command, "--scenes", "", code=2)["error"]["kind"] == "bad_input"


def test_people_are_named_in_one_text(film: Milimo) -> None:
    film.json("script", "read", "--from", str(READING))
    chosen = film.json("script", "accept", "--people", "Mara, Tom", "--dry-run")
    assert {row["name"] for row in chosen if row["items"]} == {"Mara", "Tom"}
    assert film.json("script", "accept", "--people", "Mara,Tom")["accepted"][0].startswith("2 ")


def test_rest_of_a_reading_waits_after_undo_and_a_partial_acceptance(film: Milimo) -> None:
    film.json("script", "read", "--from", str(READING))
    assert film.json("script", "accept")["waits"] is False
    film.json("script", "accept", code=2)
    film.act("cut", "undo", "--whole-project")
    assert film.json("script", "accept", "--scenes", "1")["waits"] is True
    assert get_accepted_scenes(film) == 1
    film.json("script", "accept")
    assert get_accepted_scenes(film) == 3


def test_reading_with_nothing_new_is_no_next_step(film: Milimo) -> None:
    film.json("script", "read", "--from", str(READING))
    assert film.json("next")["id"] == "script.reading"
    film.act("script", "accept")
    film.json("script", "read", "--from", str(READING))
    assert film.json("next")["id"] != "script.reading"
    assert film.json("script", "accept")["accepted"] == []


def test_acceptance_counts_the_accepted_items(film: Milimo) -> None:
    film.json("script", "read", "--from", str(READING))
    look = next(row for row in film.json("script", "accept", "--dry-run") if row["kind"] == "look")
    assert film.json("script", "accept", "--facts", look["items"][0])["accepted"][0] == "1 look"
    nouns = [text.split()[1] for text in film.json("script", "accept")["accepted"]]
    assert {"people", "shots"} <= set(nouns)


def test_person_at_another_age_has_a_look_of_that_time(film: Milimo) -> None:
    film.json("script", "read", "--from", str(READING))
    film.act("script", "accept")
    words = json.dumps(film.json("shot", "show", "2B"))
    assert "10, yellow raincoat" in words
    assert "grey braid" not in words, "the girl is not described as the old woman"
    assert "30, the nurse, blue scrubs" in json.dumps(film.json("shot", "show", "1C"))


def test_exported_reading_is_the_file_again(film: Milimo, tmp_path: Path) -> None:
    target = tmp_path / "reading.json"
    assert film.json("script", "reading", "--export", str(target), code=2)["error"]
    film.json("script", "read", "--from", str(READING))
    film.json("script", "reading", "--export", str(target))
    assert list_without_digests(target.read_text()) == json.loads(READING.read_text())
    film.act("script", "accept")
    film.json("script", "reading", "--export", str(target), "--overwrite")
    assert list_without_digests(target.read_text()) == json.loads(READING.read_text())
    film.json("script", "read", "--from", str(target))
    assert get_shot(film, "2B")["characters"] == ["Mara", "Tom"]


def test_file_that_cannot_be_used_changes_nothing(film: Milimo, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text("{}")
    assert film.json("script", "read", "--from", str(other), code=2)["error"]["hint"]
    assert film.json("script", "read", "--from", str(tmp_path), code=2)["error"]
    assert film.json("script", "read", "--from", str(tmp_path / "none.json"), code=2)["error"]["hint"]
    film.json("script", "reading", code=2)


def test_colour_commands_are_no_part_of_names(milimo: Milimo, tmp_path: Path) -> None:
    script = tmp_path / "colour.fountain"
    script.write_text(
        "EXT. PIER - NIGHT\n\n\x1b[31mJOAN\x1b[0m, 30, in a red coat, sits. PETE\x1b[2J waits.\n\n"
        "\x1b[31mJOAN\x1b[0m\nHello.\n"
    )
    milimo.act("script", "import", str(script))
    assert [row["name"] for row in milimo.json("element", "list")][:1] == ["Joan"]
    assert "[" not in milimo.json("shot", "show", "1A")["prompt"]
    people = [{"name": "\x1b[31mJoan", "kind": "person"}]
    beats = [{"line": 2, "end_line": 2, "visible": [{"name": "Joan\x1b[0m"}]}]
    reading = tmp_path / "colour.json"
    reading.write_text(
        json.dumps(
            {"reader": "\x1b[2Jperson", "film": {"people": people},
             "scenes": [{"number": "1", "breakdown": {"beats": beats}}]}
        )
    )  # fmt: skip
    found = milimo.json("script", "read", "--from", str(reading))
    assert (found["reader"], found["people"][0]["name"]) == ("person", "Joan")
    assert found["not_read"] == {}


def test_reading_of_another_film_is_refused(film: Milimo) -> None:
    before = film.json("element", "list")
    for other in ("night-bus", "rain-market"):
        film.json("script", "read", "--from", str(EXAMPLES / f"{other}.reading.json"), code=2)
    film.json("script", "reading", code=2)
    assert film.json("element", "list") == before


def test_file_with_a_scene_twice_is_refused(film: Milimo, tmp_path: Path) -> None:
    content = json.loads(READING.read_text())
    content["scenes"] = content["scenes"] * 3
    doubled = tmp_path / "doubled.json"
    doubled.write_text(json.dumps(content))
    assert "3 times" in film.json("script", "read", "--from", str(doubled), code=2)["error"]["message"]
    film.json("script", "reading", code=2)


PIER = """EXT. PIER - NIGHT

JOAN, 30, in a red coat, sits on the rail. OTTO, 50, drives past.

JOAN
I work for the BBC.

Joan gets up and walks to the end of the pier.
"""


def make_fact(text: str, quote: str, line: int) -> dict[str, Any]:
    return {"text": text, "quote": quote, "line": line, "end_line": line}


def make_pier_reading(path: Path) -> Path:
    """Write a reading of `PIER` in which some facts are not confirmed."""
    introduction = "JOAN, 30, in a red coat"
    joan = {
        "name": "Joan", "age": make_fact("30", introduction, 2),
        "clothes": make_fact("a red coat", introduction, 2), "features": make_fact("a scar", "a scar", 2),
    }  # fmt: skip
    otto = {"name": "Otto", "age": make_fact("60", "OTTO, 50, drives past", 2)}
    visible = [
        {"name": "Joan", "posture": make_fact("sitting on the rail", "sits on the rail", 2)},
        {"name": "Otto", "posture": make_fact("driving past", "drives past", 2)},
    ]
    walk = {"name": "Joan", "posture": make_fact("walking", "walks to the end", 7)}
    dress = make_fact("a green dress", "She wears a green dress", 6)
    breakdown = {
        "circumstances": [{"setting": "INT", "place": make_fact("pier", "EXT. PIER - NIGHT", 0)}],
        "changes": [{"name": "Joan", "line": 6, "clothes": dress}],
        "beats": [
            {"line": 2, "end_line": 2, "visible": visible},
            {"line": 4, "end_line": 5, "visible": [{"name": "Joan"}]},
            {"line": 7, "end_line": 7, "visible": [walk]},
        ],
    }
    content = {"reader": "by hand", "film": {"people": [joan, otto]},
               "scenes": [{"number": "1", "breakdown": breakdown}]}  # fmt: skip
    path.write_text(json.dumps(content))
    return path


def test_answers_about_looks_change_only_the_part_that_they_are_about(milimo: Milimo, tmp_path: Path) -> None:
    script = tmp_path / "pier.fountain"
    script.write_text(PIER)
    milimo.act("script", "import", str(script))
    milimo.json("script", "read", "--from", str(make_pier_reading(tmp_path / "pier.json")))
    milimo.act("script", "accept")
    rows = milimo.json("shot", "unsure")
    # Inside or outside is certain, so it is no question. A look is asked about where it begins.
    asked = {(row["shot"], row["words"]) for row in rows}
    assert asked == {("1A", "Joan: a scar"), ("1A", "Otto: 60"), ("1C", "Joan: a green dress")}
    for row in rows:
        milimo.act("shot", "answer", row["shot"], row["others"][0], "--words", row["words"])
    first, last = (milimo.json("shot", "show", shot)["prompt"] for shot in ("1A", "1C"))
    assert all(words in first for words in ("30", "red coat", "scar", "60"))
    assert "50, 60" not in first
    assert all(words in last for words in ("30", "green dress", "scar"))
    assert "red coat" not in last


PAIR = """INT. ROOM - DAY

IDA, 50, waters a fern. OTTO, 60, opens a box.

INT. HALL - DAY

IDA sweeps. OTTO sleeps.
"""


def make_divided_reading(path: Path) -> Path:
    """Write a reading of `PAIR` with two beats in each paragraph."""
    people = [{"name": "Ida"}, {"name": "Otto"}]
    sentences = (
        ("IDA, 50, waters a fern.", "OTTO, 60, opens a box."),
        ("IDA sweeps.", "OTTO sleeps."),
    )
    scenes = [
        {"number": str(at), "breakdown": {"beats": [
            {"line": 2, "end_line": 2, "text": text, "visible": [person]}
            for text, person in zip(texts, people, strict=True)
        ]}}
        for at, texts in enumerate(sentences, 1)
    ]  # fmt: skip
    path.write_text(json.dumps({"reader": "by hand", "film": {"people": people}, "scenes": scenes}))
    return path


@pytest.mark.long("command_line")
@pytest.mark.parametrize("action", ["none", "board", "lock", "edit", "take"])
def test_shot_with_a_board_a_lock_an_edit_or_a_take_is_not_divided(
    milimo: Milimo, tmp_path: Path, action: str
) -> None:
    commands = {
        "board": ("storyboard", "board", "1A"),
        "lock": ("script", "numbers", "--lock"),
        "edit": ("shot", "set", "1A", "--size", "CU"),
        "take": ("shot", "make", "1A"),
    }
    script = tmp_path / "pair.fountain"
    script.write_text(PAIR)
    milimo.act("script", "import", str(script))
    if action in commands:
        milimo.act(*commands[action])
    before = {row["number"]: row["id"] for row in milimo.json("shot", "list")}
    milimo.json("script", "read", "--from", str(make_divided_reading(tmp_path / "pair.json")))
    milimo.act("script", "accept")
    after = {row["number"]: row["id"] for row in milimo.json("shot", "list")}
    first, second = (sum(number.startswith(scene) for number in after) for scene in "12")
    assert (first, second) == {"none": (2, 2), "lock": (1, 1)}.get(action, (1, 2))
    assert after["1A"] == before["1A"]


@pytest.mark.long("tour")
def test_sample_film_has_an_accepted_reading(milimo: Milimo) -> None:
    made = milimo.json("demo", "--scenes", "1")
    assert not made["problems"]
    [database] = (Path(milimo.env["MILIMO_HOME"]) / "projects").glob("*/project.db")
    with sqlite3.connect(database) as connection:
        readings = connection.execute("SELECT reader, state FROM reading").fetchall()
        scenes = connection.execute("SELECT breakdown FROM scene").fetchall()
    assert readings == [("a person", "accepted")]
    assert [json.loads(breakdown)["reader"] for (breakdown,) in scenes] == ["a person"]
