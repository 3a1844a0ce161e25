"""Deletion of caches, workspaces of ended jobs, and contents of bins. Media in use is never deleted."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from milimo_tui.core.errors import MilimoError, Refused
from milimo_tui.core.format import plural
from milimo_tui.core.host import bytes_under, explain
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.core.safe_text import one_line
from milimo_tui.store.project.atomic_folder import leftovers
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.rows.stored_values import Binned
from milimo_tui.studio.queue.job_lookup import OPEN_STATES
from milimo_tui.studio.session.prompts import NobodyToAsk
from milimo_tui.studio.session.studio import Studio

SOME, NAMED = 3, 40  # items that a refusal lists, and characters of a name


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The totals of a clean-up. `problems` has a sentence for each film that could not be cleaned."""

    folders: int = 0
    files: int = 0  # deleted from bins
    bytes: int = 0
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bin:
    """The items in the bin of one film, and the number of takes that are deleted when the bin is emptied."""

    paths: ProjectPaths
    items: tuple[Binned, ...]
    takes: int


def bin_of(project: ProjectFile) -> Bin:
    """Return the bin of an open film."""
    return Bin(project.paths, project.bin.items(), project.bin.takes_that_go())


def bins(studio: Studio) -> tuple[list[Bin], tuple[str, ...]]:
    """Return the bins of the home that are not empty, and a sentence for each film that can't be read."""
    found, problems = [], []
    for paths in studio.project_folders():
        try:
            with ProjectFile.open(paths) as project:
                one = bin_of(project)
        except MilimoError as error:
            problems.append(f"{paths.root.name}: {error.message}")
        else:
            found += [one] if one.items else []
    return found, tuple(problems)


def is_meant(studio: Studio, full: Sequence[Bin], command: str) -> bool:
    """Show the user what would be deleted, and return True if the user agrees.

    Raises Refused if there is nobody to ask. `command` is the command that deletes without asking.
    """
    things = [(one.paths.root.name, item) for one in full for item in one.items]
    takes = sum(one.takes for one in full)
    much = plural(len(things), "thing") + (f", {plural(takes, 'take')} with all of it" if takes else "")
    if isinstance(studio.asks, NobodyToAsk):
        named = ", ".join(f"{item.kind} “{one_line(item.name, NAMED)}”" for _, item in things[:SOME])
        more = f" and {len(things) - SOME} more" if len(things) > SOME else ""
        raise Refused(f"this would delete for good {named}{more} ({much})", command)
    listed = "\n".join(f"  {film}  {item.kind:<8}{one_line(item.name, NAMED)}" for film, item in things)
    return studio.asks.agree(f"{listed}\nDelete for good what is in the bin: {much}?")


def empty_bin(project: ProjectFile, agreed: Bin) -> Cleaned:
    """Permanently delete the bin's items that the user agreed to.

    Raises Conflict if the bin changed after the user agreed, and ReadOnly, Newer, Failed.
    """
    freed = 0
    files = [path for path in project.bin.empty([item.id for item in agreed.items]) if path.is_file()]
    for path in files:
        try:
            size = path.stat().st_size
            path.unlink()
        except OSError as error:
            raise explain(error, path, "delete") from error
        freed += size
    return Cleaned(files=len(files), bytes=freed)


def clean(studio: Studio, agreed: Sequence[Bin] = ()) -> Cleaned:
    """Delete caches and the workspaces of ended jobs, in the home and each project, and empty the agreed
    bins.

    Data that an unfinished job needs is preserved, with or without a running supervisor: its checkpoints, its
    finished file, and the frozen plan in its project's cache. Raises Unavailable if the queue can't be asked.
    """
    # List the workspaces before asking the queue, so that the workspace of a job that starts now is not
    # listed.
    left = {paths.root: workspaces(paths.workspace) for paths in studio.project_folders()}
    homeless = workspaces(studio.home.workspace)
    client = studio.queue_or_none()
    open_jobs = client.jobs({"states": OPEN_STATES}) if client else []
    busy = {job.id for job in open_jobs}
    at_work = {Path(job.project).resolve() for job in open_jobs if job.project}
    done, emptied = Cleaned(), {one.paths.root: one for one in agreed}
    try:
        over = [folder for folder in homeless if folder.name not in busy]
        done = delete_folders([studio.home.cache, *over])
        done = _sum(done, delete_folders(leftovers(studio.home.projects)))
    except MilimoError as error:
        done = Cleaned(problems=(error.message,))
    for paths in studio.project_folders():
        caches = [] if paths.root.resolve() in at_work else [paths.cache]
        try:
            if paths.root in emptied:
                done = _sum(done, _empty_bin_of(emptied[paths.root]))
            over = [folder for folder in left.get(paths.root, []) if folder.name not in busy]
            done = _sum(done, delete_folders([*caches, *over]))
        except MilimoError as error:
            # A film that can't be changed does not prevent the others from being cleaned.
            done = replace(done, problems=(*done.problems, f"{paths.root.name}: {error.message}"))
    return done


def _sum(one: Cleaned, other: Cleaned) -> Cleaned:
    return Cleaned(
        one.folders + other.folders, one.files + other.files, one.bytes + other.bytes, one.problems
    )


def _empty_bin_of(agreed: Bin) -> Cleaned:
    with ProjectFile.open(agreed.paths) as project:
        return empty_bin(project, agreed)


def workspaces(folder: Path) -> list[Path]:
    """Return the folders of jobs in a workspace folder."""
    return list(folder.iterdir()) if folder.is_dir() else []


def delete_folders(folders: Iterable[Path]) -> Cleaned:
    """Delete the folders that exist. Raises Failed, ReadOnly."""
    done = Cleaned()
    for folder in folders:
        if folder.is_dir():
            done = _sum(done, Cleaned(folders=1, bytes=_remove(folder)))
    return done


def _remove(folder: Path) -> int:
    """Delete a folder; return the number of bytes it held."""
    size = 0 if folder.is_symlink() else bytes_under(folder)
    try:
        if folder.is_symlink():
            folder.unlink()  # The target of the link may belong to the user, so only the link is deleted.
        else:
            shutil.rmtree(folder)
    except FileNotFoundError:
        return 0  # A screen that cleans its own cache may have deleted the folder first.
    except OSError as error:
        raise explain(error, folder, "delete") from error
    return size
