"""Where a download lies until it is whole: `models/<id>/.partial`, by the hash of each file. Nothing is seen
of it before everything is there and checked; then it is put in its place in one go, the manifest last.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.core.errors import DiskFull
from milimo_tui.core.format import bytes_text
from milimo_tui.core.host import HOST, explain, fsync_folder
from milimo_tui.engines.catalog.installed_weights import Installed
from milimo_tui.engines.catalog.model_store import PARTIAL
from milimo_tui.engines.catalog.weight_hashes import digest_of, nothing
from milimo_tui.engines.hub.remote_files import RemoteFile

RESERVE = 0.1  # of what is to come, kept free beside it


@dataclass(frozen=True, slots=True)
class Staging:
    """The folder of one model. `had` are the hashes of files that an earlier manifest vouches for."""

    folder: Path
    had: Mapping[str, str]

    @classmethod
    def of(cls, folder: Path, before: Installed | None) -> Staging:
        """Made where it is missing. Raises ReadOnly, DiskFull."""
        partial = folder / PARTIAL
        try:
            partial.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain(error, partial, "make") from error
        return cls(folder, {file.name: file.digest for file in before.files} if before else {})

    def part(self, file: RemoteFile) -> Path:
        """What has come of it so far."""
        return self.folder / PARTIAL / f"{file.key}.part"

    def finished(self, file: RemoteFile) -> Path:
        """Where it lies when it is whole and checked, until all the others are."""
        return self.folder / PARTIAL / file.key

    def place(self, file: RemoteFile) -> Path:
        return self.folder / file.name

    def there(self, file: RemoteFile) -> int:
        """How much of it need not be fetched again, by sizes alone."""
        if self.finished(file).is_file() or self._fits(file):
            return file.bytes
        part = self.part(file)
        return min(file.bytes, part.stat().st_size) if part.is_file() else 0

    def digest(self, file: RemoteFile, on_bytes: Callable[[int], None] = nothing) -> str:
        """The SHA-256 of a file that is whole already, in its place or waiting; empty where it has to be
        fetched.

        What the manifest does not vouch for is hashed.
        """
        if self.finished(file).is_file():
            return file.sha256 or digest_of(self.finished(file), on_bytes)
        if not self._fits(file):
            return ""
        known = self.had.get(file.name, "")
        if known and known == file.sha256:
            return known
        if not file.sha256:
            return ""  # small, and under git's hash: fetched again sooner than compared
        found = digest_of(self.place(file), on_bytes)
        return found if found == file.sha256 else ""

    def _fits(self, file: RemoteFile) -> bool:
        known = self.had.get(file.name, "")
        if known and file.sha256 and known != file.sha256:  # an earlier version, whatever its size
            return False
        place = self.place(file)
        return bool(file.sha256) and place.is_file() and place.stat().st_size == file.bytes

    def check_space(self, files: Sequence[RemoteFile]) -> None:
        """Raise DiskFull where what is still to come does not fit with a reserve of a tenth of it."""
        missing = sum(file.bytes - self.there(file) for file in files)
        needed, free = int(missing * (1 + RESERVE)), HOST.free_bytes(self.folder)
        if free < needed:
            raise DiskFull(
                f"the disk has not enough room for {self.folder.name}: {bytes_text(missing)} are to come, "
                f"{bytes_text(needed)} with a reserve of a tenth, {bytes_text(free)} are free",
                f"free {bytes_text(needed - free)} on the disk of {self.folder.parent} (milimo clean; milimo "
                "model remove), or use a larger disk: --home FOLDER",
            )

    def keep(self, file: RemoteFile) -> None:
        """A part is whole and checked."""
        os.replace(self.part(file), self.finished(file))

    def settle(self, files: Sequence[RemoteFile]) -> None:
        """Put everything that waits into its place; may be done again after an interruption."""
        try:
            for file in files:
                waiting, place = self.finished(file), self.place(file)
                place.parent.mkdir(parents=True, exist_ok=True)
                if not waiting.is_file():
                    continue
                if any(other.key == file.key for other in files if other.name != file.name):
                    shutil.copyfile(waiting, place)  # the same bytes under two names
                else:
                    os.replace(waiting, place)
                fsync_folder(place.parent)
        except OSError as error:
            raise explain(error, self.folder, "put files into") from error

    def clear(self, files: Sequence[RemoteFile], before: Installed | None) -> None:
        """After the manifest is written: what an earlier version had alone, and the staging folder, go."""
        kept = {file.name for file in files}
        for old in before.files if before and not Path(before.path).is_absolute() else ():
            if old.name not in kept:
                (self.folder / old.name).unlink(missing_ok=True)
        shutil.rmtree(self.folder / PARTIAL, ignore_errors=True)
