"""Test the meaning of a shot from the command line: cast, prompt sections, plans, and the preview of a
commit.
"""

from __future__ import annotations

import re
from pathlib import Path

from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.session.studio import Studio
from tests.front_door import TINY, Milimo
from tests.tui.rain_market import make_studio

TALK = """INT. HOUSE - KITCHEN - NIGHT

MARA (61), grey braid, a red cardigan, sits at the table. JUN (30) stands in the doorway in a wet raincoat.

MARA
You are late.

JUN
The train stood still.

He takes off the raincoat.

MARA
Sit down!

INT. HOUSE - KITCHEN - NIGHT (FLASHBACK)

YOUNG MARA (10), yellow boots, dances alone.
"""


def written(film: Milimo, text: str) -> str:
    path = film.cwd / "two-lamps.fountain"
    path.write_text(text)
    return film.act("script", "import", str(path))


def test_cast_set_by_user_survives_a_commit(film: Milimo) -> None:
    written(film, TALK)
    assert film.json("shot", "show", "1B", "--engine", "ltx2")["prompt"]
    film.act("shot", "set", "1B", "--cast", "Jun", "--size", "ECU")
    refused = film.refusal("shot", "set", "1B", "--cast", "Marra")
    assert "“Marra”" in refused
    assert re.search(r"\bMara\b", refused), "the nearest name"
    written(film, TALK.replace("You are late.", "You are very late."))
    plan = film.json("scene", "plan", "1")["shots"]
    mine = next(row for row in plan if row["number"] == "1B")
    assert (mine["cast"], mine["size"]) == (["Jun"], "ECU")
    assert set(mine["by_hand"]) >= {"characters", "size"}


def test_each_part_of_a_prompt_shows_its_source_and_can_be_changed(film: Milimo) -> None:
    written(film, TALK)
    parts = {row["role"]: row for row in film.json("shot", "show", "1A", "--engine", "ltx2")["parts"]}
    # Nothing is known of the light, the sound and the style.
    assert list(parts) == ["action", "camera", "people", "place", "speech"]
    assert parts["action"]["source"].startswith("the script")
    film.act("project", "set", "--prompt-part", "light=candles")
    film.act("scene", "set", "1", "--prompt-part", "sound=")
    film.act("shot", "set", "1A", "--prompt-part", "light=one bare bulb")
    parts = {row["role"]: row for row in film.json("shot", "show", "1A", "--engine", "ltx2")["parts"]}
    assert parts["light"]["text"] == "One bare bulb."
    assert parts["light"]["source"].endswith("the shot")
    assert "sound" not in parts
    film.act("shot", "set", "1A", "--prompt-part", "light")
    parts = {row["role"]: row for row in film.json("shot", "show", "1A", "--engine", "ltx2")["parts"]}
    assert parts["light"]["text"] == "Candles."
    assert parts["light"]["source"].endswith("the film")
    assert "“mood”" in film.refusal("shot", "set", "1A", "--prompt-part", "mood=blue")


def test_looks_follow_the_script_and_a_flashback_has_its_own(film: Milimo) -> None:
    written(film, TALK)
    shots = film.json("shot", "list")
    prompts = {
        row["number"]: film.json("shot", "show", row["number"], "--engine", "ltx2")["prompt"] for row in shots
    }
    past = prompts[shots[-1]["number"]]
    assert "yellow boots" in past
    assert "grey braid" not in past
    last = next(number for number, text in reversed(prompts.items()) if "Sit down" in text)
    assert "grey braid" in prompts[last]


def test_scene_is_replanned_and_a_dry_run_changes_nothing(film: Milimo) -> None:
    written(film, TALK)
    before = film.json("scene", "plan", "1")["shots"]
    assert all(row["reason"] for row in before)
    film.act("scene", "set", "1", "--coverage", "static")
    assert film.json("scene", "plan", "1", "--again", "--dry-run")
    assert film.json("scene", "plan", "1")["shots"] == before
    film.act("scene", "plan", "1", "--again")
    assert {row["movement"] for row in film.json("scene", "plan", "1")["shots"]} == {"static"}
    other = film.json("scene", "plan", "2")["shots"]
    assert other == film.json("scene", "plan", "2")["shots"]


def test_commit_is_previewed(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    run_by_id(studio, "script.save", {"text": TALK})
    run_by_id(studio, "storyboard.commit")
    assert run_by_id(studio, "storyboard.commit", {"dry_run": True}).data == []
    text = TALK.replace("MARA\nSit down!\n\n", "").replace("You are late.", "You are so late.")
    run_by_id(studio, "script.save", {"text": text})
    before = studio.take_snapshot().story
    rows = run_by_id(studio, "storyboard.commit", {"dry_run": True}).data
    assert {row["kind"] for row in rows} >= {"parked", "changed"}
    assert studio.take_snapshot().story == before
    run_by_id(studio, "storyboard.commit")
    story = studio.take_snapshot().story
    parked = [shot for shot in story.shots if shot.parked and shot.id in {row["shot"] for row in rows}]
    assert parked
    studio.close()


def test_commit_names_each_shot_once_with_all_reasons(film: Milimo) -> None:
    text = TINY.replace("You are late.", "You are far too late.")
    studio = Studio.open(home=str(film.home), actor="test")
    try:
        run_by_id(studio, "script.save", {"text": text})
    finally:
        studio.close()
    rows = film.json("storyboard", "commit", "--dry-run")
    shots = [row["shot"] for row in rows if row["shot"]]
    assert len(shots) == len(set(shots))
    [row] = [row for row in rows if "far too late" in row["words"]]
    assert row["kind"] == "stale"
    assert row["words"].count("; ") == 1, "the change, and what becomes of its take"
    assert "late." in row["words"].partition(" → ")[0]
    assert "You are late." in row["before"]
    assert "You are far too late." in row["after"]
    output = film.act("storyboard", "commit", "--dry-run")
    assert "1 stale, 1 changed" in output
    assert "1 changed" in film.act("storyboard", "commit"), "as the dry run had it"


def test_filter_selects_the_same_shots_in_every_command(film: Milimo) -> None:
    film.act("shot", "set", "1B", "--note", "mind the lamp", "--tags", "wet, hero shot")

    def meant(where: str) -> list[str]:
        return [row["number"] for row in film.json("shot", "list", "--where", where)]

    assert meant("") == [row["number"] for row in film.json("shot", "list")]
    assert meant("#hero_shot place:kitchen") == ["1B"]
    assert meant('"mind the lamp"') == ["1B"]
    assert meant("#wet place:street") == []
    film.act("storyboard", "export", "shots.csv", "--where", "#wet")
    assert len((film.cwd / "shots.csv").read_text(encoding="utf-8-sig").strip().splitlines()) == 2
    for words in (("shot", "list"), ("storyboard", "export", "boards.pdf")):
        refused = film.refusal(*words, "--where", "lamp")
        assert "“lamp”" in refused
        assert [each for each in ("@who", "#tag", "place:", "weather:") if each not in refused] == []
    film.refusal("storyboard", "export", "boards.pdf", "--where", "#wet stale")
    assert not (film.cwd / "boards.pdf").exists()
