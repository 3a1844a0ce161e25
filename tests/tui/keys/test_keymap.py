"""Test the keymap as data: no conflicts, every command exists, presets, the user's own file, and help."""

from __future__ import annotations

import inspect
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import milimo_tui.tui
from milimo_tui.core.errors import BadInput
from milimo_tui.core.screens import ScreenName
from milimo_tui.core.settings import KEY_PRESETS
from milimo_tui.media.scopes.viewing import PictureComparison, Scope
from milimo_tui.studio.project.undo_scope import SCREEN_TITLES
from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.registry import Command
from milimo_tui.tui.app.app import MilimoApp
from milimo_tui.tui.app.modes import SCREENS
from milimo_tui.tui.keys import keymap, keymap_file
from milimo_tui.tui.keys.actions import REGISTERED, list_class_actions
from milimo_tui.tui.keys.keymap import Binding, Keymap, Role
from milimo_tui.tui.keys.tasks import ORDER
from milimo_tui.tui.shell.key_sheet import KeySheet, filter_act_rows, key_rows, list_reachable_bindings
from milimo_tui.tui.terminal.palettes import ANSI
from milimo_tui.tui.terminal.theme import TextStyles

KEYS_OF_TERMINALS = {"ctrl+a", "ctrl+b", "ctrl+s", "ctrl+q", "ctrl+i", "ctrl+m", "ctrl+h", "ctrl+j"}


@cache
def load_preset(preset: str = "default") -> Keymap:
    """Return a preset's keymap from a cache, because reading its files takes half a second."""
    return keymap_file.load_keymap(preset)


@cache
def list_all_commands() -> dict[str, Command]:
    return registry.list_commands()


@pytest.mark.parametrize("preset", KEY_PRESETS)
def test_no_keys_conflict_in_a_context_or_with_the_global_layer(preset: str) -> None:
    assert load_preset(preset).describe_conflicts() == ()


def test_conflict_finder_finds_conflicts() -> None:
    def a(context: str, chord: str, run: str) -> Binding:
        return Binding(context, tuple(chord.split()), run, "note")

    keymap = Keymap(
        (
            a("here", "d", "one"),
            a("here", "d d", "two"),
            a("here", "x", "three"),
            a("here", "x", "four"),
            a("here", "n", "five"),
            a("global", "n", "six"),
            a("trim", "tab", "seven"),
            a("global", "tab", "eight"),
        ),
        {"here": "Here", "trim": "Trim", "global": "Everywhere"},
        {"here": ("global",), "trim": ("global",)},
    )
    found = keymap.describe_conflicts()
    assert len(found) == 3
    assert any("d d" in sentence for sentence in found)
    assert any("three" in sentence and "four" in sentence for sentence in found)
    assert any("five" in sentence and "six" in sentence for sentence in found)


@pytest.mark.parametrize("preset", KEY_PRESETS)
def test_every_command_of_the_keymap_is_registered(preset: str) -> None:
    commands = list_all_commands()
    for binding in load_preset(preset).bindings:
        if binding.is_ui:
            continue
        assert binding.run in commands, f"{binding.context} {binding.chord}: {binding.run}"
        assert commands[binding.run].help, binding.run


def test_every_action_is_used_and_every_key_has_its_action() -> None:
    """Every action is used by a key, a placeholder in a text or a next step. The exceptions are the actions
    of the lines `:w`, `:e` and `:macro`.
    """
    for module in walk_packages(milimo_tui.tui.__path__, "milimo_tui.tui."):
        import_module(module.name)
    keys = {
        binding.act
        for preset in KEY_PRESETS
        for binding in load_preset(preset).bindings
        if binding.is_ui and binding.role is not Role.REGISTER
    }
    package = Path(milimo_tui.__file__).parent
    named = {
        name for path in package.rglob("*.py") for name in re.findall(r"\bui\.([a-z_]+)", path.read_text())
    }
    actions = {name for names in REGISTERED.values() for name in names}
    lines = {"line_e", "line_macro", "line_w"}
    assert actions - keys - named == lines
    assert keys - actions == set()


def test_every_action_method_is_registered() -> None:
    for module in walk_packages(milimo_tui.tui.__path__, "milimo_tui.tui."):
        for cls in vars(import_module(module.name)).values():
            if (
                isinstance(cls, type)
                and cls.__module__ == module.name
                and not getattr(cls, "_is_protocol", False)
            ):
                methods = [each for each in vars(cls).values() if inspect.isfunction(each)]
                lost = [each for each in methods if each.__name__.startswith("act_")]
                assert [each for each in lost if each not in REGISTERED] == []


