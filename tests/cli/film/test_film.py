"""Test `milimo film` from script to film: the documented JSON output, exact frame counts, and no work done
twice.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from milimo_tui.media.read.probe import probe
from tests.front_door import TINY, Milimo


@pytest.mark.long("command_line")
def test_film_command_writes_the_files_it_announces(milimo: Milimo, script: Path) -> None:
    output = milimo.cwd / "out film.mp4"
    data = milimo.json("film", str(script), "-o", str(output))
    assert data["film"] == str(output)
    assert data["fps"] == "25/1"
    assert data["problems"] == []
    assert {job["state"] for job in data["jobs"]} == {"done"}
    assert len(data["shots"]) >= 3
    assert all(shot["take"] and shot["engine"] == "animatic" for shot in data["shots"])
    facts = probe(output)
    assert (facts.width, facts.height, facts.rate) == (1024, 576, Fraction(25))
    assert (facts.video_codec, facts.audio_codec) == ("h264", "aac")
    cut = milimo.json("cut", "show")
    assert facts.frames == data["frames"] == cut["frames"] == sum(shot["frames"] for shot in data["shots"])


@pytest.mark.long("command_line")
def test_second_run_makes_nothing(film: Milimo) -> None:
    [before] = [Path(row["film"]) for row in film.json("run", "film.list")]
    written = before.stat().st_mtime_ns
    takes = [shot["take"] for shot in film.json("shot", "list")]
    again = film.json("film", "-", stdin=TINY.encode())
    assert (again["jobs"], again["film"]) == ([], str(before))
    assert before.stat().st_mtime_ns == written
    assert [shot["take"] for shot in again["shots"]] == takes


@pytest.mark.long("command_line")
def test_changed_line_remakes_only_its_shot(film: Milimo) -> None:
    before = {shot["id"]: shot for shot in film.json("shot", "list")}
    changed = TINY.replace("You are late.", "You are far too late, and you know it.")
    data = film.json("film", "-", stdin=changed.encode())
    after = {shot["id"]: shot["take"] for shot in data["shots"]}
    assert set(after) == set(before)
    differing = [id for id, shot in before.items() if after[id] != shot["take"]]
    assert [before[id]["dialogue"] for id in differing] == ["“You are late.”"]
    assert len([job for job in data["jobs"] if job["kind"] == "make_video"]) == 1
    old = film.json("shot", "takes", differing[0])
    assert [take["picked"] for take in old] == [False, True]


@pytest.mark.long("command_line")
def test_film_command_prints_its_path_and_that_it_is_previs(film: Milimo) -> None:
    done = film("film", "-", stdin=TINY.encode())
    lines = done.stdout.decode().splitlines()
    assert lines[-1].startswith("This is previs")
    assert Path(lines[-2]).is_file()


@pytest.mark.long("command_line")
def test_render_of_a_range_has_its_frames(film: Milimo) -> None:
    data = film.json("render", "--range", "10-35", "-o", str(film.cwd / "part.mp4"))
    assert data["frames"] == 25
    assert probe(film.cwd / "part.mp4").frames == 25


def test_render_plan_shows_the_steps_and_renders_nothing(film: Milimo) -> None:
    plan = film.json("render", "--plan")
    assert plan["frames"] == film.json("cut", "show")["frames"]
    assert sum(stretch["frames"] for stretch in plan["stretches"]) == plan["frames"]


@pytest.mark.long("command_line")
def test_remake_equals_the_take(film: Milimo) -> None:
    shot = film.json("shot", "list")[0]["id"]
    film.json("shot", "remake", shot)
    first, second = film.json("shot", "takes", shot)
    assert first["id"] != second["id"]
    assert Path(first["path"]).name == Path(second["path"]).name, "media is named by its hash"


@pytest.mark.long("command_line")
def test_shot_make_draws_a_new_seed_unless_it_is_locked(film: Milimo) -> None:
    shot = film.json("shot", "list")[0]["id"]
    data = film.json("shot", "make", shot)
    assert [end["state"] for end in data["ended"]] == ["done"]
    seeds = [take["seed"] for take in film.json("shot", "takes", shot)]
    assert seeds[0] != seeds[1]
    film.act("shot", "set", shot, "--seed", "7", "--lock")
    film.json("shot", "make", shot)
    film.json("shot", "make", shot, "--set", "seed=8")
    assert [take["seed"] for take in film.json("shot", "takes", shot)][2:] == [7, 8]
    data = film.json("shot", "make", shot, "--set", "seed=x", "--dry-run", code=2)
    assert "bad spec: make_video.seed" in data["error"]["message"]
