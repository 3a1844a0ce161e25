"""Test custom keys as values: a new key for an action, its conflicts, and the file in which custom keys are
saved.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from milimo_tui.tui.keys import keymap_file
from milimo_tui.tui.keys.key_parser import KeyCommand, KeyParser
from milimo_tui.tui.keys.keymap import Binding, Keymap, Role
from milimo_tui.tui.keys.own_keys import (
    find_key_conflicts,
    format_own_keys_file,
    remove_own_keys,
    set_own_key,
)


def _act(keymap: Keymap, context: str, run: str, value: str = "") -> Binding:
    there = keymap.by_context[context].values()
    return next(each for each in there if each.run == run and (not value or value in each.args.values()))


@pytest.mark.parametrize(
    ("context", "run", "chord", "words", "in_the_way"),
    [
        ("timeline", "ui.trim", "ctrl+t", "", False),
        ("timeline", "ui.trim", "x", "then has no key", False),
        ("timeline", "ui.trim", "u", "(Everywhere)", False),
        ("timeline", "ui.trim", "g", "one begins with", True),
        ("timeline", "ui.trim", "x y", "one begins with", True),
        ("timeline", "ui.trim", "m m", "” now", False),
        ("timeline", "ui.trim", "escape", "Esc is fixed", True),
        ("timeline", "ui.trim", "4", "digits are counts", True),
        ("storyboard", "ui.edit", "j", "(Lists everywhere)", False),
        ("global", "ui.log", "x", "x still means", False),
    ],
)
def test_conflicts_of_a_key_are_listed(
    context: str, run: str, chord: str, words: str, in_the_way: bool
) -> None:
    keymap = keymap_file.load_keymap()
    found = find_key_conflicts(keymap, _act(keymap, context, run), tuple(chord.split()))
    assert (found[0].words if found else "").find(words) >= 0
    assert bool(found and found[0].is_in_the_way) == in_the_way
    assert bool(found) == bool(words)


def test_written_keys_work_after_reading(tmp_path: Path) -> None:
    keymap, path = keymap_file.load_keymap(), tmp_path / "own_keys.toml"
    own: tuple[Binding, ...] = ()
    for context, run, value, chord in (
        ("timeline", "ui.move", "next_edit", "ctrl+right"),
        ("timeline", "ui.extract", "", "f9"),
        ("storyboard", "shot.make", "", "ctrl+g"),
        ("global", "ui.mode", "review", "f9"),
        ("timeline", "ui.rate", "", "r r"),
    ):
        own = set_own_key(own, _act(keymap, context, run, value), tuple(chord.split()))
    path.write_text(format_own_keys_file(own, "default"), encoding="utf-8")
    assert {
        (each.context, each.chord, each.role) for each in keymap_file.read_file_bindings(path, "default")
    } == {(each.context, each.chord, each.role) for each in own}
    made = keymap_file.load_keymap("default", None, path)
    assert made.find_chord("ui.move", ("timeline",), "next_edit") == "ctrl+→"
    assert made.by_context["timeline"]["f9",].role is Role.OPERATOR
    assert made.find_chord("shot.make", ("storyboard",)) == "ctrl+g"
    foot = [each for each in made.by_context["storyboard"].values() if each.run == "shot.make" and each.foot]
    assert [each.chord for each in foot] == [("ctrl+g",), ("c", "m")], (
        "shown in the place of the chord before"
    )
    assert made.by_context["storyboard"]["c", "c"].alias, "which acts as before"


def test_action_has_one_own_key_and_a_key_one_action() -> None:
    keymap = keymap_file.load_keymap()
    split, trim = _act(keymap, "timeline", "cut.split"), _act(keymap, "timeline", "ui.trim")
    own = set_own_key((), split, ("f9",))
    own = set_own_key(own, split, ("f12",))
    assert [each.chord for each in own] == [("f12",)]
    own = set_own_key(own, trim, ("f12",))
    assert [each.run for each in own] == ["ui.trim"]
    assert remove_own_keys(own, trim) == ()


def test_operator_on_one_key_acts_on_the_clip_or_selection() -> None:
    parser = KeyParser(keymap_file.load_keymap("plain"))
    done = parser.press("ctrl+c", ("timeline", "viewing", "global"))
    assert isinstance(done, KeyCommand)
    assert done.binding.run == "ui.yank"
    assert done.is_doubled
    done = parser.press("ctrl+c", ("visual", "timeline", "viewing", "global"))
    assert isinstance(done, KeyCommand)
    assert done.target is None