@pytest.mark.parametrize("preset", KEY_PRESETS)
def test_every_action_of_a_keymap_is_on_its_screen(preset: str) -> None:
    """Every UI action of a keymap is a method of the screen, of one of its widgets that can have the focus,
    or of the app.
    """
    there = _acts_by_context()
    for binding in load_preset(preset).bindings:
        if binding.is_ui and binding.context in there and binding.role is not Role.REGISTER:
            assert binding.act in there[binding.context], f"{binding.context} {binding.chord}: {binding.run}"


def _acts_by_context() -> dict[str, set[str]]:
    from milimo_tui.tui.app.palette import Palette
    from milimo_tui.tui.cuts.arrivals import ArrivalsScreen
    from milimo_tui.tui.cuts.captions import CaptionsScreen
    from milimo_tui.tui.cuts.cuts import CutsScreen
    from milimo_tui.tui.cuts.history import HistoryScreen
    from milimo_tui.tui.cuts.notes import NotesScreen
    from milimo_tui.tui.cuts.transcript import TranscriptScreen
    from milimo_tui.tui.finder.screen import FinderScreen
    from milimo_tui.tui.forms.form_screen import FormScreen
    from milimo_tui.tui.forms.removal_plan import RemovalPanel
    from milimo_tui.tui.home.card_screen import CardScreen
    from milimo_tui.tui.home.doctor_panel import DoctorPanel
    from milimo_tui.tui.home.new_film import NewFilmScreen
    from milimo_tui.tui.home.own_keys_screen import OwnKeysScreen
    from milimo_tui.tui.home.settings_screen import SettingsScreen
    from milimo_tui.tui.media.browser import BrowserScreen
    from milimo_tui.tui.play.player_screen import PlayerScreen
    from milimo_tui.tui.play.source_player import SourcePlayer
    from milimo_tui.tui.play.viewing_keys import ViewingKeys, ViewingToolKeys
    from milimo_tui.tui.script.text.editor import ScriptEditor
    from milimo_tui.tui.script.text.normal_keys import NormalKeys
    from milimo_tui.tui.script.writing_keys import WritingKeys
    from milimo_tui.tui.shell.overlay import Overlay
    from milimo_tui.tui.shell.screen import StudioScreen
    from milimo_tui.tui.shot.shot import ShotScreen
    from milimo_tui.tui.timeline.screen import TimelineScreen
    from milimo_tui.tui.timeline.widgets.inspector_panel import Inspector
    from milimo_tui.tui.widgets.cards import Cards
    from milimo_tui.tui.widgets.prompt import Prompt
    from milimo_tui.tui.widgets.rows import Rows

    def acts(*classes: type) -> set[str]:
        return {name for cls in classes for name in list_class_actions(cls)}

    out = {
        "global": acts(MilimoApp, StudioScreen, Rows),
        "list": acts(Rows),
        "shot": acts(MilimoApp, ShotScreen, Rows, *map(type, ShotScreen("").parts)),
        "player": acts(MilimoApp, PlayerScreen, SourcePlayer, ViewingKeys),
        "browser": acts(MilimoApp, BrowserScreen, Rows),
        "notes": acts(MilimoApp, NotesScreen, Rows),
        "captions": acts(MilimoApp, CaptionsScreen, Rows),
        "transcript": acts(MilimoApp, TranscriptScreen, Rows),
        "cuts": acts(MilimoApp, CutsScreen, Rows),
        "history": acts(MilimoApp, HistoryScreen, Rows),
        "arrivals": acts(MilimoApp, ArrivalsScreen, Rows),
        "card": acts(MilimoApp, CardScreen),
        "finder": acts(MilimoApp, FinderScreen, Rows, *map(type, FinderScreen().parts)),
        "finder_field": acts(MilimoApp, FinderScreen),
        "own_keys": acts(MilimoApp, OwnKeysScreen, Rows),
        "settings": acts(MilimoApp, SettingsScreen, Rows),
        "palette": acts(MilimoApp, Palette),
        "form": acts(MilimoApp, FormScreen, Rows),
        "new_film": acts(MilimoApp, NewFilmScreen, Rows),
        "new_film_line": acts(MilimoApp, NewFilmScreen, Prompt),
        "form_field": acts(MilimoApp, FormScreen, Prompt),
        "doctor": acts(MilimoApp, DoctorPanel, Rows),
        "key_sheet": acts(MilimoApp, KeySheet, Rows),
        "overlay": acts(MilimoApp, Overlay, Rows),
        "removal_plan": acts(MilimoApp, RemovalPanel, Rows),
        "prompt": acts(MilimoApp, Prompt, Palette),
        "confirm": acts(MilimoApp, StudioScreen),
    }
    for mode, (module, name) in SCREENS.items():
        screen = getattr(import_module(module), name)
        source = Path(import_module(module).__file__ or "").read_text()
        widgets: list[type] = [Cards, Rows] if mode == "storyboard" else [Rows]
        widgets += [ScriptEditor, NormalKeys, WritingKeys] if mode == "script" else []
        own = acts(MilimoApp, screen, *widgets, *(type(part) for part in screen().parts))
        for imported in re.findall(r"^from (milimo_tui\.tui\.widgets\.\w+) import", source, re.M):
            for value in vars(import_module(imported)).values():
                if isinstance(value, type):
                    own |= acts(value)
        for context in screen.CONTEXTS:
            if context not in ("global", "list"):
                out[context] = own
    timeline = TimelineScreen()
    whole = acts(MilimoApp, TimelineScreen, Inspector, Rows, *map(type, vars(timeline).values()))
    out["viewing_hand"] = acts(MilimoApp, ViewingToolKeys, ViewingKeys)
    out["watching"] = out["film"]
    out["rating"] = out["review"]
    out["presets"] = out["film"]
    out["prompt_parts"] = out["shot"]
    out |= dict.fromkeys(("script_visual", "writing", "writing_offers", "writing_plain"), out["script"])
    out |= dict.fromkeys(("visual", "trim", "inspector", "source"), whole)
    live = timeline.live_modes
    modes = acts(*map(type, live.stack))
    return out | dict.fromkeys(
        ("title", "title_place", "effects", "sound_effects", "curve", "automation"), whole | modes
    )


