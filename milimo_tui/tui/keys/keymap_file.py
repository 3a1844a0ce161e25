"""Read keymap files: `keymap.toml`, a preset over it, and the user's own file over both. Each file is checked
when it is read.

Errors are sentences that name the context and the chord. The module reads no other files.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.reasons import reason
from milimo_tui.core.settings import KEY_PRESETS
from milimo_tui.core.spelling import find_closest_names
from milimo_tui.tui.keys.keymap import GLOBAL, KEYS, Binding, Keymap, Role, format_chord

FOLDER = Path(__file__).parent
INSTEAD = "instead"  # Name of the table with chords that replace other chords in all contexts.
# Example of a line of a keymap, for error messages.
SHAPE = '{ on = "g h", run = "cut.split", note = "split" }'
_HINT = "milimo help keys lists keys, contexts and commands"

_LINE = ("on", "run", "note", "role", "args", "foot", "text", "alias")
_TABLE = ("title", "under", "keys", "drop")
_STAND_IN = ("on", "of", "run", "but")
SHAPE_INSTEAD = '{ on = "delete", of = "x" }'  # Example of a line of the table `instead`, for error messages.
_NAMED = "escape|enter|tab|backspace|space|left|right|up|down|home|end|pageup|pagedown|insert|delete"
_SYMBOLS = "underscore|at|backslash|right_square_bracket|circumflex_accent"
_KEY = re.compile(rf"((ctrl|shift|alt)\+)*({_NAMED}|f\d\d?)|ctrl\+([a-z]|{_SYMBOLS})")


def load_keymap(preset: str = "default", *users: Path | None, commands: Collection[str] = ()) -> Keymap:
    """Return the keymap of a preset, with the user's files applied over it in order. Missing files are
    skipped.

    If `commands` is given, bindings may only name these command ids. Raises BadInput.
    """
    tables = _read_keymap_tables(FOLDER / "keymap.toml")
    keymap = Keymap(
        tuple(
            binding
            for context, table in tables.items()
            for binding in _parse_context_bindings("", context, table)
        ),
        {context: table.get("title", context) for context, table in tables.items()},
        {
            context: tuple(table.get("under", (GLOBAL,) if context != GLOBAL else ()))
            for context, table in tables.items()
        },
        {context: table["page"] for context, table in tables.items() if "page" in table},
        frozenset(context for context, table in tables.items() if not table.get("counts", True)),
    )
    if preset not in KEY_PRESETS:
        raise BadInput(f"there is no key preset “{preset}”", f"presets: {', '.join(KEY_PRESETS)}")
    if preset != "default":
        path = FOLDER / f"keymap_{preset}.toml"
        keymap = _merge_keymap_tables(keymap, path.name, _read_keymap_tables(path), commands)
    for user in users:
        if user is not None and user.exists():
            keymap = _merge_keymap_tables(keymap, user.name, _read_keymap_tables(user), commands)
    return keymap


def read_file_bindings(path: Path, preset: str, commands: Collection[str] = ()) -> tuple[Binding, ...]:
    """Return the bindings that a keymap file adds to a preset, after checking them. Raises BadInput."""
    base, tables = load_keymap(preset), _read_keymap_tables(path)
    _merge_keymap_tables(base, path.name, tables, commands)
    return tuple(
        _check_binding(base, f"{path.name}: [{context}]", each, commands)
        for context, table in tables.items()
        if context != INSTEAD
        for each in _parse_context_bindings(path.name, context, table)
    )


def _read_keymap_tables(path: Path) -> dict[str, Any]:
    """Return the TOML tables of a keymap file. Raises BadInput, which names the line with the error."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path.name}: {reason(error)}", f"write [timeline], then keys = [{SHAPE}]") from None
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from None


def _merge_keymap_tables(
    base: Keymap, name: str, tables: Mapping[str, Any], commands: Collection[str]
) -> Keymap:
    """Return a keymap with the tables of the file `name` applied. The file's bindings take precedence; its
    `drop` lists chords to remove. Raises BadInput.
    """
    bindings = list(base.bindings)
    for context, table in tables.items():
        if context == INSTEAD:
            continue
        if context not in base.titles:
            near = find_closest_names(context, list(base.titles))
            raise BadInput(
                f"{name}: there is no context [{context}]",
                f"similar names: {near}" if near else f"contexts: {', '.join(base.titles)}",
            )
        where = f"{name}: [{context}]"
        if not isinstance(table, dict) or (unknown := sorted(set(table) - set(_TABLE))):
            problem = f"has no “{unknown[0]}”" if isinstance(table, dict) else "must be a table"
            raise BadInput(f"{where} {problem}", 'give a context keys = […] or drop = ["x"]')
        added = [
            _check_binding(base, where, each, commands)
            for each in _parse_context_bindings(where, context, table)
        ]
        if context not in base.uncounted:
            _refuse_leading_digits(where, added)
        dropped = {binding.chord for binding in added} | set(
            _parse_chords(f"{where} drop", table.get("drop", []))
        )
        bindings = _merge_bindings(added, bindings, {(context, chord) for chord in dropped})
    if INSTEAD in tables:
        bindings = _add_replacement_chords(
            bindings, _parse_replacement_chords(f"{name}: [{INSTEAD}]", tables[INSTEAD])
        )
    return replace(base, bindings=tuple(bindings))


