"""States of a film: copies of its database, stored as files named by their hashes. The newest state that two
boxes have in common shows what each of them has changed since.

A state is stored where it is made before it is sent, and where it is received before it is merged. A received
state counts only once the film has recorded it, in the same transaction that merges it. So both boxes agree
on their newest common state, even if a process is killed at any time.
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
from milimo_tui.studio.travel.box_messages import TravellingFile
from milimo_tui.studio.travel.carried import compute_file_hash, list_transferred_files

_LEFT_SECONDS = 86400.0
# The number of newest states that a film stores, in addition to the common state with each box.
_MAX_STATES = 12
_MAX_BOXES = 50
_MADE, _CAME = ".db", ".came"
_A_SECOND = 1_000_000_000  # A second in nanoseconds.


class Snapshots:
    """The stored states (copies of the database) of one film. They are files in a folder of this film."""

    def __init__(self, paths: ProjectPaths) -> None:
        self._paths = paths
        self._folder = paths.shared_states

    def list_known_states(self, film: ProjectFile) -> tuple[str, ...]:
        """Return the hashes of the states from which the present film was made by edits, newest first. These
        are states stored on this box, and received states that were merged.

        A state is left out if it contains edits that the film does not have. This happens after the film was
        restored from a copy.
        """
        taken_in = film.list_merged_states()
        return tuple(
            path.stem
            for path in self._list_state_files()
            if (path.suffix == _MADE or path.stem in taken_in) and film.has_all_edits_of_copy(path)
        )

    def find_common_state(self, film: ProjectFile, seen: Collection[str], box: str) -> str:
        """Return the newest known state that is among `seen`, the states on the other box; empty if there is
        none. Record it as the common state with the box called `box`.
        """
        newest = next((digest for digest in self.list_known_states(film) if digest in seen), "")
        self.record_common_state(box, newest)
        return newest

    def get_state_path(self, digest: str) -> Path:
        """Return the path of a state."""
        made = self._folder / f"{digest}{_MADE}"
        return made if made.is_file() else self._folder / f"{digest}{_CAME}"

    def list_files_of_state(self, digest: str) -> dict[str, str]:
        """Return the hash of each file that the film had in a state, by path."""
        return _read_text_map(self._get_file_list_path(digest))

    def record_common_state(self, box: str, digest: str) -> None:
        """Record a state as the common state with a box. Do nothing if `digest` is empty.

        The state is then preserved until both boxes have a newer common state, even if transfers with other
        boxes add many states.
        """
        known = self._read_common_states()
        if digest and known.get(box) != digest:
            known.pop(box, None)
            last = dict([*known.items(), (box, digest)][-_MAX_BOXES:])
            # If the record can't be written, the state is still preserved for a while as one of the newest.
            with suppress(MilimoError):
                write_file_atomically(self._boxes_path, json.dumps(last).encode())

    def make_state(self, film: ProjectFile) -> tuple[str, tuple[TravellingFile, ...]]:
        """Store a copy of the film's present database as a state, while other processes may edit the film.
        Return its hash and the film's files.

        Raises DiskFull, ReadOnly, Failed.
        """
        path = self._make_temporary_path()
        try:
            film.copy_database_to(path)
            digest = compute_file_hash(path)
            files = list_transferred_files(self._paths)
            self._publish_state(path, digest, _MADE, files)
        except OSError as error:
            raise explain_os_error(error, self._folder, "copy the film to") from error
        finally:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        self._delete_old_states()
        return digest, files

    def store_received_state(
        self, film: ProjectFile, digest: str, source: Path, files: Iterable[TravellingFile]
    ) -> None:
        """Store a copy of a received state with the list of its files, before the state is merged into the
        film.

        The caller must hold the lock of the staging folder. Raises DiskFull, ReadOnly, Failed.
        """
        temporary = self._make_temporary_path()
        taken_in = film.list_merged_states()
        try:
            for path in self._list_state_files():
                if path.suffix == _CAME and path.stem not in taken_in:
                    self._delete_state(path)  # Delete states that were received earlier but never merged.
            shutil.copyfile(source, temporary)
            self._publish_state(temporary, digest, _CAME, files)
        except OSError as error:
            raise explain_os_error(error, self._folder, "keep the state of the film in") from error
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
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

    def _publish_state(self, path: Path, digest: str, suffix: str, files: Iterable[TravellingFile]) -> None:
        fsync_file(path)
        write_file_atomically(
            self._get_file_list_path(digest), json.dumps({file.path: file.digest for file in files}).encode()
        )
        self._make_newest(path)
        os.replace(path, self._folder / f"{digest}{suffix}")
        fsync_folder(self._folder)

    def _make_newest(self, path: Path) -> None:
        """Give a file a modification time later than that of all stored states. These times only order the
        states, so that a wrong clock does no harm.
        """
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
        """Return the hash of the common state with each box. The box of the last transfer comes last."""
        return _read_text_map(self._boxes_path)

    def _delete_state(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        if not self.get_state_path(path.stem).is_file():
            self._get_file_list_path(path.stem).unlink(missing_ok=True)


def _read_text_map(path: Path) -> dict[str, str]:
    """Read a JSON object whose values are texts. Return an empty mapping if the file is missing or
    unreadable.
    """
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
