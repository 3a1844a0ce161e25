"""Keys as values: bindings by context, bindings in reach, conflicts, and the table in help.

Pure; `keymap_file` reads the files. A binding names a command of the registry (`cut.split`) or an action of
the screen (`ui.down`); nothing here runs them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

GLOBAL = "global"
# Placeholders: `{ui.mark_set}`, `{ui.move next_edit}` with an argument, `{media:ui.yank}` on another screen,
# and with a shell command as fallback: `{ui.level|milimo cut louder CLIP}`.
InKeys = Callable[[str], str]  # Replaces the placeholders of actions in a text by their keys.
BETWEEN_CLAUSES = re.compile(r"([,;] )(?![^{}]*\})")  # Splits a hint into clauses.
ACT_NAMED = re.compile(r"\{(?:([a-z_]+):)?([a-z]+\.[a-z_]+)(?: ([a-z_]+))?(?:\|([^{}]*))?\}")
# KEYS: global keys that a context may redefine. While writing, Tab changes the kind of line, as in screenplay
# programs; the plain preset has the keys of ordinary text fields.
ALLOWED_SHADOWS = frozenset(
    {
        ("trim", "tab"),
        ("writing", "tab"),
        ("writing", "shift+tab"),
        ("writing_plain", "tab"),
        ("writing_offers", "tab"),
        ("writing_offers", "ctrl+p"),
        ("writing_plain", "ctrl+z"),
        ("writing_plain", "ctrl+c"),
        ("writing_plain", "ctrl+y"),
    }
)


class Role(StrEnum):
    """The role of a chord in the grammar `["register] [count] operator [count] motion`."""

    ACT = "act"
    MOTION = "motion"
    OPERATOR = "operator"
    OBJECT = "object"
    RAW = "raw"  # Takes the next key unchanged.
    # An operator without a motion: it acts on the clip under the cursor, or on the selection.
    WHOLE = "whole"
    REGISTER = "register"  # Takes the next key as a register's name; the command continues.


@dataclass(frozen=True, slots=True)
class Binding:
    """A line of the keymap. `run` is a command id or `ui.<action>`; `args` are its fixed arguments."""

    context: str
    chord: tuple[str, ...]
    run: str
    note: str
    role: Role = Role.ACT
    args: Mapping[str, Any] = field(default_factory=dict)
    foot: bool = False  # Shown on the status line.
    text: bool = False  # Applies while a text field has the focus.
    alias: bool = False  # Listed in help, never on the status line.

    @property
    def is_ui(self) -> bool:
        return self.run.startswith("ui.")

    @property
    def act(self) -> str:
        """The action's name after `ui.`; empty for a command of the registry."""
        return self.run[3:] if self.is_ui else ""


_SHOWN = {
    "escape": "Esc",
    "enter": "Enter",
    "tab": "Tab",
    "shift+tab": "S-Tab",
    "backspace": "Backspace",
    "space": "space",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "shift+left": "S-←",
    "shift+right": "S-→",
    "shift+up": "S-↑",
    "shift+down": "S-↓",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "insert": "Insert",
    "delete": "Delete",
    "shift+delete": "S-Delete",
    "ctrl+left": "ctrl+←",
    "ctrl+right": "ctrl+→",
    "ctrl+up": "ctrl+↑",
    "ctrl+down": "ctrl+↓",
    "ctrl+home": "ctrl+Home",
    "ctrl+end": "ctrl+End",
    "ctrl+pageup": "ctrl+PgUp",
    "ctrl+pagedown": "ctrl+PgDn",
}


# Key names by the form shown in help: `S-Tab` → `shift+tab`.
KEYS = {name: key for key, name in _SHOWN.items()}


def format_chord(chord: Iterable[str]) -> str:
    """Format a chord as people write it: `g h`, `ctrl+o`, `S-Tab`."""
    return " ".join(
        _SHOWN.get(key, key.upper() if key[:1] == "f" and key[1:].isdigit() else key) for key in chord
    )


