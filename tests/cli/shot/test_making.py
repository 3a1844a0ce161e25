"""Test making takes as one batch from the command line: select, sweep, chain, delay, hold, or only count."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.front_door import Milimo
from tests.terminal import in_terminal


def jobs(film: Milimo, ids: list[str]) -> list[dict[str, Any]]:
    every = {job["id"]: job for job in film.json("job", "list", "--limit", "0")}
    return [every[id] for id in ids]


def until_ended(film: Milimo, ids: list[str], seconds: float = 240.0) -> list[dict[str, Any]]:
    limit = time.monotonic() + seconds
    while any(job["ended"] is None for job in jobs(film, ids)):
        assert time.monotonic() < limit, jobs(film, ids)
        time.sleep(0.05)
    return jobs(film, ids)


def batch(film: Milimo, id: str) -> dict[str, Any]:
    return next(row for row in film.json("batch", "list") if row["id"] == id)


@pytest.fixture
def resting(film: Milimo) -> Milimo:
    """Return `milimo` on the tiny film with a paused queue that starts no job."""
    film.act("job", "pause")
    return film


# Dry runs


@pytest.mark.long("command_line")
def test_dry_run_estimates_and_queues_nothing(film: Milimo) -> None:
    takes = [take for shot in film.json("shot", "list") for take in film.json("shot", "takes", shot["id"])]
    data = film.json("shot", "make", "--all", "--takes", "2", "--dry-run")
    assert (data["jobs"], data["batch"]) == ([], None)
    assert len(data["takes"]) == 2 * len(takes)
    estimate = data["estimate"]
    assert estimate["seconds"] > 0
    size = sum((film.home / "projects" / "two-lamps" / take["path"]).stat().st_size for take in takes)
    assert estimate["gb"] == pytest.approx(2 * size / 1e9, rel=0.5), "as large as the takes there are"
    assert estimate["ready"] >= time.time() - 60 + estimate["seconds"]
    assert estimate["unknown"] == []
    assert set(estimate["error"]) == {"median", "samples"}
    assert not film.json("supervisor", "status")["running"], "a question starts no supervisor"
    output = film.act("shot", "make", "--all", "--takes", "2", "--dry-run")
    assert f"{2 * len(takes)} takes" in output
    assert re.search(r"\d\d:\d\d", output), "the time at which they are ready"
    assert re.search(r"\d ?%", output), "the error of past estimates"
    full = film("shot", "make", "1A", "--dry-run", MILIMO_TEST_FREE_BYTES="1000000").stdout.decode()
    assert "1.0 MB" in full


@pytest.mark.long("command_line")
def test_estimate_includes_the_queue_and_names_a_closed_lane(film: Milimo) -> None:
    film.act("job", "pause")
    alone = film.json("shot", "make", "1A", "--dry-run")["estimate"]
    assert alone["ready"] is None
    assert any("lane cpu" in why for why in alone["unknown"])
    film.act("shot", "make", "--all", "--takes", "30", "--not-before", "+5h")
    film.act("job", "resume")
    late = film.json("shot", "make", "1A", "--not-before", "+5h", "--dry-run")["estimate"]
    soon = film.json("shot", "make", "1A", "--dry-run")["estimate"]
    assert soon["ready"] < time.time() + 3600 < late["ready"]
    assert late["ready"] - soon["ready"] > 5 * 3600 - 60 + 10 * soon["seconds"]


@pytest.mark.long("command_line")
def test_unmeasured_estimate_is_reported(milimo: Milimo) -> None:
    milimo.act("project", "new", "Nothing yet")
    milimo("script", "import", "-", stdin=b"INT. KITCHEN - NIGHT\n\nMARA lights a lamp.\n")
    milimo.act("storyboard", "commit")
    estimate = milimo.json("shot", "make", "--all", "--dry-run")["estimate"]
    assert (estimate["seconds"], estimate["gb"], estimate["ready"]) == (None, None, None)
    assert len(estimate["unknown"]) == 2
    assert "animatic (1024x576)" in estimate["unknown"][0]
    assert estimate["unknown"][0] in milimo.act("shot", "make", "--all", "--dry-run")


# Selection of shots


@pytest.mark.long("command_line")
def test_shots_are_selected_by_any_combination(resting: Milimo) -> None:
    def shots(*words: str) -> list[str]:
        return list(resting.json("shot", "make", *words, "--dry-run")["shots"])

    resting.act("shot", "set", "2A", "--action", "A cat crosses.")
    resting.act("shot", "add", "1", "A lamp on a table.")
    assert shots("--missing") == ["1C"]
    assert shots("--stale") == ["2A"]
    assert shots("--missing", "--stale") == ["1C", "2A"]
    assert shots("--scene", "1") == ["1A", "1B", "1C"]
    assert shots("--scene", "1", "--missing") == ["1C"]
    assert shots("--scene", "2", "--missing") == []
    assert shots("--missing", "--where", "scene:1") == ["1C"]
    assert shots("--missing", "--where", "scene:2") == []
    assert shots("2A", "1A", "2A") == ["1A", "2A"]
    assert shots("1A", "--missing") == []
    assert shots("1A", "1C", "--missing") == ["1C"]
    assert shots("1A", "2A", "--stale") == ["2A"]
    assert shots("1A", "2A", "--scene", "2") == ["2A"]
    assert shots("1B", "--all") == ["1B"]
    assert shots("--scene", "2", "--all") == ["2A"]
    assert shots("--all", "--stale") == ["1A", "1B", "1C", "2A"]


@pytest.mark.long("command_line")
def test_batch_lists_its_contents(resting: Milimo) -> None:
    def label(*words: str) -> str:
        data = resting.json("shot", "make", *words, "--detach")
        assert batch(resting, data["batch"])["label"] == data["label"]
        assert {job["batch"] for job in jobs(resting, data["jobs"])} == {data["batch"]}
        return str(data["label"])

    assert label("1B") == "1B"
    assert label("1B", "--takes", "4") == "1B, 4 takes"
    assert label("1A", "2A") == "1A, 2A"
    assert label("--scene", "1") == "Scene 1, all shots"
    assert label("--all", "--takes", "2") == "All shots, 2 takes each"
    assert label("1B", "--seeds", "1,2,3", "--guidances", "3,5") == "1B sweep: 3 seeds × 2 guidances"
    boards = resting.json("storyboard", "board", "1A", "1B", "--detach")
    assert batch(resting, boards["batch"])["label"] == "Boards of 1A, 1B"


@pytest.mark.long("command_line")
def test_shot_in_progress_is_not_made_twice_unless_named(resting: Milimo) -> None:
    resting.act("shot", "add", "1", "A lamp on a table.")
    first = resting.json("shot", "make", "--missing", "--detach")
    again = resting.json("shot", "make", "--missing", "--takes", "3", "--detach")
    assert (again["jobs"], again["batch"]) == (first["jobs"], first["batch"])
    named = resting.json("shot", "make", "1C", "--detach")
    assert set(named["jobs"]).isdisjoint(first["jobs"])
    assert "1 take" in resting.act("shot", "make", "--missing", "--detach")
    nothing = resting.json("shot", "make", "--stale", "--detach")
    assert (nothing["jobs"], nothing["batch"]) == ([], None)


@pytest.mark.long("command_line")
def test_dry_run_without_a_supervisor_counts_the_stored_queue(resting: Milimo) -> None:
    resting.act("shot", "add", "1", "A lamp on a table.")
    [left] = resting.json("shot", "make", "--missing", "--not-before", "+3h")["jobs"]
    resting.act("job", "resume")
    resting.act("supervisor", "stop")
    assert resting.json("shot", "make", "--missing", "--dry-run")["under_way"] == [left]
    data = resting.json("shot", "make", "1A", "--dry-run")
    assert data["shots"] == ["1A"]
    assert data["estimate"]["ready"] < time.time() + 3600
    late = resting.json("shot", "make", "1A", "--not-before", "+3h", "--dry-run")["estimate"]
    assert late["ready"] > time.time() + 3 * 3600 + late["seconds"] / 2, "behind what was left"
    assert not resting.json("supervisor", "status")["running"]


# Sweeps


@pytest.mark.long("command_line")
def test_sweep_makes_and_lists_every_combination(film: Milimo) -> None:
    film.act("shot", "set", "1B", "--length", "8f")
    swept = ("--seeds", "1", "--guidances", "3,5.5", "--prompts", "a dog", "a cat")
    data = film.json("shot", "make", "1B", *swept)
    made = jobs(film, data["jobs"])
    assert [job["label"] for job in made] == [
        "1B “a dog” · seed 1 · guidance 3",
        "1B “a dog” · seed 1 · guidance 5.5",
        "1B “a cat” · seed 1 · guidance 3",
        "1B “a cat” · seed 1 · guidance 5.5",
    ]
    assert {job["state"] for job in made} == {"done"}
    specs = [film.json("job", "show", id)["spec"] for id in data["jobs"]]
    seen = [(spec["prompt"].split()[-1], spec["seed"], spec["guidance"]) for spec in specs]
    assert seen == [("dog", 1, 3.0), ("dog", 1, 5.5), ("cat", 1, 3.0), ("cat", 1, 5.5)]
    takes = film.json("shot", "takes", "1B")
    assert len(takes) == 1 + 4
    film.act("shot", "pick", "1B", takes[-1]["id"])
    stale = film.json("shot", "list", "--state", "stale")
    assert not stale, "what departs from its shot on purpose is not stale"
    film.act("shot", "set", "1B", "--action", "Somebody else speaks.")
    assert [shot["number"] for shot in film.json("shot", "list", "--state", "stale")] == ["1B"]


@pytest.mark.long("command_line")
def test_sweep_without_seeds_uses_one_seed(resting: Milimo) -> None:
    data = resting.json("shot", "make", "1B", "--guidances", "3,5", "--takes", "2", "--detach")
    specs = [resting.json("job", "show", id)["spec"] for id in data["jobs"]]
    assert [spec["guidance"] for spec in specs] == [3, 5, 3, 5]
    seeds = [spec["seed"] for spec in specs]
    assert seeds[0] == seeds[1] != seeds[2] == seeds[3]


@pytest.mark.long("command_line")
def test_takes_of_a_new_shot_differ_and_alternate_with_other_shots(resting: Milimo) -> None:
    resting.act("shot", "add", "1", "A lamp on a table.")
    data = resting.json("shot", "make", "1A", "1C", "--takes", "3", "--detach")
    made = jobs(resting, data["jobs"])
    assert [job["label"] for job in made[:4]] == [
        "1A take 1 of 3", "1C take 1 of 3", "1A take 2 of 3", "1C take 2 of 3",
    ]  # fmt: skip
    specs = [resting.json("job", "show", job["id"])["spec"] for job in made if job["label"].startswith("1C")]
    assert len({spec["seed"] for spec in specs}) == 3
    assert specs[0]["seed"] == resting.json("shot", "show", "1C")["seed"], "the first has the shot's own"


def test_impossible_request_is_refused_in_one_sentence(film: Milimo) -> None:
    for words, said in (
        ("1A --seeds 1,x", "“x” is not"),
        ("1A --seeds 4294967296", "“4294967296”"),
        ("1A --guidances 300", "“300”"),
        ("1A --seeds 1,2 --takes 2", "the same take"),
        ("1A --not-before soon", "time to start at"),
        ("1A --not-before +9999d", "more than a year"),
        ("1A --priority 5000", "priority"),
        ("1A --engine nope", "nope"),
        ("", "no shot is named"),
    ):
        error = film.json("shot", "make", *words.split(), "--dry-run", code=2)["error"]
        assert said in error["message"]
        assert error["hint"]
    film.json("shot", "make", "1A", "--seeds", "1,x", code=2)
    assert not film.json("supervisor", "status")["running"], "nothing was queued, nothing was started"


@pytest.mark.long("command_line")
def test_hundreds_of_takes_need_a_confirmation(resting: Milimo) -> None:
    seeds = ",".join(str(seed) for seed in range(200))
    before = len(resting.json("job", "list", "--limit", "0"))
    refused = resting.json("shot", "make", "--all", "--seeds", seeds, "--detach", code=2)["error"]
    assert "600 takes" in refused["message"]
    assert "--yes" in refused["hint"]
    assert len(resting.json("job", "list", "--limit", "0")) == before
    data = resting.json("shot", "make", "--all", "--seeds", seeds, "--detach", "--yes")
    assert len(set(data["jobs"])) == 600
    assert batch(resting, data["batch"])["jobs"] == 600
    assert len(resting.json("job", "list", "--limit", "0")) == before + 600


# Delayed and held batches


@pytest.mark.long("command_line")
def test_held_and_delayed_batches_start_when_allowed(film: Milimo) -> None:
    film.act("shot", "set", "1A", "--length", "8f")
    data = film.json("shot", "make", "1A", "--takes", "2", "--hold")
    assert {job["state"] for job in jobs(film, data["jobs"])} == {"held"}
    assert data["estimate"]["ready"] is None
    late = film.json("shot", "make", "1B", "--not-before", "+2h", "--priority", "7")
    [job] = jobs(film, late["jobs"])
    assert (job["state"], job["priority"]) == ("queued", 7)
    assert job["not_before"] == pytest.approx(time.time() + 7200, abs=120)
    assert job["reason"].startswith("not before ")
    assert late["estimate"]["ready"] > time.time() + 7000
    film.act("batch", "resume", data["batch"])
    assert [job["state"] for job in until_ended(film, data["jobs"])] == ["done", "done"]
    assert jobs(film, late["jobs"])[0]["state"] == "queued"


# Shots that continue other shots


def chained(film: Milimo) -> None:
    """Split 1A into 1A and 1B, where 1B continues 1A."""
    film.act("shot", "set", "1A", "--length", "12f")
    film.act("shot", "split", "1A")
    assert film.json("shot", "show", "1B")["continues"] == film.json("shot", "show", "1A")["id"]


def going_on(spec: dict[str, Any]) -> Any:
    """Return the input of the job that comes from the previous shot."""
    [conditioning] = spec["conditioning"]
    assert conditioning["source"] == "continuity"
    return conditioning["input"]


@pytest.mark.long("command_line")
def test_shot_waits_for_the_one_it_continues(film: Milimo) -> None:
    chained(film)
    film.act("job", "pause")
    data = film.json("shot", "make", "1A", "1B", "--takes", "2", "--detach")
    first, second, other, other_second = jobs(film, data["jobs"])
    assert (second["state"], second["depends_on"]) == ("waiting", [first["id"]])
    assert "1A take 1 of 2" in second["reason"]
    assert other_second["depends_on"] == [other["id"]]
    spec = film.json("job", "show", second["id"])["spec"]
    assert going_on(spec) == {"job": first["id"], "output": "take"}
    film.act("job", "resume")
    assert {job["state"] for job in until_ended(film, data["jobs"])} == {"done"}
    takes = {take["job"]: take for take in film.json("shot", "takes", "1A")}
    assert film.json("job", "show", first["id"])["outputs"]["take"] == takes[first["id"]]["path"]
    film.act("shot", "pick", "1A", takes[other["id"]]["id"])
    stale = [shot["number"] for shot in film.json("shot", "list", "--state", "stale")]
    assert "1B" not in stale, "another take of the shot before makes this one no other shot"


@pytest.mark.long("command_line")
def test_shot_made_alone_continues_the_picked_take_or_the_running_one(film: Milimo) -> None:
    chained(film)
    film.act("job", "pause")
    picked = film.json("shot", "takes", "1A")[0]["path"]
    [alone] = film.json("shot", "make", "1B", "--detach")["jobs"]
    assert going_on(film.json("job", "show", alone)["spec"]) == picked
    [before] = film.json("shot", "make", "1A", "--detach")["jobs"]
    [after] = film.json("shot", "make", "1B", "--detach")["jobs"]
    assert jobs(film, [after])[0]["depends_on"] == [before]


@pytest.mark.long("command_line")
def test_continued_take_is_remade_after_the_film_moved(film: Milimo) -> None:
    chained(film)
    before = film.json("shot", "takes", "1A")[0]["path"]
    film.act("shot", "make", "1B")
    film.act("supervisor", "stop")
    moved = film.home / "projects" / "elsewhere"
    [folder] = (film.home / "projects").iterdir()
    folder.rename(moved)
    film.act("project", "use", "elsewhere")
    [remade] = film.json("shot", "remake", "1B", "--detach")["jobs"]
    path = going_on(film.json("job", "show", remade)["spec"])
    assert path != before
    assert Path(path).is_file()
    assert Path(path).is_relative_to(moved)


@pytest.mark.long("command_line")
def test_shot_whose_predecessor_failed_is_skipped_and_offered_again(film: Milimo) -> None:
    chained(film)
    film.act("shot", "set", "2A", "--continues", "1B")
    film.act("job", "pause")
    data = film.json("shot", "make", "1A", "1B", "2A", "--detach")
    first, second, third = data["jobs"]
    assert jobs(film, [third])[0]["depends_on"] == [second]
    film.act("job", "cancel", first)
    assert [job["state"] for job in jobs(film, data["jobs"])] == ["cancelled", "skipped", "skipped"]
    assert "1A take" in jobs(film, [second])[0]["reason"]
    film.act("job", "retry", first)
    assert [job["state"] for job in jobs(film, data["jobs"])] == ["queued", "waiting", "waiting"]
    film.act("job", "resume")
    assert {job["state"] for job in until_ended(film, data["jobs"])} == {"done"}


@pytest.mark.long("command_line")
def test_wait_ends_with_the_reason_when_nothing_can_run(film: Milimo) -> None:
    chained(film)
    film.act("job", "pause")
    error = film.json("shot", "make", "1A", "1B", code=1)["error"]
    assert "paused" in error["message"]
    first, second = film.json("job", "list")[-2:]
    assert (first["state"], second["state"]) == ("queued", "waiting"), "they stay in the queue"
    film.act("job", "hold", first["id"])
    film.act("job", "resume")
    error = film.json("job", "wait", first["id"], second["id"], code=1)["error"]
    assert error["hint"].startswith(f"milimo job release {first['id']}")
    film.act("batch", "pause", first["batch"])
    film.act("job", "release", first["id"])
    error = film.json("job", "wait", first["id"], second["id"], code=1)["error"]
    assert f"milimo batch resume {first['batch']}" in error["hint"]


@pytest.mark.long("command_line")
def test_terminal_shows_the_time_left(film: Milimo) -> None:
    words = [sys.executable, "-m", "milimo_tui.cli.main", "shot", "make", "2A", "--takes", "3"]
    pid, terminal = in_terminal(words, {**film.env, "TERM": "xterm", "COLUMNS": "100"}, cwd=film.cwd)
    seen = b""
    with contextlib.suppress(OSError):  # the process ended and closed its side of the terminal
        while data := os.read(terminal, 65536):
            seen += data
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert b"takes 2/3" in seen
    assert b" s left" in seen
    assert b"made 3 takes" in seen


def test_circular_continuation_is_refused(film: Milimo) -> None:
    chained(film)
    film.act("shot", "set", "2A", "--continues", "1B")
    error = film.json("shot", "set", "1A", "--continues", "2A", code=2)["error"]
    assert "can't continue" in error["message"]
    assert film.json("shot", "set", "1A", "--continues", "1A", code=2)["error"]
    film.act("shot", "set", "2A", "--continues", "")
    assert film.json("shot", "show", "2A")["continues"] is None


def test_remade_file_precedes_the_imported_one(film: Milimo) -> None:
    """A bare file name means the current file in the working folder, not the copy that was imported earlier
    under that name. Earlier, the old copy was used, so a line that was recorded again was ignored.
    """
    kept = []
    for shade, frame in (("red", "0"), ("blue", "3")):
        Image.new("RGB", (64, 64), shade).save(film.cwd / "lamp.png")
        film.json("shot", "condition", "add", "1A", "lamp.png", "--frame", frame)
        kept.append(film.json("asset", "list", "--all")[-1]["id"])
    assert len(set(kept)) == 2
    (film.cwd / "lamp.png").unlink()
    film.json("shot", "condition", "add", "1B", kept[0], "--frame", "0")