@pytest.mark.parametrize("preset", KEY_PRESETS)
def test_every_screen_has_a_class_a_title_and_a_key(preset: str) -> None:
    assert set(SCREENS) == set(SCREEN_TITLES) == set(ScreenName)
    assert {b.args["mode"] for b in load_preset(preset).bindings if b.run == "ui.mode"} == set(ScreenName)


@pytest.mark.parametrize("preset", KEY_PRESETS)
def test_every_scope_and_comparison_has_a_key(preset: str) -> None:
    bindings = load_preset(preset).bindings
    assert {b.args["scope"] for b in bindings if b.run == "ui.scope"} == set(Scope)
    assert {b.args["how"] for b in bindings if b.run == "ui.compare_by"} == set(PictureComparison)


def test_every_action_has_a_key_that_terminals_pass_on() -> None:
    preset = load_preset("default")
    ways: dict[tuple[str, str], list[Binding]] = {}
    for binding in preset.bindings:
        ways.setdefault((binding.context, f"{binding.run} {dict(binding.args)}"), []).append(binding)
    for (context, run), bindings in ways.items():
        eaten = [b for b in bindings if set(b.chord) & KEYS_OF_TERMINALS or re.fullmatch(r"f\d+", b.chord[0])]
        if len(eaten) == len(bindings):
            other = [b for b in preset.bindings if f"{b.run} {dict(b.args)}" == run and b not in eaten]
            assert other or run.startswith(("ui.leave", "ui.save")), f"{context}: {run}"


@pytest.mark.parametrize("preset", KEY_PRESETS)
def test_digits_are_counts_and_start_no_chord_where_counts_exist(preset: str) -> None:
    made = load_preset(preset)
    for binding in made.bindings:
        counts = binding.context not in made.uncounted
        assert not counts or not binding.chord[0].isdigit() or binding.chord == ("0",), binding
    assert made.uncounted == {"mask", "rating"}


def test_help_lists_every_context_and_action_with_its_keys() -> None:
    preset = load_preset("default")
    text = keymap.format_keymap_help(preset)
    for context, title in preset.titles.items():
        if preset.by_context.get(context):
            assert title in text
    assert "g b" in text
    assert "[shot.make]" in text


def test_footer_names_only_first_chords() -> None:
    for binding in load_preset("default").bindings:
        assert not (binding.foot and binding.alias), binding


def test_own_file_overrides_the_preset(tmp_path: Path) -> None:
    own = tmp_path / "keymap.toml"
    own.write_text(
        '[storyboard]\ndrop = ["x"]\nkeys = [{ on = "M", run = "shot.make", note = "make" }]\n',
        encoding="utf-8",
    )
    keymap = keymap_file.load_keymap("default", own)
    table = keymap.by_context["storyboard"]
    assert table[("M",)].run == "shot.make"
    assert ("x",) not in table
    assert ("c", "c") in table


