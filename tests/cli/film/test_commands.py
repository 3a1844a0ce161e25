"""Test the commands as a person types them: projects, scripts, boards, elements, cuts, media, the bin and
settings.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from milimo_tui.tui.terminal.palettes import TOKENS
from tests.front_door import TINY, Milimo


def test_projects_are_created_and_deleted(film: Milimo) -> None:
    [row] = film.json("project", "list")
    assert (row["name"], row["current"], row["shots"] > 0) == ("Two Lamps", True, True)
    film.act("project", "new", "Night Bus", "--rate", "23.976", "--size", "portrait")
    data = film.json("project", "show")
    assert (data["name"], data["rate"], data["width"]) == ("Night Bus", "24000/1001", 512)
    film.act("project", "use", "two-lamps")
    film.act("project", "rename", "Three Lamps")
    assert film.json("project", "show")["name"] == "Three Lamps"
    film.act("project", "duplicate", "Four Lamps")
    rows = {row["name"]: row for row in film.json("project", "list")}
    assert set(rows) == {"Night Bus", "Three Lamps", "Four Lamps"}
    assert rows["Four Lamps"]["id"] != rows["Three Lamps"]["id"]
    assert rows["Four Lamps"]["picked"] == rows["Three Lamps"]["picked"]
    assert film.json("project", "delete", "four-lamps", code=2)["error"]["hint"].endswith("--yes")
    film.act("project", "delete", "four-lamps", "--yes")
    assert len(film.json("project", "list")) == 2


def test_project_is_exported_as_one_file(film: Milimo) -> None:
    target = film.cwd / "lamps.zip"
    film.act("project", "export", str(target))
    assert "project.db" in zipfile.ZipFile(target).namelist()
    film.act("project", "import", str(target), "--name", "back")
    data = film.json("project", "show")
    assert (data["folder"], data["name"]) == ("back", "Two Lamps")
    assert all(Path(take["path"]).is_file() for take in film.json("shot", "takes", "1A"))
    (film.cwd / "bad.zip").write_bytes(b"PK nothing")
    film.act("project", "import", str(film.cwd / "bad.zip"), code=2)


def test_script_check_counts_without_a_project(milimo: Milimo, script: Path) -> None:
    data = milimo.json("script", "check", str(script))
    assert set(data) >= {"scenes", "cues", "dialogue", "shots", "seconds", "problems"}
    assert (data["scenes"], data["cues"]) == (2, 1)
    data = milimo.json("script", "check", "-", stdin=b"INT. A - DAY\n\n/* open\n")
    assert data["problems"][-1]["line"] == 3


@pytest.mark.long("command_line")
def test_user_chooses_the_parse_mode(milimo: Milimo) -> None:
    text = b"1. A lamp.\n2. A chair.\n3. A door.\n"
    assert len(milimo.json("storyboard", "parse", "-", "--mode", "numbered", stdin=text)) == 3
    assert len(milimo.json("storyboard", "parse", "-", "--mode", "freeform", stdin=text)) == 1


def test_shots_are_added_and_changed_by_user(film: Milimo) -> None:
    film.act("shot", "add", "1", "A hand closes the window.", "--seconds", "2")
    added = film.json("shot", "list", "--scene", "1")[-1]
    assert (added["frames"], added["text"]) == (50, "A hand closes the window.")
    film.act("shot", "set", added["number"], "--size", "ECU", "--movement", "dolly in", "--length", "3s")
    data = film.json("shot", "show", added["number"])
    assert (data["size"], data["frames"]) == ("ECU", 75)
    assert "extreme close-up" in data["prompt"].lower()
    film.act("shot", "split", added["number"], "--at", "25f")
    assert [shot["frames"] for shot in film.json("shot", "list", "--scene", "1")][-2:] == [25, 50]
    numbers = [shot["number"] for shot in film.json("shot", "list")]
    film.act("storyboard", "reorder", "1A", "1")
    assert [shot["number"] for shot in film.json("shot", "list")] == numbers
    film.act("shot", "delete", "1A")
    assert len(film.json("bin", "list")) == 1
    film.act("bin", "restore", film.json("bin", "list")[0]["id"])
    assert [shot["number"] for shot in film.json("shot", "list")] == numbers
    shots = {shot["id"] for shot in film.json("shot", "list")}
    shown_by_cut = {clip["shot"] for clip in film.json("cut", "show")["tracks"][0]["clips"]}
    assert shown_by_cut == shots


@pytest.mark.long("command_line")
def test_commit_never_removes_a_shot_made_by_user(film: Milimo) -> None:
    film.act("shot", "add", "2", "A kite above the roofs.")
    film("film", "-", stdin=TINY.replace("slowly", "quickly").encode())
    assert "A kite above the roofs." in [shot["text"] for shot in film.json("shot", "list")]


@pytest.mark.long("command_line")
def test_takes_are_picked_and_rated(film: Milimo) -> None:
    film.json("shot", "make", "1A", "--takes", "2")
    takes = film.json("shot", "takes", "1A")
    assert [take["picked"] for take in takes] == [True, False, False]
    film.act("shot", "pick", "1A", "3")
    film.act("shot", "rate", "1A", "4")
    takes = film.json("shot", "takes", "1A")
    assert [take["picked"] for take in takes] == [False, False, True]
    assert takes[2]["rating"] == 4
    film.act("cut", "undo", "--whole-project")
    assert film.json("shot", "takes", "1A")[2]["rating"] == 0
    film.act("cut", "undo", "--whole-project")
    assert [take["picked"] for take in film.json("shot", "takes", "1A")] == [True, False, False]


def test_elements_have_unique_triggers_and_reach_the_prompt(film: Milimo) -> None:
    [mara] = [row for row in film.json("element", "list") if row["name"].casefold() == "mara"]
    assert mara["trigger"].startswith("@")
    film.act("element", "set", mara["trigger"], "--description", "a tired detective in a grey coat")
    assert "grey coat" in film.json("shot", "show", "1A")["prompt"]
    assert film.json("element", "add", "Mara", code=2)["error"]
    film.act("element", "add", "Lamp", "--kind", "object", "--description", "brass, dented")
    film.act("element", "delete", "@Lamp")
    assert "Lamp" not in [row["name"] for row in film.json("element", "list")]


@pytest.mark.long("command_line")
def test_edits_of_the_cut_survive_a_restart_and_are_undone_one_by_one(film: Milimo) -> None:
    start = film.json("cut", "show")
    film.act("cut", "split", "--at", "20")
    film.act("cut", "trim-out", start["tracks"][0]["clips"][1]["id"], "-5")
    film.act("cut", "lift", "1A")
    assert film.json("cut", "show")["frames"] == start["frames"] - 5
    for _ in range(3):
        film("cut", "undo")
    assert film.json("cut", "show")["tracks"] == start["tracks"]
    film("cut", "redo")
    assert len(film.json("cut", "show")["tracks"][0]["clips"]) == len(start["tracks"][0]["clips"]) + 1
    assert [row["undone"] for row in film.json("cut", "history")] == [False, True, True]


def test_project_has_two_cuts(film: Milimo) -> None:
    frames = film.json("cut", "show")["frames"]
    film.act("cut", "new", "teaser")
    film.act("cut", "extract", "--start", "0", "--end", "30")
    assert film.json("cut", "show")["frames"] == frames - 30
    assert film.json("cut", "show", "--cut", "main")["frames"] == frames
    film.act("cut", "use", "main")
    assert film.json("cut", "show")["frames"] == frames
    assert {row["name"] for row in film.json("cut", "list")} == {"main", "teaser"}


def test_current_cut_of_a_film_stays_after_work_on_another_film(film: Milimo) -> None:
    def list_current_cuts() -> list[str]:
        return [row["name"] for row in film.json("cut", "list") if row["current"]]

    [folder] = [row["folder"] for row in film.json("project", "list") if row["current"]]
    film.act("cut", "new", "teaser")
    film.act("project", "new", "Other")
    assert list_current_cuts() == [], "a film without a cut"
    film.act("project", "use", folder)
    assert list_current_cuts() == ["teaser"]
    film.act("cut", "use", "main")
    film.act("project", "use", "Other")
    film.act("project", "use", folder)
    assert list_current_cuts() == ["main"]


@pytest.mark.long("command_line")
def test_media_are_added_used_and_deleted(film: Milimo) -> None:
    picture = film.cwd / "still.png"
    Image.new("RGB", (320, 200), "teal").save(picture)
    added = film.json("asset", "add", str(picture))
    assert (added["kind"], added["width"], added["managed"]) == ("picture", 320, True)
    assert film.json("asset", "add", str(picture))["id"] == added["id"], "the same bytes are the same asset"
    film.act("cut", "overwrite", "--track", "V2", "--at", "10", "--asset", added["id"], "--frames", "20")
    data = film.json("asset", "delete", added["id"], code=2)
    assert "still.png is in use" in data["error"]["message"]
    film("cut", "undo")
    film.act("asset", "delete", added["id"])
    assert film.json("bin", "list")[0]["id"] == added["id"]
    film.act("bin", "empty", "--yes")
    assert not Path(added["path"]).exists()
    assert picture.is_file()
    (film.cwd / "notes.txt").write_text("not media")
    film.act("asset", "add", str(film.cwd / "notes.txt"), code=2)


@pytest.mark.long("command_line")
def test_doctor_next_config_models_engines_and_help_answer(film: Milimo) -> None:
    data = film.json("doctor")
    assert data["ok"] is True
    assert all(finding["command"] for finding in data["findings"] if not finding["ok"] and finding["needed"])
    assert film.json("next")["id"] == "film.play"
    rows = {row["id"]: row for row in film.json("config", MILIMO_RENDER_CRF="20")}
    assert (rows["render_crf"]["value"], rows["render_crf"]["from"]) == (20, "MILIMO_RENDER_CRF")
    refused = film.json("config", code=2, MILIMO_THEME="neon")["error"]
    assert re.findall("MILIMO_THEME|“neon”", refused["message"]) == ["MILIMO_THEME", "“neon”"]
    assert all(theme in refused["hint"] for theme in TOKENS)
    assert {row["id"] for row in film.json("engine", "list")} >= {"animatic", "film", "quick"}
    assert all(row["gb"] > 0 and row["state"] == "missing" for row in film.json("model", "list"))
    assert "cut.split" in film.act("help", "commands")
    front = film.text("help")
    assert "milimo help" in front
    assert len(front.splitlines()) < 90
    assert max(map(len, front.splitlines())) < 100
    assert "split" in film.act("help", "keys")
    film.act("clean")
    assert film.json("shot", "takes", "1A")


@pytest.mark.long("command_line")
def test_deleted_shot_stays_deleted_after_a_commit(film: Milimo) -> None:
    gone = film.json("shot", "list")[0]["text"]
    film.act("shot", "delete", "1A")
    film("film", "-", stdin=TINY.replace("slowly", "fast").encode())
    assert gone not in [shot["text"] for shot in film.json("shot", "list")]
    film.act("bin", "restore", film.json("bin", "list")[0]["id"])
    assert gone in [shot["text"] for shot in film.json("shot", "list")]


@pytest.mark.long("command_line")
def test_parse_mode_is_stored_with_the_film(milimo: Milimo) -> None:
    text = b"1. A lamp.\n\n2. A chair.\n\nThree dogs.\n"
    milimo("script", "import", "-", "--name", "lamps", "--mode", "freeform", stdin=text)
    assert len(milimo.json("shot", "list")) == 3
    milimo.act("storyboard", "commit")
    assert len(milimo.json("shot", "list")) == 3
