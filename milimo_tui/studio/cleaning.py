"""Making room: the bin, workspaces of ended jobs, caches. Media that anything uses is never touched."""

from __future__ import annotations

import shutil
from pathlib import Path

from milimo_tui.core.paths import ProjectPaths
from milimo_tui.studio.studio import Studio
from milimo_tui.studio.waiting import ENDED


def empty_bin(studio: Studio) -> tuple[int, int]:
    """Delete for good what is in the open project's bin; returns how many files and how many bytes."""
    freed = 0
    files = [path for path in studio.project().empty_bin() if path.is_file()]
    for path in files:
        freed += path.stat().st_size
        path.unlink()
    return len(files), freed


def clean(studio: Studio) -> tuple[int, int]:
    """Empty caches and the workspaces of jobs that have ended, in every project of the home."""
    client = studio.client_or_none()
    open_jobs = [job for job in client.jobs() if job["state"] not in ENDED] if client else []
    busy = {job["id"] for job in open_jobs}
    at_work = {job["project"] for job in open_jobs}
    count = freed = 0
    for paths in studio.project_folders():
        # A render reads its frozen plan from the cache until it has ended.
        caches = [] if str(paths.root) in at_work else [paths.cache]
        folders = [*caches, *_workspaces(paths, busy)]
        for folder in folders:
            if folder.is_dir():
                freed += sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
                shutil.rmtree(folder)
                count += 1
    return count, freed


def _workspaces(paths: ProjectPaths, busy: set[str]) -> list[Path]:
    if not paths.workspace.is_dir():
        return []
    return [folder for folder in paths.workspace.iterdir() if folder.name not in busy]
