"""Test the history as branches: the current branch, the other branches, grouped edits, and edits of several
users.
"""

from __future__ import annotations

from typing import Any

from milimo_tui.store.rows.stored_values import Edit
from milimo_tui.studio.project import history_tree


def edit(id: str, parent: str = "", *, applied: bool = True, **more: object) -> Edit:
    fields: dict[str, object] = {"scope": "c", "actor": "terminal-1", "label": f"do {id}", "base": 1}
    return Edit(id=id, parent=parent, applied=applied, **{"lineage": "one", **fields, **more})  # type: ignore[arg-type]


def drawn(*edits: Edit) -> list[str]:
    return history_tree.format_history_tree(history_tree.make_history_tree(edits)).splitlines()


def test_branch_is_listed_next_to_the_current_line() -> None:
    assert drawn(
        edit("a"),
        edit("b", "a", applied=False, moved=5),
        edit("c", "b", applied=False, moved=4),
        edit("d", "b", applied=False, moved=3),
        edit("e", "a", name="long"),
        edit("f", "e", applied=False, moved=9),
    ) == [
        "   ● the beginning",
        "1  ● do a",
        "2  ├╴○ do b",
        "4  │ ├╴○ do d",
        "3  │ ○ do c",
        "5  ● do e   “long”   ◀ here",
        "6  ○ do f",
    ]


def test_cursor_is_at_the_start_when_everything_is_undone() -> None:
    assert drawn(edit("a", applied=False, moved=2), edit("b", applied=False, moved=3)) == [
        "   ● the beginning   ◀ here",
        "1  ├╴○ do a",
        "2  ○ do b",
    ]


def test_step_is_one_state_and_what_it_undid_is_a_branch() -> None:
    step: dict[str, Any] = {"bundle": "s", "step": "macro a"}
    told = drawn(
        edit("a"),
        edit("b", "a", **step),
        edit("c", "b", applied=False, moved=3, **step),
        edit("d", "b", **step),
        edit("e", "d"),
    )
    assert told == [
        "   ● the beginning",
        "1  ● do a",
        "2  ● macro a",
        "3  ├╴○ macro a",
        "4  ● do e   ◀ here",
    ]


def test_each_user_has_an_own_line_of_work() -> None:
    told = drawn(edit("a"), edit("b", lineage="two", actor="cli"), edit("c", "a"))
    assert told == [
        "edits of terminal-1",
        "   ● the beginning",
        "1  ● do a",
        "3  ● do c   ◀ here",
        "",
        "edits of the command line",
        "   ● the beginning",
        "2  ● do b   ◀ here",
    ]
    assert history_tree.get_current_state([edit("a", moved=1), edit("b", lineage="two", moved=2)]) == "b"


def test_thousands_of_edits_form_a_tree() -> None:
    edits = [edit(str(number), str(number - 1) if number else "") for number in range(5000)]
    assert len(history_tree.make_history_tree(edits)) == 5001
