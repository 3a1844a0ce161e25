"""Test that the user's changes to a scene survive another commit of the screenplay, and that the commit
reports its changes.
"""

from __future__ import annotations

import re

from tests.front_door import TINY, Milimo


def write(film: Milimo, text: str) -> str:
    path = film.cwd / "two-lamps.fountain"
    path.write_text(text)
    return film.act("script", "import", str(path))


def headings(film: Milimo) -> list[str]:
    return [row["heading"] for row in film.json("scene", "list")]


THREE = f"{TINY}\nINT. ATTIC - NIGHT\n\nDust falls on a trunk.\n"


def test_moved_scene_and_changed_heading_survive_commits(film: Milimo) -> None:
    write(film, THREE)
    film.act("scene", "move", "2", "-1")
    film.act("scene", "set", "3", "--heading", "INT. LOFT - NIGHT")
    wanted = ["EXT. STREET - DAY", "INT. KITCHEN - NIGHT", "INT. LOFT - NIGHT"]
    assert headings(film) == wanted
    assert "unchanged" in film.act("storyboard", "commit")
    assert headings(film) == wanted
    write(film, THREE.replace("slowly", "quickly"))
    assert headings(film) == wanted
    shots = [row["number"][0] for row in film.json("shot", "list")]
    assert shots == sorted(shots, key="213".index), "the shots go with their scenes"
    # A new scene of the screenplay is inserted after the scene that it follows there.
    write(film, THREE.replace("EXT. STREET - DAY", "INT. CELLAR - DAY\n\nA rat runs.\n\nEXT. STREET - DAY"))
    assert headings(film) == [
        "EXT. STREET - DAY", "INT. KITCHEN - NIGHT", "INT. CELLAR - DAY", "INT. LOFT - NIGHT",
    ]  # fmt: skip
    # A heading that is set back to the screenplay's text follows the screenplay again.
    film.act("scene", "set", "4", "--heading", "INT. ATTIC - NIGHT")
    write(film, THREE.replace("INT. ATTIC", "INT. GARRET"))
    assert headings(film)[-1] == "INT. GARRET - NIGHT"


def test_scene_field_that_the_script_leaves_empty_can_be_set_back(film: Milimo) -> None:
    no_time = TINY.replace("EXT. STREET - DAY", "EXT. STREET")
    write(film, no_time)
    film.act("scene", "set", "2", "--time-of-day", "NIGHT")
    film.act("scene", "set", "2", "--time-of-day", "")
    write(film, no_time.replace("EXT. STREET", "EXT. STREET - DAWN"))
    assert film.json("scene", "list")[1]["time_of_day"] == "DAWN"


def test_commit_lists_renumbered_renamed_and_moved_scenes(film: Milimo) -> None:
    write(film, THREE)
    told = write(film, THREE.replace("INT. KITCHEN", "INT. CELLAR - DAY\n\nA rat runs.\n\nINT. PANTRY"))
    facts = re.findall(r"scene \d|INT\. [A-Z]+ - NIGHT|\b\d(?= now)|\d more", told)
    assert facts == [
        *("scene 1", "2", "scene 2", "INT. PANTRY - NIGHT", "INT. KITCHEN - NIGHT"),
        *("scene 2", "3", "1 more"),
    ]
    assert film.json("storyboard", "commit")["scenes"] == [], "told once"
    write(film, THREE)
    kitchen, rest = THREE.split("EXT. STREET", 1)
    street, attic = rest.split("INT. ATTIC", 1)
    title, kitchen = kitchen.split("INT. KITCHEN", 1)
    told = write(film, f"{title}EXT. STREET{street}INT. KITCHEN{kitchen}INT. ATTIC{attic}")
    assert "scene 1" in told
    assert headings(film) == ["EXT. STREET - DAY", "INT. KITCHEN - NIGHT", "INT. ATTIC - NIGHT"]


def test_heading_changed_by_user_and_in_the_script_is_reported(film: Milimo) -> None:
    film.act("scene", "set", "2", "--heading", "EXT. ALLEY - DAY")
    write(film, TINY.replace("EXT. STREET", "EXT. AVENUE"))
    assert headings(film)[1] == "EXT. ALLEY - DAY"
    [doubt] = film.json("storyboard", "commit")["doubts"] or ["nothing"]
    assert doubt == "nothing", "told once"


