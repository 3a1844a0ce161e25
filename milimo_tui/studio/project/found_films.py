"""Search in the films of a home: the open film in its current state, the other films as saved on disk.

Reads files, so it is called from a thread. A film that can't be read is skipped.
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

MOST_JOBS = 500  # The newest jobs of the queue that are searched.


def films_here(studio: Studio) -> list[Peek]:
    """Return the list entries of every film of the home that can be read."""
    found = [peek(paths) for paths in studio.project_folders()]
    return [each for each in found if not each.problem]


def jobs_here(studio: Studio) -> Sequence[JobView]:
    """Return the newest jobs of the home, oldest first; none if no supervisor is running."""
    client = studio.client_or_none()
    if client is None:
        return ()
    with suppress(MilimoError):
        return client.newest(limit=MOST_JOBS)[0][::-1]
    return ()


def index_here(studio: Studio) -> FindIndex:
    """Return the index of all items: the open film, the queue, and the names of films."""
    film = studio.snapshot() if studio.project_or_none() is not None else None
    return FindIndex.of(findables(film, jobs_here(studio), films_here(studio)))


def elsewhere(
    studio: Studio, query: Query, go_on: Callable[[], bool] = lambda: True
) -> Iterator[list[Findable]]:
    """Yield the matches in the other films of the home, film by film, while `go_on` returns True."""
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
