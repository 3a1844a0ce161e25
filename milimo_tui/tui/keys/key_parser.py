"""The state machine that turns typed keys into key commands. It handles chords of several keys, counts,
registers, operators, keys that are arguments of an action, and Esc.

The parser has no side effects. It receives one key at a time, with the active contexts, and returns a
`KeyCommand` when a command is complete.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, auto

from milimo_tui.tui.keys.keymap import Binding, Keymap, Role, format_chord, is_selecting

AIMED = frozenset({"ui.mark_jump", "ui.find_letter"})  # Motions that take the next key as their argument.
# The steps across and down of a key with the argument `to`.
DIRECTIONS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
# Maximum number of digits of a count; further digits are ignored, because a longer count is a mistake.
LONGEST_COUNT = 6


@dataclass(frozen=True, slots=True)
class KeyCommand:
    """A complete key command.

    - `count` is the typed count, None if no digit was typed. Counts before and after an operator are
      multiplied.
    - `argument` is the key typed after a chord that takes one more key as its argument, such as the `a` of `m
      a`.
    - `target` is the motion or object of an operator. For a doubled operator (`d d`), it is the operator's
      own binding.
    - `target_argument` is the key that the target motion takes as its argument.
    - `typed` holds the typed keys, so that a macro can replay them.
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
    def direction(self) -> tuple[int, int]:
        """The direction of a key that moves something, such as `h` or Right: a step to the right (negative:
        left) and a step down (negative: up).
        """
        return DIRECTIONS[str(self.binding.args["to"])]

    @property
    def is_doubled(self) -> bool:
        return self.target is self.binding


class Press(Enum):
    """The result of a key that did not complete a command. Either more keys are expected, or no binding
    matches, or Esc discarded the typed keys.
    """

    PENDING = auto()
    UNBOUND = auto()
    CLEARED = auto()


class KeyParser:
    """A state machine that receives keys by `press` and returns complete key commands. While a command is
    incomplete, `pending` has its keys as text, and `list_continuations` lists the keys that can follow.
    """

    def __init__(self, keymap: Keymap) -> None:
        self.keymap = keymap
        # Actions that run at once, although their binding takes one more key as its argument. While a macro
        # is recorded, `Q` ends the recording and waits for no further key.
        self.at_once: set[str] = set()
        self.reset()

    def reset(self) -> None:
        """Discard the keys of an incomplete command."""
        self._keys: tuple[str, ...] = ()
        self._digits = ""
        self._operator: Binding | None = None
        self._operator_count = ""
        self._register = ""
        self._typed: tuple[str, ...] = ()

    @property
    def pending(self) -> str:
        """The keys of the incomplete command as displayed, such as `2 d 3 g`; empty if there are none."""
        return format_chord(self._typed)

    @property
    def operator(self) -> Binding | None:
        """The operator that waits for a motion or object; None if there is none."""
        return self._operator

    @property
    def is_pending(self) -> bool:
        return bool(self._typed)

    def press(self, key: str, contexts: tuple[str, ...], *, typing: bool = False) -> KeyCommand | Press:
        """Process one key, and return the complete key command or the result of the key.

        `typing` means that a text field has the focus. Then only bindings marked `text` apply.
        """
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
        """Return the command of a doubled operator (`d d`). If the keymap has a binding for the doubled
        chord, use it; otherwise the operator applies to the item under the cursor.
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
        """Return the hint for typing an operator twice: the note of a binding for the doubled chord,
        otherwise "this line" or "this clip".
        """
        own = self._find_doubled_binding(operator, contexts)
        return own.note if own else "this line" if operator.context.startswith("script") else "this clip"

    def _does_binding_apply(self, binding: Binding, contexts: tuple[str, ...]) -> bool:
        """Return True if a binding applies now.

        After an operator, only motions and objects apply. Without an operator, objects only apply in visual
        mode.
        """
        if self._operator is not None:
            return binding.role in (Role.MOTION, Role.OBJECT) or binding.run in AIMED
        if is_selecting(contexts):
            return binding.role is not Role.ACT or not self._does_begin_object(binding.chord, contexts)
        return binding.role is not Role.OBJECT

    def _does_begin_object(self, chord: tuple[str, ...], contexts: tuple[str, ...]) -> bool:
        """Return True if a longer chord for a text object begins with this chord. In visual mode, the key `i`
        then waits for the next key of the object instead of setting the in mark.
        """
        return any(
            other.role is Role.OBJECT and len(other.chord) > len(chord) and other.chord[: len(chord)] == chord
            for context in contexts
            for other in self.keymap.by_context.get(context, {}).values()
        )

    def _accept_binding(self, binding: Binding, contexts: tuple[str, ...]) -> KeyCommand | Press:
        # In visual mode an operator applies to the selection, so it does not wait for a motion.
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
        """Return a pair (remaining keys, note) for every binding that can complete the typed keys.

        Each action is listed once, with its first chord. Objects come first, then single characters, then
        keys with a name such as Enter.
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
    """Return the rank by which hints are sorted: 0 for a binding of a text object, 1 for a single character,
    2 for a key with a name such as Enter. So the bindings that are hardest to remember come first.
    """
    return 0 if binding.role is Role.OBJECT else 1 if len(binding.chord[-1]) == 1 else 2
