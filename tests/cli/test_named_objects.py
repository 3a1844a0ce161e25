"""Test that objects that the user names limit every option of a command: no option selects other objects."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

from tests.front_door import Milimo


@pytest.fixture
def resting(film: Milimo) -> Milimo:
    """Return `milimo` on the tiny film with a paused queue that starts no job."""
    film.act("job", "pause")
    return film


def queued_boards(film: Milimo) -> list[str]:
    """Return the labels of the jobs that are open."""
    return sorted(job["label"] for job in film.json("job", "list", "--state", "queued"))


def test_named_shots_limit_the_missing_boards(resting: Milimo) -> None:
    for letter in "CD":
        resting.act("shot", "add", "1", f"A lamp {letter} on a table.")
    Image.new("RGB", (96, 64), (200, 30, 30)).save(resting.cwd / "own.png")
    resting.act("storyboard", "board", "1C", "--file", "own.png")

    def shots(*words: str) -> list[str]:
        data = resting.json("storyboard", "board", *words, "--dry-run")
        assert (data["jobs"], data["batch"]) == ([], None)
        assert len(data["specs"]) == len(data["shots"])
        return list(data["shots"])

    every = shots("--all")
    missing = shots("--missing")
    assert "1C" not in missing
    assert "1D" in missing
    assert len(missing) > 1
    assert shots("1C", "1D", "--missing") == ["1D"]
    assert shots("1C", "--missing") == []
    assert shots("1D", "1C", "1D") == ["1D", "1C"]
    assert shots("1C", "--all") == ["1C"]
    assert len(every) == len(missing) + 1
    assert queued_boards(resting) == []

    resting.act("storyboard", "board", "1C", "1D", "--missing", "--detach")
    assert queued_boards(resting) == ["1D board"]
    resting.act("storyboard", "board", "1C", "--missing", "--detach")
    assert queued_boards(resting) == ["1D board"]
    for words in (("1C", "--file", "own.png", "--dry-run"), ("--dry-run",)):
        resting.refusal("storyboard", "board", *words)


def test_named_takes_limit_the_results_that_are_marked_as_seen(film: Milimo) -> None:
    def is_seen() -> dict[str, bool]:
        return {row["number"]: row["seen"] for row in film.json("review", "list", "--all")}

    film.act("review", "seen", "--all", "--again")
    film.act("review", "seen", "1A", "--all")
    assert [number for number, seen in is_seen().items() if seen] == ["1A"]


def test_named_input_limits_the_inputs_that_are_removed(film: Milimo) -> None:
    def inputs() -> list[dict[str, Any]]:
        return [row for row in film.json("shot", "condition", "list", "1A") if not row.get("automatic")]

    for name, colour in (("red", (200, 0, 0)), ("blue", (0, 0, 200))):
        Image.new("RGB", (96, 64), colour).save(film.cwd / f"{name}.png")
        film.act("shot", "condition", "add", "1A", f"{name}.png", "--frame", "0" if name == "red" else "8")
    before = len(inputs())
    film.act("shot", "condition", "remove", "1A", "1", "--all")
    assert len(inputs()) == before - 1
