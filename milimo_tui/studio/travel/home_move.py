"""Moving a studio home to another folder of this machine, on the same disk or another one, completely or not
at all.

On the same disk, the folder is renamed. For another disk, all files are copied, read back and compared; until
then the old folder stays the home. Copied files are recorded, so that an interrupted move can continue. At
the end, the old path becomes a symbolic link to the new folder, and the old files are deleted.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from milimo_tui.core.errors import BadInput, Damaged, Refused
from milimo_tui.core.host import (
    detect_network_disk,
    explain_os_error,
    fsync_folder,
    fsync_uncached,
    get_file_identity,
    hold_file_lock,
    make_folders,
    parse_user_path,
    require_free_space,
    require_unicode_path,
    write_file_atomically,
)
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import HOME_MARK, Home
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.jobs.client.connection import SupervisorSilent
from milimo_tui.store.jobs.studio_file import StudioFile
from milimo_tui.store.jobs.studio_values import HomeRow
from milimo_tui.store.sqlite.recovery import lock_database_exclusively
from milimo_tui.studio.session.home import remember_last_home
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.travel.sending import MEGABYTE, TransferMeter

# A file with this name in the new folder lists the copied files, one per line.
COPY_RECORD = ".milimo-moving"
# Entries of the home that are not copied: they belong to processes that use the old home, or are created
# again when needed.
_LEFT = frozenset(
    (HOME_MARK, COPY_RECORD, "run", "terminals", "streamed", "supervisor.lock", "supervisor.json",
     "supervisor.failure.json")
)  # fmt: skip
_STOP_SECONDS = 15.0
_COPY_TRIES = 5  # If other programs still change files after this number of copies, the move is refused.
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class HomeMoved:
    """The result of a move. `root` is the new folder of the home. `copied` is the number of files copied to
    another disk, and `bytes` their total size; both are 0 if the folder was renamed.
    """

    root: Path
    is_linked: bool  # True if the old path is now a link to the new folder.
    copied: int = 0
    bytes: int = 0


def move_home(studio: Studio, name: str) -> HomeMoved:
    """Move the studio home to a folder that is empty or does not exist. `name` is the folder's path.

    Raises BadInput, Refused while the home is in use, DiskFull, ReadOnly, Damaged, Failed, Cancelled. The
    home is then in its old folder.
    """
    home = studio.home
    target = _check_move_target(home, parse_user_path(name).absolute())
    _stop_idle_supervisor(studio)
    studio.close_project()
    with hold_file_lock(home.lock, wait=False) as ours, _lock_unused_home(home):
        if not ours:
            raise Refused(
                "the queue of this home has just started a job",
                "run milimo supervisor stop --now, then try again",
            )
        try:
            return _rename_home(home, target) or _copy_home_to_disk(studio, home, target)
        except OSError as error:
            raise explain_os_error(error, str(error.filename or target), "move this home to") from error


def _check_move_target(home: Home, named: Path) -> Path:
    """Return the resolved path of the target folder. Raises BadInput or Refused if the home can't be moved
    there.
    """
    target = named.parent.resolve() / named.name
    if target.is_symlink():
        target = target.resolve()
    require_unicode_path(target, "the path of the studio home", "name another folder")
    if target == home.root:
        raise BadInput("this home is already there", "name another folder")
    if home.root in target.parents:
        raise BadInput("this home can't be moved into itself", "name a folder next to it, or on another disk")
    if not target.parent.is_dir():
        raise BadInput(
            f"the folder {target.parent} does not exist", "create it first, or name another folder"
        )
    if target.exists() and (
        not target.is_dir() or (any(target.iterdir()) and not _was_move_interrupted(home, target))
    ):
        raise BadInput(
            f"{target} is a file or a folder that is not empty",
            "name an empty folder, or one that does not exist",
        )
    if (home.root / ".git").exists():
        raise Refused(
            "this home is inside a checkout of Milimo's source", "move the complete checkout instead"
        )
    if kind := detect_network_disk(target.parent):
        raise Refused(
            f"{target} is on a network disk ({kind}), but the queue needs a local disk", "name a local folder"
        )
    return target


def _was_move_interrupted(home: Home, target: Path) -> bool:
    """Return True if an earlier move of this home to the folder `target` was started and interrupted."""
    return _CopyRecord.read(target).source == str(home.root)


def _stop_idle_supervisor(studio: Studio) -> None:
    """Stop the supervisor if no jobs are running. Raises Refused if jobs are running."""
    from milimo_tui.jobs.cluster import node_processes

    if node_processes.list_running_nodes(studio.home):
        raise Refused(
            "nodes of a cluster are working for this home",
            "stop them with milimo cluster down, then try again",
        )
    busy = Refused("jobs are running in this home", "milimo supervisor stop --now returns them to the queue")
    try:
        client = studio.client_or_none()
        if client is None:
            return
        if client.fetch_status().active or not client.stop(now=True, wait=_STOP_SECONDS):
            raise busy
    except SupervisorSilent:
        raise busy from None


@contextmanager
def _lock_unused_home(home: Home) -> Iterator[None]:
    """Lock the home during the block, so that no other process begins to use it. Raises Refused if a studio
    is open on the home, or if a film is being received.
    """
    with ExitStack() as stack:
        for lock in sorted(home.terminals.glob("*.lock")):
            if not stack.enter_context(hold_file_lock(lock, wait=False)):
                raise Refused(
                    "a studio is open on this home", "quit the studio, then run milimo home move FOLDER"
                )
        for lock in sorted(home.incoming_films.glob("*/.lock")):
            if not stack.enter_context(hold_file_lock(lock, wait=False)):
                raise Refused("a film is being received into this home", "wait until it has arrived")
        yield


@contextmanager
def _lock_all_films(home: Home) -> Iterator[None]:
    """Lock the database of every film of the home against writes during the block. Raises Refused if a film
    is open in another process.
    """
    with ExitStack() as stack:
        for film in sorted(home.projects.glob("*/project.db")):
            stack.enter_context(lock_database_exclusively(film, "move"))
        yield


# Moves on the same disk.


def _rename_home(home: Home, target: Path) -> HomeMoved | None:
    """Move the home by renaming its folder. Return None if the target is on another disk, or if a copy to it
    was begun before.
    """
    there = get_file_identity(target.parent)
    if there is None or there[0] != home.root.stat().st_dev or _CopyRecord.read(target).source:
        return None
    with _lock_all_films(home):
        links = list(_list_adjusted_links(home.root, target))
        link = _make_temporary_link(home.root, target)
        try:
            os.rename(home.root, target)
        except OSError as error:
            if link is not None:
                link.unlink()
            # A rename can fail with EXDEV although both folders have the same device number. The caller then
            # copies the files.
            if error.errno == errno.EXDEV:
                return None
            raise
        linked = _replace_home_by_link(link, home.root, target)
    for place, text in links:
        if os.readlink(target / place) != text:
            _write_symlink(target / place, text)
    fsync_folder(target.parent)
    return HomeMoved(target, linked)


def _make_temporary_link(root: Path, target: Path) -> Path | None:
    """Create a symbolic link to the new folder, with a temporary name next to the old folder. Return None on
    a disk that has no links.
    """
    temporary = root.with_name(f".{new_id('moved')}")
    with suppress(OSError):
        os.symlink(target, temporary)
        return temporary
    return None


def _replace_home_by_link(link: Path | None, root: Path, target: Path) -> bool:
    """Rename the temporary link to the path of the old folder, and return True. Without a link, record the
    new folder as the home used last, and return False.
    """
    if link is None:
        remember_last_home(Home(target))
        return False
    os.rename(link, root)
    fsync_folder(root.parent)
    return True


def _list_adjusted_links(root: Path, target: Path) -> Iterator[tuple[Path, str]]:
    """Yield each symbolic link in a folder: its path in the folder, and the target it must have after the
    move.

    A link to a file outside the folder keeps that file as target. A link to a file inside the folder leads to
    the new path of that file.
    """
    for folder, folders, names in os.walk(root):
        for name in (*folders, *names):
            path = Path(folder, name)
            if not path.is_symlink():
                continue
            text = os.readlink(path)
            whole = Path(os.path.normpath(path.parent / text))
            if whole != root and root not in whole.parents:
                text = str(whole)
            elif os.path.isabs(text):
                text = str(target / whole.relative_to(root))
            yield path.relative_to(root), text


def _write_symlink(path: Path, text: str) -> None:
    temporary = path.with_name(f".{new_id('moved')}")
    os.symlink(text, temporary)
    os.replace(temporary, path)


# Moves to another disk.


@dataclass(slots=True)
class _CopyRecord:
    """The record of copied files: the size and the modification time (ns) that each file had when it was
    read, by its path in the home.
    """

    source: str = ""
    files: dict[str, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def read(cls, target: Path) -> _CopyRecord:
        """Read the record of copied files from the folder `target`. Return an empty record if the folder has
        none.
        """
        made = cls()
        try:
            lines = (target / COPY_RECORD).read_text(errors="surrogateescape").splitlines()
        except OSError:
            return made
        for line in lines:
            try:
                each = parse_untrusted_json(line)
            except ValueError:  # The last line may be incomplete.
                continue
            if isinstance(each, dict):
                made.source = str(each.get("from", made.source))
            elif isinstance(each, list) and len(each) == 3:
                made.files[str(each[0])] = int(each[1]), int(each[2])
        return made

    def needs_copy(self, place: str, found: os.stat_result, target: Path) -> bool:
        """Return True if the target lacks the present version of the file `place`. `found` has the present
        size and modification time of the file in the home.
        """
        if self.files.get(place) != (found.st_size, found.st_mtime_ns):
            return True
        there = target / place
        return not there.is_file() or there.stat().st_size != found.st_size


def _copy_home_to_disk(studio: Studio, home: Home, target: Path) -> HomeMoved:
    make_folders(target, mode=0o700)
    done = _CopyRecord.read(target)
    if not done.source:
        write_file_atomically(
            target / COPY_RECORD, (json.dumps({"from": str(home.root)}) + "\n").encode(), 0o600
        )
        done = _CopyRecord.read(target)
    for left in target.rglob(".moved_*"):
        left.unlink(missing_ok=True)
    count = size = 0
    for _ in range(_COPY_TRIES):
        lacking = _list_lacking_files(home.root, target, done)
        new, read = _copy_lacking_files(studio, home, target, done, lacking)
        count, size = count + new, size + read
        _delete_removed_files(home, target)
        _update_queue_place(target)
        with _lock_all_films(home):
            if any(
                place.split("-")[0] != home.studio_db.name
                for place in _list_lacking_files(home.root, target, done)
            ):
                continue  # A file changed meanwhile, so copy again.
            linked = _switch_to_new_home(home, target)
            break
    else:
        raise Refused("a program keeps writing into this home", "end that program, then try again")
    return HomeMoved(target, linked, count, size)


def _list_lacking_files(root: Path, target: Path, done: _CopyRecord) -> dict[str, int]:
    """Return the files whose current version is not in the target: the size of each in bytes, by its path in
    the home.
    """
    return {
        place: found.st_size
        for place, found in _list_moved_files(root)
        if done.needs_copy(place, found, target)
    }


def _list_moved_files(root: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Yield each file of a home that must be moved: its path in the home, and its size and time (`os.lstat`).
    Files that belong to running processes are left out.
    """
    for folder, folders, names in os.walk(root):
        if Path(folder) == root:
            folders[:] = [name for name in folders if name not in _LEFT]
            names = [name for name in names if name not in _LEFT]
        for name in names:
            path = os.path.join(folder, name)
            found = os.lstat(path)
            if stat.S_ISREG(found.st_mode) and not name.endswith("-shm"):
                yield os.path.relpath(path, root), found