BROKEN = {
    "[instead]\nkeys = 3\n": "list of lines",
    '[instead]\nkeys = [{ on = "delete", off = "x" }]\n': "off",
    '[instead]\nkeys = [{ on = ["delete", "x"], of = "x" }]\n': "“on”",
    "[storyboard\n": "line 1",
    "[storybord]\nkeys = []\n": "similar names: storyboard",
    "keys = 3\n": "keymap.toml",
    "timeline = 3\n": r"\[timeline\]",
    "[timeline]\nkyes = []\n": "kyes",
    '[timeline]\nkeys = "x"\n': "list of lines",
    '[home]\nkeys = [{ on = "a" }]\n': "on, run and note",
    '[home]\nkeys = [{ on = "a", run = "x", note = "y", foo = 1 }]\n': "foo",
    '[home]\nkeys = [{ on = 3, run = "x", note = "y" }]\n': "written as text",
    '[home]\nkeys = [{ on = "", run = "x", note = "y" }]\n': "written as text",
    '[home]\nkeys = [{ on = "a", run = 3, note = "y" }]\n': "run must",
    '[home]\nkeys = [{ on = "a", run = "x", note = "y", args = 3 }]\n': "args must",
    '[home]\nkeys = [{ on = "a", run = "x", note = "y", role = "king" }]\n': "king",
    "[timeline]\ndrop = 3\n": "drop",
    '[timeline]\ndrop = ["gz"]\n': "g z",
    '[timeline]\nkeys = [{ on = "Ctrl+X", run = "ui.play", note = "y" }]\n': r"ctrl\+x",
    '[timeline]\nkeys = [{ on = "meta+hyper", run = "ui.play", note = "y" }]\n': "letters, signs",
    '[timeline]\nkeys = [{ on = "5", run = "ui.play", note = "y" }]\n': "digits are counts",
    '[timeline]\nkeys = [{ on = "Y", run = "ui.plays", note = "y" }]\n': "similar names: ui.play",
    '[timeline]\nkeys = [{ on = "Y", run = "cut.splitt", note = "y" }]\n': "similar names: cut.split",
    '[timeline]\nkeys = [{ on = "Y", run = "ui.move", args = { to = "nowhere" }, note = "y" }]\n': "nowhere",
}


@pytest.mark.parametrize("text", BROKEN)
def test_damaged_file_is_one_sentence(tmp_path: Path, text: str) -> None:
    own = tmp_path / "keymap.toml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        keymap_file.load_keymap("default", own, commands=list_all_commands())
    assert re.search(BROKEN[text], f"{refused.value}  {refused.value.hint}")
    assert "keymap.toml" in str(refused.value)


def test_keys_are_displayed_as_in_help_and_keep_their_role(tmp_path: Path) -> None:
    own = tmp_path / "keymap.toml"
    lines = [
        '{ on = ["S-→", "PgDn", "F9"], run = "ui.move", args = { to = "next_edit" }, note = "edit" }',
        '{ on = "Y", run = "ui.extract", note = "extract" }',
    ]
    own.write_text(f"[timeline]\nkeys = [{', '.join(lines)}]\n", encoding="utf-8")
    table = keymap_file.load_keymap("nle", own).by_context["timeline"]
    assert [table[key,].role for key in ("shift+right", "pagedown", "f9")] == [Role.MOTION] * 3
    assert table["Y",].role is Role.OPERATOR


def test_missing_preset_is_reported() -> None:
    with pytest.raises(BadInput, match="emacs"):
        load_preset("emacs")


@pytest.mark.long("screens")
@pytest.mark.parametrize("preset", KEY_PRESETS)
def test_preset_has_every_action_of_the_timeline(preset: str) -> None:
    def acts(of: str, context: str) -> set[str]:
        keymap = keymap_file.load_keymap(of)
        return {f"{b.run} {dict(b.args)}" for b in keymap.list_bindings_in_reach((context, "timeline"))}

    for context in ("timeline", "trim", "visual"):
        assert acts(preset, context) >= acts("default", context)


# Letters of moves and common actions that a Vim user knows.
VIM = {"h", "j", "k", "x", "y", "u", "U", "D", "G", "q"}
COMMON = {
    "ui.undo": "ctrl+z", "ui.redo": "ctrl+y", "ui.finder": "ctrl+f", "ui.palette": "ctrl+p", "ui.help": "F1",
    "ui.save": "ctrl+s", "ui.leave": "ctrl+q", "ui.enter": "Enter", "ui.out": "Esc", "ui.down": "↓",
    "ui.delete": "Delete", "shot.make": "ctrl+g", "cut.remove": "Delete", "ui.insert": "ctrl+v",
    "ui.full_screen": "F11",
}  # fmt: skip


