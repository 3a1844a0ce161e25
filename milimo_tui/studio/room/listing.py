"""List everything that can be deleted in a home to free disk space, film by film. Each entry has its size and
the cost of making the files again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import count_folder_bytes
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.jobs.client.client import Client
from milimo_tui.jobs.values.views import JobView
from milimo_tui.store.rows.stored_values import Binned
from milimo_tui.story.values.film import Take
from milimo_tui.studio.keeping import cleanup
from milimo_tui.studio.made_takes import unpicked
from milimo_tui.studio.made_takes.unpicked import UnusedTakes
from milimo_tui.studio.queue.job_lookup import OPEN_STATES
from milimo_tui.studio.render import rendered_films as rendered
from milimo_tui.studio.render.render_jobs import get_render_size
from milimo_tui.studio.render.rendered_films import RenderedFilm
from milimo_tui.studio.room.freeable import KINDS_OF_HOME, Freeable, FreeableKind
from milimo_tui.studio.room.past_work import sum_job_seconds
from milimo_tui.studio.room.unused_weights import list_unused_weights
from milimo_tui.studio.session.home import ChosenHome
from milimo_tui.studio.session.studio import Studio

SECONDS_PER_DAY = 86_400.0
MAX_NAMES = 20  # The number of items of one kind that are listed by name; further items are only counted.


@dataclass(frozen=True, slots=True)
class OpenJobs:
    """The unfinished jobs of the queue. Files that these jobs need must not be deleted."""

    jobs: tuple[JobView, ...] = ()

    @property
    def ids(self) -> set[str]:
        """The ids of the jobs."""
        return {job.id for job in self.jobs}

    def has_job_in(self, paths: ProjectPaths) -> bool:
        """Return True if one of the jobs belongs to the film at `paths`."""
        return paths.root.resolve() in {Path(job.project).resolve() for job in self.jobs if job.project}


def find_open_jobs(client: Client | None) -> OpenJobs:
    """Return the unfinished jobs of the queue. If `client` is None, the result has no jobs. Raises
    Unavailable if the queue does not answer.
    """
    return OpenJobs(tuple(client.list_jobs({"states": OPEN_STATES})) if client else ())


@contextmanager
def open_film_studio(studio: Studio, paths: ProjectPaths) -> Iterator[Studio]:
    """Open the film at `paths` in a separate studio object for the duration of the block. The film open in
    `studio` stays open.
    """
    found = ChosenHome(studio.home, studio.why_home)
    other = Studio(found, studio.settings, project=paths.root.name, actor=studio.actor)
    try:
        yield other
    finally:
        other.close()


@dataclass(frozen=True, slots=True)
class FreeableList:
    """Everything that can be deleted to free space, and a sentence for each film that could not be read."""

    items: tuple[Freeable, ...]
    problems: tuple[str, ...] = ()


def list_freeable(
    studio: Studio, films: Sequence[ProjectPaths], kinds: Sequence[FreeableKind], *, days: float
) -> FreeableList:
    """List what can be deleted in the given films. `kinds` are the kinds of files to list. Some kinds do not
    belong to a film; they are listed for the home.

    Jobs that ended more than `days` days ago count as past jobs. Raises Unavailable if the queue does not
    answer.
    """
    client = studio.get_client_if_used()
    work = find_open_jobs(client)
    items: list[Freeable] = []
    problems: list[str] = []
    for paths in films:
        try:
            with open_film_studio(studio, paths) as other:
                items += _list_freeable_in_film(
                    other, paths, [kind for kind in kinds if kind not in KINDS_OF_HOME], work, client
                )
        except MilimoError as error:
            problems.append(f"{paths.root.name}: {error.message}")
    for kind in kinds:
        if kind in KINDS_OF_HOME or kind is FreeableKind.WORKSPACES:
            items += _list_freeable_in_home(studio, kind, work, client, days)
    return FreeableList(tuple(item for item in items if item.things), tuple(problems))


def _list_freeable_in_film(
    studio: Studio, paths: ProjectPaths, kinds: Sequence[FreeableKind], work: OpenJobs, client: Client | None
) -> Iterator[Freeable]:
    name = paths.root.name
    for kind in kinds:
        if kind is FreeableKind.PREVIEWS:
            # Skip the cache of a film with unfinished jobs, because a running job may use a render plan that
            # is stored there.
            if not work.has_job_in(paths):
                yield Freeable(kind, name, *_count_files_below(paths.cache))
        elif kind is FreeableKind.WORKSPACES:
            over = [
                folder for folder in cleanup.list_workspaces(paths.workspace) if folder.name not in work.ids
            ]
            yield Freeable(kind, name, len(over), sum(map(count_folder_bytes, over)))
        elif kind in TAKE_LISTERS:
            found = unpicked.measure_unpicked(studio, TAKE_LISTERS[kind](studio))
            names = tuple(take.id for take in found.takes[:MAX_NAMES])
            yield Freeable(kind, name, len(found.takes), found.bytes, found.seconds, names)
        elif kind in RENDER_LISTERS:
            yield _make_freeable_renders(kind, name, RENDER_LISTERS[kind](studio), client)
        elif kind is FreeableKind.BIN:
            items = cleanup.read_bin(studio.require_project()).items
            size = studio.require_project().bin.count_bytes_to_free() if items else 0
            yield Freeable(kind, name, len(items), size, None, _list_bin_names(items))


def _list_bin_names(items: Sequence[Binned]) -> tuple[str, ...]:
    return tuple(f"{item.kind} {item.name}" for item in items[:MAX_NAMES])


def list_rejected_takes(studio: Studio) -> tuple[Take, ...]:
    """Return the rejected takes that no shot and no cut shows."""
    return unpicked.select_unpicked(studio, UnusedTakes.REJECTED)


def list_unmarked_takes(studio: Studio) -> tuple[Take, ...]:
    """Return the takes that no shot and no cut shows and that have no stars, remarks or tags from the user.
    Rejected takes are left out.
    """
    return tuple(take for take in unpicked.select_unpicked(studio, UnusedTakes.UNMARKED) if not take.rejected)


def list_own_renders(studio: Studio) -> list[RenderedFilm]:
    """Return the rendered films that still exist in the film's own folder. A path that was rendered several
    times is listed once.
    """
    own = studio.require_project().paths.renders.resolve()
    films = {film.path: film for film in rendered.list_rendered_films(studio) if film.is_there}
    return [film for path, film in films.items() if own in path.resolve().parents]


def list_outdated_renders(studio: Studio) -> list[RenderedFilm]:
    """Return the rendered films that were replaced by a newer render of the same cut with the same preset."""
    newest: dict[tuple[str, str], str] = {}
    renders = list_own_renders(studio)
    for film in sorted(renders, key=lambda film: film.created):
        newest[film.cut, film.preset] = film.key
    return [film for film in renders if newest[film.cut, film.preset] != film.key]


TAKE_LISTERS: dict[FreeableKind, Callable[[Studio], tuple[Take, ...]]] = {
    FreeableKind.REJECTED: list_rejected_takes,
    FreeableKind.UNPICKED: list_unmarked_takes,
}
RENDER_LISTERS: dict[FreeableKind, Callable[[Studio], list[RenderedFilm]]] = {
    FreeableKind.RENDERS: list_own_renders,
    FreeableKind.OLD_RENDERS: list_outdated_renders,
}


def _make_freeable_renders(
    kind: FreeableKind, film: str, found: Sequence[RenderedFilm], client: Client | None
) -> Freeable:
    seconds = sum_job_seconds(client, [each.id for each in found])
    size = sum(get_render_size(each.path) or 0 for each in found)
    return Freeable(
        kind, film, len(found), size, seconds, tuple(each.path.name for each in found[:MAX_NAMES])
    )


def _count_files_below(*folders: Path) -> tuple[int, int]:
    """Return the number of files in the folders and their subfolders, and the sum of their sizes in bytes."""
    files = [path for folder in folders if folder.is_dir() for path in folder.rglob("*") if path.is_file()]
    size = 0
    for path in files:
        with suppress(OSError):  # The file may have been deleted meanwhile.
            size += path.lstat().st_size
    return len(files), size


def _list_freeable_in_home(
    studio: Studio, kind: FreeableKind, work: OpenJobs, client: Client | None, days: float
) -> Iterator[Freeable]:
    home = studio.home
    if kind is FreeableKind.CACHES and not work.jobs:
        yield Freeable(kind, "", *_count_files_below(home.cache, home.streamed))
    elif kind is FreeableKind.WORKSPACES:
        over = [folder for folder in cleanup.list_workspaces(home.workspace) if folder.name not in work.ids]
        yield Freeable(kind, "", len(over), sum(map(count_folder_bytes, over)))
    elif kind is FreeableKind.JOBS and client is not None:
        before = time.time() - days * SECONDS_PER_DAY
        yield Freeable(kind, "", client.prune_jobs(before, dry=True), _sum_old_log_bytes(home.logs, before))
    elif kind is FreeableKind.DELETED_FILMS:
        films = studio.list_binned_films()
        size = sum(count_folder_bytes(paths.root) for paths in films)
        yield Freeable(kind, "", len(films), size, None, tuple(paths.root.name for paths in films))
    elif kind is FreeableKind.WEIGHTS:
        lines = list_unused_weights(ModelStore(home.models), studio.list_project_folders(), work.jobs)
        size = sum(line.installed.bytes for line in lines if line.installed)
        yield Freeable(kind, "", len(lines), size, None, tuple(line.id for line in lines))


def _sum_old_log_bytes(logs: Path, before: float) -> int:
    """Return the total bytes of log files last written before the time `before` (seconds since 1970)."""
    size = 0
    for path in logs.glob("*.log"):
        with suppress(OSError):
            facts = path.lstat()
            size += facts.st_size if facts.st_mtime < before else 0
    return size
