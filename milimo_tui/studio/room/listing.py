"""List of the items that can be freed in a home now, film by film, with size and the cost of making them
again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import bytes_under
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.jobs.client.client import Client
from milimo_tui.jobs.values.views import JobView
from milimo_tui.store.rows.stored_values import Binned
from milimo_tui.story.values.film import Take
from milimo_tui.studio.keeping import cleanup
from milimo_tui.studio.made_takes import unpicked
from milimo_tui.studio.made_takes.unpicked import Which
from milimo_tui.studio.queue.job_lookup import OPEN_STATES
from milimo_tui.studio.render import rendered_films as rendered
from milimo_tui.studio.render.render_jobs import bytes_at
from milimo_tui.studio.render.rendered_films import RenderedFilm
from milimo_tui.studio.room.freeable import OF_HOME, Freeable, Kind
from milimo_tui.studio.room.past_work import seconds_taken
from milimo_tui.studio.room.unused_weights import unused
from milimo_tui.studio.session.home import Found
from milimo_tui.studio.session.studio import Studio

DAY = 86_400.0
NAMED = 20  # items of a kind that are listed by name


@dataclass(frozen=True, slots=True)
class AtWork:
    """The unfinished jobs. Data that they need is preserved."""

    jobs: tuple[JobView, ...] = ()

    @property
    def ids(self) -> set[str]:
        """The ids of the jobs."""
        return {job.id for job in self.jobs}

    def has(self, paths: ProjectPaths) -> bool:
        """Return True if one of the jobs belongs to that film."""
        return paths.root.resolve() in {Path(job.project).resolve() for job in self.jobs if job.project}


def at_work(client: Client | None) -> AtWork:
    """Return the unfinished jobs. Raises Unavailable if the queue can't be asked."""
    return AtWork(tuple(client.jobs({"states": OPEN_STATES})) if client else ())


@contextmanager
def in_film(studio: Studio, paths: ProjectPaths) -> Iterator[Studio]:
    """Open a separate studio for a film; the studio that is open stays open."""
    found = Found(studio.home, studio.why_home)
    other = Studio(found, studio.settings, project=paths.root.name, actor=studio.actor)
    try:
        yield other
    finally:
        other.close()


@dataclass(frozen=True, slots=True)
class Room:
    """The items that can be freed, and a sentence for each film that could not be read."""

    items: tuple[Freeable, ...]
    problems: tuple[str, ...] = ()


def list_room(studio: Studio, films: Sequence[ProjectPaths], kinds: Sequence[Kind], *, days: float) -> Room:
    """List the items of films and, for kinds that belong to the home, those of the home.

    Past jobs are those that ended more than `days` days ago. Raises Unavailable if the queue can't be asked.
    """
    client = studio.queue_or_none()
    work = at_work(client)
    items: list[Freeable] = []
    problems: list[str] = []
    for paths in films:
        try:
            with in_film(studio, paths) as other:
                items += _of_film(other, paths, [kind for kind in kinds if kind not in OF_HOME], work, client)
        except MilimoError as error:
            problems.append(f"{paths.root.name}: {error.message}")
    for kind in kinds:
        if kind in OF_HOME or kind is Kind.WORKSPACES:
            items += _of_home(studio, kind, work, client, days)
    return Room(tuple(item for item in items if item.things), tuple(problems))


def _of_film(
    studio: Studio, paths: ProjectPaths, kinds: Sequence[Kind], work: AtWork, client: Client | None
) -> Iterator[Freeable]:
    name = paths.root.name
    for kind in kinds:
        if kind is Kind.PREVIEWS:
            if not work.has(paths):  # A running job may use a plan in the cache.
                yield Freeable(kind, name, *_of_folder(paths.cache))
        elif kind is Kind.WORKSPACES:
            over = [folder for folder in cleanup.workspaces(paths.workspace) if folder.name not in work.ids]
            yield Freeable(kind, name, len(over), sum(map(bytes_under, over)))
        elif kind in TAKES:
            found = unpicked.of_takes(studio, TAKES[kind](studio))
            names = tuple(take.id for take in found.takes[:NAMED])
            yield Freeable(kind, name, len(found.takes), found.bytes, found.seconds, names)
        elif kind in RENDERS:
            yield _renders(kind, name, RENDERS[kind](studio), client)
        elif kind is Kind.BIN:
            things = cleanup.bin_of(studio.project()).items
            size = studio.project().bin.bytes_that_go() if things else 0
            yield Freeable(kind, name, len(things), size, None, _names(things))