@dataclass(frozen=True)
class Keymap:
    """All bindings, by context in the order of the file. The first binding of a chord in a context
    applies.
    """

    bindings: tuple[Binding, ...]
    titles: Mapping[str, str] = field(default_factory=dict)  # context → heading in help
    parents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)  # context → its page of docs
    uncounted: frozenset[str] = frozenset()  # contexts in which digits are keys, not counts

    @cached_property
    def by_context(self) -> dict[str, dict[tuple[str, ...], Binding]]:
        out: dict[str, dict[tuple[str, ...], Binding]] = {name: {} for name in self.titles}
        for binding in self.bindings:
            out.setdefault(binding.context, {}).setdefault(binding.chord, binding)
        return out

    def list_bindings_in_reach(self, contexts: Iterable[str]) -> tuple[Binding, ...]:
        """Return the bindings in reach, the nearest context first, each chord once."""
        seen: dict[tuple[str, ...], Binding] = {}
        for context in contexts:
            for chord, binding in self.by_context.get(context, {}).items():
                seen.setdefault(chord, binding)
        return tuple(seen.values())

    def find_chord(self, run: str, contexts: Iterable[str], value: str = "") -> str:
        """Return the first chord of a command or action as people write it; an alias if there is no other,
        empty if none.

        `value`: find the binding with that argument (`next_edit` of `ui.move`).
        """
        found = [
            binding
            for binding in self.list_bindings_in_reach(contexts)
            if binding.run == run and (not value or value in (*binding.args, *binding.args.values()))
        ]
        return format_chord(min(found, key=lambda binding: binding.alias).chord) if found else ""

    def with_keys(self, hint: str, contexts: Iterable[str]) -> str:
        """Replace the actions in a hint by their present keys: `{ui.mark_set} a`, `{ui.move next_edit}`.

        Without a key, the placeholder's shell command is shown, or else the command after `:`. A clause with
        a screen's action that has neither is left out, because the user could not follow it.
        """
        here = tuple(contexts)
        lacking = False

        def keys(found: re.Match[str]) -> str:
            nonlocal lacking
            place, run, value, shell = found.groups(default="")
            within = (place, *self.parents.get(place, ())) if place else here
            named = self.find_chord(run, within, value) or shell
            lacking |= not named and run.startswith("ui.")
            return named or f":{run}"

        filled = ""
        pieces = BETWEEN_CLAUSES.split(hint)
        for place in range(0, len(pieces), 2):
            lacking = False
            clause = ACT_NAMED.sub(keys, pieces[place])
            if not lacking:
                filled += (pieces[place - 1] if filled else "") + clause
        return filled

    def describe_conflicts(self) -> tuple[str, ...]:
        """Describe conflicts: a repeated chord, a chord that begins another, a redefined global key."""
        found: list[str] = []
        for context in self.by_context:
            own = [binding for binding in self.bindings if binding.context == context]
            for index, binding in enumerate(own):
                found += _describe_clashes([binding], own[index + 1 :], same=True)
            for parent in self.parents.get(context, ()):
                theirs = [binding for binding in self.bindings if binding.context == parent]
                found += _describe_clashes(own, theirs, same=False)
        return tuple(dict.fromkeys(found))


def _describe_clashes(first: list[Binding], second: list[Binding], *, same: bool) -> list[str]:
    found = []
    for a in first:
        for b in second:
            if a is b or not _can_meet(a, b):
                continue
            if not same and ((a.context, " ".join(a.chord)) in ALLOWED_SHADOWS or _may_override(a, b)):
                continue
            short, long = sorted((a, b), key=lambda binding: len(binding.chord))
            if long.chord[: len(short.chord)] != short.chord:
                continue
            if short.role in (Role.RAW, Role.REGISTER) and len(long.chord) == len(short.chord) + 1:
                continue  # With `m m` and `m{a}`, the exact chord wins.
            if short.role is Role.OPERATOR and long.chord == short.chord * 2:
                continue  # A doubled operator may have its own binding.
            found.append(
                f"{a.context}: {format_chord(a.chord)} ({a.run}) meets {b.context}: "
                f"{format_chord(b.chord)} ({b.run})"
            )
    return found


def _can_meet(a: Binding, b: Binding) -> bool:
    """Return True if both bindings can be typed at the same moment: objects only apply after an operator."""
    return Role.OBJECT not in (a.role, b.role) or {a.role, b.role} <= {Role.OBJECT, Role.MOTION}


def _may_override(own: Binding, parent: Binding) -> bool:
    """Return True if a context may redefine the chord of a parent context.

    A chord of a list, or of the screen whose mode the context is, may be redefined. A global chord may only
    get another note for the same action.
    """
    return own.chord == parent.chord and (parent.context != GLOBAL or own.run == parent.run)


def is_selecting(contexts: Iterable[str]) -> bool:
    """Return True if a selection is active: operators act at once, and `i` and `a` begin objects."""
    return not {"visual", "script_visual"}.isdisjoint(contexts)


def format_keymap_help(keymap: Keymap) -> str:
    """Return the table for `milimo help keys`: a block for each context, all keys of an action on one
    line.
    """
    blocks = []
    for context, title in keymap.titles.items():
        rows = list_help_rows(keymap, context)
        if rows:
            width = max(len(keys) for keys, _, _ in rows)
            lines = [f"  {keys:<{width}}  {note}{f'  [{run}]' if run else ''}" for keys, note, run in rows]
            blocks.append("\n".join([title, *lines]))
    met = keymap.describe_conflicts()
    if met:
        blocks.append("\n".join(["Keys that meet: only the first one acts", *(f"  {each}" for each in met)]))
    return "\n\n".join(blocks) + "\n"


def list_help_rows(keymap: Keymap, context: str) -> list[tuple[str, str, str]]:
    """Return (keys, note, command id or empty) for one context, with aliases on their action's line."""
    rows: dict[tuple[str, str], list[str]] = {}
    for binding in keymap.by_context.get(context, {}).values():
        key = format_chord(binding.chord) + ("…" if binding.role in (Role.RAW, Role.REGISTER) else "")
        rows.setdefault((binding.note, "" if binding.is_ui else binding.run), []).append(key)
    return [("  ".join(keys), note, run) for (note, run), keys in rows.items()]
