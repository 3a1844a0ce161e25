"""Test planning a sequence from a brief on the command line: one undo step, prompts that follow the brief,
and a batch that makes the shots.
"""

from __future__ import annotations

import re

from tests.front_door import Milimo

BRIEF = "four tense shots in the kitchen at night, with Mara"


def prompt(film: Milimo, number: str, *words: str) -> str:
    return str(film.json("shot", "show", number, *words)["prompt"])


def test_plan_gives_the_rule_of_each_value_and_changes_nothing(film: Milimo) -> None:
    before = film.json("storyboard", "show")
    output = film.act("sequence", "plan", BRIEF)
    assert "mood tense" in output
    assert "85 mm at f/1.8" in output
    plan = film.json("sequence", "plan", BRIEF)
    assert plan["people"] == ["Mara"]
    assert len(plan["shots"]) == 4
    assert all(rule["rule"] for shot in plan["shots"] for rule in shot["rules"])
    assert film.json("storyboard", "show") == before


def test_sequence_is_a_scene_of_shots_and_one_undo(film: Milimo) -> None:
    before = film.json("storyboard", "show")
    added = film.json("sequence", "add", BRIEF)
    assert len(added["shots"]) == 4
    shots = film.json("shot", "list", "--scene", added["number"])
    assert [shot["number"] for shot in shots] == added["numbers"]
    assert len({(shot["size"], shot["text"]) for shot in shots}) == 4
    film.act("cut", "undo", "--whole-project")
    assert film.json("storyboard", "show") == before


def test_lens_light_and_colours_reach_the_prompts_of_ltx2_and_flux2(film: Milimo) -> None:
    noir = film.json("sequence", "add", BRIEF, "--style", "neon")["numbers"][1]
    for engine in ("ltx2", "flux2"):
        film.act("shot", "set", noir, "--engine", engine)
        words = prompt(film, noir)
        assert "mm lens at f/" in words, engine
        assert "magenta against cyan" in words, engine
        assert "The colours are magenta, cyan, wet black." in words, engine
        film.act("shot", "set", noir, "--lens", "135 mm at f/1.4", "--palette", "amber")
        assert "135 mm lens at f/1.4" in prompt(film, noir)
        assert "The colours are amber." in prompt(film, noir)
        film.act("cut", "undo", "--whole-project")


def test_shots_are_added_to_a_scene_and_made_as_one_batch(film: Milimo) -> None:
    before = len(film.json("shot", "list", "--scene", "1"))
    made = film.json("sequence", "add", BRIEF, "--scene", "1", "--shots", "2", "--make", "--detach")
    assert len(film.json("shot", "list", "--scene", "1")) == before + 2
    assert len(made["jobs"]) == 2
    assert made["batch"]
    film.act("batch", "cancel", made["batch"])
    film.act("supervisor", "stop", "--now")


def test_composition_names_its_changes_and_applies_them(film: Milimo) -> None:
    number = film.json("sequence", "add", BRIEF, "--shots", "5")["number"]
    for shot in film.json("shot", "list", "--scene", number):
        film.act("shot", "set", shot["number"], "--size", "MS", "--function", "single")
    found = film.json("scene", "composition", number)["findings"]
    at = next(place for place, one in enumerate(found, 1) if one["why"] == "no shot shows the place")
    film.act("scene", "composition", number, "--apply", str(at))
    assert film.json("shot", "list", "--scene", number)[0]["size"] == "WS"
    error = film.json("scene", "composition", number, "--apply", "99", code=2)["error"]
    assert (error["kind"], "99" in error["message"]) == ("not_found", True)


def test_invalid_brief_is_refused(film: Milimo) -> None:
    error = film.refusal("sequence", "plan", "four shots", "--mood", "sideways")
    assert "sideways" in error
    error = film.refusal("sequence", "add", BRIEF, "--scene", "1", "--after", "1")
    assert set(re.findall("--scene|--after", error)) == {"--scene", "--after"}
