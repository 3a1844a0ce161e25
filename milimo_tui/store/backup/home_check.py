"""Check that a home's databases and media files are intact, and that the files in the backups are unchanged.

Media files are named by their hash, so damage is found by hashing them. A damaged or missing media file can
be repaired from an identical file in the backups or in another film.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import explain_os_error
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import Home, ProjectPaths
from milimo_tui.store.backup import stored_files
from milimo_tui.store.backup.backup_folder import BackupFolder
from milimo_tui.store.backup.home_files import (
    HomeFile,
    iterate_hashed_media,
    list_home_films,
    list_named_media,
    parse_hash_in_name,
)
from milimo_tui.store.backup.making import Tell
from milimo_tui.store.jobs.studio_file import find_queue_problem
from milimo_tui.store.project.opening import find_film_problem

GONE, DAMAGED = "gone", "damaged"


@dataclass(frozen=True, slots=True)
class HomeProblem:
    """A damaged or missing file that a check has found.

    `place` is the path of the file relative to the home. `problem` is `gone`, `damaged` or a sentence.
    `mended` names the source from which the file was repaired, and is empty if the file was not repaired.
    `hint` is advice for the user.
    """

    place: str
    problem: str
    mended: str = ""
    hint: str = ""


@dataclass
class HomeCheckResult:
    """The result of a check: the number of databases, the number of files, the number of bytes read, and the
    problems found.
    """

    databases: int = 0
    files: int = 0
    bytes: int = 0
    found: list[HomeProblem] = field(default_factory=list)


def check_home(home: Home, folder: BackupFolder, report_progress: Tell, *, mend: bool) -> HomeCheckResult:
    """Check every page and row of the databases and every byte of media in a home. `report_progress` receives
    the progress.

    With `mend`, damaged and missing media are restored if the backups or another film have an identical file.
    Damaged databases are never changed: each problem's hint names the commands that can recover it, because
    every method loses different data.
    """
    out = HomeCheckResult()
    films = list_home_films(home)
    report_progress("databases", 0, 1 + len(films))
    if home.studio_db.is_file():
        out.databases += 1
        if problem := find_queue_problem(home.studio_db):
            out.found.append(
                HomeProblem(
                    "studio.db",
                    problem,
                    hint="milimo job recover repairs it; with --backup latest, from the newest backup",
                )
            )
    for number, paths in enumerate(films, 1):
        report_progress("databases", number, 1 + len(films))
        out.databases += 1
        if problem := find_film_problem(paths):
            name = paths.root.name
            hint = f"milimo project recover {name} repairs it; with --backup latest, from the newest backup"
            out.found.append(HomeProblem(f"projects/{name}/project.db", problem, hint=hint))
    _check_media(home, films, folder, report_progress, out, mend=mend)
    return out


def _check_media(
    home: Home,
    films: list[ProjectPaths],
    folder: BackupFolder,
    report_progress: Tell,
    out: HomeCheckResult,
    *,
    mend: bool,
) -> None:
    files = [(paths, file) for paths in films for file in iterate_hashed_media(paths)]
    total = max(1, sum(_get_size_or_zero(file.path) for _, file in files))

    def moved(count: int) -> None:
        out.bytes += count
        report_progress("media", min(out.bytes, total), total)

    for paths, file in files:
        out.files += 1
        try:
            whole = stored_files.hash_file_with_progress(file.path, moved) == file.named
        except FileNotFoundError:
            continue  # The file was deleted while the check was running.
        except OSError:  # The disk cannot read the file any more.
            whole = False
        if not whole:
            out.found.append(_repair_media_file(home, paths, file, folder, DAMAGED, mend=mend))
    for paths in films:
        for file in _iterate_missing_media(paths):
            out.found.append(_repair_media_file(home, paths, file, folder, GONE, mend=mend))


def _get_size_or_zero(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _iterate_missing_media(paths: ProjectPaths) -> Iterator[HomeFile]:
    """Yield the media files that a film's database refers to and that do not exist."""
    try:
        named = list_named_media(paths.db)
    except MilimoError:  # The check of the database has reported this problem.
        return
    for place in named:
        path = paths.resolve_managed_path(place)
        if not path.exists():
            yield HomeFile(place, path, parse_hash_in_name(place))


