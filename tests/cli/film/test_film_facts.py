"""Test the facts of a film: status, tags, delivery, template, and changes of its frame rate, which conform
all lengths.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.cut.values.cut import return_no_media_limit
from milimo_tui.story.values.film import Project, Scene, Shot, Story
from milimo_tui.story.values.making import Conditioning
from milimo_tui.studio.project.film_formats import FORMATS, classify_shape
from milimo_tui.studio.project.rate_change import change_film_rate
from tests.front_door import Milimo


def test_delivery_use_sets_rate_and_size(milimo: Milimo) -> None:
    for each in FORMATS:
        made = milimo.json("project", "new", each.name, "--format", each.name)
        assert ((made["width"], made["height"]), made["rate"]) == (each.sides, f"{each.rate}/1")
    shapes = {each.name: classify_shape(*each.sides) for each in FORMATS}
    assert {shapes[name] for name in ("portrait", "upright")} == {"portrait"}
    assert (shapes["square"], shapes["cinema"], shapes["landscape"]) == ("square", "cinema", "landscape")
    made = milimo.json("project", "new", "own", "--format", "square", "--rate", "24", "--size", "96x64")
    assert (made["width"], made["height"], made["rate"], made["format"]) == (96, 64, "24/1", "landscape")
    error = milimo.json("project", "new", "x", "--format", "sqare", code=2)["error"]
    assert (error["kind"], "“sqare”" in error["message"]) == ("bad_input", True)
    assert "square" in error["hint"]


def test_status_tags_and_description_are_kept_and_are_one_undo(milimo: Milimo) -> None:
    made = milimo.json("project", "new", "Rain", "--tags", "wet, festival", "--status", "in-progress")
    assert (made["status"], made["tags"]) == ("in-progress", ["wet", "festival"])
    milimo.act("project", "set", "--status", "completed", "--tags", "done", "--description", "A coin.")
    [row] = [row for row in milimo.json("project", "list") if row["name"] == "Rain"]
    assert (row["status"], row["tags"], row["description"]) == ("completed", ["done"], "A coin.")
    milimo.act("cut", "undo", "--whole-project")
    assert milimo.json("project", "show")["status"] == "in-progress"
    assert "lost" in milimo.refusal("project", "set", "--status", "lost")


def test_command_changes_another_film_by_its_name(milimo: Milimo) -> None:
    milimo.act("project", "new", "First")
    milimo.act("project", "new", "Second")
    milimo.act("project", "set", "--film", "first", "--name", "The First", "--status", "archived")
    rows = {row["name"]: row for row in milimo.json("project", "list")}
    assert rows["The First"]["status"] == "archived"
    assert rows["Second"]["current"]


def test_template_sets_its_values_and_a_film_is_saved_as_one(milimo: Milimo) -> None:
    made = milimo.json("project", "new", "Talk", "--template", "documentary", "--tags", "mine")
    assert made["tags"] == ["documentary", "mine"]
    milimo.act("project", "set", "--style", "Grainy.", "--rate", "30", "--prompt-part", "light=dusk")
    milimo.act("project", "template", "save", "my look", "--about", "grain at dusk")
    rows = {row["name"]: row for row in milimo.json("project", "template", "list")}
    assert rows["my look"]["own"]
    assert not rows["short"]["own"]
    again = milimo.json("project", "new", "Again", "--template", "my look")
    assert (again["rate"], again["tags"]) == ("30/1", ["documentary", "mine"])
    assert milimo.json("project", "new", "Over", "--template", "my look", "--rate", "24")["rate"] == "24/1"
    assert "my lok" in milimo.refusal("project", "new", "x", "--template", "my lok")
    assert milimo.json("project", "template", "delete", "short", code=2)["error"]["kind"] == "bad_input"
    milimo.act("project", "template", "delete", "my look")
    milimo.refusal("project", "new", "x", "--template", "my look")


def test_damaged_template_is_refused_in_one_sentence(milimo: Milimo) -> None:
    milimo.act("project", "new", "Talk")
    milimo.act("project", "template", "save", "mine")
    [file] = (Path(milimo.env["MILIMO_HOME"]) / "templates").iterdir()
    file.write_text('{"name": "mine", "width": 3}')
    assert milimo.json("project", "new", "x", "--template", "mine", code=1)["error"]["kind"] == "damaged"


def test_new_rate_keeps_every_length_and_the_cut_follows(film: Milimo) -> None:
    before = film.json("project", "show")
    shots = film.json("shot", "list")
    cut = film.json("cut", "show")
    film.act("project", "set", "--rate", "50")
    after = film.json("project", "show")
    assert after["rate"] == "50/1"
    assert after["seconds"] == before["seconds"]
    assert [shot["frames"] for shot in film.json("shot", "list")] == [shot["frames"] * 2 for shot in shots]
    assert film.json("cut", "show")["frames"] == cut["frames"] * 2
    film.act("cut", "undo", "--whole-project")
    assert film.json("project", "show") | {"updated": 0} == before | {"updated": 0}
    assert film.json("cut", "show")["frames"] == cut["frames"]


def test_frozen_cut_keeps_its_rate(film: Milimo) -> None:
    film.act("cut", "freeze", "v1")
    output = film.act("project", "set", "--rate", "24")
    assert "“v1” as before" in output


@given(st.integers(1, 5000), st.sampled_from([Fraction(24), Fraction(30000, 1001), Fraction(50)]), st.data())
def test_length_differs_by_half_a_frame_at_most(frames: int, rate: Fraction, data: st.DataObject) -> None:
    at = data.draw(st.integers(-frames, frames - 1))
    shot = Shot(
        id="s", scene="1", order="V", frames=frames,
        conditioning=(Conditioning(id="c", shot="s", order="V", asset="a", frame=at),),
    )  # fmt: skip
    story = Story(
        project=Project(id="p", name="p"), scenes=(Scene(id="1", order="V", number="1", heading="X"),),
        shots=(shot,),
    )  # fmt: skip
    [changed] = change_film_rate(story, (), rate, return_no_media_limit).shots
    off = abs(Fraction(changed.frames) / rate - Fraction(frames) / 25)
    assert off <= Fraction(1, 2) / rate or changed.frames == 1
    [followed] = changed.conditioning
    assert -changed.frames <= followed.frame < changed.frames
    assert (followed.frame < 0) == (at < 0)
