"""Keys as values: the bindings of each context, the bindings that apply on a screen, conflicts, and the table
of keys in help.

Pure; `keymap_file` reads the files. A binding names a registered command (`cut.split`) or an action of a
screen (`ui.down`); nothing here runs them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

GLOBAL = "global"
# A function that replaces the placeholders in a text by keys. A placeholder names an action, `{ui.mark_set}`.
# It can have an argument, `{ui.move next_edit}`, name another screen, `{media:ui.yank}`, or have a shell
# command for the case that there is no key, `{ui.level|milimo cut louder CLIP}`.
InKeys = Callable[[str], str]
# Splits a hint into its clauses, so that a clause without a key can be left out.
BETWEEN_CLAUSES = re.compile(r"([,;] )(?![^{}]*\})")
ACT_NAMED = re.compile(r"\{(?:([a-z_]+):)?([a-z]+\.[a-z_]+)(?: ([a-z_]+))?(?:\|([^{}]*))?\}")
# Pairs (context, key) in which a context may redefine a key of its parent contexts. While a screenplay is
# written, Tab changes the kind of line, as in screenplay programs. The preset `plain` has the keys of
# ordinary text fields there.
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
    """The role of a binding in the grammar `["register] [count] operator [count] motion`."""

    ACT = "act"
    MOTION = "motion"
    OPERATOR = "operator"
    OBJECT = "object"
    RAW = "raw"  # The next key is the action's argument.
    # An operator that waits for no motion, but applies at once to the clip under the cursor or to the
    # selection.
    WHOLE = "whole"
    REGISTER = "register"  # The next key names a register; then the command continues.


@dataclass(frozen=True, slots=True)
class Binding:
    """A binding: it defines what a chord (one key or several keys in a row) runs in a context. `run` is the
    id of a command, or `ui.<action>`. `args` are arguments that are always given. `note` is the description
    for the user.
    """

    context: str
    chord: tuple[str, ...]
    run: str
    note: str
    role: Role = Role.ACT
    args: Mapping[str, Any] = field(default_factory=dict)
    foot: bool = False  # True if the binding is shown on the status line.
    text: bool = False  # True if the binding also applies while a text field has the focus.
    # True for a further chord of an action. It is listed in help, but never shown on the status line.
    alias: bool = False

    @property
    def is_ui(self) -> bool:
        return self.run.startswith("ui.")

    @property
    def act(self) -> str:
        """The name of the action, without `ui.`; empty if the binding runs a command."""
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


# Textual's name of each key by its displayed form: `S-Tab` is `shift+tab`.
KEYS = {name: key for key, name in _SHOWN.items()}


def format_chord(chord: Iterable[str]) -> str:
    """Return a chord as displayed: `g h`, `ctrl+o`, `S-Tab`."""
    return " ".join(
        _SHOWN.get(key, key.upper() if key[:1] == "f" and key[1:].isdigit() else key) for key in chord
    )


@dataclass(frozen=True)
class Keymap:
    """All bindings of a preset and the user's files. If a context has a chord twice, the first binding
    applies.
    """

    bindings: tuple[Binding, ...]
    titles: Mapping[str, str] = field(default_factory=dict)  # The heading of each context in help.
    parents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)  # The page of the documentation on each context.
    uncounted: frozenset[str] = frozenset()  # Contexts in which digits are ordinary keys instead of counts.

    @cached_property
    def by_context(self) -> dict[str, dict[tuple[str, ...], Binding]]:
        out: dict[str, dict[tuple[str, ...], Binding]] = {name: {} for name in self.titles}
        for binding in self.bindings:
            out.setdefault(binding.context, {}).setdefault(binding.chord, binding)
        return out

    def list_bindings_in_reach(self, contexts: Iterable[str]) -> tuple[Binding, ...]:
        """Return the bindings that apply in these contexts. If several contexts have the same chord, the
        first context's binding applies.
        """
        seen: dict[tuple[str, ...], Binding] = {}
        for context in contexts:
            for chord, binding in self.by_context.get(context, {}).items():
                seen.setdefault(chord, binding)
        return tuple(seen.values())

    def find_chord(self, run: str, contexts: Iterable[str], value: str = "") -> str:
        """Return the chord of the command or action `run` as displayed; empty if it has none. If there are
        several chords, the first is returned. An alias is only returned if there is no other chord.

        If `value` is given, only a binding with this argument counts (`next_edit` for `ui.move`).
        """
        found = [
            binding
            for binding in self.list_bindings_in_reach(contexts)
            if binding.run == run and (not value or value in (*binding.args, *binding.args.values()))
        ]
        return format_chord(min(found, key=lambda binding: binding.alias).chord) if found else ""

    def with_keys(self, hint: str, contexts: Iterable[str]) -> str:
        """Return a hint with its placeholders replaced by the present keys. A placeholder is, for example,
        `{ui.mark_set}` or `{ui.move next_edit}`.

        If an action has no key, the shell command in its placeholder is shown. If there is no shell command
        either, the clause of the hint is left out, because the user could not follow it. A registered command
        without a key is shown as the text to type after `:`.
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
        """Return a description of each conflict: a chord that is bound twice in a context, a chord with which
        a longer chord begins, and a global key that a context redefines.
        """
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
                # No conflict: `m m` may be bound next to `m`, which takes any further key as its argument.
                # The complete chord takes precedence.
                continue
            if short.role is Role.OPERATOR and long.chord == short.chord * 2:
                continue  # No conflict: a doubled operator such as `d d` may have its own binding.
            found.append(
                f"{a.context}: {format_chord(a.chord)} ({a.run}) meets {b.context}: "
                f"{format_chord(b.chord)} ({b.run})"
            )
    return found


