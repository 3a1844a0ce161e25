"""Watched folders: new files are imported into the folder's film once they stop changing. Each file is
imported once.

A thread checks the folders every few seconds. A file that is the same at two consecutive checks counts as
complete. Files are identified by their SHA-256, so that a copied or renamed file is not imported twice. The
import runs in a separate process (`WatchedFileImporter`), so that a damaged file can't harm the queue.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import stat
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.core.host import HOST
from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.jobs.notify.outbox import report_task_failure
from milimo_tui.jobs.queue.queue import JobQueue
from milimo_tui.jobs.values.intake import WatchedFileImporter
from milimo_tui.store.jobs.studio_values import WatchedFile, WatchedFolder

log = logging.getLogger(__name__)

UNFINISHED = (".part", ".partial", ".crdownload", ".download", ".tmp", ".filepart", ".swp", "~")
# Maximum number of files in a watched folder. A folder with more is not watched, and the user is told why.
MOST = 10_000
BLOCK = 1 << 20  # The number of bytes that are read from a file at a time when its SHA-256 is computed.


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file as found by one check: its name, and a stamp that changes when the file is written to."""

    name: str
    stamp: str


def is_valid_text_name(name: str) -> bool:
    """Return True if a file name can be stored and shown. Names on disk may contain bytes that are not valid
    text.
    """
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def list_importable_files(folder: Path) -> tuple[list[SeenFile], str]:
    """Return the importable files of a folder, sorted by name, and the reason if the folder can't be read
    (otherwise empty).
    """
    found = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if (
                    entry.name.startswith(".")
                    or entry.name.endswith(UNFINISHED)
                    or not is_valid_text_name(entry.name)
                ):
                    continue
                with suppress(OSError):  # The file may have been removed since the folder was listed.
                    facts = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(facts.st_mode) and facts.st_size:
                        stamp = f"{facts.st_size}:{facts.st_mtime_ns}:{facts.st_ino}"
                        found.append(SeenFile(entry.name, stamp))
                if len(found) > MOST:
                    return [], f"{folder} holds more than {MOST:,} files: too many to watch"
    except FileNotFoundError:
        return [], f"{folder} does not exist"
    except OSError as error:
        return [], f"{folder} can't be read: {error.strerror}"
    return sorted(found, key=lambda seen: seen.name), ""


def compute_file_digest(path: Path, over: threading.Event) -> str:
    """Return the SHA-256 of a file in hex; empty if the event `over` is set while the file is being read.
    Raises OSError.
    """
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if over.is_set():
                return ""
            found.update(block)
    return found.hexdigest()


class FolderWatch:
    """The task that regularly checks all watched folders for new files.

    `take` is the function that imports a file, and `seconds` is the time between two checks. `tell` is called
    once for each problem, with a message for the user.
    """

    def __init__(
        self, queue: JobQueue, take: WatchedFileImporter, seconds: float, tell: Callable[[str], None]
    ) -> None:
        self._queue = queue
        self._take = take
        self._seconds = seconds
        self._tell = tell
        # (folder id, file name) → the file's stamp at the previous check.
        self._last: dict[tuple[str, str], str] = {}
        # (folder id, file name) → the stamp of a file that was imported, or whose import failed.
        self._known: dict[tuple[str, str], str] = {}
        # (folder id, file name) → the problem because of which the import will be tried again.
        self._put_off: dict[tuple[str, str], str] = {}
        self._woken = asyncio.Event()
        self._over = threading.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Read the files that were imported earlier, and start the task that checks the folders."""
        for folder in self._queue.file.select_watched_folders():
            self._load_known_files(folder)
        self._task = asyncio.create_task(self._watch_folders(), name="the watch of folders")
        self._task.add_done_callback(report_task_failure)

    def _load_known_files(self, folder: WatchedFolder) -> None:
        for file in self._queue.file.select_watched_files(folder.id):
            self._known[folder.id, file.name] = file.stamp

    def check_folders_soon(self) -> None:
        """Start a check soon, because watched folders were added or removed."""
        self._woken.set()

    def close(self) -> None:
        """Stop watching, and end the process of a running import."""
        if self._task:
            self._task.cancel()
        self._over.set()
        self._take.stop()

    async def _watch_folders(self) -> None:
        while True:
            folders = self._queue.file.select_watched_folders()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self._seconds if folders else None)
            self._woken.clear()
            for folder in self._queue.file.select_watched_folders():
                await self._check_folder(folder)

    async def _check_folder(self, folder: WatchedFolder) -> None:
        found, problem = await asyncio.to_thread(list_importable_files, Path(folder.folder))
        if problem != folder.problem:
            self._set_problem(folder, problem)
        for seen in found:
            key = folder.id, seen.name
            if self._known.get(key) == seen.stamp:
                continue
            rests, self._last[key] = self._last.get(key) == seen.stamp, seen.stamp
            if rests and self._is_watched(folder):
                await self._import_settled_file(folder, seen)

    def _is_watched(self, folder: WatchedFolder) -> bool:
        return any(each.id == folder.id for each in self._queue.file.select_watched_folders())

    def _set_problem(self, folder: WatchedFolder, problem: str) -> None:
        with self._queue.begin_change():
            self._queue.file.set_watch_problem(folder.id, problem)
            self._queue.record_event("watch", folder=folder.folder, problem=problem)
        if problem:
            log.warning("watched folder: %s", problem)
            self._tell(f"watched folder: {problem}")

    async def _import_settled_file(self, folder: WatchedFolder, seen: SeenFile) -> None:
        """Import a file that has stopped changing, unless a file with the same content was imported
        before.
        """
        path = Path(folder.folder, seen.name)
        try:
            digest = await asyncio.to_thread(compute_file_digest, path, self._over)
        except OSError:
            # The file can't be read, mostly because it was removed. If it still exists, the next check tries
            # again.
            return
        before = {file.digest: file for file in self._queue.file.select_watched_files(folder.id)}.get(digest)
        # The content is known: the file is a renamed or touched copy of an imported file.
        if before is not None:
            self._known[folder.id, seen.name] = seen.stamp
            return
        ended = await asyncio.to_thread(self._take.import_file, folder, path)
        if ended.passes:
            self._report_postponed_file(folder, seen, ended.problem)
            return
        self._put_off.pop((folder.id, seen.name), None)
        self._record_imported_file(folder, seen, digest, ended.problem)

    def _report_postponed_file(self, folder: WatchedFolder, file: SeenFile, problem: str) -> None:
        """Report the problem of a file that can't be imported yet. Each problem is reported once; the next
        check tries the import again.
        """
        key = folder.id, file.name
        if self._put_off.get(key) != problem:
            self._put_off[key] = problem
            log.warning("%s waits: %s", Path(folder.folder, file.name), problem)
            self._tell(f"{clean_one_line(file.name, 60)} waits to be imported: {problem}")

    def _record_imported_file(self, folder: WatchedFolder, seen: SeenFile, digest: str, problem: str) -> None:
        self._known[folder.id, seen.name] = seen.stamp
        if not self._is_watched(folder):
            return  # The user stopped watching this folder during the import.
        with self._queue.begin_change():
            file = WatchedFile(folder.id, digest, seen.name, HOST.now(), seen.stamp, problem)
            self._queue.file.add_watched_file(file)
            self._queue.record_event("watch", folder=folder.folder, file=seen.name, problem=problem)
        if problem:
            log.warning("%s could not be taken in: %s", Path(folder.folder, seen.name), problem)
            self._tell(f"{clean_one_line(seen.name, 60)} could not be imported: {problem}")
        else:
            log.info("%s was taken into %s", Path(folder.folder, seen.name), folder.project)
