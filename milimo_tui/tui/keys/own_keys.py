"""The user's own keys as values: another key for an action, its conflicts, all keys as a keymap file. Pure
functions.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from milimo_tui.tui.keys.keymap import Binding, Keymap, Role, show

# Keys that can't be redefined: Esc leaves everything. (Digits are counts.)
_NEVER = ("escape",)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A conflict of a new key with an existing binding. `is_in_the_way`: with the new key, a binding could
    not be typed.
    """

    words: str
    is_in_the_way: bool = False


def with_key(own: Sequence[Binding], act: Binding, chord: tuple[str, ...]) -> tuple[Binding, ...]:
    """Return the user's keys with another chord for an action, replacing earlier keys of the action and of
    the chord.
    """
    is_text = act.text and not any(len(key) == 1 for key in chord)
    made = replace(act, chord=chord, alias=False, foot=False, text=is_text)
    kept = [
        each for each in own if each.context != act.context or (each.chord != chord and not same(each, act))
    ]
    return (*kept, made)


def without(own: Sequence[Binding], act: Binding) -> tuple[Binding, ...]:
    """Return the user's keys without those of an action."""
    return tuple(each for each in own if each.context != act.context or not same(each, act))


def same(one: Binding, other: Binding) -> bool:
    """Return True if two bindings of a context do the same."""
    return one.run == other.run and dict(one.args) == dict(other.args)


def meetings(keymap: Keymap, act: Binding, chord: tuple[str, ...]) -> list[Meeting]:
    """Return the conflicts of a chord for an action: in its context, in the parent contexts, and in contexts
    above it.
    """
    if chord[0] in _NEVER:
        return [Meeting("Esc is the way out, and stays it", True)]
    if chord[0].isdigit() and chord != ("0",):
        return [Meeting("digits are counts: begin with another key", True)]
    found: list[Meeting] = []
    for context in (act.context, *keymap.parents.get(act.context, ())):
        for other, binding in keymap.by_context.get(context, {}).items():
            if not (same(binding, act) and binding.context == act.context):
                meeting = _met(keymap, act, chord, other, binding)
                found += [meeting] if meeting is not None else []
    return sorted(found, key=lambda each: not each.is_in_the_way) + _stays(keymap, act, chord)


def _stays(keymap: Keymap, act: Binding, chord: tuple[str, ...]) -> list[Meeting]:
    """Return the conflict with screens above the action's context, where a nearer key keeps its meaning."""
    nearer = [name for name, parents in keymap.parents.items() if act.context in parents]
    there = {
        keymap.titles.get(name, name): binding.note
        for name in nearer
        for other, binding in keymap.by_context.get(name, {}).items()
        if other[: len(chord)] == chord and not same(binding, act)
    }
    if not there:
        return []
    title, note = next(iter(there.items()))
    more = f" and {len(there) - 1} more" if len(there) > 1 else ""
    return [Meeting(f"{show(chord)} stays {note} on {title}{more}")]


def _met(
    keymap: Keymap, act: Binding, chord: tuple[str, ...], other: tuple[str, ...], binding: Binding
) -> Meeting | None:
    short, long = sorted((chord, other), key=len)
    if long[: len(short)] != short:
        return None
    where = (
        "" if binding.context == act.context else f" ({keymap.titles.get(binding.context, binding.context)})"
    )
    if len(short) < len(long):
        raw = chord if len(chord) < len(other) else other
        takes = act.role if raw is chord else binding.role
        if takes in (Role.RAW, Role.REGISTER):
            return None
        return Meeting(f"{show(other)} is {binding.note}{where}: one begins with the other", True)
    if same(binding, act):
        return None
    if binding.context != act.context:
        return Meeting(f"{show(other)} is {binding.note}{where}; here no more")
    rest = [
        show(each.chord)
        for each in keymap.by_context[binding.context].values()
        if same(each, binding) and each.chord != other
    ]
    left = f"it keeps {rest[0]}" if rest else "it has no other key then"
    return Meeting(f"{show(other)} is {binding.note} now; {left}")


def as_text(own: Iterable[Binding], preset: str) -> str:
    """Return the user's keys as a keymap file."""
    by_context: dict[str, list[Binding]] = {}
    for each in own:
        by_context.setdefault(each.context, []).append(each)
    out = [f"# Keys made in the studio (g k), over the preset {preset}.", ""]
    for context, bindings in by_context.items():
        out += [f"[{context}]", "keys = [", *(f"  {_line(each)}," for each in bindings), "]", ""]
    return "\n".join(out)


def _line(binding: Binding) -> str:
    """Return a binding as a line of a keymap file."""
    fields = [f"on = {_text(' '.join(binding.chord))}", f"run = {_text(binding.run)}"]
    if binding.args:
        args = ", ".join(f"{name} = {_value(value)}" for name, value in binding.args.items())
        fields.append(f"args = {{ {args} }}")
    fields.append(f"note = {_text(binding.note)}")
    if binding.role is not Role.ACT:
        fields.append(f"role = {_text(binding.role.value)}")
    if binding.text:
        fields.append("text = true")
    return f"{{ {', '.join(fields)} }}"


def _text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(value) if isinstance(value, str) else str(value)
