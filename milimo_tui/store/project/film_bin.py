"""Manage the bin of an open film. It has the items that the user deleted, which can be restored until the bin
is emptied.

Each method is one transaction. The SQL is in `store.rows.bin` and `store.rows.facts`.
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
    """The bin of a film, available as `ProjectFile.bin`.

    Its methods move files, masks and takes to the bin. Scenes, shots, elements and cuts are moved to the bin
    by edits.
    """

    def __init__(self, db: Transactions, root: Path) -> None:
        """Create the bin of a film. `root` is the film's folder."""
        self._db, self._root = db, root

    def put_take(self, take: str) -> None:
        """Move a take to the bin. Raises NotFound."""
        with self._db.write_transaction("bin a take in") as connection:
            facts.move_take_to_bin(connection, take)

    def put_asset(self, asset: str) -> None:
        """Move an asset to the bin. Raises NotFound, and Refused while anything uses the asset."""
        with self._db.write_transaction("bin an asset in") as connection:
            facts.move_asset_to_bin(connection, asset)

    def put_mask(self, mask: str) -> None:
        """Move a mask to the bin. Raises NotFound."""
        with self._db.write_transaction("bin a mask in") as connection:
            facts.update_fact(connection, "mask", mask, binned=1)

    def list_items(self) -> tuple[Binned, ...]:
        """Return all items in the bin."""
        return self._db.run_query(bins.list_binned_items)

    def list_binned_script_digests(self) -> frozenset[str]:
        """Return the digests of the script texts from which the shots in the bin were made. By these digests,
        a commit of the script does not create the shots again.
        """
        with self._db.read_transaction() as connection:
            found = connection.execute("SELECT digest FROM shot WHERE state = 'binned' AND digest != ''")
            return frozenset(row["digest"] for row in found)

    def restore_item(self, id: str) -> Binned:
        """Restore an item by its id. A shot's scene is restored with it. Raises NotFound."""
        with self._db.write_transaction("restore from the bin of") as connection:
            return bins.restore_binned_item(connection, id)

    def delete_takes(self, takes: Collection[str]) -> tuple[Path, ...]:
        """Delete takes permanently, including takes that are not in the bin. A shot that shows one of these
        takes then shows its best remaining take.

        Returns the files that Milimo stored for the film and that nothing uses any more. The caller must
        delete these files after the transaction.
        """
        with self._db.write_transaction("delete takes of") as connection:
            for take in takes:
                facts.move_take_to_bin(connection, take)
            return tuple(self._root / path for path in bins.purge_takes(connection, list(takes)))

    def count_takes_to_delete(self) -> int:
        """Return how many takes emptying the bin would delete: takes in the bin, and takes of binned
        shots.
        """
        return self._db.run_query(bins.count_takes_to_purge)

    def count_bytes_to_free(self) -> int:
        """Return how many bytes of files would be freed by emptying the bin. Files that clips or boards still
        use are counted too.
        """
        return self._db.run_query(bins.sum_bytes_to_purge)

    def delete_all_items(self, agreed: Collection[str] | None = None) -> tuple[Path, ...]:
        """Delete all items in the bin permanently, with everything that belongs to them.

        `agreed` are the ids of the items that the user has confirmed. Raises Conflict if the bin has other
        items by now. Returns the files that Milimo stored for the film and that nothing uses any more. The
        caller must delete these files after the transaction.
        """
        with self._db.write_transaction("empty the bin of") as connection:
            if agreed is not None and {item.id for item in bins.list_binned_items(connection)} != {*agreed}:
                raise Conflict(
                    "the bin has changed meanwhile, so nothing was deleted", "look at it again, then repeat"
                )
            return tuple(self._root / path for path in bins.purge_binned_rows(connection))
