"""The user's own keys as values: set another key for an action, find conflicts, and format all keys as a
keymap file. Pure functions.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from milimo_tui.tui.keys.keymap import Binding, Keymap, Role, format_chord

# Keys that can't be redefined: Esc must always leave the present mode or screen. Digits are excluded
# separately, because they are counts.
_NEVER = ("escape",)


@dataclass(frozen=True, slots=True)
class KeyConflict:
    """A conflict of a new key with an existing binding. `is_in_the_way` is True if one of the two bindings
    could not be typed; the new key is then refused.
    """

    words: str
    is_in_the_way: bool = False


def set_own_key(own: Sequence[Binding], binding: Binding, chord: tuple[str, ...]) -> tuple[Binding, ...]:
    """Return the user's keys with `chord` for the action `binding`. Earlier keys of the user for this action
    or with this chord are replaced.
    """
    is_text = binding.text and not any(len(key) == 1 for key in chord)
    made = replace(binding, chord=chord, alias=False, foot=False, text=is_text)
    kept = [
        each
        for each in own
        if each.context != binding.context or (each.chord != chord and not has_same_action(each, binding))
    ]
    return (*kept, made)


def remove_own_keys(own: Sequence[Binding], binding: Binding) -> tuple[Binding, ...]:
    """Return the user's keys without those for the action `binding`."""
    return tuple(
        each for each in own if each.context != binding.context or not has_same_action(each, binding)
    )


def has_same_action(one: Binding, other: Binding) -> bool:
    """Return True if two bindings run the same command or action with the same arguments."""
    return one.run == other.run and dict(one.args) == dict(other.args)


def find_key_conflicts(keymap: Keymap, act: Binding, chord: tuple[str, ...]) -> list[KeyConflict]:
    """Return the conflicts of `chord` as a key for the action `act`.

    The chord is compared with the action's own context, with its parent contexts, and with contexts that
    inherit from it.
    """
    if chord[0] in _NEVER:
        return [KeyConflict("Esc is fixed: it always goes back", True)]
    if chord[0].isdigit() and chord != ("0",):
        return [KeyConflict("digits are counts: begin with another key", True)]
    found: list[KeyConflict] = []
    for context in (act.context, *keymap.parents.get(act.context, ())):
        for other, binding in keymap.by_context.get(context, {}).items():
            if not (has_same_action(binding, act) and binding.context == act.context):
                meeting = _find_key_conflict(keymap, act, chord, other, binding)
                found += [meeting] if meeting is not None else []
    return sorted(found, key=lambda each: not each.is_in_the_way) + _find_hiding_keys(keymap, act, chord)


def _find_hiding_keys(keymap: Keymap, act: Binding, chord: tuple[str, ...]) -> list[KeyConflict]:
    """Return a conflict if contexts that inherit from the action's context use the chord already. In those
    contexts, the chord keeps its present meaning and does not run the action.
    """
    nearer = [name for name, parents in keymap.parents.items() if act.context in parents]
    there = {
        keymap.titles.get(name, name): binding.note
        for name in nearer
        for other, binding in keymap.by_context.get(name, {}).items()
        if other[: len(chord)] == chord and not has_same_action(binding, act)
    }
    if not there:
        return []
    title, note = next(iter(there.items()))
    more = f" and {len(there) - 1} more" if len(there) > 1 else ""
    return [KeyConflict(f"{format_chord(chord)} still means “{note}” on {title}{more}")]


def _find_key_conflict(
    keymap: Keymap, act: Binding, chord: tuple[str, ...], other: tuple[str, ...], binding: Binding
) -> KeyConflict | None:
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
        return KeyConflict(
            f"{format_chord(other)} means “{binding.note}”{where}: one begins with the other", True
        )
    if has_same_action(binding, act):
        return None
    if binding.context != act.context:
        return KeyConflict(f"{format_chord(other)} means “{binding.note}”{where}, but no longer here")
    rest = [
        format_chord(each.chord)
        for each in keymap.by_context[binding.context].values()
        if has_same_action(each, binding) and each.chord != other
    ]
    left = f"that action keeps {rest[0]}" if rest else "that action then has no key"
    return KeyConflict(f"{format_chord(other)} means “{binding.note}” now; {left}")


def format_own_keys_file(own: Iterable[Binding], preset: str) -> str:
    """Return the user's keys as the text of a keymap file."""
    by_context: dict[str, list[Binding]] = {}
    for each in own:
        by_context.setdefault(each.context, []).append(each)
    out = [f"# Keys made in the studio (g k), over the preset {preset}.", ""]
    for context, bindings in by_context.items():
        out += [
            f"[{context}]",
            "keys = [",
            *(f"  {_format_keymap_line(each)}," for each in bindings),
            "]",
            "",
        ]
    return "\n".join(out)


def _format_keymap_line(binding: Binding) -> str:
    """Return a binding as a line of a keymap file, in TOML."""
    fields = [f"on = {_quote_toml_text(' '.join(binding.chord))}", f"run = {_quote_toml_text(binding.run)}"]
    if binding.args:
        args = ", ".join(f"{name} = {_format_key_file_value(value)}" for name, value in binding.args.items())
        fields.append(f"args = {{ {args} }}")
    fields.append(f"note = {_quote_toml_text(binding.note)}")
    if binding.role is not Role.ACT:
        fields.append(f"role = {_quote_toml_text(binding.role.value)}")
    if binding.text:
        fields.append("text = true")
    return f"{{ {', '.join(fields)} }}"


def _quote_toml_text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)


def _format_key_file_value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _quote_toml_text(value) if isinstance(value, str) else str(value)
