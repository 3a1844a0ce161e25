"""The state machine of the keys: chords of several keys, counts, registers, operators, raw keys, Esc.

Pure: keys go in one at a time with the contexts in force, a `KeyCommand` comes out when one is whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, auto

from milimo_tui.tui.keys.keymap import Binding, Keymap, Role, is_visual, show

AIMED = frozenset({"ui.mark_jump", "ui.find_letter"})  # motions that take a raw key
LONGEST_COUNT = 6  # digits; more is a cat on the keyboard


@dataclass(frozen=True, slots=True)
class KeyCommand:
    """What was typed, whole. `count` is None when no digit was; counts around an operator multiply.

    `argument` is the raw key (`m{a}`). For an operator `target` is the motion or object, or the
    operator's own binding when it was doubled (`d d`), `target_argument` the motion's raw key. `typed` are
    the keys themselves, for a macro to type again.
    """

    binding: Binding
    count: int | None = None
    register: str = ""
    argument: str = ""
    target: Binding | None = None
    target_argument: str = ""
    typed: tuple[str, ...] = field(default=(), compare=False)

    @property
    def times(self) -> int:
        return self.count or 1

    @property
    def doubled(self) -> bool:
        return self.target is self.binding


class Press(Enum):
    """The result of a key that did not finish a command."""

    PENDING = auto()
    UNBOUND = auto()
    CLEARED = auto()


class KeyParser:
    """Takes keys by `press`; `pending` and `continuations` describe what is half typed."""

    def __init__(self, keymap: Keymap) -> None:
        self.keymap = keymap
        self.at_once: set[str] = set()  # acts whose raw key is not asked for (`Q` while recording)
        self.reset()

    def reset(self) -> None:
        """Forget what is half typed."""
        self._keys: tuple[str, ...] = ()
        self._digits = ""
        self._operator: Binding | None = None
        self._operator_count = ""
        self._register = ""
        self._typed: tuple[str, ...] = ()

    @property
    def pending(self) -> str:
        """What is half typed, as people write it: `2 d 3 g`."""
        return show(self._typed)

    @property
    def operator(self) -> Binding | None:
        """The operator that waits for its motion or object."""
        return self._operator

    @property
    def is_pending(self) -> bool:
        return bool(self._typed)

    def press(self, key: str, contexts: tuple[str, ...], *, typing: bool = False) -> KeyCommand | Press:
        """Take one key. While a text field has the keys (`typing`) only chords marked `text` count."""
        if typing:
            for context in contexts:
                binding = self.keymap.by_context.get(context, {}).get((key,))
                if binding is not None and binding.text:
                    self.reset()
                    return KeyCommand(binding, typed=(key,))
            return Press.UNBOUND
        if key == "escape" and self._typed:
            self.reset()
            return Press.CLEARED
        self._typed += (key,)
        counts = not contexts or contexts[0] not in self.keymap.uncounted
        if counts and not self._keys and key.isdigit() and len(key) == 1 and (key != "0" or self._digits):
            self._digits = (self._digits + key)[:LONGEST_COUNT]
            return Press.PENDING
        self._keys += (key,)
        return self._advance(contexts)

    def _advance(self, contexts: tuple[str, ...]) -> KeyCommand | Press:
        if self._operator is not None and self._keys == self._operator.chord:
            return self._doubled(self._operator, contexts)
        for context in contexts:
            table = self.keymap.by_context.get(context, {})
            binding = table.get(self._keys)
            if binding is not None and self._counts(binding, contexts):
                return self._found(binding, contexts)
            raw = table.get(self._keys[:-1])
            if raw is not None and raw.role is Role.REGISTER:
                self._register, self._keys = self._keys[-1], ()
                return Press.PENDING
            if raw is not None and raw.role is Role.RAW and self._counts(raw, contexts):
                return self._finish(raw, argument=self._keys[-1])
            if any(
                binding.chord[: len(self._keys)] == self._keys and self._counts(binding, contexts)
                for binding in table.values()
            ):
                return Press.PENDING
        self.reset()
        return Press.UNBOUND

    def _doubled(self, operator: Binding, contexts: tuple[str, ...]) -> KeyCommand:
        """Finish a doubled operator: as the chord where it has a line of its own, else on what is here."""
        own = self._own_line(operator, contexts)
        if own is None:
            return self._finish(operator, target=operator)
        self._operator = None
        return self._finish(own)

    def _own_line(self, operator: Binding, contexts: tuple[str, ...]) -> Binding | None:
        tables = (self.keymap.by_context.get(context, {}) for context in contexts)
        return next((table[operator.chord * 2] for table in tables if operator.chord * 2 in table), None)

    def _doubled_note(self, operator: Binding, contexts: tuple[str, ...]) -> str:
        """Return what a doubled operator is on: an act of its own, the line of a text, the clip of a cut."""
        own = self._own_line(operator, contexts)
        return own.note if own else "this line" if operator.context.startswith("script") else "this clip"

    def _counts(self, binding: Binding, contexts: tuple[str, ...]) -> bool:
        """Say whether a binding applies now: after an operator only motions and objects do."""
        if self._operator is not None:
            return binding.role in (Role.MOTION, Role.OBJECT) or binding.run in AIMED
        if is_visual(contexts):
            return binding.role is not Role.ACT or not self._begins_object(binding.chord, contexts)
        return binding.role is not Role.OBJECT

    def _begins_object(self, chord: tuple[str, ...], contexts: tuple[str, ...]) -> bool:
        """Say whether an object's chord begins so: in visual mode `i` is not mark in."""
        return any(
            other.role is Role.OBJECT and len(other.chord) > len(chord) and other.chord[: len(chord)] == chord
            for context in contexts
            for other in self.keymap.by_context.get(context, {}).values()
        )

    def _found(self, binding: Binding, contexts: tuple[str, ...]) -> KeyCommand | Press:
        # In visual mode an operator has its range already.
        if binding.role is Role.OPERATOR and self._operator is None and not is_visual(contexts):
            self._operator, self._operator_count = binding, self._digits
            self._keys, self._digits = (), ""
            return Press.PENDING
        if binding.role in (Role.RAW, Role.REGISTER) and binding.run not in self.at_once:
            return Press.PENDING
        found = self._finish(binding)
        is_whole = binding.role is Role.WHOLE and "visual" not in contexts
        return replace(found, target=binding) if is_whole else found

    def _finish(self, binding: Binding, *, argument: str = "", target: Binding | None = None) -> KeyCommand:
        outer, inner = self._operator_count, self._digits
        count = int(outer or 1) * int(inner or 1) if outer or inner else None
        if self._operator is None:
            key_command = KeyCommand(binding, count, self._register, argument)
        else:
            key_command = KeyCommand(self._operator, count, self._register, "", target or binding, argument)
        key_command = replace(key_command, typed=self._typed)
        self.reset()
        return key_command

    def continuations(self, contexts: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """List (keys still to come, note) of everything that can follow what is half typed.

        Each action once, by its first keys; objects and letters before keys with a name.
        """
        if not self._typed:
            return ()
        raw = next(
            (
                binding
                for context in contexts
                if (binding := self.keymap.by_context.get(context, {}).get(self._keys)) is not None
                and binding.role in (Role.RAW, Role.REGISTER)
            ),
            None,
        )
        found: dict[str, str] = {}
        if raw is not None:
            found["any key"] = raw.note
        if self._operator is not None and not self._keys:
            found[show(self._operator.chord)] = self._doubled_note(self._operator, contexts)
        size = len(self._keys)
        following = [
            binding
            for binding in self.keymap.lookup(contexts)
            if len(binding.chord) > size
            and binding.chord[:size] == self._keys
            and self._counts(binding, contexts)
        ]
        first: dict[tuple[str, str], Binding] = {}
        for binding in sorted(following, key=lambda binding: binding.alias):
            first.setdefault((binding.run, str(binding.args)), binding)
        kept = [binding for binding in following if binding in first.values()]
        for binding in sorted(kept, key=_hint_order):
            found.setdefault(show(binding.chord[size:]), binding.note)
        return tuple(found.items())


def _hint_order(binding: Binding) -> int:
    """Order hints: what is hard to remember comes first."""
    return 0 if binding.role is Role.OBJECT else 1 if len(binding.chord[-1]) == 1 else 2
