"""What comes in and is not whole yet: files by their hashes in a folder of the home, taken up again where
they were cut, and put into their places all at once.
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

_LEFT_DAYS = 30  # after which what came of a film that nobody went on with is removed


class Staging:
    """The folder for one film, or one model's weights, that comes in. Use inside `held`."""

    def __init__(self, home: Home, name: str) -> None:
        self.folder = home.arriving / name

    @contextmanager
    def held(self) -> Iterator[None]:
        """Be the only one that fills it. Raises Refused where another does, ReadOnly, DiskFull."""
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
        """Where a file lies once all of it has come."""
        return self.folder / digest

    def _part(self, digest: str) -> Path:
        return self.folder / f"{digest}.part"

    def start(self, digest: str, size: int) -> int:
        """The byte from which a file has to be sent; its size where it is here."""
        if self.whole(digest).is_file():
            return size
        with suppress(FileNotFoundError):
            there = self._part(digest).stat().st_size
            if there < size:
                return there
            self._part(digest).unlink()
        return 0

    def require_room(self, size: int) -> None:
        """Raises DiskFull where so many bytes more would not fit."""
        require_space(self.folder, size, "take in the film")

    def receive(self, digest: str, size: int, start: int, pieces: Iterable[bytes]) -> None:
        """Append what comes of a file; the last of it is looked at whole, by its hash.

        Raises Damaged where that is another file's, DiskFull, Refused for a start that is not where its part
        ends.
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
        """Give a whole file its place, over what lies there; it stays here, too, until `clear`.

        On the disk when this returns. Raises DiskFull, ReadOnly, Failed.
        """
        beside = target.with_name(f".{new_id('came')}")
        try:
            make_folders(target.parent)
            for left in target.parent.glob(".came_*"):
                left.unlink(missing_ok=True)  # of one that was killed
            try:
                os.link(self.whole(digest), beside)
            except OSError:  # another disk, or one without links
                shutil.copyfile(self.whole(digest), beside)
                fsync_file(beside)
            os.replace(beside, target)
            fsync_folder(target.parent)
        except OSError as error:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            raise explain(error, target, "put") from error

    def will_put(self, files: Mapping[str, str]) -> None:
        """Note hashes of files, by their places, before they are put over what lies there: so they are known
        for what they are where the film does not take in what they belong to. Raises DiskFull, ReadOnly.
        """
        write_atomic(self._puts, json.dumps({**self.was_put(), **files}).encode())

    def was_put(self) -> dict[str, str]:
        """Hashes of files that were put, or nearly, by whoever was cut then."""
        try:
            known = read_json(self._puts.read_bytes())
        except (OSError, ValueError):
            return {}
        return {str(place): str(kept) for place, kept in known.items()} if isinstance(known, dict) else {}

    @property
    def _puts(self) -> Path:
        return self.folder / "put.json"

    def clear(self) -> None:
        """Let go of all: it is where it belongs."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _sweep(folder: Path, but: Path) -> None:
    oldest = HOST.now() - _LEFT_DAYS * 86400
    for left in folder.iterdir():
        if left != but and left.is_dir() and left.stat().st_mtime < oldest:
            with locked(left / ".lock", wait=False) as mine:
                if mine:
                    shutil.rmtree(left, ignore_errors=True)
