"""The history through the front door: told as a tree, gone through, its states named."""

from __future__ import annotations

from typing import Any

from tests.front_door import Milimo


def numbers(film: Milimo) -> dict[str, int]:
    """The places of edits in the history, by their words; of two alike the later."""
    return {edit["label"]: edit["number"] for edit in film.inside("cut", "history")}


def frames(film: Milimo) -> int:
    return int(film.inside("cut", "show")["frames"])


def grow(film: Milimo, by: int) -> None:
    """A gap of so many frames at the start; the edit is told by its length."""
    film.inside("run", "cut.gap", f"frames={by}", "at=0")


def test_branches_of_history_are_kept_listed_and_opened(film: Milimo) -> None:
    began = frames(film)
    for by in (10, 20):
        grow(film, by)
    film.inside("cut", "undo")
    grow(film, 40)
    rows = film.inside("cut", "history")
    assert [(row["number"], row["undone"], row["here"], row["branch"]) for row in rows] == [
        (1, False, False, 0),
        (2, True, False, 1),
        (3, False, True, 0),
    ]
    assert rows[1]["parent"] == rows[2]["parent"] == rows[0]["id"]
    told = film.act("cut", "history", "--tree").splitlines()
    assert [line[3:].partition(" ")[0] for line in told] == ["●", "●", "├╴○", "●"]
    assert told[-1].endswith("◀ here")
    assert frames(film) == began + 50

    film.inside("cut", "name-state", "with a slow start")
    jump = film.inside("cut", "jump", "2")
    assert (jump["undone"], jump["redone"], frames(film)) == (1, 1, began + 30)
    assert "now after" in film.act("cut", "jump", "with a slow start")
    assert frames(film) == began + 50
    assert film.inside("cut", "jump", "start")["edit"] is None
    assert frames(film) == began
    film.inside("cut", "redo")
    film.inside("cut", "redo", "--branch", "2")
    assert frames(film) == began + 30


def test_unknown_state_of_history_is_refused(film: Milimo) -> None:
    assert film.act("cut", "history", "--tree").strip() == "nothing was edited yet"
    grow(film, 10)

    def told(*words: str, code: int = 2) -> Any:
        return film.inside(*words, code=code)["error"]

    missing = told("cut", "jump", "77")
    assert missing["message"] == "there is no state “77” in this history"
    assert "cut history --tree" in missing["hint"]
    assert "says a place in the history" in told("cut", "name-state", "7")["message"]
    assert "has a name already" in told("cut", "name-state", "x", "--at", "start")["message"]
    assert "is done" in told("cut", "redo", "--branch", "1")["message"]
    assert "leads forward" in told("cut", "redo", "--branch", "start")["message"]
    film.inside("cut", "undo")
    assert "nothing to undo" in told("cut", "undo")["message"]
