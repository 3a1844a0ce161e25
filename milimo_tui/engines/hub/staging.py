"""The staging folder of a download: `models/<id>/.partial`, where files are named by their hash.

No file is visible in the model store before all files are received and checked. Then all files are moved into
place, and the manifest is written last.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.core.errors import DiskFull
from milimo_tui.core.format import format_bytes
from milimo_tui.core.host import HOST, count_folder_bytes, explain_os_error, fsync_folder
from milimo_tui.engines.catalog.installed_weights import InstalledWeights
from milimo_tui.engines.catalog.model_store import PARTIAL
from milimo_tui.engines.catalog.weight_hashes import hash_file, ignore_hash_progress
from milimo_tui.engines.hub.download_rate import format_done_of_total
from milimo_tui.engines.hub.remote_files import RemoteFile

RESERVE = 0.1  # fraction of the missing bytes that must remain free on the disk after the download


@dataclass(frozen=True, slots=True)
class DownloadStaging:
    """The staging folder of a model's download. `had` maps the file names of the previously installed version
    to their hashes in its manifest.
    """

    folder: Path
    had: Mapping[str, str]

    @classmethod
    def of(cls, folder: Path, before: InstalledWeights | None) -> DownloadStaging:
        """Return the `DownloadStaging` of a model's folder, and create the staging folder if necessary.
        `before` are the weights that are installed now, if any. Raises ReadOnly, DiskFull.
        """
        partial = folder / PARTIAL
        try:
            partial.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain_os_error(error, partial, "make") from error
        return cls(folder, {file.name: file.digest for file in before.files} if before else {})

    def part(self, file: RemoteFile) -> Path:
        """Return the path of a partially received file."""
        return self.folder / PARTIAL / f"{file.key}.part"

    def get_finished_path(self, file: RemoteFile) -> Path:
        """Return the path in the staging folder of a file that is complete and checked. The file stays there
        until all other files are complete too. Then all files are moved into place.
        """
        return self.folder / PARTIAL / file.key

    def get_final_path(self, file: RemoteFile) -> Path:
        return self.folder / file.name

    def count_present_bytes(self, files: Sequence[RemoteFile]) -> int:
        """Return the number of bytes of `files` that are already present, judged by file sizes only."""
        return sum(self._count_file_bytes(file) for file in files)

    def _count_file_bytes(self, file: RemoteFile) -> int:
        size = self._get_received_size(file)
        # The size is None if nothing of the file is in the staging folder; then a complete installed file
        # counts. Otherwise only the staged bytes count, because the file is being replaced after its hash was
        # found wrong.
        if size is None:
            return file.bytes if self._has_right_size(file) else 0
        return min(file.bytes, size)

    def has_all_bytes(self, file: RemoteFile) -> bool:
        """Return True if all bytes of a file were received. Its hash may not be checked yet."""
        return self._get_received_size(file) == file.bytes

    def _get_received_size(self, file: RemoteFile) -> int | None:
        # Look in this order: another process may rename the partial file to the finished name between both
        # checks.
        for path in (self.part(file), self.get_finished_path(file)):
            with suppress(FileNotFoundError):
                return path.stat().st_size
        return None

    def digest(self, file: RemoteFile, on_bytes: Callable[[int], None] = ignore_hash_progress) -> str:
        """Return the SHA-256 of a file that is complete, either installed or in the staging folder. Empty if
        the file must be fetched.

        An installed file is hashed if the manifest has no hash of it. `on_bytes` receives the progress of
        hashing.
        """
        if self.get_finished_path(file).is_file():
            return file.sha256 or hash_file(self.get_finished_path(file), on_bytes)
        if not self._has_right_size(file):
            return ""
        known = self.had.get(file.name, "")
        if known and known == file.sha256:
            return known
        if not file.sha256:
            # The hub lists only a git hash for a small file. Fetching the file again is faster than comparing
            # that hash.
            return ""
        found = hash_file(self.get_final_path(file), on_bytes)
        return found if found == file.sha256 else ""

    def _has_right_size(self, file: RemoteFile) -> bool:
        known = self.had.get(file.name, "")
        # The manifest shows that the installed file is an earlier version, even if its size is equal.
        if known and file.sha256 and known != file.sha256:
            return False
        place = self.get_final_path(file)
        return bool(file.sha256) and place.is_file() and place.stat().st_size == file.bytes

    def check_space(self, files: Sequence[RemoteFile]) -> None:
        """Raise DiskFull if the missing bytes and a reserve of a tenth of them do not fit on the disk."""
        missing = sum(file.bytes for file in files) - self.count_present_bytes(files)
        needed, free = int(missing * (1 + RESERVE)), HOST.get_free_bytes(self.folder)
        if free < needed:
            raise DiskFull(
                f"the disk has too little space for {self.folder.name}: {format_bytes(needed)} are needed, "
                f"with a reserve of a tenth, but only {format_bytes(free)} are free",
                f"free {format_bytes(needed - free)} on the disk of {self.folder.parent} (milimo "
                "clean; milimo "
                "model remove), or use a larger disk: --home FOLDER",
            )

    def make_disk_full_error(self, total: int) -> DiskFull:
        """Return the error for a disk that became full during a download of `total` bytes. It names the
        received and the missing amount.
        """
        count = count_folder_bytes(self.folder / PARTIAL)
        return DiskFull(
            f"the disk is full: {format_done_of_total(count, total)} of {self.folder.name} are downloaded",
            f"free {format_bytes(total - count)} on the disk of {self.folder.parent} (milimo clean; milimo "
            "model disk); "
            "milimo job retry continues the download",
        )

    def finish_part(self, file: RemoteFile) -> None:
        """Rename a partial file, which is complete and checked, to its finished name."""
        os.replace(self.part(file), self.get_finished_path(file))

    def move_into_place(self, files: Sequence[RemoteFile]) -> None:
        """Move all finished files from the staging folder into place. The call may be repeated after an
        interruption.
        """
        try:
            for file in files:
                waiting, place = self.get_finished_path(file), self.get_final_path(file)
                place.parent.mkdir(parents=True, exist_ok=True)
                if not waiting.is_file():
                    continue
                if any(other.key == file.key for other in files if other.name != file.name):
                    # Copy instead of move, because another file with the same content needs the staged file
                    # too.
                    shutil.copyfile(waiting, place)
                else:
                    os.replace(waiting, place)
                fsync_folder(place.parent)
        except OSError as error:
            raise explain_os_error(error, self.folder, "put files into") from error

    def remove_leftovers(self, files: Sequence[RemoteFile], before: InstalledWeights | None) -> None:
        """Remove the files that only the earlier version `before` had, and the staging folder. Called after
        the manifest was written.
        """
        names = {file.name for file in files}
        for old in before.files if before and not Path(before.path).is_absolute() else ():
            if old.name not in names:
                (self.folder / old.name).unlink(missing_ok=True)
        shutil.rmtree(self.folder / PARTIAL, ignore_errors=True)
