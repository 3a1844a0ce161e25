"""Search in all films of a home. The open film is searched in its current state, other films as they are
saved.

The functions read files, so call them from a thread. A film that can't be read is skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError
from milimo_tui.store.project.opening import read_film_summary
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.studio.project.find_words import FindQuery, search_items
from milimo_tui.studio.project.findables import Findable, FindIndex, list_findables, mark_with_film
from milimo_tui.studio.session.studio import FilmSnapshot, Studio

if TYPE_CHECKING:
    from milimo_tui.jobs.values.views import JobView
    from milimo_tui.store.rows.stored_values import Peek

# The number of jobs that a search includes. Older jobs in the queue are not searched.
MAX_SEARCHED_JOBS = 500


def list_readable_films(studio: Studio) -> list[Peek]:
    """Return the list entries (`Peek`) of all films of the home. Films that can't be read are left out."""
    found = [read_film_summary(paths) for paths in studio.list_project_folders()]
    return [each for each in found if not each.problem]


def list_recent_jobs(studio: Studio) -> Sequence[JobView]:
    """Return the newest jobs of the home, oldest first; none if no supervisor is running."""
    client = studio.client_or_none()
    if client is None:
        return ()
    with suppress(MilimoError):
        return client.list_newest_jobs(limit=MAX_SEARCHED_JOBS)[0][::-1]
    return ()


def build_find_index(studio: Studio) -> FindIndex:
    """Return an index of everything that a search finds without opening other films: the items of the open
    film, the jobs of the queue, and the names of all films.
    """
    film = studio.take_snapshot() if studio.project_or_none() is not None else None
    return FindIndex.from_findables(
        list_findables(film, list_recent_jobs(studio), list_readable_films(studio))
    )


def search_other_films(
    studio: Studio, query: FindQuery, go_on: Callable[[], bool] = lambda: True
) -> Iterator[list[Findable]]:
    """Yield the matches in the other films of the home, film by film, while `go_on` returns True."""
    project = studio.project_or_none()
    name = project.paths.root.name if project is not None else ""
    for paths in studio.list_project_folders():
        if paths.root.name == name:
            continue
        if not go_on():
            return
        with suppress(MilimoError), ProjectFile.open(paths) as file:
            story, cuts = file.load_film()
            film = FilmSnapshot(story, cuts, cuts[0] if cuts else None, story.revision)
            found = chain.from_iterable(search_items(FindIndex.from_findables(list_findables(film)), query))
            yield mark_with_film(list(found), paths.root.name)
