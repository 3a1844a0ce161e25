"""The sound effects of a clip while the user edits them: the chain, the cursor, and the change of a number by
a key. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from milimo_tui.cut.sound.sound_chains import (
    add_to_chain,
    bypass_in_chain,
    get_number_at,
    remove_from_chain,
    remove_key_from_chain,
    set_impulse_in_chain,
    set_in_chain,
    set_key_in_chain,
)
from milimo_tui.cut.values.keyframes import Curve
from milimo_tui.cut.values.sound_effects import (
    REVERB,
    ImpulseFile,
    SoundChain,
    SoundEffect,
    SoundNumber,
    list_used_numbers,
)

# The change of a number by one key, and by one key for large changes. Frequencies and times are multiplied.
_DECIBELS, _SHARES, _FACTORS = (1.0, 6.0), (0.05, 0.25), (2 ** (1 / 6), 2.0)
_SEMITONES = (1.0, 5.0)
_MULTIPLIED = ("Hz", "ms", "s", "m", ": 1")
# The first frequency above 0. A frequency of 0 means off.
_LEAST_FREQUENCY = 20.0
_STEPS = (50, 10)  # Other numbers have this many steps from their lowest to their highest value.


@dataclass(frozen=True, slots=True)
class SoundRow:
    """A row of the list: an effect of the chain, one of its numbers, or its impulse response."""

    index: int
    effect: SoundEffect
    number: SoundNumber | None = None
    is_impulse: bool = False

    @property
    def is_title(self) -> bool:
        """True for the row of the effect itself."""
        return self.number is None and not self.is_impulse

    @property
    def curve(self) -> Curve:
        """The keys of the row's number. Empty if the row has no number, or the number no keys."""
        return self.effect.get_curve(self.number.name) if self.number else ()

    def get_value(self, frame: int) -> float:
        """Return the value of the row's number at a frame."""
        assert self.number is not None
        return get_number_at(self.effect, self.number.name, frame)

    def format_value(self, frame: int) -> str:
        """Return the value of the row at a frame, with its unit."""
        if self.is_impulse:
            return self.effect.impulse.name if self.effect.impulse else "generated"
        if self.number is None:
            return "off" if self.effect.bypassed else ""
        return f"{self.get_value(frame):.4g} {self.number.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class SoundEdit:
    """A chain that is being edited. `at` is the row under the cursor, among all rows of the list."""

    chain: SoundChain
    at: int = 0

    @property
    def index(self) -> int:
        """The index of the effect to which the row under the cursor belongs. 0 for an empty chain."""
        row = self.current_row
        return row.index if row is not None else 0

    def list_rows(self) -> tuple[SoundRow, ...]:
        """Return all rows: each effect, followed by its numbers."""
        return tuple(self._iterate_rows())

    def _iterate_rows(self) -> Iterator[SoundRow]:
        for index, effect in enumerate(self.chain):
            yield SoundRow(index, effect)
            if effect.name == REVERB:
                yield SoundRow(index, effect, is_impulse=True)
            for number in list_used_numbers(effect):
                yield SoundRow(index, effect, number)

    @property
    def current_row(self) -> SoundRow | None:
        """The row under the cursor, or None if there are no effects."""
        rows = self.list_rows()
        return rows[min(self.at, len(rows) - 1)] if rows else None

    def move_cursor(self, count: int) -> SoundEdit:
        """Return the edit with the cursor moved by a number of rows."""
        return replace(self, at=max(0, min(self.at + count, len(self.list_rows()) - 1)))

    def go_to_effect(self, index: int) -> SoundEdit:
        """Return the edit with the cursor on an effect."""
        rows = self.list_rows()
        at = next((n for n, row in enumerate(rows) if row.index == index and row.is_title), 0)
        return replace(self, at=at)

    def add_effect(self, effect: SoundEffect) -> SoundEdit:
        """Return the edit with an effect added after the effect under the cursor. Raises Refused."""
        position = self.index + 2 if self.chain else 1
        return replace(self, chain=add_to_chain(self.chain, effect, position)).go_to_effect(position - 1)

    def remove_effect(self) -> SoundEdit:
        """Return the edit without the effect under the cursor."""
        index = self.index
        after = replace(self, chain=remove_from_chain(self.chain, index))
        return after.go_to_effect(min(index, len(after.chain) - 1))

    def toggle_bypass(self) -> SoundEdit:
        """Return the edit with the effect under the cursor switched off, or on again."""
        row = self.current_row
        if row is None:
            return self
        return replace(self, chain=bypass_in_chain(self.chain, row.index, bypassed=not row.effect.bypassed))

    def step_number(self, count: int, frame: int, *, big: bool) -> SoundEdit:
        """Return the edit with the number under the cursor changed by `count` steps, within its bounds."""
        row = self.current_row
        if row is None or row.number is None:
            return self
        value = row.get_value(frame)
        for _ in range(abs(count)):
            value = _step_value(row.number, value, up=count > 0, big=big)
        return self.set_number(value, frame)

    def set_number(self, value: float, frame: int) -> SoundEdit:
        """Return the edit with a value for the number under the cursor. If the number has keys, the value is
        a key at a frame. Raises Refused.
        """
        row = self.current_row
        if row is None or row.number is None:
            return self
        if row.curve:
            chain = set_key_in_chain(self.chain, row.index, row.number.name, frame, value)
        else:
            chain = set_in_chain(self.chain, row.index, {row.number.name: value})
        return replace(self, chain=chain)

    def set_key(self, frame: int) -> SoundEdit:
        """Return the edit with a key for the number under the cursor. It holds the present value. Raises
        Refused.
        """
        row = self.current_row
        if row is None or row.number is None:
            return self
        return replace(self, chain=set_key_in_chain(self.chain, row.index, row.number.name, frame, None))

    def remove_key(self, frame: int) -> SoundEdit:
        """Return the edit without a key of the number under the cursor. Raises Refused."""
        row = self.current_row
        if row is None or row.number is None:
            return self
        return replace(self, chain=remove_key_from_chain(self.chain, row.index, row.number.name, frame))

    def set_impulse(self, impulse: ImpulseFile | None) -> SoundEdit:
        """Return the edit with another impulse response for the effect under the cursor."""
        return replace(self, chain=set_impulse_in_chain(self.chain, self.index, impulse))


def _step_value(number: SoundNumber, value: float, *, up: bool, big: bool) -> float:
    if number.unit in _MULTIPLIED:
        factor, least = _FACTORS[big], _LEAST_FREQUENCY if number.unit == "Hz" else 1.0
        after = value * factor if up else value / factor
        if number.low == 0 and after < least / 1.01:
            after = least if up else 0.0
    else:
        step = (number.high - number.low) / _STEPS[big]
        if number.unit == "semitones":
            step = _SEMITONES[big]
        elif number.unit == "dB" or number.high == 1:
            step = (_DECIBELS if number.unit == "dB" else _SHARES)[big]
        after = value + step if up else value - step
    return float(f"{min(number.high, max(number.low, after)):.4g}")
