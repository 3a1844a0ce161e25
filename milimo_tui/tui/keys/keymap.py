"""Keys as values: bindings by context, those in reach, conflicts, and their table in help.

Pure; `keymap_file` reads them. A binding names a command of the registry (`cut.split`) or an action of the
screen (`ui.down`); nothing here runs anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

GLOBAL = "global"
# `{ui.mark_set}`, `{ui.move next_edit}` with an argument, `{media:ui.yank}` on another screen, and with what
# is typed in a shell behind it: `{ui.level|milimo cut louder CLIP}`.
InKeys = Callable[[str], str]  # words that name acts, with the keys that do them where they are shown
BETWEEN_CLAUSES = re.compile(r"([,;] )(?![^{}]*\})")  # of a hint
ACT_NAMED = re.compile(r"\{(?:([a-z_]+):)?([a-z]+\.[a-z_]+)(?: ([a-z_]+))?(?:\|([^{}]*))?\}")
# KEYS: the global keys that a context may take over. Writing, Tab is the kind of line, as in programs for
# screenplays; the plain way has the keys that every plain text field has.
ALLOWED_SHADOWS = frozenset({
    ("trim", "tab"), ("writing", "tab"), ("writing", "shift+tab"), ("writing_plain", "tab"),
    ("writing_offers", "tab"), ("writing_offers", "ctrl+p"),
    ("writing_plain", "ctrl+z"), ("writing_plain", "ctrl+c"), ("writing_plain", "ctrl+y"),
})  # fmt: skip


class Role(StrEnum):
    """The role of a chord in the grammar `["register] [count] operator [count] motion`."""

    ACT = "act"
    MOTION = "motion"
    OPERATOR = "operator"
    OBJECT = "object"
    RAW = "raw"  # takes the next key as it is
    WHOLE = "whole"  # an operator that needs no motion: it acts on this clip, or on the selection
    REGISTER = "register"  # takes the next key as the register's name, then goes on


@dataclass(frozen=True, slots=True)
class Binding:
    """One line of the keymap. `run` is a command id or `ui.<act>`; `args` are fixed arguments of it."""

    context: str
    chord: tuple[str, ...]
    run: str
    note: str
    role: Role = Role.ACT
    args: Mapping[str, Any] = field(default_factory=dict)
    foot: bool = False  # named on the status line
    text: bool = False  # acts while a text field has the keys
    alias: bool = False  # listed in help, never on the status line

    @property
    def is_ui(self) -> bool:
        return self.run.startswith("ui.")

    @property
    def act(self) -> str:
        """The name after `ui.`, empty for a command of the registry."""
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


KEYS = {name: key for key, name in _SHOWN.items()}  # as help shows them: `S-Tab` → `shift+tab`


def show(chord: Iterable[str]) -> str:
    """Format a chord as people write it: `g h`, `ctrl+o`, `S-Tab`."""
    return " ".join(
        _SHOWN.get(key, key.upper() if key[:1] == "f" and key[1:].isdigit() else key) for key in chord
    )


@dataclass(frozen=True)
class Keymap:
    """All bindings, by context in the order of the file; the first line of a chord in a context counts."""

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

    def lookup(self, contexts: Iterable[str]) -> tuple[Binding, ...]:
        """Return the bindings in reach, the nearest context first, each chord once."""
        seen: dict[tuple[str, ...], Binding] = {}
        for context in contexts:
            for chord, binding in self.by_context.get(context, {}).items():
                seen.setdefault(chord, binding)
        return tuple(seen.values())

    def chord_of(self, run: str, contexts: Iterable[str], value: str = "") -> str:
        """Return the first chord of a command or action as people write it, an alias where it has no other.

        `value`: the one with that argument (`next_edit` of `ui.move`). Empty when none is bound.
        """
        found = [
            binding
            for binding in self.lookup(contexts)
            if binding.run == run and (not value or value in (*binding.args, *binding.args.values()))
        ]
        return show(min(found, key=lambda binding: binding.alias).chord) if found else ""

    def with_keys(self, hint: str, contexts: Iterable[str]) -> str:
        """Fill a hint with the keys that actions have now: `{ui.mark_set} a`, `{ui.move next_edit}`.

        Where no key does it, what is typed in a shell stands there, if the hint has that, else the command.
        What an act of a screen would do that has no key here is left out: there is no way to do it.
        """
        here = tuple(contexts)
        lacking = False

        def keys(found: re.Match[str]) -> str:
            nonlocal lacking
            place, run, value, shell = found.groups(default="")
            within = (place, *self.parents.get(place, ())) if place else here
            named = self.chord_of(run, within, value) or shell
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

    def conflicts(self) -> tuple[str, ...]:
        """Describe conflicts: a chord twice, one chord the beginning of another, a global key taken over."""
        found: list[str] = []
        for context in self.by_context:
            own = [binding for binding in self.bindings if binding.context == context]
            for index, binding in enumerate(own):
                found += _clashes([binding], own[index + 1 :], same=True)
            for parent in self.parents.get(context, ()):
                theirs = [binding for binding in self.bindings if binding.context == parent]
                found += _clashes(own, theirs, same=False)
        return tuple(dict.fromkeys(found))


def _clashes(first: list[Binding], second: list[Binding], *, same: bool) -> list[str]:
    found = []
    for a in first:
        for b in second:
            if a is b or not _meet(a, b):
                continue
            if not same and ((a.context, " ".join(a.chord)) in ALLOWED_SHADOWS or _refines(a, b)):
                continue
            short, long = sorted((a, b), key=lambda binding: len(binding.chord))
            if long.chord[: len(short.chord)] != short.chord:
                continue
            if short.role in (Role.RAW, Role.REGISTER) and len(long.chord) == len(short.chord) + 1:
                continue  # `m m` beside `m{a}`: the exact chord wins
            if short.role is Role.OPERATOR and long.chord == short.chord * 2:
                continue  # a doubled operator that has a line of its own
            found.append(
                f"{a.context}: {show(a.chord)} ({a.run}) meets {b.context}: {show(b.chord)} ({b.run})"
            )
    return found


def _meet(a: Binding, b: Binding) -> bool:
    """Say whether both can be typed at the same moment: objects only after an operator."""
    return Role.OBJECT not in (a.role, b.role) or {a.role, b.role} <= {Role.OBJECT, Role.MOTION}


def _refines(own: Binding, parent: Binding) -> bool:
    """Say whether a context may take over the chord of a list, or of the screen whose mode it is.

    Of the global layer it may name the very same action in its own words.
    """
    return own.chord == parent.chord and (parent.context != GLOBAL or own.run == parent.run)


def is_visual(contexts: Iterable[str]) -> bool:
    """Say whether something is being selected: operators act at once, `i` and `a` begin objects."""
    return not {"visual", "script_visual"}.isdisjoint(contexts)


def help_text(keymap: Keymap) -> str:
    """Return the table for `milimo help keys`: one block a context, keys of an action on one line."""
    blocks = []
    for context, title in keymap.titles.items():
        rows = help_rows(keymap, context)
        if rows:
            width = max(len(keys) for keys, _, _ in rows)
            lines = [f"  {keys:<{width}}  {note}{f'  [{run}]' if run else ''}" for keys, note, run in rows]
            blocks.append("\n".join([title, *lines]))
    met = keymap.conflicts()
    if met:
        blocks.append("\n".join(["Keys that meet: only the first one acts", *(f"  {each}" for each in met)]))
    return "\n\n".join(blocks) + "\n"


def help_rows(keymap: Keymap, context: str) -> list[tuple[str, str, str]]:
    """Return (keys, note, command id or empty) of one context, aliases on their action's line."""
    rows: dict[tuple[str, str], list[str]] = {}
    for binding in keymap.by_context.get(context, {}).values():
        key = show(binding.chord) + ("…" if binding.role in (Role.RAW, Role.REGISTER) else "")
        rows.setdefault((binding.note, "" if binding.is_ui else binding.run), []).append(key)
    return [("  ".join(keys), note, run) for (note, run), keys in rows.items()]
