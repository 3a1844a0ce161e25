"""Changes of database rows as values. They are the result of an edit, and an undo is computed from them.

A row is a mapping from column name to JSON scalar, as in the database. None means that the row does not
exist.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Scalar = str | int | float | bool | None
Row = Mapping[str, Scalar]
V = TypeVar("V")
# Number of values compared at a time. Comparing two slices is fast, because Python skips identical objects.
_STRIDE = 256


@dataclass(frozen=True, slots=True)
class RowChange:
    """The values of a row before and after an edit. `before` is None for a created row, `after` is None for a
    deleted row.
    """

    table: str
    id: str
    before: Row | None
    after: Row | None

    def get_inverse(self) -> RowChange:
        """Return the change that undoes this change."""
        return RowChange(self.table, self.id, self.after, self.before)


def diff_rows(table: str, before: Mapping[str, Row], after: Mapping[str, Row]) -> tuple[RowChange, ...]:
    """Return the changes that turn the rows `before` into the rows `after`. Both arguments map the ids of a
    table's rows to their columns. A change of a row contains only the columns that differ.
    """
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
    """Return the objects that are only in `old`, and the objects that are only in `new`. Fast for two lists
    of 30,000 clips that differ little.

    Objects are compared by identity, wherever they are in the lists. If an object was replaced by an equal
    object, both are usually left out of the result, because equal stretches of the lists are skipped.
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