def _can_meet(a: Binding, b: Binding) -> bool:
    """Return True if both bindings can apply in the same situation. Text objects apply only after an
    operator. After an operator, motions apply too, but no other bindings.
    """
    return Role.OBJECT not in (a.role, b.role) or {a.role, b.role} <= {Role.OBJECT, Role.MOTION}


def _may_override(own: Binding, parent: Binding) -> bool:
    """Return True if a context's binding may redefine a chord of its parent context.

    If the parent is a list, or the screen to which a mode belongs, every chord may be redefined. A global
    chord must keep its action; only its note may differ.
    """
    return own.chord == parent.chord and (parent.context != GLOBAL or own.run == parent.run)


def is_selecting(contexts: Iterable[str]) -> bool:
    """Return True in visual mode. Operators then apply to the selection at once, and `i` and `a` begin
    objects.
    """
    return not {"visual", "script_visual"}.isdisjoint(contexts)


def format_keymap_help(keymap: Keymap) -> str:
    """Return the text of `milimo help keys`: a block for each context, and a line for each action with all
    its keys.
    """
    blocks = []
    for context, title in keymap.titles.items():
        rows = list_help_rows(keymap, context)
        if rows:
            width = max(len(keys) for keys, _, _ in rows)
            lines = [f"  {keys:<{width}}  {note}{f'  [{run}]' if run else ''}" for keys, note, run in rows]
            blocks.append("\n".join([title, *lines]))
    conflicts = keymap.describe_conflicts()
    if conflicts:
        blocks.append(
            "\n".join(["Conflicting keys: only the first works", *(f"  {each}" for each in conflicts)])
        )
    return "\n\n".join(blocks) + "\n"


def list_help_rows(keymap: Keymap, context: str) -> list[tuple[str, str, str]]:
    """Return a tuple (keys, note, command id) for each action of a context. The keys include aliases; the id
    is empty for an action of a screen.
    """
    rows: dict[tuple[str, str], list[str]] = {}
    for binding in keymap.by_context.get(context, {}).values():
        key = format_chord(binding.chord) + ("…" if binding.role in (Role.RAW, Role.REGISTER) else "")
        rows.setdefault((binding.note, "" if binding.is_ui else binding.run), []).append(key)
    return [("  ".join(keys), note, run) for (note, run), keys in rows.items()]
