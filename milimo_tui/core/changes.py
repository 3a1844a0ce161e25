"""Changes to rows as values: what an edit did, and so what undoing it must put back.

A row is a flat mapping of column to a JSON scalar, as the store keeps it; None stands for no row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Scalar = str | int | float | bool | None
Row = Mapping[str, Scalar]


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


def inverse(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes that undo these, in the opposite order."""
    return tuple(change.inverse() for change in reversed(tuple(changes)))
