"""Delete the files that the user chose to free disk space. Each kind of file is deleted by the function that
the rest of the program also uses for this kind.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import count_folder_bytes, explain_os_error
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.store.project.atomic_folder import iterate_leftover_folders
from milimo_tui.studio.keeping import cleanup
from milimo_tui.studio.keeping.deletion import delete_project
from milimo_tui.studio.made_takes import unpicked
from milimo_tui.studio.render.render_jobs import get_render_size
from milimo_tui.studio.room.freeable import KINDS_OF_HOME, Freeable, FreeableKind
from milimo_tui.studio.room.listing import (
    RENDER_LISTERS,
    SECONDS_PER_DAY,
    TAKE_LISTERS,
    OpenJobs,
    find_open_jobs,
    open_film_studio,
)
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.weights import inventory


@dataclass(frozen=True, slots=True)
class FreedSpace:
    """The result of freeing disk space: the freed bytes by kind and film, and a sentence for each deletion
    that failed.
    """

    bytes: dict[tuple[FreeableKind, str], int]
    problems: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """The sum of the freed bytes."""
        return sum(self.bytes.values())


def free_items(studio: Studio, items: Sequence[Freeable], *, days: float) -> FreedSpace:
    """Delete the items that the user agreed to delete. An item is preserved if a job that was queued in the
    meantime needs its files. Jobs that ended more than `days` days ago count as past jobs.

    Raises Unavailable if the queue does not answer. After any other error, deletion continues with the next
    item, and the error is listed in the result.
    """
    work = find_open_jobs(studio.get_client_if_used())
    sizes: dict[tuple[FreeableKind, str], int] = {}
    problems: list[str] = []
    for item in items:
        try:
            sizes[item.kind, item.film] = _free_item(studio, item, work, days)
        except MilimoError as error:
            problems.append(f"{item.film or 'this home'}, {item.kind}: {error.message}")
    return FreedSpace(sizes, tuple(problems))


def _free_item(studio: Studio, item: Freeable, work: OpenJobs, days: float) -> int:
    if item.kind in KINDS_OF_HOME or not item.film:
        return _free_item_of_home(studio, item, work, days)
    paths = studio.home.get_project_paths(item.film)
    match item.kind:
        case FreeableKind.PREVIEWS:
            return 0 if work.has_job_in(paths) else cleanup.delete_folders([paths.cache]).bytes
        case FreeableKind.WORKSPACES:
            return _delete_ended_workspaces(paths.workspace, work)
    with open_film_studio(studio, paths) as other:
        return _free_in_film(other, item)


def _delete_ended_workspaces(folder: Path, work: OpenJobs) -> int:
    over = [each for each in cleanup.list_workspaces(folder) if each.name not in work.ids]
    return cleanup.delete_folders(over).bytes


def _free_in_film(studio: Studio, item: Freeable) -> int:
    if item.kind in TAKE_LISTERS:
        return unpicked.delete_takes_with_files(studio, TAKE_LISTERS[item.kind](studio))
    if item.kind in RENDER_LISTERS:
        return sum(_delete_render(film.path) for film in RENDER_LISTERS[item.kind](studio))
    return cleanup.empty_bin(studio.require_project(), cleanup.read_bin(studio.require_project())).bytes


def _delete_render(path: Path) -> int:
    """Delete a rendered file or folder. Return the freed bytes."""
    size = get_render_size(path) or 0
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise explain_os_error(error, path, "delete") from error
    return size


def _delete_binned_film(studio: Studio, paths: ProjectPaths) -> int:
    """Permanently delete a film that is in the bin. Return the number of bytes that were freed. If the film
    was restored from the bin in the meantime, it is not deleted.
    """
    if not paths.bin_record.exists():
        return 0
    size = count_folder_bytes(paths.root)
    delete_project(studio, paths)
    return size


def _free_item_of_home(studio: Studio, item: Freeable, work: OpenJobs, days: float) -> int:
    home = studio.home
    match item.kind:
        case FreeableKind.CACHES:
            return 0 if work.jobs else cleanup.delete_folders([home.cache, home.streamed]).bytes
        case FreeableKind.WORKSPACES:
            return (
                _delete_ended_workspaces(home.workspace, work)
                + cleanup.delete_folders(iterate_leftover_folders(home.projects)).bytes
            )
        case FreeableKind.DELETED_FILMS:
            return sum(_delete_binned_film(studio, home.get_project_paths(name)) for name in item.names)
        case FreeableKind.WEIGHTS:
            store = ModelStore(home.models)
            return sum(inventory.delete_weights(store, name, work.jobs) for name in item.names)
    # Only past jobs remain as a possible kind here.
    studio.require_client().prune_jobs(time.time() - days * SECONDS_PER_DAY)
    return item.bytes
