"""States of a film that two boxes have seen, as files by their hashes: what they did since is told by them.

A state that was sent and taken in is kept by both. Whatever each does afterwards begins from it, so that the
newest one that both have is where they meet.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from milimo_tui.core.errors import Refused
from milimo_tui.core.host import HOST, explain, fsync_file, fsync_folder, make_folders, write_atomic
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.core.untrusted_json import read_json
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.studio.travel.asks import Named
from milimo_tui.studio.travel.carried import digest_of

_LEFT_SECONDS = 86400.0
_MOST = 12  # states that are kept of a film, the newest


class Snapshots:
    """The states kept of one film."""

    def __init__(self, paths: ProjectPaths) -> None:
        self._folder = paths.met

    def seen(self) -> tuple[str, ...]:
        """Hashes of the states that were taken in on both sides, newest first."""
        if not self._folder.is_dir():
            return ()
        files = sorted(self._folder.glob("*.db"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        return tuple(path.stem for path in files)

    def file(self, digest: str) -> Path:
        """Where a state lies that both have seen."""
        return self._folder / f"{digest}.db"

    def new_file(self, digest: str) -> Path:
        """Where a state lies that was made here and is not taken in on the other side yet."""
        return self._folder / f"{digest}.new"

    def files_then(self, digest: str) -> dict[str, str]:
        """Hashes of the film's files by their places, as they were in that state."""
        try:
            known = read_json((self._folder / f"{digest}.json").read_bytes())
        except (OSError, ValueError):
            return {}
        return {str(place): str(kept) for place, kept in known.items()} if isinstance(known, dict) else {}

    def make(self, file: ProjectFile) -> str:
        """Copy the film's database as of this moment, while whoever edits it goes on; returns the hash.

        Raises DiskFull, ReadOnly, Failed.
        """
        beside = self._folder / f".{new_id('state')}"
        try:
            make_folders(self._folder, mode=0o700)
            for left in (*self._folder.glob("*.new"), *self._folder.glob(".state_*")):
                if left.stat().st_mtime < HOST.now() - _LEFT_SECONDS:
                    left.unlink(missing_ok=True)  # of one that was sent and never taken in
            file.copy_to(beside)
            digest = digest_of(beside)
            os.replace(beside, self.new_file(digest))
        except OSError as error:
            raise explain(error, self._folder, "copy the film to") from error
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
        return digest

    def keep(self, digest: str, source: Path, files: Iterable[Named]) -> None:
        """Keep a state that both sides have now; `source` is copied. Raises DiskFull, Refused where that is
        gone.
        """
        beside = self._folder / f".{new_id('state')}"
        try:
            make_folders(self._folder, mode=0o700)
            shutil.copyfile(source, beside)
            fsync_file(beside)
            places = {file.path: file.digest for file in files}
            write_atomic(self._folder / f"{digest}.json", json.dumps(places).encode())
            os.replace(beside, self.file(digest))
            fsync_folder(self._folder)
            if source == self.new_file(digest):
                source.unlink(missing_ok=True)
        except FileNotFoundError as error:
            raise Refused("that state of the film is not here any more", "run it again") from error
        except OSError as error:
            raise explain(error, self._folder, "keep the state of the film in") from error
        for old in self.seen()[_MOST:]:
            for path in (self.file(old), self._folder / f"{old}.json"):
                path.unlink(missing_ok=True)
