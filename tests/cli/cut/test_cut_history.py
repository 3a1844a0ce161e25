"""Test the undo tree on the command line: edits are listed with their branches, and any earlier state can be
opened by its number.
"""

from __future__ import annotations

from typing import Any

from tests.front_door import Milimo


def numbers(film: Milimo) -> dict[str, int]:
    """Return the number of each edit in the history by its label. The later number is returned if two edits
    have the same label.
    """
    return {edit["label"]: edit["number"] for edit in film.inside("cut", "history")}


def frames(film: Milimo) -> int:
    return int(film.inside("cut", "show")["frames"])


def grow(film: Milimo, by: int) -> None:
    """Insert a gap of `by` frames at the start. Each length gives an edit that can be recognised."""
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
    lines = film.act("cut", "history", "--tree").splitlines()
    assert [line[3:].partition(" ")[0] for line in lines] == ["●", "●", "├╴○", "●"]
    assert lines[-1].endswith("◀ here")
    assert frames(film) == began + 50

    film.inside("cut", "name-state", "with a slow start")
    jump = film.inside("cut", "jump", "2")
    assert (jump["undone"], jump["redone"], frames(film)) == (1, 1, began + 30)
    film.act("cut", "jump", "with a slow start")
    assert frames(film) == began + 50
    assert film.inside("cut", "jump", "start")["edit"] is None
    assert frames(film) == began
    film.inside("cut", "redo")
    film.inside("cut", "redo", "--branch", "2")
    assert frames(film) == began + 30


def test_unknown_state_of_history_is_refused(film: Milimo) -> None:
    assert film.inside("cut", "history") == []
    assert len(film.act("cut", "history", "--tree").strip().splitlines()) == 1
    grow(film, 10)

    def told(*words: str, code: int = 2) -> Any:
        return film.inside(*words, code=code)["error"]

    missing = told("cut", "jump", "77")
    assert (missing["kind"], "“77”" in missing["message"]) == ("not_found", True)
    assert "cut history --tree" in missing["hint"]
    for words in (
        ("cut", "name-state", "7"),
        ("cut", "name-state", "x", "--at", "start"),
        ("cut", "redo", "--branch", "1"),
        ("cut", "redo", "--branch", "start"),
    ):
        assert told(*words)["kind"] in ("bad_input", "refused"), words
    film.inside("cut", "undo")
    assert "undo" in told("cut", "undo")["message"]
