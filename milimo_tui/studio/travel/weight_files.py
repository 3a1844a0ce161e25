"""Import of weights that another box sends. They are checked by the hashes in their manifest and installed
when all files have arrived.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.core.host import explain_os_error, fsync_folder
from milimo_tui.core.paths import Home
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.catalog.installed_weights import InstalledWeights, parse_weights_manifest
from milimo_tui.engines.catalog.model_lookup import check_model_id
from milimo_tui.engines.catalog.model_store import MANIFEST, ModelStore
from milimo_tui.store.project.atomic_folder import build_folder_atomically
from milimo_tui.studio.travel.box_messages import TravellingFile
from milimo_tui.studio.travel.staging import TransferStaging

_SENDABLE = ("folder", "file")


def require_sendable_weights(row: InstalledWeights) -> None:
    """Check that weights can be sent to another box. Raises Refused for weights in another program's folder,
    damaged weights, and weights without known hashes.
    """
    if Path(row.path).is_absolute() or row.form not in _SENDABLE:
        raise Refused(
            f"{row.id} belongs to another program, so it is not sent",
            "download the weights on the other machine",
        )
    if row.damaged:
        raise Refused(f"{row.id} is damaged: {row.damaged[0]}", f"milimo model verify {row.id} checks them")
    if not row.files or any(not file.digest for file in row.files):
        raise Refused(f"the hashes of {row.id} are not known", f"milimo model verify {row.id} checks them")


class WeightArrival:
    """Weights that this box is receiving. The constructor raises BadInput for a malformed manifest."""

    def __init__(self, home: Home, id: str, manifest: str) -> None:
        try:
            row = parse_weights_manifest(parse_untrusted_json(manifest), Path(MANIFEST))
        except ValueError as error:
            raise BadInput(f"the manifest of {id[:60]} is not valid JSON") from error
        if row.id != id or check_model_id(id) != id:
            raise BadInput(f"“{id[:60]}” is not a valid name of weights")
        if row.path and (".." in Path(row.path).parts or Path(row.path).parts[0] != id):
            raise BadInput(f"{id} would be stored outside its folder")
        for file in row.files:
            parts = PurePosixPath(file.name).parts
            if not parts or any(part in ("..", "/") or part[0] == "." for part in parts):
                raise BadInput(f"{id} contains a file that does not belong there: {file.name[:100]!a}")
        require_sendable_weights(row)
        self._row = row
        self._store = ModelStore(home.models)
        self.staging = TransferStaging(home, f"weights-{id}")

    def is_installed(self) -> bool:
        """Return True if the same weights are installed already. Raises Refused if different weights are
        installed under the same id.
        """
        known = self._store.get(self._row.id)
        if known is not None and known.digest != self._row.digest:
            raise Refused(
                f"the other machine has different weights called {self._row.id}",
                f"remove them there first: milimo model remove {self._row.id}",
            )
        return known is not None

    def choose_wanted_weight_files(self, files: Iterable[TravellingFile]) -> dict[str, int]:
        """Return the hash of each file of the weights that is needed, with the byte from which it must be
        sent. Raises BadInput if `files` has a file that is not in the manifest.
        """
        sizes = {file.digest: file.bytes for file in self._row.files}
        for each in files:
            if sizes.get(each.digest) != each.bytes:
                raise BadInput(f"{self._row.id} has no such file: {each.path[:100]!a}")
        starts = {digest: self.staging.find_start_byte(digest, size) for digest, size in sizes.items()}
        self.staging.require_transfer_space(sum(sizes[digest] - start for digest, start in starts.items()))
        return {digest: start for digest, start in starts.items() if start < sizes[digest]}

    def install_weights(self) -> None:
        """Install the weights in the model store, completely or not at all. Raises Refused if a file is
        missing.
        """
        row = self._row
        for file in row.files:
            if not self.staging.get_complete_path(file.digest).is_file():
                raise Refused(f"{file.name} of {row.id} did not arrive", "run the command again")
        target = self._store.folder / row.id
        try:
            with build_folder_atomically(target) as folder:
                for file in row.files:
                    self.staging.put_in_place(file.digest, folder / file.name)
            fsync_folder(target.parent)
        except OSError as error:
            raise explain_os_error(error, target, "put the weights into") from error
        self._store.register(row)
        self.staging.clear()
