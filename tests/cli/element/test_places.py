"""Test places on the command line: nested places, attributes of a place, weather, time and props."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from milimo_tui.story.elements.prompt import BY_USER
from tests.front_door import Milimo

SCRIPT = """Title: Lantern

EXT. HOUSE - NIGHT - HEAVY RAIN

Two broken windows, a red door. MARA (61) takes a nickel-plated REVOLVER from her coat. A BANG.

INT. KITCHEN - CONTINUOUS

No power. Once a bakery, it serves as a store for nets. A crucifix over the stove. Six chairs, one lamp.

Mara puts the letter on the table. She picks up the LETTER and reads it. A sign: CLOSED. Something HUGE moves.

INT. HOUSE - HALL - DAY

Mara lowers the revolver. It begins to snow.

Mara sits down on the floor.
"""


@pytest.fixture
def lantern(milimo: Milimo, tmp_path: Path) -> Milimo:
    return bring(milimo, tmp_path, SCRIPT)


def bring(milimo: Milimo, folder: Path, text: str) -> Milimo:
    (folder / "lantern.fountain").write_text(text)
    milimo.act("script", "import", str(folder / "lantern.fountain"))
    return milimo


def elements(milimo: Milimo) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in milimo.json("element", "list")}


def parts(milimo: Milimo, number: str, engine: str = "ltx2") -> dict[str, dict[str, str]]:
    return {row["role"]: row for row in milimo.json("shot", "show", number, "--engine", engine)["parts"]}


def told(milimo: Milimo, number: str) -> dict[str, dict[str, str]]:
    return dict(milimo.json("shot", "show", number)["told"])


def shot_with(milimo: Milimo, words: str) -> str:
    return next(str(row["number"]) for row in milimo.json("shot", "list") if words in row["text"])


def test_headings_make_the_place_tree_and_manual_corrections_stay(lantern: Milimo, tmp_path: Path) -> None:
    rows = elements(lantern)
    assert {
        name: (rows[name]["in"], rows[name]["depth"]) for name in ("House", "Kitchen", "House - Hall")
    } == {
        "House": (None, 0),
        "Kitchen": ("@House", 1),
        "House - Hall": ("@House", 1),
    }
    assert rows["House"]["shots"] == len(lantern.json("shot", "list"))
    lantern.act("element", "set", "@Kitchen", "--inside", "")
    lantern.act("element", "set", "@House", "--inside", "@HouseHall", code=2)
    bring(lantern, tmp_path, SCRIPT.replace("Six chairs", "Five chairs"))
    assert elements(lantern)["Kitchen"]["in"] is None
    lantern.act("cut", "undo", "--whole-project")
    lantern.act("cut", "undo", "--whole-project")
    assert elements(lantern)["Kitchen"]["in"] == "@House"


def test_circular_place_and_non_place_are_refused_in_one_sentence(lantern: Milimo) -> None:
    before = lantern.json("element", "list")
    assert "@House" in lantern.refusal("element", "set", "@House", "--inside", "@House")
    assert "@Kitchen" in lantern.refusal("element", "set", "@House", "--inside", "@Kitchen")
    assert "@Mara" in lantern.refusal("element", "set", "@Mara", "--inside", "@House")
    assert "@Mara" in lantern.refusal("element", "set", "@House", "--inside", "@Mara")
    assert "@Mara" in lantern.refusal("element", "set", "@Mara", "--layer", "culture=x")
    assert "“mood”" in lantern.refusal("element", "set", "@House", "--layer", "mood=x")
    assert "“mood”" in lantern.refusal("scene", "set", "1", "--layer", "mood=x")
    lantern.refusal("shot", "set", "1A", "--layer", "culture=" + "x" * 400)
    assert lantern.json("element", "list") == before


def test_five_layers_have_their_source_and_are_in_the_prompt_of_each_family(
    lantern: Milimo,
) -> None:
    later = shot_with(lantern, "Mara puts the letter")
    for engine in ("ltx2", "flux2"):
        found = parts(lantern, later, engine)
        assert found["function"]["text"] == "Once a bakery, it serves as a store for nets."
        assert found["function"]["source"] == "@Kitchen, the script"
        assert found["culture"]["text"] == "A crucifix over the stove."
        assert (found["constraints"]["text"], found["constraints"]["source"]) == (
            "No power.",
            "the scene, the script",
        )
        assert found["detail"]["text"] == "Six chairs, one lamp."
    lantern.act("element", "set", "@House", "--layer", "reputation=feared by fishermen")
    assert parts(lantern, later)["reputation"] == {
        "role": "reputation",
        "text": "It has the look of a place that is feared by fishermen.",
        "source": f"@House, {BY_USER}",
    }


def test_place_inherits_from_its_parent_and_the_nearest_value_counts(lantern: Milimo) -> None:
    kitchen = shot_with(lantern, "Mara puts the letter")
    lantern.act("element", "set", "@House", "--layer", "light=green from the sea")
    lantern.act("element", "set", "@House", "--layer", "sound=the tide under the floor")
    lantern.act("element", "set", "@House", "--description", "weathered grey boards")
    found = parts(lantern, kitchen)
    assert "green from the sea" in found["light"]["text"]
    assert found["light"]["source"] == f"@House, {BY_USER}"
    assert "the tide under the floor" in found["sound"]["text"]
    assert "Weathered grey boards." in found["place"]["text"]
    lantern.act("element", "set", "@Kitchen", "--layer", "light=one gas flame")
    assert "one gas flame" in parts(lantern, kitchen)["light"]["text"]
    lantern.act("scene", "set", "2", "--layer", "light=a torch on the table")
    assert "a torch on the table" in parts(lantern, kitchen)["light"]["text"]
    lantern.act("shot", "set", kitchen, "--layer", "light=")
    assert "light" not in parts(lantern, kitchen)
    lantern.act("shot", "set", kitchen, "--layer", "light")
    lantern.act("scene", "set", "2", "--layer", "light")
    assert "one gas flame" in parts(lantern, kitchen)["light"]["text"]
    assert "one gas flame" not in parts(lantern, "1A")["light"]["text"]


def test_commit_keeps_layers_set_by_user_and_updates_the_others(lantern: Milimo, tmp_path: Path) -> None:
    lantern.act("element", "set", "@Kitchen", "--layer", "culture=blue nets")
    lantern.act("scene", "set", "2", "--layer", "constraints=a siege")
    bring(
        lantern,
        tmp_path,
        SCRIPT.replace("Six chairs, one lamp.", "Three beds, one lamp.").replace("No power.", "No water."),
    )
    has = elements(lantern)["Kitchen"]["layers"]
    assert (has["culture"], has["detail"]) == ("blue nets", "Three beds, one lamp.")
    assert "a siege" in parts(lantern, shot_with(lantern, "Mara puts the letter"))["constraints"]["text"]
    lantern.act("element", "set", "@Kitchen", "--layer", "culture")
    lantern.act("scene", "set", "2", "--layer", "constraints")
    assert elements(lantern)["Kitchen"]["layers"]["culture"] == "A crucifix over the stove."
    assert told(lantern, "2A")["constraints"]["text"] == "No water."


def test_reset_of_a_layer_that_the_user_did_not_set_changes_nothing(lantern: Milimo) -> None:
    before = elements(lantern)["Kitchen"]["layers"]
    lantern.act("element", "set", "@Kitchen", "--layer", "culture")
    assert elements(lantern)["Kitchen"]["layers"] == before
    assert before["culture"]


def test_time_and_weather_are_found_carried_on_and_set_with_their_source(lantern: Milimo) -> None:
    assert told(lantern, "1A")["weather"] == {"text": "heavy rain", "source": "scene 1, the script"}
    kitchen = shot_with(lantern, "Mara puts the letter")
    assert told(lantern, kitchen)["weather"]["text"] == "heavy rain"
    assert told(lantern, kitchen)["time"] == {"text": "NIGHT", "source": "scene 2, the script"}
    assert "heavy rain" in parts(lantern, "1A")["place"]["text"]
    assert "Outside there is heavy rain." in parts(lantern, kitchen)["place"]["text"]
    last = shot_with(lantern, "Mara sits down")
    assert "weather" not in told(lantern, last), "a sentence about snow is read by a language model only"
    lantern.act("scene", "set", "1", "--time-of-day", "DAWN", "--weather", "fog")
    assert told(lantern, "1A")["time"] == {"text": "DAWN", "source": f"scene 1, {BY_USER}"}
    assert "at dawn in fog" in parts(lantern, "1A", "flux2")["place"]["text"]
    assert f"scene 1, {BY_USER}" in parts(lantern, "1A")["place"]["source"]
    lantern.act("shot", "set", "1A", "--weather", "snow")
    assert told(lantern, "1A")["weather"]["source"] == f"{BY_USER}, for the shot"
    lantern.act("shot", "set", "1A", "--weather", "")
    lantern.act("scene", "set", "1", "--weather", "")
    lantern.act("element", "set", "@House", "--layer", "weather=hail")
    assert told(lantern, "1A")["weather"] == {"text": "hail", "source": f"@House, {BY_USER}"}


def test_props_are_found_with_their_shots_and_can_be_dismissed(lantern: Milimo, tmp_path: Path) -> None:
    rows = elements(lantern)
    things = {name: row for name, row in rows.items() if row["kind"] == "object"}
    assert set(things) == {"Revolver", "Letter"}
    assert "nickel-plated REVOLVER" in things["Revolver"]["quote"]
    assert things["Letter"]["quote"] == "She picks up the LETTER and reads it."
    hall = shot_with(lantern, "lowers the revolver")
    for engine in ("ltx2", "flux2"):
        assert parts(lantern, hall, engine)["things"] == {
            "role": "things",
            "text": "The revolver is a nickel-plated revolver.",
            "source": "@Revolver, the script",
        }
    assert "@Revolver" in lantern.json("shot", "show", hall)["elements"]
    assert "things" not in parts(lantern, shot_with(lantern, "Mara sits down"))
    lantern.act("element", "set", "@Revolver", "--description", "a long rusty revolver")
    assert "long rusty" in parts(lantern, hall)["things"]["text"]
    lantern.act("element", "dismiss", "@Letter")
    lantern.act("element", "dismiss", "@Revolver")
    bring(lantern, tmp_path, SCRIPT.replace("Six chairs", "Five chairs"))
    assert elements(lantern)["Letter"]["dismissed"]
    assert "things" not in parts(lantern, shot_with(lantern, "lowers the revolver"))


def test_place_without_pictures_uses_those_of_its_parent(lantern: Milimo, tmp_path: Path) -> None:
    kitchen = shot_with(lantern, "Mara puts the letter")
    files = {name: tmp_path / f"{name}.png" for name in ("house", "kitchen")}
    for place, colour in enumerate(files.values()):
        Image.new("RGB", (64, 64), (90 * place, 40, 40)).save(colour)

    def shown() -> list[str]:
        spec = lantern.json("shot", "show", kitchen, "--engine", "flux2")["spec"]
        return [Path(path).name for path in spec["references"]]

    lantern.act("element", "reference", "add", "@House", str(files["house"]))
    [of_house] = shown()
    lantern.act("element", "reference", "add", "@Kitchen", str(files["kitchen"]))
    [of_kitchen] = shown()
    assert of_kitchen != of_house


def test_filter_for_a_place_includes_the_places_inside_it(lantern: Milimo) -> None:
    def numbers(where: str) -> set[str]:
        return {str(row["number"]) for row in lantern.json("shot", "list", "--where", where)}

    every = {str(row["number"]) for row in lantern.json("shot", "list")}
    kitchen = numbers("place:kitchen")
    assert kitchen
    assert kitchen < numbers("place:house") == every == numbers("@House")
    lantern.act("element", "set", "@Kitchen", "--inside", "")
    assert numbers("place:house") == every - kitchen
    assert kitchen <= numbers('weather:"heavy rain"')
    assert "“sun”" in lantern.refusal("shot", "list", "--where", "weather:sun")


def test_cast_with_a_deleted_character_is_refused_until_it_is_restored(lantern: Milimo) -> None:
    empty = shot_with(lantern, "Mara sits down")
    lantern.act("shot", "set", empty, "--cast", "")
    lantern.act("element", "delete", "@Mara")
    before = lantern.json("shot", "show", empty)
    assert "Mara was deleted" in lantern.refusal("shot", "set", empty, "--cast", "Mara")
    assert lantern.json("shot", "show", empty) == before
    others = shot_with(lantern, "lowers the revolver")
    assert "Mara" in lantern.json("shot", "show", others)["characters"]
    lantern.act("shot", "set", others, "--cast", "Mara")
    [gone] = lantern.json("bin", "list")
    lantern.act("bin", "restore", gone["id"])
    lantern.act("shot", "set", empty, "--cast", "Mara")


def test_look_without_its_scene_is_kept_and_reported(lantern: Milimo, tmp_path: Path) -> None:
    hall = shot_with(lantern, "Mara sits down")
    lantern.act("element", "look", "add", "@Mara", "--begins", hall, "--ends", hall, "--text", "a sling")
    bring(lantern, tmp_path, SCRIPT.partition("INT. HOUSE - HALL")[0])
    text = "".join(lantern._main(["element", "show", "@Mara"], 0))
    assert "a sling" in text
    row = next(row for row in lantern.json("element", "show", "@Mara") if row["look"] == "a sling")
    assert not row["holds"]
    refused = lantern.refusal("element", "look", "move", "@Mara", str(row["place"]), "--begins", hall)
    assert "shot" in refused
    bring(lantern, tmp_path, SCRIPT)
    assert next(row for row in lantern.json("element", "show", "@Mara") if row["look"] == "a sling")["holds"]


def test_merged_places_keep_their_children_and_make_no_circle(lantern: Milimo) -> None:
    lantern.act("element", "set", "@House", "--layer", "culture=nets")
    lantern.act("element", "merge", "@HouseHall", "@House")
    rows = elements(lantern)
    assert rows["Kitchen"]["in"] == "@HouseHall"
    assert rows["House - Hall"]["in"] is None
    assert rows["House - Hall"]["layers"]["culture"] == "nets"
    lantern.act("element", "delete", "@HouseHall")
    assert elements(lantern)["Kitchen"]["in"] is None
    lantern.act("cut", "undo", "--whole-project")
    assert elements(lantern)["Kitchen"]["in"] == "@HouseHall"


def test_drawn_board_shows_time_and_weather_set_by_user(lantern: Milimo) -> None:
    def facts(number: str) -> dict[str, Any]:
        spec = lantern.json("shot", "show", number, "--engine", "animatic")["spec"]
        return dict(spec["facts"])

    before = facts("2A")
    lantern.act("scene", "set", "2", "--time-of-day", "DAWN", "--weather", "fog")
    assert facts("2A") == {**before, "time_of_day": "DAWN, fog"}
    lantern.act("shot", "set", "2A", "--location", "HARBOUR")
    assert facts("2A")["location"] == "HARBOUR"
    assert facts("1A")["time_of_day"] == "NIGHT"


HARBOUR = """EXT. HARBOUR - DAY - HEAVY RAIN

Boats knock at the quay.

INT. BANK - DAY

MARA waits in line.
"""


def test_shot_at_another_place_shows_the_weather_that_is_sent(milimo: Milimo, tmp_path: Path) -> None:
    bank = bring(milimo, tmp_path, HARBOUR)
    assert "weather" not in told(bank, "2A")
    bank.act("shot", "set", "2A", "--location", "HARBOUR")
    assert told(bank, "2A")["weather"] == {"text": "heavy rain", "source": "as in scene 1"}
    assert "rain" in str(parts(bank, "2A")).casefold()
