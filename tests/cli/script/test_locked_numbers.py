"""Test locked numbers from the command line: existing scenes and shots keep their number, and new ones get a
number in between.
"""

from __future__ import annotations

import csv
import re

import pytest
from pypdf import PdfReader

from tests.front_door import TINY, Milimo

THREE = f"{TINY}\nINT. ATTIC - NIGHT\n\nDust falls on a trunk.\n"
CELLAR = "INT. CELLAR - DAY\n\nA rat runs along the wall.\n\n"


def write(film: Milimo, text: str) -> str:
    path = film.cwd / "two-lamps.fountain"
    path.write_text(text)
    return film.act("script", "import", str(path))


def scenes(film: Milimo) -> list[tuple[str, str]]:
    return [(row["number"], row["heading"]) for row in film.json("scene", "list")]


def shots(film: Milimo) -> list[str]:
    return [row["number"] for row in film.json("shot", "list")]


def test_new_scenes_and_shots_get_numbers_between_and_no_other_changes(film: Milimo) -> None:
    write(film, THREE)
    ids = {row["id"]: row["number"] for row in film.json("shot", "list")}
    assert "3 scenes" in film.act("script", "numbers", "--lock")
    assert film.json("script", "numbers")["locked"]
    told = write(film, THREE.replace("EXT. STREET", f"{CELLAR}EXT. STREET"))
    assert "scene 2" not in told
    assert [number for number, _ in scenes(film)] == ["1", "1A", "2", "3"]
    assert {row["id"]: row["number"] for row in film.json("shot", "list")}.items() >= ids.items()
    assert "1AA" in shots(film)
    pantry = "INT. PANTRY - DAY\n\nJars on a shelf, all of them empty.\n\n"
    write(film, THREE.replace("EXT. STREET", f"{pantry}{CELLAR}EXT. STREET"))
    assert [number for number, _ in scenes(film)] == ["1", "A1A", "1A", "2", "3"]
    first = f"INT. TRAIN - DAY\n\nFields go by.\n\n{THREE.split(chr(10), 2)[2]}"
    write(film, f"Title: Two Lamps\n\n{first}")
    assert scenes(film)[0] == ("A1", "INT. TRAIN - DAY")


def test_removed_scene_is_omitted_and_its_number_is_not_reused(film: Milimo) -> None:
    write(film, THREE)
    film.act("script", "numbers", "--lock")
    street, attic = THREE.split("EXT. STREET")[0], f"INT. ATTIC{THREE.split('INT. ATTIC')[1]}"
    write(film, street + attic)
    assert scenes(film) == [("1", "INT. KITCHEN - NIGHT"), ("2", "OMITTED"), ("3", "INT. ATTIC - NIGHT")]
    assert "2   OMITTED" in film.act("storyboard", "show")
    write(film, street + CELLAR + attic)
    assert [number for number, _ in scenes(film)] == ["1", "2", "2A", "3"]
    write(film, THREE.replace("INT. ATTIC", f"{CELLAR}INT. ATTIC"))
    assert scenes(film)[1] == ("2", "EXT. STREET - DAY"), "back with its number"


def test_deleted_shot_is_omitted_and_stays_omitted_after_a_commit(film: Milimo) -> None:
    film.act("script", "numbers", "--lock")
    before = film.json("shot", "list")
    film.act("shot", "delete", "1B")
    assert [row["text"] for row in film.json("shot", "list") if row["number"] == "1B"] == ["OMITTED"]
    film.act("shot", "add", "1", "A moth circles the lamp.", "--after", "1A")
    film.act("storyboard", "commit")
    numbers = [row["number"] for row in film.json("shot", "list")]
    assert numbers[:3] == ["1A", "1AA", "1B"]
    assert "milimo shot restore 1B" in film.refusal("shot", "make", "1B")
    film.act("shot", "restore", "1B")
    rows = {row["number"]: row for row in film.json("shot", "list")}
    assert rows["1B"]["text"] == before[1]["text"]
    assert rows["1B"]["takes"] == before[1]["takes"]
    assert "1AA" in rows


def test_deleted_scene_stays_deleted_and_can_be_restored(film: Milimo) -> None:
    write(film, THREE)
    whole = film.json("shot", "list")
    assert "scene 2" in film.act("scene", "delete", "2")
    assert [heading for _, heading in scenes(film)] == ["INT. KITCHEN - NIGHT", "INT. ATTIC - NIGHT"]
    write(film, THREE.replace("A dog crosses slowly.", "A dog crosses quickly."))
    assert len(scenes(film)) == 2
    film.act("scene", "restore", "EXT. STREET - DAY")
    assert film.json("shot", "list") == whole
    film.act("storyboard", "commit")
    assert [row["id"] for row in film.json("shot", "list")][-2:] == [row["id"] for row in whole][-2:]


