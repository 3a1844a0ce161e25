"""Making room: the bin, workspaces of ended jobs, caches. Media that anything uses is never touched."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from milimo_tui.core.host import explain
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.jobs.states import ENDED
from milimo_tui.studio.studio import Studio


def empty_bin(studio: Studio) -> tuple[int, int]:
    """Delete for good what is in the open project's bin; returns how many files and how many bytes.

    Raises ReadOnly, Failed.
    """
    freed = 0
    files = [path for path in studio.project().empty_bin() if path.is_file()]
    for path in files:
        try:
            size = path.stat().st_size
            path.unlink()
        except OSError as error:
            raise explain(error, path, "delete") from error
        freed += size
    return len(files), freed


def clean(studio: Studio) -> tuple[int, int]:
    """Empty caches and the workspaces of jobs that have ended, in every project of the home.

    Returns how many folders and how many bytes. What a job that has not ended needs stays, whether or not a
    supervisor runs: its checkpoints, its finished file, the frozen plan in its project's cache. Raises
    Unavailable when the queue can't be asked, ReadOnly, Failed.
    """
    client = studio.queue_or_none()
    open_jobs = [job for job in client.jobs() if job["state"] not in ENDED] if client else []
    busy = {job["id"] for job in open_jobs}
    at_work = {Path(job["project"]).resolve() for job in open_jobs if job["project"]}
    count = freed = 0
    for paths in studio.project_folders():
        caches = [] if paths.root.resolve() in at_work else [paths.cache]
        for folder in [*caches, *_workspaces(paths, busy)]:
            if folder.is_dir():
                freed += sum(_sizes(folder))
                _remove(folder)
                count += 1
    return count, freed


def _workspaces(paths: ProjectPaths, busy: set[str]) -> list[Path]:
    if not paths.workspace.is_dir():
        return []
    return [folder for folder in paths.workspace.iterdir() if folder.name not in busy]


def _sizes(folder: Path) -> Iterable[int]:
    """Bytes of each file below a folder, but for those that go while one looks."""
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                yield os.lstat(os.path.join(root, name)).st_size
            except FileNotFoundError:
                continue


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return  # a screen that keeps its own cache tidy was faster
    except OSError as error:
        raise explain(error, folder, "delete") from error
