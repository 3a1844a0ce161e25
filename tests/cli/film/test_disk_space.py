"""Test `milimo room` and related commands: freeing disk space, quotas, the report, systemd units, prices and
schedules.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from milimo_tui.core.paths import Home
from tests.front_door import Milimo
from tests.jobs.conftest import until


def kinds(room: dict[str, list[dict[str, object]]]) -> dict[str, dict[str, object]]:
    return {str(item["kind"]): item for item in room["items"]}


@pytest.fixture
def full(film: Milimo) -> Milimo:
    """Return the film with files that can be freed: an older render, a rejected take, an unused take and an
    abandoned workspace.
    """
    film.act("render")
    film.act("shot", "make", "1A", "--takes", "2")
    film.act("shot", "rate", "1A", "3", "--reject")
    film.act("project", "set", "--name", "Other")
    left = film.home / "projects" / "two-lamps" / "workspace" / "job_0123456789abcdefgh"
    left.mkdir(parents=True)
    (left / "checkpoint").write_bytes(bytes(5000))
    return film


@pytest.mark.long("command_line")
def test_freeable_files_are_listed_by_film_with_size_and_cost(full: Milimo) -> None:
    data = full.json("room")
    there = kinds(data)
    assert there["rejected"]["things"] == 1
    assert there["unpicked"]["things"] == 1
    assert there["workspaces"]["bytes"] == 5000
    assert there["renders"]["film"] == "two-lamps"
    for kind in ("rejected", "unpicked", "renders"):
        assert float(str(there[kind]["bytes"])) > 0, kind
        assert float(str(there[kind]["seconds"])) > 0, kind
        assert str(there[kind]["again"]).startswith("about"), kind
    assert not re.search(r"\d", str(there["previews"]["again"])), "without a time: it is made as it is needed"
    held = {row["film"]: row for row in data["held"]}
    assert held[""]["bytes"] > held["two-lamps"]["bytes"] > 0
    assert held["two-lamps"]["quota"] is None
    text = full.act("room")
    assert re.search(r"^two-lamps +rejected +1 ", text, re.MULTILINE)
    assert (
        kinds(full.json("room", "list", "--film", "two-lamps"))
        .keys()
        .isdisjoint({"jobs", "caches", "weights"})
    )


@pytest.mark.long("command_line")
def test_only_the_chosen_files_are_freed(full: Milimo) -> None:
    before = kinds(full.json("room"))
    assert full.json("room", "free", "rejected", "--dry-run")["bytes"] == before["rejected"]["bytes"]
    assert "--yes" in full.refusal("room", "free", "rejected", "renders")
    assert kinds(full.json("room")) == before
    freed = full.json("room", "free", "rejected", "workspaces", "--film", "Other", "--yes")
    assert freed["freed"] == int(str(before["rejected"]["bytes"])) + 5000
    after = kinds(full.json("room"))
    assert after.keys() == before.keys() - {"rejected", "workspaces"}
    [render] = (full.home / "projects" / "two-lamps" / "renders").iterdir()
    full.json("room", "free", "renders", "previews", "unpicked", "--yes")
    assert not render.exists()
    assert not {"renders", "previews", "unpicked"} & kinds(full.json("room")).keys()
    assert full.json("render")["job"], "it is rendered again"
    assert full.json("room", "free", "rejected", "--yes")["freed"] == 0


@pytest.mark.long("command_line")
def test_new_render_makes_the_older_file_freeable(film: Milimo) -> None:
    film.act("render", "--output", str(film.home / "projects" / "two-lamps" / "renders" / "first.mp4"))
    film.act("render", "--range", "0..20")
    old = kinds(film.json("room"))["old-renders"]
    assert (old["things"], old["names"]) == (1, ["first.mp4"])
    film.json("room", "free", "old-renders", "--yes")
    assert "old-renders" not in kinds(film.json("room"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("free",), "KINDS must be given"),
        (("free", "nonsense"), "kinds"),
        (("free", "weights", "--film", "two-lamps"), "weights"),
        (("free", "renders", "--film", "nothing"), "there is no film “nothing”"),
        (("list", "--film", "nothing"), "there is no film “nothing”"),
        (("nothing",), "milimo room has no subcommand “nothing”"),
        (("quota", "-1"), "gb"),
        (("quota", "nan"), "gb"),
        (("quota", "much"), "gb"),
        (("quota", "5", "--film", "nothing"), "there is no film “nothing”"),
        (("quota", "5", "--film", "two-lamps", "--each"), "--each"),
    ],
)
def test_invalid_request_is_refused_and_writes_nothing(
    film: Milimo, words: tuple[str, ...], said: str
) -> None:
    refusal = film.refusal("room", *words)
    assert said in refusal
    assert len(refusal.splitlines()) <= 2
    assert not (film.home / "config.toml").exists()


@pytest.mark.long("command_line")
def test_full_quota_parks_jobs_until_there_is_room(film: Milimo) -> None:
    output = film.act("room", "quota", "0.000001", "--film", "Two Lamps")
    facts = ("two-lamps", "1e-06 GB", "1.0 kB", "milimo room free", "room quota")
    assert [each for each in facts if each not in output] == []
    assert film.json("config", "get", "film_quotas")["value"] == "two-lamps=1e-06"
    assert re.search(r"quota.* 0 B:", film.act("shot", "make", "1A", "--dry-run"))
    [id] = film.json("shot", "make", "1A", "--detach")["jobs"]
    job = until(lambda: (job := film.json("job", "show", id))["reason"] and job, "it is parked")
    assert job["state"] == "queued"
    assert job["reason"].startswith("two-lamps ")
    assert "room quota" in film.act("job", "list")
    assert "– film quota" in film.act("doctor")
    assert job["reason"] in film.act("supervisor", "status")
    film.act("room", "quota", "0", "--film", "two-lamps")
    assert film.json("job", "wait", id)[0]["state"] == "done"


def test_quotas_are_settings_of_the_home(film: Milimo) -> None:
    film.act("room", "quota", "40", "--each")
    film.act("room", "quota", "200.5")
    film.act("room", "quota", "7", "--film", "two-lamps")
    held = {row["film"]: row["quota"] for row in film.json("room")["held"]}
    assert held == {"two-lamps": 7_000_000_000, "": 200_500_000_000}
    assert (film.home / "config.toml").read_text().count("\n") == 3
    assert re.search(r"✓ quota +\S+ \S+ of 200 GB", film.act("doctor"))


def test_past_jobs_are_deleted_by_age_with_their_logs(film: Milimo) -> None:
    assert "jobs" not in kinds(film.json("room"))
    jobs = kinds(film.json("room", "list", "--days", "0"))["jobs"]
    assert int(str(jobs["things"])) > 0
    assert jobs["again"] == "gone for good"
    film.json("room", "free", "jobs", "--days", "0", "--yes")
    assert film.json("job", "list") == []


def test_films_in_the_bin_are_deleted_completely(film: Milimo) -> None:
    folder = film.home / "projects" / "two-lamps"
    film.act("project", "bin", "two-lamps")
    assert folder.is_dir()
    deleted = kinds(film.json("room"))["deleted-films"]
    assert (deleted["names"], deleted["again"]) == (["two-lamps"], "gone for good")
    assert film.json("room", "free", "deleted-films", "--yes")["freed"] >= deleted["bytes"]
    assert not folder.exists()
    assert "deleted-films" not in kinds(film.json("room"))


# Tests of `milimo report`


def test_report_has_doctor_logs_and_history_and_no_secret(film: Milimo) -> None:
    secret = "swordfish-of-the-webhook"
    secrets = {"MILIMO_NOTIFY_SECRET": secret, "HF_TOKEN": "hf_abcdefghijklmnopqrstuv"}
    log = Home(film.home).log
    with log.open("a") as file:
        file.write(f"the token is hf_abcdefghijklmnopqrstuv and {secret}\n")
    (film.home / "supervisor.log.1").write_text("an older one\n")
    data = replace(film, env={**film.env, **secrets}).json("report", "out.zip")
    assert data["jobs"] > 0
    with zipfile.ZipFile(film.cwd / "out.zip") as file:
        texts = {name: file.read(name).decode() for name in file.namelist()}
    assert {"about.json", "doctor.txt", "settings.json", "jobs.jsonl", "events.jsonl"} <= texts.keys()
    assert texts["supervisor.log.1"] == "an older one\n"
    assert "the token is [secret] and [secret]" in texts["supervisor.log"]
    for name, text in texts.items():
        assert secret not in text, name
        assert "hf_abcdefghijklmnopqrstuv" not in text, name
    jobs = [json.loads(line) for line in texts["jobs.jsonl"].splitlines()]
    assert len(jobs) == data["jobs"]
    assert all("spec" not in job for job in jobs)
    assert "MARA lights a lamp" not in "".join(texts.values())
    assert [json.loads(line)["seq"] for line in texts["events.jsonl"].splitlines()]
    film.json("report", "whole.zip", "--specs", "--days", "1")
    with zipfile.ZipFile(film.cwd / "whole.zip") as file:
        assert '"spec"' in file.read("jobs.jsonl").decode()


def test_report_of_an_empty_home_is_written(milimo: Milimo) -> None:
    assert milimo.json("report")["jobs"] == 0
    assert (milimo.cwd / "milimo-report.zip").is_file()
    assert "--overwrite" in milimo.refusal("report")
    milimo.act("report", "--overwrite")
    assert "out.txt" in milimo.refusal("report", "out.txt")
    assert milimo.json("report", "none/out.zip", code=2)["error"]["kind"] == "bad_input"
    assert [path.name for path in milimo.cwd.iterdir()] == ["milimo-report.zip"]


# Tests of `milimo systemd`


@pytest.mark.parametrize("flags", [(), ("--system",)], ids=["user", "system"])
def test_systemd_accepts_the_unit(milimo: Milimo, tmp_path: Path, flags: tuple[str, ...]) -> None:
    unit = milimo.json("systemd", *flags)["unit"]
    assert "Restart=always" in unit
    assert "KillMode=mixed" in unit
    assert f"--home {milimo.home} supervisor start --foreground" in unit
    assert ("User=" in unit) == bool(flags)
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    path = tmp_path / "milimo.service"
    path.write_text(unit)
    where = [] if flags else ["--user"]
    command = ["systemd-analyze", "verify", "--man=no", *where, str(path)]
    env = {**os.environ, **milimo.env}
    checked = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    assert checked.returncode == 0, checked.stderr
    assert "milimo" not in checked.stderr


def test_unit_ignores_modules_in_the_folder_where_it_starts(milimo: Milimo, tmp_path: Path) -> None:
    """A user's unit starts in the user's home folder."""
    (tmp_path / "json.py").write_text("raise SystemExit('the wrong module')\n")
    unit = milimo.json("systemd")["unit"]
    [start] = re.findall(r"^ExecStart=(.*) supervisor start --foreground$", unit, re.MULTILINE)
    command = [*shlex.split(start), "project", "list"]
    done = subprocess.run(command, cwd=tmp_path, env=milimo.env, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_unit_is_installed_once_and_never_over_that_of_another_home(milimo: Milimo) -> None:
    output = milimo.act("systemd", "--install")
    path = Path(milimo.env["XDG_CONFIG_HOME"]) / "systemd" / "user" / "milimo.service"
    assert path.read_text() == milimo.json("systemd")["unit"]
    assert "systemctl --user enable --now milimo.service" in output
    milimo.act("systemd", "--install")
    path.write_text("[Unit]\n")
    assert "--overwrite" in milimo.refusal("systemd", "--install")
    milimo.act("systemd", "--install", "--overwrite")
    assert "ExecStart=" in path.read_text()


def test_names_with_spaces_and_percent_signs_are_quoted(milimo: Milimo, tmp_path: Path) -> None:
    odd = tmp_path / "100 % of it"
    odd.mkdir()
    unit = milimo.json("--home", str(odd), "systemd")["unit"]
    assert f'--home "{tmp_path}/100 %% of it" supervisor start' in unit


# Tests of cost estimates


@pytest.mark.long("command_line")
def test_estimates_show_time_and_size_of_the_work(film: Milimo) -> None:
    film.act("shot", "make", "1A")  # The first take makes a measured duration available for the estimate.
    assert "EUR" not in film.act("shot", "make", "1A", "--dry-run")
    film.act("config", "set", "price_hour", "3600")
    film.act("config", "set", "price_currency", "$")
    estimate = film.json("shot", "make", "1A", "--dry-run")["estimate"]
    assert estimate["price"] == f"about {estimate['seconds']:.2f} $"
    assert estimate["price"] in film.act("shot", "make", "1A", "--dry-run")
    film.act("job", "pause")
    film.act("shot", "make", "1A", "--detach")
    assert film.json("supervisor", "status")["price"] > 0
    assert "price_hour" in film.refusal("config", "set", "price_hour", "1", "--where", "home")
    assert film.json("config", "get", "price_hour")["value"] == 3600


# Tests of scheduled jobs


@pytest.mark.long("command_line")
def test_renders_and_builds_start_at_their_time(film: Milimo) -> None:
    output = film.act("render", "--not-before", "23:59", "--output", "late.mp4")
    assert re.search(r"late\.mp4.*23:59", output)
    [job] = film.json("job", "list", "--open")
    assert job["not_before"] > time.time()
    assert "23:59" in film.act("job", "list", "--open")
    film.act("shot", "set", "1A", "--action", "She waits.")
    assert re.search(r"\d\d:\d\d", film.act("build", "--not-before", "+2h", "--yes"))
    film.act("supervisor", "stop", "--now")
    assert {job["state"] for job in film.json("job", "list", "--open")} == {"queued"}
    assert not (film.cwd / "late.mp4").exists()
    assert "23:59" in film.act("shot", "make", "1A", "--not-before", "23:59")
    acts = [("shot", act, "1A") for act in ("make", "finish", "retake", "upscale")]
    for verb in (("render",), ("build",), *acts):
        for bad in ("25:99", "yesterday", "2020-01-01 10:00", "+", "nan"):
            film.json(*verb, "--not-before", bad, code=2)
