"""The state machine of the keys: chords of several keys, counts, registers, operators, raw keys, Esc.

Pure. The parser receives one key at a time, with the active contexts, and returns a `KeyCommand` when a
command is complete.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, auto

from milimo_tui.tui.keys.keymap import Binding, Keymap, Role, format_chord, is_selecting

AIMED = frozenset({"ui.mark_jump", "ui.find_letter"})  # Motions that take a raw key.
LONGEST_COUNT = 6  # Further digits are ignored: a longer count is a mistake.


@dataclass(frozen=True, slots=True)
class KeyCommand:
    """A complete key command.

    `count` is None if no digit was typed; counts around an operator are multiplied. `argument` is the raw key
    (`m{a}`). For an operator, `target` is the motion or object, or the operator's own binding when it was
    doubled (`d d`), and `target_argument` is the motion's raw key. `typed` holds the keys themselves, for a
    macro to replay.
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
    def is_doubled(self) -> bool:
        return self.target is self.binding


class Press(Enum):
    """The result of a key that did not finish a command."""

    PENDING = auto()
    UNBOUND = auto()
    CLEARED = auto()


class KeyParser:
    """A parser that takes keys by `press`. `pending` and `list_continuations` describe an incomplete
    command.
    """

    def __init__(self, keymap: Keymap) -> None:
        self.keymap = keymap
        # Actions that run without waiting for their raw key (`Q` while recording).
        self.at_once: set[str] = set()
        self.reset()

    def reset(self) -> None:
        """Discard an incomplete command."""
        self._keys: tuple[str, ...] = ()
        self._digits = ""
        self._operator: Binding | None = None
        self._operator_count = ""
        self._register = ""
        self._typed: tuple[str, ...] = ()

    @property
    def pending(self) -> str:
        """The incomplete command as people write it: `2 d 3 g`."""
        return format_chord(self._typed)

    @property
    def operator(self) -> Binding | None:
        """The operator that waits for its motion or object; None if there is none."""
        return self._operator

    @property
    def is_pending(self) -> bool:
        return bool(self._typed)

    def press(self, key: str, contexts: tuple[str, ...], *, typing: bool = False) -> KeyCommand | Press:
        """Take one key. While a text field has the focus (`typing`), only bindings marked `text` apply."""
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
        return self._match_keys(contexts)

    def _match_keys(self, contexts: tuple[str, ...]) -> KeyCommand | Press:
        if self._operator is not None and self._keys == self._operator.chord:
            return self._finish_doubled_operator(self._operator, contexts)
        for context in contexts:
            table = self.keymap.by_context.get(context, {})
            binding = table.get(self._keys)
            if binding is not None and self._does_binding_apply(binding, contexts):
                return self._accept_binding(binding, contexts)
            raw = table.get(self._keys[:-1])
            if raw is not None and raw.role is Role.REGISTER:
                self._register, self._keys = self._keys[-1], ()
                return Press.PENDING
            if raw is not None and raw.role is Role.RAW and self._does_binding_apply(raw, contexts):
                return self._finish_command(raw, argument=self._keys[-1])
            if any(
                binding.chord[: len(self._keys)] == self._keys and self._does_binding_apply(binding, contexts)
                for binding in table.values()
            ):
                return Press.PENDING
        self.reset()
        return Press.UNBOUND

    def _finish_doubled_operator(self, operator: Binding, contexts: tuple[str, ...]) -> KeyCommand:
        """Finish a doubled operator (`d d`). If the keymap binds the doubled chord, use that binding,
        otherwise apply the operator to the item under the cursor.
        """
        own = self._find_doubled_binding(operator, contexts)
        if own is None:
            return self._finish_command(operator, target=operator)
        self._operator = None
        return self._finish_command(own)

    def _find_doubled_binding(self, operator: Binding, contexts: tuple[str, ...]) -> Binding | None:
        tables = (self.keymap.by_context.get(context, {}) for context in contexts)
        return next((table[operator.chord * 2] for table in tables if operator.chord * 2 in table), None)

    def _describe_doubled_operator(self, operator: Binding, contexts: tuple[str, ...]) -> str:
        """Return the target of a doubled operator: its own binding's note, the line of a text, or the clip of
        a cut.
        """
        own = self._find_doubled_binding(operator, contexts)
        return own.note if own else "this line" if operator.context.startswith("script") else "this clip"

    def _does_binding_apply(self, binding: Binding, contexts: tuple[str, ...]) -> bool:
        """Return True if a binding applies now: after an operator, only motions and objects do."""
        if self._operator is not None:
            return binding.role in (Role.MOTION, Role.OBJECT) or binding.run in AIMED
        if is_selecting(contexts):
            return binding.role is not Role.ACT or not self._does_begin_object(binding.chord, contexts)
        return binding.role is not Role.OBJECT

    def _does_begin_object(self, chord: tuple[str, ...], contexts: tuple[str, ...]) -> bool:
        """Return True if a longer chord for an object begins with this chord. In visual mode, `i` then waits
        for the next key instead of setting the in mark.
        """
        return any(
            other.role is Role.OBJECT and len(other.chord) > len(chord) and other.chord[: len(chord)] == chord
            for context in contexts
            for other in self.keymap.by_context.get(context, {}).values()
        )

    def _accept_binding(self, binding: Binding, contexts: tuple[str, ...]) -> KeyCommand | Press:
        # In visual mode, the selection is the operator's range.
        if binding.role is Role.OPERATOR and self._operator is None and not is_selecting(contexts):
            self._operator, self._operator_count = binding, self._digits
            self._keys, self._digits = (), ""
            return Press.PENDING
        if binding.role in (Role.RAW, Role.REGISTER) and binding.run not in self.at_once:
            return Press.PENDING
        found = self._finish_command(binding)
        is_whole = binding.role is Role.WHOLE and "visual" not in contexts
        return replace(found, target=binding) if is_whole else found

    def _finish_command(
        self, binding: Binding, *, argument: str = "", target: Binding | None = None
    ) -> KeyCommand:
        outer, inner = self._operator_count, self._digits
        count = int(outer or 1) * int(inner or 1) if outer or inner else None
        if self._operator is None:
            key_command = KeyCommand(binding, count, self._register, argument)
        else:
            key_command = KeyCommand(self._operator, count, self._register, "", target or binding, argument)
        key_command = replace(key_command, typed=self._typed)
        self.reset()
        return key_command

    def list_continuations(self, contexts: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """Return (remaining keys, note) for every binding that can complete the typed keys.

        Each action is listed once, with its first keys. Objects and letters come before keys with a name.
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
            found[format_chord(self._operator.chord)] = self._describe_doubled_operator(
                self._operator, contexts
            )
        size = len(self._keys)
        following = [
            binding
            for binding in self.keymap.list_bindings_in_reach(contexts)
            if len(binding.chord) > size
            and binding.chord[:size] == self._keys
            and self._does_binding_apply(binding, contexts)
        ]
        first: dict[tuple[str, str], Binding] = {}
        for binding in sorted(following, key=lambda binding: binding.alias):
            first.setdefault((binding.run, str(binding.args)), binding)
        kept = [binding for binding in following if binding in first.values()]
        for binding in sorted(kept, key=_rank_hint):
            found.setdefault(format_chord(binding.chord[size:]), binding.note)
        return tuple(found.items())


def _rank_hint(binding: Binding) -> int:
    """Return the sort rank of a hint: bindings that are hard to remember come first."""
    return 0 if binding.role is Role.OBJECT else 1 if len(binding.chord[-1]) == 1 else 2
