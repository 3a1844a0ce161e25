"""States of a film, stored as files named by their hashes. The newest common state shows what each box
changed.

A state is stored where it is made before it is sent, and where it is received before it is merged. A received
state counts only after the film records it, in the transaction that merges it. So if a process is killed at
any time, both boxes agree on the newest state from which both continue.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import HOST, explain, fsync_file, fsync_folder, make_folders, write_atomic
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.core.untrusted_json import read_json
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.studio.travel.asks import Named
from milimo_tui.studio.travel.carried import digest_of, files_of

_LEFT_SECONDS = 86400.0
_MOST = 12  # number of newest states stored for a film, in addition to one for each box
_MOST_BOXES = 50
_MADE, _CAME = ".db", ".came"
_A_SECOND = 1_000_000_000  # in nanoseconds


class Snapshots:
    """The stored states of a film."""

    def __init__(self, paths: ProjectPaths) -> None:
        self._paths = paths
        self._folder = paths.met

    def seen(self, film: ProjectFile) -> tuple[str, ...]:
        """Return hashes of the states that the film here continues from, newest first: made here, or merged.

        A state with edits that the film does not know (because the film was restored from a copy) does not
        count.
        """
        taken_in = film.taken_in()
        return tuple(
            path.stem
            for path in self._states()
            if (path.suffix == _MADE or path.stem in taken_in) and film.knows(path)
        )

    def common(self, film: ProjectFile, seen: Collection[str], box: str) -> str:
        """Return the newest known state among `seen`, from which the box continues; empty for none."""
        newest = next((digest for digest in self.seen(film) if digest in seen), "")
        self.keep_for(box, newest)
        return newest

    def file(self, digest: str) -> Path:
        """Return the path of a state."""
        made = self._folder / f"{digest}{_MADE}"
        return made if made.is_file() else self._folder / f"{digest}{_CAME}"

    def files_then(self, digest: str) -> dict[str, str]:
        """Return hashes of the film's files by place, as they were in that state."""
        return _texts(self._list(digest))

    def keep_for(self, box: str, digest: str) -> None:
        """Record a state as the common state with a box.

        It is stored until they have another common state, even if other boxes or interrupted pushes add more
        states.
        """
        known = self._of_boxes()
        if digest and known.get(box) != digest:
            known.pop(box, None)
            last = dict([*known.items(), (box, digest)][-_MOST_BOXES:])
            with suppress(MilimoError):  # Without the record, the state is still stored as one of the newest.
                write_atomic(self._boxes, json.dumps(last).encode())

    def make(self, film: ProjectFile) -> tuple[str, tuple[Named, ...]]:
        """Copy the film's database as of this moment, while others may edit it. Return its hash, and the
        film's files.

        Raises DiskFull, ReadOnly, Failed.
        """
        beside = self._beside()
        try:
            film.copy_to(beside)
            digest = digest_of(beside)
            files = files_of(self._paths)
            self._put(beside, digest, _MADE, files)
        except OSError as error:
            raise explain(error, self._folder, "copy the film to") from error
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
        self._let_go_of_old()
        return digest, files

    def keep(self, film: ProjectFile, digest: str, source: Path, files: Iterable[Named]) -> None:
        """Store a copy of a received state with its list of files, before the film is merged.

        The caller must hold the staging lock. Raises DiskFull, ReadOnly, Failed.
        """
        beside = self._beside()
        taken_in = film.taken_in()
        try:
            for path in self._states():
                if path.suffix == _CAME and path.stem not in taken_in:
                    self._let_go(path)  # It was received but never merged.
            shutil.copyfile(source, beside)
            self._put(beside, digest, _CAME, files)
        except OSError as error:
            raise explain(error, self._folder, "keep the state of the film in") from error
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
        self._let_go_of_old()

    def _states(self) -> list[Path]:
        """Return the state files, newest first."""
        found = [path for path in self._folder.glob("*") if path.suffix in (_MADE, _CAME)]
        return sorted(found, key=_order, reverse=True)

    def _list(self, digest: str) -> Path:
        return self._folder / f"{digest}.json"

    def _beside(self) -> Path:
        """Return a path for writing the next state. Delete temporary files of killed processes."""
        try:
            make_folders(self._folder, mode=0o700)
            for left in self._folder.glob(".state_*"):
                if left.stat().st_mtime < HOST.now() - _LEFT_SECONDS:
                    left.unlink(missing_ok=True)
        except OSError as error:
            raise explain(error, self._folder, "use") from error
        return self._folder / f".{new_id('state')}"

    def _put(self, beside: Path, digest: str, suffix: str, files: Iterable[Named]) -> None:
        fsync_file(beside)
        write_atomic(self._list(digest), json.dumps({file.path: file.digest for file in files}).encode())
        self._make_newest(beside)
        os.replace(beside, self._folder / f"{digest}{suffix}")
        fsync_folder(self._folder)

    def _make_newest(self, path: Path) -> None:
        """Give a file a date after all states. The dates define an order only, independent of the clock."""
        states = self._states()
        after = (_order(states[0]) if states else 0) + _A_SECOND
        os.utime(path, ns=(after, after))

    def _let_go_of_old(self) -> None:
        kept = set(self._of_boxes().values())
        for old in self._states()[_MOST:]:
            if old.stem not in kept:
                self._let_go(old)

    @property
    def _boxes(self) -> Path:
        return self._folder / "boxes.json"

    def _of_boxes(self) -> dict[str, str]:
        """Return the common state with each box; the box of the last transfer comes last."""
        return _texts(self._boxes)

    def _let_go(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        if not self.file(path.stem).is_file():
            self._list(path.stem).unlink(missing_ok=True)


def _texts(path: Path) -> dict[str, str]:
    """Read a JSON file of texts by name; empty if there is none."""
    try:
        known = read_json(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return {str(name): str(text) for name, text in known.items()} if isinstance(known, dict) else {}


def _order(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:  # The state was deleted meanwhile.
        return 0