def _copy_lacking_files(
    studio: Studio, home: Home, target: Path, done: _CopyRecord, lacking: dict[str, int]
) -> tuple[int, int]:
    """Copy all folders and links, and the files in `lacking` (sizes by path). Return the number of copied
    files and their bytes.
    """
    total = sum(lacking.values())
    require_free_space(target, total, "move this home")
    for folder, folders, _ in os.walk(home.root):
        if Path(folder) == home.root:
            folders[:] = [name for name in folders if name not in _LEFT]
        for name in folders:
            path = Path(folder, name)
            if not path.is_symlink():
                make_folders(target / path.relative_to(home.root), mode=stat.S_IMODE(path.stat().st_mode))
    for place, text in _list_adjusted_links(home.root, target):
        if place.parts[0] not in _LEFT:
            _write_symlink(target / place, text)
    with (
        studio.counted(f"MB to {target.name}", total // MEGABYTE) as report_progress,
        (target / COPY_RECORD).open("a") as note,
    ):
        meter = TransferMeter(report_progress)
        for name in lacking:
            meter.name = name
            stamp = _copy_and_verify(home.root / name, target / name, meter)
            done.files[name] = stamp
            note.write(json.dumps([name, *stamp]) + "\n")
            note.flush()
        os.fsync(note.fileno())
    return len(lacking), total


def _copy_and_verify(source: Path, target: Path, meter: TransferMeter) -> tuple[int, int]:
    """Copy a file, then read the copy from the disk and compare hashes. Return the size and the modification
    time (ns) of the source before the copy. Raises Damaged, OSError.
    """
    temporary, taken = target.with_name(f".{new_id('moved')}"), hashlib.sha256()
    found = source.stat()
    with source.open("rb") as reading, temporary.open("wb") as writing:
        while piece := reading.read(_PIECE):
            writing.write(piece)
            taken.update(piece)
            meter.count_bytes(len(piece))
        writing.flush()
        # Drop the copy from the page cache, so that it is compared with the data on the disk.
        fsync_uncached(writing.fileno())
    shutil.copymode(source, temporary)
    os.utime(temporary, ns=(found.st_atime_ns, found.st_mtime_ns))
    with temporary.open("rb") as stream:
        there = hashlib.file_digest(stream, "sha256").hexdigest()
    if there != taken.hexdigest():
        temporary.unlink()
        raise Damaged(
            f"{target} does not contain the data that was written to it", "check that disk; nothing was moved"
        )
    os.replace(temporary, target)
    return found.st_size, found.st_mtime_ns


def _delete_removed_files(home: Home, target: Path) -> None:
    """Delete files from the target that no longer exist in the home. An old write-ahead log, for example,
    would damage its copied database.
    """
    for place, _ in list(_list_moved_files(target)):
        if not (home.root / place).is_file():
            (target / place).unlink(missing_ok=True)


def _update_queue_place(target: Path) -> None:
    """Write the new path of the home into the copied queue database. Otherwise the queue would conclude from
    the stored path that its database is a copy of another home's.
    """
    home = Home(target)
    if not home.studio_db.is_file():
        return
    file = StudioFile.open(home.studio_db)
    try:
        known, (device, inode) = file.read_home_row(), get_file_identity(home.studio_db) or (0, 0)
        if known is not None:
            with file.start_transaction():
                file.store_home_row(HomeRow(known.id, str(target), f"{device}:{inode}"))
    finally:
        file.close()


def _switch_to_new_home(home: Home, target: Path) -> bool:
    """Turn the complete copy into the home. The old folder is replaced by a symbolic link to the copy, and
    the old files are deleted. Return False if the link could not be created.
    """
    for folder, _, _ in os.walk(target):
        fsync_folder(Path(folder))
    write_file_atomically(target / HOME_MARK, home.mark.read_bytes(), 0o600)
    old_root = home.root.with_name(f"{home.root.name}-before-it-moved-{new_id('home')[-6:]}")
    link = _make_temporary_link(home.root, target)
    try:
        os.rename(home.root, old_root)
    except OSError:
        (target / HOME_MARK).unlink()
        if link is not None:
            link.unlink()
        raise
    linked = _replace_home_by_link(link, home.root, target)
    (target / COPY_RECORD).unlink()
    shutil.rmtree(old_root, ignore_errors=True)
    return linked
