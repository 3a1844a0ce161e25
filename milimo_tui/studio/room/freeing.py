"""Deletion of the kinds of items that the user chose. Each kind is deleted by the function that normally
deletes it.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import bytes_under, explain
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.store.project.atomic_folder import leftovers
from milimo_tui.studio.keeping import cleanup
from milimo_tui.studio.keeping.deletion import delete_project
from milimo_tui.studio.made_takes import unpicked
from milimo_tui.studio.render.render_jobs import bytes_at
from milimo_tui.studio.room.freeable import OF_HOME, Freeable, Kind
from milimo_tui.studio.room.listing import DAY, RENDERS, TAKES, AtWork, at_work, in_film
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.weights import inventory


@dataclass(frozen=True, slots=True)
class Freed:
    """The result of freeing: bytes by (kind, film), and a sentence for each item that could not be
    deleted.
    """

    bytes: dict[tuple[Kind, str], int]
    problems: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """The sum in bytes."""
        return sum(self.bytes.values())


def free(studio: Studio, items: Sequence[Freeable], *, days: float) -> Freed:
    """Delete the items that the user agreed to. Data that jobs have begun to need since is preserved.

    Raises Unavailable if the queue can't be asked. Another error does not stop the deletion of further items.
    """
    work = at_work(studio.queue_or_none())
    sizes: dict[tuple[Kind, str], int] = {}
    problems: list[str] = []
    for item in items:
        try:
            sizes[item.kind, item.film] = _free(studio, item, work, days)
        except MilimoError as error:
            problems.append(f"{item.film or 'this home'}, {item.kind}: {error.message}")
    return Freed(sizes, tuple(problems))


def _free(studio: Studio, item: Freeable, work: AtWork, days: float) -> int:
    if item.kind in OF_HOME or not item.film:
        return _free_of_home(studio, item, work, days)
    paths = studio.home.project(item.film)
    match item.kind:
        case Kind.PREVIEWS:
            return 0 if work.has(paths) else cleanup.delete_folders([paths.cache]).bytes
        case Kind.WORKSPACES:
            return _workspaces(paths.workspace, work)
    with in_film(studio, paths) as other:
        return _free_in_film(other, paths, item)


def _workspaces(folder: Path, work: AtWork) -> int:
    over = [each for each in cleanup.workspaces(folder) if each.name not in work.ids]
    return cleanup.delete_folders(over).bytes


def _free_in_film(studio: Studio, paths: ProjectPaths, item: Freeable) -> int:
    if item.kind in TAKES:
        return unpicked.delete(studio, TAKES[item.kind](studio))
    if item.kind in RENDERS:
        return sum(_delete(film.path) for film in RENDERS[item.kind](studio))
    return cleanup.empty_bin(studio.project(), cleanup.bin_of(studio.project())).bytes


def _delete(path: Path) -> int:
    """Delete a rendered film, a file or a folder; return its bytes."""
    size = bytes_at(path) or 0
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise explain(error, path, "delete") from error
    return size


def _delete_film(studio: Studio, paths: ProjectPaths) -> int:
    """Permanently delete a film and return its bytes. A film that was restored from the bin meanwhile is
    preserved.
    """
    if not paths.binned.exists():
        return 0
    size = bytes_under(paths.root)
    delete_project(studio, paths)
    return size


def _free_of_home(studio: Studio, item: Freeable, work: AtWork, days: float) -> int:
    home = studio.home
    match item.kind:
        case Kind.CACHES:
            return 0 if work.jobs else cleanup.delete_folders([home.cache, home.streamed]).bytes
        case Kind.WORKSPACES:
            return _workspaces(home.workspace, work) + cleanup.delete_folders(leftovers(home.projects)).bytes
        case Kind.DELETED_FILMS:
            return sum(_delete_film(studio, home.project(name)) for name in item.names)
        case Kind.WEIGHTS:
            store = ModelStore(home.models)
            return sum(inventory.remove(store, name, work.jobs) for name in item.names)
    studio.client().prune(time.time() - days * DAY)  # the remaining kind: past jobs
    return item.bytes
