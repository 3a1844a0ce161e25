"""Keymap files: `keymap.toml`, a preset over it, the person's own over both. Each is checked as it is read.

Reads those files and nothing else. An error is a sentence with the context and the chord.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.reasons import reason
from milimo_tui.core.spelling import closest_names
from milimo_tui.tui.keys.keymap import GLOBAL, KEYS, Binding, Keymap, Role, show

FOLDER = Path(__file__).parent
PRESETS = ("default", "nle")
SHAPE = '{ on = "g h", run = "cut.split", note = "split" }'  # a line of a keymap
_HINT = "milimo help keys lists keys, contexts and commands"

_LINE = ("on", "run", "note", "role", "args", "foot", "text", "alias")
_TABLE = ("title", "under", "keys", "drop")
_NAMED = "escape|enter|tab|backspace|space|left|right|up|down|home|end|pageup|pagedown|insert|delete"
_SYMBOLS = "underscore|at|backslash|right_square_bracket|circumflex_accent"
_FUNCTION = re.compile(r"F\d\d?")
_KEY = re.compile(rf"((ctrl|shift|alt)\+)*({_NAMED}|f\d\d?)|ctrl\+([a-z]|{_SYMBOLS})")


def load(preset: str = "default", user: Path | None = None, *, commands: Collection[str] = ()) -> Keymap:
    """Load the keymap of a preset with the user's file over it; `commands`, where given, are all it may name.

    Raises BadInput with a sentence.
    """
    tables = _read(FOLDER / "keymap.toml")
    keymap = Keymap(
        tuple(binding for context, table in tables.items() for binding in _bindings("", context, table)),
        {context: table.get("title", context) for context, table in tables.items()},
        {
            context: tuple(table.get("under", (GLOBAL,) if context != GLOBAL else ()))
            for context, table in tables.items()
        },
        {context: table["page"] for context, table in tables.items() if "page" in table},
    )
    if preset not in PRESETS:
        raise BadInput(f"there is no key preset “{preset}”", f"presets: {', '.join(PRESETS)}")
    if preset != "default":
        path = FOLDER / f"keymap_{preset}.toml"
        keymap = _merge(keymap, path.name, _read(path), commands)
    if user is not None and user.exists():
        keymap = _merge(keymap, user.name, _read(user), commands)
    return keymap


def _read(path: Path) -> dict[str, Any]:
    """The tables of a keymap file. Raises BadInput with the line."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(
            f"{path.name}: {reason(error)}", f"[timeline] and keys = [{SHAPE}] make a file"
        ) from None
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from None


def _merge(base: Keymap, name: str, tables: Mapping[str, Any], commands: Collection[str]) -> Keymap:
    """Lay a preset or the user's file over a keymap: its lines win, `drop` lists chords that go."""
    bindings = list(base.bindings)
    for context, table in tables.items():
        if context not in base.titles:
            near = closest_names(context, list(base.titles))
            raise BadInput(
                f"{name}: there is no context [{context}]",
                f"near it: {near}" if near else f"contexts: {', '.join(base.titles)}",
            )
        where = f"{name}: [{context}]"
        if not isinstance(table, dict) or (unknown := sorted(set(table) - set(_TABLE))):
            problem = f"has no “{unknown[0]}”" if isinstance(table, dict) else "is a table"
            raise BadInput(f"{where} {problem}", 'a context has keys = […] and drop = ["x"]')
        added = [_checked(base, where, each, commands) for each in _bindings(where, context, table)]
        gone = {binding.chord for binding in added} | set(_chords(f"{where} drop", table.get("drop", [])))
        bindings = added + [b for b in bindings if b.context != context or b.chord not in gone]
    return Keymap(tuple(bindings), base.titles, base.parents, base.pages)


def _bindings(where: str, context: str, table: Mapping[str, Any]) -> list[Binding]:
    lines = table.get("keys", [])
    if not isinstance(lines, list) or not all(isinstance(each, dict) for each in lines):
        raise BadInput(f"{where} keys is a list of lines", f"a line: {SHAPE}")
    return [binding for each in lines for binding in _line(where, context, each)]


def _line(where: str, context: str, given: Mapping[str, Any]) -> list[Binding]:
    """The bindings of one line, one a chord."""
    where = f"{where} {given.get('on') or dict(given)}"
    unknown = sorted(set(given) - set(_LINE))
    if unknown or not {"on", "run", "note"} <= set(given):
        problem = f"“{unknown[0]}” is no field of a line" if unknown else "a line needs on, run and note"
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
            raise BadInput(f"{where}: {key} is {problem}", f"for example {SHAPE}")
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
        for index, chord in enumerate(_chords(where, given["on"]))
    ]


def _chords(where: str, given: object) -> list[tuple[str, ...]]:
    """Parse `"g h"`, or several chords, by the names of terminals' keys or by those that help shows."""
    written = [given] if isinstance(given, str) else given
    if not isinstance(written, list) or not all(isinstance(each, str) and each.strip() for each in written):
        raise BadInput(f"{where}: keys are written as text", 'for example "g h", or ["j", "down"] for two')
    return [_chord(where, each) for each in written]


def _chord(where: str, written: str) -> tuple[str, ...]:
    keys = tuple(
        KEYS.get(key, key.lower() if re.fullmatch(r"F\d\d?", key) else key) for key in written.split()
    )
    for key in keys:
        if (len(key) == 1 and key.isprintable()) or _KEY.fullmatch(key):
            continue
        if _KEY.fullmatch(key.lower()):
            hint = f"it is written {key.lower()}"
        elif len(key) < 4:
            hint = f"keys typed one after the other stand apart: {' '.join(key)}"
        else:
            hint = "keys are letters and signs, enter, space, left, pageup, f5 …, ctrl+x, shift+left"
        raise BadInput(f"{where}: there is no key “{key}”", hint)
    if keys[0].isdigit() and keys != ("0",):
        raise BadInput(
            f"{where}: {show(keys)} begins with a digit, and digits are counts", "begin with a letter"
        )
    return keys


def _checked(base: Keymap, where: str, binding: Binding, commands: Collection[str]) -> Binding:
    """Check that a binding's command, or its action with these arguments, exists. Raises BadInput.

    Without a role of its own it gets the one it has there in the keymap.
    """
    where = f"{where} {show(binding.chord)}"
    same = [each for each in base.bindings if each.run == binding.run]
    alike = [each for each in same if dict(each.args) == dict(binding.args)]
    if not binding.is_ui:
        if commands and binding.run not in commands:
            near = closest_names(binding.run, list(commands))
            raise BadInput(
                f"{where}: there is no command “{binding.run}”", f"near it: {near}" if near else _HINT
            )
    elif not same:
        near = closest_names(binding.run, sorted({each.run for each in base.bindings}))
        raise BadInput(f"{where}: there is no act “{binding.run}”", f"near it: {near}" if near else _HINT)
    elif not alike:
        ways = sorted({_args_text(each.args) for each in same})
        raise BadInput(
            f"{where}: {binding.run} has no {_args_text(binding.args)}", f"it has {', '.join(ways)}"
        )
    role = next((each.role for each in alike if each.context == binding.context), binding.role)
    return replace(binding, role=role) if binding.role is Role.ACT else binding


def _args_text(args: Mapping[str, Any]) -> str:
    return ", ".join(f'{key} = "{value}"' for key, value in args.items()) or "arguments"