def test_plain_preset_has_one_key_for_each_status_line_action() -> None:
    preset = load_preset("plain")
    by_letter = {("card", "y"), ("confirm", "y")}
    for context in preset.titles:
        for binding in preset.by_context.get(context, {}).values():
            if binding.foot:
                key = binding.chord[0]
                assert len(binding.chord) == 1, (context, binding)
                assert key not in VIM or (context, key) in by_letter, (context, binding)


@pytest.mark.parametrize("run", COMMON)
def test_plain_preset_uses_the_keys_of_other_programs(run: str) -> None:
    preset = load_preset("plain")
    titles = {
        context
        for context in preset.titles
        if any(b.run == run for b in preset.list_bindings_in_reach((context,)))
    }
    assert titles
    for context in titles - {"card", "confirm", "spec", "browser", "viewing_hand", "overlay"}:
        contexts = (context, *preset.parents.get(context, ()))
        assert preset.find_chord(run, contexts) == COMMON[run], (context, preset.find_chord(run, contexts))


def test_plain_preset_has_every_action_of_every_screen() -> None:
    plain, usual = load_preset("plain"), load_preset("default")
    for context in usual.titles:
        contexts = (context, *usual.parents.get(context, ()))
        lost = {f"{b.run} {dict(b.args)}" for b in usual.list_bindings_in_reach(contexts)} - {
            f"{b.run} {dict(b.args)}" for b in plain.list_bindings_in_reach(contexts)
        }
        assert not lost, (context, lost)


def test_own_binding_comes_first_in_the_place_of_the_old_one(tmp_path: Path) -> None:
    own = tmp_path / "keymap.toml"
    own.write_text(
        '[storyboard]\nkeys = [{ on = "M", run = "shot.make", note = "make" }]\n', encoding="utf-8"
    )
    keymap, usual = keymap_file.load_keymap("default", own), load_preset()
    assert keymap.find_chord("shot.make", ("storyboard",)) == "M"
    foot = [b.run for b in keymap.by_context["storyboard"].values() if b.foot]
    assert foot == [b.run for b in usual.by_context["storyboard"].values() if b.foot]


def test_nle_preset_has_its_usual_keys() -> None:
    table = load_preset("nle").by_context["timeline"]
    wanted = {
        "j": "ui.shuttle_back", "k": "ui.shuttle_stop", "l": "ui.shuttle_on", "b": "cut.split",
        ",": "ui.insert", ".": "ui.overwrite", "m": "ui.marker", "left": "ui.move", "right": "ui.move",
    }  # fmt: skip
    assert {key: table[(key,)].run for key in wanted} == wanted


def test_conflicts_of_own_keys_are_shown_in_help(tmp_path: Path) -> None:
    own = tmp_path / "keymap.toml"
    own.write_text(
        '[timeline]\nkeys = [{ on = "T m x", run = "ui.loop", note = "loop" }]\n', encoding="utf-8"
    )
    made = keymap_file.load_keymap("default", own)
    assert len(made.describe_conflicts()) == 1
    text = keymap.format_keymap_help(made)
    assert "Conflicting keys" in text
    assert "T m x" in text.rpartition("Conflicting keys")[2]
    assert "Conflicting keys" not in keymap.format_keymap_help(load_preset())


def test_key_table_lists_each_chord_once_by_its_current_meaning() -> None:
    preset = load_preset()
    found = dict(list_reachable_bindings(preset, ("visual", "timeline", "global")))
    chords = [binding.chord for bindings in found.values() for binding in bindings]
    assert len(chords) == len(set(chords))
    assert ("o",) not in [binding.chord for binding in found["timeline"]], "in visual it is the other end"
    assert ("i",) not in chords, "in visual it begins an object"
    rows = key_rows(preset, ("trim", "timeline", "global"), TextStyles(ANSI, False), {"ui.play"})
    plain = [f"{row.left.plain} {row.right.plain}" for row in rows]
    assert plain[0].startswith("Timeline, TRIM")
    assert any("ripple, roll, slip, slide" in line for line in plain)
    assert filter_act_rows(rows, "slip")[0].left.plain == "Timeline, TRIM"
    assert {row.left.plain for row in rows if not row.key and row.left.plain} <= {*ORDER, "Timeline, TRIM"}
    assert any(row.key == "s" for row in filter_act_rows(rows, "cut in half")), "by what others call it"


def test_roles_of_the_file_are_known() -> None:
    assert {binding.role for binding in load_preset("default").bindings} <= set(Role)
