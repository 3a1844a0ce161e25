"""Test `milimo build`, which makes exactly the stale takes again after an estimate, and `milimo next`, which
announces them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.media.files.compare_media import compare_in_subprocess
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.values.film import Take
from milimo_tui.studio.takes import shot_spec, signatures
from tests.front_door import TINY, Milimo

CHANGED = TINY.replace("You are late.", "You are last.").replace("A dog crosses", "A cat crosses")


def write(film: Milimo, text: str) -> None:
    path = film.cwd / "two-lamps.fountain"
    path.write_text(text)
    film.inside("script", "import", str(path))


def parts(rows: list[dict[str, Any]]) -> dict[str, list[str]]:
    return {row["number"]: row["parts"] for row in rows}


@pytest.mark.long("command_line")
def test_build_makes_only_what_is_stale(film: Milimo) -> None:
    assert film.inside("next")["id"] == "film.play"
    fresh = film.json("build", "--dry-run")
    assert (fresh["stale"], fresh["jobs"], fresh["missing"]) == ([], [], 0)
    write(film, CHANGED)
    advice = film.inside("next")
    assert (advice["command"], advice["id"]) == ("milimo build", "app.build")
    assert re.findall(r"\d \w+", advice["why"]) == ["2 takes", "1 picture", "1 voice", "1 caption"]
    plan = film.json("build", "--dry-run")
    assert parts(plan["stale"]) == {"1B": ["voice", "caption"], "2A": ["picture"]}
    speech, action = (row["why"] for row in plan["stale"])
    assert re.findall("“.*?”", speech) == ["“You are late.”", "“You are last.”"]
    assert "action" in action
    assert plan["estimate"]["seconds"] > 0
    assert plan["estimate"]["gb"] >= 0
    assert plan["jobs"] == []
    stale = {row["number"]: row["stale_parts"] for row in film.json("shot", "list")}
    assert stale == {"1A": [], "1B": ["voice", "caption"], "2A": ["picture"]}
    of_one = film.json("build", "--dry-run", "--scene", "2")
    assert parts(of_one["stale"]) == {"2A": ["picture"]}
    done = film.json("build")
    assert [end["state"] for end in done["ended"]] == ["done", "done"]
    assert parts(done["stale"]) == parts(plan["stale"])
    rows = {row["number"]: row for row in film.json("shot", "list")}
    assert {number: row["takes"] for number, row in rows.items()} == {"1A": 1, "1B": 2, "2A": 2}
    assert not any(row["stale"] for row in rows.values())
    assert film.json("build", "--dry-run")["stale"] == []
    assert film.act("build").strip() == "nothing is stale"
    assert film.inside("next")["id"] == "film.render"


def as_of_a_model(film: Milimo, number: str) -> str:
    """Give a shot a take of the model LTX-2, which reuses the file of its drawn take. The shot then shows the
    new take. Return the id of the new take.
    """
    paths = ProjectPaths(next((film.home / "projects").iterdir()))
    with ProjectFile.open(paths) as file:
        story = file.load_story()
        shot = shot_spec.find_shot(story, number)
        drawn = next(take for take in story.takes if take.shot == shot.id)
        asset = next(asset for asset in story.assets if asset.id == drawn.asset)
        spec = shot_spec.make_video_spec(story, shot, engine="ltx2", seed=7)
        take = Take(
            id=new_id("take"), shot=shot.id, asset=asset.id, job=new_id("job"), engine="ltx2", seed=7,
            frames=drawn.frames, spec=spec.model_dump_json(), signature=signatures.get_signature(spec),
        )  # fmt: skip
        assert file.facts.add_take(take, asset)
    return take.id


@pytest.mark.long("models")
def test_new_line_gets_a_new_voice_over_the_models_pictures(film: Milimo) -> None:
    before = as_of_a_model(film, "1B")
    write(film, TINY.replace("You are late.", "You are last."))
    refused = film.json("build", "--dry-run", code=3)["error"]["message"]
    assert film.json("shot", "make", "--stale", code=3)["error"]["message"] in refused
    again = film.json("film", str(film.cwd / "two-lamps.fountain"))
    assert len(again["problems"]) == 1
    drawn = film.json("shot", "make", "1B")
    assert re.search(r"\b1B\b.*\bltx2\b", drawn["notes"][0])
    assert [row["id"] for row in film.json("shot", "takes", "1B") if row["picked"]] == [before]
    plan = film.json("build", "--voice", "--dry-run")
    assert parts(plan["stale"]) == {"1B": ["voice"]}
    assert plan["voices"] == ["1B"]
    assert "pictures" in film.act("build", "--voice", "--dry-run")
    done = film.json("build", "--voice")
    assert [end["state"] for end in done["ended"]] == ["done"]
    *_, old, _, new = film.json("shot", "takes", "1B")
    assert (old["id"], new["picked"], new["engine"], new["previs"]) == (before, True, "ltx2", False)
    assert new["frames"] == old["frames"]
    found = compare_in_subprocess(Path(old["path"]), Path(new["path"]))
    assert (found.pictures[0] == found.pictures[1], found.sound[0] == found.sound[1]) == (True, False)
    assert film.json("build", "--dry-run", "--voice")["stale"] == []
    assert film.json("shot", "remake", "1B")["equal"]
    write(film, TINY.replace("You are late.", "You are last.").replace("Rain runs", "Snow runs"))
    rows = {row["number"]: row["stale_parts"] for row in film.json("shot", "list")}
    assert rows["1A"] == ["picture"]


def test_next_step_before_a_blocked_take_is_the_command_that_unblocks_it(film: Milimo) -> None:
    shot = film.inside("shot", "add", "2", "A lamp goes out.", "--seconds", "1")["number"]
    film.inside("shot", "set", shot, "--engine", "ltx2")
    film.inside("shot", "condition", "add", shot, "--board", shot)
    advice = film.inside("next")
    assert (advice["command"], advice["id"]) == (f"milimo storyboard board {shot}", "storyboard.board")


def test_build_reports_shots_without_a_take_and_makes_them_when_asked(film: Milimo) -> None:
    film.inside("shot", "add", "2", "A lamp goes out.", "--seconds", "1")
    advice = film.inside("next")
    assert (advice["command"], advice["id"]) == ("milimo shot make --missing", "shot.make")
    assert advice["why"].startswith("1 shot")
    assert film.json("build", "--dry-run")["missing"] == 1
    plan = film.json("build", "--dry-run", "--missing")
    assert parts(plan["stale"]) == {"2B": []}
    assert "left_out" in plan
    film.inside("shot", "set", "2B", "--engine", "ltx2")
    film.json("build", "--dry-run", "--missing", code=3)
    advice = film.inside("next")
    assert advice["why"].startswith("1 shot")
    assert advice["id"] not in ("", "shot.make"), "what keeps it from being made comes first"


@pytest.mark.long("command_line")
def test_next_command_leads_from_the_screenplay_to_the_cut_and_the_film(film: Milimo) -> None:
    text = film.inside("script", "export", "-")["text"]
    film.inside("run", "script.save", f"text={text.replace('late', 'early')}")
    assert film.inside("next")["id"] == "storyboard.commit"
    film.inside("run", "script.save", f"text={text}")
    assert film.inside("next")["id"] == "film.play", "the shots are made of that text again"
    film.inside("cut", "trim-out", "1B", "-3")
    advice = film.inside("next")
    assert (advice["command"], advice["id"]) == ("milimo render", "film.render")
    film.inside("cut", "note", "add", "Hold longer.", "--at", "10")
    advice = film.inside("next")
    assert (advice["command"], advice["id"]) == ("milimo cut notes --open", "cut.notes")
    assert re.findall(r"“main”|\d", advice["why"]) == ["“main”", "1"]
    film.inside("cut", "undo")
    film.inside("shot", "delete", "2A")
    assert re.findall(r"“main”|\d clip", film.inside("next")["why"]) == ["“main”", "1 clip"]
    film.inside("cut", "undo", "--whole-project")
    film.inside("cut", "undo")
    assert film.inside("next")["id"] == "film.play"
    for render in Path(film.home).rglob("renders/*.mp4"):
        render.unlink()
    assert film.inside("next")["id"] == "film.render"


@pytest.mark.long("command_line")
def test_undo_restores_the_board_and_its_text(film: Milimo) -> None:
    text = film.inside("script", "export", "-")["text"]
    write(film, CHANGED)
    film.inside("cut", "undo", "--whole-project")
    assert film.inside("script", "export", "-")["text"] == text, "text and shots came in one step"
    assert film.inside("next")["id"] == "film.play"
    film.inside("run", "script.save", f"text={CHANGED}")
    film.inside("storyboard", "commit")
    film.inside("cut", "undo", "--whole-project")
    assert film.inside("next")["id"] == "storyboard.commit"


def test_film_without_a_screenplay_gets_one(film: Milimo) -> None:
    film.inside("project", "new", "A fresh start")
    assert film.inside("next")["id"] == "script.import"
    write(film, CHANGED)
    assert film.inside("project", "show")["name"] == "A fresh start"
    assert film.inside("next")["id"] == "shot.make"
    assert len(film.inside("project", "list")) == 2


@pytest.mark.long("command_line")
def test_named_step_makes_what_is_possible_and_reports_the_rest(film: Milimo) -> None:
    film.inside("shot", "add", "2", "A lamp goes out.", "--seconds", "1")
    film.inside("shot", "add", "2", "A lamp is lit.", "--seconds", "1")
    film.inside("shot", "set", "2B", "--engine", "ltx2")
    assert film.inside("next")["command"] == "milimo shot make --missing"
    plan = film.json("shot", "make", "--missing", "--dry-run")
    assert plan["shots"] == ["2C"]
    assert len([note for note in plan["notes"] if "2B" in note]) == 1
    named = film.json("shot", "make", "2B", "2C", "--dry-run", code=3)["error"]
    assert named["message"], "what is asked for by its number is made or refused, all of it"


@pytest.mark.long("command_line")
def test_choice_of_a_person_is_never_replaced_without_asking(film: Milimo) -> None:
    """A rated pick stays when the shot is made again with new seeds, by `milimo build`, or by `milimo film`.
    The new takes wait in Review.
    """
    film.act("shot", "rate", "2A", "5")
    chosen = film.json("shot", "takes", "2A")[0]["id"]
    film.act("shot", "set", "2A", "--action", "A fox crosses slowly.")
    assert [row["number"] for row in film.json("shot", "list", "--state", "stale")] == ["2A"]
    data = film.json("shot", "make", "2A", "--seeds", "1,2")
    [note] = data["notes"]
    assert {"2A", "Review"} <= set(re.findall(r"\w+", note))
    takes = film.json("shot", "takes", "2A")
    assert [(take["id"] == chosen, take["picked"]) for take in takes] == [
        (True, True), (False, False), (False, False),
    ]  # fmt: skip
    assert {row["take"] for row in film.json("review", "list")} >= {take["id"] for take in takes[1:]}
    built = film.json("build")
    assert built["stale"] == [], "a fresh one waits already: no other is made, however often"
    assert "Review" in film.act("build")
    assert film.json("next")["id"] == "review.list"
    film.act("review", "seen", "--all")
    assert film.json("next")["id"] != "review.list", "what was passed over is not said for ever"
    write(film, TINY)
    again = film.json("film", str(film.cwd / "two-lamps.fountain"))
    assert again["problems"] == [note]
    film.act("shot", "pick", "2A", "2")
    film.act("shot", "set", "2A", "--action", "A hare crosses slowly.")
    film.act("shot", "make", "2A")
    assert [take["picked"] for take in film.json("shot", "takes", "2A")] == [False, True, False, False]


@pytest.mark.long("command_line")
def test_take_picked_by_the_program_is_replaced_by_a_fresh_one(film: Milimo) -> None:
    film.act("shot", "set", "2A", "--action", "A fox crosses slowly.")
    film.act("shot", "make", "2A")
    assert [take["picked"] for take in film.json("shot", "takes", "2A")] == [False, True]
