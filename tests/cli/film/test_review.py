"""Test `milimo review`: new takes and failures are listed for scripts, and are reviewed without a screen."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.store.jobs.studio_file import StudioFile
from milimo_tui.store.jobs.studio_values import Job
from tests.front_door import Milimo

KEYS = {"id", "shot", "number", "take", "job", "state", "reason", "seen", "path"}


def new(milimo: Milimo) -> list[dict[str, Any]]:
    return [row for row in milimo.json("review", "list") if not row["seen"]]


@pytest.mark.long("command_line")
def test_takes_wait_until_they_are_reviewed(film: Milimo) -> None:
    there = new(film)
    assert [row["number"] for row in there] == ["1A", "1B", "2A"]
    for row in there:
        assert set(row) >= KEYS
        assert (row["state"], row["reason"], row["id"]) == ("made", "", row["take"])
        assert Path(row["path"]).is_file()
        assert row["seconds"] > 0
    assert re.search(r"\b3 ", film.act("review"))
    assert film("review", "seen", "1A").stdout.decode().startswith("1 ")
    assert [row["number"] for row in new(film)] == ["1B", "2A"]
    film.act("shot", "rate", "1B", "5")
    film.act("shot", "pick", "2A", "1")
    assert new(film) == []
    assert [row["seen"] for row in film.json("review", "--all")] == [True, True, True]
    film.act("review", "seen", "1B", "--again")
    assert [row["number"] for row in new(film)] == ["1B"]


@pytest.mark.long("command_line")
def test_watched_take_did_not_arrive_while_away(film: Milimo) -> None:
    film.act("review", "seen", "--all")
    film.act("shot", "make", "1A")
    [row] = new(film)
    assert (row["number"], row["away"], row["picked"]) == ("1A", False, False)
    assert film.json("next")["command"] != "milimo review"


@pytest.mark.long("command_line")
def test_takes_that_arrived_while_away_are_the_next_step(film: Milimo) -> None:
    film.act("review", "seen", "--all")
    film.act("shot", "make", "1A", "--detach")
    end = time.monotonic() + 300
    while not new(film):
        assert time.monotonic() < end
        time.sleep(0.2)
    [row] = new(film)
    assert row["away"], "a verb that only asks is no person who looks"
    data = film.json("next")
    assert data["command"] == "milimo review"
    assert data["why"].startswith("1 take ")
    assert "away" in film.act("review")


@pytest.mark.long("command_line")
def test_rejected_take_is_replaced_and_can_be_restored(film: Milimo) -> None:
    film.act("shot", "make", "1A")
    first, second = film.json("shot", "takes", "1A")
    output = film.act("shot", "rate", "1A", "--reject")
    assert re.findall(r"1A|take \d(?: of \d)?", output)[:3] == ["1A", "take 1", "take 2 of 2"]
    assert [take["picked"] for take in film.json("shot", "takes", "1A")] == [False, True]
    output = film.act("shot", "rate", "1A", "--reject")
    assert re.findall(r"1A|take \d(?: of \d)?", output) == ["1A", "take 2"], "it has no other take"
    assert [take["picked"] for take in film.json("shot", "takes", "1A")] == [False, False]
    shot = film.json("shot", "list")[0]
    assert (shot["glyph"], shot["take"], shot["stale"]) == ("○", None, False)
    refused = film.json("shot", "pick", "1A", "2", code=2)["error"]
    assert (refused["kind"], "take 2 of 1A" in refused["message"]) == ("refused", True)
    output = film.act("shot", "rate", "1A", "--take", first["id"], "--accept")
    assert re.findall(r"1A|take \d(?: of \d)?", output) == ["1A", "take 1", "take 1 of 2"]
    assert [take["rejected"] for take in film.json("shot", "takes", "1A")] == [False, True]
    assert second["id"] != first["id"]


def test_remarks_are_kept_with_the_take(film: Milimo) -> None:
    film.act("review", "comment", "1A", "hold on her eyes")
    assert film.json("review", "list")[0]["note"] == "hold on her eyes"
    film.act("review", "comment", "1A")
    assert film.json("review", "list")[0]["note"] == ""


def test_invalid_reviews_are_refused(film: Milimo) -> None:
    for words, kind in (
        (("review", "seen"), "bad_input"),
        (("review", "seen", "9Z"), "not_found"),
        (("review", "comment", "9Z", "no"), "not_found"),
        (("shot", "rate", "1A"), "bad_input"),
    ):
        assert film.json(*words, code=2)["error"]["kind"] == kind, words


@pytest.mark.long("command_line")
def test_failures_are_listed_with_their_reason_until_reviewed(film: Milimo) -> None:
    film.act("review", "seen", "--all")
    film.inside("supervisor", "stop", "--now")
    shot = film.json("shot", "list")[1]
    [folder] = (film.home / "projects").iterdir()
    database = StudioFile.open(film.home / "studio.db")
    with database.start_transaction():
        database.add_job(
            Job(
                id="job_board", kind="make_picture", engine="animatic", lane="cpu", state="failed", spec="{}",
                shot=shot["id"], project=str(folder), label="1B board", error="the disk is full",
                hint="make room", created=1.0, ended=2.0,
            )
        )  # fmt: skip
    database.close()
    [row] = new(film)
    assert (row["number"], row["state"], row["take"]) == ("1B", "failed", None)
    assert (row["reason"], row["hint"], row["id"]) == ("the disk is full", "make room", row["job"])
    film.act("review", "seen", row["job"])
    assert new(film) == []