def test_unlocked_numbers_follow_the_script(film: Milimo) -> None:
    write(film, THREE)
    film.act("script", "numbers", "--lock")
    write(film, THREE.replace("EXT. STREET", f"{CELLAR}EXT. STREET"))
    assert "not locked" in film.act("script", "numbers", "--unlock")
    film.act("storyboard", "commit")
    assert [number for number, _ in scenes(film)] == ["1", "2", "3", "4"]
    film.act("cut", "undo", "--whole-project")
    film.act("cut", "undo", "--whole-project")
    assert film.json("script", "numbers")["locked"]


def test_scene_added_by_user_needs_no_script_and_survives_commits(film: Milimo) -> None:
    write(film, THREE)
    output = film.act("scene", "add", "int. roof - dusk", "--after", "1", "--action", "Wind on the tiles.")
    assert "scene 1A" in output
    row = film.json("scene", "list")[1]
    assert (row["setting"], row["location"], row["time_of_day"]) == ("INT", "roof", "dusk")
    assert "1AA" in shots(film)
    write(
        film, f"{THREE}\nINT. CELLAR - DAY\n\nA rat runs.\n".replace("EXT. STREET", f"{CELLAR}EXT. STREET", 1)
    )
    assert [number for number, _ in scenes(film)] == ["1", "1A", "2", "3", "4", "5"]
    film.act("script", "numbers", "--lock")
    film.act("scene", "add", "EXT. SEA", "--after", "0")
    assert scenes(film)[0][0] == "A1"
    assert film.json("scene", "add", "  ", code=2)["error"]["kind"] == "bad_input"
    assert film.json("scene", "add", "EXT. SEA", "--after", "9", code=2)["error"]["kind"] == "not_found"


def with_one_omitted(film: Milimo) -> None:
    """Lock the numbers, then omit scene 2 and shot 1B and add a fourth scene."""
    write(film, THREE)
    film.act("script", "numbers", "--lock")
    kitchen, attic = THREE.split("EXT. STREET")[0], f"INT. ATTIC{THREE.split('INT. ATTIC')[1]}"
    write(film, f"{kitchen}{attic}\n{CELLAR}")
    film.act("shot", "delete", "1B")


def test_exported_script_keeps_its_numbers_when_read_again(film: Milimo) -> None:
    with_one_omitted(film)
    text = film.act("script", "export", "-")
    assert "INT. KITCHEN - NIGHT #1#" in text
    assert ".OMITTED #2#" in text
    assert "INT. CELLAR - DAY #4#" in text
    before = scenes(film)
    told = write(film, text)
    assert "scene " not in told
    assert scenes(film) == before
    assert film.act("script", "export", "-") == text, "once more it is the same"
    path = film.cwd / "again.fountain"
    path.write_text(text)
    film.act("script", "import", str(path), "--name", "Again")
    assert [number for number, _ in scenes(film)] == [number for number, _ in before]
    film.act("script", "numbers", "--lock")
    assert scenes(film)[1] == ("2", "OMITTED")


@pytest.mark.long("command_line")
def test_boards_and_tables_show_omitted_shots(film: Milimo) -> None:
    with_one_omitted(film)
    film.act("storyboard", "export", "shots.csv")
    with (film.cwd / "shots.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    found = [(row["Scene"], row["Shot"]) for row in rows if row["Action"] == "OMITTED"]
    assert found == [("1", "1B"), ("2", "")]
    output = film.act("storyboard", "export", "boards.pdf", "--layout", "9")
    assert "1 board file" in output
    text = "\n".join(page.extract_text() for page in PdfReader(film.cwd / "boards.pdf").pages)
    assert text.count("OMITTED") == 2


def test_locked_number_wanted_by_another_scene_is_refused_and_reported(film: Milimo) -> None:
    write(film, THREE)
    film.act("script", "numbers", "--lock")
    told = write(film, THREE.replace("EXT. STREET", "INT. CELLAR - DAY #3#\n\nA rat runs.\n\nEXT. STREET"))
    assert {"INT. CELLAR - DAY", "1A", "3"} <= set(re.findall(r"INT\. CELLAR - DAY|1A|\b3\b", told))
    assert [number for number, _ in scenes(film)] == ["1", "1A", "2", "3"]
    told = write(film, THREE.replace("EXT. STREET - DAY", "EXT. STREET - DAY #7#"))
    assert {"scene 2", "7"} <= set(re.findall(r"scene 2|\b7\b", told))
    assert [number for number, _ in scenes(film)][-2:] == ["2", "3"]


def test_repeated_locked_number_belongs_to_the_first_scene(film: Milimo) -> None:
    twice = THREE.replace("- NIGHT\n\nMARA", "- NIGHT #5#\n\nMARA").replace(
        "STREET - DAY", "STREET - DAY #5#"
    )
    write(film, twice)
    output = film.act("script", "numbers", "--lock")
    assert {"EXT. STREET - DAY", "scene 5A"} <= set(re.findall(r"EXT\. STREET - DAY|scene 5A", output))
    assert len(set(shots(film))) == len(shots(film))
