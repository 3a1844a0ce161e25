"""Test the key parser: chords, counts, registers, operators, raw keys, Escape and text fields."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.tui.keys.key_parser import LONGEST_COUNT, KeyCommand, KeyParser, Press
from milimo_tui.tui.keys.keymap import Binding, Keymap, Role, is_selecting
from milimo_tui.tui.keys.keymap_file import load_keymap


def binding(
    chord: str, run: str, role: Role = Role.ACT, context: str = "here", *, text: bool = False
) -> Binding:
    return Binding(context, tuple(chord.split()), run, run, role, text=text)


KEYMAP = Keymap(
    (
        binding("j", "ui.down", Role.MOTION),
        binding("g g", "ui.first", Role.MOTION),
        binding("g x", "ui.clear"),
        binding("x", "ui.delete"),
        binding("i", "cut.mark_in"),
        binding("i c", "clip", Role.OBJECT),
        binding("d", "cut.extract", Role.OPERATOR),
        binding("y", "cut.yank", Role.OPERATOR),
        binding("m", "ui.mark_set", Role.RAW),
        binding("m m", "cut.marker"),
        binding('"', "ui.register", Role.REGISTER),
        binding("Q", "ui.record", Role.RAW),
        binding("escape", "ui.out", text=True),
        binding("g b", "ui.mode", context="global"),
        binding("q", "ui.close", context="global"),
        binding("ctrl+q", "ui.leave", context="global", text=True),
    ),
    {"here": "Here", "global": "Everywhere"},
)
HERE = ("here", "global")


def feed(keys: str, contexts: tuple[str, ...] = HERE, chords: KeyParser | None = None) -> KeyCommand | Press:
    machine = chords or KeyParser(KEYMAP)
    result: KeyCommand | Press = Press.UNBOUND
    for key in keys.split():
        result = machine.press(key, contexts)
    return result


def key_command(keys: str) -> KeyCommand:
    result = feed(keys)
    assert isinstance(result, KeyCommand)
    return result


def test_single_key_is_parsed() -> None:
    assert key_command("x").binding.run == "ui.delete"
    assert key_command("x").count is None
    assert key_command("x").times == 1


def test_chord_waits_for_its_second_key_and_reaches_the_global_layer() -> None:
    assert feed("g") is Press.PENDING
    assert key_command("g g").binding.run == "ui.first"
    assert key_command("g b").binding.run == "ui.mode"


def test_counts_may_contain_zeros() -> None:
    assert key_command("1 0 j").count == 10
    assert feed("0") is Press.UNBOUND  # No chord begins with 0 in this context.
    assert key_command("3 x").times == 3


def test_count_is_limited() -> None:
    assert key_command(" ".join("9" * 30) + " j").count == int("9" * LONGEST_COUNT)


def test_operator_with_motion_multiplies_counts() -> None:
    found = key_command("2 d 3 j")
    assert found.binding.run == "cut.extract"
    assert found.target is not None
    assert found.target.run == "ui.down"
    assert found.count == 6


def test_operator_works_with_an_object_and_doubled() -> None:
    assert key_command("d i c").target is not None
    assert key_command("d d").is_doubled
    assert not key_command("d j").is_doubled


def test_only_motions_and_objects_count_after_an_operator() -> None:
    assert feed("d g b") is Press.UNBOUND
    assert feed("d x") is Press.UNBOUND
    assert feed("d q") is Press.UNBOUND
    assert key_command("d g g").target is not None


def test_plain_i_sets_the_in_point_but_starts_an_object_in_visual() -> None:
    assert key_command("i").binding.run == "cut.mark_in"
    assert feed("i", ("visual", *HERE)) is Press.PENDING
    found = feed("i c", ("visual", *HERE))
    assert isinstance(found, KeyCommand)
    assert found.binding.run == "clip"


def test_raw_mode_takes_the_next_key_but_an_exact_chord_wins() -> None:
    assert key_command("m q").argument == "q"
    assert key_command("m q").binding.run == "ui.mark_set"
    assert key_command("m 3").argument == "3"
    assert key_command("m m").binding.run == "cut.marker"


def test_raw_key_stops_at_once_where_specified() -> None:
    machine = KeyParser(KEYMAP)
    assert machine.press("Q", HERE) is Press.PENDING
    machine.reset()
    machine.at_once.add("ui.record")
    found = machine.press("Q", HERE)
    assert isinstance(found, KeyCommand)
    assert found.argument == ""


def test_register_precedes_any_command() -> None:
    found = key_command('" a 2 y j')
    assert found.register == "a"
    assert found.binding.run == "cut.yank"
    assert found.count == 2


def test_escape_clears_a_partial_key_or_acts() -> None:
    machine = KeyParser(KEYMAP)
    machine.press("2", HERE)
    machine.press("d", HERE)
    assert machine.pending == "2 d"
    assert machine.press("escape", HERE) is Press.CLEARED
    assert not machine.is_pending
    assert key_command("escape").binding.run == "ui.out"


def test_unbound_key_clears_the_count() -> None:
    machine = KeyParser(KEYMAP)
    machine.press("5", HERE)
    assert machine.press("€", HERE) is Press.UNBOUND
    found = machine.press("j", HERE)
    assert isinstance(found, KeyCommand)
    assert found.count is None


def test_only_marked_keys_act_in_a_text_field() -> None:
    machine = KeyParser(KEYMAP)
    assert machine.press("x", HERE, typing=True) is Press.UNBOUND
    assert machine.press("5", HERE, typing=True) is Press.UNBOUND
    assert not machine.is_pending
    found = machine.press("ctrl+q", HERE, typing=True)
    assert isinstance(found, KeyCommand)
    assert found.binding.run == "ui.leave"


def test_continuations_list_the_possible_next_keys() -> None:
    machine = KeyParser(KEYMAP)
    machine.press("g", HERE)
    assert dict(machine.list_continuations(HERE)) == {"g": "ui.first", "x": "ui.clear", "b": "ui.mode"}
    machine.reset()
    machine.press("d", HERE)
    after = dict(machine.list_continuations(HERE))
    assert "j" in after
    assert "i c" in after
    assert "d" in after
    assert "x" not in after
    assert "g b" not in after


def test_continuations_name_each_action_once_and_objects_first() -> None:
    machine = KeyParser(REAL)
    machine.press("d", ("timeline", "global"))
    keys = [keys for keys, _ in machine.list_continuations(("timeline", "global"))]
    assert keys[:6] == ["d", "i c", "i s", "i t", "i r", "i g"]
    assert keys.index("w") < keys.index("S-←")
    assert {"h", "l"} <= set(keys)
    assert not {"←", "→", "g g", "Home"} & set(keys)


REAL = load_keymap("default")
KEYS = sorted({key for b in REAL.bindings for key in b.chord} | set("0123456789€") | {"f9"})
CONTEXTS = [
    tuple(dict.fromkeys((name, *REAL.parents.get(name, ()), "global")))
    for name in REAL.titles
    if name not in ("overlay", "prompt", "confirm")
]


@given(st.lists(st.sampled_from(KEYS), max_size=30), st.sampled_from(CONTEXTS))
def test_parser_never_hangs_on_any_key(keys: list[str], contexts: tuple[str, ...]) -> None:
    machine = KeyParser(REAL)
    for key in keys:
        result = machine.press(key, contexts)
        if isinstance(result, KeyCommand):
            assert not machine.is_pending
            assert result.count is None or result.count >= 0
            if result.target is not None:
                assert result.binding.role is Role.OPERATOR
        elif result is Press.PENDING:
            assert machine.is_pending
            assert (
                machine.list_continuations(contexts)
                or machine.pending.replace(" ", "").isdigit()
                or '"' in machine.pending
            )
        else:
            assert not machine.is_pending
    machine.press("escape", contexts)
    assert not machine.is_pending


@pytest.mark.parametrize("contexts", CONTEXTS, ids=lambda contexts: contexts[0])
def test_every_reachable_binding_can_be_typed(contexts: tuple[str, ...]) -> None:
    for wanted in REAL.list_bindings_in_reach(contexts):
        if wanted.role in (Role.OBJECT, Role.OPERATOR, Role.REGISTER):
            continue
        if is_selecting(contexts) and wanted.chord in (("i",), ("a",), ("c", "c")):
            # While clips are selected, `i` and `a` begin a text object, and an operator acts at once.
            continue
        machine = KeyParser(REAL)
        result: KeyCommand | Press = Press.UNBOUND
        for key in (*wanted.chord, *(["z"] if wanted.role is Role.RAW else [])):
            result = machine.press(key, contexts)
        if wanted.chord[0] == "escape" or wanted.chord == ("0",):
            continue
        assert isinstance(result, KeyCommand), (wanted.chord, result)
        assert result.binding == wanted