def _make_action_identity(binding: Binding) -> tuple[str, str, str]:
    """Return the values that identify an action in a context. All chords of the action have them in
    common.
    """
    return binding.context, binding.run, str(sorted(binding.args.items()))


def _merge_bindings(
    added: list[Binding], before: list[Binding], dropped: set[tuple[str, tuple[str, ...]]]
) -> list[Binding]:
    """Return the bindings `before`, with `added` bindings and without the chords in `dropped` (pairs of
    context and chord).

    The added chords of an action are inserted before its old chords, and the first takes over their place on
    the status line. The old chords become aliases, so that only one chord of the action is shown.
    """
    own: dict[tuple[str, str, str], list[Binding]] = {}
    for each in added:
        own.setdefault(_make_action_identity(each), []).append(each)
    again = {act for act, bindings in own.items() if not all(each.alias for each in bindings)}
    footed = {_make_action_identity(each) for each in before if each.foot}
    places = {_make_action_identity(each) for each in before}
    out = [each for each in added if _make_action_identity(each) not in places]
    for each in before:
        act = _make_action_identity(each)
        for place, first in enumerate(own.pop(act, ())):
            out.append(replace(first, foot=first.foot or (act in footed and place == 0 and not first.alias)))
        if (each.context, each.chord) not in dropped:
            out.append(replace(each, alias=True, foot=False) if act in again else each)
    return out


@dataclass(frozen=True)
class _ReplacementChord:
    """A line of the table `instead` in a keymap file: the chord `on` replaces the chord `of` in all contexts.

    If `run` is not empty, only bindings for the actions in `run` are affected. The contexts in `but` are
    excluded.
    """

    on: tuple[str, ...]
    of: tuple[str, ...]
    run: tuple[str, ...]
    but: tuple[str, ...]

    def applies_to(self, binding: Binding) -> bool:
        """Return True if the chord of this binding should be replaced. The caller checks that the new chord
        is free.
        """
        is_named = not self.run or binding.run in self.run
        return binding.chord == self.of and is_named and binding.context not in self.but


def _parse_replacement_chords(where: str, table: object) -> list[_ReplacementChord]:
    """Parse the table `instead` of a keymap file, and return its replacement chords. Error messages begin
    with the text `where`. Raises BadInput.
    """
    lines = table.get("keys", []) if isinstance(table, dict) else None
    if not isinstance(lines, list) or not all(isinstance(each, dict) for each in lines):
        raise BadInput(f"{where} keys must be a list of lines", f"write a line as {SHAPE_INSTEAD}")
    out = []
    for given in lines:
        if unknown := sorted(set(given) - set(_STAND_IN)):
            problem = f"“{unknown[0]}” is not a field of a line"
            raise BadInput(f"{where}: {problem}", f"fields: {', '.join(_STAND_IN)}")
        on, of = _parse_chords(where, given.get("on", [])), _parse_chords(where, given.get("of", []))
        names = given.get("run", []), given.get("but", [])
        if len(on) != 1 or len(of) != 1 or not all(isinstance(each, list) for each in names):
            raise BadInput(f"{where}: a line needs one chord for “on” and one for “of”", SHAPE_INSTEAD)
        out.append(_ReplacementChord(on[0], of[0], *map(tuple, names)))
    return out


def _add_replacement_chords(bindings: list[Binding], stand_ins: list[_ReplacementChord]) -> list[Binding]:
    """Return the bindings with the replacement chords added, wherever the new chord is free. The new chord is
    shown; the old one becomes an alias.
    """
    for each in stand_ins:
        there = {(b.context, b.chord): _make_action_identity(b) for b in bindings}
        matching = [
            b
            for b in bindings
            if each.applies_to(b)
            and there.get((b.context, each.on), _make_action_identity(b)) == _make_action_identity(b)
        ]
        by_context: dict[str, list[Binding]] = {}
        for binding in matching:
            # A replacement such as Delete is a single key after which nobody expects to type a motion. The
            # operator therefore applies at once to the item under the cursor.
            role = Role.WHOLE if binding.role is Role.OPERATOR else binding.role
            made = replace(binding, chord=each.on, role=role, alias=False, foot=False)
            by_context.setdefault(binding.context, []).append(made)
        for context, added in by_context.items():
            bindings = _merge_bindings(added, bindings, {(context, each.on)})
    return bindings


def _parse_context_bindings(where: str, context: str, table: Mapping[str, Any]) -> list[Binding]:
    lines = table.get("keys", [])
    if not isinstance(lines, list) or not all(isinstance(each, dict) for each in lines):
        raise BadInput(f"{where} keys must be a list of lines", f"write a line as {SHAPE}")
    return [binding for each in lines for binding in _parse_binding_line(where, context, each)]


