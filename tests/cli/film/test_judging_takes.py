"""Test the review of takes on the command line: notes on frames, tags, finishing at full quality, deleting
unpicked takes, and several outputs in one batch.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.front_door import Milimo

ROOT = Path(__file__).parents[3]


@pytest.fixture
def sketched(film: Milimo) -> Milimo:
    """Return the film with a test engine, and two quick takes of shot 1A made by this engine."""
    engines = {"MILIMO_TEST_ENGINES": "tests.tui.storyboard.engines:ROWS", "PYTHONPATH": str(ROOT)}
    film.inside("supervisor", "stop", "--now")
    ours = Milimo({**film.env, **engines}, film.cwd)
    ours.act("project", "set", "--engine", "sketch")
    quick = ("steps=4", "stages=one", "width=96", "height=64")
    ours.act("shot", "make", "1A", "--seeds", "3,7", "--set", *quick)
    return ours


@pytest.mark.long("command_line")
def test_notes_on_frames_and_tags_are_edits(film: Milimo) -> None:
    film.act("review", "comment", "1A", "eyes too wide", "--frame", "12")
    film.act("review", "comment", "1A", "and here", "--frame", "3")
    row = film.json("review", "list", "--all")[0]
    assert row["notes"] == [{"frame": 3, "text": "and here"}, {"frame": 12, "text": "eyes too wide"}]
    film.act("review", "comment", "1A", "--frame", "3")
    film.act("review", "tag", "1A", "alt, #hero")
    row = film.json("review", "list", "--all")[0]
    assert (len(row["notes"]), row["tags"]) == (1, ["alt", "hero"])
    assert "has" in film.refusal("review", "comment", "1A", "late", "--frame", "99999")


@pytest.mark.long("command_line")
def test_finished_take_uses_full_quality(sketched: Milimo) -> None:
    takes = sketched.json("shot", "takes", "1A")
    quick = takes[-1]
    data = sketched.json("shot", "finish", "1A", str(len(takes)), "--dry-run")
    [spec] = data["specs"]
    assert (spec["seed"], spec["steps"], spec["stages"]) == (quick["seed"], None, "auto")
    assert (spec["width"], spec["height"]) != (96, 64)
    sketched.act("shot", "finish", "1A", str(len(takes)))
    after = sketched.json("shot", "takes", "1A")
    assert len(after) == len(takes) + 1
    assert after[-1]["seed"] == quick["seed"]
    refused = sketched.refusal("shot", "finish", "1A", str(len(after)))
    assert "full quality" in refused


@pytest.mark.long("command_line")
def test_drawn_take_is_finished_by_the_models_of_the_film(sketched: Milimo) -> None:
    [spec] = sketched.json("shot", "finish", "1B", "1", "--dry-run")["specs"]
    assert spec["engine"] == "sketch"


@pytest.mark.long("command_line")
def test_unpicked_takes_are_deleted_after_their_size_is_shown(sketched: Milimo) -> None:
    takes = sketched.json("shot", "takes", "1A")
    spare = [take for take in takes if not take["picked"]]
    sketched.act("shot", "rate", "1A", "3", "--take", spare[0]["id"])
    data = sketched.json("review", "clean", "1A", "--dry-run")
    assert data["takes"] == [take["id"] for take in spare[1:]]
    assert data["bytes"] > 0
    assert data["seconds"] is not None, "such takes were made here"
    assert re.search(r"about \d", sketched.act("review", "clean", "1A", "--dry-run")), "the time to make them"
    assert "--yes" in sketched.refusal("review", "clean", "1A")
    assert len(sketched.json("shot", "takes", "1A")) == len(takes), "nothing was deleted unasked"
    done = sketched.json("review", "clean", "1A", "--yes")
    assert done["freed"] == data["bytes"]
    assert [take["id"] for take in sketched.json("shot", "takes", "1A")] == [
        take["id"] for take in takes if take["picked"] or take["id"] == spare[0]["id"]
    ]
    every = sketched.json("review", "clean", "1A", "--which", "all", "--dry-run")
    assert every["takes"] == [spare[0]["id"]]


@pytest.mark.long("command_line")
def test_several_outputs_are_one_batch(film: Milimo) -> None:
    made = film.json("render", "--range", "0..6", "--preset", "draft", "--also", "wav", "gif size=50%")
    names = [each["film"].rpartition(".")[2] for each in made["films"]]
    assert names == ["mp4", "wav", "gif"]
    assert made["frames"] == 18
    batches = {film.json("job", "show", each["job"])["batch"] for each in made["films"]}
    assert len(batches) == 1
    assert batches != {""}
    assert "prorez" in film.refusal("render", "--also", "prorez")
    assert "gif" in film.refusal("render", "--also", "gif colour=red")
    assert "two outputs" in film.refusal("render", "--preset", "h264", "--also", "h264")
