"""Changes to rows as values: what an edit did, and so what undoing it must put back.

A row is a flat mapping of column to a JSON scalar, as the store keeps it; None stands for no row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Scalar = str | int | float | bool | None
Row = Mapping[str, Scalar]
V = TypeVar("V")
_STRIDE = 256  # values compared at once: comparing two tuples stops at nothing that is one object


@dataclass(frozen=True, slots=True)
class Change:
    """One row before and after: created (before None), deleted (after None) or altered."""

    table: str
    id: str
    before: Row | None
    after: Row | None

    def inverse(self) -> Change:
        return Change(self.table, self.id, self.after, self.before)


def diff(table: str, before: Mapping[str, Row], after: Mapping[str, Row]) -> tuple[Change, ...]:
    """The changes that lead from one set of rows (by id) to another; altered columns only."""
    out: list[Change] = []
    for key, old in before.items():
        new = after.get(key)
        if new is None:
            out.append(Change(table, key, dict(old), None))
        elif new is not old and dict(new) != dict(old):
            columns = [column for column in new if new[column] != old.get(column)]
            out.append(
                Change(
                    table,
                    key,
                    {column: old.get(column) for column in columns},
                    {column: new[column] for column in columns},
                )
            )
    out.extend(Change(table, key, None, dict(new)) for key, new in after.items() if key not in before)
    return tuple(out)


def apart(old: Sequence[V], new: Sequence[V]) -> tuple[list[V], list[V]]:
    """The values of each list that the other has not: what an edit of 30,000 clips has to look at.

    Values that are one object in both are left out wherever they stand, of equal ones all but some.
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