def _repair_media_file(
    home: Home, paths: ProjectPaths, file: HomeFile, folder: BackupFolder, problem: str, *, mend: bool
) -> HomeProblem:
    place = f"projects/{paths.root.name}/{file.place}"
    hint = "no backup has it: milimo asset relink, or milimo build makes takes again"
    linked = False
    for source, words in _iterate_other_copies(home, file, folder):
        if not mend:
            return HomeProblem(
                place, problem, hint=f"{words} has an undamaged copy; milimo check restores it"
            )
        if problem == DAMAGED and _is_hard_link_to(source, file.path):
            linked = True
            continue
        if _restore_media_file(source, file):
            return HomeProblem(place, problem, mended=words)
    if linked:
        hint = "its backup is a hard link to it: set backup_folder on another disk for a copy"
    return HomeProblem(place, problem, hint=hint)


def _is_hard_link_to(path: Path, other: Path) -> bool:
    return path.exists() and path.samefile(other)


def _iterate_other_copies(home: Home, file: HomeFile, folder: BackupFolder) -> Iterator[tuple[Path, str]]:
    """Yield files that should be identical to a damaged or missing media file, so that it can be repaired
    from them. These are the stored file in the backups, and files in other films. Each comes with a
    description of its origin for messages.
    """
    if folder.get_stored_size(file.named) is not None:
        yield folder.get_stored_path(file.named), "the backups"
    for paths in list_home_films(home):
        other = paths.resolve_managed_path(file.place)
        if other != file.path and other.is_file():
            yield other, paths.root.name


def _restore_media_file(source: Path, file: HomeFile) -> bool:
    """Replace a damaged or missing media file by the file `source`, if the hash of `source` is the hash in
    the media file's name. Return True if this was done.

    Raises DiskFull, ReadOnly.
    """
    temporary = file.path.with_name(f".{new_id('mended')}")
    try:
        file.path.parent.mkdir(parents=True, exist_ok=True)
        if stored_files.copy_file_with_hash(source, temporary, lambda count: None) != file.named:
            return False
        stored_files.place_file_durably(temporary, file.path)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise explain_os_error(error, file.path, "mend") from error
    finally:
        temporary.unlink(missing_ok=True)
    return True


def check_backups(folder: BackupFolder, report_progress: Tell) -> HomeCheckResult:
    """Check every byte of the files in a folder of backups. Each problem names the newest backup that needs
    the file.

    A damaged file is renamed, so that the next backup stores it again if the home still has it.
    `report_progress` receives the progress. Raises NotFound, and Refused if another process works in the
    folder.
    """
    with folder.require_backups().lock_for_writing():
        return _check_backup_files(folder, report_progress)


def _check_backup_files(folder: BackupFolder, report_progress: Tell) -> HomeCheckResult:
    out = HomeCheckResult()
    there, damaged = folder.list_backups()
    out.found += [HomeProblem(f"backups/{id}.json", problem) for id, problem in damaged]
    needs: dict[str, list[str]] = {}
    sizes: dict[str, int] = {}
    for one in there:
        for entry in one.entries:
            sizes[entry.digest] = entry.bytes
            holders = needs.setdefault(entry.digest, [])
            if one.id not in holders:
                holders.append(one.id)
    total = max(1, sum(sizes.values()))

    def moved(count: int) -> None:
        out.bytes += count
        report_progress("backups", min(out.bytes, total), total)

    for digest, holders in needs.items():
        out.files += 1
        path = folder.get_stored_path(digest)
        problem = ""
        try:
            if stored_files.hash_file_with_progress(path, moved) != digest:
                problem = DAMAGED
        except FileNotFoundError:
            problem = GONE
        except OSError as error:
            problem = explain_os_error(error, path, "read").message
        if problem:
            if problem == DAMAGED:
                os.replace(path, path.with_name(f"{path.name}.damaged"))
            newest = holders[-1]
            place = next(
                e.place for one in there if one.id == newest for e in one.entries if e.digest == digest
            )
            found = f"{problem}, in {len(holders)} of {len(there)} backups, {newest} the newest"
            out.found.append(
                HomeProblem(
                    place,
                    found,
                    hint="milimo backup now saves it again if the file in the studio home is undamaged",
                )
            )
    return out
