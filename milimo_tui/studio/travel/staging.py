"""Staging of incoming files. They are stored in a folder of the home, named by their hashes, until all have
arrived and can be put in place together.

The transfer of an interrupted file continues where it stopped.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from milimo_tui.core.errors import Damaged, Refused
from milimo_tui.core.host import (
    HOST,
    explain_os_error,
    fsync_file,
    fsync_folder,
    hold_file_lock,
    make_folders,
    require_free_space,
    write_file_atomically,
)
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import Home
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.studio.travel.carried import compute_file_hash

_LEFT_DAYS = 30  # The age in days after which the files of an abandoned transfer are deleted.


class TransferStaging:
    """The folder for incoming files of a film, or of a model's weights. Use inside `hold_lock`."""

    def __init__(self, home: Home, name: str) -> None:
        self.folder = home.incoming_films / name

    @contextmanager
    def hold_lock(self) -> Iterator[None]:
        """Lock the folder for this process during the block. Raises Refused if another process has locked it,
        and ReadOnly, DiskFull.
        """
        try:
            make_folders(self.folder, mode=0o700)
            _delete_abandoned_transfers(self.folder.parent, but=self.folder)
        except OSError as error:
            raise explain_os_error(error, self.folder, "make") from error
        with hold_file_lock(self.folder / ".lock", wait=False) as mine:
            if not mine:
                raise Refused("the same transfer is already running", "wait until that push or pull is done")
            yield

    def get_complete_path(self, digest: str) -> Path:
        """Return the path that a file has once it is completely received. `digest` is its hash."""
        return self.folder / digest

    def _get_part_path(self, digest: str) -> Path:
        return self.folder / f"{digest}.part"

    def find_start_byte(self, digest: str, size: int) -> int:
        """Return the byte from which a file must be sent, which is the number of bytes that arrived earlier.
        For a complete file, this is its full `size`.
        """
        if self.get_complete_path(digest).is_file():
            return size
        with suppress(FileNotFoundError):
            there = self._get_part_path(digest).stat().st_size
            if there < size:
                return there
            self._get_part_path(digest).unlink()
        return 0

    def require_transfer_space(self, size: int) -> None:
        """Check that there is space for `size` more bytes. Raises DiskFull."""
        require_free_space(self.folder, size, "take in the film")

    def receive_pieces(self, digest: str, size: int, start: int, pieces: Iterable[bytes]) -> None:
        """Append received bytes to a staged file, beginning at byte `start`. When the last byte has arrived,
        check the hash of the complete file.

        Raises Damaged if the hash differs, DiskFull, and Refused if `start` is not the end of the bytes
        received earlier.
        """
        part = self._get_part_path(digest)
        if start != self.find_start_byte(digest, size):
            raise Refused("the other machine resumed a file at the wrong byte", "run the command again")
        if start == size and self.get_complete_path(digest).is_file():
            for _ in pieces:
                raise Refused("the other machine sent a file that is already here", "run the command again")
            return
        try:
            with part.open("ab") as stream:
                left = size - start
                for piece in pieces:
                    left -= len(piece)
                    if left < 0:
                        break
                    stream.write(piece)
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise explain_os_error(error, part, "take in") from error
        if left > 0:
            return
        if left < 0 or compute_file_hash(part) != digest:
            part.unlink(missing_ok=True)
            raise Damaged(
                "a received file differs from the one that was sent",
                "check it on the other machine: it was changed or is damaged",
            )
        os.replace(part, self.get_complete_path(digest))

    def put_in_place(self, digest: str, target: Path) -> None:
        """Copy or link a complete staged file to `target`, replacing an existing file. The staged file stays
        until `clear` is called.

        The target is safely on disk when this method returns. Raises DiskFull, ReadOnly, Failed.
        """
        temporary = target.with_name(f".{new_id('came')}")
        try:
            make_folders(target.parent)
            for left in target.parent.glob(".came_*"):
                left.unlink(missing_ok=True)  # Delete temporary files that a killed process left.
            try:
                os.link(self.get_complete_path(digest), temporary)
            except OSError:  # The target is on another disk, or the disk has no hard links.
                shutil.copyfile(self.get_complete_path(digest), temporary)
                fsync_file(temporary)
            os.replace(temporary, target)
            fsync_folder(target.parent)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise explain_os_error(error, target, "put") from error

    def record_puts(self, files: Mapping[str, str]) -> None:
        """Record the hashes of files by path, before the files replace existing ones.

        If the transfer is interrupted before the film is merged, the next transfer recognizes the replaced
        files by this record. Raises DiskFull, ReadOnly.
        """
        write_file_atomically(self._puts_path, json.dumps({**self.read_recorded_puts(), **files}).encode())

    def read_recorded_puts(self) -> dict[str, str]:
        """Return the recorded hash of each file, by path. The record has the files that an interrupted
        transfer put in place or was about to put in place.
        """
        try:
            known = parse_untrusted_json(self._puts_path.read_bytes())
        except (OSError, ValueError):
            return {}
        return {str(place): str(kept) for place, kept in known.items()} if isinstance(known, dict) else {}

    @property
    def _puts_path(self) -> Path:
        return self.folder / "put.json"

    def clear(self) -> None:
        """Delete all staged files, after they were put in place."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _delete_abandoned_transfers(folder: Path, but: Path) -> None:
    oldest = HOST.now() - _LEFT_DAYS * 86400
    for left in folder.iterdir():
        if left != but and left.is_dir() and left.stat().st_mtime < oldest:
            with hold_file_lock(left / ".lock", wait=False) as mine:
                if mine:
                    shutil.rmtree(left, ignore_errors=True)