def _parse_binding_line(where: str, context: str, given: Mapping[str, Any]) -> list[Binding]:
    """Return the bindings of a keymap line, one for each of its chords. The second and later chords become
    aliases. Raises BadInput.
    """
    where = f"{where} {given.get('on') or dict(given)}"
    unknown = sorted(set(given) - set(_LINE))
    if unknown or not {"on", "run", "note"} <= set(given):
        problem = f"“{unknown[0]}” is not a field of a line" if unknown else "a line needs on, run and note"
        raise BadInput(f"{where}: {problem}", f"fields: {', '.join(_LINE)}; for example {SHAPE}")
    for key, kind, problem in (
        ("run", str, "the id of a command"),
        ("note", str, "two or three words"),
        ("args", dict, '{ name = "value" }'),
        ("foot", bool, "true or false"),
        ("text", bool, "true or false"),
        ("alias", bool, "true or false"),
    ):
        if not isinstance(given.get(key, kind()), kind):
            raise BadInput(f"{where}: {key} must be {problem}", f"for example {SHAPE}")
    try:
        role = Role(given.get("role", Role.ACT))
    except ValueError:
        raise BadInput(
            f"{where}: there is no role “{given['role']}”", f"roles: {', '.join(role.value for role in Role)}"
        ) from None
    return [
        Binding(
            context=context,
            chord=chord,
            run=given["run"],
            note=given["note"],
            role=role,
            args=given.get("args", {}),
            foot=given.get("foot", False) and index == 0,
            text=given.get("text", False),
            alias=given.get("alias", False) or index > 0,
        )
        for index, chord in enumerate(_parse_chords(where, given["on"]))
    ]


def _parse_chords(where: str, given: object) -> list[tuple[str, ...]]:
    """Return the chords written as `"g h"` or as a list of such texts. Keys have Textual's names or the names
    displayed in help. Raises BadInput.
    """
    written = [given] if isinstance(given, str) else given
    if not isinstance(written, list) or not all(isinstance(each, str) and each.strip() for each in written):
        raise BadInput(f"{where}: keys are written as text", 'for example "g h", or ["j", "down"] for two')
    return [_parse_chord(where, each) for each in written]


def _parse_chord(where: str, written: str) -> tuple[str, ...]:
    keys = tuple(
        KEYS.get(key, key.lower() if re.fullmatch(r"F\d\d?", key) else key) for key in written.split()
    )
    for key in keys:
        if (len(key) == 1 and key.isprintable()) or _KEY.fullmatch(key):
            continue
        if _KEY.fullmatch(key.lower()):
            hint = f"write it as {key.lower()}"
        elif len(key) < 4:
            hint = f"write spaces between keys that are typed one after the other: {' '.join(key)}"
        else:
            hint = "keys are letters, signs, enter, space, left, pageup, f5 …, ctrl+x, shift+left"
        raise BadInput(f"{where}: there is no key “{key}”", hint)
    return keys


def _refuse_leading_digits(where: str, bindings: Collection[Binding]) -> None:
    """Raise BadInput for a chord that begins with a digit, because digits are counts."""
    for binding in bindings:
        if binding.chord[0].isdigit() and binding.chord != ("0",):
            raise BadInput(
                f"{where}: {format_chord(binding.chord)} begins with a digit, and digits are counts",
                "let the chord begin with a letter",
            )


def _check_binding(base: Keymap, where: str, binding: Binding, commands: Collection[str]) -> Binding:
    """Check that a binding's command exists, or that its action exists with these arguments. Raises BadInput.

    Return the binding. If it has no role, it gets the role that the action has in this context of the keymap.
    """
    where = f"{where} {format_chord(binding.chord)}"
    same = [each for each in base.bindings if each.run == binding.run]
    same_args = [each for each in same if dict(each.args) == dict(binding.args)]
    if not binding.is_ui:
        if commands and binding.run not in commands:
            near = find_closest_names(binding.run, list(commands))
            raise BadInput(
                f"{where}: there is no command “{binding.run}”", f"similar names: {near}" if near else _HINT
            )
    elif not same:
        near = find_closest_names(binding.run, sorted({each.run for each in base.bindings}))
        raise BadInput(
            f"{where}: there is no action “{binding.run}”", f"similar names: {near}" if near else _HINT
        )
    elif not same_args:
        allowed = sorted({_format_binding_args(each.args) for each in same})
        raise BadInput(
            f"{where}: {binding.run} has no {_format_binding_args(binding.args)}",
            f"it has {', '.join(allowed)}",
        )
    role = next((each.role for each in same_args if each.context == binding.context), binding.role)
    return replace(binding, role=role) if binding.role is Role.ACT else binding


def _format_binding_args(args: Mapping[str, Any]) -> str:
    return ", ".join(f'{key} = "{value}"' for key, value in args.items()) or "arguments"
