"""The bin of an open film, as its file offers it: what a person deleted, and can have back until it is empty.

One transaction each; how, lies in `bin` and `facts`.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from milimo_tui.core.errors import Conflict
from milimo_tui.store.project.transactions import Transactions
from milimo_tui.store.rows import bin as bins
from milimo_tui.store.rows import facts
from milimo_tui.store.rows.stored_values import Binned


class FilmBin:
    """`ProjectFile.bin`. What edits make comes in by edits too; files, masks and takes come in here."""

    def __init__(self, db: Transactions, root: Path) -> None:
        """`root` is the project's folder."""
        self._db, self._root = db, root

    def put_take(self, take: str) -> None:
        """Raises NotFound."""
        with self._db.writing("bin a take in") as connection:
            facts.bin_take(connection, take)

    def put_asset(self, asset: str) -> None:
        """Raises NotFound, and Refused while something shows it."""
        with self._db.writing("bin an asset in") as connection:
            facts.bin_asset(connection, asset)

    def put_mask(self, mask: str) -> None:
        """Raises NotFound."""
        with self._db.writing("bin a mask in") as connection:
            facts.change(connection, "mask", mask, binned=1)

    def items(self) -> tuple[Binned, ...]:
        """What a person deleted, and can have back."""
        return self._db.query(bins.binned)

    def script_digests(self) -> frozenset[str]:
        """The script texts of shots that lie in the bin: a commit does not make those again."""
        with self._db.reading() as connection:
            found = connection.execute("SELECT digest FROM shot WHERE state = 'binned' AND digest != ''")
            return frozenset(row["digest"] for row in found)

    def restore(self, id: str) -> Binned:
        """Take anything out of the bin by its id; a shot's scene comes with it. Raises NotFound."""
        with self._db.writing("restore from the bin of") as connection:
            return bins.restore(connection, id)

    def delete_takes(self, takes: Collection[str]) -> tuple[Path, ...]:
        """Delete takes (ids) for good, in the bin or not; a shot that showed one shows its best other.

        Returns the managed files that no row names any more: the caller deletes them, after this.
        """
        with self._db.writing("delete takes of") as connection:
            for take in takes:
                facts.bin_take(connection, take)
            return tuple(self._root / path for path in bins.delete_takes(connection, list(takes)))

    def takes_that_go(self) -> int:
        """How many takes emptying it would delete: those in it, and those of shots in it."""
        return self._db.query(bins.takes_that_go)

    def bytes_that_go(self) -> int:
        """Bytes of files that emptying it would free, those that clips or boards show counted, too."""
        return self._db.query(bins.bytes_that_go)

    def empty(self, agreed: Collection[str] | None = None) -> tuple[Path, ...]:
        """Delete for good what is in the bin and all that belongs to it.

        `agreed` are the ids that a person was shown: raises Conflict where the bin holds others by now.
        Returns the managed files that no row names any more: the caller deletes them, after this.
        """
        with self._db.writing("empty the bin of") as connection:
            if agreed is not None and {item.id for item in bins.binned(connection)} != {*agreed}:
                raise Conflict(
                    "the bin has changed meanwhile: nothing of it was deleted", "look, and ask again"
                )
            return tuple(self._root / path for path in bins.empty(connection))
