"""Changes to rows as values: the result of an edit, from which an undo can be made.

A row is a flat mapping from column to JSON scalar, as in the store. None means that there is no row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Scalar = str | int | float | bool | None
Row = Mapping[str, Scalar]
V = TypeVar("V")
_STRIDE = 256  # Values are compared in blocks, because comparing two slices skips identical objects quickly.


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row before and after an edit: created (`before` is None), deleted (`after` is None) or altered."""

    table: str
    id: str
    before: Row | None
    after: Row | None

    def get_inverse(self) -> RowChange:
        """Return the change that undoes this change."""
        return RowChange(self.table, self.id, self.after, self.before)


def diff_rows(table: str, before: Mapping[str, Row], after: Mapping[str, Row]) -> tuple[RowChange, ...]:
    """Return the changes from one set of rows (by id) to another, with altered columns only."""
    out: list[RowChange] = []
    for key, old in before.items():
        new = after.get(key)
        if new is None:
            out.append(RowChange(table, key, dict(old), None))
        elif new is not old and dict(new) != dict(old):
            columns = [column for column in new if new[column] != old.get(column)]
            out.append(
                RowChange(
                    table,
                    key,
                    {column: old.get(column) for column in columns},
                    {column: new[column] for column in columns},
                )
            )
    out.extend(RowChange(table, key, None, dict(new)) for key, new in after.items() if key not in before)
    return tuple(out)


def find_unshared_values(old: Sequence[V], new: Sequence[V]) -> tuple[list[V], list[V]]:
    """Return the values of each list that the other list lacks. Fast for an edit of a list of 30,000 clips.

    Values are compared by identity. An object in both lists is left out wherever it is in them. Most values
    that are equal but not identical are left out, too.
    """
    mine: list[V] = []
    theirs: list[V] = []
    for at in range(0, max(len(old), len(new)), _STRIDE):
        one, other = old[at : at + _STRIDE], new[at : at + _STRIDE]
        if one != other:
            mine.extend(one)
            theirs.extend(other)
    here, there = set(map(id, mine)), set(map(id, theirs))
    return [each for each in mine if id(each) not in there], [each for each in theirs if id(each) not in here]
