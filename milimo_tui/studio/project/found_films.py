"""Looking through the films of a home: the open one as it stands, the others as they lie on the disk.

Reads files: called from a thread. A film that can't be read holds nothing up, it is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError
from milimo_tui.store.project.opening import peek
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.studio.project.find_words import Query, search
from milimo_tui.studio.project.findables import Findable, FindIndex, findables, of_film
from milimo_tui.studio.session.studio import Snapshot, Studio

if TYPE_CHECKING:
    from milimo_tui.jobs.values.views import JobView
    from milimo_tui.store.rows.stored_values import Peek

MOST_JOBS = 500  # of the queue, the latest


def films_here(studio: Studio) -> list[Peek]:
    """Return what lists show of every film of the home that can be read."""
    found = [peek(paths) for paths in studio.project_folders()]
    return [each for each in found if not each.problem]


def jobs_here(studio: Studio) -> Sequence[JobView]:
    """Return the latest jobs of the home, oldest first; none where no supervisor serves."""
    client = studio.client_or_none()
    if client is None:
        return ()
    with suppress(MilimoError):
        return client.newest(limit=MOST_JOBS)[0][::-1]
    return ()


def index_here(studio: Studio) -> FindIndex:
    """Return all that can be found from here: the open film, the queue, the names of films."""
    film = studio.snapshot() if studio.project_or_none() is not None else None
    return FindIndex.of(findables(film, jobs_here(studio), films_here(studio)))


def elsewhere(
    studio: Studio, query: Query, go_on: Callable[[], bool] = lambda: True
) -> Iterator[list[Findable]]:
    """Yield what the other films of the home have of that, film by film, while `go_on` says so."""
    project = studio.project_or_none()
    here = project.paths.root.name if project is not None else ""
    for paths in studio.project_folders():
        if paths.root.name == here:
            continue
        if not go_on():
            return
        with suppress(MilimoError), ProjectFile.open(paths) as file:
            story, cuts = file.film()
            film = Snapshot(story, cuts, cuts[0] if cuts else None, story.revision)
            found = chain.from_iterable(search(FindIndex.of(findables(film)), query))
            yield of_film(list(found), paths.root.name)