def _names(things: Sequence[Binned]) -> tuple[str, ...]:
    return tuple(f"{item.kind} {item.name}" for item in things[:NAMED])


def rejected(studio: Studio) -> tuple[Take, ...]:
    """Return the rejected takes that nothing shows."""
    return unpicked.takes_meant(studio, Which.REJECTED)


def unmarked(studio: Studio) -> tuple[Take, ...]:
    """Return the takes that nothing shows and that have no mark, without rejected takes."""
    return tuple(take for take in unpicked.takes_meant(studio, Which.UNMARKED) if not take.rejected)


def renders(studio: Studio) -> list[RenderedFilm]:
    """Return the existing rendered films in the film's own folder, each file or folder once."""
    own = studio.project().paths.renders.resolve()
    films = {film.path: film for film in rendered.rendered_films(studio) if film.is_there}
    return [film for path, film in films.items() if own in path.resolve().parents]


def old_renders(studio: Studio) -> list[RenderedFilm]:
    """Return the rendered films for which a newer film of the same cut and preset exists."""
    newest: dict[tuple[str, str], str] = {}
    there = renders(studio)
    for film in sorted(there, key=lambda film: film.created):
        newest[film.cut, film.preset] = film.key
    return [film for film in there if newest[film.cut, film.preset] != film.key]


TAKES: dict[Kind, Callable[[Studio], tuple[Take, ...]]] = {Kind.REJECTED: rejected, Kind.UNPICKED: unmarked}
RENDERS: dict[Kind, Callable[[Studio], list[RenderedFilm]]] = {
    Kind.RENDERS: renders,
    Kind.OLD_RENDERS: old_renders,
}


def _renders(kind: Kind, film: str, found: Sequence[RenderedFilm], client: Client | None) -> Freeable:
    seconds = seconds_taken(client, [each.id for each in found])
    size = sum(bytes_at(each.path) or 0 for each in found)
    return Freeable(kind, film, len(found), size, seconds, tuple(each.path.name for each in found[:NAMED]))


def _of_folder(*folders: Path) -> tuple[int, int]:
    """Return the number of files below the folders, and their bytes."""
    files = [path for folder in folders if folder.is_dir() for path in folder.rglob("*") if path.is_file()]
    size = 0
    for path in files:
        with suppress(OSError):  # The file may have been deleted meanwhile.
            size += path.lstat().st_size
    return len(files), size


def _of_home(
    studio: Studio, kind: Kind, work: AtWork, client: Client | None, days: float
) -> Iterator[Freeable]:
    home = studio.home
    if kind is Kind.CACHES and not work.jobs:
        yield Freeable(kind, "", *_of_folder(home.cache, home.streamed))
    elif kind is Kind.WORKSPACES:
        over = [folder for folder in cleanup.workspaces(home.workspace) if folder.name not in work.ids]
        yield Freeable(kind, "", len(over), sum(map(bytes_under, over)))
    elif kind is Kind.JOBS and client is not None:
        before = time.time() - days * DAY
        yield Freeable(kind, "", client.prune(before, dry=True), _log_bytes(home.logs, before))
    elif kind is Kind.DELETED_FILMS:
        films = studio.films_in_bin()
        size = sum(bytes_under(paths.root) for paths in films)
        yield Freeable(kind, "", len(films), size, None, tuple(paths.root.name for paths in films))
    elif kind is Kind.WEIGHTS:
        lines = unused(ModelStore(home.models), studio.project_folders(), work.jobs)
        size = sum(line.here.bytes for line in lines if line.here)
        yield Freeable(kind, "", len(lines), size, None, tuple(line.id for line in lines))


def _log_bytes(logs: Path, before: float) -> int:
    """Return the bytes of logs that were last written before that time."""
    size = 0
    for path in logs.glob("*.log"):
        with suppress(OSError):
            facts = path.lstat()
            size += facts.st_size if facts.st_mtime < before else 0
    return size