def test_shot_moved_to_another_scene_stays_there(film: Milimo) -> None:
    moved = film.json("shot", "list")[1]["id"]
    film.act("storyboard", "reorder", "1B", "1")
    wanted = [row["id"] for row in film.json("shot", "list")]
    assert {row["id"]: row["number"] for row in film.json("shot", "list")}[moved] == "2B"
    assert "3 unchanged" in film.act("storyboard", "commit")
    assert [row["id"] for row in film.json("shot", "list")] == wanted
    write(film, TINY.replace("You are late.", "You are last."))
    rows = {row["id"]: row for row in film.json("shot", "list")}
    assert (rows[moved]["number"], rows[moved]["dialogue"]) == ("2B", "“You are last.”")
    write(film, TINY.replace("MARA\nYou are late.\n", ""))
    assert moved not in {row["id"] for row in film.json("shot", "list")}, "parked, as its words are gone"


def test_coverage_of_a_scene_follows_its_text_not_its_number(film: Milimo) -> None:
    write(film, THREE)
    film.act("scene", "set", "1", "--coverage", "static")
    write(film, THREE.replace("INT. KITCHEN", "INT. CELLAR - DAY\n\nA rat runs.\n\nINT. KITCHEN"))
    found = {row["heading"]: row["coverage"] for row in film.json("scene", "list")}
    assert found["INT. KITCHEN - NIGHT"] == "static"
    film.act("script", "numbers", "--lock")
    assert "WS, static" in film.act("scene", "plan", "2", "--again", "--dry-run")


def shown(film: Milimo) -> list[tuple[str, str]]:
    """Return the heading of each scene together with the dialogue or text of each of its shots."""
    scenes = film.json("scene", "list")
    shots = {row["id"]: film.json("shot", "list", "--scene", row["id"]) for row in scenes}
    return [(row["heading"], shot["dialogue"] or shot["text"]) for row in scenes for shot in shots[row["id"]]]


def test_scenes_added_by_user_are_exported_and_read_again(film: Milimo) -> None:
    write(film, THREE)
    assert film.act("script", "export", "-") == THREE, "nothing by hand: as it is, byte for byte"
    film.act("scene", "add", "INT. ROOF - DUSK", "--after", "1", "--action", "Wind on the tiles.")
    film.act("scene", "add", "the void", "--action", "> A star blinks.")
    film.act("scene", "add", "EXT. SEA - DAWN", "--after", "0", "--action", "A gull cries. It dives.")
    roof = next(row["id"] for row in film.json("scene", "list") if "ROOF" in row["heading"])
    film.act("shot", "add", roof, "MARA")
    rows, before = headings(film), shown(film)
    assert rows[0::2] == ["EXT. SEA - DAWN", "INT. ROOF - DUSK", "INT. ATTIC - NIGHT"]
    text = film.act("script", "export", "-")
    assert "\n\nEXT. SEA - DAWN\n\nA gull cries. It dives.\n\nINT. KITCHEN" in text
    assert "\n\nINT. ROOF - DUSK\n\nWind on the tiles.\n\nMARA\n\nEXT. STREET" in text
    assert text.endswith("\n\n.the void\n\n!> A star blinks.\n\n")
    ids = [row["id"] for row in film.json("shot", "list")]
    # Imported into the same film, the text gives the same scenes and shots. From now on the screenplay
    # contains them.
    write(film, text)
    assert (headings(film), shown(film)) == (rows, before)
    assert [row["id"] for row in film.json("shot", "list")] == ids
    assert film.act("script", "export", "-") == text, "none is written a second time"
    write(film, text.replace("Wind on the tiles.", "Wind and rain on the tiles."))
    assert "Wind and rain on the tiles." in {words for _, words in shown(film)}
    assert [row["id"] for row in film.json("shot", "list")] == ids
    path = film.cwd / "again.fountain"
    path.write_text(text)
    film.act("script", "import", str(path), "--name", "Again")
    assert (headings(film), shown(film)) == (rows, before)


def test_scene_added_by_user_is_exported_with_its_locked_number(film: Milimo) -> None:
    film.act("script", "numbers", "--lock")
    film.act("scene", "add", "INT. ROOF - DUSK", "--after", "1", "--action", "Wind on the tiles.")
    text = film.act("script", "export", "-")
    assert "INT. ROOF - DUSK #1A#\n\nWind on the tiles.\n\nEXT. STREET - DAY #2#" in text
    write(film, text)
    assert [row["number"] for row in film.json("scene", "list")] == ["1", "1A", "2"]
