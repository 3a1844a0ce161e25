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
from milimo_tui.core.host import (
    HOST,
    explain_os_error,
    fsync_file,
    fsync_folder,
    make_folders,
    write_file_atomically,
)
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.studio.travel.asks import TravellingFile
from milimo_tui.studio.travel.carried import compute_file_hash, list_transferred_files

_LEFT_SECONDS = 86400.0
_MAX_STATES = 12  # number of newest states stored for a film, in addition to one for each box
_MAX_BOXES = 50
_MADE, _CAME = ".db", ".came"
_A_SECOND = 1_000_000_000  # in nanoseconds


class Snapshots:
    """The stored states of a film."""

    def __init__(self, paths: ProjectPaths) -> None:
        self._paths = paths
        self._folder = paths.shared_states

    def list_known_states(self, film: ProjectFile) -> tuple[str, ...]:
        """Return hashes of the states that the film here continues from, newest first: made here, or merged.

        A state with edits that the film does not know (because the film was restored from a copy) does not
        count.
        """
        taken_in = film.list_merged_states()
        return tuple(
            path.stem
            for path in self._list_state_files()
            if (path.suffix == _MADE or path.stem in taken_in) and film.has_all_edits_of_copy(path)
        )

    def find_common_state(self, film: ProjectFile, seen: Collection[str], box: str) -> str:
        """Return the newest known state among `seen`, from which the box continues; empty for none."""
        newest = next((digest for digest in self.list_known_states(film) if digest in seen), "")
        self.record_common_state(box, newest)
        return newest

    def get_state_path(self, digest: str) -> Path:
        """Return the path of a state."""
        made = self._folder / f"{digest}{_MADE}"
        return made if made.is_file() else self._folder / f"{digest}{_CAME}"

    def list_files_of_state(self, digest: str) -> dict[str, str]:
        """Return hashes of the film's files by place, as they were in that state."""
        return _read_text_map(self._get_file_list_path(digest))

    def record_common_state(self, box: str, digest: str) -> None:
        """Record a state as the common state with a box.

        It is stored until they have another common state, even if other boxes or interrupted pushes add more
        states.
        """
        known = self._read_common_states()
        if digest and known.get(box) != digest:
            known.pop(box, None)
            last = dict([*known.items(), (box, digest)][-_MAX_BOXES:])
            with suppress(MilimoError):  # Without the record, the state is still stored as one of the newest.
                write_file_atomically(self._boxes_path, json.dumps(last).encode())

    def make_state(self, film: ProjectFile) -> tuple[str, tuple[TravellingFile, ...]]:
        """Copy the film's database as of this moment, while others may edit it. Return its hash, and the
        film's files.

        Raises DiskFull, ReadOnly, Failed.
        """
        beside = self._make_temporary_path()
        try:
            film.copy_database_to(beside)
            digest = compute_file_hash(beside)
            files = list_transferred_files(self._paths)
            self._publish_state(beside, digest, _MADE, files)
        except OSError as error:
            raise explain_os_error(error, self._folder, "copy the film to") from error
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
        self._delete_old_states()
        return digest, files

    def store_received_state(
        self, film: ProjectFile, digest: str, source: Path, files: Iterable[TravellingFile]
    ) -> None:
        """Store a copy of a received state with its list of files, before the film is merged.

        The caller must hold the staging lock. Raises DiskFull, ReadOnly, Failed.
        """
        beside = self._make_temporary_path()
        taken_in = film.list_merged_states()
        try:
            for path in self._list_state_files():
                if path.suffix == _CAME and path.stem not in taken_in:
                    self._delete_state(path)  # It was received but never merged.
            shutil.copyfile(source, beside)
            self._publish_state(beside, digest, _CAME, files)
        except OSError as error:
            raise explain_os_error(error, self._folder, "keep the state of the film in") from error
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
        self._delete_old_states()

    def _list_state_files(self) -> list[Path]:
        """Return the state files, newest first."""
        found = [path for path in self._folder.glob("*") if path.suffix in (_MADE, _CAME)]
        return sorted(found, key=_get_state_order, reverse=True)

    def _get_file_list_path(self, digest: str) -> Path:
        return self._folder / f"{digest}.json"

    def _make_temporary_path(self) -> Path:
        """Return a path for writing the next state. Delete temporary files of killed processes."""
        try:
            make_folders(self._folder, mode=0o700)
            for left in self._folder.glob(".state_*"):
                if left.stat().st_mtime < HOST.now() - _LEFT_SECONDS:
                    left.unlink(missing_ok=True)
        except OSError as error:
            raise explain_os_error(error, self._folder, "use") from error
        return self._folder / f".{new_id('state')}"

    def _publish_state(self, beside: Path, digest: str, suffix: str, files: Iterable[TravellingFile]) -> None:
        fsync_file(beside)
        write_file_atomically(
            self._get_file_list_path(digest), json.dumps({file.path: file.digest for file in files}).encode()
        )
        self._make_newest(beside)
        os.replace(beside, self._folder / f"{digest}{suffix}")
        fsync_folder(self._folder)

    def _make_newest(self, path: Path) -> None:
        """Give a file a date after all states. The dates define an order only, independent of the clock."""
        states = self._list_state_files()
        after = (_get_state_order(states[0]) if states else 0) + _A_SECOND
        os.utime(path, ns=(after, after))

    def _delete_old_states(self) -> None:
        kept = set(self._read_common_states().values())
        for old in self._list_state_files()[_MAX_STATES:]:
            if old.stem not in kept:
                self._delete_state(old)

    @property
    def _boxes_path(self) -> Path:
        return self._folder / "boxes.json"

    def _read_common_states(self) -> dict[str, str]:
        """Return the common state with each box; the box of the last transfer comes last."""
        return _read_text_map(self._boxes_path)

    def _delete_state(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        if not self.get_state_path(path.stem).is_file():
            self._get_file_list_path(path.stem).unlink(missing_ok=True)


def _read_text_map(path: Path) -> dict[str, str]:
    """Read a JSON file of texts by name; empty if there is none."""
    try:
        known = parse_untrusted_json(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return {str(name): str(text) for name, text in known.items()} if isinstance(known, dict) else {}


def _get_state_order(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:  # The state was deleted meanwhile.
        return 0
