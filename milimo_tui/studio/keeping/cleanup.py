"""Deletion of caches, workspaces of ended jobs, and contents of bins. Media in use is never deleted."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from milimo_tui.core.errors import MilimoError, Refused
from milimo_tui.core.format import format_count
from milimo_tui.core.host import count_folder_bytes, explain_os_error
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.store.project.atomic_folder import iterate_leftover_folders
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.rows.stored_values import Binned
from milimo_tui.studio.queue.job_lookup import OPEN_STATES
from milimo_tui.studio.session.prompts import NobodyToAsk
from milimo_tui.studio.session.studio import Studio

# SOME is the maximum number of items that an error message names; the others are counted. NAMED is the
# maximum number of characters of an item's name; the rest is cut off.
SOME, NAMED = 3, 40


@dataclass(frozen=True, slots=True)
class CleanupResult:
    """The number of folders, files and bytes that a clean-up deleted.

    `problems` has a sentence for each film that could not be cleaned.
    """

    folders: int = 0
    files: int = 0  # The number of files that were deleted from bins.
    bytes: int = 0
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BinContents:
    """The items in the bin of one film, and the number of takes that are deleted when the bin is emptied."""

    paths: ProjectPaths
    items: tuple[Binned, ...]
    takes: int


def read_bin(project: ProjectFile) -> BinContents:
    """Return the bin of an open film."""
    return BinContents(project.paths, project.bin.list_items(), project.bin.count_takes_to_delete())


def list_full_bins(studio: Studio) -> tuple[list[BinContents], tuple[str, ...]]:
    """Return the bins of the home that are not empty, and a sentence for each film that can't be read."""
    found, problems = [], []
    for paths in studio.list_project_folders():
        try:
            with ProjectFile.open(paths) as project:
                one = read_bin(project)
        except MilimoError as error:
            problems.append(f"{paths.root.name}: {error.message}")
        else:
            found += [one] if one.items else []
    return found, tuple(problems)


def confirm_emptying(studio: Studio, full: Sequence[BinContents], command: str) -> bool:
    """Show the user what would be deleted, and return True if the user agrees.

    Raises Refused if there is nobody to ask. `command` is the command that deletes without asking.
    """
    contents = [(one.paths.root.name, item) for one in full for item in one.items]
    takes = sum(one.takes for one in full)
    total = format_count(len(contents), "thing") + (
        f", with {format_count(takes, 'take')} in all" if takes else ""
    )
    if isinstance(studio.asks, NobodyToAsk):
        named = ", ".join(f"{item.kind} “{clean_one_line(item.name, NAMED)}”" for _, item in contents[:SOME])
        more = f" and {len(contents) - SOME} more" if len(contents) > SOME else ""
        raise Refused(f"this would permanently delete {named}{more} ({total})", command)
    listed = "\n".join(
        f"  {film}  {item.kind:<8}{clean_one_line(item.name, NAMED)}" for film, item in contents
    )
    return studio.asks.ask_for_consent(f"{listed}\nPermanently delete the contents of the bin: {total}?")


def empty_bin(project: ProjectFile, agreed: BinContents) -> CleanupResult:
    """Permanently delete the bin's items that the user agreed to.

    Raises Conflict if the bin changed after the user agreed, and ReadOnly, Newer, Failed.
    """
    freed = 0
    files = [
        path for path in project.bin.delete_all_items([item.id for item in agreed.items]) if path.is_file()
    ]
    for path in files:
        try:
            size = path.stat().st_size
            path.unlink()
        except OSError as error:
            raise explain_os_error(error, path, "delete") from error
        freed += size
    return CleanupResult(files=len(files), bytes=freed)


def clean_home(studio: Studio, agreed: Sequence[BinContents] = ()) -> CleanupResult:
    """Delete the caches and the workspaces of ended jobs in the home and in each film, and empty the bins in
    `agreed`.

    Three things that unfinished jobs need are never deleted: their checkpoints, their finished output, and
    the caches of their films. Raises Unavailable if the queue does not answer.
    """
    # Workspaces are listed before the queue is asked. A job that starts afterwards is then not in the list.
    left = {paths.root: list_workspaces(paths.workspace) for paths in studio.list_project_folders()}
    homeless = list_workspaces(studio.home.workspace)
    client = studio.get_client_if_used()
    open_jobs = client.list_jobs({"states": OPEN_STATES}) if client else []
    busy = {job.id for job in open_jobs}
    at_work = {Path(job.project).resolve() for job in open_jobs if job.project}
    done, emptied = CleanupResult(), {one.paths.root: one for one in agreed}
    try:
        over = [folder for folder in homeless if folder.name not in busy]
        done = delete_folders([studio.home.cache, *over])
        done = _add_cleanup_results(done, delete_folders(iterate_leftover_folders(studio.home.projects)))
    except MilimoError as error:
        done = CleanupResult(problems=(error.message,))
    for paths in studio.list_project_folders():
        caches = [] if paths.root.resolve() in at_work else [paths.cache]
        try:
            if paths.root in emptied:
                done = _add_cleanup_results(done, _open_and_empty_bin(emptied[paths.root]))
            over = [folder for folder in left.get(paths.root, []) if folder.name not in busy]
            done = _add_cleanup_results(done, delete_folders([*caches, *over]))
        except MilimoError as error:
            # An error in one film must not prevent the clean-up of the other films.
            done = replace(done, problems=(*done.problems, f"{paths.root.name}: {error.message}"))
    return done


def _add_cleanup_results(one: CleanupResult, other: CleanupResult) -> CleanupResult:
    return CleanupResult(
        one.folders + other.folders, one.files + other.files, one.bytes + other.bytes, one.problems
    )


def _open_and_empty_bin(agreed: BinContents) -> CleanupResult:
    with ProjectFile.open(agreed.paths) as project:
        return empty_bin(project, agreed)


def list_workspaces(folder: Path) -> list[Path]:
    """Return the folders of jobs in a workspace folder."""
    return list(folder.iterdir()) if folder.is_dir() else []


def delete_folders(folders: Iterable[Path]) -> CleanupResult:
    """Delete the folders that exist. Raises Failed, ReadOnly."""
    done = CleanupResult()
    for folder in folders:
        if folder.is_dir():
            done = _add_cleanup_results(done, CleanupResult(folders=1, bytes=_delete_folder(folder)))
    return done


def _delete_folder(folder: Path) -> int:
    """Delete a folder, and return the total size of its files in bytes."""
    size = 0 if folder.is_symlink() else count_folder_bytes(folder)
    try:
        if folder.is_symlink():
            # The target of a symbolic link may belong to the user, so only the link is deleted.
            folder.unlink()
        else:
            shutil.rmtree(folder)
    except FileNotFoundError:
        return 0  # A screen that cleans its own cache may have deleted the folder first.
    except OSError as error:
        raise explain_os_error(error, folder, "delete") from error
    return size
