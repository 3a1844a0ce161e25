"""Staging of incoming files: files named by their hashes in a folder of the home, until all are put in place
at once.

An interrupted file continues where it stopped.
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
    explain,
    fsync_file,
    fsync_folder,
    locked,
    make_folders,
    require_space,
    write_atomic,
)
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import Home
from milimo_tui.core.untrusted_json import read_json
from milimo_tui.studio.travel.carried import digest_of

_LEFT_DAYS = 30  # age after which files of an abandoned transfer are deleted


class Staging:
    """The folder for incoming files of a film, or of a model's weights. Use inside `hold_lock`."""

    def __init__(self, home: Home, name: str) -> None:
        self.folder = home.arriving / name

    @contextmanager
    def held(self) -> Iterator[None]:
        """Lock the folder for this process. Raises Refused if another process has it, and ReadOnly,
        DiskFull.
        """
        try:
            make_folders(self.folder, mode=0o700)
            _sweep(self.folder.parent, but=self.folder)
        except OSError as error:
            raise explain(error, self.folder, "make") from error
        with locked(self.folder / ".lock", wait=False) as mine:
            if not mine:
                raise Refused(
                    "the same is coming in at this moment", "wait until the other push or pull is done"
                )
            yield

    def whole(self, digest: str) -> Path:
        """Return the path of a completely received file."""
        return self.folder / digest

    def _part(self, digest: str) -> Path:
        return self.folder / f"{digest}.part"

    def start(self, digest: str, size: int) -> int:
        """Return the byte from which a file must be sent; its size if the file is complete."""
        if self.whole(digest).is_file():
            return size
        with suppress(FileNotFoundError):
            there = self._part(digest).stat().st_size
            if there < size:
                return there
            self._part(digest).unlink()
        return 0

    def require_room(self, size: int) -> None:
        """Check that there is space for `size` more bytes. Raises DiskFull."""
        require_space(self.folder, size, "take in the film")

    def receive(self, digest: str, size: int, start: int, pieces: Iterable[bytes]) -> None:
        """Append received bytes to a file. After the last byte, check the complete file by its hash.

        Raises Damaged if the hash differs, DiskFull, and Refused if the start is not the end of the part
        received so far.
        """
        part = self._part(digest)
        if start != self.start(digest, size):
            raise Refused("a file came from another byte on than was asked for", "run it again")
        if start == size and self.whole(digest).is_file():
            for _ in pieces:
                raise Refused("a file came that is here already", "run it again")
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
            raise explain(error, part, "take in") from error
        if left > 0:
            return
        if left < 0 or digest_of(part) != digest:
            part.unlink(missing_ok=True)
            raise Damaged(
                f"what came is not the file with the hash {digest[:12]}…",
                "look at it where it comes from: it was changed, or is damaged",
            )
        os.replace(part, self.whole(digest))

    def put(self, digest: str, target: Path) -> None:
        """Put a complete file in its place, over an existing file. The staged file stays until `clear`.

        The file is on disk when this returns. Raises DiskFull, ReadOnly, Failed.
        """
        beside = target.with_name(f".{new_id('came')}")
        try:
            make_folders(target.parent)
            for left in target.parent.glob(".came_*"):
                left.unlink(missing_ok=True)  # left by a killed process
            try:
                os.link(self.whole(digest), beside)
            except OSError:  # The place is on another disk, or the disk has no links.
                shutil.copyfile(self.whole(digest), beside)
                fsync_file(beside)
            os.replace(beside, target)
            fsync_folder(target.parent)
        except OSError as error:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            raise explain(error, target, "put") from error

    def will_put(self, files: Mapping[str, str]) -> None:
        """Record hashes of files, by place, before the files replace existing ones.

        So the new files are recognized even if the film is not merged afterwards. Raises DiskFull, ReadOnly.
        """
        write_atomic(self._puts, json.dumps({**self.was_put(), **files}).encode())

    def was_put(self) -> dict[str, str]:
        """Return hashes of files that an interrupted transfer put in place, or was about to put."""
        try:
            known = read_json(self._puts.read_bytes())
        except (OSError, ValueError):
            return {}
        return {str(place): str(kept) for place, kept in known.items()} if isinstance(known, dict) else {}

    @property
    def _puts(self) -> Path:
        return self.folder / "put.json"

    def clear(self) -> None:
        """Delete all staged files, after they were put in place."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _sweep(folder: Path, but: Path) -> None:
    oldest = HOST.now() - _LEFT_DAYS * 86400
    for left in folder.iterdir():
        if left != but and left.is_dir() and left.stat().st_mtime < oldest:
            with locked(left / ".lock", wait=False) as mine:
                if mine:
                    shutil.rmtree(left, ignore_errors=True)
