"""Making room: the bin, workspaces of ended jobs, caches. Media that anything uses is never touched."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import bytes_under, explain
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.jobs.states import ENDED
from milimo_tui.store.project_file import ProjectFile
from milimo_tui.studio.studio import Studio


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What making room came to; `problems` has a sentence for each film that was left as it is."""

    folders: int = 0
    files: int = 0  # of what was in the bin
    bytes: int = 0
    problems: tuple[str, ...] = ()


def empty_bin(project: ProjectFile) -> Cleaned:
    """Delete for good what is in a project's bin. Raises ReadOnly, Newer, Failed."""
    freed = 0
    files = [path for path in project.bin.empty() if path.is_file()]
    for path in files:
        try:
            size = path.stat().st_size
            path.unlink()
        except OSError as error:
            raise explain(error, path, "delete") from error
        freed += size
    return Cleaned(files=len(files), bytes=freed)


def clean(studio: Studio) -> Cleaned:
    """Empty caches, bins and the workspaces of jobs that have ended, of the home and each project in it.

    What a job that has not ended needs stays, whether or not a supervisor runs: its checkpoints, its
    finished file, the frozen plan in its project's cache. Raises Unavailable when the queue can't be asked.
    """
    # Looked for before the queue is asked: the workspace of a job that begins meanwhile is not among them.
    left = {paths.root: _workspaces(paths.workspace) for paths in studio.project_folders()}
    homeless = _workspaces(studio.home.workspace)
    client = studio.queue_or_none()
    open_jobs = [job for job in client.jobs() if job["state"] not in ENDED] if client else []
    busy = {job["id"] for job in open_jobs}
    at_work = {Path(job["project"]).resolve() for job in open_jobs if job["project"]}
    done = Cleaned()
    try:
        over = [folder for folder in homeless if folder.name not in busy]
        done = _emptied([studio.home.cache, *over])
    except MilimoError as error:
        done = Cleaned(problems=(error.message,))
    for paths in studio.project_folders():
        caches = [] if paths.root.resolve() in at_work else [paths.cache]
        try:
            done = _sum(done, _empty_bin_of(paths))
            over = [folder for folder in left.get(paths.root, []) if folder.name not in busy]
            done = _sum(done, _emptied([*caches, *over]))
        except MilimoError as error:  # one film that can't be changed keeps no other from being cleaned
            done = replace(done, problems=(*done.problems, f"{paths.root.name}: {error.message}"))
    return done


def _sum(one: Cleaned, other: Cleaned) -> Cleaned:
    return Cleaned(
        one.folders + other.folders, one.files + other.files, one.bytes + other.bytes, one.problems
    )


def _empty_bin_of(paths: ProjectPaths) -> Cleaned:
    with ProjectFile.open(paths) as project:
        return empty_bin(project) if project.bin.items() else Cleaned()


def _workspaces(folder: Path) -> list[Path]:
    """The folders of jobs in one of projects, or of the home."""
    return list(folder.iterdir()) if folder.is_dir() else []


def _emptied(folders: Iterable[Path]) -> Cleaned:
    """Delete those of them that are there."""
    done = Cleaned()
    for folder in folders:
        if folder.is_dir():
            done = _sum(done, Cleaned(folders=1, bytes=_remove(folder)))
    return done


def _remove(folder: Path) -> int:
    """Delete a folder; returns how many bytes lay in it."""
    size = 0 if folder.is_symlink() else bytes_under(folder)
    try:
        if folder.is_symlink():
            folder.unlink()  # what it leads to is somebody's
        else:
            shutil.rmtree(folder)
    except FileNotFoundError:
        return 0  # a screen that keeps its own cache tidy was faster
    except OSError as error:
        raise explain(error, folder, "delete") from error
    return size
